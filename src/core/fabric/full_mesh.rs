//! A full mesh: every pair of chips is joined by a direct link in each direction, without a switch.

use super::graph::Graph;
use super::link::{LinkFigures, LinkId, LinkSpec};
use super::link_class::LinkClass;
use super::link_run::{LinkRun, Path};
use super::names::{LinkName, RankNames, RankNoun, RankNumbers};
use super::topology::{Node, TopologyKind};
use crate::units::Femtos;

/// `chips` chips with `chips - 1` links out and as many in.
///
/// The links of chip i have the ids from `i * (chips - 1)`, by ascending target.
#[derive(Clone, Debug, PartialEq)]
pub struct FullMesh {
    /// Chips that take part; at least 2.
    pub chips: u32,
    /// Every link.
    pub links: LinkFigures,
}

impl FullMesh {
    /// The link from one chip to another one.
    pub fn link_id(&self, from: u32, to: u32) -> LinkId {
        LinkId(from * (self.chips - 1) + to - u32::from(to > from))
    }

    /// The same chips and links, one by one and with the same ids.
    pub fn to_graph(&self) -> Graph {
        let mut graph = Graph::of_nodes(self.chips);
        for (from, to) in (0..self.link_count()).filter_map(|id| self.ends(LinkId(id))) {
            graph.join(from, to, self.links.spec(0));
        }
        graph
    }
}

impl TopologyKind for FullMesh {
    fn link_count(&self) -> u32 {
        self.chips * (self.chips - 1)
    }

    fn link(&self, id: LinkId) -> Option<LinkSpec> {
        (id.0 < self.link_count()).then(|| self.links.spec(0))
    }

    fn class_names(&self) -> &'static [&'static str] {
        &["link"]
    }

    fn classes(&self) -> &'static [LinkClass] {
        &[LinkClass::Link]
    }

    fn latency(&self, class: LinkClass) -> Femtos {
        if class == LinkClass::Link { self.links.latency } else { Femtos(0) }
    }

    fn scale_latency(&mut self, class: LinkClass, factor: f64) {
        if class == LinkClass::Link {
            self.links.latency = self.links.latency.scaled(factor);
        }
    }

    fn ends(&self, id: LinkId) -> Option<(Node, Node)> {
        let (from, index) = (id.0 / (self.chips - 1), id.0 % (self.chips - 1));
        (from < self.chips).then(|| (Node(from), Node(index + u32::from(index >= from))))
    }

    fn links_from(&self, node: Node) -> Vec<LinkId> {
        (0..self.chips).filter(|&to| to != node.0).map(|to| self.link_id(node.0, to)).collect()
    }

    fn links_into(&self, node: Node) -> Vec<LinkId> {
        (0..self.chips).filter(|&from| from != node.0).map(|from| self.link_id(from, node.0)).collect()
    }

    fn node_count(&self) -> u32 {
        self.chips
    }

    fn path(&self, from: u32, to: u32) -> Option<Path> {
        let link = (from != to).then(|| LinkRun::one(self.link_id(from, to)));
        Some(link.into_iter().collect())
    }

    fn ranks(&self) -> u32 {
        self.chips
    }

    fn farthest_latency_s(&self, _: &dyn Fn(LinkId) -> bool) -> f64 {
        self.links.latency.secs()
    }

    fn link_patterns(&self) -> &'static [&'static str] {
        &["chip {} → chip {}"]
    }

    fn name_of(&self, id: LinkId) -> Option<LinkName> {
        let (from, to) = self.ends(id)?;
        Some(LinkName::new(0, &[from.0, to.0]))
    }

    fn link_of(&self, name: &LinkName) -> Option<LinkId> {
        let &[from, to] = name.numbers() else { return None };
        (from != to && from.max(to) < self.chips).then(|| self.link_id(from, to))
    }

    fn rank_names(&self) -> RankNames {
        RankNames { noun: RankNoun::Chip, numbers: RankNumbers::Single, count: self.chips }
    }
}
