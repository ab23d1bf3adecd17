//! Algorithms by id: which one a fabric may play, and their words on the screen.

use super::{ChipFabric, FabricKind, FabricScene, WaferFabric, WaferLayout};
use crate::collective::{Root, XyPattern};
use crate::fabric::{Mesh, Topology};

/// The id that stands for the fastest of all that fit.
pub const AUTO: &str = "auto";
/// The id that stands for what NCCL's own cost model picks (measured timing).
pub const NCCL_TABLE: &str = "nccl-table";

/// All-reduce algorithms among chips that send to one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChipAlgorithm {
    /// Reduce-scatter and all-gather round a ring: along rows and columns of a mesh or torus, over one channel per rail
    /// between nodes.
    Ring,
    /// One ring along a snake through a mesh or torus.
    Snake,
    /// Addition and multicast in the switch.
    Nvls,
    /// Two trees, each rank a leaf in one of them.
    DoubleBinaryTree,
    /// Halves between pairs, then back.
    HalvingDoubling,
    /// All pairs at once.
    Direct,
    /// A ring inside each node, one per rail across nodes, and back inside.
    Hierarchical,
    /// In-switch reduction inside nodes, trees between them.
    NvlsTree,
}

impl ChipAlgorithm {
    /// Id, algorithm, words.
    pub const ALL: [(&'static str, ChipAlgorithm, &'static str); 8] = [
        ("ring", ChipAlgorithm::Ring, "ring"),
        ("snake", ChipAlgorithm::Snake, "ring along a snake"),
        ("nvls", ChipAlgorithm::Nvls, "NVLS, sum in the switch"),
        ("hierarchical", ChipAlgorithm::Hierarchical, "hierarchical"),
        ("nvls-tree", ChipAlgorithm::NvlsTree, "NVLS inside, trees across"),
        ("double-binary-tree", ChipAlgorithm::DoubleBinaryTree, "double binary tree"),
        ("halving-doubling", ChipAlgorithm::HalvingDoubling, "halving-doubling"),
        ("direct", ChipAlgorithm::Direct, "direct, all pairs at once"),
    ];

    /// Its name in scenes.
    pub fn id(self) -> &'static str {
        Self::ALL.iter().find(|(_, algorithm, _)| *algorithm == self).map_or("", |(id, ..)| id)
    }

    /// The algorithm in words.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(_, algorithm, _)| *algorithm == self).map_or("", |(.., words)| words)
    }
}

/// All-reduce algorithms on a wafer where every PE is a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PerPeAlgorithm {
    /// Rows, then the last column, then a flood from the corner.
    Xy(XyPattern),
    /// One chain through all PEs, then a flood from the corner.
    Snake,
    /// Stars from both halves into the centre, then a flood from there.
    CentreRooted,
    /// Rings along rows and columns, and back.
    Ring,
}

/// Algorithms of `per-pe`: id, algorithm, words.
pub(crate) const PER_PE: [(&str, PerPeAlgorithm, &str); 8] = [
    ("chain-xy", PerPeAlgorithm::Xy(XyPattern::Chain), "X-Y chain"),
    ("two-phase-xy", PerPeAlgorithm::Xy(XyPattern::TwoPhase), "X-Y two phases"),
    ("tree-xy", PerPeAlgorithm::Xy(XyPattern::Tree), "X-Y tree"),
    ("star-xy", PerPeAlgorithm::Xy(XyPattern::Star), "X-Y star"),
    ("auto-gen-xy", PerPeAlgorithm::Xy(XyPattern::AutoGen), "X-Y Auto-Gen, a tree for this vector"),
    ("centre-rooted", PerPeAlgorithm::CentreRooted, "stars into the centre and back"),
    ("wafer-ring", PerPeAlgorithm::Ring, "rings along rows and columns"),
    ("snake", PerPeAlgorithm::Snake, "snake, one chain through all PEs"),
];

/// Patterns of `strips`: id, root, words.
pub(crate) const STRIPS: [(&str, Root, &str); 3] = [
    ("strips-middle", Root::Middle, "two-sided to the middle strip"),
    ("strips-end", Root::End, "one-sided to the end strip"),
    ("strips-two-roots", Root::Both, "half to each end strip"),
];

/// The one algorithm of wafers under a tree: id, words.
pub(crate) const WAFERS: (&str, &str) = ("swarmx-tree", "SwarmX tree: added on the way up, copied on the way down");

/// What a fabric may play, as (id, words), `auto` first left out.
pub fn choices(kind: &FabricKind) -> Vec<(&'static str, &'static str)> {
    match kind {
        FabricKind::Chips(fabric) => {
            let fits = |algorithm| fits(fabric, algorithm);
            let all = ChipAlgorithm::ALL.iter().filter(|(_, algorithm, _)| fits(*algorithm));
            all.map(|(id, _, words)| (*id, *words)).collect()
        }
        FabricKind::Wafer(WaferFabric { layout: WaferLayout::PerPe { .. }, mesh, .. }) => {
            let all = PER_PE.iter().filter(|(_, algorithm, _)| fits_mesh(mesh, *algorithm));
            all.map(|(id, _, words)| (*id, *words)).collect()
        }
        FabricKind::Wafer(_) => STRIPS.iter().map(|(id, _, words)| (*id, *words)).collect(),
        FabricKind::Wafers(_) => vec![WAFERS],
    }
}

/// Whether chips can play an algorithm.
fn fits(fabric: &ChipFabric, algorithm: ChipAlgorithm) -> bool {
    if let Some(inputs) = &fabric.measured {
        // What NCCL has: ring, tree, and NVLS in its form for one node or several.
        let nvls = if inputs.nodes > 1 { ChipAlgorithm::NvlsTree } else { ChipAlgorithm::Nvls };
        return matches!(algorithm, ChipAlgorithm::Ring | ChipAlgorithm::DoubleBinaryTree)
            || algorithm == nvls && inputs.nvls;
    }
    match algorithm {
        ChipAlgorithm::Nvls => fabric.adds_in_switch() && matches!(fabric.topology, Topology::Switch(_)),
        ChipAlgorithm::NvlsTree => fabric.adds_in_switch() && matches!(fabric.topology, Topology::Cluster(_)),
        ChipAlgorithm::Hierarchical => matches!(fabric.topology, Topology::Cluster(_)),
        ChipAlgorithm::Snake => matches!(fabric.topology, Topology::Grid(_)),
        ChipAlgorithm::HalvingDoubling => fabric.ranks().is_power_of_two(),
        ChipAlgorithm::Ring | ChipAlgorithm::DoubleBinaryTree | ChipAlgorithm::Direct => true,
    }
}

/// Whether a rectangle of PEs can play an algorithm: a line of PEs has no four PEs in its centre.
fn fits_mesh(mesh: &Mesh, algorithm: PerPeAlgorithm) -> bool {
    match algorithm {
        PerPeAlgorithm::CentreRooted => mesh.width > 1 && mesh.height > 1,
        PerPeAlgorithm::Xy(_) | PerPeAlgorithm::Snake | PerPeAlgorithm::Ring => true,
    }
}

/// The same fabric with another algorithm; `None` if it cannot play one of this id.
pub(crate) fn with_algorithm(fabric: &FabricScene, id: &str) -> Option<FabricScene> {
    if !choices(&fabric.kind).iter().any(|(known, _)| *known == id) {
        return None;
    }
    let mut fabric = fabric.clone();
    match &mut fabric.kind {
        FabricKind::Chips(chips) => {
            chips.algorithm = ChipAlgorithm::ALL.iter().find(|(known, ..)| *known == id)?.1;
        }
        FabricKind::Wafer(wafer) => match &mut wafer.layout {
            WaferLayout::PerPe { algorithm } => *algorithm = PER_PE.iter().find(|(known, ..)| *known == id)?.1,
            WaferLayout::Strips { root, .. } => *root = STRIPS.iter().find(|(known, ..)| *known == id)?.1,
        },
        FabricKind::Wafers(_) => {}
    }
    Some(fabric)
}
