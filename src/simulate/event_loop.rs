//! The event loop (engine-model 1.2 to 1.5): integer time, batches of equal time, one solve per affected component.
//!
//! A stream shares links only from the time at which its head has reached its last hop (the arrival clock): from
//! `start + latency` on.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::dep_graph::DepGraph;
use super::error::{MAX_TIME_FS, SimulateError};
use super::max_min::{MaxMinSolver, Share};
use super::resources::Resources;
use crate::plan::{DepKind, Plan, RouteId, Transfer};
use crate::trace::{EventTrace, Segment, Times};
use crate::units::{FEMTOS_PER_SEC, Femtos};

/// What can happen to a transfer; the order is the order within one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// Its last byte has been delivered.
    Drain,
    /// It ends: it has drained, and its supply has ended too.
    End,
    /// Its head arrives.
    Arrive,
}

/// The drain or end that a transfer expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// None yet, or none any more.
    Nothing,
    /// A drain or an end at this time. Events at other times are out of date.
    At(u64),
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
    /// Its current rate, and since when; most transfers never have another.
    last: Option<Segment>,
    /// The rates before.
    earlier: Vec<Segment>,
}

/// The streams at a resource.
#[derive(Clone, Default)]
struct Occupancy {
    /// The streams that cross it now, ascending.
    active: Vec<u32>,
    /// Of a serial resource: the stream that holds it.
    holder: Option<u32>,
    /// Of a serial resource: the streams that wait, by (arrival, id).
    queue: BTreeSet<(u64, u32)>,
    /// The solve that last visited it.
    visited: u64,
}

struct Engine<'a> {
    transfers: Vec<Transfer>,
    /// Latency of each route.
    latencies: Vec<u64>,
    deps: DepGraph,
    resources: &'a Resources,
    states: Vec<State>,
    occupancies: Vec<Occupancy>,
    events: BinaryHeap<Reverse<(u64, Event, u32)>>,
    /// Resources whose streams have changed in this instant.
    dirty: Vec<u32>,
    solves: u64,
    solver: MaxMinSolver,
}

/// Simulates a plan whose dependencies are valid.
///
/// # Errors
/// [`SimulateError::TooLong`]; [`SimulateError::Stuck`] if a transfer never ends.
pub(super) fn run(plan: &Plan, resources: &Resources) -> Result<EventTrace, SimulateError> {
    let mut engine = Engine::new(plan, resources);
    for id in 0..engine.transfers.len() as u32 {
        let state = &engine.states[id as usize];
        if state.deps_left == 0 {
            engine.schedule_arrival(id, state.start, 0)?;
        }
    }
    while let Some(&Reverse((now, _, _))) = engine.events.peek() {
        if now > MAX_TIME_FS {
            return Err(SimulateError::TooLong);
        }
        engine.batch(now)?;
    }
    engine.into_trace()
}

impl<'a> Engine<'a> {
    fn new(plan: &Plan, resources: &'a Resources) -> Engine<'a> {
        let transfers: Vec<Transfer> = plan.transfers().map(|(_, transfer)| transfer).collect();
        let deps = DepGraph::new(plan);
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
            earlier: Vec::new(),
        });
        Engine {
            states: states.collect(),
            latencies: (0..plan.route_count()).map(|id| plan.route_of(RouteId(id)).latency.0).collect(),
            transfers,
            deps,
            resources,
            occupancies: vec![Occupancy::default(); resources.all.len()],
            events: BinaryHeap::new(),
            dirty: Vec::new(),
            solves: 0,
            solver: MaxMinSolver::default(),
        }
    }

    fn route(&self, id: u32) -> u32 {
        self.transfers[id as usize].route.0
    }

    fn latency(&self, id: u32) -> u64 {
        self.latencies[self.route(id) as usize]
    }

    /// All events of one instant, then one solve.
    fn batch(&mut self, now: u64) -> Result<(), SimulateError> {
        while let Some(&Reverse((time, event, id))) = self.events.peek() {
            if time != now {
                break;
            }
            self.events.pop();
            let is_expected = self.states[id as usize].expected == Expected::At(now);
            match event {
                Event::Arrive => self.arrive(id, now),
                // Out of date: the rate has changed since the event was made.
                Event::Drain | Event::End if !is_expected => {}
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
        self.events.push(Reverse((arrive, Event::Arrive, id)));
        Ok(())
    }

    fn arrive(&mut self, id: u32, now: u64) {
        if let Some(port) = self.serial_of(id) {
            let port = &mut self.occupancies[port as usize];
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
        let uses = self.resources.of_route(self.route(id));
        uses.iter().find(|used| used.serial).map(|used| used.id)
    }

    /// Lets a stream share its links from now on.
    fn grant(&mut self, id: u32, now: u64) {
        let state = &mut self.states[id as usize];
        state.grant = Some(now);
        state.updated = now;
        let resources = self.resources;
        for used in resources.of_route(self.route(id)) {
            let active = &mut self.occupancies[used.id as usize].active;
            if let Err(index) = active.binary_search(&id) {
                active.insert(index, id);
            }
            self.dirty.push(used.id);
        }
        self.fire(id, DepKind::Head, now);
    }

    /// Takes a stream off its links: every byte is delivered. Returns whether it ends now. Otherwise its end waits for the
    /// supply (engine-model 1.3).
    fn drain(&mut self, id: u32, now: u64) -> bool {
        let end = self.end_after_supply(id, now);
        self.settle(id, now);
        self.set_rate(id, now, Share { rate: 0.0, binding: u32::MAX });
        self.leave(id);
        let state = &mut self.states[id as usize];
        state.remaining = 0.0;
        match end {
            Some(end) if end <= now => return true,
            Some(end) => {
                state.expected = Expected::At(end);
                self.events.push(Reverse((end, Event::End, id)));
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
            let port = &mut self.occupancies[port as usize];
            port.holder = port.queue.pop_first().map(|(_, next)| next);
            if let Some(next) = port.holder {
                self.grant(next, now);
            }
        }
        self.fire(id, DepKind::Tail, now);
        self.fire(id, DepKind::Sent, now);
    }

    /// Takes a stream off its links.
    fn leave(&mut self, id: u32) {
        let resources = self.resources;
        for used in resources.of_route(self.route(id)) {
            let active = &mut self.occupancies[used.id as usize].active;
            if let Ok(index) = active.binary_search(&id) {
                active.remove(index);
            }
            self.dirty.push(used.id);
        }
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
                    self.events.push(Reverse((u64::MAX, Event::Arrive, successor.id)));
                }
            }
        }
    }

    /// Solves every component that this instant has changed, lowest resource first.
    fn solve(&mut self, now: u64) -> Result<(), SimulateError> {
        let mut dirty = std::mem::take(&mut self.dirty);
        dirty.sort_unstable();
        dirty.dedup();
        self.solves += 1;
        for &resource in &dirty {
            let occupancy = &self.occupancies[resource as usize];
            if occupancy.visited == self.solves || occupancy.active.is_empty() {
                continue;
            }
            if let &[stream] = occupancy.active.as_slice()
                && self.is_alone(stream)
            {
                // A broadcast over different rows has one resource per row and more: one visit serves all.
                for used in self.resources.of_route(self.route(stream)) {
                    self.occupancies[used.id as usize].visited = self.solves;
                }
                let (rate, binding) = self.resources.alone(self.route(stream));
                self.apply(stream, now, Share { rate, binding })?;
                continue;
            }
            let component = self.component(resource);
            self.solve_component(now, &component)?;
            for resource in component.resources {
                self.occupancies[resource as usize].visited = self.solves;
            }
        }
        dirty.clear();
        self.dirty = dirty;
        Ok(())
    }

    /// Whether a stream has all its resources to itself.
    fn is_alone(&self, stream: u32) -> bool {
        let uses = self.resources.of_route(self.route(stream));
        uses.iter().all(|used| self.occupancies[used.id as usize].active.len() == 1)
    }

    /// The streams and resources that are connected with `resource`.
    fn component(&self, resource: u32) -> Component {
        let mut resources = BTreeSet::from([resource]);
        let mut streams = BTreeSet::new();
        let mut open = vec![resource];
        while let Some(resource) = open.pop() {
            for &stream in &self.occupancies[resource as usize].active {
                if streams.insert(stream) {
                    let uses = self.resources.of_route(self.route(stream));
                    open.extend(uses.iter().map(|used| used.id).filter(|&id| resources.insert(id)));
                }
            }
        }
        Component { streams: streams.into_iter().collect(), resources: resources.into_iter().collect() }
    }

    fn solve_component(&mut self, now: u64, component: &Component) -> Result<(), SimulateError> {
        let routes: Vec<u32> = component.streams.iter().map(|&stream| self.route(stream)).collect();
        let mut solver = std::mem::take(&mut self.solver);
        let shares = solver.solve(self.resources, &routes, &component.resources);
        let mut result = Ok(());
        for (&stream, share) in component.streams.iter().zip(shares) {
            // Every stream crosses at least one resource, so each has a share.
            if let Some(share) = share {
                result = result.and(self.apply(stream, now, *share));
            }
        }
        self.solver = solver;
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
        state.expected = Expected::At(drain);
        self.events.push(Reverse((drain, Event::Drain, id)));
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
        if let Some(last) = state.last.replace(segment).filter(|last| last.from < Femtos(now)) {
            state.earlier.push(last);
        }
    }

    fn into_trace(self) -> Result<EventTrace, SimulateError> {
        let own = self.states.iter().zip(&self.transfers).filter(|(_, transfer)| !transfer.background);
        let last = own.filter_map(|(state, _)| state.end).max().unwrap_or(0);
        let is_stuck = |(state, transfer): (&State, &Transfer)| state.end.is_none() && !transfer.background;
        if let Some(id) = self.states.iter().zip(&self.transfers).position(is_stuck) {
            return Err(SimulateError::Stuck(id as u32));
        }
        let count = self.states.len();
        let transfers = self.states.into_iter().zip(&self.transfers).map(|(state, transfer)| {
            // Other traffic flows until the collective is over.
            let until = if transfer.background { last.max(state.arrive) } else { u64::MAX };
            let end = state.end.unwrap_or(until);
            let grant = state.grant.unwrap_or(end).min(end);
            let [start, arrive, grant, end] = [state.start, state.arrive, grant, end].map(Femtos);
            (Times { start, arrive, grant, end }, state.earlier.into_iter().chain(state.last))
        });
        Ok(EventTrace::from_transfers(count, transfers))
    }
}

/// Streams and resources that are connected with one another, both ascending.
struct Component {
    streams: Vec<u32>,
    resources: Vec<u32>,
}
