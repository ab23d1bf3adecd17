//! The plan of a sequence: the plans of its operations, composed into one with marks at their beginnings and ends.
//!
//! All operations share the links of one fabric, so that those that run at once contend as in any other plan. A group of
//! ranks begins an operation as a whole, when all that it waits for has ended.

use std::collections::{BTreeMap, BTreeSet};

use super::rank_group::RankGroup;
use super::sequence::{OperationWork, Sequence, SequenceOperation};
use super::{Algorithm, Collective, FirstPartner, PlanInputs, RankLayout};
use crate::fabric::{Fabric, LinkFigures, RateCapReason};
use crate::plan::{
    Delays, Dep, DepKind, Flow, ListedPlan, Plan, PlanError, PlanOperation, PlanPhaseId, Route, RouteId, RouteRun,
    Transfer, TransferId, TransferRule, check_listed,
};
use crate::units::{Bytes, BytesPerSec, Femtos};

/// Rate of a mark, which carries no bytes.
const MARK_RATE: BytesPerSec = BytesPerSec(1e15);
/// The phases of marks and computations.
const MARK: &str = "begins or ends";
const COMPUTE: &str = "computation";

/// What the operations of a sequence have in common.
#[derive(Clone, Copy, Debug)]
pub struct SequenceInputs<'a> {
    /// The ranks of the fabric.
    pub layout: RankLayout<'a>,
    /// Software, and ranks that are late or slow.
    pub delays: &'a Delays,
    /// The first exchange of halving-doubling.
    pub first_partner: FirstPartner,
}

/// The plan of a collective of a group of ranks, on the topology of the group.
///
/// # Errors
/// As the algorithm's function.
pub fn group_plan(
    group: &RankGroup<'_>,
    ranks: &[u32],
    (collective, message, algorithm): (Collective, Bytes, Algorithm),
    fabric: &Fabric,
    inputs: &SequenceInputs<'_>,
) -> Result<Plan, PlanError> {
    let first_partner = inputs.first_partner;
    let layout = group.layout(&inputs.layout);
    if group.is_whole() {
        let delays = inputs.delays;
        let plan_inputs = PlanInputs { collective, layout, fabric, message, delays, first_partner };
        let plan = algorithm.build(&plan_inputs)?;
        plan.check_written_out()?;
        return Ok(plan);
    }
    let of_group = |rank: &u32| inputs.delays.start_of(*rank);
    let start = if inputs.delays.start.is_empty() { Vec::new() } else { ranks.iter().map(of_group).collect() };
    let share = |(at, rank): (u32, &u32)| {
        let found = inputs.delays.slow.binary_search_by_key(rank, |&(slow, _)| slow).ok()?;
        Some((at, inputs.delays.slow.get(found)?.1))
    };
    let slow = (0..).zip(ranks).filter_map(share).collect();
    let delays = Delays { start, slow, ..inputs.delays.clone() };
    let own = Fabric::from(group.topology().clone());
    let plan_inputs = PlanInputs { collective, layout, fabric: &own, message, delays: &delays, first_partner };
    let plan = algorithm.build(&plan_inputs)?;
    plan.check_written_out()?;
    Ok(plan)
}

/// A plan on the topology of a group, on the links of the whole fabric.
///
/// # Errors
/// No path between two ranks; a route that no path stands for.
pub fn on_whole_fabric(group: &RankGroup<'_>, plan: &Plan, fabric: &Fabric) -> Result<Plan, PlanError> {
    let mut listed = ListedPlan::default();
    let written = plan.written_out();
    for id in 0..written.route_count() {
        listed.add_route(group.route(fabric, &written.route_of(RouteId(id)))?);
    }
    for (id, transfer) in written.transfers() {
        listed.add(transfer, written.deps(id));
    }
    Ok(Plan::from_listed(listed, written.phases().to_vec(), written.launch()))
}

/// The plan of a sequence. The fabric gets the link of the marks.
///
/// # Errors
/// As the algorithms' functions; [`PlanError::DoesNotFit`] for an operation without an algorithm; too many transfers.
pub fn sequence_plan(sequence: &Sequence, fabric: &mut Fabric, inputs: &SequenceInputs<'_>) -> Result<Plan, PlanError> {
    let figures = LinkFigures { capacity: MARK_RATE, latency: Femtos(0) };
    let mut listed = ListedPlan::default();
    let mark = fabric.add_rate_cap(figures, RateCapReason::Operations, 0);
    let route = Route { runs: vec![RouteRun::single(mark, 1.0, 0.0, Flow::Broadcast)], latency: Femtos(0) };
    let mark = listed.add_route(route);
    let mut composer = Composer { listed, phases: Vec::new(), operations: Vec::new(), mark };
    // All first operations wait for it, so that their software is a delay like any other.
    let begin = composer.add_mark(MARK, &[]);
    let mut ends: Vec<Vec<TransferId>> = Vec::new();
    for operation in &sequence.operations {
        let first = composer.listed.transfer_count();
        let mut of_groups = Vec::with_capacity(operation.groups.len());
        for (ranks, waits) in operation.groups.iter().zip(predecessors(sequence, operation, &ends)) {
            let waits = if waits.is_empty() { vec![begin] } else { waits.into_iter().collect() };
            let start = composer.add_mark(MARK, &Dep::tails(&waits));
            let is_first = waits == [begin];
            of_groups.push(composer.group(operation, ranks, (start, is_first), fabric, inputs)?);
        }
        let algorithm = match operation.work {
            OperationWork::Collective { algorithm, .. } => algorithm.map(Algorithm::id),
            OperationWork::Compute(_) => None,
        };
        let end = composer.listed.transfer_count();
        composer.operations.push(PlanOperation { name: operation.name.clone(), first, end, algorithm });
        ends.push(of_groups);
    }
    let plan = Plan::from_listed(composer.listed, composer.phases, Femtos(0));
    Ok(plan.with_operations(composer.operations))
}

/// The ends that each group of an operation waits for: those of groups that share a rank with it, or of all groups of an
/// operation that shares no rank with this one.
fn predecessors(
    sequence: &Sequence,
    operation: &SequenceOperation,
    ends: &[Vec<TransferId>],
) -> Vec<BTreeSet<TransferId>> {
    let mut waits = vec![BTreeSet::new(); operation.groups.len()];
    let members = operation.groups.iter().enumerate().flat_map(|(at, group)| group.iter().map(move |rank| (*rank, at)));
    let group_of: BTreeMap<u32, usize> = members.collect();
    for &before in &operation.after {
        let (Some(earlier), Some(ends)) = (sequence.operations.get(before), ends.get(before)) else { continue };
        let mut shares = false;
        for (group, end) in earlier.groups.iter().zip(ends) {
            for at in group.iter().filter_map(|rank| group_of.get(rank)) {
                shares = true;
                if let Some(waits) = waits.get_mut(*at) {
                    waits.insert(*end);
                }
            }
        }
        if !shares {
            waits.iter_mut().for_each(|waits| waits.extend(ends.iter().copied()));
        }
    }
    waits
}

struct Composer {
    listed: ListedPlan,
    phases: Vec<&'static str>,
    operations: Vec<PlanOperation>,
    mark: RouteId,
}

impl Composer {
    fn phase(&mut self, name: &'static str) -> PlanPhaseId {
        let at = self.phases.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.phases.push(name);
            self.phases.len() - 1
        });
        PlanPhaseId(at as u16)
    }

    fn add_mark(&mut self, phase: &'static str, deps: &[Dep]) -> TransferId {
        let (phase, route) = (self.phase(phase), self.mark);
        self.listed.add(Transfer { route, phase, ..Transfer::default() }, deps.iter().copied())
    }

    /// Adds the transfers of one group after the mark of its start. Returns the mark of its end.
    fn group(
        &mut self,
        operation: &SequenceOperation,
        ranks: &[u32],
        (start, is_first): (TransferId, bool),
        fabric: &Fabric,
        inputs: &SequenceInputs<'_>,
    ) -> Result<TransferId, PlanError> {
        let (collective, message, algorithm) = match operation.work {
            OperationWork::Compute(duration) => {
                return Ok(self.add_mark(COMPUTE, &[Dep::tail(start).after(duration)]));
            }
            OperationWork::Collective { collective, message, algorithm } => (collective, message, algorithm),
        };
        let group = RankGroup::new(&inputs.layout, &fabric.topology, ranks);
        let fits = || group.algorithms(&inputs.layout, collective).first().copied();
        let algorithm = algorithm.or_else(fits).ok_or(PlanError::DoesNotFit(collective.as_str()))?;
        let plan = group_plan(&group, ranks, (collective, message, algorithm), fabric, inputs)?;
        let total = |of: u64, more: u64| of.saturating_add(more);
        check_listed(
            total(self.listed.transfer_count().into(), plan.transfer_count().into()),
            total(self.listed.dep_count(), plan.dep_count() + u64::from(plan.transfer_count())),
        )?;
        self.append(&plan, (&group, fabric), (start, is_first))
    }

    /// Appends the plan of a group, on the links of the whole fabric. Its first transfers wait for `start`; late ranks are late
    /// for the first operation only.
    fn append(
        &mut self,
        plan: &Plan,
        (group, fabric): (&RankGroup<'_>, &Fabric),
        (start, is_first): (TransferId, bool),
    ) -> Result<TransferId, PlanError> {
        let base = self.listed.transfer_count();
        let mut routes: Vec<RouteId> = Vec::with_capacity(plan.route_count() as usize);
        for id in 0..plan.route_count() {
            routes.push(self.listed.add_route(group.route(fabric, &plan.route_of(RouteId(id)))?));
        }
        let phases: Vec<PlanPhaseId> = plan.phases().to_vec().into_iter().map(|name| self.phase(name)).collect();
        let software = plan.launch() + plan.fill();
        // A transfer that nothing waits for, except for its port, may be the last one to arrive.
        let mut is_last = vec![true; plan.transfer_count() as usize];
        for (id, mut transfer) in plan.transfers() {
            let mut deps: Vec<Dep> = Vec::new();
            for dep in plan.deps(id) {
                if dep.kind != DepKind::Sent
                    && let Some(last) = is_last.get_mut(dep.on.0 as usize)
                {
                    *last = false;
                }
                deps.push(Dep { on: TransferId(dep.on.0 + base), ..dep });
            }
            let late = transfer.start_delay;
            transfer.start_delay = Femtos(0);
            if deps.is_empty() || late > Femtos(0) && is_first {
                let late = if is_first { late } else { Femtos(0) };
                deps.push(Dep::tail(start).after(software + late));
            }
            transfer.route = routes.get(transfer.route.0 as usize).copied().unwrap_or(self.mark);
            transfer.phase = phases.get(usize::from(transfer.phase.0)).copied().unwrap_or(transfer.phase);
            self.listed.add(transfer, deps);
        }
        let last = is_last.iter().zip(base..).filter(|(last, _)| **last).map(|(_, id)| TransferId(id));
        let last: Vec<TransferId> = last.collect();
        let last = if last.is_empty() { vec![start] } else { last };
        Ok(self.add_mark(MARK, &Dep::tails(&last)))
    }
}
