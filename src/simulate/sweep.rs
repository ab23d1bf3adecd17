//! The fast path of rings: where no two lanes ever share a link, each send's start follows from two sends of the step
//! before, and one pass in the order of the plan does what the event loop does, to the last femtosecond.
//!
//! Where all lanes are alike (same latency, capacity and start) one of them is swept for all: a cohort.

use super::bounds::PlanBounds;
use super::{MAX_TIME_FS, MAX_TRACE_BYTES, Played, SimulateError, too_large_trace};
use crate::collective::{Plan, RingRule};
use crate::fabric::{Fabric, LinkId, LinkMode};
use crate::trace::{SteppedPhase, SteppedTrace, Trace};
use crate::units::{FEMTOS_PER_SEC, Femtos};

/// What a lane's way along one dimension is like.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Way {
    latency_fs: u64,
    /// Bytes per second.
    rate: f64,
    /// The link that binds.
    binding: u32,
}

/// Plays rings by sweeping. `None` where lanes share a link: then the event loop must share its capacity out.
///
/// # Errors
/// As [`super::play`].
pub(super) fn play(fabric: &Fabric, plan: &Plan, rings: &RingRule) -> Result<Option<Played>, SimulateError> {
    let Some((ways, busiest_link, load_s)) = ways(fabric, rings)? else { return Ok(None) };
    let lanes = rings.slots();
    let alike = |of: &[Way]| of.iter().all(|way| (way.latency_fs, way.rate) == (of[0].latency_fs, of[0].rate));
    let cohort = rings.is_even() && ways.iter().all(|of| alike(of));
    let stored = if cohort { 1 } else { lanes };
    let bytes = Trace::estimated_stepped_bytes(rings.steps(), stored);
    if bytes > MAX_TRACE_BYTES {
        return Err(too_large_trace(bytes));
    }
    let phases: Vec<SteppedPhase> = rings
        .phases()
        .iter()
        .map(|phase| {
            let of = &ways[phase.dimension as usize];
            let kept = &of[..stored as usize];
            let drain = |way: &Way| Femtos((phase.bytes / way.rate * FEMTOS_PER_SEC).round_ties_even() as u64);
            SteppedPhase {
                first_step: phase.first_step,
                latency: kept.iter().map(|way| Femtos(way.latency_fs)).collect(),
                drain: kept.iter().map(drain).collect(),
                rate: kept.iter().map(|way| way.rate).collect(),
                binding: of.iter().map(|way| way.binding).collect(),
            }
        })
        .collect();
    let starts = starts(plan, rings, &phases, stored)?;
    let trace = Trace::of_steps(SteppedTrace { lanes, stored, starts, phases });
    // Every send has its links to itself, so the longest path at full rate is the run itself.
    let load = Femtos((load_s * FEMTOS_PER_SEC) as u64) + plan.launch();
    let bounds = PlanBounds { path: trace.end(), load };
    Ok(Some(Played { trace, bounds, busiest_link }))
}

/// Each lane's way, by dimension; the busiest link with its bytes; the most seconds that any link is busy.
type Ways = (Vec<Vec<Way>>, (f64, LinkId), f64);

/// The ways of all lanes, or `None` where two lanes use one link.
fn ways(fabric: &Fabric, rings: &RingRule) -> Result<Option<Ways>, SimulateError> {
    let mut owner = vec![u32::MAX; fabric.link_count() as usize];
    let mut bytes_on = vec![0.0_f64; fabric.link_count() as usize];
    let mut ways: Vec<Vec<Way>> = Vec::new();
    let mut load_s = 0.0_f64;
    for dimension in 0..rings.dimensions() {
        let mut of_phase = Vec::with_capacity(rings.slots() as usize);
        let along = rings.bytes_along(dimension);
        for lane in 0..rings.slots() {
            let mut way = Way { latency_fs: 0, rate: f64::INFINITY, binding: 0 };
            let path = rings.path(dimension, lane)?;
            for (leg, link) in path.iter().flat_map(|leg| leg.links().map(move |link| (leg, link))) {
                let spec = fabric.link(link).ok_or(SimulateError::NoSuchLink(link.0))?;
                let place = link.0 as usize;
                if spec.mode == LinkMode::Serial || (owner[place] != u32::MAX && owner[place] != lane) {
                    return Ok(None);
                }
                owner[place] = lane;
                bytes_on[place] += along * leg.share;
                // Links side by side are passed at once.
                if leg.share >= 1.0 || link == leg.first {
                    way.latency_fs += spec.latency.0;
                }
                let rate = spec.capacity.0 / leg.share;
                if rate < way.rate || (rate == way.rate && link.0 < way.binding) {
                    way = Way { rate, binding: link.0, ..way };
                }
                load_s = load_s.max(bytes_on[place] / spec.capacity.0);
            }
            of_phase.push(way);
        }
        ways.push(of_phase);
    }
    let mut busiest_link = (0.0, LinkId(0));
    for (id, &bytes) in bytes_on.iter().enumerate() {
        if bytes > busiest_link.0 {
            busiest_link = (bytes, LinkId(id as u32));
        }
    }
    Ok(Some((ways, busiest_link, load_s)))
}

/// When every send starts, step by step. A send waits for what came from the left in the step before, and for its own
/// port, and its head never arrives before the event that released it: the rules of the event loop.
fn starts(plan: &Plan, rings: &RingRule, phases: &[SteppedPhase], stored: u32) -> Result<Vec<Femtos>, SimulateError> {
    let lanes = stored as usize;
    let mut starts: Vec<Femtos> = Vec::with_capacity(rings.steps() as usize * lanes);
    let mut before: Option<(&SteppedPhase, Vec<u32>)> = None;
    for (phase, own) in rings.phases().iter().zip(phases) {
        let delays_fs: Vec<u64> = (0..stored).map(|lane| rings.step_delay(lane, phase).0).collect();
        let longest_delay_fs = delays_fs.iter().copied().max().unwrap_or(0);
        let sender = |lane: u32| if stored == 1 { 0 } else { rings.sender(lane, phase.dimension) };
        let senders: Vec<u32> = (0..stored).map(sender).collect();
        for _ in 0..phase.steps {
            let first = starts.len();
            match &before {
                None => {
                    let begin = |lane| plan.launch() + rings.start_delay(lane);
                    starts.extend((0..stored).map(begin));
                }
                Some((last, senders)) => {
                    let row = first - lanes;
                    for lane in 0..lanes {
                        let left = senders[lane] as usize;
                        let drained_fs = starts[row + lane].0 + last.drain[lane].0;
                        let arrived_fs = drained_fs + last.latency[lane].0;
                        let free_fs = if rings.blocking_sends() { arrived_fs } else { drained_fs };
                        let left_end_fs = starts[row + left].0 + last.latency[left].0 + last.drain[left].0;
                        let now_fs = left_end_fs.max(arrived_fs);
                        let start_fs = free_fs.max(left_end_fs + delays_fs[lane]);
                        let latency_fs = own.latency[lane].0;
                        let arrive_fs = (start_fs + latency_fs).max(now_fs);
                        starts.push(Femtos(arrive_fs - latency_fs));
                    }
                }
            }
            let latest = starts[first..].iter().max().copied().unwrap_or_default();
            let spent = own.latency.iter().zip(&own.drain).map(|(latency, drain)| latency.0.saturating_add(drain.0));
            if latest.0.saturating_add(spent.max().unwrap_or(0)).saturating_add(longest_delay_fs) > MAX_TIME_FS {
                return Err(SimulateError::TooLong);
            }
            before = Some((own, senders.clone()));
        }
    }
    Ok(starts)
}
