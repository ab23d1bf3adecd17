//! The walk along the critical path, from the end of a run back to zero (engine-model 6.1).
//!
//! A cursor moves back in time. At every transfer it passes the drain, the queue at a serial port, the latency, and the
//! delay of the dependency that let the transfer start. All spans are differences of the integer instants of the trace,
//! so that they add up to the run exactly.

use super::bottleneck::limiting_link;
use super::cost::{CostKind, CostSource};
use super::latency::{LatencyPiece, split};
use super::on_route::serial_port;
use super::path::{CriticalPath, ExplainError, PathSpan, TransferEnd};
use super::ports::Ports;
use crate::collective::{Dep, DepKind, PlanBody, Route, Transfer};
use crate::fabric::LinkId;
use crate::trace::Times;
use crate::units::{FEMTOS_PER_SEC, Femtos};

/// The most transfers on a path.
pub const MAX_PATH: u32 = 250_000;

/// What determined the start of a transfer.
enum Cause {
    /// The launch, or the late start of its rank.
    Launch,
    /// A dependency that set the start.
    Dep(Dep),
    /// A dependency that held back the arrival of the head, although it would allow a later start only.
    Event(Dep),
}

struct Walk<'a> {
    ports: Ports<'a>,
    steps: Vec<PathSpan>,
    /// Everything after this instant has been explained, femtoseconds.
    cursor: u64,
}

/// The critical path of a run.
///
/// # Errors
/// [`ExplainError::NotRun`] without a trace, [`ExplainError::TooLong`] for more than [`MAX_PATH`] transfers.
pub(super) fn walk(ports: Ports) -> Result<CriticalPath, ExplainError> {
    let last = last_transfer(&ports).ok_or(ExplainError::NotRun)?;
    let end = ports.trace.times(last).ok_or(ExplainError::NotRun)?.end;
    let mut walk = Walk { ports, steps: Vec::new(), cursor: end.0 };
    let (mut id, mut end_of) = (last, TransferEnd::Tail);
    let mut transfers = 1;
    let complete = loop {
        match walk.transfer(id, end_of)? {
            Next::Transfer(next, next_end) => (id, end_of) = (next, next_end),
            Next::Begin => break true,
            Next::Lost => break false,
        }
        transfers += 1;
        if transfers > MAX_PATH {
            return Err(ExplainError::TooLong { limit: MAX_PATH });
        }
    };
    walk.steps.reverse();
    Ok(CriticalPath { steps: walk.steps, end, transfers, complete })
}

/// The transfer with the latest end; the first one among equals. Rules end with their last step: of every earlier
/// transfer, another one waits for the tail.
fn last_transfer(ports: &Ports) -> Option<u32> {
    let count = ports.plan.transfer_count();
    let last_step = match ports.plan.body() {
        PlanBody::Rings(rings) => Some(rings.slots()),
        PlanBody::Symmetric(symmetric) => Some(symmetric.slots()),
        PlanBody::Listed(_) => None,
    };
    let first = last_step.map_or(0, |slots| count - slots.min(count));
    let own = (first..count).filter(|&id| last_step.is_some() || !ports.plan.transfer(id).background);
    let ends = own.filter_map(|id| Some((ports.trace.times(id)?.end, std::cmp::Reverse(id))));
    ends.max().map(|(_, std::cmp::Reverse(id))| id)
}

/// Where the search continues.
enum Next {
    /// At this end of an earlier transfer.
    Transfer(u32, TransferEnd),
    /// Time zero is reached.
    Begin,
    /// The trace does not explain the start of the transfer.
    Lost,
}

impl Walk<'_> {
    /// Moves the cursor back to an instant, unless it is there already.
    fn back_to(&mut self, instant: u64, span: PathSpan) {
        let from = instant.min(self.cursor);
        if from < self.cursor {
            self.steps.push(PathSpan { from: Femtos(from), until: Femtos(self.cursor), ..span });
            self.cursor = from;
        }
    }

    /// Explains a transfer from its tail or from its head. Returns what it waited for.
    fn transfer(&mut self, id: u32, end_of: TransferEnd) -> Result<Next, ExplainError> {
        let Ports { plan, trace, .. } = self.ports;
        let times = trace.times(id).ok_or(ExplainError::NotRun)?;
        let transfer = plan.transfer(id);
        let route = plan.route(&transfer);
        let span = PathSpan { transfer: Some(id), waits_for: end_of, ..PathSpan::EMPTY };
        if end_of == TransferEnd::Tail {
            // After a dependency on a free port the cursor is one latency before the arrival of the tail.
            let lead = times.end.0.saturating_sub(self.cursor);
            if let Some(dep) = self.supply(id, &transfer, &route, &times) {
                let rest = route.latency.since(dep.hop_offset);
                let entered = times.end.0 - rest.0;
                self.latency(id, end_of, &route, entered.saturating_sub(lead), dep.hop_offset.0);
                self.back_to(
                    self.cursor.saturating_sub(dep.delay.0),
                    PathSpan { source: CostSource::Step, ..span }.processing(),
                );
                return Ok(Next::Transfer(dep.on.0, TransferEnd::Tail));
            }
            self.drain(id, &times, lead)?;
        }
        if times.grant > times.arrive {
            let port = serial_port(self.ports.fabric, &route);
            if let Some(holder) = port.and_then(|port| self.holder(id, port, &times)) {
                return Ok(Next::Transfer(holder, TransferEnd::Tail));
            }
            let lead = times.grant.0.saturating_sub(self.cursor);
            let class = port.map(|port| self.ports.fabric.class(port));
            let wait = PathSpan { kind: CostKind::Contention, class, link: port, ..span };
            self.back_to(times.arrive.0.saturating_sub(lead), wait);
        }
        Ok(self.start(id, end_of, &transfer, &route, &times))
    }

    /// The dependency whose supply determined the end, if one did.
    fn supply(&self, id: u32, transfer: &Transfer, route: &Route, times: &Times) -> Option<Dep> {
        let Ports { plan, trace, .. } = self.ports;
        let heads = plan.deps(id).filter(|dep| dep.kind == DepKind::Head);
        let supplied = |dep: &Dep| {
            let supply =
                trace.times(dep.on.0).map(|supply| supply.end + dep.delay + route.latency.since(dep.hop_offset));
            supply == Some(times.end)
        };
        let dep = heads.filter(supplied).min_by_key(|dep| dep.on)?;
        let segments = trace.segments(id);
        let (last, before) = segments.split_last()?;
        let mut left = transfer.bytes;
        for (index, segment) in before.iter().enumerate() {
            left -= segment.rate * segments[index + 1].from.since(segment.from).secs();
        }
        let drained = last.from.0 as f64 + left.max(0.0) / last.rate * FEMTOS_PER_SEC;
        (drained + 2.0 + drained * 1e-12 < times.end.0 as f64).then_some(dep)
    }

    /// The segments of a transfer, the last one first.
    fn drain(&mut self, id: u32, times: &Times, lead: u64) -> Result<(), ExplainError> {
        let Ports { plan, trace, fabric, .. } = self.ports;
        let segments = trace.segments(id);
        let route = plan.route(&plan.transfer(id));
        for (index, segment) in segments.iter().enumerate().rev() {
            let until = segments.get(index + 1).map_or(times.end, |next| next.from);
            let from = segment.from.0.saturating_sub(lead);
            let link = limiting_link(fabric, &route, segment);
            let own = self.ports.serialization(id, segment.from, segment.rate, link)?;
            let lasts = self.cursor.saturating_sub(from).min(until.since(segment.from).0);
            let class = Some(fabric.class(link));
            let span = PathSpan { transfer: Some(id), class, link: Some(link), ..PathSpan::EMPTY };
            let serial = (own * lasts as f64).round_ties_even() as u64;
            self.back_to(from + serial.min(lasts), PathSpan { kind: CostKind::Contention, ..span });
            self.back_to(from, PathSpan { kind: CostKind::Serialization, ..span });
        }
        Ok(())
    }

    /// The latency of a route from a hop offset on, back to the instant at which the head was there.
    fn latency(&mut self, id: u32, end_of: TransferEnd, route: &Route, entered: u64, hop_offset: u64) {
        let length = self.cursor.saturating_sub(entered);
        for LatencyPiece { kind, class, length_fs } in split(self.ports.fabric, route, hop_offset, hop_offset + length)
        {
            let source = if kind == CostKind::Processing { CostSource::Cores } else { CostSource::Link };
            let span = PathSpan { transfer: Some(id), waits_for: end_of, kind, class, source, ..PathSpan::EMPTY };
            self.back_to(self.cursor.saturating_sub(length_fs), span);
        }
    }

    /// From the arrival of the head back to what let the transfer start.
    fn start(&mut self, id: u32, end_of: TransferEnd, transfer: &Transfer, route: &Route, times: &Times) -> Next {
        match self.cause(id, transfer, times) {
            Some(Cause::Dep(dep)) => {
                self.latency(id, end_of, route, times.start.0 + dep.hop_offset.0, dep.hop_offset.0);
                let fired = (times.start.0 + dep.hop_offset.0).saturating_sub(dep.delay.0);
                self.back_to(fired, self.delay(id, dep));
                Next::Transfer(dep.on.0, end_of_kind(dep.kind))
            }
            // The head arrived exactly at the event: none of its latency is on the path.
            Some(Cause::Event(dep)) => Next::Transfer(dep.on.0, end_of_kind(dep.kind)),
            Some(Cause::Launch) => {
                self.latency(id, end_of, route, times.start.0, 0);
                self.launch(Some(id));
                Next::Begin
            }
            None => {
                self.launch(Some(id));
                Next::Lost
            }
        }
    }

    /// The delay of a dependency: a step of software; in a sequence also a computation, or the start-up of an operation.
    fn delay(&self, id: u32, dep: Dep) -> PathSpan {
        let plan = self.ports.plan;
        let span = PathSpan { transfer: Some(id), source: CostSource::Step, ..PathSpan::EMPTY };
        let Some(operation) = plan.operation_of(id) else { return span.processing() };
        let after_mark = plan.transfer(dep.on.0).bytes <= 0.0;
        match operation.algorithm {
            None => PathSpan { source: CostSource::Computation, ..span }.processing(),
            Some(_) if after_mark => PathSpan { kind: CostKind::Launch, source: CostSource::Launch, ..span },
            Some(_) => span.processing(),
        }
    }

    /// What determined the start of a transfer; among several dependencies, the one on the first transfer.
    fn cause(&self, id: u32, transfer: &Transfer, times: &Times) -> Option<Cause> {
        let Ports { plan, trace, .. } = self.ports;
        let fired = |dep: &Dep| {
            let on = trace.times(dep.on.0)?;
            Some(match dep.kind {
                DepKind::Head => on.grant,
                DepKind::Tail => on.end,
                DepKind::Sent => on.end.since(plan.route(&plan.transfer(dep.on.0)).latency),
            })
        };
        let sets = |dep: &Dep| {
            let start = fired(dep).map(|fired| (fired + dep.delay).since(dep.hop_offset));
            start == Some(times.start)
        };
        if let Some(dep) = plan.deps(id).filter(sets).min_by_key(|dep| dep.on) {
            return Some(Cause::Dep(dep));
        }
        if times.start == plan.launch() + self.start_delay(id, transfer) {
            return Some(Cause::Launch);
        }
        let comes = |dep: &Dep| trace.times(dep.on.0).is_some_and(|on| event(dep.kind, &on) == times.arrive);
        plan.deps(id).filter(comes).min_by_key(|dep| dep.on).map(Cause::Event)
    }

    fn start_delay(&self, id: u32, transfer: &Transfer) -> Femtos {
        match self.ports.plan.rings() {
            Some(rings) if id < rings.slots() => rings.start_delay(id),
            _ => transfer.start_delay,
        }
    }

    /// The rest down to zero: the late start of a rank, a pipeline that filled, software.
    fn launch(&mut self, transfer: Option<u32>) {
        let plan = self.ports.plan;
        let span = PathSpan { transfer, kind: CostKind::Launch, ..PathSpan::EMPTY };
        let (launch, fill) = (plan.launch().0, plan.fill().0);
        let first = plan.rings().map_or(Femtos(0), |rings| rings.first_step_in_launch());
        self.back_to(launch + fill, PathSpan { source: CostSource::Late, ..span });
        self.back_to(launch, PathSpan { source: CostSource::Fill, ..span }.processing());
        self.back_to(launch.saturating_sub(first.0), PathSpan { source: CostSource::Step, ..span }.processing());
        self.back_to(0, PathSpan { source: CostSource::Launch, ..span });
    }

    /// The stream before this one in the queue of a serial port: it left when this one was admitted.
    fn holder(&self, id: u32, port: LinkId, times: &Times) -> Option<u32> {
        let Ports { plan, trace, .. } = self.ports;
        let before = Femtos(times.grant.0.saturating_sub(1));
        let held = |other: u32| {
            let own = trace.times(other)?;
            let earlier = (own.arrive, other) < (times.arrive, id) && own.end == times.grant;
            let transfer = plan.transfer(other);
            let route = plan.route(&transfer);
            let here = earlier && route.runs.iter().any(|run| transfer.find(run, port).is_some());
            here.then_some(other)
        };
        let mut alive = trace.alive_between(before, times.grant);
        alive.sort_unstable();
        alive.into_iter().find_map(held)
    }
}

/// The instant of a transfer at which a dependency of this kind is satisfied.
fn event(kind: DepKind, times: &Times) -> Femtos {
    if kind == DepKind::Head { times.grant } else { times.end }
}

fn end_of_kind(kind: DepKind) -> TransferEnd {
    if kind == DepKind::Head { TransferEnd::Head } else { TransferEnd::Tail }
}
