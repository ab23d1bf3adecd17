//! A topology given link by link: for machines that are neither mesh nor star, and for tests of the engine.

use super::link::{LinkId, LinkMode, LinkSpec};
use super::link_class::LinkClass;
use super::link_run::{LinkRun, Path};
use super::names::{LinkName, RankNames, RankNoun, RankNumbers};
use super::shortest_path::{fewest_links, longest_latency};
use super::topology::{Node, TopologyKind};
use crate::units::{BytesPerSec, Femtos};

/// One link of a graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GraphLink {
    /// Where it begins.
    pub from: Node,
    /// Where it ends.
    pub to: Node,
    /// Its figures.
    pub spec: LinkSpec,
}

/// Links one by one; the id is the index in the list. Every node is a rank.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    links: Vec<GraphLink>,
    /// The links that leave and that enter each node, ascending.
    joined: Vec<NodeLinks>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct NodeLinks {
    out: Vec<LinkId>,
    into: Vec<LinkId>,
}

/// Most steps (ranks x links) for which the latency between all ranks is computed.
const MAX_LATENCY_STEPS: u64 = 4_000_000;

impl Graph {
    /// Chips without links.
    pub fn of_nodes(nodes: u32) -> Graph {
        Graph { links: Vec::new(), joined: vec![NodeLinks::default(); nodes as usize] }
    }

    /// Adds a link that connects nothing in particular and returns its id: for plans whose routes are given.
    pub fn add(&mut self, capacity: BytesPerSec, latency: Femtos, mode: LinkMode) -> LinkId {
        self.join(Node(0), Node(0), LinkSpec { capacity, latency, class: 0, mode })
    }

    /// Adds a link between two nodes and returns its id.
    pub fn join(&mut self, from: Node, to: Node, spec: LinkSpec) -> LinkId {
        let nodes = self.joined.len().max(from.0 as usize + 1).max(to.0 as usize + 1);
        self.joined.resize(nodes, NodeLinks::default());
        let id = LinkId(self.links.len() as u32);
        self.joined[from.0 as usize].out.push(id);
        self.joined[to.0 as usize].into.push(id);
        self.links.push(GraphLink { from, to, spec });
        id
    }

    /// Number of chips.
    pub fn nodes(&self) -> u32 {
        self.joined.len() as u32
    }

    /// All links.
    pub fn links(&self) -> &[GraphLink] {
        &self.links
    }
}

impl TopologyKind for Graph {
    fn link_count(&self) -> u32 {
        self.links.len() as u32
    }

    fn link(&self, id: LinkId) -> Option<LinkSpec> {
        self.links.get(id.0 as usize).map(|link| link.spec)
    }

    fn class_names(&self) -> &'static [&'static str] {
        &["link"]
    }

    fn classes(&self) -> &'static [LinkClass] {
        &[LinkClass::Link]
    }

    fn latency(&self, class: LinkClass) -> Femtos {
        let latencies = self.links.iter().map(|link| link.spec.latency);
        latencies.filter(|_| class == LinkClass::Link).max().unwrap_or_default()
    }

    fn scale_latency(&mut self, class: LinkClass, factor: f64) {
        if class == LinkClass::Link {
            self.links.iter_mut().for_each(|link| link.spec.latency = link.spec.latency.scaled(factor));
        }
    }

    fn ends(&self, id: LinkId) -> Option<(Node, Node)> {
        self.links.get(id.0 as usize).map(|link| (link.from, link.to))
    }

    fn links_from(&self, node: Node) -> Vec<LinkId> {
        self.joined.get(node.0 as usize).map_or(Vec::new(), |links| links.out.clone())
    }

    fn links_into(&self, node: Node) -> Vec<LinkId> {
        self.joined.get(node.0 as usize).map_or(Vec::new(), |links| links.into.clone())
    }

    fn node_count(&self) -> u32 {
        self.nodes()
    }

    /// A path of fewest links; of several the one whose links come first in the list.
    fn path(&self, from: u32, to: u32) -> Option<Path> {
        let links = fewest_links(self, Node(from), Node(to), |_| true)?;
        Some(links.into_iter().map(LinkRun::one).collect())
    }

    fn ranks(&self) -> u32 {
        self.nodes()
    }

    fn farthest_latency_s(&self, is_down: &dyn Fn(LinkId) -> bool) -> f64 {
        // In a graph that is too large at least one link is crossed.
        if u64::from(self.nodes()) * self.links.len() as u64 > MAX_LATENCY_STEPS {
            return self.links.iter().map(|link| link.spec.latency).min().unwrap_or_default().secs();
        }
        let nodes = (0..self.nodes()).map(Node);
        nodes.map(|from| longest_latency(self, from, is_down)).max().unwrap_or_default().secs()
    }

    fn link_patterns(&self) -> &'static [&'static str] {
        &["chip {} → chip {}", "link {}"]
    }

    fn name_of(&self, id: LinkId) -> Option<LinkName> {
        let link = self.links.get(id.0 as usize)?;
        Some(match link.from == link.to {
            false => LinkName::new(0, &[link.from.0, link.to.0]),
            true => LinkName::new(1, &[id.0]),
        })
    }

    /// Of parallel links, which share a name, the first one.
    fn link_of(&self, name: &LinkName) -> Option<LinkId> {
        match (name.pattern, name.numbers()) {
            (0, &[from, to]) if from != to => {
                let links = &self.joined.get(from as usize)?.out;
                links.iter().copied().find(|link| self.links[link.0 as usize].to == Node(to))
            }
            (1, &[id]) => self.links.get(id as usize).filter(|link| link.from == link.to).map(|_| LinkId(id)),
            _ => None,
        }
    }

    fn rank_names(&self) -> RankNames {
        RankNames { noun: RankNoun::Chip, numbers: RankNumbers::Single, count: self.nodes() }
    }
}
