//! Building a plan, transfer by transfer.

use super::plan::{Cohort, Delivery, Dep, MessageSlice, Plan, PlanPhaseId, Transfer, TransferId};
use super::route::{Flow, Route, RouteId, RouteRun};
use crate::fabric::{Fabric, LinkRun};
use crate::units::Femtos;

/// Builds a [`Plan`] so that ids are right by construction: a dependency names a transfer that exists already.
#[derive(Debug, Default)]
pub struct PlanBuilder {
    pub(super) plan: Plan,
}

impl PlanBuilder {
    /// An empty plan that starts after `launch`.
    pub fn new(launch: Femtos) -> PlanBuilder {
        PlanBuilder { plan: Plan { launch, ..Plan::default() } }
    }

    /// Lets every transfer start only when a pipeline has filled, this long after the launch.
    pub(super) fn fill_first(&mut self, fill: Femtos) {
        self.plan.fill = fill;
        for transfer in &mut self.plan.transfers {
            transfer.start_delay = transfer.start_delay + fill;
        }
    }

    /// Adds a stage.
    pub fn stage(&mut self, name: &'static str) -> PlanPhaseId {
        self.plan.stages.push(name);
        PlanPhaseId(self.plan.stages.len() as u16 - 1)
    }

    /// Adds a route from its runs; those without a link are left out.
    pub fn route(&mut self, runs: impl IntoIterator<Item = RouteRun>, latency: Femtos) -> RouteId {
        let runs = runs.into_iter().filter(|run| !run.is_empty()).collect();
        self.plan.routes.push(Route { runs, latency });
        RouteId(self.plan.routes.len() as u32 - 1)
    }

    /// Adds a transfer that stands for itself alone.
    pub fn transfer(
        &mut self,
        stage: PlanPhaseId,
        route: RouteId,
        bytes: f64,
        delivery: Delivery,
        deps: &[Dep],
    ) -> TransferId {
        self.cohort(stage, route, bytes, delivery, deps, Cohort::ALONE)
    }

    /// Adds a transfer that stands for a cohort.
    pub fn cohort(
        &mut self,
        stage: PlanPhaseId,
        route: RouteId,
        bytes: f64,
        delivery: Delivery,
        deps: &[Dep],
        cohort: Cohort,
    ) -> TransferId {
        let first_dep = self.plan.deps.len() as u32;
        self.plan.deps.extend_from_slice(deps);
        let dep_count = deps.len() as u32;
        let transfer = Transfer { bytes, route, stage, delivery, cohort, first_dep, dep_count, ..Transfer::default() };
        self.plan.transfers.push(transfer);
        TransferId(self.plan.transfers.len() as u32 - 1)
    }

    /// Says which part of the message a transfer carries.
    pub fn carries(&mut self, transfer: TransferId, part: MessageSlice) {
        self.plan.transfers[transfer.0 as usize].part = part;
    }

    /// Lets a transfer start no earlier than this long after the launch.
    pub fn delay_start(&mut self, transfer: TransferId, delay: Femtos) {
        self.plan.transfers[transfer.0 as usize].start_delay = delay;
    }

    /// Adds a route along a path.
    pub(super) fn path(&mut self, fabric: &Fabric, path: &[LinkRun], flow: Flow) -> RouteId {
        self.plan.routes.push(Route::over(fabric, path, flow));
        RouteId(self.plan.routes.len() as u32 - 1)
    }

    /// The finished plan.
    pub fn build(self) -> Plan {
        self.plan
    }
}
