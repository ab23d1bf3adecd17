//! Fabrics of all kinds, and the plans that any ranks can run.

use super::symbolic::follow;
use crate::collective::*;
use crate::fabric::{
    Cluster, Fabric, Graph, Grid, LinkFigures, LinkMode, LinkSpec, Mesh, Node, NodeInterconnect, Switch, Torus,
    TorusAxis,
};
use crate::units::{Bytes, BytesPerSec, Femtos};

pub const LINKS: LinkFigures = LinkFigures { capacity: BytesPerSec(100e9), latency: Femtos(250_000_000) };

pub fn switch(ranks: u32) -> Switch {
    Switch { hub: NodeInterconnect::NvSwitch, ranks, capacity: LINKS.capacity, latency: LINKS.latency }
}

pub fn grid(width: u32, height: u32, wraps: bool) -> Grid {
    Grid { width, height, wraps, links: LINKS }
}

pub fn torus(lengths: [u32; 3], wraps: [bool; 3], third: f64) -> Torus {
    let axis = |axis: usize| {
        let capacity = BytesPerSec(LINKS.capacity.0 * if axis == 2 { third } else { 1.0 });
        TorusAxis { length: lengths[axis], wraps: wraps[axis], links: LinkFigures { capacity, ..LINKS } }
    };
    Torus { axes: [axis(0), axis(1), axis(2)] }
}

pub fn cluster(nodes: u32, gpus_per_node: u32) -> Cluster {
    Cluster {
        hub: NodeInterconnect::NvSwitch,
        nodes,
        gpus_per_node,
        nvlink: LINKS,
        host: LINKS,
        nic: LINKS,
        nodes_per_leaf: 2,
    }
}

/// A ring of chips with a few chords, some of them in one direction only.
pub fn graph(chips: u32) -> Graph {
    let mut graph = Graph::of_nodes(chips);
    let spec = LinkSpec { capacity: LINKS.capacity, latency: LINKS.latency, class: 0, mode: LinkMode::Shared };
    for chip in 0..chips {
        graph.join(Node(chip), Node((chip + 1) % chips), spec);
        if chip % 3 == 0 && chips > 3 {
            graph.join(Node(chip), Node((chip + chips / 2) % chips), spec);
        }
    }
    graph
}

pub fn mesh(width: u32, height: u32) -> Mesh {
    Mesh { width, height, clock_hz: 1e9, bytes_per_cycle: 4.0, hop_cycles: 1.0, turn_cycles: 0.0, ramp_cycles: 2.0 }
}

/// The plans that run on any fabric whose ranks are joined.
pub fn plans_of(fabric: &Fabric) -> Vec<(&'static str, Plan)> {
    let (message, delays) = (Bytes(1 << 20), Delays::default());
    let halving = |first| halving_doubling_all_reduce(fabric, message, &delays, first, true);
    let mut plans = vec![
        ("ring", ring_all_reduce(fabric, message, &delays).expect("a ring")),
        ("direct", direct_all_reduce(fabric, message, &delays).expect("pairs")),
        ("double-binary-tree", double_binary_tree_all_reduce(fabric, message, &delays).expect("two trees")),
    ];
    plans.extend(halving(FirstPartner::Far).map(|plan| ("halving-doubling, far", plan)));
    plans.extend(halving(FirstPartner::Near).map(|plan| ("halving-doubling, near", plan)));
    plans
}

pub fn assert_reduces(name: &str, plan: &Plan, fabric: &Fabric) {
    follow(plan, fabric).assert_reduced(name, |_, _| true);
}

pub const PATTERNS: [XyPattern; 5] =
    [XyPattern::Star, XyPattern::Chain, XyPattern::Tree, XyPattern::TwoPhase, XyPattern::AutoGen];
