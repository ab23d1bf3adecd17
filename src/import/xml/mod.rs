//! NCCL's XML files.
//!
//! | file | contents |
//! |---|---|
//! | `tree` | elements with their attributes and lines, within limits |
//! | `topology` | the elements of a machine: GPUs, lanes, NICs |
//! | `near` | which NIC is near to which GPU |
//! | `topology_import` | a machine from them |
//! | `graph` | NCCL's rings and trees |
//! | `graph_import` | a ring as a scene |

pub(super) mod graph;
pub(super) mod graph_import;
mod near;
pub(super) mod topology;
pub(super) mod topology_import;
pub(super) mod tree;
