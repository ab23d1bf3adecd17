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
//! | `bounds` | what no run may beat: path and load of the plan |

mod bounds;
mod engine;
mod resources;
mod share;

pub use bounds::PlanBounds;

use crate::collective::Plan;
use crate::fabric::{Fabric, LinkId};
use crate::trace::Trace;
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
    check_size(plan)?;
    check_deps(plan)?;
    let resources = Resources::of(fabric, plan)?;
    let trace = engine::run(plan, &resources)?;
    let bounds = bounds::of(plan, &resources);
    let busiest_link = bounds::busiest_link(plan, &resources);
    Ok(Played { trace, bounds, busiest_link })
}

/// Refuses a plan whose trace would be too large, before memory is taken.
fn check_size(plan: &Plan) -> Result<(), SimulateError> {
    let bytes = Trace::estimated_bytes(plan.transfers().len() as u64);
    if bytes > MAX_TRACE_BYTES {
        return Err(SimulateError::TooLarge {
            needed: format!("a trace of {} MiB", bytes >> 20),
            limit: format!("{} MiB", MAX_TRACE_BYTES >> 20),
        });
    }
    Ok(())
}

fn check_deps(plan: &Plan) -> Result<(), SimulateError> {
    for (id, transfer) in plan.transfers().iter().enumerate() {
        let latency = plan.route(transfer).latency;
        let kept = plan.deps(transfer).iter().all(|dep| (dep.on.0 as usize) < id && dep.hop_offset <= latency);
        if !kept {
            return Err(SimulateError::BadDependency(id as u32));
        }
    }
    Ok(())
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
