//! The trace of a symmetric plan: the transfers of some slots are stored for all slots.

use super::events::EventTrace;
use super::fingerprint::fingerprint;
use super::store::{Search, TraceStore};
use super::times::{Segment, Segments, Times};
use crate::units::{Femtos, Fnv64};

/// A link that limits a rate of a representative, and the corresponding links of all slots.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LinksBySlot {
    /// The link of the representative.
    pub link: u32,
    /// The link of each slot.
    pub by_slot: SlotLinks,
}

/// The link of each slot: listed, or computed where slots are pairs of ranks. 16,384 ranks have 268 million pairs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SlotLinks {
    /// One by one.
    Listed(Vec<u32>),
    /// Slot `from * others + i` is a pair of ranks: the link of the sender, counted from that of rank 0.
    Senders { first: u32, others: u32 },
    /// The link of the receiver, which is rank i, or i + 1 from the sender on.
    Receivers { first: u32, others: u32 },
}

impl SlotLinks {
    fn get(&self, slot: u32) -> Option<u32> {
        match *self {
            SlotLinks::Listed(ref links) => links.get(slot as usize).copied(),
            SlotLinks::Senders { first, others } => Some(first + slot / others),
            SlotLinks::Receivers { first, others } => {
                let (from, to) = (slot / others, slot % others);
                Some(first + to + u32::from(to >= from))
            }
        }
    }

    /// Bytes that it takes.
    pub fn bytes(&self) -> u64 {
        match self {
            SlotLinks::Listed(links) => size_of_val(links.as_slice()) as u64,
            SlotLinks::Senders { .. } | SlotLinks::Receivers { .. } => 0,
        }
    }
}

/// The sends of `slots` slots, step by step, of which the first `stored_slots` are stored. Slot i has the times and rates
/// of slot `i % stored_slots`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RepresentativeTrace {
    /// The representatives, step by step.
    pub stored: EventTrace,
    /// Number of slots.
    pub slots: u32,
    /// Number of slots that are stored.
    pub stored_slots: u32,
    /// The limiting links, by ascending link of the representative.
    pub bindings: Vec<LinksBySlot>,
}

impl RepresentativeTrace {
    /// The stored transfer that stands for this one.
    fn representative(&self, id: u32) -> u32 {
        id / self.slots * self.stored_slots + id % self.slots % self.stored_slots
    }
}

impl TraceStore for RepresentativeTrace {
    fn len(&self) -> usize {
        self.stored.len() / self.stored_slots.max(1) as usize * self.slots as usize
    }

    fn times(&self, id: u32) -> Option<Times> {
        ((id as usize) < self.len()).then(|| self.stored.times(self.representative(id))).flatten()
    }

    fn segments(&self, id: u32) -> Segments<'_> {
        if id as usize >= self.len() {
            return Segments::Many(&[]);
        }
        let slot = id % self.slots;
        let own = |link: u32| {
            let found = self.bindings.binary_search_by_key(&link, |links| links.link).ok();
            found.and_then(|index| self.bindings[index].by_slot.get(slot)).unwrap_or(link)
        };
        let stored = self.stored.segments(self.representative(id));
        Segments::Own(stored.iter().map(|segment| Segment { binding: own(segment.binding), ..*segment }).collect())
    }

    fn end(&self) -> Femtos {
        self.stored.end()
    }

    fn find_alive(&self, at: Femtos, until: Femtos, alive: &mut Vec<u32>) {
        self.stored.find_alive(at, until, alive);
        let stored = alive.len();
        for index in 0..stored {
            let id = alive[index];
            let (step, slot) = (id / self.stored_slots, id % self.stored_slots);
            let slots = (slot..self.slots).step_by(self.stored_slots as usize);
            alive.extend(slots.map(|slot| step * self.slots + slot));
        }
        alive.drain(..stored);
        alive.sort_unstable();
    }

    fn alive_first(&self, at: Femtos, most: usize) -> Vec<u32> {
        let stored = self.stored.alive_between(at, at);
        let of_step = |step: u32| {
            let slots = stored.iter().filter(move |id| **id / self.stored_slots == step);
            let own: Vec<u32> = slots.map(|id| id % self.stored_slots).collect();
            let is_alive = move |slot: &u32| own.contains(&(slot % self.stored_slots));
            (0..self.slots).filter(is_alive).map(move |slot| step * self.slots + slot)
        };
        let mut steps: Vec<u32> = stored.iter().map(|id| id / self.stored_slots).collect();
        steps.sort_unstable();
        steps.dedup();
        steps.into_iter().flat_map(of_step).take(most).collect()
    }

    fn next_event(&self, at: Femtos, search: Search) -> Option<Femtos> {
        self.stored.next_event(at, search)
    }

    fn hash(&self, hash: &mut Fnv64) {
        hash.write_u64(u64::from(self.slots));
        hash.write_u64(u64::from(self.stored_slots));
        hash.write(fingerprint(&self.stored).as_bytes());
        for links in &self.bindings {
            hash.write_u64(u64::from(links.link));
            let links = (0..self.slots).filter_map(|slot| links.by_slot.get(slot));
            links.for_each(|link| hash.write_u64(u64::from(link)));
        }
    }
}
