//! The trace of a swept ring: only the start of each send is stored; the rest follows from its lane and part.

use super::{Segment, Times};
use crate::units::{Femtos, Fnv64};

/// What the sends of one part of a ring have in common, lane by lane (or once, if all lanes are alike).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SteppedPhase {
    /// The first step.
    pub first_step: u32,
    /// From start to arrival.
    pub latency: Vec<Femtos>,
    /// From arrival to end.
    pub drain: Vec<Femtos>,
    /// Bytes per second.
    pub rate: Vec<f64>,
    /// The link that binds, for every lane.
    pub binding: Vec<u32>,
}

/// Sends of `lanes` lanes, step by step; the id of a send is `step * lanes + lane`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SteppedTrace {
    /// Lanes.
    pub lanes: u32,
    /// Lanes that are stored: all, or one for all.
    pub stored: u32,
    /// Starts, step by step, in each step by stored lane.
    pub starts: Vec<Femtos>,
    /// Parts, by step.
    pub phases: Vec<SteppedPhase>,
}

impl SteppedTrace {
    pub fn len(&self) -> u32 {
        self.steps() * self.lanes
    }

    fn steps(&self) -> u32 {
        self.starts.len() as u32 / self.stored.max(1)
    }

    fn column(&self, lane: u32) -> usize {
        if self.stored == self.lanes { lane as usize } else { 0 }
    }

    fn phase(&self, step: u32) -> &SteppedPhase {
        let place = self.phases.partition_point(|phase| phase.first_step <= step);
        &self.phases[place.saturating_sub(1)]
    }

    fn times_at(&self, step: u32, column: usize) -> Times {
        let phase = self.phase(step);
        let start = self.starts[step as usize * self.stored as usize + column];
        let arrive = start + phase.latency[column];
        Times { start, arrive, grant: arrive, end: arrive + phase.drain[column] }
    }

    pub fn times(&self, id: u32) -> Option<Times> {
        (id < self.len()).then(|| self.times_at(id / self.lanes, self.column(id % self.lanes)))
    }

    pub fn segment(&self, id: u32) -> Option<Segment> {
        let (step, lane) = (id / self.lanes, id % self.lanes);
        let from = self.times(id)?.grant;
        let phase = self.phase(step);
        Some(Segment { from, rate: phase.rate[self.column(lane)], binding: phase.binding[lane as usize] })
    }

    pub fn end(&self) -> Femtos {
        let last = self.steps().checked_sub(1);
        let ends = last.into_iter().flat_map(|step| (0..self.stored as usize).map(move |column| (step, column)));
        ends.map(|(step, column)| self.times_at(step, column).end).max().unwrap_or_default()
    }

    /// The first step of a column for which `is_late` holds; instants of a column never go back from step to step.
    fn first_step(&self, column: usize, is_late: impl Fn(Times) -> bool) -> u32 {
        let (mut low, mut high) = (0, self.steps());
        while low < high {
            let middle = low + (high - low) / 2;
            if is_late(self.times_at(middle, column)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }

    pub fn alive_between(&self, at: Femtos, until: Femtos) -> Vec<u32> {
        let mut alive = Vec::new();
        for column in 0..self.stored {
            let first = self.first_step(column as usize, |times| times.end > at);
            let end = self.first_step(column as usize, |times| times.start > until);
            let lanes = if self.stored == self.lanes { column..column + 1 } else { 0..self.lanes };
            alive.extend((first..end).flat_map(|step| lanes.clone().map(move |lane| step * self.lanes + lane)));
        }
        alive.sort_unstable();
        alive
    }

    pub fn next_event(&self, at: Femtos, forwards: bool) -> Option<Femtos> {
        let instants: [fn(Times) -> Femtos; 3] = [|times| times.start, |times| times.arrive, |times| times.end];
        let columns = 0..self.stored as usize;
        let found =
            columns.flat_map(|column| instants.map(|instant| (column, instant))).filter_map(|(column, instant)| {
                let step = if forwards {
                    Some(self.first_step(column, |times| instant(times) > at)).filter(|&step| step < self.steps())
                } else {
                    self.first_step(column, |times| instant(times) >= at).checked_sub(1)
                };
                step.map(|step| instant(self.times_at(step, column)))
            });
        if forwards { found.min() } else { found.max() }
    }

    /// Takes in everything stored.
    pub fn hash(&self, hash: &mut Fnv64) {
        hash.write_word(u64::from(self.lanes));
        hash.write_word(u64::from(self.stored));
        self.starts.iter().for_each(|start| hash.write_word(start.0));
        for phase in &self.phases {
            hash.write_word(u64::from(phase.first_step));
            phase.latency.iter().chain(&phase.drain).for_each(|span| hash.write_word(span.0));
            phase.rate.iter().for_each(|rate| hash.write_word(rate.to_bits()));
            phase.binding.iter().for_each(|&link| hash.write_word(u64::from(link)));
        }
    }
}
