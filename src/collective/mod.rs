//! Collectives: all-reduce algorithms written as plans of transfers over routes.
//!
//! A plan says what must move where and in which order, never when: times are the engine's.
//!
//! | file | plans |
//! |---|---|
//! | `plan` | transfers, cohorts, dependencies: what a plan is |
//! | `build` | building one |
//! | `route` | runs of links and routes |
//! | `way` | the way from rank to rank, and why there may be none |
//! | `delays` | software, and ranks that come late or are slow |
//! | `rings` | rings along one or more dimensions, as a rule |
//! | `pairs` | halving-doubling, direct, rings over several channels |
//! | `alike` | plans whose ranks do the same, as a rule: rings over channels, direct round a switch |
//! | `trees` | double binary tree, in-switch reduction, trees between nodes and between wafers |
//! | `rows` | star, chain, tree, two phases along a line of PEs; broadcast |
//! | `auto_gen` | the planner that chooses a tree for a line and a vector |
//! | `grid` | any of them over rows, then a column, then a flood back |
//! | `flood` | the broadcast over a rectangle |
//! | `snake` | one chain through all PEs of a rectangle |
//! | `centre` | from both halves into the centre, and back |
//! | `row_ring` | rings along rows, and over rows and columns of a rectangle |
//! | `strips` | replicas as vertical strips of a wafer |
//! | `registry` | all algorithms with id, label, what they fit, and their builder |
//! | `uneven` | any plan of a wafer, fitted to links and PEs that are not as the others |

mod alike;
mod auto_gen;
mod build;
mod centre;
mod delays;
mod flood;
mod grid;
mod pairs;
mod plan;
mod registry;
mod rings;
mod route;
mod row_ring;
mod rows;
mod snake;
mod strips;
mod trees;
mod uneven;
mod way;

pub use alike::{Alike, ChannelRings, Fold, SwitchExchange};
pub use auto_gen::{AutoGen, auto_gen, auto_gen_energy};
pub use centre::centre_rooted_all_reduce;
pub use delays::Delays;
pub use flood::grid_broadcast;
pub use grid::{XyPattern, xy_all_reduce, xy_in_tree_reduce, xy_reduce};
pub use pairs::{FirstPartner, channel_rings_all_reduce, direct_all_reduce, halving_doubling_all_reduce};
pub(crate) use plan::way;
pub use plan::{
    Cohort, Delivery, Dep, DepKind, Flow, MessageSlice, Plan, PlanBuilder, PlanError, PlanPhaseId, Route, RouteId,
    RouteRun, Transfer, TransferId,
};
pub use registry::{Algorithm, ChipAlgorithm, PerPeAlgorithm, PlanInputs, RankLayout};
pub use rings::{Channels, Loops, RankOrder, RingPhase, Rings, channel_ring_all_reduce, ring_all_reduce, ring_over};
pub use row_ring::{RingMapping, row_ring_all_reduce, wafer_ring_all_reduce};
pub use rows::{RowPattern, row_broadcast, row_reduce};
pub use snake::{snake_all_reduce, snake_reduce};
pub use strips::{Broadcast, Root, StripLayout, strips_all_reduce};
pub use trees::{
    double_binary_tree_all_reduce, nccl_tree_stream_count, nccl_tree_streams, nvls_all_reduce, nvls_streams,
    nvls_tree_all_reduce, nvls_tree_stream_count, nvls_tree_streams, wafer_tree_all_reduce,
};
pub use uneven::fit_to_faults;

#[cfg(test)]
mod tests;
