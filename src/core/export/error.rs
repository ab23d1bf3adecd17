//! Why there is no file.

use super::source::MAX_BINS;
use crate::units::grouped;

/// Why a scene has no file of a format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// The scene has no runs of its own: a training run is a series of them.
    #[error("a training run has no rates of links; open one of its collectives, or export a scene of one collective")]
    TrainingRun,
    /// There is no such fabric.
    #[error("no fabric {number}: the scene has {count}, numbered from 0")]
    NoFabric {
        /// The number.
        number: usize,
        /// The number of fabrics.
        count: usize,
    },
    /// None of the fabrics ran.
    #[error("no fabric of the scene ran; `fabricscope run` shows why")]
    NothingRan,
    /// The runs have too many transfers to follow them link by link.
    #[error("{fabric}: {} transfers are too many to list the rates of links; use fewer ranks", grouped(*transfers))]
    TooManyTransfers {
        /// The fabric's letter.
        fabric: String,
        /// Its transfers.
        transfers: u64,
    },
    /// The file would be too long.
    #[error("the file would have more than {} rows; use fewer equal spans of the run (bins), or one fabric", grouped(*limit))]
    TooManyRows {
        /// The most rows.
        limit: u64,
    },
    /// None of the runs has a bandwidth.
    #[error("no fabric has a bandwidth: a sequence of operations has no common one")]
    NoBandwidth,
    /// There are no sizes to draw a curve over.
    #[error("a curve needs a sweep over the message size with at least two sizes")]
    NoSweep,
    /// A number of bins that is not accepted.
    #[error("{bins} bins; accepted: 1 to {MAX_BINS}")]
    Bins {
        /// The number.
        bins: u32,
    },
}
