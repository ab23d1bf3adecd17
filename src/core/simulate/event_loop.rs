//! The event loop (engine-model 1.2 to 1.5): integer time, batches of equal time, one solve per affected component.
//!
//! A stream shares links only from the time at which its head has reached its last hop (the arrival clock): from
//! `start + latency` on.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::cost::{Budget, EVENT_WORK};
use super::dep_graph::DepGraph;
use super::error::{Budgeted, MAX_TIME_FS, SimulateError, check_budget};
use super::event_queue::{Event, EventQueue};
use super::max_min::Share;
use super::resources::Resources;
use super::sharing::Sharing;
use crate::plan::{DepKind, Plan, RouteId, Transfer};
use crate::trace::{EventTrace, Segment, SegmentLog, Times};
use crate::units::{FEMTOS_PER_SEC, Femtos};

/// The drain or end that a transfer expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// None yet, or none any more.
    Nothing,
    /// A drain or an end, which is in the queue.
    Queued,
    /// An end as soon as the transfers that supply it have ended. It has drained.
    SupplyEnd,
    /// An end with the collective: other traffic.
    Never,
}

/// The state of a transfer; times in femtoseconds.
#[derive(Clone, Debug)]
struct State {
    deps_left: u32,
    start: u64,
    arrive: u64,
    grant: Option<u64>,
    expected: Expected,
    end: Option<u64>,
    remaining: f64,
    rate: f64,
    updated: u64,
    /// Its current rate, and since when.
    last: Option<Segment>,
}

/// The queue at a serial resource.
#[derive(Clone, Default)]
struct SerialPort {
    /// The stream that holds it.
    holder: Option<u32>,
    /// The streams that wait, by (arrival, id).
    queue: BTreeSet<(u64, u32)>,
}

struct Engine<'a> {
    transfers: Vec<Transfer>,
    /// Latency of each route.
    latencies: Vec<u64>,
    deps: Cow<'a, DepGraph>,
    resources: &'a Resources,
    states: Vec<State>,
    /// By resource; only serial ones have a queue.
    ports: BTreeMap<u32, SerialPort>,
    events: EventQueue,
    /// Number of events so far.
    handled: u64,
    sharing: Sharing<'a>,
    /// The rates that streams had before their last one; `None` if only the end is asked for.
    log: Option<SegmentLog>,
    /// The buffer of [`Engine::solve`].
    shares: Vec<(u32, Share)>,
}

/// Simulates a plan whose dependencies are valid, with at most `bytes` for rates that change. The work is taken off the
/// budget.
///
/// # Errors
/// [`SimulateError::TooLong`]; [`SimulateError::TooLarge`]; [`SimulateError::Stuck`] if a transfer never ends.
pub(super) fn run(
    plan: &Plan,
    resources: &Resources,
    bytes: u64,
    budget: &mut Budget,
) -> Result<EventTrace, SimulateError> {
    let mut engine = Engine::new(plan, resources, Cow::Owned(DepGraph::new(plan)));
    engine.log = Some(SegmentLog::default());
    engine.play(bytes, budget)?;
    engine.into_trace()
}

/// Simulates a plan as [`run`] does, and returns only the end of its trace.
///
/// # Errors
/// As [`run`], except that no rates are recorded, so none are too many.
pub(super) fn end(
    plan: &Plan,
    resources: &Resources,
    deps: Cow<'_, DepGraph>,
    budget: &mut Budget,
) -> Result<Femtos, SimulateError> {
    let mut engine = Engine::new(plan, resources, deps);
    engine.play(0, budget)?;
    engine.check_ended()?;
    let last = engine.last_end();
    let ends = engine.states.iter().zip(&engine.transfers);
    Ok(Femtos(ends.map(|(state, transfer)| end_of(state, transfer, last)).max().unwrap_or(0)))
}

/// When a transfer ends. Other traffic flows until the collective is over, at `last`.
fn end_of(state: &State, transfer: &Transfer, last: u64) -> u64 {
    let until = if transfer.background { last.max(state.arrive) } else { u64::MAX };
    state.end.unwrap_or(until)
}

impl<'a> Engine<'a> {
    fn new(plan: &Plan, resources: &'a Resources, deps: Cow<'a, DepGraph>) -> Engine<'a> {
        let transfers: Vec<Transfer> = plan.transfers().map(|(_, transfer)| transfer).collect();
        let states = transfers.iter().zip(0..).map(|(transfer, id)| State {
            deps_left: deps.deps_of(id).len() as u32,
            start: plan.launch().0.saturating_add(transfer.start_delay.0),
            arrive: 0,
            grant: None,
            expected: Expected::Nothing,
            end: None,
            remaining: transfer.bytes,
            rate: 0.0,
            updated: 0,
            last: None,
        });
        let sharing = Sharing::new(resources, transfers.iter().map(|transfer| transfer.route.0).collect());
        Engine {
            states: states.collect(),
            latencies: (0..plan.route_count()).map(|id| plan.route_of(RouteId(id)).latency.0).collect(),
            transfers,
            deps,
            resources,
            ports: BTreeMap::new(),
            events: EventQueue::new(plan.transfer_count() as usize),
            handled: 0,
            sharing,
            log: None,
            shares: Vec::new(),
        }
    }

    /// Handles all events.
    fn play(&mut self, bytes: u64, budget: &mut Budget) -> Result<(), SimulateError> {
        for id in 0..self.transfers.len() as u32 {
            let state = &self.states[id as usize];
            if state.deps_left == 0 {
                self.schedule_arrival(id, state.start, 0)?;
            }
        }
        while let Some(now) = self.events.next_instant() {
            if now > MAX_TIME_FS {
                return Err(SimulateError::TooLong);
            }
            let before = self.work();
            self.batch(now)?;
            budget.spend(self.work() - before)?;
            if let Some(log) = &self.log {
                check_budget(Budgeted::Memory, log.bytes(), bytes)?;
            }
        }
        Ok(())
    }

    /// The work so far.
    fn work(&self) -> u64 {
        self.sharing.visits() + self.handled * EVENT_WORK
    }

    fn route(&self, id: u32) -> u32 {
        self.transfers[id as usize].route.0
    }

    fn latency(&self, id: u32) -> u64 {
        self.latencies[self.route(id) as usize]
    }

    /// All events of one instant, then one solve.
    fn batch(&mut self, now: u64) -> Result<(), SimulateError> {
        while let Some((event, id)) = self.events.pop_at(now) {
            self.handled += 1;
            match event {
                Event::Arrive => self.arrive(id, now),
                Event::Drain => {
                    if self.drain(id, now) {
                        self.end(id, now);
                    }
                }
                Event::End => self.end(id, now),
            }
        }
        self.solve(now)
    }

    /// Starts a transfer at `start`. Its head arrives a latency later, but never in the past.
    fn schedule_arrival(&mut self, id: u32, start: u64, now: u64) -> Result<(), SimulateError> {
        let latency = self.latency(id);
        let arrive = start.saturating_add(latency).max(now);
        if arrive > MAX_TIME_FS {
            return Err(SimulateError::TooLong);
        }
        let state = &mut self.states[id as usize];
        state.start = arrive - latency.min(arrive);
        state.arrive = arrive;
        self.events.set(arrive, Event::Arrive, id);
        Ok(())
    }

    fn arrive(&mut self, id: u32, now: u64) {
        if let Some(port) = self.serial_of(id) {
            let port = self.ports.entry(port).or_default();
            if port.holder.is_some() {
                port.queue.insert((now, id));
                return;
            }
            port.holder = Some(id);
        }
        self.grant(id, now);
    }

    /// The serial resource on a transfer's route. Plans have at most one per route.
    fn serial_of(&self, id: u32) -> Option<u32> {
        let uses = self.sharing.of_stream(id);
        uses.iter().find(|used| used.serial).map(|used| used.id)
    }

    /// Lets a stream share its links from now on.
    fn grant(&mut self, id: u32, now: u64) {
        let state = &mut self.states[id as usize];
        state.grant = Some(now);
        state.updated = now;
        self.sharing.join(id);
        self.fire(id, DepKind::Head, now);
    }

    /// Takes a stream off its links: every byte is delivered. Returns whether it ends now. Otherwise its end waits for the
    /// supply (engine-model 1.3).
    fn drain(&mut self, id: u32, now: u64) -> bool {
        let end = self.end_after_supply(id, now);
        self.settle(id, now);
        self.set_rate(id, now, Share { rate: 0.0, binding: u32::MAX });
        self.sharing.leave(id);
        let state = &mut self.states[id as usize];
        state.remaining = 0.0;
        match end {
            Some(end) if end <= now => return true,
            Some(end) => {
                state.expected = Expected::Queued;
                self.events.set(end, Event::End, id);
            }
            None => state.expected = Expected::SupplyEnd,
        }
        false
    }

    /// The earliest end of a stream that has drained at `now`. `None` while one of its supplies has not ended.
    fn end_after_supply(&self, id: u32, now: u64) -> Option<u64> {
        let latency = self.latency(id);
        let mut streamed = self.deps.deps_of(id).iter().filter(|dep| dep.kind == DepKind::Head);
        streamed.try_fold(now, |end, dep| {
            let supply = self.states[dep.on.0 as usize].end?;
            Some(end.max(supply.saturating_add(dep.delay.0 + latency - dep.hop_offset.0)))
        })
    }

    /// Ends a transfer, and the drained successors that have waited for this end, and theirs. A list instead of recursion:
    /// such a chain may be as long as the plan.
    fn end(&mut self, id: u32, now: u64) {
        self.end_alone(id, now);
        let mut waiting: Vec<u32> = self.waiting_for_end(id).collect();
        while let Some(id) = waiting.pop() {
            // A transfer may be listed twice: it may have ended since, or expect its end at a later time.
            if self.states[id as usize].expected == Expected::SupplyEnd && self.drain(id, now) {
                self.end_alone(id, now);
                waiting.extend(self.waiting_for_end(id));
            }
        }
    }

    /// The drained successors that wait for the end of a transfer, the last one first.
    fn waiting_for_end(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        let successors = self.deps.successors_of(id).rev().map(|index| self.deps.successor(index).id);
        successors.filter(|&successor| self.states[successor as usize].expected == Expected::SupplyEnd)
    }

    /// Ends a transfer, frees its serial port and releases what waits for its tail.
    fn end_alone(&mut self, id: u32, now: u64) {
        let state = &mut self.states[id as usize];
        state.end = Some(now);
        state.expected = Expected::Nothing;
        if let Some(port) = self.serial_of(id) {
            let port = self.ports.entry(port).or_default();
            port.holder = port.queue.pop_first().map(|(_, next)| next);
            if let Some(next) = port.holder {
                self.grant(next, now);
            }
        }
        self.fire(id, DepKind::Tail, now);
        self.fire(id, DepKind::Sent, now);
    }

    /// Releases what waits for an instant of `id`.
    fn fire(&mut self, id: u32, kind: DepKind, now: u64) {
        for index in self.deps.successors_of(id) {
            let successor = self.deps.successor(index);
            let dep = self.deps.dep(successor.dep);
            if dep.kind != kind {
                continue;
            }
            // The port was free when the tail left, a latency before it arrived.
            let fired = if kind == DepKind::Sent { now - self.latency(id).min(now) } else { now };
            let start = fired.saturating_add(dep.delay.0).saturating_sub(dep.hop_offset.0);
            let state = &mut self.states[successor.id as usize];
            state.start = state.start.max(start);
            state.deps_left -= 1;
            if state.deps_left == 0 {
                let start = state.start;
                if self.schedule_arrival(successor.id, start, now).is_err() {
                    // Beyond the range of time: the run fails when it gets there.
                    self.events.set(u64::MAX, Event::Arrive, successor.id);
                }
            }
        }
    }

    /// Gives every stream that this instant has changed its new rate.
    fn solve(&mut self, now: u64) -> Result<(), SimulateError> {
        let mut shares = std::mem::take(&mut self.shares);
        shares.clear();
        shares.extend(self.sharing.solve());
        let result = shares.iter().try_for_each(|&(stream, share)| self.apply(stream, now, share));
        self.shares = shares;
        result
    }

    /// Gives a stream its rate from now on, and schedules its drain.
    fn apply(&mut self, id: u32, now: u64, share: Share) -> Result<(), SimulateError> {
        let state = &self.states[id as usize];
        if state.rate == share.rate && state.expected != Expected::Nothing {
            let binding = self.resources.all[share.binding as usize].link.0;
            if state.last.is_some_and(|last| last.binding == binding) {
                return Ok(());
            }
        }
        self.settle(id, now);
        self.set_rate(id, now, share);
        let state = &mut self.states[id as usize];
        if self.transfers[id as usize].background {
            state.expected = Expected::Never;
            return Ok(());
        }
        let left_fs = state.remaining / share.rate * FEMTOS_PER_SEC;
        if !(0.0..=MAX_TIME_FS as f64).contains(&left_fs) {
            return Err(SimulateError::TooLong);
        }
        let drain = now + Femtos::from_f64(left_fs).0;
        state.expected = Expected::Queued;
        self.events.set(drain, Event::Drain, id);
        Ok(())
    }

    /// Books what has been delivered since the last change of the rate.
    fn settle(&mut self, id: u32, now: u64) {
        let state = &mut self.states[id as usize];
        let delivered = state.rate * Femtos(now - state.updated).secs();
        state.remaining = (state.remaining - delivered).max(0.0);
        state.updated = now;
    }

    fn set_rate(&mut self, id: u32, now: u64, share: Share) {
        let state = &mut self.states[id as usize];
        state.rate = share.rate;
        if share.rate == 0.0 {
            return;
        }
        let binding = self.resources.all.get(share.binding as usize).map_or(u32::MAX, |resource| resource.link.0);
        let segment = Segment { from: Femtos(now), rate: share.rate, binding };
        // A rate that lasted no time leaves no segment.
        let last = state.last.replace(segment).filter(|last| last.from < Femtos(now));
        if let (Some(log), Some(last)) = (&mut self.log, last) {
            log.push(id, last);
        }
    }

    /// The end of the last transfer of the collective.
    fn last_end(&self) -> u64 {
        let own = self.states.iter().zip(&self.transfers).filter(|(_, transfer)| !transfer.background);
        own.filter_map(|(state, _)| state.end).max().unwrap_or(0)
    }

    /// Refuses a transfer of the collective that never ends.
    fn check_ended(&self) -> Result<(), SimulateError> {
        let is_stuck = |(state, transfer): (&State, &Transfer)| state.end.is_none() && !transfer.background;
        let stuck = self.states.iter().zip(&self.transfers).position(is_stuck);
        stuck.map_or(Ok(()), |id| Err(SimulateError::Stuck(id as u32)))
    }

    fn into_trace(self) -> Result<EventTrace, SimulateError> {
        self.check_ended()?;
        let last = self.last_end();
        let mut log = self.log.unwrap_or_default();
        let mut times = Vec::with_capacity(self.states.len());
        for (id, (state, transfer)) in self.states.iter().zip(&self.transfers).enumerate() {
            let end = end_of(state, transfer, last);
            let grant = state.grant.unwrap_or(end).min(end);
            let [start, arrive, grant, end] = [state.start, state.arrive, grant, end].map(Femtos);
            times.push(Times { start, arrive, grant, end });
            if let Some(segment) = state.last {
                log.push(id as u32, segment);
            }
        }
        Ok(EventTrace::new(times, log))
    }
}
