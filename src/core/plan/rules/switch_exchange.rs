//! Direct exchange around a switch: every rank sends every other rank a part at once. Two such steps are an all-reduce.

use std::borrow::Cow;

use super::half::{AllReduceHalf, Halves};
use crate::fabric::{Fabric, LinkId, Switch};
use crate::plan::delays::Delays;
use crate::plan::error::{PlanError, check_sends};
use crate::plan::route::{Flow, Route, RouteId};
use crate::plan::rule::{Deps, TransferRule};
use crate::plan::transfer::{Delivery, Dep, MessageSlice, PlanPhaseId, Transfer, TransferId};
use crate::units::{Bytes, Femtos};

/// The operation that a direct exchange runs, step by step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// The halves of an all-reduce, a step each.
    Halves(Halves),
    /// An all-to-all, in one step.
    AllToAll,
}

impl Exchange {
    /// Number of steps.
    pub fn steps(self) -> u32 {
        match self {
            Exchange::Halves(halves) => halves.count(),
            Exchange::AllToAll => 1,
        }
    }

    /// The half of an all-reduce that a step is. `None` in an all-to-all.
    pub fn half(self, step: u32) -> Option<AllReduceHalf> {
        match self {
            Exchange::Halves(halves) => Some(halves.half(step)),
            Exchange::AllToAll => None,
        }
    }

    /// What the transfers of a step carry.
    pub fn flow(self, step: u32) -> Flow {
        self.half(step).map_or(Flow::Broadcast, AllReduceHalf::flow)
    }

    /// The name of a step as a phase.
    pub fn phase_name(self, step: u32) -> &'static str {
        self.half(step).map_or("all-to-all", AllReduceHalf::phase_name)
    }
}

/// The rule of direct exchange. A slot is a pair of ranks; an all-reduce has two steps, other operations have one.
#[derive(Clone, Debug, PartialEq)]
pub struct SwitchExchange {
    fabric: Fabric,
    switch: Switch,
    exchange: Exchange,
    message: Bytes,
    launch: Femtos,
    step: Femtos,
}

/// Sender and receiver of a slot.
struct Pair {
    from: u32,
    to: u32,
}

impl SwitchExchange {
    /// The rule for ranks around a switch that are equally fast and ready at once.
    ///
    /// # Errors
    /// [`PlanError::TooMany`] beyond 2^32 sends.
    pub fn new(
        fabric: &Fabric,
        switch: &Switch,
        exchange: Exchange,
        message: Bytes,
        delays: &Delays,
    ) -> Result<SwitchExchange, PlanError> {
        check_sends(u64::from(exchange.steps()) * u64::from(switch.ranks) * u64::from(switch.ranks - 1))?;
        let (fabric, switch) = (fabric.clone(), switch.clone());
        Ok(SwitchExchange { fabric, switch, exchange, message, launch: delays.launch, step: delays.step })
    }

    /// The switch.
    pub fn switch(&self) -> &Switch {
        &self.switch
    }

    /// The operation.
    pub fn exchange(&self) -> Exchange {
        self.exchange
    }

    /// Software before the first byte.
    pub fn launch(&self) -> Femtos {
        self.launch
    }

    /// Software between the two steps.
    pub fn step_delay(&self) -> Femtos {
        self.step
    }

    /// Number of pairs.
    pub fn slots(&self) -> u32 {
        self.switch.ranks * (self.switch.ranks - 1)
    }

    /// Bytes of every send.
    pub fn bytes(&self) -> f64 {
        self.message.0 as f64 / f64::from(self.switch.ranks)
    }

    /// The link of a slot in the direction of `link`, which is one of rank 0.
    pub fn link_of_slot(&self, link: LinkId, slot: u32) -> LinkId {
        let Pair { from, to } = self.pair(slot);
        if link == self.switch.up(0) { self.switch.up(from) } else { self.switch.down(to) }
    }

    fn pair(&self, slot: u32) -> Pair {
        let others = self.switch.ranks - 1;
        let (from, to) = (slot / others, slot % others);
        Pair { from, to: to + u32::from(to >= from) }
    }

    fn slot(&self, pair: &Pair) -> u32 {
        pair.from * (self.switch.ranks - 1) + pair.to - u32::from(pair.to > pair.from)
    }
}

impl TransferRule for SwitchExchange {
    fn transfer_count(&self) -> u32 {
        self.exchange.steps() * self.slots()
    }

    fn transfer(&self, id: u32) -> Transfer {
        let (step, slot) = (id / self.slots(), id % self.slots());
        let Pair { from, to } = self.pair(slot);
        let owner = if self.exchange.half(step) == Some(AllReduceHalf::AllGather) { from } else { to };
        // The parts that come together in a reduce-scatter are the result only if that is the operation.
        let delivery = if step + 1 == self.exchange.steps() { Delivery::Rank(to) } else { Delivery::Partial };
        Transfer {
            bytes: self.bytes(),
            route: RouteId(id),
            phase: PlanPhaseId(step as u16),
            delivery,
            slice: MessageSlice::one(owner, self.switch.ranks),
            ..Transfer::default()
        }
    }

    fn route_count(&self) -> u32 {
        self.transfer_count()
    }

    fn route(&self, id: RouteId) -> Cow<'_, Route> {
        let Pair { from, to } = self.pair(id.0 % self.slots());
        // All ranks of a switch are joined.
        let path = self.fabric.topology.path(from, to).unwrap_or_default();
        Cow::Owned(Route::along(&self.fabric, &path, self.exchange.flow(id.0 / self.slots())))
    }

    fn dep_count(&self) -> u64 {
        u64::from(self.exchange.steps() - 1) * u64::from(self.slots()) * u64::from(self.switch.ranks - 1)
    }

    fn deps(&self, id: u32) -> Deps<'_> {
        let Some(slot) = id.checked_sub(self.slots()) else { return Deps::Computed(Vec::new().into_iter()) };
        let own = self.pair(slot).from;
        let others = (0..self.switch.ranks).filter(|&other| other != own);
        let received = others.map(|other| TransferId(self.slot(&Pair { from: other, to: own })));
        let deps: Vec<Dep> = received.map(|on| Dep::tail(on).after(self.step)).collect();
        Deps::Computed(deps.into_iter())
    }
}
