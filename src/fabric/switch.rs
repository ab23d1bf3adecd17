//! GPUs round one non-blocking switch: an NVLink domain, or any star.
//!
//! A GPU's port into the domain is one link per direction. Its lanes and the switch planes are the port's equal
//! split: they are drawn, not simulated.

use super::topology::Node;
use super::{LinkFigures, LinkId, LinkRun, LinkSpec, Path};
use crate::units::{BytesPerSec, Femtos};

/// A star of `ranks` ports; link ids are `rank` for up (into the switch) and `ranks + rank` for down.
#[derive(Clone, Debug, PartialEq)]
pub struct Switch {
    /// GPUs that take part.
    pub ranks: u32,
    /// Capacity of a port, each way.
    pub capacity: BytesPerSec,
    /// Latency of a link between GPU and switch.
    pub latency: Femtos,
}

impl Switch {
    pub(super) const CLASS_NAMES: [&'static str; 2] = ["NVLink up", "NVLink down"];

    /// The link from `rank` into the switch.
    pub fn up(&self, rank: u32) -> LinkId {
        LinkId(rank)
    }

    /// The link from the switch to `rank`.
    pub fn down(&self, rank: u32) -> LinkId {
        LinkId(self.ranks + rank)
    }

    pub(super) fn link_count(&self) -> u32 {
        2 * self.ranks
    }

    pub(super) fn link(&self, id: LinkId) -> Option<LinkSpec> {
        let figures = LinkFigures { capacity: self.capacity, latency: self.latency };
        (id.0 < self.link_count()).then(|| figures.spec(u8::from(id.0 >= self.ranks)))
    }

    pub(super) fn link_name(&self, id: LinkId) -> String {
        if id.0 < self.ranks {
            format!("GPU {} → NVSwitch", id.0)
        } else {
            format!("NVSwitch → GPU {}", id.0 - self.ranks)
        }
    }

    pub(super) fn node_count(&self) -> u32 {
        self.ranks + 1
    }

    pub(super) fn ends(&self, id: LinkId) -> Option<(Node, Node)> {
        let (up, down) = (id.0 < self.ranks, id.0 < self.link_count());
        match (up, down) {
            (true, _) => Some((Node(id.0), Node(self.ranks))),
            (false, true) => Some((Node(self.ranks), Node(id.0 - self.ranks))),
            _ => None,
        }
    }

    pub(super) fn links_from(&self, node: Node) -> Vec<LinkId> {
        if node.0 < self.ranks { vec![self.up(node.0)] } else { (0..self.ranks).map(|rank| self.down(rank)).collect() }
    }

    pub(super) fn path(&self, from: u32, to: u32) -> Path {
        vec![LinkRun::one(self.up(from)), LinkRun::one(self.down(to))]
    }
}
