//! Resolution: from the names and texts of a scene file to machines, quantities and links.
//!
//! | file | contents |
//! |---|---|
//! | `checker` | collects errors; quantities and choices |
//! | `scene` | the scene as a whole |
//! | `chips`, `measured`, `free`, `wafer` | fabrics by kind of machine |
//! | `faults` | slow, broken and late parts, other traffic |
//! | `decision` | the conditions of a claim |

mod checker;
mod chips;
mod decision;
mod faults;
mod free;
mod measured;
mod scene;
mod wafer;

pub use decision::{Accepted, Decision, Measure};

pub(crate) use checker::Wrong;
pub(crate) use scene::check;
