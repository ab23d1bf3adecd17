//! The constants that step times do not determine, at an end of their ranges.

use crate::catalog::{RangeEnd, TrainingConstants};

/// What decides how much of the communication is exposed, and is not known well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uncertain {
    /// Pieces of an overlapped tensor-parallel collective, the first of which is exposed; 0 means one per rank.
    pub tensor_pieces: f64,
    /// Seconds of compute that a second of hidden communication costs.
    pub slow_down: f64,
    /// What the slowest of many nodes adds, as a share of a step per spread.
    pub straggler: f64,
}

impl Uncertain {
    /// All of them at one end: the low end exposes the least.
    pub fn at(constants: &TrainingConstants, end: RangeEnd) -> Uncertain {
        Uncertain {
            tensor_pieces: constants.tensor_overlap_pieces.at(end),
            slow_down: constants.slow_down.at(end),
            straggler: constants.straggler.at(end),
        }
    }

    /// A network that costs nothing: nothing is exposed, slowed or late.
    pub const PERFECT: Uncertain = Uncertain { tensor_pieces: 0.0, slow_down: 0.0, straggler: 0.0 };
}
