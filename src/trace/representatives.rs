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
    pub by_slot: Vec<u32>,
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
        let slot = (id % self.slots) as usize;
        let own = |link: u32| {
            let found = self.bindings.binary_search_by_key(&link, |links| links.link).ok();
            found.and_then(|index| self.bindings[index].by_slot.get(slot).copied()).unwrap_or(link)
        };
        let stored = self.stored.segments(self.representative(id));
        Segments::Own(stored.iter().map(|segment| Segment { binding: own(segment.binding), ..*segment }).collect())
    }

    fn end(&self) -> Femtos {
        self.stored.end()
    }

    fn alive_between(&self, at: Femtos, until: Femtos) -> Vec<u32> {
        let mut alive = Vec::new();
        for id in self.stored.alive_between(at, until) {
            let (step, slot) = (id / self.stored_slots, id % self.stored_slots);
            let slots = (slot..self.slots).step_by(self.stored_slots as usize);
            alive.extend(slots.map(|slot| step * self.slots + slot));
        }
        alive.sort_unstable();
        alive
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
            links.by_slot.iter().for_each(|&link| hash.write_u64(u64::from(link)));
        }
    }
}
