//! Solving: every fabric of a scene is planned, simulated, and compared with its bounds.
//!
//! | file | contents |
//! |---|---|
//! | `solver` | all fabrics of a scene, within one budget |
//! | `reuse` | fabrics that an earlier version of the scene has in common |
//! | `fabric_solver` | one fabric with one algorithm |
//! | `auto` | `auto` and `nccl-table`: which algorithm runs |
//! | `choice` | what was tried, and what could not be tried and why |
//! | `ranks_that_fit` | how many ranks of a refused fabric would fit |
//! | `run` | one run with its plan, result and notes |
//! | `sequence` | an algorithm for every operation of a sequence, and when each ran |
//! | `layout` | how the ranks of a run are laid out |
//! | `precheck` | whether a scene can be solved, by planning alone |
//! | `planner` | the plan of a fabric |
//! | `measured`, `measured_faults` | the plan of the measured timing, and what faults leave of its rates |
//! | `demand` | what an operation must move, whatever the algorithm |
//! | `fabric_bound`, `axis_bound`, `wafer_bound` | times that no run of an operation can beat |
//! | `scaling` | figures that can be scaled |
//! | `replay` | a run simulated again with something changed |
//! | `note`, `notes` | sentences beside a result |

mod auto;
#[cfg(test)]
mod auto_tests;
mod axis_bound;
#[cfg(test)]
mod budget_tests;
mod choice;
mod demand;
mod fabric_bound;
mod fabric_solver;
#[cfg(test)]
mod fault_tests;
mod figures;
#[cfg(test)]
mod full_mesh_tests;
#[cfg(test)]
mod large_tests;
mod layout;
mod measured;
#[cfg(test)]
mod measured_fault_tests;
mod measured_faults;
#[cfg(test)]
mod measured_tests;
#[cfg(test)]
mod multi_ring_tests;
mod note;
mod notes;
#[cfg(test)]
mod operation_tests;
mod planner;
mod precheck;
mod ranks_that_fit;
mod replay;
mod reuse;
mod run;
mod scaling;
mod sequence;
#[cfg(test)]
mod sequence_tests;
mod solver;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vector_tests;
mod wafer_bound;

pub use choice::{Choice, Tried, Untried, UntriedReason};
pub use fabric_solver::estimated_cost;
pub use figures::RunFigures;
pub use layout::Layout;
pub use note::{Note, NoteCode};
pub use precheck::{Obstacle, obstacles, runnable};
pub use replay::Replay;
pub use reuse::SolvedFabrics;
pub use run::{FabricRun, Outcome, RunResult};
pub use scaling::{Parameter, ParameterKind};
pub use sequence::OperationRun;
pub use solver::{SceneSolver, solve, solve_within};
