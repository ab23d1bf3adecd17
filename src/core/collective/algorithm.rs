//! The algorithms: their ids, labels and phases, and the ranks that they are for.

use super::{Broadcast, Collective, Delays, FirstPartner, Root, StripLayout, XyPattern};
use crate::fabric::{Fabric, Mesh, Topology, WaferCluster};
use crate::nccl::{MeasuredInputs, NcclAlgorithm};
use crate::units::Bytes;

/// Algorithms among chips that send to one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChipAlgorithm {
    /// Reduce-scatter or all-gather around a ring, or both: along rows and columns of a mesh or torus, over one channel per rail
    /// between nodes.
    Ring,
    /// Rings over all links at once: along all axes of a torus in both directions, around several cycles of a full mesh.
    MultiRing,
    /// One ring, or a shift, along a snake through a mesh or torus.
    Snake,
    /// Addition and multicast in the switch.
    Nvls,
    /// Two trees, each rank a leaf in one of them.
    DoubleBinaryTree,
    /// Halves between pairs, then back.
    HalvingDoubling,
    /// Every rank exchanges with every other rank at once.
    Direct,
    /// Inside each node and, one per rail, across nodes.
    Hierarchical,
    /// In-switch reduction inside nodes, trees between them.
    NvlsTree,
    /// Every rank exchanges with one other rank after the other.
    Pairwise,
    /// From rank to rank, through all of them.
    Chain,
    /// Every rank sends to the next.
    Shift,
}

/// Algorithms on a wafer where every PE is a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PerPeAlgorithm {
    /// Rows, then the last column; in an all-reduce a broadcast from the corner follows.
    Xy(XyPattern),
    /// One chain through all PEs; in an all-reduce a broadcast from the corner follows.
    Snake,
    /// Stars from both halves into the centre, a broadcast from there, or both.
    CentreRooted,
    /// Rings along rows and columns, back, or both.
    Ring,
    /// Copies from the corner along its column and all rows.
    Multicast,
}

/// An algorithm, with the kind of ranks that it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Among chips.
    Chips(ChipAlgorithm),
    /// Among all PEs of a wafer.
    PerPe(PerPeAlgorithm),
    /// Among the strips of a wafer, by the strip where sums meet and copies begin.
    Strips(Root),
    /// Among wafers under a tree that adds and copies.
    SwarmxTree,
}

/// Ranks on a fabric: what decides which algorithms fit.
#[derive(Clone, Copy, Debug)]
pub enum RankLayout<'a> {
    /// Every chip is a rank.
    Chips {
        /// Their links.
        topology: &'a Topology,
        /// Whether the switches inside a node add and copy.
        in_switch_reduction: bool,
        /// The measured timing, which has only what NCCL has. `None` with ideal timing.
        measured: Option<&'a MeasuredInputs>,
    },
    /// Every PE of a wafer is a rank.
    PerPe(&'a Mesh),
    /// Strips of a wafer are ranks.
    Strips {
        /// The PEs.
        mesh: &'a Mesh,
        /// Their geometry.
        layout: &'a StripLayout,
        /// When the copies go back.
        broadcast: Broadcast,
    },
    /// Every wafer under a tree is a rank.
    Wafers(&'a WaferCluster),
}

/// What a plan is made from.
#[derive(Clone, Copy, Debug)]
pub struct PlanInputs<'a> {
    /// The operation.
    pub collective: Collective,
    /// The ranks.
    pub layout: RankLayout<'a>,
    /// The links, with what is slow or down.
    pub fabric: &'a Fabric,
    /// The message, as its operation counts it.
    pub message: Bytes,
    /// Software, and ranks that are late or slow.
    pub delays: &'a Delays,
    /// The first exchange of halving-doubling.
    pub first_partner: FirstPartner,
}

/// Makes the list of all algorithms and what the table says of each: a variant without a row does not compile.
macro_rules! algorithms {
    ($([$($algorithm:tt)+] => ($id:literal, $label:literal, $phases:expr),)+) => {
        impl Algorithm {
            /// All of them; `auto` takes the first of several that are equally fast.
            pub const ALL: &[Algorithm] = { use Algorithm::*; &[$($($algorithm)+),+] };

            /// Its name in scenes.
            pub fn id(self) -> &'static str {
                use Algorithm::*;
                match self { $($($algorithm)+ => $id,)+ }
            }

            /// Its name on the screen.
            pub fn label(self) -> &'static str {
                use Algorithm::*;
                match self { $($($algorithm)+ => $label,)+ }
            }

            /// The names of the phases that its plans may have.
            pub fn phases(self) -> &'static [&'static str] {
                use Algorithm::*;
                match self { $($($algorithm)+ => $phases,)+ }
            }
        }
    };
}

const RINGS: &[&str] = &[
    "reduce-scatter",
    "all-gather",
    "reduce-scatter inside",
    "all-gather inside",
    "reduce-scatter across",
    "all-gather across",
];
const STRIPS: &[&str] = &["all-gather", "reduce-scatter", "all-to-all", "send-recv"];
const ROWS_COLUMN: &[&str] = &["reduce rows", "reduce column", "broadcast"];
const STREAMED: &[&str] =
    &["sum, copies behind it", "sum to the root strip", "copies back", "copies from the root strip"];
const ROOTED: &[&str] = &["broadcast", "reduce"];

algorithms! {
    [Chips(ChipAlgorithm::Ring)] => ("ring", "ring", RINGS),
    [Chips(ChipAlgorithm::MultiRing)] => ("multi-ring", "rings over all links at once", &["reduce-scatter", "all-gather"]),
    [Chips(ChipAlgorithm::Snake)] => (
        "snake",
        "ring along a snake",
        &["reduce-scatter", "all-gather", "send-recv"]
    ),
    [Chips(ChipAlgorithm::Nvls)] => (
        "nvls",
        "NVLS, sum in the switch",
        &["in-switch all-reduce", "in-switch reduction", "multicast", "broadcast", "reduce"]
    ),
    [Chips(ChipAlgorithm::Hierarchical)] => (
        "hierarchical",
        "hierarchical",
        &[
            "reduce-scatter",
            "all-gather",
            "reduce-scatter inside",
            "all-gather inside",
            "reduce-scatter across",
            "all-gather across",
            "broadcast",
            "reduce",
        ]
    ),
    [Chips(ChipAlgorithm::NvlsTree)] =>
        ("nvls-tree", "NVLS inside, trees across", &["in-switch reduction, trees between nodes"]),
    [Chips(ChipAlgorithm::DoubleBinaryTree)] =>
        (
        "double-binary-tree",
        "double binary tree",
        &["up and down both trees", "chains inside, trees between", "broadcast", "reduce"]
    ),
    [Chips(ChipAlgorithm::HalvingDoubling)] =>
        ("halving-doubling", "halving-doubling", &["recursive halving", "recursive doubling"]),
    [Chips(ChipAlgorithm::Direct)] => (
        "direct",
        "direct, all pairs at once",
        &["reduce-scatter", "all-gather", "all-to-all"]
    ),
    [Chips(ChipAlgorithm::Pairwise)] => ("pairwise", "pairwise, one partner after the other", &["all-to-all"]),
    [Chips(ChipAlgorithm::Chain)] => ("chain", "chain through all ranks", ROOTED),
    [Chips(ChipAlgorithm::Shift)] => ("shift", "every rank to the next at once", &["send-recv"]),
    [PerPe(PerPeAlgorithm::Xy(XyPattern::Chain))] => ("chain-xy", "X-Y chain", ROWS_COLUMN),
    [PerPe(PerPeAlgorithm::Xy(XyPattern::TwoPhase))] => ("two-phase-xy", "X-Y two phases", ROWS_COLUMN),
    [PerPe(PerPeAlgorithm::Xy(XyPattern::Tree))] => ("tree-xy", "X-Y tree", ROWS_COLUMN),
    [PerPe(PerPeAlgorithm::Xy(XyPattern::Star))] => ("star-xy", "X-Y star", ROWS_COLUMN),
    [PerPe(PerPeAlgorithm::Xy(XyPattern::AutoGen))] =>
        ("auto-gen-xy", "X-Y Auto-Gen, a tree for this vector", ROWS_COLUMN),
    [PerPe(PerPeAlgorithm::CentreRooted)] => (
        "centre-rooted",
        "stars into the centre and back",
        &["reduce half rows", "reduce half columns", "merge in the centre", "broadcast"]
    ),
    [PerPe(PerPeAlgorithm::Ring)] => (
        "wafer-ring",
        "rings along rows and columns",
        &[
            "reduce-scatter",
            "all-gather",
            "reduce-scatter rows",
            "reduce-scatter columns",
            "all-gather columns",
            "all-gather rows",
        ]
    ),
    [PerPe(PerPeAlgorithm::Snake)] =>
        ("snake", "snake, one chain through all PEs", &["reduce along the snake", "broadcast"]),
    [PerPe(PerPeAlgorithm::Multicast)] => ("multicast", "multicast from the corner", &["broadcast"]),
    [Strips(Root::Middle)] => ("strips-middle", "two-sided to the middle strip", STREAMED),
    [Strips(Root::End)] => ("strips-end", "one-sided to the end strip", STREAMED),
    [Strips(Root::Both)] => ("strips-two-roots", "half to each end strip", &["sums to both ends", "copies back"]),
    [Strips(Root::Each)] => ("strips-direct", "direct, between all strips at once", STRIPS),
    [SwarmxTree] => (
        "swarmx-tree",
        "SwarmX tree: added on the way up, copied on the way down",
        &["up and down the tree", "up the tree", "down the tree"]
    ),
}

impl ChipAlgorithm {
    /// Its name in scenes.
    pub fn id(self) -> &'static str {
        Algorithm::Chips(self).id()
    }

    /// Its name on the screen.
    pub fn label(self) -> &'static str {
        Algorithm::Chips(self).label()
    }

    /// NCCL's name for it. `None` if NCCL does not have it.
    pub fn nccl(self) -> Option<NcclAlgorithm> {
        match self {
            // NCCL broadcasts and reduces along its ring.
            ChipAlgorithm::Ring | ChipAlgorithm::Chain => Some(NcclAlgorithm::Ring),
            ChipAlgorithm::Direct | ChipAlgorithm::Shift => Some(NcclAlgorithm::PointToPoint),
            ChipAlgorithm::DoubleBinaryTree => Some(NcclAlgorithm::Tree),
            ChipAlgorithm::Nvls => Some(NcclAlgorithm::Nvls),
            ChipAlgorithm::NvlsTree => Some(NcclAlgorithm::NvlsTree),
            ChipAlgorithm::MultiRing
            | ChipAlgorithm::Snake
            | ChipAlgorithm::HalvingDoubling
            | ChipAlgorithm::Hierarchical
            | ChipAlgorithm::Pairwise => None,
        }
    }

    /// Whether a rank sends in steps, one after the other, so that software at each step counts.
    pub fn has_steps(self) -> bool {
        match self {
            ChipAlgorithm::Nvls
            | ChipAlgorithm::NvlsTree
            | ChipAlgorithm::DoubleBinaryTree
            | ChipAlgorithm::Chain
            | ChipAlgorithm::Shift => false,
            ChipAlgorithm::Ring
            | ChipAlgorithm::MultiRing
            | ChipAlgorithm::Snake
            | ChipAlgorithm::HalvingDoubling
            | ChipAlgorithm::Direct
            | ChipAlgorithm::Pairwise
            | ChipAlgorithm::Hierarchical => true,
        }
    }
}

impl From<NcclAlgorithm> for ChipAlgorithm {
    fn from(algorithm: NcclAlgorithm) -> ChipAlgorithm {
        match algorithm {
            NcclAlgorithm::Ring => ChipAlgorithm::Ring,
            NcclAlgorithm::Tree => ChipAlgorithm::DoubleBinaryTree,
            NcclAlgorithm::Nvls => ChipAlgorithm::Nvls,
            NcclAlgorithm::NvlsTree => ChipAlgorithm::NvlsTree,
            NcclAlgorithm::PointToPoint => ChipAlgorithm::Direct,
        }
    }
}
