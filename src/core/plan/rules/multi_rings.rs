//! Several rings at once, so that all links of a torus or a full mesh are busy: the message is cut into parts, and each part
//! runs its own rings.
//!
//! On a torus a part runs rings along one axis after the other, and parts exist for several orders of the axes and both
//! directions. On a full mesh a part is one ring around a Hamiltonian cycle that shares no link with the others.

use std::borrow::Cow;

use super::half::{AllReduceHalf, Halves};
use crate::fabric::{Fabric, LinkId, LinkRun, Path};
use crate::plan::delays::Delays;
use crate::plan::error::{PlanError, check_sends};
use crate::plan::route::{Route, RouteId};
use crate::plan::rule::{Deps, TransferRule};
use crate::plan::transfer::{Delivery, Dep, MessageSlice, PlanPhaseId, Transfer, TransferId};
use crate::units::{Bytes, Femtos};

/// Rings of one length that together hold every rank once.
#[derive(Clone, Debug, PartialEq)]
pub struct RingSet {
    length: u32,
    /// The rank that each rank sends to.
    next: Vec<u32>,
    /// The rank that each rank receives from.
    previous: Vec<u32>,
    /// The place of each rank in its ring.
    position: Vec<u32>,
    /// The path from each rank to the next.
    paths: Vec<Path>,
}

impl RingSet {
    /// Rings of `length` ranks each, at least 2, by the place of every rank in its ring and the rank and the path that it
    /// sends to.
    pub fn new(length: u32, position: Vec<u32>, sends: Vec<(u32, Path)>) -> RingSet {
        let (next, paths): (Vec<u32>, Vec<Path>) = sends.into_iter().unzip();
        let mut previous = vec![0; next.len()];
        for (rank, &to) in (0..).zip(&next) {
            previous[to as usize] = rank;
        }
        RingSet { length, next, previous, position, paths }
    }

    /// The link of a rank, if it reaches the next one over a single link.
    fn single_link(&self, rank: u32) -> Option<LinkId> {
        match self.paths.get(rank as usize)?[..] {
            [run] if run.count == 1 => Some(run.first),
            _ => None,
        }
    }
}

/// A part of the message, and the rings that it runs one after the other in a reduce-scatter; in an all-gather backwards.
#[derive(Clone, Debug, PartialEq)]
pub struct RingPart {
    /// Its share of the message: this over the weights of all parts.
    pub weight: u32,
    /// Its rings, as indices into the sets of the rule. All parts have equally many steps.
    pub sets: Vec<usize>,
}

/// The rule of several rings at once. Slot `rank * parts + part` is the send of a rank in a part.
#[derive(Clone, Debug, PartialEq)]
pub struct MultiRings {
    fabric: Fabric,
    sets: Vec<RingSet>,
    parts: Vec<RingPart>,
    halves: Halves,
    ranks: u32,
    message: Bytes,
    delays: Delays,
    /// All weights together.
    weights: u32,
    /// Whether all ranks send over links that are images of one another, so that one rank stands for all.
    is_regular: bool,
}

impl MultiRings {
    /// The rule for parts that all have the same number of steps.
    ///
    /// # Errors
    /// [`PlanError::TooMany`] beyond 2^32 sends or parts of the message.
    pub fn new(
        fabric: &Fabric,
        (sets, parts): (Vec<RingSet>, Vec<RingPart>),
        halves: Halves,
        message: Bytes,
        delays: &Delays,
    ) -> Result<MultiRings, PlanError> {
        let (fabric, delays, ranks) = (fabric.clone(), delays.clone(), fabric.topology.ranks());
        let weights: u32 = parts.iter().map(|part| part.weight).sum();
        let is_regular = are_images(&fabric, &sets, ranks);
        let rings = MultiRings { fabric, sets, parts, halves, ranks, message, delays, weights, is_regular };
        let sends = u64::from(rings.steps()) * u64::from(ranks) * rings.parts.len() as u64;
        check_sends(sends.max(u64::from(weights) * u64::from(ranks)))?;
        Ok(rings)
    }

    /// Number of parts of the message.
    pub fn parts(&self) -> u32 {
        self.parts.len() as u32
    }

    /// Number of sends of one step.
    pub fn slots(&self) -> u32 {
        self.ranks * self.parts()
    }

    /// The halves of the all-reduce that the rings run.
    pub fn halves(&self) -> Halves {
        self.halves
    }

    /// Whether all ranks are ready at once and equally fast.
    pub fn is_even(&self) -> bool {
        self.delays.is_even()
    }

    /// Whether one rank stands for all while nothing is changed.
    pub fn is_regular(&self) -> bool {
        self.is_regular
    }

    /// Software before the first byte.
    pub fn launch(&self) -> Femtos {
        self.delays.launch
    }

    /// Steps of one half: the same in every part.
    fn steps_of_half(&self) -> u32 {
        let sets = self.parts.first().map_or(&[][..], |part| &part.sets);
        sets.iter().map(|&set| self.sets[set].length - 1).sum()
    }

    /// Number of steps of all halves.
    pub fn steps(&self) -> u32 {
        self.halves.count() * self.steps_of_half()
    }

    /// What a part does in a step.
    fn phase(&self, part: u32, step: u32) -> Phase {
        let number = step / self.steps_of_half();
        let half = self.halves.half(number);
        let sets = &self.parts[part as usize].sets;
        let mut step = step % self.steps_of_half();
        let mut place = 0;
        for turn in 0..sets.len() {
            // The all-gather runs along the rings in opposite order.
            place = if half == AllReduceHalf::ReduceScatter { turn } else { sets.len() - 1 - turn };
            let steps = self.sets[sets[place]].length - 1;
            if step < steps {
                break;
            }
            step -= steps;
        }
        Phase { number, half, place, set: sets[place], step }
    }

    /// Bytes of a send of a part in a step.
    fn bytes(&self, part: u32, phase: &Phase) -> f64 {
        let part = &self.parts[part as usize];
        let split: f64 = part.sets[..=phase.place].iter().map(|&set| f64::from(self.sets[set].length)).product();
        self.message.0 as f64 * f64::from(part.weight) / f64::from(self.weights) / split
    }

    /// The share that a rank sends in a step, as [`super::RingRule`] counts them, within the part of the message.
    fn slice(&self, rank: u32, part: u32, phase: &Phase) -> MessageSlice {
        let before: u32 = self.parts[..part as usize].iter().map(|part| part.weight).sum();
        let RingPart { weight, ref sets } = self.parts[part as usize];
        let (mut first, mut split) = (0, 1);
        for (place, &set) in sets.iter().enumerate().take(phase.place + 1) {
            let set = &self.sets[set];
            let position = set.position[rank as usize];
            let share = if place < phase.place {
                position + self.halves.completed_share()
            } else {
                position + self.halves.first_share(phase.half, set.length) + set.length - phase.step
            };
            first = first * set.length + share % set.length;
            split *= set.length;
        }
        let count = self.ranks / split * weight;
        MessageSlice { first: before * self.ranks + first * count, count, of: self.weights * self.ranks }
    }

    /// The path of a slot in a set.
    fn path(&self, set: usize, rank: u32) -> &[LinkRun] {
        self.sets[set].paths.get(rank as usize).map_or(&[], Vec::as_slice)
    }

    /// The dependencies of a send: what arrived in the step before, and its own port.
    fn waits(&self, rank: u32, left: TransferId, own: TransferId) -> [Dep; 2] {
        let port = if self.delays.blocking_sends { Dep::tail(own) } else { Dep::sent(own) };
        [Dep::tail(left).after(self.delays.step(rank)), port]
    }

    /// The sends of rank 0 as those of a plan in which every rank does the same: step, part, bytes, path, flow and
    /// dependencies of each.
    pub(in crate::plan) fn sends_of_first_rank(&self) -> impl Iterator<Item = FirstRankSend<'_>> {
        let parts = self.parts();
        (0..self.steps() * parts).map(move |id| {
            let (step, part) = (id / parts, id % parts);
            let phase = self.phase(part, step);
            let before = step.checked_sub(1).map(|before| TransferId(before * parts + part));
            FirstRankSend {
                number: phase.number,
                bytes: self.bytes(part, &phase),
                path: self.path(phase.set, 0),
                half: phase.half,
                deps: before.map(|before| self.waits(0, before, before)),
            }
        })
    }

    /// The link of a slot that corresponds to `link`, which rank 0 sends over.
    pub fn link_of_slot(&self, link: LinkId, slot: u32) -> LinkId {
        let rank = slot / self.parts();
        let set = self.sets.iter().find(|set| set.single_link(0) == Some(link));
        set.and_then(|set| set.single_link(rank)).unwrap_or(link)
    }

    /// Number of sets that every part runs.
    fn sets_of_part(&self) -> u32 {
        self.parts.first().map_or(0, |part| part.sets.len() as u32)
    }
}

/// Whether every rank sends over single links, equal within a set, and the same sets share a link at every rank.
fn are_images(fabric: &Fabric, sets: &[RingSet], ranks: u32) -> bool {
    let links = |rank: u32| sets.iter().map(|set| set.single_link(rank)).collect::<Option<Vec<LinkId>>>();
    let Some(first) = links(0) else { return false };
    let sharing = |links: &[LinkId]| -> Vec<usize> {
        links.iter().map(|link| links.iter().position(|other| other == link).unwrap_or_default()).collect()
    };
    let (of_first, specs) = (sharing(&first), first.iter().map(|&link| fabric.link(link)).collect::<Vec<_>>());
    (1..ranks).all(|rank| {
        links(rank).is_some_and(|own| {
            sharing(&own) == of_first && own.iter().zip(&specs).all(|(&link, spec)| fabric.link(link) == *spec)
        })
    })
}

/// What a part does in a step.
struct Phase {
    /// Number of the half.
    number: u32,
    half: AllReduceHalf,
    /// The place of the set in the order of the part.
    place: usize,
    set: usize,
    /// Steps since the set began.
    step: u32,
}

/// One send of rank 0.
pub(in crate::plan) struct FirstRankSend<'a> {
    /// Number of the half.
    pub number: u32,
    pub bytes: f64,
    pub path: &'a [LinkRun],
    pub half: AllReduceHalf,
    pub deps: Option<[Dep; 2]>,
}

impl TransferRule for MultiRings {
    fn transfer_count(&self) -> u32 {
        self.steps() * self.slots()
    }

    /// Step by step, in each step rank by rank and part by part.
    fn transfer(&self, id: u32) -> Transfer {
        let (step, slot) = (id / self.slots(), id % self.slots());
        let (rank, part) = (slot / self.parts(), slot % self.parts());
        let phase = self.phase(part, step);
        // The last step of the last reduce-scatter completes a share at its receiver.
        let is_finished = phase.half == AllReduceHalf::AllGather || step + 1 == self.steps_of_half();
        let receiver = self.sets[phase.set].next[rank as usize];
        let turn = phase.number * self.sets_of_part() + phase.place as u32;
        Transfer {
            bytes: self.bytes(part, &phase),
            route: RouteId(turn * self.slots() + slot),
            phase: PlanPhaseId(phase.number as u16),
            delivery: if is_finished { Delivery::Rank(receiver) } else { Delivery::Partial },
            slice: self.slice(rank, part, &phase),
            start_delay: if step == 0 { self.delays.start_of(rank) } else { Femtos(0) },
            ..Transfer::default()
        }
    }

    fn route_count(&self) -> u32 {
        self.halves.count() * self.sets_of_part() * self.slots()
    }

    fn route(&self, id: RouteId) -> Cow<'_, Route> {
        let (turn, slot) = (id.0 / self.slots(), id.0 % self.slots());
        let (rank, part) = (slot / self.parts(), slot % self.parts());
        let (number, place) = (turn / self.sets_of_part(), turn % self.sets_of_part());
        let set = self.parts[part as usize].sets[place as usize];
        Cow::Owned(Route::along(&self.fabric, self.path(set, rank), self.halves.half(number).flow()))
    }

    fn dep_count(&self) -> u64 {
        2 * u64::from(self.transfer_count())
    }

    fn deps(&self, id: u32) -> Deps<'_> {
        let (step, slot) = (id / self.slots(), id % self.slots());
        let (rank, part) = (slot / self.parts(), slot % self.parts());
        let earlier = step.checked_sub(1).map(|before| {
            let on = |rank: u32| TransferId(before * self.slots() + rank * self.parts() + part);
            let set = &self.sets[self.phase(part, before).set];
            self.waits(rank, on(set.previous[rank as usize]), on(rank))
        });
        Deps::Pair(earlier.into_iter().flatten())
    }
}
