//! Algorithms among the PEs of a wafer, and between wafers.

mod auto_gen;
mod broadcast;
mod centre_rooted;
mod line_patterns;
mod row_rings;
mod snake;
mod strips;
mod strips_parts;
mod wafer_tree;
mod xy;

pub use auto_gen::{AutoGen, auto_gen, auto_gen_energy};
pub use broadcast::grid_broadcast;
pub use centre_rooted::{centre_rooted_all_reduce, centre_rooted_broadcast, centre_rooted_reduce};
pub use line_patterns::{RowPattern, row_broadcast, row_reduce};
pub use row_rings::{RingMapping, row_ring_all_reduce, wafer_ring_all_reduce, wafer_ring_least_time, wafer_rings};
pub use snake::{snake_all_reduce, snake_reduce};
pub use strips::{Broadcast, Root, StripLayout, strips_all_reduce};
pub use strips_parts::{strips_direct, strips_rooted};
pub use wafer_tree::{wafer_tree_all_reduce, wafer_tree_rooted};
pub use xy::{XyPattern, xy_all_reduce, xy_in_tree_reduce, xy_reduce};
