//! Resolution: from the names and texts of a scene file to machines, quantities and links.
//!
//! | file | contents |
//! |---|---|
//! | `checker` | collects errors; quantities and choices |
//! | `scene` | the scene as a whole |
//! | `chips`, `measured`, `free`, `wafer` | fabrics by kind of machine |
//! | `training`, `training_jobs` | a training run and its jobs |
//! | `sequence`, `rank_text` | operations with dependencies, and their groups of ranks |
//! | `faults` | slow, broken and late parts, other traffic |
//! | `decision` | the conditions of a claim |

mod checker;
mod chips;
mod decision;
mod faults;
mod free;
mod measured;
mod rank_text;
mod scene;
mod sequence;
mod training;
mod training_jobs;
mod wafer;

pub use decision::{Accepted, Decision, Measure, TrainingFigure};

pub(crate) use checker::Wrong;
pub(crate) use scene::check;
