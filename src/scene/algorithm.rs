//! Algorithms by id: which one a fabric may play, and their words on the screen.

use super::{FabricKind, FabricScene, SwitchedFabric, WaferFabric, WaferLayout};
use crate::collective::{Root, XyPattern};

/// The id that stands for the fastest of all that fit.
pub const AUTO: &str = "auto";

/// All-reduce algorithms among GPUs round switches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SwitchedAlgorithm {
    /// Reduce-scatter and all-gather round a ring.
    Ring,
    /// Addition and multicast in the switch.
    Nvls,
    /// Two trees, each rank a leaf in one of them.
    DoubleBinaryTree,
    /// Halves between pairs, then back.
    HalvingDoubling,
    /// All pairs at once.
    Direct,
}

impl SwitchedAlgorithm {
    /// Id, algorithm, words.
    pub const ALL: [(&'static str, SwitchedAlgorithm, &'static str); 5] = [
        ("ring", SwitchedAlgorithm::Ring, "ring"),
        ("nvls", SwitchedAlgorithm::Nvls, "NVLS, sum in the switch"),
        ("double-binary-tree", SwitchedAlgorithm::DoubleBinaryTree, "double binary tree"),
        ("halving-doubling", SwitchedAlgorithm::HalvingDoubling, "halving-doubling"),
        ("direct", SwitchedAlgorithm::Direct, "direct, all pairs at once"),
    ];

    /// The algorithm in words.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(_, algorithm, _)| *algorithm == self).map_or("", |(.., words)| words)
    }
}

/// Patterns of `per-pe`: id, pattern, words.
pub(super) const PER_PE: [(&str, XyPattern, &str); 4] = [
    ("chain-xy", XyPattern::Chain, "X-Y chain"),
    ("two-phase-xy", XyPattern::TwoPhase, "X-Y two phases"),
    ("tree-xy", XyPattern::Tree, "X-Y tree"),
    ("star-xy", XyPattern::Star, "X-Y star"),
];

/// Patterns of `strips`: id, root, words.
pub(super) const STRIPS: [(&str, Root, &str); 3] = [
    ("strips-middle", Root::Middle, "two-sided to the middle strip"),
    ("strips-end", Root::End, "one-sided to the end strip"),
    ("strips-two-roots", Root::Both, "half to each end strip"),
];

/// What a fabric may play, as (id, words), `auto` first left out.
pub fn choices(kind: &FabricKind) -> Vec<(&'static str, &'static str)> {
    match kind {
        FabricKind::Switched(fabric) => {
            let fits = |algorithm| fits(fabric, algorithm);
            let all = SwitchedAlgorithm::ALL.iter().filter(|(_, algorithm, _)| fits(*algorithm));
            all.map(|(id, _, words)| (*id, *words)).collect()
        }
        FabricKind::Wafer(WaferFabric { layout: WaferLayout::PerPe { .. }, .. }) => {
            PER_PE.iter().map(|(id, _, words)| (*id, *words)).collect()
        }
        FabricKind::Wafer(_) => STRIPS.iter().map(|(id, _, words)| (*id, *words)).collect(),
    }
}

/// Whether a fabric of switches can play an algorithm.
fn fits(fabric: &SwitchedFabric, algorithm: SwitchedAlgorithm) -> bool {
    match algorithm {
        SwitchedAlgorithm::Nvls => fabric.machine.in_switch_reduction.value > 0.0,
        SwitchedAlgorithm::HalvingDoubling => fabric.switch.ranks.is_power_of_two(),
        SwitchedAlgorithm::Ring | SwitchedAlgorithm::DoubleBinaryTree | SwitchedAlgorithm::Direct => true,
    }
}

/// The same fabric with another algorithm; `None` if it cannot play one of this id.
pub(super) fn with_algorithm(fabric: &FabricScene, id: &str) -> Option<FabricScene> {
    if !choices(&fabric.kind).iter().any(|(known, _)| *known == id) {
        return None;
    }
    let mut fabric = fabric.clone();
    match &mut fabric.kind {
        FabricKind::Switched(switched) => {
            switched.algorithm = SwitchedAlgorithm::ALL.iter().find(|(known, ..)| *known == id)?.1;
        }
        FabricKind::Wafer(wafer) => match &mut wafer.layout {
            WaferLayout::PerPe { pattern } => *pattern = PER_PE.iter().find(|(known, ..)| *known == id)?.1,
            WaferLayout::Strips { root, .. } => *root = STRIPS.iter().find(|(known, ..)| *known == id)?.1,
        },
    }
    Some(fabric)
}
