//! GPUs around one non-blocking switch: an NVLink domain, or any star.
//!
//! A GPU's port into the domain is one link per direction. Its lanes and the switch planes are equal parts of the port:
//! they are drawn, not simulated.

use super::interconnect::NodeInterconnect;
use super::link::{LinkFigures, LinkId, LinkSpec};
use super::link_class::LinkClass;
use super::link_run::{LinkRun, Path};
use super::names::{LinkName, RankNames, RankNoun, RankNumbers};
use super::topology::{Node, TopologyKind};
use crate::units::{BytesPerSec, Femtos};

/// A star of `ranks` ports; link ids are `rank` for up (into the switch) and `ranks + rank` for down.
#[derive(Clone, Debug, PartialEq)]
pub struct Switch {
    /// What the switch is.
    pub hub: NodeInterconnect,
    /// GPUs that take part.
    pub ranks: u32,
    /// Capacity of a port, each way.
    pub capacity: BytesPerSec,
    /// Latency of a link between GPU and switch.
    pub latency: Femtos,
}

impl Switch {
    /// The link from `rank` into the switch.
    pub fn up(&self, rank: u32) -> LinkId {
        LinkId(rank)
    }

    /// The link from the switch to `rank`.
    pub fn down(&self, rank: u32) -> LinkId {
        LinkId(self.ranks + rank)
    }
}

impl TopologyKind for Switch {
    fn link_count(&self) -> u32 {
        2 * self.ranks
    }

    fn link(&self, id: LinkId) -> Option<LinkSpec> {
        let figures = LinkFigures { capacity: self.capacity, latency: self.latency };
        (id.0 < self.link_count()).then(|| figures.spec(u8::from(id.0 >= self.ranks)))
    }

    fn class_names(&self) -> &'static [&'static str] {
        self.hub.class_names()
    }

    fn classes(&self) -> &'static [LinkClass] {
        &[LinkClass::NvLink]
    }

    fn latency(&self, class: LinkClass) -> Femtos {
        if class == LinkClass::NvLink { self.latency } else { Femtos(0) }
    }

    fn scale_latency(&mut self, class: LinkClass, factor: f64) {
        if class == LinkClass::NvLink {
            self.latency = self.latency.scaled(factor);
        }
    }

    fn ends(&self, id: LinkId) -> Option<(Node, Node)> {
        let (up, down) = (id.0 < self.ranks, id.0 < self.link_count());
        match (up, down) {
            (true, _) => Some((Node(id.0), Node(self.ranks))),
            (false, true) => Some((Node(self.ranks), Node(id.0 - self.ranks))),
            (false, false) => None,
        }
    }

    fn links_from(&self, node: Node) -> Vec<LinkId> {
        if node.0 < self.ranks { vec![self.up(node.0)] } else { (0..self.ranks).map(|rank| self.down(rank)).collect() }
    }

    fn links_into(&self, node: Node) -> Vec<LinkId> {
        if node.0 < self.ranks { vec![self.down(node.0)] } else { (0..self.ranks).map(|rank| self.up(rank)).collect() }
    }

    fn node_count(&self) -> u32 {
        self.ranks + 1
    }

    fn path(&self, from: u32, to: u32) -> Option<Path> {
        Some(vec![LinkRun::one(self.up(from)), LinkRun::one(self.down(to))])
    }

    fn ranks(&self) -> u32 {
        self.ranks
    }

    fn farthest_latency_s(&self, _: &dyn Fn(LinkId) -> bool) -> f64 {
        2.0 * self.latency.secs()
    }

    fn link_patterns(&self) -> &'static [&'static str] {
        self.hub.link_patterns()
    }

    fn name_of(&self, id: LinkId) -> Option<LinkName> {
        let (pattern, rank) = if id.0 < self.ranks { (0, id.0) } else { (1, id.0 - self.ranks) };
        (rank < self.ranks).then(|| LinkName::new(pattern, &[rank]))
    }

    fn link_of(&self, name: &LinkName) -> Option<LinkId> {
        match (name.pattern % 2, name.numbers()) {
            (0, &[rank]) if rank < self.ranks => Some(self.up(rank)),
            (1, &[rank]) if rank < self.ranks => Some(self.down(rank)),
            _ => None,
        }
    }

    fn rank_names(&self) -> RankNames {
        RankNames { noun: RankNoun::Gpu, numbers: RankNumbers::Single, count: self.ranks }
    }
}
