//! The fast path of rings in which no two slots ever share a link. The start of each send follows from two sends of the
//! step before, so one pass in the order of the plan gives the result of the event loop to the last femtosecond.
//!
//! If all slots are identical (same latency, capacity and start), one of them is simulated for all.

use super::bounds::PlanBounds;
use super::cost::{Budget, Cost, MAX_EACH_BYTES, MAX_TRACE_BYTES, rings_cost};
use super::error::{Budgeted, MAX_TIME_FS, SimulateError, check_budget};
use super::played::Played;
use super::ring_links::{RingLink, RingLinks, SlotPath};
use super::ring_progressions::{Frame, StepRule, progressions};
use super::shared_rings::{SharedPaths, shared_paths};
use crate::fabric::{Fabric, LinkId, LinkMode};
use crate::plan::{Plan, RingPhase, RingRule};
use crate::trace::{Progressions, RingPhaseTimes, RingStartsTrace, Starts};
use crate::units::{FEMTOS_PER_SEC, Femtos};

/// The paths of all slots, none of which changes the rate of another slot.
pub(super) struct SeparatePaths {
    /// By dimension, then by slot.
    by_dimension: Vec<Vec<SlotPath>>,
    /// The most bytes on any link, and that link.
    busiest_link: (f64, LinkId),
    /// The longest time that any link needs for its bytes.
    load: Femtos,
    /// The longest path at full rates. `None` if every send has its links to itself: then it is the run.
    longest: Option<Femtos>,
}

/// Simulates rings in one pass. `None` if slots share a link: then the event loop must divide its capacity.
///
/// # Errors
/// As [`super::play`].
pub(super) fn play(
    fabric: &Fabric,
    plan: &Plan,
    rings: &RingRule,
    budget: &mut Budget,
) -> Result<Option<Played>, SimulateError> {
    let links = RingLinks::new(rings, budget.bytes)?;
    play_on_links(fabric, (plan, rings), &links, budget)
}

/// As [`play`], with the links of `rings` known.
pub(super) fn play_on_links(
    fabric: &Fabric,
    (plan, rings): (&Plan, &RingRule),
    links: &RingLinks,
    budget: &mut Budget,
) -> Result<Option<Played>, SimulateError> {
    let Some(paths) = paths_of(fabric, rings, links, budget)? else {
        return Ok(None);
    };
    let form = form_of(rings, stored_slots(rings, &paths));
    play_in_form((plan, rings), (links, paths), form, budget).map(Some)
}

/// As [`play`], with the starts stored in a form.
pub(super) fn play_in_form(
    (plan, rings): (&Plan, &RingRule),
    (links, paths): (&RingLinks, SeparatePaths),
    form: StartsForm,
    budget: &mut Budget,
) -> Result<Played, SimulateError> {
    let slots = rings.slots();
    let stored = match form {
        StartsForm::Each => stored_slots(rings, &paths),
        StartsForm::Progressions => slots,
    };
    let phases: Vec<RingPhaseTimes> = (rings.phases().iter())
        .map(|phase| phase_times(phase, &paths.by_dimension[phase.dimension as usize], stored))
        .collect();
    let least = cost_of(rings, (stored, &form), links, budget)?;
    let before = budget.work;
    let starts = match form {
        StartsForm::Each => {
            budget.spend(least.work)?;
            Starts::Each(starts(plan, rings, &phases, stored)?)
        }
        StartsForm::Progressions => {
            let frame = Frame::new(rings, &phases);
            let mut own = Budget { bytes: budget.bytes - links.bytes() - paths_bytes(rings), ..*budget };
            let found = progressions(plan, rings, &phases, &frame, &mut own);
            budget.work = own.work;
            let turns = rings.phases().iter().map(|phase| frame.turn(rings, phase.dimension));
            Starts::Progressions(found?, turns.collect())
        }
    };
    let bytes = match &starts {
        Starts::Each(_) => least.bytes,
        Starts::Progressions(found, _) => {
            let (instants, runs) = found.counts();
            Progressions::estimated_bytes(slots.into(), instants, runs)
        }
    };
    let cost = Cost { bytes, work: before - budget.work };
    let trace = crate::trace::Trace::from(RingStartsTrace { slots, stored, steps: rings.steps(), starts, phases });
    check_end(rings, stored, trace.end())?;
    let path = paths.longest.map_or(trace.end(), |longest| longest + plan.launch());
    let bounds = PlanBounds { path, load: paths.load + plan.launch() };
    Ok(Played { trace, bounds, busiest_link: paths.busiest_link, cost })
}

fn phase_times(phase: &RingPhase, paths: &[SlotPath], stored: u32) -> RingPhaseTimes {
    let stored = &paths[..stored as usize];
    let drain = |path: &SlotPath| Femtos::from_f64(phase.bytes / path.rate * FEMTOS_PER_SEC);
    RingPhaseTimes {
        first_step: phase.first_step,
        latency: stored.iter().map(|path| Femtos(path.latency_fs)).collect(),
        drain: stored.iter().map(drain).collect(),
        rate: stored.iter().map(|path| path.rate).collect(),
        binding: paths.iter().map(|path| path.binding).collect(),
    }
}

/// Checks rings before they are simulated, and returns what they cost. `None` if slots share a link.
///
/// # Errors
/// A link that is down, or a trace that is too large.
pub(super) fn check(fabric: &Fabric, rings: &RingRule, budget: &Budget) -> Result<Option<Cost>, SimulateError> {
    let links = RingLinks::new(rings, budget.bytes)?;
    let mut own = *budget;
    let Some(paths) = paths_of(fabric, rings, &links, &mut own)? else {
        return Ok(None);
    };
    let stored = stored_slots(rings, &paths);
    cost_of(rings, (stored, &form_of(rings, stored)), &links, budget).map(Some)
}

/// How starts are stored.
pub(super) enum StartsForm {
    Each,
    Progressions,
}

/// The form depends on the rings alone, so that a run has the same trace whatever else its scene holds. Among late ranks, or
/// with other links, more may change from step to step than is worth a progression.
fn form_of(rings: &RingRule, stored: u32) -> StartsForm {
    let most = if rings.is_even() { MAX_EACH_BYTES } else { MAX_TRACE_BYTES };
    let is_small = stored == 1 || RingStartsTrace::estimated_bytes(rings.steps(), stored) <= most;
    if is_small { StartsForm::Each } else { StartsForm::Progressions }
}

/// The least that rings cost of which `stored` slots are stored.
///
/// # Errors
/// There is less memory or work left.
fn cost_of(
    rings: &RingRule,
    (stored, form): (u32, &StartsForm),
    links: &RingLinks,
    budget: &Budget,
) -> Result<Cost, SimulateError> {
    let (steps, slots) = (u64::from(rings.steps()), u64::from(rings.slots()));
    let cost = match form {
        StartsForm::Each => {
            let bytes = RingStartsTrace::estimated_bytes(rings.steps(), stored);
            Cost { bytes, work: steps * u64::from(stored) + slots }
        }
        StartsForm::Progressions => rings_cost(rings),
    };
    let phases = rings.phases().len() as u64 * RingPhaseTimes::estimated_bytes(stored, rings.slots());
    budget.check_bytes(cost.bytes + links.bytes() + paths_bytes(rings) + phases)?;
    budget.check_trace(cost.bytes)?;
    check_budget(Budgeted::Work, cost.work, budget.work)?;
    Ok(cost)
}

/// Memory of the paths of all slots while they are played, bytes.
fn paths_bytes(rings: &RingRule) -> u64 {
    u64::from(rings.dimensions()) * u64::from(rings.slots()) * size_of::<SlotPath>() as u64
}

/// The slots whose times are stored: one, if all are identical.
fn stored_slots(rings: &RingRule, paths: &SeparatePaths) -> u32 {
    let is_identical = |paths: &Vec<SlotPath>| {
        paths.iter().all(|path| (path.latency_fs, path.rate) == (paths[0].latency_fs, paths[0].rate))
    };
    if rings.is_even() && paths.by_dimension.iter().all(is_identical) { 1 } else { rings.slots() }
}

/// The paths of all slots. `None` if the event loop must divide the links that they share.
pub(super) fn paths_of(
    fabric: &Fabric,
    rings: &RingRule,
    links: &RingLinks,
    budget: &mut Budget,
) -> Result<Option<SeparatePaths>, SimulateError> {
    if rings.order().rings() == 1 {
        return separate_paths(fabric, rings, links, budget);
    }
    let found = shared_paths(fabric, rings, links, budget)?;
    Ok(found.map(|SharedPaths { paths, bounds, busiest_link }| SeparatePaths {
        by_dimension: vec![paths],
        busiest_link,
        load: bounds.load,
        longest: Some(bounds.path),
    }))
}

/// The paths of all slots, or `None` if two slots use one link or a link is serial.
pub(super) fn separate_paths(
    fabric: &Fabric,
    rings: &RingRule,
    links: &RingLinks,
    budget: &Budget,
) -> Result<Option<SeparatePaths>, SimulateError> {
    let by_link = u64::from(fabric.link_count()) * (size_of::<u32>() + size_of::<f64>()) as u64;
    budget.check_bytes(links.bytes() + paths_bytes(rings) + by_link)?;
    let mut owner = vec![u32::MAX; fabric.link_count() as usize];
    let mut bytes_on = vec![0.0_f64; fabric.link_count() as usize];
    let mut by_dimension: Vec<Vec<SlotPath>> = Vec::new();
    let mut load_s = 0.0_f64;
    for dimension in 0..rings.dimensions() {
        let mut paths = Vec::with_capacity(rings.slots() as usize);
        let bytes = rings.bytes_along(dimension);
        for slot in 0..rings.slots() {
            let mut path = SlotPath { latency_fs: 0, rate: f64::INFINITY, binding: 0 };
            let number = dimension as usize * rings.slots() as usize + slot as usize;
            for &RingLink { link, share, adds_latency } in links.of_path(number) {
                let spec = fabric.link(link).ok_or(SimulateError::NoSuchLink(link.0))?;
                if spec.capacity.0 <= 0.0 {
                    return Err(SimulateError::LinkDown(fabric.link_name(link)));
                }
                let index = link.0 as usize;
                if spec.mode == LinkMode::Serial || (owner[index] != u32::MAX && owner[index] != slot) {
                    return Ok(None);
                }
                owner[index] = slot;
                bytes_on[index] += bytes * share;
                if adds_latency {
                    path.latency_fs += spec.latency.0;
                }
                let rate = spec.capacity.0 / share;
                if rate < path.rate || (rate == path.rate && link.0 < path.binding) {
                    path = SlotPath { rate, binding: link.0, ..path };
                }
                load_s = load_s.max(bytes_on[index] / spec.capacity.0);
            }
            paths.push(path);
        }
        by_dimension.push(paths);
    }
    let mut busiest_link = (0.0, LinkId(0));
    for (id, &bytes) in bytes_on.iter().enumerate() {
        if bytes > busiest_link.0 {
            busiest_link = (bytes, LinkId(id as u32));
        }
    }
    let load = Femtos((load_s * FEMTOS_PER_SEC) as u64);
    Ok(Some(SeparatePaths { by_dimension, busiest_link, load, longest: None }))
}

/// The starts of all sends, step by step.
fn starts(plan: &Plan, rings: &RingRule, phases: &[RingPhaseTimes], stored: u32) -> Result<Vec<Femtos>, SimulateError> {
    let slots = stored as usize;
    let mut starts: Vec<Femtos> = Vec::with_capacity(rings.steps() as usize * slots);
    let mut before: Option<(&RingPhaseTimes, Vec<u32>)> = None;
    for (phase, own) in rings.phases().iter().zip(phases) {
        let delays: Vec<Femtos> = (0..stored).map(|slot| rings.step_delay(slot, phase)).collect();
        let sender = |slot: u32| {
            if stored == 1 { 0 } else { rings.sender(slot, phase.dimension) }
        };
        let senders: Vec<u32> = (0..stored).map(sender).collect();
        for _ in 0..phase.steps {
            let first = starts.len();
            match &before {
                None => starts.extend((0..stored).map(|slot| plan.launch() + rings.start_delay(slot))),
                Some((last, senders)) => {
                    let row = first - slots;
                    let rule =
                        StepRule { last, latency: &own.latency, delays: &delays, blocking: rings.blocking_sends() };
                    for slot in 0..slots {
                        let left = senders[slot] as usize;
                        let start = rule.start((slot, starts[row + slot]), (left, starts[row + left]));
                        starts.push(start);
                    }
                }
            }
            before = Some((own, senders.clone()));
        }
    }
    Ok(starts)
}

/// Refuses what ends beyond integer time, with the software behind the last step. Sums before saturate.
fn check_end(rings: &RingRule, stored: u32, end: Femtos) -> Result<(), SimulateError> {
    let delays = rings.phases().iter().flat_map(|phase| (0..stored).map(|slot| rings.step_delay(slot, phase)));
    let longest = delays.max().unwrap_or_default();
    if end.0.saturating_add(longest.0) > MAX_TIME_FS { Err(SimulateError::TooLong) } else { Ok(()) }
}
