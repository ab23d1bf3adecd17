//! The trait that every form of a trace implements.

use super::times::{Segments, Times};
use crate::units::{Femtos, Fnv64};

/// The search direction of [`TraceStore::next_event`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// The nearest later instant.
    Forwards,
    /// The nearest earlier instant.
    Backwards,
}

impl Search {
    /// The nearest of some instants.
    pub fn nearest(self, instants: impl Iterator<Item = Femtos>) -> Option<Femtos> {
        match self {
            Search::Forwards => instants.min(),
            Search::Backwards => instants.max(),
        }
    }
}

/// The times and rates of transfers by id.
pub trait TraceStore {
    /// Number of transfers.
    fn len(&self) -> usize;

    /// The instants of a transfer. `None` for an id beyond the last one.
    fn times(&self, id: u32) -> Option<Times>;

    /// The rates of a transfer, by time; empty for an id beyond the last one.
    fn segments(&self, id: u32) -> Segments<'_>;

    /// When the last tail arrives.
    fn end(&self) -> Femtos;

    /// The transfers that are on the fabric at some time from `at` to `until`, both included, by ascending id: started,
    /// and their tail not yet arrived. They replace what `alive` holds.
    fn find_alive(&self, at: Femtos, until: Femtos, alive: &mut Vec<u32>);

    /// The same in a list of its own.
    fn alive_between(&self, at: Femtos, until: Femtos) -> Vec<u32> {
        let mut alive = Vec::new();
        self.find_alive(at, until, &mut alive);
        alive
    }

    /// The first of those that are on the fabric at `at`, at most `most`.
    fn alive_first(&self, at: Femtos, most: usize) -> Vec<u32> {
        let mut alive = self.alive_between(at, at);
        alive.truncate(most);
        alive
    }

    /// The nearest instant after (or before) `at` at which a transfer starts, arrives or ends.
    fn next_event(&self, at: Femtos, search: Search) -> Option<Femtos>;

    /// Adds everything that is stored to a hash.
    fn hash(&self, hash: &mut Fnv64);
}
