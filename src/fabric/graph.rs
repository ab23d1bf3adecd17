//! A fabric given link by link: for machines that are no mesh and no star, and for tests of the engine.

use std::collections::VecDeque;

use super::topology::Node;
use super::{LinkId, LinkMode, LinkRun, LinkSpec, Path};
use crate::units::{BytesPerSec, Femtos};

/// One link of a graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GraphLink {
    /// Where it begins.
    pub from: Node,
    /// Where it ends.
    pub to: Node,
    /// What it can do.
    pub spec: LinkSpec,
}

/// Links one by one; the id is the place in the list. The nodes are ranks, as many as the links name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    links: Vec<GraphLink>,
    nodes: u32,
}

impl Graph {
    pub(super) const CLASS_NAMES: [&'static str; 1] = ["link"];

    /// Chips without links.
    pub fn of_nodes(nodes: u32) -> Graph {
        Graph { nodes, ..Graph::default() }
    }

    /// Adds a link that joins nothing in particular and returns its id: for plans whose routes are given.
    pub fn add(&mut self, capacity: BytesPerSec, latency: Femtos, mode: LinkMode) -> LinkId {
        self.join(Node(0), Node(0), LinkSpec { capacity, latency, class: 0, mode })
    }

    /// Adds a link between two nodes and returns its id.
    pub fn join(&mut self, from: Node, to: Node, spec: LinkSpec) -> LinkId {
        self.nodes = self.nodes.max(from.0 + 1).max(to.0 + 1);
        self.links.push(GraphLink { from, to, spec });
        LinkId(self.links.len() as u32 - 1)
    }

    /// Multiplies the latency of every link.
    pub(super) fn scale_latency(&mut self, factor: f64) {
        self.links.iter_mut().for_each(|link| link.spec.latency = link.spec.latency.scaled(factor));
    }

    /// Chips.
    pub fn nodes(&self) -> u32 {
        self.nodes
    }

    /// All links.
    pub fn links(&self) -> &[GraphLink] {
        &self.links
    }

    pub(super) fn link_count(&self) -> u32 {
        self.links.len() as u32
    }

    pub(super) fn link(&self, id: LinkId) -> Option<LinkSpec> {
        self.links.get(id.0 as usize).map(|link| link.spec)
    }

    pub(super) fn link_name(&self, id: LinkId) -> String {
        match self.links.get(id.0 as usize) {
            Some(link) if link.from != link.to => format!("chip {} → chip {}", link.from.0, link.to.0),
            _ => format!("link {}", id.0),
        }
    }

    pub(super) fn node_count(&self) -> u32 {
        self.nodes
    }

    pub(super) fn ends(&self, id: LinkId) -> Option<(Node, Node)> {
        self.links.get(id.0 as usize).map(|link| (link.from, link.to))
    }

    pub(super) fn links_from(&self, node: Node) -> Vec<LinkId> {
        let ids = (0..self.link_count()).map(LinkId);
        ids.zip(&self.links).filter(|(_, link)| link.from == node).map(|(id, _)| id).collect()
    }

    /// A way of fewest links; of several the one whose links come first in the list.
    pub(super) fn path(&self, from: u32, to: u32) -> Option<Path> {
        let mut came_by: Vec<Option<LinkId>> = vec![None; self.nodes as usize];
        let mut open = VecDeque::from([Node(from)]);
        while let Some(node) = open.pop_front() {
            for id in self.links_from(node) {
                let next = self.links[id.0 as usize].to;
                if next.0 != from && came_by[next.0 as usize].is_none() {
                    came_by[next.0 as usize] = Some(id);
                    open.push_back(next);
                }
            }
        }
        let mut path = Path::new();
        let mut at = to;
        while at != from {
            let id = (*came_by.get(at as usize)?)?;
            path.push(LinkRun::one(id));
            at = self.links[id.0 as usize].from.0;
        }
        path.reverse();
        Some(path)
    }
}
