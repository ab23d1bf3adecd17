//! The trace of rings in which no stream meets another: only the start of each send is stored. Everything else follows
//! from its slot and phase.

use super::progressions::Progressions;
use super::store::{Search, TraceStore};
use super::times::{Segment, Segments, Times};
use crate::units::{Femtos, Fnv64};

/// What the sends of one phase have in common, by stored slot.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RingPhaseTimes {
    /// The first step.
    pub first_step: u32,
    /// Time from start to arrival.
    pub latency: Vec<Femtos>,
    /// Time from arrival to end.
    pub drain: Vec<Femtos>,
    /// Bytes per second.
    pub rate: Vec<f64>,
    /// The link that limits the rate, for every slot.
    pub binding: Vec<u32>,
}

impl RingPhaseTimes {
    /// Memory of a phase of `slots` slots of which `stored` are stored, bytes.
    pub fn estimated_bytes(stored: u32, slots: u32) -> u64 {
        let times = (2 * size_of::<Femtos>() + size_of::<f64>()) as u64;
        u64::from(stored) * times + u64::from(slots) * size_of::<u32>() as u64
    }
}

/// A ring of slots, along which messages move from step to step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    /// Distance between neighbours.
    pub stride: u32,
    /// Slots of the ring.
    pub length: u32,
}

impl Turn {
    /// Nothing moves.
    pub const NONE: Turn = Turn { stride: 1, length: 1 };

    /// The slot that lies `steps` farther.
    pub fn forwards(self, slot: u32, steps: u32) -> u32 {
        let place = slot / self.stride % self.length;
        let to = (place + steps % self.length) % self.length;
        slot - place * self.stride + to * self.stride
    }

    /// The slot that lies `steps` before.
    pub fn back(self, slot: u32, steps: u32) -> u32 {
        self.forwards(slot, self.length - steps % self.length)
    }
}

/// The starts of all sends.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Starts {
    /// Step by step, in each step by stored slot.
    Each(Vec<Femtos>),
    /// By row. In each phase a row moves along a ring, or stays at its slot.
    Progressions(Progressions, Vec<Turn>),
}

/// The sends of `slots` slots, step by step. The id of a send is `step * slots + slot`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RingStartsTrace {
    /// Number of slots.
    pub slots: u32,
    /// Number of slots that are stored: all, or one for all.
    pub stored: u32,
    /// Number of steps.
    pub steps: u32,
    /// When the sends start.
    pub starts: Starts,
    /// Phases, by step.
    pub phases: Vec<RingPhaseTimes>,
}

impl RingStartsTrace {
    /// Memory of the starts of each send, bytes.
    pub fn estimated_bytes(steps: u32, stored: u32) -> u64 {
        u64::from(steps) * u64::from(stored) * size_of::<Femtos>() as u64
    }

    fn count(&self) -> u32 {
        self.steps * self.slots
    }

    fn start(&self, step: u32, stored: usize) -> Femtos {
        match &self.starts {
            Starts::Each(starts) => starts[step as usize * self.stored as usize + stored],
            Starts::Progressions(progressions, turns) => {
                let phase = self.phase_number(step);
                let (first_step, turn) = (self.phases[phase].first_step, turns[phase]);
                progressions.at(turn.back(stored as u32, step - first_step) as usize, step)
            }
        }
    }

    /// The stored slot that has the times of a slot.
    fn stored_for(&self, slot: u32) -> usize {
        if self.stored == self.slots { slot as usize } else { 0 }
    }

    fn phase_number(&self, step: u32) -> usize {
        self.phases.partition_point(|phase| phase.first_step <= step).saturating_sub(1)
    }

    fn phase(&self, step: u32) -> &RingPhaseTimes {
        &self.phases[self.phase_number(step)]
    }

    fn times_at(&self, step: u32, stored: usize) -> Times {
        let phase = self.phase(step);
        let start = self.start(step, stored);
        let arrive = start + phase.latency[stored];
        Times { start, arrive, grant: arrive, end: arrive + phase.drain[stored] }
    }

    /// The first step of a stored slot for which `is_late` holds. The instants of a slot never decrease from step to step.
    fn first_step(&self, stored: usize, is_late: impl Fn(Times) -> bool) -> u32 {
        let (mut low, mut high) = (0, self.steps);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_late(self.times_at(middle, stored)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}

impl TraceStore for RingStartsTrace {
    fn len(&self) -> usize {
        self.count() as usize
    }

    fn times(&self, id: u32) -> Option<Times> {
        (id < self.count()).then(|| self.times_at(id / self.slots, self.stored_for(id % self.slots)))
    }

    fn segments(&self, id: u32) -> Segments<'_> {
        let Some(times) = self.times(id) else { return Segments::Many(&[]) };
        let (phase, slot) = (self.phase(id / self.slots), id % self.slots);
        let rate = phase.rate[self.stored_for(slot)];
        Segments::One([Segment { from: times.grant, rate, binding: phase.binding[slot as usize] }])
    }

    fn end(&self) -> Femtos {
        let last = self.steps.checked_sub(1);
        let ends = last.into_iter().flat_map(|step| (0..self.stored as usize).map(move |stored| (step, stored)));
        ends.map(|(step, stored)| self.times_at(step, stored).end).max().unwrap_or_default()
    }

    fn find_alive(&self, at: Femtos, until: Femtos, alive: &mut Vec<u32>) {
        alive.clear();
        for stored in 0..self.stored {
            let first = self.first_step(stored as usize, |times| times.end > at);
            let end = self.first_step(stored as usize, |times| times.start > until);
            let slots = if self.stored == self.slots { stored..stored + 1 } else { 0..self.slots };
            alive.extend((first..end).flat_map(|step| slots.clone().map(move |slot| step * self.slots + slot)));
        }
        alive.sort_unstable();
    }

    fn next_event(&self, at: Femtos, search: Search) -> Option<Femtos> {
        let instants: [fn(Times) -> Femtos; 3] = [|times| times.start, |times| times.arrive, |times| times.end];
        let of_slot = |stored: usize, instant: fn(Times) -> Femtos| {
            let step = match search {
                Search::Forwards => {
                    Some(self.first_step(stored, |times| instant(times) > at)).filter(|&step| step < self.steps)
                }
                Search::Backwards => self.first_step(stored, |times| instant(times) >= at).checked_sub(1),
            };
            step.map(|step| instant(self.times_at(step, stored)))
        };
        let stored = 0..self.stored as usize;
        search.nearest(stored.flat_map(|stored| instants.map(|instant| of_slot(stored, instant))).flatten())
    }

    fn hash(&self, hash: &mut Fnv64) {
        hash.write_u64(u64::from(self.slots));
        hash.write_u64(u64::from(self.stored));
        match &self.starts {
            Starts::Each(starts) => starts.iter().for_each(|start| hash.write_u64(start.0)),
            Starts::Progressions(progressions, turns) => {
                progressions.numbers().for_each(|number| hash.write_u64(number));
                turns.iter().for_each(|turn| hash.write_u64(u64::from(turn.length)));
            }
        }
        for phase in &self.phases {
            hash.write_u64(u64::from(phase.first_step));
            phase.latency.iter().chain(&phase.drain).for_each(|span| hash.write_u64(span.0));
            phase.rate.iter().for_each(|rate| hash.write_u64(rate.to_bits()));
            phase.binding.iter().for_each(|&link| hash.write_u64(u64::from(link)));
        }
    }
}
