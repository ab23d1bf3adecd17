//! Figures as SVG: text as text, no script, no fonts of their own.
//!
//! | file | contents |
//! |---|---|
//! | `canvas` | shapes and text as elements, in one coordinate system |
//! | `timeline` | the links of every fabric over time, and the critical path |
//! | `machine` | chips, links and boxes of every fabric |
//! | `curve` | the bus bandwidth over the message size |
//! | `plot_axes` | round numbers for the axes of a plot |

mod canvas;
mod curve;
mod machine;
mod plot_axes;
mod timeline;

pub(super) use curve::curve;
pub(super) use machine::machine;
pub(super) use timeline::timeline;
