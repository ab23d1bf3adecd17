//! Why a collective has no plan on a fabric, and the limits of a plan.

use std::fmt;

use crate::units::grouped;

/// A count of a plan that has a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanCount {
    /// Sends, each with an id of 32 bits.
    Sends,
    /// Transfers that are written out.
    Transfers,
    /// Link runs of routes that are written out.
    RouteRuns,
    /// Dependencies that are written out.
    Deps,
    /// Transfers after the cohorts of a wafer are split by row.
    SplitTransfers,
    /// Links that these transfers cross.
    SplitLinks,
}

impl fmt::Display for PlanCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PlanCount::Sends => "sends",
            PlanCount::Transfers => "transfers to write out",
            PlanCount::RouteRuns => "link runs to write out",
            PlanCount::Deps => "dependencies to write out",
            PlanCount::SplitTransfers => "transfers after its rows are split",
            PlanCount::SplitLinks => "links to cross after its rows are split",
        })
    }
}

/// Why a collective cannot be planned on a fabric.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A link is down and there is no alternate path. Holds the name of the link.
    #[error(
        "link {0} is down and there is no alternate path; repair it, or choose an algorithm or ranks that do not need it"
    )]
    NoAlternatePath(String),
    /// No links lead from one rank to another.
    #[error("no path from chip {from} to chip {to}; add links between them")]
    NoPath {
        /// The sender.
        from: u32,
        /// The receiver.
        to: u32,
    },
    /// A count of the plan exceeds its limit.
    #[error(
        "the plan has {} {count} (limit {}){}; use fewer ranks or an algorithm with fewer steps",
        grouped(*.needed),
        grouped(*.limit),
        .ranks_that_fit.map_or_else(String::new, |ranks| format!("; about {} ranks would fit", grouped(ranks)))
    )]
    TooMany {
        /// The count of this plan.
        needed: u64,
        /// The counted items.
        count: PlanCount,
        /// The largest count that is accepted.
        limit: u64,
        /// A number of ranks that fits, if that is known.
        ranks_that_fit: Option<u64>,
    },
    /// There is no measured timing for this algorithm, machine or size.
    #[error("no measured timing for this algorithm here; choose another algorithm, or timing `ideal`")]
    NotMeasured,
    /// Halving needs a power of two. Holds the number of ranks.
    #[error("halving-doubling needs a power of two of ranks, not {0}; change the number of ranks, or choose `ring`")]
    NotAPowerOfTwo(u32),
    /// The algorithm needs another kind of ranks or topology. Holds the id of the algorithm.
    #[error("algorithm `{0}` does not fit this fabric; choose another one")]
    DoesNotFit(&'static str),
}

/// Most transfers (or links of routes) that a plan writes out: a ring of 1,024 ranks fits.
const MAX_LISTED: u64 = 2_200_000;
/// Most dependencies that a plan writes out.
const MAX_LISTED_DEPS: u64 = 8_000_000;

/// Refuses a count above its limit.
///
/// # Errors
/// [`PlanError::TooMany`].
pub(crate) fn check_limit(needed: u64, count: PlanCount, limit: u64) -> Result<(), PlanError> {
    if needed > limit { Err(PlanError::TooMany { needed, count, limit, ranks_that_fit: None }) } else { Ok(()) }
}

/// Refuses a plan that would be too long when written out, before memory is allocated.
///
/// # Errors
/// [`PlanError::TooMany`] beyond 2.2 million transfers or 8 million dependencies.
pub fn check_listed(transfers: u64, deps: u64) -> Result<(), PlanError> {
    // The count that is farther beyond its limit decides how many ranks would fit.
    if deps / MAX_LISTED_DEPS > transfers / MAX_LISTED {
        check_limit(deps, PlanCount::Deps, MAX_LISTED_DEPS)?;
    }
    check_limit(transfers, PlanCount::Transfers, MAX_LISTED)?;
    check_limit(deps, PlanCount::Deps, MAX_LISTED_DEPS)
}

/// Most link runs of all routes of a plan of few transfers: trees over 131,072 GPUs fit, and take 300 MB.
const MAX_ROUTE_RUNS: u64 = 4_400_000;
/// Link runs that are worth their cost: up to here, streams are added so that the mean over ranks is exact.
pub(crate) const USEFUL_ROUTE_RUNS: u64 = 2_200_000;

/// Refuses a plan whose routes would have too many link runs.
///
/// # Errors
/// [`PlanError::TooMany`] beyond 4.4 million.
pub(crate) fn check_route_runs(runs: u64) -> Result<(), PlanError> {
    check_limit(runs, PlanCount::RouteRuns, MAX_ROUTE_RUNS)
}

/// Number of sends as an id of 32 bits.
///
/// # Errors
/// [`PlanError::TooMany`] if there are more.
pub(crate) fn check_sends(sends: u64) -> Result<(), PlanError> {
    check_limit(sends, PlanCount::Sends, u64::from(u32::MAX))
}
