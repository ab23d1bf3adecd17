//! Why a sweep cannot start.

use crate::scene::Diagnostics;
use crate::units::grouped;

/// The most points of a sweep.
pub const MAX_POINTS: u64 = 10_000;

/// Why a sweep cannot start.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SweepError {
    /// No path, or no values.
    #[error(
        "`{0}` is not PATH=VALUES; use a path and its values, such as workload.message=8B..16GiB*2 or fabrics.0.algorithm=ring,nvls"
    )]
    Malformed(String),
    /// Values that cannot be read.
    #[error("{over}: {problem}; {hint}")]
    Values {
        /// As typed.
        over: String,
        /// The problem.
        problem: String,
        /// The accepted values.
        hint: String,
    },
    /// Too many points.
    #[error("too many points: {}; the limit is {}; use a larger step or fewer values", grouped(*.points), grouped(*.limit))]
    TooMany {
        /// The number of points.
        points: u64,
        /// The limit.
        limit: u64,
    },
    /// A path that occurs more than once.
    #[error("{0} is swept twice; write all of its values in one --over")]
    Twice(String),
    /// Nothing to sweep.
    #[error("a sweep needs a path and its values, such as workload.message=8B..16GiB*2")]
    Nothing,
    /// One of its scenes is rejected.
    #[error("{0}")]
    Diagnostics(Box<Diagnostics>),
}
