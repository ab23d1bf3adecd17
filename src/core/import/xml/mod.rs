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

use super::form::Form;

pub(super) mod graph;
pub(super) mod graph_import;
mod near;
pub(super) mod topology;
pub(super) mod topology_import;
pub(super) mod tree;

/// Whether a tag is the root of one of the files.
pub(super) fn is_root(tag: &str) -> bool {
    matches!(tag, "system" | "graphs")
}

/// The root of a file that stands within other text: its place, and what the file is.
pub(super) fn quoted_root(text: &str) -> Option<(usize, Form)> {
    let system = text.find("<system version").map(|at| (at, Form::TopologyXml));
    let graphs = text.find("<graphs version").map(|at| (at, Form::GraphXml));
    [system, graphs].into_iter().flatten().min_by_key(|(at, _)| *at)
}
