//! The starts of rings with very many sends, as arithmetic progressions.
//!
//! A send's start follows from two sends of the step before, by sums and maxima. If both came `c` after those of the step
//! before them, the send comes `c` after its own, too. So only slots are computed whose left neighbour advanced by another
//! span than they did: around a slow link those that its wave reaches, among late ranks those whose latest predecessor has
//! just changed. Everything else goes on as it did.

use super::cost::Budget;
use super::error::{Budgeted, SimulateError, check_budget};
use crate::plan::{Plan, RingRule};
use crate::trace::{Progression, Progressions, RingPhaseTimes};
use crate::units::Femtos;

/// What the start of a send depends on, in a step whose predecessors belong to the phase `last`.
pub(super) struct StepRule<'a> {
    /// The times of the sends before.
    pub last: &'a RingPhaseTimes,
    /// Latencies of this step.
    pub latency: &'a [Femtos],
    /// Software of each slot.
    pub delays: &'a [Femtos],
    /// A send waits until the one before has arrived.
    pub blocking: bool,
}

impl StepRule<'_> {
    /// The start of a slot's send after those of its left neighbour and its own: it waits for what arrived from the left, and
    /// for its own port. Its head never arrives before the event that released it: the rules of the event loop.
    pub fn start(&self, (slot, own): (usize, Femtos), (left, of_left): (usize, Femtos)) -> Femtos {
        let last = self.last;
        let drained_fs = own.0.saturating_add(last.drain[slot].0);
        let arrived_fs = drained_fs.saturating_add(last.latency[slot].0);
        let free_fs = if self.blocking { arrived_fs } else { drained_fs };
        let left_end_fs = of_left.0.saturating_add(last.latency[left].0).saturating_add(last.drain[left].0);
        let now_fs = left_end_fs.max(arrived_fs);
        let start_fs = free_fs.max(left_end_fs.saturating_add(self.delays[slot].0));
        let latency_fs = self.latency[slot].0;
        Femtos(start_fs.saturating_add(latency_fs).max(now_fs).saturating_sub(latency_fs))
    }
}

/// The progressions of all slots so far.
struct Rows {
    by_slot: Vec<Vec<Progression>>,
    /// Number of progressions.
    count: u64,
}

impl Rows {
    fn at(&self, slot: u32, step: u32) -> Femtos {
        self.by_slot[slot as usize].last().map_or(Femtos(0), |one| one.at(step))
    }

    /// What a slot advances by from step to step.
    fn stride(&self, slot: u32) -> Femtos {
        self.by_slot[slot as usize].last().map_or(Femtos(0), |one| one.stride)
    }

    /// Sets the start of the next step. Returns whether the slot advanced by another span than before.
    fn set(&mut self, slot: u32, step: u32, start: Femtos) -> bool {
        let own = &mut self.by_slot[slot as usize];
        let Some(last) = own.last_mut() else {
            own.push(Progression { first_step: step, start, stride: Femtos(0) });
            self.count += 1;
            return true;
        };
        let stride = start.since(last.at(step - 1));
        if stride == last.stride {
            return false;
        }
        if last.first_step + 1 == step {
            last.stride = stride;
        } else {
            own.push(Progression { first_step: step, start, stride });
            self.count += 1;
        }
        true
    }
}

/// The starts of all slots. The work is taken off the budget.
///
/// # Errors
/// [`SimulateError::TooLarge`].
pub(super) fn progressions(
    plan: &Plan,
    rings: &RingRule,
    phases: &[RingPhaseTimes],
    budget: &mut Budget,
) -> Result<Progressions, SimulateError> {
    let slots = rings.slots();
    let mut rows = Rows { by_slot: vec![Vec::new(); slots as usize], count: 0 };
    let mut before: Option<(&RingPhaseTimes, u32)> = None;
    // Slots to compute at the next step, and those that have changed at this one.
    let (mut active, mut starts): (Vec<u32>, Vec<Femtos>) = (Vec::new(), Vec::new());
    let mut is_listed = vec![false; slots as usize];
    for (phase, own) in rings.phases().iter().zip(phases) {
        let delays: Vec<Femtos> = (0..slots).map(|slot| rings.step_delay(slot, phase)).collect();
        for step in phase.first_step..phase.first_step + phase.steps {
            // The rule is another one in the first step of a phase, so what holds from step to step begins with the third.
            let is_settled = step >= phase.first_step + 2;
            if !is_settled {
                active = (0..slots).collect();
            } else if active.is_empty() {
                break;
            }
            let (last, dimension) = before.unwrap_or((own, phase.dimension));
            let rule = StepRule { last, latency: &own.latency, delays: &delays, blocking: rings.blocking_sends() };
            starts.clear();
            starts.extend(active.iter().map(|&slot| match before {
                None => plan.launch() + rings.start_delay(slot),
                Some(_) => {
                    let left = rings.sender(slot, dimension);
                    let at = |slot: u32| (slot as usize, rows.at(slot, step - 1));
                    rule.start(at(slot), at(left))
                }
            }));
            budget.spend(active.len() as u64)?;
            let mut changed: Vec<u32> = Vec::new();
            for (&slot, &start) in active.iter().zip(&starts) {
                if rows.set(slot, step, start) {
                    changed.push(slot);
                }
            }
            check_budget(Budgeted::Memory, Progressions::estimated_bytes(slots.into(), rows.count), budget.bytes)?;
            before = Some((own, phase.dimension));
            // Those whose left neighbour advances by another span: they or their neighbours are listed, or have changed.
            let mut next: Vec<u32> = Vec::new();
            let receivers = changed.iter().map(|&slot| rings.receiver(slot, phase.dimension));
            for slot in active.iter().copied().chain(receivers) {
                let differs = rows.stride(slot) != rows.stride(rings.sender(slot, phase.dimension));
                if differs && !std::mem::replace(&mut is_listed[slot as usize], true) {
                    next.push(slot);
                }
            }
            next.iter().for_each(|&slot| is_listed[slot as usize] = false);
            active = next;
        }
    }
    Ok(Progressions::new(rows.by_slot))
}
