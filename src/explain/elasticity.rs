//! What a figure is worth: the run is played again with it scaled (engine-model 6.2).
//!
//! An elasticity is the share by which the time changes per share of the figure, in logarithms, as a central difference
//! over one percent. Because the time scales with all times together, the elasticities of latencies, processing and
//! launch minus those of capacities add up to 1, unless another path takes over within that percent.

use super::parts::TimeShare;
use super::{CostKind, CostSource};
use crate::fabric::LinkClass;
use crate::solve::{FabricRun, Parameter, ParameterKind};
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
const MAX_TRIED: usize = 3;

/// What one figure is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elasticity {
    /// The figure.
    pub parameter: Parameter,
    /// `d ln T / d ln x`: below 0 for capacities, above for times.
    pub value: f64,
    /// Share of the time that one percent more capacity, or one percent less of a time, saves; below 0 where it costs.
    pub saves: f64,
}

/// A run with one figure changed for good.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Upgrade {
    /// The figure.
    pub parameter: Parameter,
    /// What it is multiplied with: 2 for a capacity, a half for a time.
    pub factor: f64,
    /// The time then.
    pub time: Femtos,
    /// The part that has grown most: what takes the time instead. `None` where nothing has grown.
    pub then: Option<TimeShare>,
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
    pub fn path_changes(&self, parts: &[TimeShare]) -> bool {
        let time: f64 = parts.iter().map(|part| part.time.secs()).sum();
        let share = |parameter: Parameter| {
            let own = parts.iter().filter(|part| parameter_of(part) == parameter);
            own.map(|part| part.time.secs()).sum::<f64>() / time
        };
        let misses = |one: &Elasticity| {
            let worth = if one.parameter.of == ParameterKind::Capacity { -one.value } else { one.value };
            (worth - share(one.parameter)).abs() > SHARE_TOLERANCE
        };
        let contended = parts.iter().any(|part| part.kind == CostKind::Contention);
        (self.sum - 1.0).abs() > SUM_TOLERANCE || !contended && self.all.iter().any(misses)
    }
}

/// Whether a run is small enough to be played again and again.
pub fn can_replay(run: &FabricRun) -> bool {
    let swept = run.result().is_some_and(|result| result.played.trace.is_swept());
    swept || run.plan.transfer_count() <= MAX_REPLAYED
}

/// What one figure of a run is worth: two runs. `None` where the run did not run, or cannot with the figure scaled.
pub fn elasticity(run: &FabricRun, parameter: Parameter) -> Option<Elasticity> {
    let time = run.result()?.time;
    let (more, less) = (run.replayed(parameter, STEP)?, run.replayed(parameter, 1.0 / STEP)?);
    let value = (libm::log(more.secs()) - libm::log(less.secs())) / (2.0 * libm::log(STEP));
    let better = if parameter.of == ParameterKind::Capacity { more } else { less };
    Some(Elasticity { parameter, value, saves: saved(time, better) })
}

impl Elasticities {
    /// From those of all figures of a run.
    pub fn new(mut all: Vec<Elasticity>) -> Elasticities {
        let sum = all
            .iter()
            .map(|one| if one.parameter.of == ParameterKind::Capacity { -one.value } else { one.value })
            .sum();
        all.retain(|one| one.parameter.of == ParameterKind::Capacity || one.value != 0.0);
        Elasticities { all, sum }
    }
}

/// What every figure of a run is worth. `None` where it did not run, is too large, or cannot run with a figure scaled.
pub fn elasticities(run: &FabricRun) -> Option<Elasticities> {
    run.result().filter(|_| can_replay(run))?;
    let all: Option<Vec<Elasticity>> =
        run.parameters().into_iter().map(|parameter| elasticity(run, parameter)).collect();
    all.map(Elasticities::new)
}

/// The share of a time that another one saves; below 0 where it is longer.
pub fn saved(time: Femtos, other: Femtos) -> f64 {
    1.0 - other.secs() / time.secs()
}

/// The figure that a part of the time hangs on.
pub fn parameter_of(part: &TimeShare) -> Parameter {
    let of = match part.kind {
        CostKind::Serialization | CostKind::Contention => ParameterKind::Capacity,
        CostKind::Latency => ParameterKind::Latency,
        CostKind::Processing => ParameterKind::Processing,
        CostKind::Launch => ParameterKind::Launch,
    };
    // The ramps of a wafer go with its links.
    let class = part.class.map(|class| if class == LinkClass::Ramp { LinkClass::MeshLink } else { class });
    Parameter { of, class }
}

/// The figures that the longest parts hang on, each once: those worth trying.
pub fn worth_trying(parts: &[TimeShare]) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for parameter in parts.iter().filter(|part| part.what != CostSource::Late).map(parameter_of) {
        if parameters.len() < MAX_TRIED && !parameters.contains(&parameter) {
            parameters.push(parameter);
        }
    }
    parameters
}

/// The run with a capacity doubled, or a time halved, and what takes the time then; `parts` are those of the run as it
/// is. `None` where it cannot run so.
pub fn what_if(run: &FabricRun, parts: &[TimeShare], parameter: Parameter) -> Option<Upgrade> {
    let factor = if parameter.of == ParameterKind::Capacity { 2.0 } else { 0.5 };
    let replay = run.replay(parameter, factor)?;
    let path = super::path_of_plan(&replay.fabric, &replay.plan, &replay.trace, super::on_strips(run)).ok();
    let then = path.and_then(|path| grown(parts, &super::parts::parts(&path, replay.time)));
    Some(Upgrade { parameter, factor, time: replay.time, then })
}

/// The part that is longest beyond what it was; own bytes and waiting on the same links count together.
fn grown(before: &[TimeShare], after: &[TimeShare]) -> Option<TimeShare> {
    let same = |a: &TimeShare, b: &TimeShare| (parameter_of(a), a.what) == (parameter_of(b), b.what);
    let sum = |parts: &[TimeShare], of: &TimeShare| -> u64 {
        parts.iter().filter(|part| same(part, of)).map(|part| part.time.0).sum()
    };
    let growth = |part: &TimeShare| sum(after, part).saturating_sub(sum(before, part));
    // Of equals the first, which is the longest.
    let most = after.iter().enumerate().max_by_key(|(place, part)| (growth(part), std::cmp::Reverse(*place)));
    most.map(|(_, part)| *part).filter(|part| growth(part) > 0)
}

/// The figures worth trying, each tried.
pub fn what_ifs(run: &FabricRun, parts: &[TimeShare]) -> Vec<Upgrade> {
    let parameters = if can_replay(run) { worth_trying(parts) } else { Vec::new() };
    parameters.into_iter().filter_map(|parameter| what_if(run, parts, parameter)).collect()
}
