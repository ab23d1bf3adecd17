//! Max-min fair rates: the rates of all streams rise together until a link is full. The streams that cross it then have
//! their rate, and the others rise on, round by round.
//!
//! A heap holds the rate at which each resource is full. So a solve visits every crossing of a stream and a resource a
//! fixed number of times, however many resources fill one after the other. Rounds can be undone from the last one back:
//! a stream that comes or goes changes only the rounds from its own level on.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::resources::Resources;

/// Two resources fill at the same rate if the rates differ by less than this, relatively.
const TIE: f64 = 1e-12;
/// A round stays as it is if every resource with a new stream fills later than the round by more than this, relatively.
/// Far above the rounding of sums, so that no round is kept that would change.
const KEEP: f64 = 1e-9;
/// The round of a stream whose rate still rises.
pub(super) const RISING: u32 = u32::MAX;

/// A stream's share: its rate and the resource that limits it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Share {
    /// Bytes per second.
    pub rate: f64,
    /// The resource that limits the rate.
    pub binding: u32,
}

/// The streams that cross each resource now.
pub(super) struct Crossings<'a> {
    pub resources: &'a Resources,
    /// The route of each transfer.
    pub routes: Vec<u32>,
    /// By resource: the streams that cross it now, ascending.
    pub active: Vec<Vec<u32>>,
}

/// What a resource has left while rates rise.
#[derive(Clone, Copy, Default)]
struct Rising {
    /// Bytes per second.
    left: f64,
    /// Total weight, and number, of the streams whose rates still rise.
    weight: f64,
    open: u32,
    /// The round in which it was full, and the last one that changed it, as stamps.
    full_at: u64,
    changed_at: u64,
}

impl Rising {
    /// The rate at which it is full, as bits: the order of floats that are not negative is that of their bits.
    fn level_bits(&self) -> Option<u64> {
        (self.open > 0 && self.weight > 0.0).then(|| (self.left.max(0.0) / self.weight).to_bits())
    }
}

/// One round: the rate, and its first stream in [`Rounds::fixed`].
#[derive(Clone, Copy)]
struct Round {
    rate: f64,
    first: u32,
}

/// The rounds of a solve, as far as they are needed to undo them.
#[derive(Default)]
pub(super) struct Rounds {
    rounds: Vec<Round>,
    /// The streams in the order in which their rates were fixed.
    fixed: Vec<u32>,
    /// What each resource of these streams had left before.
    lefts: Vec<f64>,
}

impl Rounds {
    /// The streams that have a rate.
    pub fn streams(&self) -> &[u32] {
        &self.fixed
    }
}

/// The state of every resource and stream while rates rise.
pub(super) struct MaxMin {
    rising: Vec<Rising>,
    /// By transfer: the round that fixed its rate, or [`RISING`].
    round_of: Vec<u32>,
    /// Level (bits) and id of resources; entries whose level has changed since are ignored.
    levels: BinaryHeap<Reverse<(u64, u32)>>,
    /// Resources whose level must be found again.
    touched: Vec<u32>,
    stamp: u64,
    /// By transfer: the search that last visited it, as a stamp.
    searched: Vec<u64>,
    /// Crossings of a stream and a resource that were visited: the work.
    pub visits: u64,
}

impl MaxMin {
    /// No stream yet.
    pub fn new(crossings: &Crossings) -> MaxMin {
        let transfers = crossings.routes.len();
        MaxMin {
            rising: vec![Rising::default(); crossings.active.len()],
            round_of: vec![RISING; transfers],
            levels: BinaryHeap::new(),
            touched: Vec::new(),
            stamp: 0,
            searched: vec![0; transfers],
            visits: 0,
        }
    }

    /// A resource without streams.
    pub fn empty(&mut self, crossings: &Crossings, resource: u32) {
        let left = crossings.resources.all[resource as usize].capacity;
        self.rising[resource as usize] = Rising { left, ..Rising::default() };
        self.touched.push(resource);
    }

    /// Adds a stream to its resources. Its rate rises.
    pub fn add(&mut self, crossings: &Crossings, stream: u32) {
        self.round_of[stream as usize] = RISING;
        for used in crossings.of_stream(stream) {
            let rising = &mut self.rising[used.id as usize];
            rising.weight += used.weight;
            rising.open += 1;
            self.touched.push(used.id);
            self.visits += 1;
        }
    }

    /// Takes a stream whose rate still rises off its resources.
    fn remove(&mut self, crossings: &Crossings, stream: u32) {
        for used in crossings.of_stream(stream) {
            let rising = &mut self.rising[used.id as usize];
            rising.weight -= used.weight;
            rising.open -= 1;
            self.visits += 1;
        }
    }

    /// Undoes the last round. Returns its rate.
    fn undo(&mut self, crossings: &Crossings, rounds: &mut Rounds) -> Option<f64> {
        let round = rounds.rounds.pop()?;
        for stream in rounds.fixed.drain(round.first as usize..).rev() {
            self.round_of[stream as usize] = RISING;
            for used in crossings.of_stream(stream).iter().rev() {
                let rising = &mut self.rising[used.id as usize];
                rising.left = rounds.lefts.pop().unwrap_or(rising.left);
                rising.weight += used.weight;
                rising.open += 1;
                self.touched.push(used.id);
                self.visits += 1;
            }
        }
        Some(round.rate)
    }

    /// Undoes the rounds that change when some streams go and others come, and makes that change.
    pub fn exchange(&mut self, crossings: &Crossings, rounds: &mut Rounds, gone: &[u32], come: &[u32]) {
        // A stream takes no part in the rounds before its own: its resources were not full, and without it are even less.
        let first = gone.iter().map(|&stream| self.round_of[stream as usize] as usize).min();
        while rounds.rounds.len() > first.unwrap_or(usize::MAX) {
            self.undo(crossings, rounds);
        }
        gone.iter().for_each(|&stream| self.remove(crossings, stream));
        come.iter().for_each(|&stream| self.add(crossings, stream));
        if come.is_empty() {
            return;
        }
        // Once a resource would have been full in a round, it would have been in every later one.
        while let Some(rate) = self.undo(crossings, rounds) {
            let fills = |resource: u32| {
                let bits = self.rising[resource as usize].level_bits();
                bits.is_some_and(|bits| f64::from_bits(bits) <= rate * (1.0 + KEEP))
            };
            if !come.iter().flat_map(|&stream| crossings.of_stream(stream)).any(|used| fills(used.id)) {
                break;
            }
        }
    }

    /// Lets all open rates rise to the end. Appends the shares that were found; returns whether streams were found that
    /// are not connected, although `may_be_split` is the only case in which they may be.
    pub fn rise(
        &mut self,
        crossings: &Crossings,
        rounds: &mut Rounds,
        may_be_split: bool,
        shares: &mut Vec<(u32, Share)>,
    ) -> bool {
        self.push_levels();
        let mut is_split = false;
        let (mut full, mut fixed): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
        while let Some(rate) = self.next_full(&mut full) {
            if may_be_split && full.len() > 1 {
                is_split |= self.keep_connected(crossings, &mut full);
            }
            self.stamp += 1;
            fixed.clear();
            for &resource in &full {
                self.rising[resource as usize].full_at = self.stamp;
                let active = &crossings.active[resource as usize];
                self.visits += active.len() as u64;
                fixed.extend(active.iter().filter(|&&stream| self.round_of[stream as usize] == RISING));
            }
            fixed.sort_unstable();
            fixed.dedup();
            let number = rounds.rounds.len() as u32;
            rounds.rounds.push(Round { rate, first: rounds.fixed.len() as u32 });
            rounds.fixed.extend(&fixed);
            for &stream in &fixed {
                self.round_of[stream as usize] = number;
                let uses = crossings.of_stream(stream);
                let full = uses.iter().find(|used| self.rising[used.id as usize].full_at == self.stamp);
                shares.extend(full.map(|used| (stream, Share { rate, binding: used.id })));
                for used in uses {
                    let rising = &mut self.rising[used.id as usize];
                    rounds.lefts.push(rising.left);
                    rising.left -= used.weight * rate;
                    rising.weight -= used.weight;
                    rising.open -= 1;
                    self.touched.push(used.id);
                }
                self.visits += uses.len() as u64;
            }
            self.push_levels();
        }
        is_split
    }

    /// Finds the levels of the resources that have changed.
    fn push_levels(&mut self) {
        self.stamp += 1;
        for resource in self.touched.drain(..) {
            let rising = &mut self.rising[resource as usize];
            if rising.changed_at != self.stamp {
                rising.changed_at = self.stamp;
                self.levels.extend(rising.level_bits().map(|bits| Reverse((bits, resource))));
            }
        }
    }

    /// The lowest level, and the resources that are full there, the first to fill first. `None` if no stream is left.
    fn next_full(&mut self, full: &mut Vec<u32>) -> Option<f64> {
        full.clear();
        let mut lowest = None;
        while let Some(&Reverse((bits, resource))) = self.levels.peek() {
            let level = f64::from_bits(bits);
            if lowest.is_some_and(|lowest: f64| level > lowest * (1.0 + TIE)) {
                break;
            }
            self.levels.pop();
            if self.rising[resource as usize].level_bits() == Some(bits) && full.last() != Some(&resource) {
                lowest.get_or_insert(level);
                full.push(resource);
            }
        }
        lowest.filter(|lowest| lowest.is_finite())
    }

    /// Of resources that are full together up to rounding, keeps those that are connected with the first: others belong to
    /// streams that it does not meet, and have a round of their own. Returns whether there are any.
    fn keep_connected(&mut self, crossings: &Crossings, full: &mut Vec<u32>) -> bool {
        let level = |own: &MaxMin, resource: u32| own.rising[resource as usize].level_bits();
        let first = full[0];
        // With the same rate it makes no difference whether they are one round or two.
        if full.iter().all(|&resource| level(self, resource) == level(self, first)) {
            return false;
        }
        if let &[stream] = crossings.active[first as usize].as_slice()
            && crossings.is_alone(stream)
        {
            // As `Resources::alone` does, which serves a single stream elsewhere.
            for &resource in &full[1..] {
                self.touched.push(resource);
            }
            full.truncate(1);
            return true;
        }
        self.stamp += 1;
        let stamp = self.stamp;
        let mut missing = full.len() - 1;
        full.iter().for_each(|&resource| self.rising[resource as usize].full_at = stamp);
        let mut open = vec![first];
        self.rising[first as usize].changed_at = stamp;
        let mut next = 0;
        while let Some(&resource) = open.get(next)
            && missing > 0
        {
            next += 1;
            for &stream in &crossings.active[resource as usize] {
                if std::mem::replace(&mut self.searched[stream as usize], stamp) == stamp {
                    continue;
                }
                for used in crossings.of_stream(stream) {
                    self.visits += 1;
                    let rising = &mut self.rising[used.id as usize];
                    if std::mem::replace(&mut rising.changed_at, stamp) != stamp {
                        missing -= usize::from(rising.full_at == stamp);
                        open.push(used.id);
                    }
                }
            }
        }
        if missing == 0 {
            return false;
        }
        let found = |rising: &Rising| rising.changed_at == stamp;
        self.touched.extend(full.iter().filter(|&&resource| !found(&self.rising[resource as usize])));
        full.retain(|&resource| found(&self.rising[resource as usize]));
        true
    }
}

impl Crossings<'_> {
    /// The resources of a stream.
    pub fn of_stream(&self, stream: u32) -> &[super::resources::Use] {
        self.resources.of_route(self.routes[stream as usize])
    }

    /// Whether a stream has all its resources to itself.
    pub fn is_alone(&self, stream: u32) -> bool {
        self.of_stream(stream).iter().all(|used| self.active[used.id as usize].len() == 1)
    }
}
