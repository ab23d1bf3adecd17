//! Times that are added to a collective beside those of links: software, and ranks that come late or are slow.

use crate::units::Femtos;

/// Delays of software and of ranks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delays {
    /// Software, once, before the first byte.
    pub launch: Femtos,
    /// Software at each step.
    pub step: Femtos,
    /// What filling a pipeline costs after the launch (`measured` timing; fitted).
    pub fill: Femtos,
    /// A rank's next send waits until its last one has arrived, as a blocking send does; else only until its port is
    /// free.
    pub blocking_sends: bool,
    /// How much later than the launch each rank is ready, by rank; empty if all are ready at once.
    pub start: Vec<Femtos>,
    /// Ranks whose steps take longer, as (rank, share of their speed that is left), by ascending rank.
    pub slow: Vec<(u32, f64)>,
}

impl Delays {
    /// How much later than the launch a rank is ready.
    pub fn start_of(&self, rank: u32) -> Femtos {
        self.start.get(rank as usize).copied().unwrap_or_default()
    }

    /// How much later than the launch the last rank is ready.
    pub fn last_start(&self) -> Femtos {
        self.start.iter().copied().max().unwrap_or_default()
    }

    /// Software at each step of a rank.
    pub fn step(&self, rank: u32) -> Femtos {
        self.at_rank(self.step, rank)
    }

    /// What a step takes at a rank if it takes `step` at the others.
    pub fn at_rank(&self, step: Femtos, rank: u32) -> Femtos {
        let found = self.slow.binary_search_by_key(&rank, |&(rank, _)| rank);
        found.map_or(step, |place| Femtos((step.0 as f64 / self.slow[place].1).round_ties_even() as u64))
    }

    /// Whether all ranks are ready at once and equally fast.
    pub fn is_even(&self) -> bool {
        self.last_start() == Femtos(0) && self.slow.is_empty()
    }
}
