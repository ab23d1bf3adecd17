//! The event loop (engine-model 1.2 to 1.5): integer time, batches of equal time, one solve per touched component.
//!
//! A stream enters the sharing only when its head has reached its last hop (the arrival clock): at `start + latency`.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::resources::Resources;
use super::share::{Share, Sharer};
use super::{MAX_TIME_FS, SimulateError};
use crate::collective::{Dep, DepKind, Plan, RouteId, Transfer};
use crate::trace::{Segment, Trace};
use crate::units::{FEMTOS_PER_SEC, Femtos};

/// What can happen to a transfer; the order is the order within one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// Its last byte has been delivered.
    Drain,
    /// It is over: drained, and its supply has ended too.
    End,
    /// Its head arrives.
    Arrive,
}

/// Where a transfer stands.
#[derive(Clone, Debug)]
struct State {
    deps_left: u32,
    start: u64,
    arrive: u64,
    grant: u64,
    /// Valid drain or end event; an event at another time is out of date.
    due: u64,
    end: u64,
    remaining: f64,
    rate: f64,
    updated: u64,
    /// The rate it has now, and when that began; most transfers never have another.
    last: Option<Segment>,
    /// The rates before.
    earlier: Vec<Segment>,
}

struct Engine<'a> {
    transfers: Vec<Transfer>,
    /// Latency of each route.
    latencies: Vec<u64>,
    deps: Vec<Dep>,
    first_dep: Vec<u32>,
    resources: &'a Resources,
    states: Vec<State>,
    /// Who waits for a transfer, as (successor, index of its dependency): those of one transfer after another.
    successors: Vec<(u32, u32)>,
    first_successor: Vec<u32>,
    /// Streams that now cross a resource, ascending.
    active: Vec<Vec<u32>>,
    /// For serial resources: the holder, and the queue by (arrival, id).
    holder: Vec<Option<u32>>,
    queue: Vec<std::collections::BTreeSet<(u64, u32)>>,
    events: BinaryHeap<Reverse<(u64, Event, u32)>>,
    dirty: Vec<u32>,
    /// The solve that last looked at a resource.
    looked_at: Vec<u64>,
    solves: u64,
    sharer: Sharer,
}

/// Plays the plan; every transfer ends, or the plan is at fault.
pub(super) fn run(plan: &Plan, resources: &Resources) -> Result<Trace, SimulateError> {
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
        let mut deps = Vec::new();
        let mut first_dep = Vec::with_capacity(transfers.len() + 1);
        for id in 0..transfers.len() as u32 {
            first_dep.push(deps.len() as u32);
            deps.extend(plan.deps(id));
        }
        first_dep.push(deps.len() as u32);
        let mut first_successor = vec![0_u32; transfers.len() + 1];
        for dep in &deps {
            first_successor[dep.on.0 as usize + 1] += 1;
        }
        for id in 0..transfers.len() {
            first_successor[id + 1] += first_successor[id];
        }
        let mut next = first_successor.clone();
        let mut successors = vec![(0, 0); deps.len()];
        let mut states = Vec::with_capacity(transfers.len());
        for (id, transfer) in transfers.iter().enumerate() {
            let own = first_dep[id]..first_dep[id + 1];
            for index in own.clone() {
                let place = &mut next[deps[index as usize].on.0 as usize];
                successors[*place as usize] = (id as u32, index);
                *place += 1;
            }
            states.push(State {
                deps_left: own.len() as u32,
                start: plan.launch().0.saturating_add(transfer.start_delay.0),
                arrive: 0,
                grant: u64::MAX,
                due: u64::MAX,
                end: u64::MAX,
                remaining: transfer.bytes,
                rate: 0.0,
                updated: 0,
                last: None,
                earlier: Vec::new(),
            });
        }
        let latencies = (0..plan.route_count()).map(|id| plan.route_of(RouteId(id)).latency.0).collect();
        Engine {
            transfers,
            latencies,
            deps,
            first_dep,
            resources,
            states,
            successors,
            first_successor,
            active: vec![Vec::new(); resources.all.len()],
            holder: vec![None; resources.all.len()],
            queue: vec![std::collections::BTreeSet::new(); resources.all.len()],
            events: BinaryHeap::new(),
            dirty: Vec::new(),
            looked_at: vec![0; resources.all.len()],
            solves: 0,
            sharer: Sharer::default(),
        }
    }

    fn successors_of(&self, id: u32) -> std::ops::Range<usize> {
        self.first_successor[id as usize] as usize..self.first_successor[id as usize + 1] as usize
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
            match event {
                Event::Drain if self.states[id as usize].due == now => self.drain(id, now)?,
                Event::End if self.states[id as usize].due == now => self.end(id, now)?,
                Event::Arrive => self.arrive(id, now),
                // Out of date: the stream's rate changed after the event was made.
                Event::Drain | Event::End => {}
            }
        }
        self.solve(now)
    }

    /// Starts a transfer at `start`; its head arrives a latency later, but never in the past.
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
        let serial = self.serial_of(id);
        match serial {
            Some(port) if self.holder[port as usize].is_some() => {
                self.queue[port as usize].insert((now, id));
            }
            Some(port) => {
                self.holder[port as usize] = Some(id);
                self.grant(id, now);
            }
            None => self.grant(id, now),
        }
    }

    /// The serial resource on a transfer's route; at most one by construction of the plans.
    fn serial_of(&self, id: u32) -> Option<u32> {
        let uses = self.resources.of_route(self.route(id));
        uses.iter().find(|used| used.serial).map(|used| used.id)
    }

    /// The stream takes part in the sharing from now on.
    fn grant(&mut self, id: u32, now: u64) {
        let state = &mut self.states[id as usize];
        state.grant = now;
        state.updated = now;
        let resources = self.resources;
        for used in resources.of_route(self.route(id)) {
            let active = &mut self.active[used.id as usize];
            if let Err(place) = active.binary_search(&id) {
                active.insert(place, id);
            }
            self.dirty.push(used.id);
        }
        self.fire(id, DepKind::Head, now);
    }

    /// Everything is delivered; the end may have to wait for the supply (engine-model 1.3).
    fn drain(&mut self, id: u32, now: u64) -> Result<(), SimulateError> {
        let mut end = Some(now);
        let latency = self.latency(id);
        let own = self.first_dep[id as usize] as usize..self.first_dep[id as usize + 1] as usize;
        for dep in self.deps[own].iter().filter(|dep| dep.kind == DepKind::Head) {
            let supply = self.states[dep.on.0 as usize].end;
            let earliest =
                (supply != u64::MAX).then(|| supply.saturating_add(dep.delay.0 + latency - dep.hop_offset.0));
            end = match (end, earliest) {
                (Some(end), Some(earliest)) => Some(end.max(earliest)),
                _ => None,
            };
        }
        self.settle(id, now);
        self.set_rate(id, now, Share { rate: 0.0, binding: u32::MAX });
        self.leave(id);
        let state = &mut self.states[id as usize];
        state.remaining = 0.0;
        match end {
            Some(end) if end <= now => self.end(id, now)?,
            Some(end) => {
                state.due = end;
                self.events.push(Reverse((end, Event::End, id)));
            }
            // The supply has not ended: its own end calls `drain` again.
            None => state.due = u64::MAX - 1,
        }
        Ok(())
    }

    fn end(&mut self, id: u32, now: u64) -> Result<(), SimulateError> {
        let state = &mut self.states[id as usize];
        state.end = now;
        state.due = u64::MAX;
        if let Some(port) = self.serial_of(id) {
            self.holder[port as usize] = None;
            if let Some((_, next)) = self.queue[port as usize].pop_first() {
                self.holder[port as usize] = Some(next);
                self.grant(next, now);
            }
        }
        self.fire(id, DepKind::Tail, now);
        self.fire(id, DepKind::Sent, now);
        // Streaming successors that have drained already were waiting for this end.
        for index in self.successors_of(id) {
            let (successor, _) = self.successors[index];
            if self.states[successor as usize].due == u64::MAX - 1 {
                self.drain(successor, now)?;
            }
        }
        Ok(())
    }

    /// Takes the stream off its links.
    fn leave(&mut self, id: u32) {
        let resources = self.resources;
        for used in resources.of_route(self.route(id)) {
            let active = &mut self.active[used.id as usize];
            if let Ok(place) = active.binary_search(&id) {
                active.remove(place);
            }
            self.dirty.push(used.id);
        }
    }

    /// One instant of `id` has come: releases what waited for it.
    fn fire(&mut self, id: u32, kind: DepKind, now: u64) {
        for index in self.successors_of(id) {
            let (successor, dep) = self.successors[index];
            let dep = &self.deps[dep as usize];
            if dep.kind != kind {
                continue;
            }
            // Of a sent dependency the port was free when the tail left, a latency before it arrived.
            let fired = if kind == DepKind::Sent { now - self.latency(id).min(now) } else { now };
            let start = fired.saturating_add(dep.delay.0).saturating_sub(dep.hop_offset.0);
            let state = &mut self.states[successor as usize];
            state.start = state.start.max(start);
            state.deps_left -= 1;
            if state.deps_left == 0 {
                let start = state.start;
                // A time beyond the range is caught when the event comes up.
                let _ = self.schedule_arrival(successor, start, now).map_err(|_| {
                    self.events.push(Reverse((u64::MAX, Event::Arrive, successor)));
                });
            }
        }
    }

    /// Solves every component that this instant touched, lowest resource first.
    fn solve(&mut self, now: u64) -> Result<(), SimulateError> {
        let mut dirty = std::mem::take(&mut self.dirty);
        dirty.sort_unstable();
        dirty.dedup();
        self.solves += 1;
        for &resource in &dirty {
            let active = &self.active[resource as usize];
            if self.looked_at[resource as usize] == self.solves || active.is_empty() {
                continue;
            }
            if let &[stream] = active.as_slice()
                && self.is_alone(stream)
            {
                // Its other resources need no look of their own: a flood over rows that differ has one per row and more.
                for used in self.resources.of_route(self.route(stream)) {
                    self.looked_at[used.id as usize] = self.solves;
                }
                let (rate, binding) = self.resources.alone(self.route(stream));
                self.apply(stream, now, Share { rate, binding })?;
                continue;
            }
            let (streams, touched) = self.component(resource);
            self.solve_component(now, &streams, &touched)?;
            for resource in touched {
                self.looked_at[resource as usize] = self.solves;
            }
        }
        dirty.clear();
        self.dirty = dirty;
        Ok(())
    }

    /// Whether nobody else is on any resource of a stream.
    fn is_alone(&self, stream: u32) -> bool {
        let uses = self.resources.of_route(self.route(stream));
        uses.iter().all(|used| self.active[used.id as usize].len() == 1)
    }

    /// The streams and resources that hang together with `resource`, both ascending.
    fn component(&self, resource: u32) -> (Vec<u32>, Vec<u32>) {
        let mut touched = std::collections::BTreeSet::from([resource]);
        let mut streams = std::collections::BTreeSet::new();
        let mut open = vec![resource];
        while let Some(resource) = open.pop() {
            for &stream in &self.active[resource as usize] {
                if streams.insert(stream) {
                    let uses = self.resources.of_route(self.route(stream));
                    open.extend(uses.iter().map(|used| used.id).filter(|&id| touched.insert(id)));
                }
            }
        }
        (streams.into_iter().collect(), touched.into_iter().collect())
    }

    fn solve_component(&mut self, now: u64, streams: &[u32], touched: &[u32]) -> Result<(), SimulateError> {
        let routes: Vec<u32> = streams.iter().map(|&stream| self.route(stream)).collect();
        let mut sharer = std::mem::take(&mut self.sharer);
        let shares = sharer.solve(self.resources, &routes, touched);
        let mut result = Ok(());
        for (&stream, share) in streams.iter().zip(shares) {
            // Every stream crosses at least one resource, so each has a share.
            if let Some(share) = share {
                result = result.and(self.apply(stream, now, *share));
            }
        }
        self.sharer = sharer;
        result
    }

    /// Gives a stream its rate from now on and foresees its drain.
    fn apply(&mut self, id: u32, now: u64, share: Share) -> Result<(), SimulateError> {
        let state = &self.states[id as usize];
        if state.rate == share.rate && state.due != u64::MAX {
            let bound = self.resources.all[share.binding as usize].link.0;
            if state.last.is_some_and(|last| last.binding == bound) {
                return Ok(());
            }
        }
        self.settle(id, now);
        self.set_rate(id, now, share);
        let state = &mut self.states[id as usize];
        if self.transfers[id as usize].background {
            // It has no end of its own.
            state.due = u64::MAX - 2;
            return Ok(());
        }
        let left_fs = (state.remaining / share.rate * FEMTOS_PER_SEC).round_ties_even();
        if !(0.0..=MAX_TIME_FS as f64).contains(&left_fs) {
            return Err(SimulateError::TooLong);
        }
        state.due = now + left_fs as u64;
        self.events.push(Reverse((state.due, Event::Drain, id)));
        Ok(())
    }

    /// Books what was delivered since the last change of rate.
    fn settle(&mut self, id: u32, now: u64) {
        let state = &mut self.states[id as usize];
        let delivered = state.rate * Femtos(now - state.updated).secs();
        state.remaining = (state.remaining - delivered).max(0.0);
        state.updated = now;
    }

    fn set_rate(&mut self, id: u32, now: u64, share: Share) {
        let link = match self.resources.all.get(share.binding as usize) {
            Some(resource) => resource.link.0,
            None => u32::MAX,
        };
        let state = &mut self.states[id as usize];
        state.rate = share.rate;
        if share.rate == 0.0 {
            return;
        }
        let segment = Segment { from: Femtos(now), rate: share.rate, binding: link };
        // A rate that lasted no time leaves no segment.
        if let Some(last) = state.last.replace(segment).filter(|last| last.from < Femtos(now)) {
            state.earlier.push(last);
        }
    }

    fn into_trace(self) -> Result<Trace, SimulateError> {
        let mut trace = Trace::with_capacity(self.states.len());
        let own = self.states.iter().zip(&self.transfers).filter(|(_, transfer)| !transfer.background);
        let last = own.map(|(state, _)| state.end).max().unwrap_or(0);
        for (id, mut state) in self.states.into_iter().enumerate() {
            if self.transfers[id].background {
                // Other traffic flows until the collective is over.
                state.end = last.max(state.arrive);
                state.grant = state.grant.min(state.end);
            }
            if state.end == u64::MAX {
                return Err(SimulateError::Stuck(id as u32));
            }
            let [start, arrive, grant, end] = [state.start, state.arrive, state.grant, state.end].map(Femtos);
            trace.push(start, arrive, grant, end, state.earlier.iter().chain(&state.last));
        }
        trace.index();
        Ok(trace)
    }
}
