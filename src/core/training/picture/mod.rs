//! A step as it is drawn: rows of spans in a window of time, as fine as the pixels allow.
//!
//! | file | contents |
//! |---|---|
//! | `mix` | what a span consists of: compute, hidden and exposed communication, bubble |
//! | `span` | spans and rows |
//! | `row` | one stream, from which the spans of a window are cut |
//! | `layers` | a pass cut into layers and kernels |
//! | `step_picture` | all streams of a step |

mod layers;
mod mix;
mod row;
mod span;
mod step_picture;
#[cfg(test)]
mod tests;

pub use mix::Mix;
pub use span::{Row, Span, SpanKind};
pub use step_picture::{Doing, StepPicture};
