//! Algorithms of collectives: each builds a plan of transfers for a fabric.
//!
//! | file | plans |
//! |---|---|
//! | `gpu/ring` | ring along one or more dimensions, whole or in halves; NCCL's ring with measured timing |
//! | `gpu/multi_rings`, `gpu/cycles`, `gpu/axis_shares` | rings over all links of a torus or a full mesh at once |
//! | `gpu/channel_rings` | rings over the channels of a cluster |
//! | `gpu/halving_doubling` | recursive halving, then doubling |
//! | `gpu/direct` | every rank exchanges with every other rank |
//! | `gpu/exchange` | all-to-all in rounds, and the shift to the next rank |
//! | `gpu/rooted`, `gpu/rooted_rails` | broadcast and reduce: a chain, two trees, by rails |
//! | `gpu/binary_tree` | the shape of a binary tree and one stream through it |
//! | `gpu/double_binary_tree` | two trees, each with half of the message |
//! | `gpu/nccl_tree` | chains inside the nodes, trees between them |
//! | `gpu/nvls`, `gpu/nvls_parts` | in-switch reduction and multicast |
//! | `gpu/nvls_tree` | in-switch reduction with trees between nodes |
//! | `wafer/line_patterns` | star, chain, tree and two phases along a line of PEs |
//! | `wafer/auto_gen` | the planner that chooses a tree for a line and a vector |
//! | `wafer/xy` | a line pattern over rows, then over a column, then a broadcast |
//! | `wafer/broadcast` | the broadcast over a rectangle |
//! | `wafer/snake` | one chain through all PEs of a rectangle |
//! | `wafer/centre_rooted` | from both halves into the centre, and back |
//! | `wafer/row_rings` | rings along rows, and over rows and columns |
//! | `wafer/strips`, `wafer/strips_parts` | replicas as vertical strips of a wafer |
//! | `wafer/wafer_tree` | the tree between wafers |
//! | `algorithm` | all algorithms with id, label and phases |
//! | `registry` | which of them run an operation on a fabric, and their plans |
//! | `chip_plans`, `wafer_plans` | which algorithm runs which operation where, and its plan |
//! | `sequence`, `sequence_plan` | operations with dependencies, as one plan |
//! | `rank_group` | a group of ranks as a fabric of its own |
//! | `with_faults` | adapts a plan of a wafer to slow or broken links and late PEs |

mod algorithm;
mod chip_plans;
mod gpu;
mod rank_group;
mod registry;
mod sequence;
mod sequence_plan;
mod wafer;
mod wafer_plans;
mod with_faults;

pub use algorithm::{Algorithm, ChipAlgorithm, PerPeAlgorithm, PlanInputs, RankLayout};
pub use gpu::{
    FirstPartner, Rooted, chain, channel_rings, channel_rings_all_reduce, direct, direct_all_reduce,
    double_binary_tree, double_binary_tree_all_reduce, halving_doubling, halving_doubling_all_reduce, has_multi_rings,
    measured_rings, measured_sends, multi_rings, nccl_tree_stream_count, nccl_tree_streams, nvls_all_reduce, nvls_half,
    nvls_rooted, nvls_streams, nvls_tree_all_reduce, nvls_tree_stream_count, nvls_tree_streams, pairwise_all_to_all,
    ring_all_reduce, ring_halves, ring_over, rooted_rails, shift,
};
pub use rank_group::RankGroup;
pub use sequence::{OperationWork, Sequence, SequenceOperation};
pub use sequence_plan::{SequenceInputs, group_plan, on_whole_fabric, sequence_plan};
pub use wafer::{
    AutoGen, Broadcast, RingMapping, Root, RowPattern, StripLayout, XyPattern, auto_gen, auto_gen_energy,
    centre_rooted_all_reduce, centre_rooted_broadcast, centre_rooted_reduce, grid_broadcast, row_broadcast, row_reduce,
    row_ring_all_reduce, snake_all_reduce, snake_reduce, strips_all_reduce, strips_direct, strips_rooted,
    wafer_ring_all_reduce, wafer_ring_least_time, wafer_rings, wafer_tree_all_reduce, wafer_tree_rooted, xy_all_reduce,
    xy_in_tree_reduce, xy_reduce,
};
pub use with_faults::fit_to_faults;

// The operations: how long NCCL takes for them is known without a plan.
pub use crate::nccl::Collective;

// The parts of a plan, for those who import an algorithm.
pub use crate::plan::*;

#[cfg(test)]
mod tests;
