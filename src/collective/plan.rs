//! The building blocks of a plan: runs of links, routes, transfers and their dependencies.

use std::borrow::Cow;

use super::rings::Rings;
use crate::fabric::{Fabric, Leg, LinkId, Path, detour};
use crate::units::Femtos;

/// Why a collective cannot be planned on a fabric.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A link is down and nothing leads round it.
    #[error(
        "the plan needs {0}, which is down, and no way leads round it: repair it, or choose an algorithm or ranks that do not need it"
    )]
    NoWayRound(String),
    /// Two ranks are not joined.
    #[error("no way leads from chip {from} to chip {to}: join them by links")]
    NoWay {
        /// The sender.
        from: u32,
        /// The receiver.
        to: u32,
    },
    /// More transfers than can be numbered, or written out.
    #[error("the plan has {needed} {what} (limit {limit}): fewer ranks, or an algorithm of fewer steps would fit")]
    TooMany {
        /// How many it has.
        needed: u64,
        /// Of what.
        what: &'static str,
        /// How many are allowed.
        limit: u64,
    },
    /// The measured timing knows nothing of this.
    #[error("there is no measured timing of this algorithm here: choose another one, or timing ideal")]
    NotMeasured,
    /// A plan whose rows must be alike.
    #[error("{0} is played only where no link or PE is slow, late or down: choose another algorithm")]
    NoFaults(&'static str),
    /// Halving needs a power of two.
    #[error("halving-doubling needs a power of two of ranks, and there are {0}: another number of ranks, or a ring")]
    NotAPowerOfTwo(u32),
}

/// Most transfers (or links of routes) that a plan writes out one by one.
const MAX_LISTED: u64 = 2_000_000;
/// Most dependencies that it writes out.
const MAX_LISTED_DEPS: u64 = 8_000_000;

/// Refuses a plan that would be too long, before memory is taken.
pub(super) fn check_listed(transfers: u64, deps: u64) -> Result<(), PlanError> {
    if transfers > MAX_LISTED {
        return Err(PlanError::TooMany { needed: transfers, what: "transfers to write out", limit: MAX_LISTED });
    }
    if deps > MAX_LISTED_DEPS {
        return Err(PlanError::TooMany { needed: deps, what: "dependencies to write out", limit: MAX_LISTED_DEPS });
    }
    Ok(())
}

/// The way from one rank to another over links that are up.
pub(crate) fn way(fabric: &Fabric, from: u32, to: u32) -> Result<Path, PlanError> {
    let path = fabric.shape.path(from, to).ok_or(PlanError::NoWay { from, to })?;
    if !path.iter().any(|leg| cuts(fabric, leg).next().is_some()) {
        return Ok(path);
    }
    let mut round = Path::new();
    for link in path.iter().flat_map(Leg::links) {
        if fabric.is_down(link) {
            let way = detour(fabric, link).ok_or_else(|| PlanError::NoWayRound(fabric.link_name(link)))?;
            round.extend(way.into_iter().map(Leg::one));
        } else {
            round.push(Leg::one(link));
        }
    }
    Ok(round)
}

/// The links of a leg that are down.
fn cuts<'a>(fabric: &'a Fabric, leg: &'a Leg) -> impl Iterator<Item = LinkId> + 'a {
    let last = leg.first.0.wrapping_add_signed(leg.stride.wrapping_mul(leg.count as i32 - 1));
    let (low, high) = (LinkId(leg.first.0.min(last)), LinkId(leg.first.0.max(last)));
    let step = leg.stride.unsigned_abs().max(1);
    let changed = fabric.changed_between(low, high).iter();
    changed.filter(move |(link, share)| *share <= 0.0 && (link.0 - low.0).is_multiple_of(step)).map(|&(link, _)| link)
}

/// Names a route of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteId(pub u32);

/// Names a transfer of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId(pub u32);

/// Names a stage of a plan: transfers with one purpose, such as "reduce rows".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StageId(pub u16);

/// What the bytes on a part of a route are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Partial sums on their way to where they are added.
    Sum,
    /// Copies of the finished sum.
    Copy,
}

/// A regular series of links that a stream passes: `count` links with ids `stride` apart, repeated for `rows` rows.
///
/// A row of a mesh is one run; a flood over a rectangle is one run with many rows; a single link is a run of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The first link.
    pub first: LinkId,
    /// Step from one link id to the next within a row.
    pub stride: i32,
    /// Links in a row; at least 1.
    pub count: u32,
    /// Repetitions; at least 1.
    pub rows: u32,
    /// Step from a row's first link id to the next row's.
    pub row_stride: i32,
    /// How many copies of the stream cross each of these links.
    pub weight: f64,
    /// Time from the stream's start until its head enters the first link, femtoseconds.
    pub offset_fs: f64,
    /// What is added to the offset from link to link, femtoseconds.
    pub step_fs: f64,
    /// What is added to the offset from row to row, femtoseconds.
    pub row_step_fs: f64,
    /// Sums or copies.
    pub phase: Phase,
    /// The stream takes each of these links for itself while it is served, first come first served: separate messages
    /// down one ramp.
    pub serial: bool,
}

impl Run {
    /// A single link.
    pub fn single(link: LinkId, weight: f64, offset_fs: f64, phase: Phase) -> Run {
        Run {
            first: link,
            stride: 1,
            count: 1,
            rows: 1,
            row_stride: 0,
            weight,
            offset_fs,
            step_fs: 0.0,
            row_step_fs: 0.0,
            phase,
            serial: false,
        }
    }

    /// `count` links with ids `stride` apart, each entered `step_fs` after the one before.
    pub fn line(first: LinkId, stride: i32, count: u32, offset_fs: f64, step_fs: f64, phase: Phase) -> Run {
        Run { stride, count, step_fs, ..Run::single(first, 1.0, offset_fs, phase) }
    }

    /// The same run, its links taken one message at a time.
    pub fn serial(self) -> Run {
        Run { serial: true, ..self }
    }

    /// The same run, repeated over `rows` rows.
    pub fn repeated(self, rows: u32, row_stride: i32, row_step_fs: f64) -> Run {
        Run { rows, row_stride, row_step_fs, ..self }
    }

    /// Links in all.
    pub fn len(&self) -> u64 {
        u64::from(self.count) * u64::from(self.rows)
    }

    /// Whether the run has no link.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id of the link at a place of the run.
    pub fn link(&self, row: u32, index: u32) -> LinkId {
        let base = i64::from(self.first.0) + i64::from(row) * i64::from(self.row_stride);
        LinkId((base + i64::from(index) * i64::from(self.stride)) as u32)
    }

    /// Time from the stream's start until its head enters the link at a place of the run.
    pub fn offset(&self, row: u32, index: u32) -> Femtos {
        let offset = self.offset_fs + f64::from(row) * self.row_step_fs + f64::from(index) * self.step_fs;
        Femtos(offset.round_ties_even() as u64)
    }

    /// Where a link stands in this run, as (row, index).
    pub fn find(&self, link: LinkId) -> Option<(u32, u32)> {
        let find_in_row = |row: u32| {
            let distance = i64::from(link.0) - i64::from(self.link(row, 0).0);
            let stride = i64::from(self.stride);
            let index = if stride == 0 { 0 } else { distance / stride };
            let inside = (0..i64::from(self.count)).contains(&index) && index * stride == distance;
            inside.then_some((row, index as u32))
        };
        if self.rows == 1 || self.row_stride == 0 {
            return find_in_row(0);
        }
        // Rows are far apart in practice: only the nearest one and its neighbours can hold the link.
        let distance = i64::from(link.0) - i64::from(self.first.0);
        let guess = distance / i64::from(self.row_stride);
        (guess - 1..=guess + 1)
            .filter(|row| (0..i64::from(self.rows)).contains(row))
            .find_map(|row| find_in_row(row as u32))
    }
}

/// The links that a stream passes, as a path, an in-tree that adds, an out-tree that copies, or one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    /// Its parts. A link may occur in several: the weights add.
    pub runs: Vec<Run>,
    /// Time from the stream's start until its head is delivered at the farthest sink.
    pub latency: Femtos,
}

impl Route {
    /// A path of links, one after the other.
    pub fn over(fabric: &Fabric, path: &[Leg], phase: Phase) -> Route {
        let mut offset_fs = 0.0;
        let mut runs = Vec::with_capacity(path.len());
        for leg in path {
            let step_fs = fabric.link(leg.first).map_or(0.0, |spec| spec.latency.0 as f64);
            if leg.share < 1.0 {
                // Side by side: entered and left together.
                let run = Run::line(leg.first, leg.stride, leg.count, offset_fs, 0.0, phase);
                runs.push(Run { weight: leg.share, ..run });
                offset_fs += step_fs;
            } else {
                runs.push(Run::line(leg.first, leg.stride, leg.count, offset_fs, step_fs, phase));
                offset_fs += step_fs * f64::from(leg.count);
            }
        }
        Route { runs, latency: Femtos(offset_fs.round_ties_even() as u64) }
    }
}

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
pub struct Part {
    /// Where it begins.
    pub first: u32,
    /// How long it is.
    pub count: u32,
    /// In parts of this many.
    pub of: u32,
}

impl Part {
    /// All of it.
    pub const WHOLE: Part = Part { first: 0, count: 1, of: 1 };

    /// One of `of` equal parts.
    pub fn one(first: u32, of: u32) -> Part {
        Part { first, count: 1, of }
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
    pub stage: StageId,
    /// Who has finished bytes when it arrives.
    pub delivery: Delivery,
    /// Which bytes of the message (on a wafer: of each PE's share) these are.
    pub part: Part,
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
            stage: StageId(0),
            delivery: Delivery::Partial,
            part: Part::WHOLE,
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
    pub fn find(&self, run: &Run, link: LinkId) -> Option<(u32, u32)> {
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
    routes: Vec<Route>,
    transfers: Vec<Transfer>,
    deps: Vec<Dep>,
    stages: Vec<&'static str>,
    launch: Femtos,
    fill: Femtos,
    rings: Option<Box<Rings>>,
}

impl Plan {
    /// Rings that start after `launch`.
    pub fn of_rings(rings: Rings, launch: Femtos) -> Plan {
        Plan { stages: rings.stage_names(), launch, rings: Some(Box::new(rings)), ..Plan::default() }
    }

    /// The rule, if the plan is one.
    pub fn rings(&self) -> Option<&Rings> {
        self.rings.as_deref()
    }

    /// How many transfers there are. A [`TransferId`] is a number below; a transfer waits only for earlier ones.
    pub fn transfer_count(&self) -> u32 {
        self.rings().map_or(self.transfers.len() as u32, Rings::sends)
    }

    /// The transfer of this id, which must be below the count.
    pub fn transfer(&self, id: u32) -> Transfer {
        self.rings().map_or_else(|| self.transfers[id as usize], |rings| rings.transfer(id))
    }

    /// All transfers with their ids.
    pub fn transfers(&self) -> impl Iterator<Item = (u32, Transfer)> + '_ {
        (0..self.transfer_count()).map(|id| (id, self.transfer(id)))
    }

    /// How many routes there are. A [`RouteId`] is a number below.
    pub fn route_count(&self) -> u32 {
        self.rings().map_or(self.routes.len() as u32, Rings::route_count)
    }

    /// The route of a transfer.
    pub fn route(&self, transfer: &Transfer) -> Cow<'_, Route> {
        self.route_of(transfer.route)
    }

    /// The route of this id, which must be below the count.
    pub fn route_of(&self, id: RouteId) -> Cow<'_, Route> {
        match self.rings() {
            Some(rings) => rings.route(id),
            None => Cow::Borrowed(&self.routes[id.0 as usize]),
        }
    }

    /// What a transfer waits for.
    pub fn deps(&self, id: u32) -> impl Iterator<Item = Dep> + '_ {
        let of_rings = self.rings().and_then(|rings| rings.deps(id)).into_iter().flatten();
        let listed = self.transfers.get(id as usize).map_or(&[][..], |transfer| {
            let first = transfer.first_dep as usize;
            &self.deps[first..first + transfer.dep_count as usize]
        });
        of_rings.chain(listed.iter().copied())
    }

    /// All dependencies that are listed, and which of them a transfer waits for. Transfers that wait for the same have
    /// the same range. Of rings nothing is listed: see [`Plan::written_out`].
    pub fn listed_deps(&self) -> &[Dep] {
        &self.deps
    }

    /// See [`Plan::listed_deps`].
    pub fn listed_range(&self, id: u32) -> std::ops::Range<u32> {
        self.transfers.get(id as usize).map_or(0..0, |own| own.first_dep..own.first_dep + own.dep_count)
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
        listed + self.rings().map_or(0, |rings| u64::from(rings.sends()))
    }

    /// The same plan with every transfer written out: what the general engine plays.
    pub fn written_out(&self) -> Cow<'_, Plan> {
        let Some(rings) = self.rings() else { return Cow::Borrowed(self) };
        let mut plan = PlanBuilder::new(self.launch);
        plan.plan.fill = self.fill;
        plan.plan.stages.clone_from(&self.stages);
        plan.plan.routes = (0..rings.route_count()).map(|id| rings.route(RouteId(id)).into_owned()).collect();
        for id in 0..rings.sends() {
            let transfer = rings.transfer(id);
            let added = plan.transfer(transfer.stage, transfer.route, transfer.bytes, transfer.delivery, &[]);
            let written = &mut plan.plan.transfers[added.0 as usize];
            written.part = transfer.part;
            written.start_delay = if id < rings.lanes() { rings.start_delay(id) } else { Femtos(0) };
            if let Some(deps) = rings.deps(id) {
                written.first_dep = plan.plan.deps.len() as u32;
                written.dep_count = deps.len() as u32;
                plan.plan.deps.extend(deps);
            }
        }
        Cow::Owned(plan.build())
    }

    /// Adds traffic that is no part of the collective and flows beside it from beginning to end.
    pub fn with_traffic(&self, routes: Vec<Route>) -> Plan {
        let mut plan = self.written_out().into_owned();
        plan.stages.push("other traffic");
        let stage = StageId(plan.stages.len() as u16 - 1);
        for route in routes {
            plan.routes.push(route);
            let route = RouteId(plan.routes.len() as u32 - 1);
            plan.transfers.push(Transfer { route, stage, background: true, ..Transfer::default() });
        }
        plan
    }
}

/// Builds a [`Plan`] so that ids are right by construction: a dependency names a transfer that exists already.
#[derive(Debug, Default)]
pub struct PlanBuilder {
    plan: Plan,
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
    pub fn stage(&mut self, name: &'static str) -> StageId {
        self.plan.stages.push(name);
        StageId(self.plan.stages.len() as u16 - 1)
    }

    /// Adds a route from its runs; those without a link are left out.
    pub fn route(&mut self, runs: impl IntoIterator<Item = Run>, latency: Femtos) -> RouteId {
        let runs = runs.into_iter().filter(|run| !run.is_empty()).collect();
        self.plan.routes.push(Route { runs, latency });
        RouteId(self.plan.routes.len() as u32 - 1)
    }

    /// Adds a transfer that stands for itself alone.
    pub fn transfer(
        &mut self,
        stage: StageId,
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
        stage: StageId,
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
    pub fn carries(&mut self, transfer: TransferId, part: Part) {
        self.plan.transfers[transfer.0 as usize].part = part;
    }

    /// Lets a transfer wait for the very same as another one; what both wait for is stored, and played, once.
    pub fn waits_as(&mut self, transfer: TransferId, other: TransferId) {
        let Transfer { first_dep, dep_count, .. } = self.plan.transfers[other.0 as usize];
        let own = &mut self.plan.transfers[transfer.0 as usize];
        (own.first_dep, own.dep_count) = (first_dep, dep_count);
    }

    /// Lets a transfer start no earlier than this long after the launch.
    pub fn delay_start(&mut self, transfer: TransferId, delay: Femtos) {
        self.plan.transfers[transfer.0 as usize].start_delay = delay;
    }

    /// Adds a route along a path.
    pub(super) fn path(&mut self, fabric: &Fabric, path: &[Leg], phase: Phase) -> RouteId {
        self.plan.routes.push(Route::over(fabric, path, phase));
        RouteId(self.plan.routes.len() as u32 - 1)
    }

    /// The finished plan.
    pub fn build(self) -> Plan {
        self.plan
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
