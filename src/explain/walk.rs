//! The critical path: back from the last byte, always to what was waited for (engine-model 6.1).
//!
//! A cursor goes back in time from the end of the run to zero. At every transfer it passes the drain, the queue at a
//! serial port, the latency and the delay of the dependency that let it start. All spans are differences of the integer
//! instants of the trace, so that they add up to the run exactly.

use super::latency::split;
use super::ports::Ports;
use super::{CostKind, CostSource, CriticalPath, ExplainError, Mode, Step};
use crate::collective::{Dep, DepKind, Route, Transfer};
use crate::fabric::{LinkId, LinkMode};
use crate::trace::Times;
use crate::units::{FEMTOS_PER_SEC, Femtos};

/// Most transfers on a path.
pub const MAX_PATH: u32 = 250_000;

/// What let a transfer start when it did.
enum Cause {
    /// Nothing that came before: the launch, or its rank came late.
    Launch,
    /// A dependency, which set the start.
    Dep(Dep),
    /// A dependency without which the head may not arrive, though its start would be later.
    Event(Dep),
}

struct Walk<'a> {
    ports: Ports<'a>,
    steps: Vec<Step>,
    /// Everything after this instant is explained.
    cursor: u64,
}

/// The critical path of a run.
///
/// # Errors
/// [`ExplainError::Nothing`] where nothing was played, [`ExplainError::TooLong`] beyond 250,000 transfers.
pub(super) fn walk(ports: Ports) -> Result<CriticalPath, ExplainError> {
    let last = last_transfer(&ports).ok_or(ExplainError::Nothing)?;
    let end = ports.trace.times(last).ok_or(ExplainError::Nothing)?.end;
    let mut walk = Walk { ports, steps: Vec::new(), cursor: end.0 };
    let (mut id, mut mode) = (last, Mode::Tail);
    let mut transfers = 1;
    let complete = loop {
        match walk.transfer(id, mode)? {
            Next::Transfer(next, next_mode) => (id, mode) = (next, next_mode),
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

/// The transfer with the latest end; of several the first. Rings end with their last step.
fn last_transfer(ports: &Ports) -> Option<u32> {
    let count = ports.plan.transfer_count();
    let first = ports.plan.rings().map_or(0, |rings| count - rings.slots().min(count));
    let own = (first..count).filter(|&id| ports.plan.rings().is_some() || !ports.plan.transfer(id).background);
    let ends = own.filter_map(|id| Some((ports.trace.times(id)?.end, std::cmp::Reverse(id))));
    ends.max().map(|(_, std::cmp::Reverse(id))| id)
}

enum Next {
    Transfer(u32, Mode),
    /// Time zero is reached.
    Begin,
    /// Nothing in the trace says why the transfer started when it did.
    Lost,
}

impl Walk<'_> {
    /// Goes back to an instant, if the cursor is not there yet.
    fn back_to(&mut self, instant: u64, step: Step) {
        let from = instant.min(self.cursor);
        if from < self.cursor {
            self.steps.push(Step { from: Femtos(from), until: Femtos(self.cursor), ..step });
            self.cursor = from;
        }
    }

    /// Explains a transfer, from its tail or from its head, and answers what it waited for.
    fn transfer(&mut self, id: u32, mode: Mode) -> Result<Next, ExplainError> {
        let Ports { plan, trace, .. } = self.ports;
        let times = trace.times(id).ok_or(ExplainError::Nothing)?;
        let transfer = plan.transfer(id);
        let route = plan.route(&transfer);
        let step = Step { transfer: Some(id), mode, ..Step::EMPTY };
        if mode == Mode::Tail {
            // After a dependency on a free port the cursor stands a latency before the arrival of the tail.
            let lead = times.end.0.saturating_sub(self.cursor);
            if let Some(dep) = self.supply(id, &transfer, &route, &times) {
                let rest = route.latency.since(dep.hop_offset);
                let entered = times.end.0 - rest.0;
                self.latency(id, mode, &route, entered.saturating_sub(lead), dep.hop_offset.0);
                self.back_to(
                    self.cursor.saturating_sub(dep.delay.0),
                    Step { what: CostSource::Step, ..step }.processing(),
                );
                return Ok(Next::Transfer(dep.on.0, Mode::Tail));
            }
            self.drain(id, &times, lead);
        }
        if times.grant > times.arrive {
            let port = self.serial_port(&route);
            if let Some(holder) = port.and_then(|port| self.holder(id, port, &times)) {
                return Ok(Next::Transfer(holder, Mode::Tail));
            }
            let lead = times.grant.0.saturating_sub(self.cursor);
            let class = port.map(|port| self.ports.fabric.class(port));
            let wait = Step { kind: CostKind::Contention, class, link: port, ..step };
            self.back_to(times.arrive.0.saturating_sub(lead), wait);
        }
        Ok(self.start(id, mode, &transfer, &route, &times))
    }

    /// The dependency for whose supply the end had to wait, if that is what set it.
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
    fn drain(&mut self, id: u32, times: &Times, lead: u64) {
        let Ports { plan, trace, fabric, .. } = self.ports;
        let segments = trace.segments(id);
        let port = self.serial_port(&plan.route(&plan.transfer(id)));
        for (index, segment) in segments.iter().enumerate().rev() {
            let until = segments.get(index + 1).map_or(times.end, |next| next.from);
            let from = segment.from.0.saturating_sub(lead);
            // Of links that bind alike the one that others queue at is the one to name.
            let tight = |port: &LinkId| fabric.link(*port).is_some_and(|spec| spec.capacity.0 <= segment.rate);
            let link = port.filter(tight).unwrap_or(LinkId(segment.binding));
            let own = self.ports.serialization(id, segment.from, segment.rate, link);
            let lasts = self.cursor.saturating_sub(from).min(until.since(segment.from).0);
            let class = Some(fabric.class(link));
            let step = Step { transfer: Some(id), class, link: Some(link), ..Step::EMPTY };
            let serial = (own * lasts as f64).round_ties_even() as u64;
            self.back_to(from + serial.min(lasts), Step { kind: CostKind::Contention, ..step });
            self.back_to(from, Step { kind: CostKind::Serialization, ..step });
        }
    }

    /// The latency of a route from a hop offset on, back to the instant at which the head was there.
    fn latency(&mut self, id: u32, mode: Mode, route: &Route, entered: u64, hop_offset: u64) {
        let length = self.cursor.saturating_sub(entered);
        for (kind, class, span) in split(self.ports.fabric, route, hop_offset, hop_offset + length) {
            let what = if kind == CostKind::Processing { CostSource::Cores } else { CostSource::Link };
            let step = Step { transfer: Some(id), mode, kind, class, what, ..Step::EMPTY };
            self.back_to(self.cursor.saturating_sub(span), step);
        }
    }

    /// From the arrival of the head back to what let the transfer start.
    fn start(&mut self, id: u32, mode: Mode, transfer: &Transfer, route: &Route, times: &Times) -> Next {
        match self.cause(id, transfer, times) {
            Some(Cause::Dep(dep)) => {
                self.latency(id, mode, route, times.start.0 + dep.hop_offset.0, dep.hop_offset.0);
                let fired = (times.start.0 + dep.hop_offset.0).saturating_sub(dep.delay.0);
                self.back_to(fired, Step { transfer: Some(id), what: CostSource::Step, ..Step::EMPTY }.processing());
                Next::Transfer(dep.on.0, mode_of(dep.kind))
            }
            // The head arrived at the very event: nothing of its way was waited for.
            Some(Cause::Event(dep)) => Next::Transfer(dep.on.0, mode_of(dep.kind)),
            Some(Cause::Launch) => {
                self.latency(id, mode, route, times.start.0, 0);
                self.launch(Some(id));
                Next::Begin
            }
            None => {
                self.launch(Some(id));
                Next::Lost
            }
        }
    }

    /// What set the start of a transfer; of several dependencies the one on the first transfer.
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

    /// What is left down to zero: the rank came late, a pipeline filled, software started.
    fn launch(&mut self, transfer: Option<u32>) {
        let plan = self.ports.plan;
        let step = Step { transfer, kind: CostKind::Launch, ..Step::EMPTY };
        let (launch, fill) = (plan.launch().0, plan.fill().0);
        let first = plan.rings().map_or(Femtos(0), |rings| rings.first_step_in_launch());
        self.back_to(launch + fill, Step { what: CostSource::Late, ..step });
        self.back_to(launch, Step { what: CostSource::Fill, ..step }.processing());
        self.back_to(launch.saturating_sub(first.0), Step { what: CostSource::Step, ..step }.processing());
        self.back_to(0, Step { what: CostSource::Launch, ..step });
    }

    /// The link of a route that takes one stream at a time.
    fn serial_port(&self, route: &Route) -> Option<LinkId> {
        let fabric = self.ports.fabric;
        let serial = |link: LinkId| fabric.link(link).is_some_and(|spec| spec.mode == LinkMode::Serial);
        let found = route.runs.iter().find(|run| run.serial || serial(run.first));
        found.map(|run| run.first)
    }

    /// The stream that left a serial port when this one was let in: it stood before it in the queue.
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

/// The instant of a transfer at which a dependency of this kind comes up.
fn event(kind: DepKind, times: &Times) -> Femtos {
    if kind == DepKind::Head { times.grant } else { times.end }
}

fn mode_of(kind: DepKind) -> Mode {
    if kind == DepKind::Head { Mode::Head } else { Mode::Tail }
}

impl Step {
    const EMPTY: Step = Step {
        transfer: None,
        mode: Mode::Tail,
        from: Femtos(0),
        until: Femtos(0),
        kind: CostKind::Latency,
        class: None,
        link: None,
        what: CostSource::Link,
    };

    fn processing(self) -> Step {
        Step { kind: CostKind::Processing, ..self }
    }
}
