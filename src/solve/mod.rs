//! Solving: every fabric of a scene is planned, played, and held against its bounds.

mod fabric_bound;
#[cfg(test)]
mod fault_tests;
mod figures;
mod measured;
#[cfg(test)]
mod measured_tests;
mod notes;
mod replay;
mod solver;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vector_tests;
mod wafer_bound;

pub use figures::RunFigures;
pub use measured::held_words;
pub use notes::Note;
pub use replay::{Parameter, ParameterKind, Replay};
pub use solver::{FabricRun, Outcome, RunResult, solve};
