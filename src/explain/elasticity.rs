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
    /// Share of the time that one percent more capacity, or one percent less of a time, saves.
    pub percent_saves: f64,
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
    /// Whether another path takes over, or several figures bind alike, within one percent.
    pub fn path_changes(&self) -> bool {
        (self.sum - 1.0).abs() > SUM_TOLERANCE
    }
}

/// Whether a run is small enough to be played again and again.
pub fn can_replay(run: &FabricRun) -> bool {
    let swept = run.result().is_some_and(|result| result.played.trace.is_swept());
    swept || run.plan.transfer_count() <= MAX_REPLAYED
}

/// What every figure of a run is worth. `None` where it did not run, is too large, or cannot run with a figure scaled.
pub fn elasticities(run: &FabricRun) -> Option<Elasticities> {
    let time = run.result()?.time;
    if !can_replay(run) {
        return None;
    }
    let mut all = Vec::new();
    let mut sum = 0.0;
    for knob in run.knobs() {
        let (more, less) = (run.replayed(knob, STEP)?, run.replayed(knob, 1.0 / STEP)?);
        let value = (libm::log(more.secs()) - libm::log(less.secs())) / (2.0 * libm::log(STEP));
        let capacity = knob.of == Of::Capacity;
        sum += if capacity { -value } else { value };
        let better = if capacity { more } else { less };
        if capacity || value != 0.0 {
            all.push(Elasticity { knob, value, percent_saves: saved(time, better) });
        }
    }
    Some(Elasticities { all, sum })
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

/// The longest parts' figures, capacities doubled and times halved, each played again.
pub fn what_ifs(run: &FabricRun, parts: &[Part]) -> Vec<WhatIf> {
    let mut tried: Vec<WhatIf> = Vec::new();
    if !can_replay(run) {
        return tried;
    }
    for part in parts.iter().filter(|part| part.what != What::Late) {
        let knob = knob_of(part);
        if tried.len() == MOST_TRIED {
            break;
        }
        if tried.iter().any(|what_if| what_if.knob == knob) {
            continue;
        }
        let factor = if knob.of == Of::Capacity { 2.0 } else { 0.5 };
        tried.extend(run.replayed(knob, factor).map(|time| WhatIf { knob, factor, time }));
    }
    tried
}
