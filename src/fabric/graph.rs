//! A fabric given link by link: for small machines and for tests of the engine.

use super::{LinkId, LinkMode, LinkSpec};
use crate::units::{BytesPerSec, Femtos};

/// Links one by one; the id is the place in the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    links: Vec<LinkSpec>,
}

impl Graph {
    pub(super) const CLASS_NAMES: [&'static str; 1] = ["link"];

    /// Adds a link and returns its id.
    pub fn add(&mut self, capacity: BytesPerSec, latency: Femtos, mode: LinkMode) -> LinkId {
        self.links.push(LinkSpec { capacity, latency, class: 0, mode });
        LinkId(self.links.len() as u32 - 1)
    }

    pub(super) fn link_count(&self) -> u32 {
        self.links.len() as u32
    }

    pub(super) fn link(&self, id: LinkId) -> Option<LinkSpec> {
        self.links.get(id.0 as usize).copied()
    }
}
