//! Solving: every fabric of a scene is planned, played, and held against its bounds.

mod fabric_bound;
#[cfg(test)]
mod fault_tests;
#[cfg(test)]
mod full_mesh_tests;
mod layout;
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

pub use layout::Layout;
pub use notes::Note;
pub use replay::{Parameter, ParameterKind, Replay};
pub use solver::{FabricRun, Outcome, RunResult, solve};
