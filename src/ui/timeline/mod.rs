//! Below the stage: for every fabric its links (or link classes) over time, on one axis, with phases, marks, the loop and
//! the playhead.
//!
//! | file | holds |
//! |---|---|
//! | `axis` | which instant is where |
//! | `panel` | the whole timeline |
//! | `strip` | one line in its place, in low windows |
//! | `ruler` | round times, loop, playhead |
//! | `rows` | name and contents of each fabric's row |
//! | `marks` | where chips and fabrics are done |
//! | `footer` | which rows are shown, and what they are |
//! | `class_utilisation` | one area per link class |
//! | `operations` | the operations of a sequence |
//! | `critical_path` | the critical path over both |
//! | `pointer` | scrub, loop, zoom, select |

mod axis;
mod class_utilisation;
mod critical_path;
mod footer;
mod marks;
mod operations;
mod panel;
mod pointer;
mod rows;
mod ruler;
mod strip;

pub(super) use panel::{height, timeline_ui};
pub(super) use strip::{STRIP, strip_ui};
