//! Plans: transfers over routes, and what they wait for.

use std::borrow::Cow;

use super::alike::Alike;
use super::rings::Rings;
use crate::fabric::LinkId;
use crate::units::Femtos;

// The parts of a plan are taken from here, wherever they are written.
pub use super::build::PlanBuilder;
pub use super::route::{Flow, Route, RouteId, RouteRun};
pub use super::way::PlanError;
pub(super) use super::way::check_listed;
pub(crate) use super::way::way;

/// Names a transfer of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId(pub u32);

/// Names a stage of a plan: transfers with one purpose, such as "reduce rows".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanPhaseId(pub u16);

/// Who holds finished bytes of the result when a transfer arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// Nobody: these are partial sums.
    #[default]
    Partial,
    /// The rank of this number.
    Rank(u32),
    /// Every rank that the transfer's copies reach.
    All,
}

/// Equal streams on links of their own, of which one is written out and played for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cohort {
    /// How many; at least 1.
    pub copies: u32,
    /// Step from the link ids of one copy to those of the next.
    pub stride: i32,
    /// Which of the copies is the one written out.
    pub written: u32,
}

impl Cohort {
    /// A stream that stands for itself alone.
    pub const ALONE: Cohort = Cohort { copies: 1, stride: 0, written: 0 };

    /// How far the link ids of a copy lie from those written out.
    pub fn shift(&self, copy: u32) -> i32 {
        (copy as i32 - self.written as i32) * self.stride
    }
}

/// Which part of the message a transfer carries: the share from `first / of` to `(first + count) / of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageSlice {
    /// Where it begins.
    pub first: u32,
    /// How long it is.
    pub count: u32,
    /// In parts of this many.
    pub of: u32,
}

impl MessageSlice {
    /// All of it.
    pub const WHOLE: MessageSlice = MessageSlice { first: 0, count: 1, of: 1 };

    /// One of `of` equal parts.
    pub fn one(first: u32, of: u32) -> MessageSlice {
        MessageSlice { first, count: 1, of }
    }
}

/// One stream of bytes over a route.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transfer {
    /// Bytes; a fraction of a byte is allowed, as a fraction of a wavelet is.
    pub bytes: f64,
    /// Its route.
    pub route: RouteId,
    /// Its stage.
    pub stage: PlanPhaseId,
    /// Who has finished bytes when it arrives.
    pub delivery: Delivery,
    /// Which bytes of the message (on a wafer: of each PE's share) these are.
    pub part: MessageSlice,
    /// The equal streams, on links of their own, that this one stands for.
    pub cohort: Cohort,
    /// It cannot start before this instant after the launch: its rank comes late.
    pub start_delay: Femtos,
    /// Other traffic: it flows as long as the collective does, and has no end of its own.
    pub background: bool,
    pub(super) first_dep: u32,
    pub(super) dep_count: u32,
}

impl Default for Transfer {
    fn default() -> Transfer {
        Transfer {
            bytes: 0.0,
            route: RouteId(0),
            stage: PlanPhaseId(0),
            delivery: Delivery::Partial,
            part: MessageSlice::WHOLE,
            cohort: Cohort::ALONE,
            start_delay: Femtos(0),
            background: false,
            first_dep: 0,
            dep_count: 0,
        }
    }
}

impl Transfer {
    /// Where a link stands, as (row, index), in a run of this transfer's route or of one of the copies that it stands
    /// for.
    pub fn find(&self, run: &RouteRun, link: LinkId) -> Option<(u32, u32)> {
        let cohort = &self.cohort;
        if cohort.copies == 1 {
            return run.find(link);
        }
        // Copies lie a regular distance apart. Those of a row are farther apart than it is long: the copy nearest to the
        // link or a neighbour of it. Those of a column lie between its links: the rest of the way from link to link
        // tells the copy.
        let distance = i64::from(link.0) - i64::from(run.first.0);
        let (apart, along) = (i64::from(cohort.stride), i64::from(run.stride).abs());
        let written = i64::from(cohort.written);
        let guesses = if apart.abs() < along && run.count > 1 {
            let rest = distance.rem_euclid(along);
            [rest.div_euclid(apart), (rest - along).div_euclid(apart), i64::MIN / 2]
        } else {
            let guess = distance.div_euclid(apart);
            [guess - 1, guess, guess + 1]
        };
        (guesses.map(|guess| written + guess).into_iter())
            .filter(|copy| (0..i64::from(cohort.copies)).contains(copy))
            .find_map(|copy| run.find(link.offset(-cohort.shift(copy as u32))))
    }
}

/// When a dependency fires, measured on the transfer that is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepKind {
    /// When its head arrives: cut-through.
    Head,
    /// When its tail has arrived: store and forward.
    Tail,
    /// When its tail has left the source: the port is free again.
    Sent,
}

/// One thing that a transfer waits for. It starts at the latest of `fires + delay - hop_offset` over its
/// dependencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dep {
    /// The transfer that is waited for.
    pub on: TransferId,
    /// Which of its instants.
    pub kind: DepKind,
    /// Time that passes in between: a step of software, an addition.
    pub delay: Femtos,
    /// How far down the route the data is needed: the head may start that much earlier. At most the latency.
    pub hop_offset: Femtos,
}

/// What must move where and in which order, for one collective on one fabric: a list of transfers, or the rule of rings
/// that stands for one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    pub(super) routes: Vec<Route>,
    pub(super) transfers: Vec<Transfer>,
    pub(super) deps: Vec<Dep>,
    pub(super) stages: Vec<&'static str>,
    pub(super) launch: Femtos,
    pub(super) fill: Femtos,
    pub(super) rings: Option<Box<Rings>>,
    pub(super) alike: Option<Box<Alike>>,
}

impl Plan {
    /// Rings that start after `launch`.
    pub fn of_rings(rings: Rings, launch: Femtos) -> Plan {
        Plan { stages: rings.stage_names(), launch, rings: Some(Box::new(rings)), ..Plan::default() }
    }

    /// A plan whose ranks do the same, which starts after `launch`.
    pub fn of_alike(alike: Alike, launch: Femtos) -> Plan {
        let stages = vec!["reduce-scatter", "all-gather"];
        Plan { stages, launch, alike: Some(Box::new(alike)), ..Plan::default() }
    }

    /// The rule by which all ranks do the same, if the plan is one.
    pub fn alike(&self) -> Option<&Alike> {
        self.alike.as_deref()
    }

    /// The rule of rings, if the plan is one.
    pub fn rings(&self) -> Option<&Rings> {
        self.rings.as_deref()
    }

    /// How many transfers there are. A [`TransferId`] is a number below; a transfer waits only for earlier ones.
    pub fn transfer_count(&self) -> u32 {
        let alike = self.alike().map(Alike::sends);
        self.rings().map(Rings::sends).or(alike).unwrap_or(self.transfers.len() as u32)
    }

    /// The transfer of this id, which must be below the count.
    pub fn transfer(&self, id: u32) -> Transfer {
        match (self.rings(), self.alike()) {
            (Some(rings), _) => rings.transfer(id),
            (_, Some(alike)) => alike.transfer(id),
            _ => self.transfers[id as usize],
        }
    }

    /// All transfers with their ids.
    pub fn transfers(&self) -> impl Iterator<Item = (u32, Transfer)> + '_ {
        (0..self.transfer_count()).map(|id| (id, self.transfer(id)))
    }

    /// How many routes there are. A [`RouteId`] is a number below.
    pub fn route_count(&self) -> u32 {
        let alike = self.alike().map(Alike::route_count);
        self.rings().map(Rings::route_count).or(alike).unwrap_or(self.routes.len() as u32)
    }

    /// The route of a transfer.
    pub fn route(&self, transfer: &Transfer) -> Cow<'_, Route> {
        self.route_of(transfer.route)
    }

    /// The route of this id, which must be below the count.
    pub fn route_of(&self, id: RouteId) -> Cow<'_, Route> {
        match (self.rings(), self.alike()) {
            (Some(rings), _) => rings.route(id),
            (_, Some(alike)) => Cow::Owned(alike.route(id)),
            _ => Cow::Borrowed(&self.routes[id.0 as usize]),
        }
    }

    /// What a transfer waits for.
    pub fn deps(&self, id: u32) -> impl Iterator<Item = Dep> + '_ {
        let of_rings = self.rings().and_then(|rings| rings.deps(id)).into_iter().flatten();
        let listed = self.transfers.get(id as usize).map_or(&[][..], |transfer| {
            let first = transfer.first_dep as usize;
            &self.deps[first..first + transfer.dep_count as usize]
        });
        let alike = self.alike().map(|alike| alike.deps(id)).into_iter().flatten();
        of_rings.chain(alike).chain(listed.iter().copied())
    }

    /// The names of the stages.
    pub fn stages(&self) -> &[&'static str] {
        &self.stages
    }

    /// Software start-up before the first byte, once per collective.
    pub fn launch(&self) -> Femtos {
        self.launch
    }

    /// What filling a pipeline costs after the launch, before anything is through.
    pub fn fill(&self) -> Femtos {
        self.fill
    }

    /// How many streams the plan has, cohorts counted in full, other traffic not.
    pub fn logical_transfers(&self) -> u64 {
        let listed = self.transfers.iter().filter(|transfer| !transfer.background);
        let listed: u64 = listed.map(|transfer| u64::from(transfer.cohort.copies)).sum();
        let rule = self.rings().map(Rings::sends).or(self.alike().map(Alike::sends));
        listed + u64::from(rule.unwrap_or(0))
    }

    /// Refuses a rule that would be too long written out, before memory is taken.
    ///
    /// # Errors
    /// [`PlanError::TooMany`].
    pub fn check_written_out(&self) -> Result<(), PlanError> {
        let of_alike = self.alike().map(|alike| (alike.sends(), alike.dep_count()));
        let of_rings = self.rings().map(|rings| (rings.sends(), 2 * u64::from(rings.sends())));
        of_rings.or(of_alike).map_or(Ok(()), |(transfers, deps)| check_listed(u64::from(transfers), deps))
    }

    /// The same plan with every transfer written out: what the general engine plays.
    pub fn written_out(&self) -> Cow<'_, Plan> {
        if self.rings.is_none() && self.alike.is_none() {
            return Cow::Borrowed(self);
        }
        let mut plan = PlanBuilder::new(self.launch);
        plan.plan.fill = self.fill;
        plan.plan.stages.clone_from(&self.stages);
        plan.plan.routes = (0..self.route_count()).map(|id| self.route_of(RouteId(id)).into_owned()).collect();
        for (id, transfer) in self.transfers() {
            let deps: Vec<Dep> = self.deps(id).collect();
            let added = plan.transfer(transfer.stage, transfer.route, transfer.bytes, transfer.delivery, &deps);
            let written = &mut plan.plan.transfers[added.0 as usize];
            written.part = transfer.part;
            let first_of_lane = self.rings().filter(|rings| id < rings.lanes());
            written.start_delay = first_of_lane.map_or(Femtos(0), |rings| rings.start_delay(id));
        }
        Cow::Owned(plan.build())
    }

    /// Adds traffic that is no part of the collective and flows beside it from beginning to end.
    pub fn with_traffic(&self, routes: Vec<Route>) -> Plan {
        let mut plan = self.written_out().into_owned();
        plan.stages.push("other traffic");
        let stage = PlanPhaseId(plan.stages.len() as u16 - 1);
        for route in routes {
            plan.routes.push(route);
            let route = RouteId(plan.routes.len() as u32 - 1);
            plan.transfers.push(Transfer { route, stage, background: true, ..Transfer::default() });
        }
        plan
    }
}

impl Dep {
    /// Store and forward without a pause.
    pub fn tail(on: TransferId) -> Dep {
        Dep { on, kind: DepKind::Tail, delay: Femtos(0), hop_offset: Femtos(0) }
    }

    /// Cut-through without a pause.
    pub fn head(on: TransferId) -> Dep {
        Dep { kind: DepKind::Head, ..Dep::tail(on) }
    }

    /// After the port is free again.
    pub fn sent(on: TransferId) -> Dep {
        Dep { kind: DepKind::Sent, ..Dep::tail(on) }
    }

    /// The same dependency with a delay.
    pub fn after(self, delay: Femtos) -> Dep {
        Dep { delay, ..self }
    }
}
