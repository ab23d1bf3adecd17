//! The engine: plays a plan on a fabric and records when everything happened.
//!
//! Streams, not packets (the model of a fluid): a transfer moves over its whole route at one rate, rates are max-min
//! fair, heads and tails move at the link latencies, dependencies release on a head, a tail or a free port. The
//! engine knows no machine and no algorithm.
//!
//! | file | what |
//! |---|---|
//! | `resources` | folds links that always behave alike into one, drops those that can never bind |
//! | `share` | max-min fair rates of the streams that meet |
//! | `engine` | the event loop |
//! | `sweep` | the fast path of rings |
//! | `fold` | the fast path of plans whose ranks are alike |
//! | `local` | what links seem to carry in their own time |
//! | `bounds` | what no run may beat: path and load of the plan |

mod bounds;
mod engine;
mod fold;
mod local;
mod resources;
mod share;
mod sweep;

pub use bounds::PlanBounds;
pub use local::{LocalExcess, local_excess};

use crate::collective::{Plan, PlanError, RouteId};
use crate::fabric::{Fabric, LinkId};
use crate::trace::Trace;
use crate::units::Femtos;
use resources::Resources;

/// Most routes x links that may meet in one place of a fabric before a plan is refused.
const MAX_SPANS: u64 = 16_000_000;
/// Largest trace that is recorded, bytes.
pub const MAX_TRACE_BYTES: u64 = 1 << 30;
/// Latest instant of a run, 2.5 hours: half of what integer time reaches, so that sums of two instants never overflow.
const MAX_TIME_FS: u64 = u64::MAX / 2;

/// Why a plan cannot be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimulateError {
    /// A route names a link that the fabric does not have.
    #[error("the plan uses link {0}, which the fabric does not have")]
    NoSuchLink(u32),
    /// A route leads over a link without capacity.
    #[error("the plan needs {0}, which is down")]
    LinkDown(String),
    /// A transfer has no route, so nothing limits its rate.
    #[error("transfer {0} has an empty route")]
    EmptyRoute(u32),
    /// A dependency asks for more lead than the route is long, or names a later transfer.
    #[error("transfer {0} has a dependency that cannot be kept")]
    BadDependency(u32),
    /// The plan is larger than a trace may become.
    #[error("the plan needs {needed} (limit {limit}): fewer ranks or a smaller region would fit")]
    TooLarge {
        /// What it would need.
        needed: String,
        /// What is allowed.
        limit: String,
    },
    /// The run does not end within integer time.
    #[error(
        "the run takes longer than 2.5 hours of simulated time: a smaller message, a faster link, or shorter latencies and delays would fit"
    )]
    TooLong,
    /// A transfer was never released. An error of the plan.
    #[error("transfer {0} never started: the plan waits for itself")]
    Stuck(u32),
    /// A cohort stands for streams of which one crosses a link that is not as the others'. An error of the plan.
    #[error("internal error: transfer {0} stands for streams that are not alike")]
    UnevenCohort(u32),
    /// There is no way for a transfer.
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

/// A played plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// When everything happened.
    pub trace: Trace,
    /// What this plan could not have beaten.
    pub bounds: PlanBounds,
    /// The most bytes that crossed any one link, and that link.
    pub busiest_link: (f64, LinkId),
}

/// Plays `plan` on `fabric`.
///
/// # Errors
/// Where the plan does not fit the fabric, is too large or too long; see [`SimulateError`].
pub fn play(fabric: &Fabric, plan: &Plan) -> Result<Played, SimulateError> {
    if let Some(rings) = plan.rings()
        && let Some(played) = sweep::play(fabric, plan, rings)?
    {
        return Ok(played);
    }
    if let Some(alike) = plan.symmetric()
        && let Some(played) = fold::play(fabric, alike)?
    {
        return Ok(played);
    }
    play_by_events(fabric, plan)
}

/// Plays `plan` with the event loop, whatever it is: the reference for the faster paths.
///
/// # Errors
/// As [`play`].
pub fn play_by_events(fabric: &Fabric, plan: &Plan) -> Result<Played, SimulateError> {
    let bytes = Trace::estimated_bytes(u64::from(plan.transfer_count()));
    if bytes > MAX_TRACE_BYTES {
        return Err(too_large_trace(bytes));
    }
    plan.check_written_out()?;
    let plan = &*plan.written_out();
    check_deps(plan)?;
    check_cohorts(fabric, plan)?;
    let resources = Resources::new(fabric, plan)?;
    let trace = engine::run(plan, &resources)?;
    let bounds = bounds::of(plan, &resources);
    let busiest_link = bounds::busiest_link(plan, &resources);
    Ok(Played { trace, bounds, busiest_link })
}

/// A trace that would be too large, told before memory is taken.
fn too_large_trace(bytes: u64) -> SimulateError {
    SimulateError::TooLarge {
        needed: format!("a trace of {} MiB", bytes >> 20),
        limit: format!("{} MiB", MAX_TRACE_BYTES >> 20),
    }
}

fn check_deps(plan: &Plan) -> Result<(), SimulateError> {
    let latencies: Vec<Femtos> = (0..plan.route_count()).map(|id| plan.route_of(RouteId(id)).latency).collect();
    for (id, transfer) in plan.transfers() {
        let latency = latencies[transfer.route.0 as usize];
        if !plan.deps(id).all(|dep| dep.on.0 < id && dep.hop_offset <= latency) {
            return Err(SimulateError::BadDependency(id));
        }
    }
    Ok(())
}

/// The streams of a cohort must be alike: none may cross a link with a capacity of its own.
fn check_cohorts(fabric: &Fabric, plan: &Plan) -> Result<(), SimulateError> {
    if fabric.changed().is_empty() {
        return Ok(());
    }
    for (id, transfer) in plan.transfers().filter(|(_, transfer)| transfer.cohort.copies > 1) {
        for run in &plan.route(&transfer).runs {
            for &(link, _) in fabric.changed() {
                if transfer.find(run, link).is_some() {
                    return Err(SimulateError::UnevenCohort(id));
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod chip_oracles;
#[cfg(test)]
mod cohort_tests;
#[cfg(test)]
mod fold_tests;
#[cfg(test)]
mod monotony;
#[cfg(test)]
mod oracles;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod wafer_faults;
#[cfg(test)]
mod wafer_vectors;
