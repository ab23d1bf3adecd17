//! Searches over the links of any topology: fewest links between two nodes, and the longest latency from a node.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::link::LinkId;
use super::topology::{Node, TopologyKind};
use crate::units::Femtos;

/// A path of fewest links from one node to another over usable links; of several the one whose links have the lowest ids,
/// first link first. `None` if there is none.
pub(super) fn fewest_links(
    topology: &dyn TopologyKind,
    from: Node,
    to: Node,
    usable: impl Fn(LinkId) -> bool,
) -> Option<Vec<LinkId>> {
    let mut reached_over: Vec<Option<LinkId>> = vec![None; topology.node_count() as usize];
    let mut open = VecDeque::from([from]);
    while let Some(node) = open.pop_front() {
        if node == to {
            break;
        }
        for id in topology.links_from(node) {
            let Some((_, next)) = topology.ends(id).filter(|_| usable(id)) else { continue };
            if next != from && reached_over[next.0 as usize].is_none() {
                reached_over[next.0 as usize] = Some(id);
                open.push_back(next);
            }
        }
    }
    let mut path = Vec::new();
    let mut at = to;
    while at != from {
        let id = (*reached_over.get(at.0 as usize)?)?;
        path.push(id);
        at = topology.ends(id)?.0;
    }
    path.reverse();
    Some(path)
}

/// The largest of the least latencies from one node to all others, over links that are up.
pub(super) fn longest_latency(topology: &dyn TopologyKind, from: Node, is_down: &dyn Fn(LinkId) -> bool) -> Femtos {
    let mut reached = vec![false; topology.node_count() as usize];
    let mut longest = Femtos(0);
    let mut open = BinaryHeap::from([Reverse((Femtos(0), from))]);
    while let Some(Reverse((latency, node))) = open.pop() {
        if std::mem::replace(&mut reached[node.0 as usize], true) {
            continue;
        }
        longest = longest.max(latency);
        for id in topology.links_from(node).into_iter().filter(|&id| !is_down(id)) {
            if let (Some(spec), Some((_, next))) = (topology.link(id), topology.ends(id)) {
                open.push(Reverse((latency + spec.latency, next)));
            }
        }
    }
    longest
}
