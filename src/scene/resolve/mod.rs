//! Resolution: from the names and texts of a scene file to machines, quantities and links.

mod checker;
mod chips;
mod decision;
mod faults;

pub use decision::{Accepted, Decision, Measure};
pub use faults::find_link;

pub(crate) use checker::check;
pub(crate) use faults::normal;
