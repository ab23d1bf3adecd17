//! Resolution: from the names and texts of a scene file to machines, quantities and links.

mod checker;
mod chips;
mod decision;
mod faults;

pub use decision::{Accepted, Decision, Measure};

pub(crate) use checker::check;
