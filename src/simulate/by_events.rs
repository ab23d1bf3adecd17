//! Checks a plan and simulates every transfer of it.

use super::error::{SimulateError, check_trace_bytes};
use super::played::Played;
use super::resources::{self, Resources};
use super::{bounds, event_loop};
use crate::fabric::Fabric;
use crate::plan::{Plan, PlanBody, RouteId};
use crate::trace::EventTrace;
use crate::units::Femtos;

/// Simulates `plan` with the event loop, whatever its form: the reference for the fast paths.
///
/// # Errors
/// As [`super::play`].
pub fn play_by_events(fabric: &Fabric, plan: &Plan) -> Result<Played, SimulateError> {
    let simulated = simulate(fabric, plan)?;
    Ok(Played { trace: simulated.trace.into(), bounds: simulated.bounds, busiest_link: simulated.busiest_link })
}

/// As [`Played`], with the trace in the form of the event loop.
pub(super) struct ByEvents {
    pub trace: EventTrace,
    pub bounds: bounds::PlanBounds,
    pub busiest_link: (f64, crate::fabric::LinkId),
}

/// Refuses a plan that the event loop would refuse: by its size, or by a route over a link that is down.
///
/// # Errors
/// As [`super::play`].
pub(super) fn check(fabric: &Fabric, plan: &Plan) -> Result<(), SimulateError> {
    check_trace_bytes(EventTrace::estimated_bytes(u64::from(plan.transfer_count())))?;
    plan.check_written_out()?;
    let any_down = fabric.changed().iter().any(|(_, share)| *share <= 0.0);
    match plan.body() {
        PlanBody::Rings(_) | PlanBody::Symmetric(_) if !any_down => Ok(()),
        PlanBody::Listed(_) | PlanBody::Rings(_) | PlanBody::Symmetric(_) => {
            resources::check(fabric, &plan.written_out(), any_down)
        }
    }
}

/// Simulates every transfer of a plan.
pub(super) fn simulate(fabric: &Fabric, plan: &Plan) -> Result<ByEvents, SimulateError> {
    check_trace_bytes(EventTrace::estimated_bytes(u64::from(plan.transfer_count())))?;
    plan.check_written_out()?;
    let plan = &*plan.written_out();
    check_deps(plan)?;
    check_cohorts(fabric, plan)?;
    let resources = Resources::new(fabric, plan)?;
    Ok(ByEvents {
        trace: event_loop::run(plan, &resources)?,
        bounds: bounds::bounds(plan, &resources),
        busiest_link: bounds::busiest_link(plan, &resources),
    })
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

/// The streams of a cohort must be identical: none may cross a link with a capacity of its own.
fn check_cohorts(fabric: &Fabric, plan: &Plan) -> Result<(), SimulateError> {
    if fabric.changed().is_empty() {
        return Ok(());
    }
    for (id, transfer) in plan.transfers().filter(|(_, transfer)| transfer.cohort.copies > 1) {
        for run in &plan.route(&transfer).runs {
            for &(link, _) in fabric.changed() {
                if transfer.find(run, link).is_some() {
                    return Err(SimulateError::MixedCapacityCohort(id));
                }
            }
        }
    }
    Ok(())
}
