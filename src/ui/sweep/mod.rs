//! The sweep in the place of the timeline.
//!
//! | file | holds |
//! |---|---|
//! | `panel` | setting, figure, progress, crossovers |
//! | `plot` | curves, crossovers, and the value of the open scene |
//! | `curve` | the rows of one curve, its colour and its dashes |
//! | `axes` | logarithmic axes with round marks |

mod axes;
mod curve;
mod panel;
mod plot;

pub(super) use panel::{height, sweep_ui};
