//! Why a sweep cannot start.

use crate::scene::Diagnostics;
use crate::units::{grouped, quoted};

/// The most points of a sweep.
pub const MAX_POINTS: u64 = 10_000;

/// Why a sweep cannot start.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SweepError {
    /// No path, or no values.
    #[error(
        "`{}` is not PATH=VALUES; use a path and its values, such as workload.message=8B..16GiB*2 or fabrics.0.algorithm=ring,nvls",
        quoted(.0)
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
    /// A range that leads beyond the numbers that can be told apart.
    #[error("{}: the range reaches numbers that are too large or too small; accepted: 1e-300 to 1e300", quoted(.over))]
    Unbounded {
        /// As typed.
        over: String,
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
    #[error("{} is swept twice; write all of its values in one --over", quoted(.0))]
    Twice(String),
    /// Nothing to sweep.
    #[error("a sweep needs a path and its values, such as workload.message=8B..16GiB*2")]
    Nothing,
    /// One of its scenes is rejected.
    #[error("{0}")]
    Diagnostics(Box<Diagnostics>),
}
