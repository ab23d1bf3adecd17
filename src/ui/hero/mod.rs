//! The hero line: how much faster the fastest fabric is, in one number, one sentence and bars to one scale.
//!
//! | file | holds |
//! |---|---|
//! | `outcome` | the number, the sentence and the bars of a session |
//! | `line` | paints them |

mod line;
mod outcome;

pub(super) use line::{height, hero_ui};
pub(super) use outcome::{Outcome, time_scale};
