//! The starts of rings with very many sends, as arithmetic progressions.
//!
//! A send's start follows from two sends of the step before, by sums and maxima. If both came `c` later than those a period
//! earlier, the send comes `c` later than its own a period earlier, too. So only rows are computed in which one of the two
//! advanced by another span: around a slow link those that its wave reaches. Everything else goes on as it did.
//!
//! A row is a slot, or a message: what a late rank loses travels with the message from slot to slot. A period is one step,
//! or a turn through a node where the slots of a node differ.

use super::cost::Budget;
use super::error::{Budgeted, SimulateError, check_budget};
use crate::plan::{Plan, RingPhase, RingRule};
use crate::trace::{Progressions, RingPhaseTimes, Row, Turn};
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

/// Work of a row with a period of several steps: its instants lie far apart in memory.
const LONG_PERIOD_WORK: u64 = 8;
/// Steps of all rows that are collected before the rows take them, because a row at a time stays in the processor's cache.
const BLOCK_STEPS: usize = 16;
/// Most phases of rings that are examined for whether messages are on their way freely.
const MAX_PHASES: usize = 64;
/// Messages are followed if at most one slot in so many differs from most of its kind.
const IRREGULAR: usize = 8;

/// What a row of the progressions is: a slot, or a message, by the slot from which it starts a phase. Messages keep what late
/// ranks lose if most slots that they come to are the same, and if no port makes them queue everywhere.
pub(super) struct Frame {
    /// If rows are messages: by phase, the slots that differ from most of their kind.
    irregular: Option<Vec<Vec<u32>>>,
}

impl Frame {
    /// The frame in which most rows go on as they did.
    pub fn new(rings: &RingRule, phases: &[RingPhaseTimes]) -> Frame {
        if rings.is_even() || rings.blocking_sends() || phases.len() > MAX_PHASES {
            return Frame { irregular: None };
        }
        let of_phases = rings.phases().iter().zip(phases).map(|(phase, own)| irregular_slots(rings, phase, own));
        Frame { irregular: of_phases.collect() }
    }

    /// How rows move along a dimension.
    pub fn turn(&self, rings: &RingRule, dimension: u32) -> Turn {
        match self.irregular {
            None => Turn::NONE,
            Some(_) => Turn { stride: rings.stride(dimension), length: rings.length(dimension) },
        }
    }

    /// The slots that differ from most of their kind in a phase. None matter if rows are slots.
    fn irregular(&self, phase: usize) -> &[u32] {
        self.irregular.as_ref().and_then(|phases| phases.get(phase)).map_or(&[], Vec::as_slice)
    }
}

/// The slots of a phase that differ from most of their kind: slots are of one kind if a message comes from one to the other
/// after whole periods. `None` if there are many, or if a port is busy with a message for longer than it is on its way.
fn irregular_slots(rings: &RingRule, phase: &RingPhase, own: &RingPhaseTimes) -> Option<Vec<u32>> {
    let (period, length) = (rings.period(), rings.length(phase.dimension));
    if !length.is_multiple_of(period) {
        return None;
    }
    let kind = |slot: u32| slot / rings.stride(phase.dimension) % length % period;
    let times = |slot: u32| {
        let index = slot as usize;
        [own.drain[index], own.latency[index], rings.step_delay(slot, phase)]
    };
    let mut slots: Vec<(u32, [Femtos; 3], u32)> =
        (0..rings.slots()).map(|slot| (kind(slot), times(slot), slot)).collect();
    slots.sort_unstable();
    let (mut travel_fs, mut busiest_fs, mut irregular) = (0_u64, 0_u64, Vec::new());
    for of_kind in slots.chunk_by(|one, next| one.0 == next.0) {
        let same = |one: &(u32, [Femtos; 3], u32), next: &(u32, [Femtos; 3], u32)| one.1 == next.1;
        let most = of_kind.chunk_by(same).max_by_key(|group| group.len())?;
        let usual = most.first()?.1;
        travel_fs = usual.iter().fold(travel_fs, |sum, time| sum.saturating_add(time.0));
        busiest_fs = busiest_fs.max(usual[0].0);
        irregular.extend(of_kind.iter().filter(|slot| slot.1 != usual).map(|slot| slot.2));
    }
    let is_free = travel_fs >= busiest_fs.saturating_mul(u64::from(period));
    (is_free && irregular.len() * IRREGULAR <= slots.len()).then_some(irregular)
}

/// The rows while they are computed.
struct Rows {
    /// Steps of a period.
    period: u32,
    rows: Vec<Row>,
    /// The last step of each row that was computed, and its start, side by side: most rows need that of a neighbour.
    latest: Vec<(u32, Femtos)>,
    /// Steps of all rows, which the rows have not taken yet.
    block: Vec<Femtos>,
    /// Number of instants and of runs that are stored.
    stored: (u64, u64),
}

impl Rows {
    fn new(slots: u32, period: u32) -> Rows {
        let (rows, latest) = (vec![Row::default(); slots as usize], vec![(u32::MAX, Femtos(0)); slots as usize]);
        Rows { period, rows, latest, block: Vec::new(), stored: (0, 0) }
    }

    /// The start of a row's step, which is the last one that was computed or the next one.
    fn at(&self, row: u32, step: u32) -> Femtos {
        match self.latest[row as usize] {
            (known, start) if known == step => start,
            _ => self.rows[row as usize].at(step, self.period),
        }
    }

    /// Whether a row must be computed although nothing beside it has changed: it is not periodic yet, or waits for a row that
    /// advances by another span.
    fn differs(&self, row: u32, awaited: u32) -> bool {
        let (own, other) = (&self.rows[row as usize], &self.rows[awaited as usize]);
        !own.is_periodic(self.period) || own.advance() != other.advance()
    }

    /// Sets a row's start. Returns whether it advances by another span than before.
    fn set(&mut self, row: u32, step: u32, start: Femtos) -> bool {
        self.latest[row as usize] = (step, start);
        let own = &mut self.rows[row as usize];
        let advance = own.advance();
        let (instants, runs) = own.set(step, start, self.period);
        self.stored = (self.stored.0 + u64::from(instants), self.stored.1 + u64::from(runs));
        own.advance() != advance
    }

    /// Sets the starts of all rows, of which the next step needs only these.
    fn set_all(&mut self, step: u32, starts: &[Femtos]) {
        self.latest.iter_mut().zip(starts).for_each(|(latest, &start)| *latest = (step, start));
        self.block.extend_from_slice(starts);
        if self.block.len() >= BLOCK_STEPS * self.rows.len() {
            self.take_block(step + 1);
        }
    }

    /// Passes the block on to the rows; `next` is the step after it.
    fn take_block(&mut self, next: u32) {
        if self.block.is_empty() {
            return;
        }
        let slots = self.rows.len();
        let first = next - (self.block.len() / slots) as u32;
        for (number, row) in self.rows.iter_mut().enumerate() {
            for (&start, step) in self.block.iter().skip(number).step_by(slots).zip(first..) {
                let (instants, runs) = row.set(step, start, self.period);
                self.stored = (self.stored.0 + u64::from(instants), self.stored.1 + u64::from(runs));
            }
        }
        self.block.clear();
    }

    fn check_memory(&self, budget: &Budget) -> Result<(), SimulateError> {
        let (instants, runs) = self.stored;
        let block = (self.rows.len() * BLOCK_STEPS * size_of::<Femtos>()) as u64;
        let bytes = Progressions::estimated_bytes(self.rows.len() as u64, instants, runs) + block;
        check_budget(Budgeted::Memory, bytes, budget.bytes)
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
    frame: &Frame,
    budget: &mut Budget,
) -> Result<Progressions, SimulateError> {
    let (slots, period) = (rings.slots(), rings.period());
    let mut rows = Rows::new(slots, period);
    let follows_messages = frame.irregular.is_some();
    let row_work = if period > 1 { LONG_PERIOD_WORK } else { 1 };
    let mut before: Option<(&RingPhaseTimes, &RingPhase)> = None;
    // Rows to compute at the next step, and their starts.
    let (mut active, mut starts): (Vec<u32>, Vec<Femtos>) = (Vec::new(), Vec::new());
    let mut is_listed = vec![false; slots as usize];
    for (number, (phase, own)) in rings.phases().iter().zip(phases).enumerate() {
        let delays: Vec<Femtos> = (0..slots).map(|slot| rings.step_delay(slot, phase)).collect();
        let turn = frame.turn(rings, phase.dimension);
        let senders: Vec<u32> = (0..slots).map(|slot| rings.sender(slot, phase.dimension)).collect();
        let receivers: Vec<u32> = (0..slots).map(|slot| rings.receiver(slot, phase.dimension)).collect();
        // The row beside that a row waits for, and the one that waits for it. A message waits for the one before it, which has
        // just left the slot that it comes to.
        let (awaited, waiting) = if follows_messages { (&receivers, &senders) } else { (&senders, &receivers) };
        // Messages that come to an irregular slot or leave it, and that did a period before.
        let near = |slot: u32| [0, 1, period, period + 1].map(|steps| turn.forwards(slot, steps));
        let irregular: Vec<u32> = frame.irregular(number).iter().copied().flat_map(near).collect();
        // The rule is another one in the first step of a phase, so what holds from period to period begins after it. In the
        // first phase no row is periodic before two periods have passed.
        let settled_from = phase.first_step + period;
        let all_until = if number == 0 { settled_from.max(2 * period - 1) } else { settled_from };
        let end = phase.first_step + phase.steps;
        for step in phase.first_step..end {
            if step == phase.first_step {
                active = (0..slots).collect();
            } else if step > settled_from && active.is_empty() {
                break;
            }
            let (last, last_phase) = before.unwrap_or((own, phase));
            let last_turn = frame.turn(rings, last_phase.dimension);
            let rule = StepRule { last, latency: &own.latency, delays: &delays, blocking: rings.blocking_sends() };
            starts.clear();
            starts.extend(active.iter().map(|&row| {
                let slot = turn.forwards(row, step - phase.first_step);
                if before.is_none() {
                    return plan.launch() + rings.start_delay(slot);
                }
                if step == phase.first_step {
                    let row_of = |slot: u32| last_turn.back(slot, step - 1 - last_phase.first_step);
                    let at = |slot: u32| (slot as usize, rows.at(row_of(slot), step - 1));
                    return rule.start(at(slot), at(rings.sender(slot, last_phase.dimension)));
                }
                let beside = awaited[row as usize];
                let (own, left) = if follows_messages { (beside, row) } else { (row, beside) };
                let sender = senders[slot as usize] as usize;
                rule.start((slot as usize, rows.at(own, step - 1)), (sender, rows.at(left, step - 1)))
            }));
            budget.spend(active.len() as u64 * row_work)?;
            before = Some((own, phase));
            if step < all_until && step + 1 < end {
                // All rows are computed in the next step, too.
                rows.set_all(step, &starts);
                rows.check_memory(budget)?;
                continue;
            }
            rows.take_block(step);
            let changed: Vec<u32> = (active.iter().zip(&starts))
                .filter_map(|(&row, &start)| rows.set(row, step, start).then_some(row))
                .collect();
            rows.check_memory(budget)?;
            // Those that go on differing, and those that wait for one that has changed.
            let mut next: Vec<u32> = Vec::new();
            let reached = changed.iter().map(|&row| waiting[row as usize]);
            for row in active.iter().copied().chain(reached) {
                let differs = rows.differs(row, awaited[row as usize]);
                if differs && !std::mem::replace(&mut is_listed[row as usize], true) {
                    next.push(row);
                }
            }
            for row in irregular.iter().map(|&slot| turn.back(slot, step + 1 - phase.first_step)) {
                if !std::mem::replace(&mut is_listed[row as usize], true) {
                    next.push(row);
                }
            }
            next.iter().for_each(|&row| is_listed[row as usize] = false);
            active = next;
        }
    }
    Ok(Progressions::new(period, rows.rows))
}
