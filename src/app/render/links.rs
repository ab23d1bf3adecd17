//! The links of the stage as the layers draw them: lanes that stay, levels that change.

use bevy::prelude::*;

use crate::draw::{Lane, LinkLevel, PacketDot};

/// The most clip rectangles: one per fabric.
pub(in crate::app) const MAX_CLIPS: usize = crate::scene::MAX_FABRICS;

/// Lanes and levels of all links.
#[derive(Resource, Default)]
pub struct StageLinks {
    /// The lanes, back to front.
    pub lanes: Vec<Lane>,
    /// Whether `lanes` has changed since it was drawn.
    pub has_new_lanes: bool,
    /// The part of the window in which each fabric may be drawn: left, top, right, bottom, points.
    pub clips: [Vec4; MAX_CLIPS],
    /// The level of each link.
    pub(super) levels: Vec<u8>,
    /// First link and end of the links whose levels have changed since they were drawn.
    pub(super) changed: Option<[usize; 2]>,
}

impl StageLinks {
    /// Replaces the lanes. Until they are set, the levels are those of links that are not there.
    pub fn set_lanes(&mut self, links: usize, fill: impl FnOnce(&mut Vec<Lane>)) {
        self.lanes.clear();
        fill(&mut self.lanes);
        self.has_new_lanes = true;
        self.levels.clear();
        self.levels.resize(links, LinkLevel::NONE.0);
    }

    /// Sets the level of a link.
    pub fn set_level(&mut self, link: u32, LinkLevel(level): LinkLevel) {
        let index = link as usize;
        let Some(known) = self.levels.get_mut(index).filter(|known| **known != level) else { return };
        *known = level;
        let [first, end] = self.changed.unwrap_or([index, index]);
        self.changed = Some([first.min(index), end.max(index + 1)]);
    }

    /// The level of a link.
    #[cfg(test)]
    pub fn level(&self, link: u32) -> LinkLevel {
        LinkLevel(self.levels.get(link as usize).copied().unwrap_or_default())
    }
}

/// The packets of the stage.
#[derive(Resource, Default)]
pub struct StagePackets(pub Vec<PacketDot>);
