//! What a figure is worth: the run is played again with it scaled (engine-model 6.2).
//!
//! An elasticity is the share by which the time changes per share of the figure, in logarithms, as a central difference
//! over one percent. Because the time scales with all times together, the elasticities of latencies, processing and
//! launch minus those of capacities add up to 1, unless another path takes over within that percent.

use super::{Kind, Part, What};
use crate::fabric::LinkClass;
use crate::scene::{FabricRun, Knob, Of};
use crate::units::Femtos;

/// The step of the difference.
const STEP: f64 = 1.01;
/// How far the sum of elasticities may be from 1.
pub const SUM_TOLERANCE: f64 = 1e-3;
/// How far an elasticity may be from the share of its parts where nobody contends: a difference over one percent is not
/// quite the slope.
const SHARE_TOLERANCE: f64 = 5e-3;
/// Largest plan that is played again and again, transfers; swept rings have no limit.
const MAX_REPLAYED: u32 = 300_000;
/// Figures whose doubling (or halving) is tried.
const MOST_TRIED: usize = 3;

/// What one figure is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elasticity {
    /// The figure.
    pub knob: Knob,
    /// `d ln T / d ln x`: below 0 for capacities, above for times.
    pub value: f64,
    /// Share of the time that one percent more capacity, or one percent less of a time, saves; below 0 where it costs.
    pub saves: f64,
}

/// A run with one figure changed for good.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WhatIf {
    /// The figure.
    pub knob: Knob,
    /// What it is multiplied with: 2 for a capacity, a half for a time.
    pub factor: f64,
    /// The time then.
    pub time: Femtos,
    /// The part that has grown most: what takes the time instead. `None` where nothing has grown.
    pub then: Option<Part>,
}

/// What all figures of a run are worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Elasticities {
    /// By figure; those of times that change nothing are left out.
    pub all: Vec<Elasticity>,
    /// Sum over times minus sum over capacities: 1, unless the path changes.
    pub sum: f64,
}

impl Elasticities {
    /// Whether another path takes over, or several figures bind alike, within one percent. The sum tells, unless what one
    /// figure loses another gains; without contention each figure is worth its share of the path (engine-model 6.2), or
    /// its share is not what it is worth.
    pub fn path_changes(&self, parts: &[Part]) -> bool {
        let time: f64 = parts.iter().map(|part| part.time.secs()).sum();
        let share = |knob: Knob| {
            let own = parts.iter().filter(|part| knob_of(part) == knob);
            own.map(|part| part.time.secs()).sum::<f64>() / time
        };
        let misses = |one: &Elasticity| {
            let worth = if one.knob.of == Of::Capacity { -one.value } else { one.value };
            (worth - share(one.knob)).abs() > SHARE_TOLERANCE
        };
        let contended = parts.iter().any(|part| part.kind == Kind::Contention);
        (self.sum - 1.0).abs() > SUM_TOLERANCE || !contended && self.all.iter().any(misses)
    }
}

/// Whether a run is small enough to be played again and again.
pub fn can_replay(run: &FabricRun) -> bool {
    let swept = run.result().is_some_and(|result| result.played.trace.is_swept());
    swept || run.plan.transfer_count() <= MAX_REPLAYED
}

/// What one figure of a run is worth: two runs. `None` where the run did not run, or cannot with the figure scaled.
pub fn elasticity(run: &FabricRun, knob: Knob) -> Option<Elasticity> {
    let time = run.result()?.time;
    let (more, less) = (run.replayed(knob, STEP)?, run.replayed(knob, 1.0 / STEP)?);
    let value = (libm::log(more.secs()) - libm::log(less.secs())) / (2.0 * libm::log(STEP));
    let better = if knob.of == Of::Capacity { more } else { less };
    Some(Elasticity { knob, value, saves: saved(time, better) })
}

impl Elasticities {
    /// From those of all figures of a run.
    pub fn of(mut all: Vec<Elasticity>) -> Elasticities {
        let sum = all.iter().map(|one| if one.knob.of == Of::Capacity { -one.value } else { one.value }).sum();
        all.retain(|one| one.knob.of == Of::Capacity || one.value != 0.0);
        Elasticities { all, sum }
    }
}

/// What every figure of a run is worth. `None` where it did not run, is too large, or cannot run with a figure scaled.
pub fn elasticities(run: &FabricRun) -> Option<Elasticities> {
    run.result().filter(|_| can_replay(run))?;
    let all: Option<Vec<Elasticity>> = run.knobs().into_iter().map(|knob| elasticity(run, knob)).collect();
    all.map(Elasticities::of)
}

/// The share of a time that another one saves; below 0 where it is longer.
pub fn saved(time: Femtos, other: Femtos) -> f64 {
    1.0 - other.secs() / time.secs()
}

/// The figure that a part of the time hangs on.
pub fn knob_of(part: &Part) -> Knob {
    let of = match part.kind {
        Kind::Serialization | Kind::Contention => Of::Capacity,
        Kind::Latency => Of::Latency,
        Kind::Processing => Of::Processing,
        Kind::Launch => Of::Launch,
    };
    // The ramps of a wafer go with its links.
    let class = part.class.map(|class| if class == LinkClass::Ramp { LinkClass::MeshLink } else { class });
    Knob { of, class }
}

/// The figures that the longest parts hang on, each once: those worth trying.
pub fn worth_trying(parts: &[Part]) -> Vec<Knob> {
    let mut knobs: Vec<Knob> = Vec::new();
    for knob in parts.iter().filter(|part| part.what != What::Late).map(knob_of) {
        if knobs.len() < MOST_TRIED && !knobs.contains(&knob) {
            knobs.push(knob);
        }
    }
    knobs
}

/// The run with a capacity doubled, or a time halved, and what takes the time then; `parts` are those of the run as it
/// is. `None` where it cannot run so.
pub fn what_if(run: &FabricRun, parts: &[Part], knob: Knob) -> Option<WhatIf> {
    let factor = if knob.of == Of::Capacity { 2.0 } else { 0.5 };
    let replay = run.replay(knob, factor)?;
    let path = super::path_of_plan(&replay.fabric, &replay.plan, &replay.trace, super::on_strips(run)).ok();
    let then = path.and_then(|path| grown(parts, &super::parts::parts(&path, replay.time)));
    Some(WhatIf { knob, factor, time: replay.time, then })
}

/// The part that is longest beyond what it was; own bytes and waiting on the same links count together.
fn grown(before: &[Part], after: &[Part]) -> Option<Part> {
    let same = |a: &Part, b: &Part| (knob_of(a), a.what) == (knob_of(b), b.what);
    let sum =
        |parts: &[Part], of: &Part| -> u64 { parts.iter().filter(|part| same(part, of)).map(|part| part.time.0).sum() };
    let growth = |part: &Part| sum(after, part).saturating_sub(sum(before, part));
    // Of equals the first, which is the longest.
    let most = after.iter().enumerate().max_by_key(|(place, part)| (growth(part), std::cmp::Reverse(*place)));
    most.map(|(_, part)| *part).filter(|part| growth(part) > 0)
}

/// The figures worth trying, each tried.
pub fn what_ifs(run: &FabricRun, parts: &[Part]) -> Vec<WhatIf> {
    let knobs = if can_replay(run) { worth_trying(parts) } else { Vec::new() };
    knobs.into_iter().filter_map(|knob| what_if(run, parts, knob)).collect()
}
