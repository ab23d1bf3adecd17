//! Times that a collective adds to those of the links: software, and ranks that are late or slow.

use crate::units::Femtos;

/// Delays of software and of ranks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delays {
    /// Software before the first byte, once per collective.
    pub launch: Femtos,
    /// Software at each step.
    pub step: Femtos,
    /// Time to fill a pipeline after the launch (`measured` timing; fitted).
    pub fill: Femtos,
    /// A rank's next send waits until its last one has arrived, as a blocking send does. Otherwise it waits only until
    /// the port is free.
    pub blocking_sends: bool,
    /// Time from the launch until each rank is ready, by rank; empty if all ranks are ready at the launch.
    pub start: Vec<Femtos>,
    /// Slow ranks, as (rank, share of its speed that is left), by ascending rank.
    pub slow: Vec<(u32, f64)>,
}

impl Delays {
    /// Time from the launch until a rank is ready.
    pub fn start_of(&self, rank: u32) -> Femtos {
        self.start.get(rank as usize).copied().unwrap_or_default()
    }

    /// Time from the launch until the last rank is ready.
    pub fn last_start(&self) -> Femtos {
        self.start.iter().copied().max().unwrap_or_default()
    }

    /// Software at each step of a rank.
    pub fn step(&self, rank: u32) -> Femtos {
        self.at_rank(self.step, rank)
    }

    /// The time of a step at a rank that takes `step` at a rank of full speed.
    pub fn at_rank(&self, step: Femtos, rank: u32) -> Femtos {
        let found = self.slow.binary_search_by_key(&rank, |&(rank, _)| rank);
        found.map_or(step, |index| Femtos::from_f64(step.0 as f64 / self.slow[index].1))
    }

    /// Whether all ranks are ready at once and equally fast.
    pub fn is_even(&self) -> bool {
        self.last_start() == Femtos(0) && self.slow.is_empty()
    }
}
