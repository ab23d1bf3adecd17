//! Collectives: all-reduce algorithms written as plans of transfers over routes.
//!
//! A plan says what must move where and in which order, never when: times are the engine's.
//!
//! | file | plans |
//! |---|---|
//! | `plan` | the building blocks: routes, transfers, dependencies |
//! | `switched` | ring and in-switch reduction (NVLS) among GPUs round a switch |
//! | `switched_steps` | halving-doubling, direct, double binary tree |
//! | `rows` | star, chain, tree, two phases along a line of PEs; broadcast |
//! | `grid` | any of them over rows, then a column, then a flood back |
//! | `strips` | replicas as vertical strips of a wafer |

mod grid;
mod plan;
mod rows;
mod strips;
mod switched;
mod switched_steps;

pub use grid::{XyPattern, xy_all_reduce, xy_in_tree_reduce, xy_reduce};
pub use plan::{
    Cohort, Delivery, Dep, DepKind, Part, Phase, Plan, PlanBuilder, Route, RouteId, Run, StageId, Transfer, TransferId,
};
pub use rows::{RowPattern, row_broadcast, row_reduce};
pub use strips::{Broadcast, Root, StripLayout, strips_all_reduce};
pub use switched::{SoftwareDelays, nvls_all_reduce, ring_all_reduce};
pub use switched_steps::{direct_all_reduce, double_binary_tree_all_reduce, halving_doubling_all_reduce};

#[cfg(test)]
mod tests;
