//! Builds a listed plan, transfer by transfer.

use super::listed::ListedPlan;
use super::plan::Plan;
use super::route::{Flow, Route, RouteId, RouteRun};
use super::transfer::{Cohort, Delivery, Dep, MessageSlice, PlanPhaseId, Transfer, TransferId};
use crate::fabric::{Fabric, LinkRun};
use crate::units::Femtos;

/// Builds a [`Plan`]. Ids are valid by construction: a dependency needs the id of a transfer that exists already.
#[derive(Debug, Default)]
pub struct PlanBuilder {
    launch: Femtos,
    fill: Femtos,
    phases: Vec<&'static str>,
    listed: ListedPlan,
}

impl PlanBuilder {
    /// An empty plan that starts after `launch`.
    pub fn new(launch: Femtos) -> PlanBuilder {
        PlanBuilder { launch, ..PlanBuilder::default() }
    }

    /// Delays every transfer until a pipeline has filled, `fill` after the launch.
    pub fn delay_all(&mut self, fill: Femtos) {
        self.fill = fill;
    }

    /// Adds a phase.
    pub fn phase(&mut self, name: &'static str) -> PlanPhaseId {
        self.phases.push(name);
        PlanPhaseId(self.phases.len() as u16 - 1)
    }

    /// Adds a route of link runs. Runs without a link are left out.
    pub fn route(&mut self, runs: impl IntoIterator<Item = RouteRun>, latency: Femtos) -> RouteId {
        let runs = runs.into_iter().filter(|run| !run.is_empty()).collect();
        self.listed.add_route(Route { runs, latency })
    }

    /// Adds a route along a path.
    pub fn route_along(&mut self, fabric: &Fabric, path: &[LinkRun], flow: Flow) -> RouteId {
        self.listed.add_route(Route::along(fabric, path, flow))
    }

    /// Adds a single transfer.
    pub fn transfer(
        &mut self,
        phase: PlanPhaseId,
        route: RouteId,
        bytes: f64,
        delivery: Delivery,
        deps: &[Dep],
    ) -> TransferId {
        self.cohort(phase, route, bytes, delivery, deps, Cohort::ALONE)
    }

    /// Adds a transfer that stands for a cohort.
    pub fn cohort(
        &mut self,
        phase: PlanPhaseId,
        route: RouteId,
        bytes: f64,
        delivery: Delivery,
        deps: &[Dep],
        cohort: Cohort,
    ) -> TransferId {
        let transfer = Transfer { bytes, route, phase, delivery, cohort, ..Transfer::default() };
        self.add(transfer, deps)
    }

    /// Adds a transfer with all its fields.
    pub fn add(&mut self, transfer: Transfer, deps: &[Dep]) -> TransferId {
        self.listed.add(transfer, deps.iter().copied())
    }

    /// Sets the part of the message that a transfer carries.
    pub fn carries(&mut self, transfer: TransferId, slice: MessageSlice) {
        self.listed.transfers_mut()[transfer.0 as usize].slice = slice;
    }

    /// Sets the earliest start of a transfer after the launch.
    pub fn delay_start(&mut self, transfer: TransferId, delay: Femtos) {
        self.listed.transfers_mut()[transfer.0 as usize].start_delay = delay;
    }

    /// The finished plan.
    pub fn build(self) -> Plan {
        Plan::from_listed(self.listed, self.phases, self.launch).with_fill(self.fill)
    }
}
