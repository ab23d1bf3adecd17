//! Why a plan cannot be simulated, and the limits of a run.

use crate::plan::PlanError;
use crate::units::grouped;

/// Most routes x links that may meet in one part of a fabric.
pub(super) const MAX_SPANS: u64 = 16_000_000;
/// Largest trace that is recorded, bytes.
pub const MAX_TRACE_BYTES: u64 = 1 << 30;
/// Latest instant of a run, 2.5 hours: half of what integer time reaches, so that sums of two instants never overflow.
pub(super) const MAX_TIME_FS: u64 = u64::MAX / 2;

/// Why a plan cannot be simulated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimulateError {
    /// A route names a link that the fabric does not have.
    #[error("the plan uses link {0}, which the fabric does not have")]
    NoSuchLink(u32),
    /// A route crosses a link without capacity. Holds the name of the link.
    #[error("the algorithm needs link {0}, which is down; repair it or choose another algorithm")]
    LinkDown(String),
    /// A transfer has a route without links, so that nothing limits its rate.
    #[error("transfer {0} has an empty route")]
    EmptyRoute(u32),
    /// A dependency has a hop offset above the latency of the route, or names a later transfer.
    #[error("transfer {0} has an invalid dependency")]
    BadDependency(u32),
    /// The plan needs more memory than a trace may take.
    #[error("the plan needs {needed} (limit {limit}); use fewer ranks or a smaller region")]
    TooLarge {
        /// The amount that the run needs.
        needed: String,
        /// The limit.
        limit: String,
    },
    /// The run does not end within integer time.
    #[error(
        "the run takes more than 2.5 hours of simulated time; use a smaller message, faster links, or shorter latencies and delays"
    )]
    TooLong,
    /// A transfer never started. An error of the plan.
    #[error("transfer {0} never started: its dependencies form a cycle")]
    Stuck(u32),
    /// A cohort contains a stream that crosses a link of another capacity. An error of the plan.
    #[error("internal error: the copies of transfer {0} are not identical")]
    MixedCapacityCohort(u32),
    /// The collective cannot be planned.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A run beat a bound. An error of the engine, never a result.
    #[error("internal error: the run took {time_fs} fs, less than its bound of {bound_fs} fs")]
    FasterThanBound {
        /// Reported time.
        time_fs: u64,
        /// The bound.
        bound_fs: u64,
    },
}

/// Refuses a trace that would be too large, before memory is allocated.
pub(super) fn check_trace_bytes(bytes: u64) -> Result<(), SimulateError> {
    if bytes <= MAX_TRACE_BYTES {
        return Ok(());
    }
    Err(SimulateError::TooLarge {
        needed: format!("a trace of {} MiB", grouped(bytes >> 20)),
        limit: format!("{} MiB", grouped(MAX_TRACE_BYTES >> 20)),
    })
}

/// Refuses more spans of links than [`MAX_SPANS`], before memory is allocated.
pub(super) fn check_spans(spans: u64) -> Result<(), SimulateError> {
    if spans <= MAX_SPANS {
        return Ok(());
    }
    Err(SimulateError::TooLarge { needed: format!("{} runs of links", grouped(spans)), limit: grouped(MAX_SPANS) })
}
