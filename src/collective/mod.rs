//! Collectives: all-reduce algorithms written as plans of transfers over routes.
//!
//! A plan says what must move where and in which order, never when: times are the engine's.
//!
//! | file | plans |
//! |---|---|
//! | `plan` | the building blocks: routes, transfers, dependencies |
//! | `switched` | ring and in-switch reduction (NVLS) among GPUs round a switch |
//! | `rows` | broadcast and chain along a row of PEs |
//! | `grid` | X-Y chain over a rectangle of PEs |
//! | `strips` | replicas as vertical strips of a wafer |

mod grid;
mod plan;
mod rows;
mod strips;
mod switched;

pub use grid::{xy_chain_all_reduce, xy_chain_reduce, xy_in_tree_reduce};
pub use plan::{
    Cohort, Delivery, Dep, DepKind, Phase, Plan, PlanBuilder, Route, RouteId, Run, StageId, Transfer, TransferId,
};
pub use rows::{row_broadcast, row_chain_reduce};
pub use strips::{Broadcast, Root, StripLayout, strips_all_reduce};
pub use switched::{SoftwareDelays, nvls_all_reduce, ring_all_reduce};
