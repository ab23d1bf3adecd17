//! What a run costs in memory and work, and the budget that it must keep to.
//!
//! Memory is estimated from counts before anything is played, and rates are counted while they are recorded. Work is
//! counted in visits of a link by a stream, never by the clock: so the desktop, the command line and the browser refuse the
//! same runs.

use super::error::{Budgeted, SimulateError, check_budget};
use super::resources::{Resources, Use};
use crate::fabric::Fabric;
use crate::plan::{Dep, DepKind, Plan, PlanBody, RingRule, RouteRun, Transfer, representative};
use crate::trace::Progressions;
use crate::units::Femtos;

/// Largest trace of a ring or of a symmetric plan, bytes.
pub const MAX_TRACE_BYTES: u64 = 1 << 30;
/// The most memory of a ring's starts, bytes, if each is stored. Beyond, they are progressions.
pub(super) const MAX_EACH_BYTES: u64 = 128 << 20;
/// Work of one event beside the visits of links: instants, queues and dependencies.
pub(super) const EVENT_WORK: u64 = 32;
/// Memory of the event loop for each transfer, bytes: its state, its place in queues, and its part of the trace.
const LOOP_BYTES: u64 = 340;
/// Memory of the event loop for each dependency, bytes: a copy, and its place among the successors.
const DEP_BYTES: u64 = size_of::<Dep>() as u64 + 8;
/// Memory of a route without its runs, bytes: itself, and what an allocation takes.
const ROUTE_BYTES: u64 = 48;
/// The estimate of work may be too high by this factor, because not all streams that may meet do. A run below it is
/// played, and stopped if it exceeds the budget.
const UNCERTAINTY: u64 = 4;

/// What a run costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Memory that plan and trace keep, bytes.
    pub bytes: u64,
    /// Visits of a link by a stream, and events.
    pub work: u64,
}

/// What runs may cost together: those of a scene, or of one point of a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Memory, bytes.
    pub bytes: u64,
    /// Work that is left.
    pub work: u64,
    /// Whether a run was refused for want of memory.
    pub lacked_memory: bool,
}

impl Budget {
    /// That of a whole scene: about 1.5 GB with the program itself, and 20 seconds on one core of 2020.
    pub const SCENE: Budget = Budget { bytes: 1280 << 20, work: 1_200_000_000, lacked_memory: false };

    /// Refuses more memory than there is.
    pub(super) fn check_bytes(&self, needed: u64) -> Result<(), SimulateError> {
        check_budget(Budgeted::Memory, needed, self.bytes)
    }

    /// Refuses a trace of more memory than there is, or than a trace may take.
    pub(super) fn check_trace(&self, needed: u64) -> Result<(), SimulateError> {
        check_budget(Budgeted::Memory, needed, self.bytes.min(MAX_TRACE_BYTES))
    }

    /// Takes work off the budget.
    ///
    /// # Errors
    /// There is less left. Then nothing is left.
    pub(super) fn spend(&mut self, work: u64) -> Result<(), SimulateError> {
        let limit = self.work;
        self.work = limit.saturating_sub(work);
        check_budget(Budgeted::Work, work, limit)
    }
}

/// Memory of a plan, bytes.
pub(super) fn plan_bytes(plan: &Plan) -> u64 {
    let PlanBody::Listed(listed) = plan.body() else { return 0 };
    let runs: u64 = listed.routes().iter().map(|route| route.runs.len() as u64).sum();
    let transfers = u64::from(plan.transfer_count()) * (size_of::<Transfer>() as u64 + 4);
    let routes = listed.routes().len() as u64 * ROUTE_BYTES + runs * size_of::<RouteRun>() as u64;
    transfers + plan.dep_count() * size_of::<Dep>() as u64 + routes
}

/// Memory of the dependencies of a plan in both directions, bytes.
pub(super) fn deps_bytes(plan: &Plan) -> u64 {
    u64::from(plan.transfer_count()) * 2 * size_of::<u32>() as u64 + plan.dep_count() * DEP_BYTES
}

/// Memory of a listed plan while it is played by events, without the resources and the rates that change, bytes.
pub(super) fn loop_bytes(plan: &Plan) -> u64 {
    plan_bytes(plan) + u64::from(plan.transfer_count()) * LOOP_BYTES + plan.dep_count() * DEP_BYTES
}

/// Refuses a plan whose streams meet so often that playing it would take many times the budget.
pub(super) fn check_work(plan: &Plan, resources: &Resources, budget: &Budget) -> Result<(), SimulateError> {
    let most = budget.work.saturating_mul(UNCERTAINTY);
    let needed = meetings(plan, resources, most);
    if needed <= most { Ok(()) } else { check_budget(Budgeted::Work, needed, budget.work) }
}

/// An estimate of the work of a listed plan: for every resource, how often two of its streams may meet. Streams meet if
/// neither waits for the other's tail. It is computed only as far as needed to compare it with `limit`.
fn meetings(plan: &Plan, resources: &Resources, limit: u64) -> u64 {
    let square = |count: u64| count.saturating_mul(count);
    let mut streams_of_route = vec![0_u64; plan.route_count() as usize];
    plan.transfers().for_each(|(_, transfer)| streams_of_route[transfer.route.0 as usize] += 1);
    let streams_of = |users: &[Use]| users.iter().map(|user| streams_of_route[user.id as usize]).sum::<u64>();
    let squares = resources.all.iter().map(|resource| square(streams_of(&resource.users)));
    let most = squares.fold(0, u64::saturating_add);
    if most <= limit {
        return most;
    }
    // Transfers of one level wait for as many others, one after another.
    let mut levels: Vec<u32> = Vec::with_capacity(plan.transfer_count() as usize);
    let mut levels_of_route: Vec<Vec<u32>> = vec![Vec::new(); plan.route_count() as usize];
    for (id, transfer) in plan.transfers() {
        let waits = plan.deps(id).map(|dep| levels[dep.on.0 as usize] + u32::from(dep.kind != DepKind::Head));
        let level = waits.max().unwrap_or(0);
        levels.push(level);
        levels_of_route[transfer.route.0 as usize].push(level);
    }
    let mut needed = 0_u64;
    let mut own: Vec<u32> = Vec::new();
    for resource in &resources.all {
        own.clear();
        own.extend(resource.users.iter().flat_map(|user| &levels_of_route[user.id as usize]));
        own.sort_unstable();
        let met = own.chunk_by(|a, b| a == b).map(|same| square(same.len() as u64));
        needed = met.fold(needed, u64::saturating_add);
    }
    needed
}

/// The estimated cost of playing a plan, without playing it: memory and work of every transfer that would be simulated. The
/// work of contended plans may be too high by a small factor.
///
/// # Errors
/// [`SimulateError`] if the plan does not fit the fabric or its memory exceeds [`Budget::SCENE`].
pub fn estimate(fabric: &Fabric, plan: &Plan) -> Result<Cost, SimulateError> {
    match plan.body() {
        PlanBody::Rings(rings) => {
            let is_even = rings.is_even() && fabric.changed().is_empty();
            let slots = u64::from(rings.slots());
            let sends = u64::from(rings.steps()) * if is_even { 1 } else { slots };
            let each = Cost { bytes: sends * size_of::<Femtos>() as u64, work: sends + slots };
            Ok(if each.bytes > MAX_EACH_BYTES && rings.is_even() { rings_cost(rings) } else { each })
        }
        PlanBody::Symmetric(rule) => match representative(rule, fabric) {
            Some(few) => estimate_listed(fabric, &few.plan),
            None => {
                plan.check_written_out()?;
                let bytes = u64::from(plan.transfer_count()) * LOOP_BYTES + plan.dep_count() * DEP_BYTES;
                Ok(Cost { bytes, work: u64::from(plan.transfer_count()) * EVENT_WORK })
            }
        },
        PlanBody::Listed(_) => estimate_listed(fabric, plan),
    }
}

/// The least that rings cost whose starts are progressions: in the first period of a phase every slot is computed.
pub(super) fn rings_cost(rings: &RingRule) -> Cost {
    let (slots, period) = (u64::from(rings.slots()), rings.period());
    let steps: u32 = rings.phases().iter().map(|phase| phase.steps.min(period + 1)).sum();
    let stored = slots * u64::from(period);
    Cost { bytes: Progressions::estimated_bytes(slots, stored, slots), work: u64::from(steps) * slots }
}

fn estimate_listed(fabric: &Fabric, plan: &Plan) -> Result<Cost, SimulateError> {
    let bytes = loop_bytes(plan);
    Budget::SCENE.check_bytes(bytes)?;
    let resources = Resources::new(fabric, plan, Budget::SCENE.bytes - bytes)?;
    let events = u64::from(plan.transfer_count()) * 2 * EVENT_WORK;
    Ok(Cost { bytes: bytes + resources.bytes(), work: meetings(plan, &resources, 0).saturating_add(events) })
}
