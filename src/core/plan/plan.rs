//! The plan of one collective on one fabric.

use std::borrow::Cow;

use super::error::{PlanError, check_listed};
use super::listed::ListedPlan;
use super::operation::PlanOperation;
use super::route::{Route, RouteId};
use super::rule::{Deps, TransferRule};
use super::rules::{RingRule, SymmetricRule};
use super::transfer::{PlanPhaseId, Transfer};
use crate::units::Femtos;

/// The transfers of a plan: written out, or a rule that computes them.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanBody {
    /// Written out.
    Listed(ListedPlan),
    /// The rule of rings along one or more dimensions.
    Rings(Box<RingRule>),
    /// A rule under which all ranks send the same.
    Symmetric(Box<SymmetricRule>),
}

impl PlanBody {
    fn rule(&self) -> &dyn TransferRule {
        match self {
            PlanBody::Listed(listed) => listed,
            PlanBody::Rings(rings) => &**rings,
            PlanBody::Symmetric(symmetric) => &**symmetric,
        }
    }
}

/// All transfers of one collective with their routes and dependencies; it contains no times of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    launch: Femtos,
    fill: Femtos,
    phases: Vec<&'static str>,
    body: PlanBody,
    /// In the order of their transfers; empty for a single operation.
    operations: Vec<PlanOperation>,
}

impl Default for Plan {
    /// A plan without a transfer.
    fn default() -> Plan {
        Plan::from_listed(ListedPlan::default(), Vec::new(), Femtos(0))
    }
}

impl Plan {
    /// A plan of listed transfers that starts after `launch`.
    pub fn from_listed(listed: ListedPlan, phases: Vec<&'static str>, launch: Femtos) -> Plan {
        Plan { launch, fill: Femtos(0), phases, body: PlanBody::Listed(listed), operations: Vec::new() }
    }

    /// Rings that start after `launch`.
    pub fn from_rings(rings: RingRule, launch: Femtos) -> Plan {
        let phases = rings.phase_names();
        Plan { launch, fill: Femtos(0), phases, body: PlanBody::Rings(Box::new(rings)), operations: Vec::new() }
    }

    /// A symmetric plan that starts after `launch`.
    pub fn from_symmetric(symmetric: SymmetricRule, launch: Femtos) -> Plan {
        let phases = symmetric.phase_names();
        Plan { launch, fill: Femtos(0), phases, body: PlanBody::Symmetric(Box::new(symmetric)), operations: Vec::new() }
    }

    /// The same plan in which no transfer starts until a pipeline has filled, `fill` after the launch.
    pub(super) fn with_fill(mut self, fill: Femtos) -> Plan {
        self.fill = fill;
        if let PlanBody::Listed(listed) = &mut self.body {
            for transfer in listed.transfers_mut() {
                transfer.start_delay = transfer.start_delay + fill;
            }
        }
        self
    }

    /// The same plan, made of these operations.
    pub fn with_operations(self, operations: Vec<PlanOperation>) -> Plan {
        Plan { operations, ..self }
    }

    /// The operations of a sequence, in the order of their transfers; empty for a single operation.
    pub fn operations(&self) -> &[PlanOperation] {
        &self.operations
    }

    /// The operation of a sequence that a transfer belongs to.
    pub fn operation_of(&self, id: u32) -> Option<&PlanOperation> {
        let next = self.operations.partition_point(|operation| operation.end <= id);
        self.operations.get(next).filter(|operation| operation.first <= id)
    }

    /// The transfers, for those who treat the forms of a plan differently.
    pub fn body(&self) -> &PlanBody {
        &self.body
    }

    /// The rule of rings, if the plan is one.
    pub fn rings(&self) -> Option<&RingRule> {
        match &self.body {
            PlanBody::Rings(rings) => Some(rings),
            PlanBody::Listed(_) | PlanBody::Symmetric(_) => None,
        }
    }

    /// The symmetric rule, if the plan is one.
    pub fn symmetric(&self) -> Option<&SymmetricRule> {
        match &self.body {
            PlanBody::Symmetric(symmetric) => Some(symmetric),
            PlanBody::Listed(_) | PlanBody::Rings(_) => None,
        }
    }

    /// Number of transfers. A [`super::TransferId`] is below it; a transfer depends only on earlier ones.
    pub fn transfer_count(&self) -> u32 {
        self.body.rule().transfer_count()
    }

    /// The transfer of an id below the count.
    #[inline]
    pub fn transfer(&self, id: u32) -> Transfer {
        self.body.rule().transfer(id)
    }

    /// All transfers with their ids.
    pub fn transfers(&self) -> impl Iterator<Item = (u32, Transfer)> + '_ {
        let rule = self.body.rule();
        (0..rule.transfer_count()).map(|id| (id, rule.transfer(id)))
    }

    /// Number of routes. A [`RouteId`] is below it.
    pub fn route_count(&self) -> u32 {
        self.body.rule().route_count()
    }

    /// The route of a transfer.
    #[inline]
    pub fn route(&self, transfer: &Transfer) -> Cow<'_, Route> {
        self.route_of(transfer.route)
    }

    /// The route of an id below the count.
    pub fn route_of(&self, id: RouteId) -> Cow<'_, Route> {
        self.body.rule().route(id)
    }

    /// The dependencies of a transfer.
    pub fn deps(&self, id: u32) -> Deps<'_> {
        self.body.rule().deps(id)
    }

    /// Number of dependencies of all transfers, or slightly more.
    pub fn dep_count(&self) -> u64 {
        self.body.rule().dep_count()
    }

    /// The names of the phases; a [`PlanPhaseId`] is an index.
    pub fn phases(&self) -> &[&'static str] {
        &self.phases
    }

    /// Software before the first byte, once per collective.
    pub fn launch(&self) -> Femtos {
        self.launch
    }

    /// Time to fill a pipeline after the launch, before any transfer starts.
    pub fn fill(&self) -> Femtos {
        self.fill
    }

    /// Number of streams: cohorts count in full, other traffic does not count.
    pub fn logical_transfers(&self) -> u64 {
        match &self.body {
            PlanBody::Listed(listed) => {
                let own = listed.transfers().iter().filter(|transfer| !transfer.background);
                own.map(|transfer| u64::from(transfer.cohort.copies)).sum()
            }
            PlanBody::Rings(_) | PlanBody::Symmetric(_) => u64::from(self.transfer_count()),
        }
    }

    /// Refuses a rule that would be too long when written out, before memory is allocated.
    ///
    /// # Errors
    /// [`PlanError::TooMany`].
    pub fn check_written_out(&self) -> Result<(), PlanError> {
        match &self.body {
            // A list has been checked by its planner.
            PlanBody::Listed(_) => Ok(()),
            PlanBody::Rings(_) | PlanBody::Symmetric(_) => {
                let rule = self.body.rule();
                check_listed(u64::from(rule.transfer_count()), rule.dep_count())
            }
        }
    }

    /// The same plan with every transfer written out, as the event loop needs it.
    pub fn written_out(&self) -> Cow<'_, Plan> {
        match &self.body {
            PlanBody::Listed(_) => Cow::Borrowed(self),
            PlanBody::Rings(_) | PlanBody::Symmetric(_) => Cow::Owned(Plan {
                launch: self.launch,
                fill: self.fill,
                phases: self.phases.clone(),
                body: PlanBody::Listed(self.listed()),
                operations: self.operations.clone(),
            }),
        }
    }

    fn listed(&self) -> ListedPlan {
        match &self.body {
            PlanBody::Listed(listed) => listed.clone(),
            PlanBody::Rings(_) | PlanBody::Symmetric(_) => ListedPlan::from_rule(self.body.rule()),
        }
    }

    /// The plan with other traffic, which is not part of the collective and flows beside it from beginning to end.
    pub fn with_traffic(&self, routes: Vec<Route>) -> Plan {
        let mut phases = self.phases.clone();
        phases.push("other traffic");
        let phase = PlanPhaseId(phases.len() as u16 - 1);
        let mut listed = self.listed();
        for route in routes {
            let route = listed.add_route(route);
            listed.add(Transfer { route, phase, background: true, ..Transfer::default() }, []);
        }
        let (launch, fill, operations) = (self.launch, self.fill, self.operations.clone());
        Plan { launch, fill, phases, body: PlanBody::Listed(listed), operations }
    }
}
