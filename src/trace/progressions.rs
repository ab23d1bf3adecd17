//! Instants of slots that mostly advance by the same span from step to step: arithmetic progressions instead of all instants.

use crate::units::Femtos;

/// Instants from one step on, until the next progression of the slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progression {
    /// Its first step.
    pub first_step: u32,
    /// The instant of that step.
    pub start: Femtos,
    /// From each step to the next.
    pub stride: Femtos,
}

impl Progression {
    /// The instant of a step, not before the first one. It ends at the largest instant.
    pub fn at(&self, step: u32) -> Femtos {
        let steps = u64::from(step.saturating_sub(self.first_step));
        Femtos(self.start.0.saturating_add(self.stride.0.saturating_mul(steps)))
    }
}

/// The progressions of all slots.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Progressions {
    /// By slot, then by first step.
    all: Vec<Progression>,
    /// Index of each slot's first progression, and the end.
    first_of_slot: Vec<u32>,
}

impl Progressions {
    /// Memory of `count` progressions of `slots` slots, bytes, with the lists that they are collected in.
    pub fn estimated_bytes(slots: u64, count: u64) -> u64 {
        2 * count * size_of::<Progression>() as u64 + slots * (size_of::<Vec<Progression>>() + size_of::<u32>()) as u64
    }

    /// Those of each slot, by first step.
    pub fn new(by_slot: Vec<Vec<Progression>>) -> Progressions {
        let mut found = Progressions::default();
        for own in by_slot {
            found.first_of_slot.push(found.all.len() as u32);
            found.all.extend(own);
        }
        found.first_of_slot.push(found.all.len() as u32);
        found
    }

    /// The instant of a slot's step.
    pub fn at(&self, slot: usize, step: u32) -> Femtos {
        let ends = (self.first_of_slot.get(slot), self.first_of_slot.get(slot + 1));
        let (Some(&first), Some(&end)) = ends else { return Femtos(0) };
        let own = &self.all[first as usize..end as usize];
        let next = own.partition_point(|one| one.first_step <= step);
        own.get(next.saturating_sub(1)).map_or(Femtos(0), |one| one.at(step))
    }

    /// All of them, by slot.
    pub fn all(&self) -> &[Progression] {
        &self.all
    }
}
