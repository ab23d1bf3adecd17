//! The building blocks of a plan: runs of links, routes, transfers and their dependencies.

use crate::fabric::LinkId;
use crate::units::Femtos;

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

/// Who holds finished bytes of the result when a transfer arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Nobody: these are partial sums.
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
#[derive(Clone, Debug, PartialEq)]
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
    first_dep: u32,
    dep_count: u32,
}

impl Transfer {
    /// Where a link stands, as (row, index), in a run of this transfer's route or of one of the copies that it stands
    /// for.
    pub fn find(&self, run: &Run, link: LinkId) -> Option<(u32, u32)> {
        let cohort = &self.cohort;
        if cohort.copies == 1 {
            return run.find(link);
        }
        // Copies lie a regular distance apart: the one nearest to the link or a neighbour of it.
        let distance = i64::from(link.0) - i64::from(run.first.0);
        let guess = i64::from(cohort.written) + distance.div_euclid(i64::from(cohort.stride));
        (guess - 1..=guess + 1)
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

/// What must move where and in which order, for one collective on one fabric.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    routes: Vec<Route>,
    transfers: Vec<Transfer>,
    deps: Vec<Dep>,
    stages: Vec<&'static str>,
    launch: Femtos,
}

impl Plan {
    /// All routes; a [`RouteId`] is the place in this list.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// All transfers; a [`TransferId`] is the place in this list. A transfer waits only for earlier ones.
    pub fn transfers(&self) -> &[Transfer] {
        &self.transfers
    }

    /// The route of a transfer.
    pub fn route(&self, transfer: &Transfer) -> &Route {
        &self.routes[transfer.route.0 as usize]
    }

    /// What a transfer waits for.
    pub fn deps(&self, transfer: &Transfer) -> &[Dep] {
        let first = transfer.first_dep as usize;
        &self.deps[first..first + transfer.dep_count as usize]
    }

    /// The names of the stages.
    pub fn stages(&self) -> &[&'static str] {
        &self.stages
    }

    /// Software start-up before the first byte, once per collective.
    pub fn launch(&self) -> Femtos {
        self.launch
    }

    /// How many streams the plan has, cohorts counted in full.
    pub fn logical_transfers(&self) -> u64 {
        self.transfers.iter().map(|transfer| u64::from(transfer.cohort.copies)).sum()
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
        self.plan.transfers.push(Transfer {
            bytes,
            route,
            stage,
            delivery,
            part: Part::WHOLE,
            cohort,
            first_dep,
            dep_count,
        });
        TransferId(self.plan.transfers.len() as u32 - 1)
    }

    /// Says which part of the message a transfer carries.
    pub fn carries(&mut self, transfer: TransferId, part: Part) {
        self.plan.transfers[transfer.0 as usize].part = part;
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
