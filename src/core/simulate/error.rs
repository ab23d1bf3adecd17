//! Why a plan cannot be simulated, and the limits of a run.

use std::fmt;

use crate::plan::PlanError;
use crate::units::grouped;

/// Latest instant of a run, 2.5 hours: half of what integer time reaches, so that sums of two instants never overflow.
pub(super) const MAX_TIME_FS: u64 = u64::MAX / 2;

/// What a run has a budget of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budgeted {
    /// Memory, bytes.
    Memory,
    /// Work: visits of a link by a stream.
    Work,
}

/// A run that is larger than its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub struct TooLarge {
    /// What there is not enough of.
    pub budgeted: Budgeted,
    /// What the run needs, or more than the limit if it was stopped there.
    pub needed: u64,
    /// What there is: the budget of a scene, less what its other fabrics use.
    pub limit: u64,
    /// A number of ranks that fits, if that is known.
    pub ranks_that_fit: Option<u64>,
}

impl TooLarge {
    /// What it needs and what there is, for a sentence about a run.
    pub fn reason(&self) -> String {
        let mib = |bytes: u64| grouped(bytes.div_ceil(1 << 20));
        match self.budgeted {
            // A run that is stopped while it records rates needs an unknown amount more.
            Budgeted::Memory if mib(self.needed) == mib(self.limit) => {
                format!("needs more than the {} MiB of memory that are left for it", mib(self.limit))
            }
            Budgeted::Memory => {
                format!("needs {} MiB of memory ({} MiB are left for it)", mib(self.needed), mib(self.limit))
            }
            Budgeted::Work => {
                let (needed, limit) = (grouped(self.needed), grouped(self.limit));
                format!("needs at least {needed} visits of links ({limit} are left for it)")
            }
        }
    }
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the run {}", self.reason())?;
        if let Some(ranks) = self.ranks_that_fit {
            write!(f, "; about {} ranks would fit", grouped(ranks))?;
        }
        write!(f, "; use fewer ranks, a smaller region, fewer fabrics or an algorithm with fewer transfers")
    }
}

/// Why a plan cannot be simulated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimulateError {
    /// A route names a link that the fabric does not have.
    #[error("the plan uses link {0}, which the fabric does not have")]
    NoSuchLink(u32),
    /// A route crosses a link without capacity. Holds the name of the link.
    #[error("the algorithm needs link {0}, which is down; repair it")]
    LinkDown(String),
    /// A transfer has a route without links, so that nothing limits its rate.
    #[error("transfer {0} has an empty route")]
    EmptyRoute(u32),
    /// A dependency has a hop offset above the latency of the route, or names a later transfer.
    #[error("transfer {0} has an invalid dependency")]
    BadDependency(u32),
    /// The run needs more memory or work than its budget.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The run does not end within integer time.
    #[error(
        "the run takes longer than 2.5 hours of simulated time, the limit; a smaller message, faster links, or shorter latencies and delays would fit"
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

/// Refuses what needs more than there is.
pub(super) fn check_budget(budgeted: Budgeted, needed: u64, limit: u64) -> Result<(), SimulateError> {
    if needed <= limit { Ok(()) } else { Err(TooLarge { budgeted, needed, limit, ranks_that_fit: None }.into()) }
}
