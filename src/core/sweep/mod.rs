//! Sweeps: a scene solved for every value of one or more settings, and the crossovers of its curves.
//!
//! | file | contents |
//! |---|---|
//! | `sweep_axis` | lists and ranges of values, as typed |
//! | `values` | the values of one path, with their unit |
//! | `axes` | all paths of a sweep |
//! | `subject` | the settings of a scene that can be swept, for a menu |
//! | `point` | the values of all paths at one point |
//! | `row` | one fabric at one point |
//! | `parallel` | solves points in threads |
//! | `sweep` | all of it |
//! | `crossover` | the values at which another curve becomes the fastest |

mod axes;
mod crossover;
mod error;
mod fabric_links;
mod parallel;
mod point;
mod row;
mod subject;
#[allow(clippy::module_inception, reason = "the type that the room is named after")]
mod sweep;
mod sweep_axis;
#[cfg(test)]
mod sweep_tests;
mod values;

pub use crossover::{Crossover, UntriedChange, crossovers, fastest_changes, untried_changes};
pub use error::{MAX_POINTS, SweepError};
pub use fabric_links::NamedLinks;
pub use row::Row;
pub use subject::Subject;
pub use sweep::Sweep;
pub use sweep_axis::SweepAxis;
pub use values::{PathValues, Unit, Value};
