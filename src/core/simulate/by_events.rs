//! Checks a plan and simulates every transfer of it.

use std::borrow::Cow;

use super::cost::{Budget, Cost, EVENT_WORK, check_work, loop_bytes, plan_bytes};
use super::error::{Budgeted, SimulateError, check_budget};
use super::played::Played;
use super::resources::Resources;
use super::{bounds, event_loop};
use crate::fabric::Fabric;
use crate::plan::{Plan, RouteId};
use crate::trace::EventTrace;
use crate::units::Femtos;

/// Simulates `plan` with the event loop, whatever its form: the reference for the fast paths.
///
/// # Errors
/// As [`super::play`].
pub fn play_by_events(fabric: &Fabric, plan: &Plan) -> Result<Played, SimulateError> {
    let mut budget = Budget::SCENE;
    play(fabric, plan, &mut budget)
}

/// As [`play_by_events`], within a budget.
pub(super) fn play(fabric: &Fabric, plan: &Plan, budget: &mut Budget) -> Result<Played, SimulateError> {
    let before = budget.work;
    let ByEvents { trace, bounds, busiest_link } = simulate(fabric, plan, budget)?;
    let cost = Cost { bytes: plan_bytes(plan) + trace.bytes(), work: before - budget.work };
    Ok(Played { trace: trace.into(), bounds, busiest_link, cost })
}

/// As [`Played`], with the trace in the form of the event loop.
pub(super) struct ByEvents {
    pub trace: EventTrace,
    pub bounds: bounds::PlanBounds,
    pub busiest_link: (f64, crate::fabric::LinkId),
}

/// Refuses a plan that the event loop would refuse before it begins. Returns the least that the run costs.
///
/// # Errors
/// As [`super::play`].
pub(super) fn check(fabric: &Fabric, plan: &Plan, budget: &Budget) -> Result<Cost, SimulateError> {
    let cost = least_cost(plan);
    let merge = |plan: &Plan, limit: u64| Resources::new(fabric, plan, limit).map(Cow::Owned);
    let Prepared { plan, resources, .. } = prepare(fabric, plan, budget, merge)?;
    check_work(&plan, &resources, budget)?;
    check_budget(Budgeted::Work, cost.work, budget.work)?;
    Ok(cost)
}

/// What every run of a plan costs: its transfers each arrive and drain once.
fn least_cost(plan: &Plan) -> Cost {
    let transfers = u64::from(plan.transfer_count());
    let bytes = plan_bytes(plan) + EventTrace::estimated_bytes(transfers);
    Cost { bytes, work: transfers * 2 * EVENT_WORK }
}

/// A plan that has been checked, with every transfer written out and its links merged.
pub(super) struct Prepared<'a> {
    pub plan: Cow<'a, Plan>,
    pub resources: Cow<'a, Resources>,
    /// Memory that is left for rates that change, bytes.
    pub free: u64,
}

/// Checks a plan and merges its links. `merge` finds its resources in at most the given memory, bytes.
pub(super) fn prepare<'a>(
    fabric: &Fabric,
    plan: &'a Plan,
    budget: &Budget,
    merge: impl FnOnce(&Plan, u64) -> Result<Cow<'a, Resources>, SimulateError>,
) -> Result<Prepared<'a>, SimulateError> {
    plan.check_written_out()?;
    budget.check_bytes(loop_bytes(plan))?;
    let plan = plan.written_out();
    let bytes = loop_bytes(&plan);
    budget.check_bytes(bytes)?;
    check_deps(&plan)?;
    check_cohorts(fabric, &plan)?;
    let resources = merge(&plan, budget.bytes - bytes)?;
    let free = budget.bytes.saturating_sub(bytes + resources.bytes());
    Ok(Prepared { plan, resources, free })
}

/// Simulates every transfer of a plan.
pub(super) fn simulate(fabric: &Fabric, plan: &Plan, budget: &mut Budget) -> Result<ByEvents, SimulateError> {
    let merge = |plan: &Plan, limit: u64| Resources::new(fabric, plan, limit).map(Cow::Owned);
    let Prepared { plan, resources, free } = prepare(fabric, plan, budget, merge)?;
    check_work(&plan, &resources, budget)?;
    Ok(ByEvents {
        trace: event_loop::run(&plan, &resources, free, budget)?,
        bounds: bounds::bounds(&plan, &resources),
        busiest_link: bounds::busiest_link(&plan, &resources),
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
