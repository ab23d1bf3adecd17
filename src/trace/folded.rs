//! The trace of a plan whose lanes are alike: some lanes of each step are stored for all.

use super::{Segment, Times, Trace};
use crate::units::{Femtos, Fnv64};

/// `lanes` streams per step, of which the first `kept` are stored; lane i is as lane `i % kept`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FoldedTrace {
    /// Step by step, the lanes that are kept.
    pub stored: Trace,
    /// Lanes.
    pub lanes: u32,
    /// Lanes that are stored.
    pub kept: u32,
    /// For every link that binds in what is stored the one that it is for each lane.
    pub bindings: Vec<(u32, Vec<u32>)>,
}

impl FoldedTrace {
    pub fn len(&self) -> usize {
        self.stored.len() / self.kept.max(1) as usize * self.lanes as usize
    }

    /// The stored transfer that stands for this one, which must be below the length.
    fn kept_for(&self, id: u32) -> u32 {
        id / self.lanes * self.kept + id % self.lanes % self.kept
    }

    pub fn times(&self, id: u32) -> Option<Times> {
        ((id as usize) < self.len()).then(|| self.stored.times(self.kept_for(id))).flatten()
    }

    pub fn segments(&self, id: u32) -> Vec<Segment> {
        if id as usize >= self.len() {
            return Vec::new();
        }
        let lane = (id % self.lanes) as usize;
        let own = |link: u32| {
            let found = self.bindings.binary_search_by_key(&link, |&(link, _)| link);
            found.ok().and_then(|place| self.bindings[place].1.get(lane).copied()).unwrap_or(link)
        };
        let stored = self.stored.segments(self.kept_for(id));
        stored.iter().map(|segment| Segment { binding: own(segment.binding), ..*segment }).collect()
    }

    pub fn alive_between(&self, at: Femtos, until: Femtos) -> Vec<u32> {
        let mut alive = Vec::new();
        for id in self.stored.alive_between(at, until) {
            let (step, lane) = (id / self.kept, id % self.kept);
            let lanes = (lane..self.lanes).step_by(self.kept as usize);
            alive.extend(lanes.map(|lane| step * self.lanes + lane));
        }
        alive.sort_unstable();
        alive
    }

    /// Takes in everything stored.
    pub fn hash(&self, hash: &mut Fnv64) {
        hash.write_word(u64::from(self.lanes));
        hash.write_word(u64::from(self.kept));
        hash.write(self.stored.hash().as_bytes());
        for (link, lanes) in &self.bindings {
            hash.write_word(u64::from(*link));
            lanes.iter().for_each(|&link| hash.write_word(u64::from(link)));
        }
    }
}
