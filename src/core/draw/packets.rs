//! Packets: diamonds for partial sums, squares for copies.

use glam::Vec2;

use crate::collective::Flow;
use crate::sample::PacketMark;
use crate::stage::FabricLayout;

/// A packet as the renderer draws it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PacketDot {
    /// Where it is.
    pub place: PacketPlace,
    /// Its outline and size.
    pub style: PacketStyle,
    /// Number of its fabric.
    pub fabric: u32,
}

/// The place of a packet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PacketPlace {
    /// On a lane: its number among all lanes, and the share of its length.
    Lane(u32, f32),
    /// At a point, in points.
    Point(Vec2),
}

/// Outline and size of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketStyle {
    /// Partial sums or copies.
    pub flow: Flow,
    /// Whether it is small, because there are many chips.
    pub small: bool,
}

impl PacketStyle {
    /// The packets of a fabric.
    #[inline]
    pub fn new(flow: Flow, layout: &FabricLayout) -> PacketStyle {
        PacketStyle { flow, small: layout.wafer.is_none() && layout.chips.len() > 40 }
    }

    /// Half of its width and height, points.
    #[inline]
    pub fn half(self) -> f32 {
        match (self.flow, self.small) {
            (Flow::Reduce, false) => 5.5,
            (Flow::Broadcast, false) => 4.0,
            (Flow::Reduce, true) => 3.5,
            (Flow::Broadcast, true) => 2.5,
        }
    }
}

impl PacketPlace {
    /// The place of a sampled packet. `lanes` tells where the lanes of a link of the layout begin.
    #[inline]
    pub fn new(mark: &PacketMark, lanes: &[u32]) -> PacketPlace {
        let on_lane = mark.lane.and_then(|lane| Some((lanes.get(lane.link as usize)? + lane.lane, lane.share)));
        on_lane.map_or(PacketPlace::Point(mark.at), |(lane, share)| PacketPlace::Lane(lane, share))
    }
}
