//! Elasticities: percent of time per percent of a figure (engine-model 6.2).
//!
//! They are found by re-runs, because the time is not always the sum of its parts: with contention, faster links change
//! the order of events. Each is a difference of logarithms around the figure. Because time scales with all times
//! together, the elasticities of latencies, processing and launch minus those of capacities add up to 1, unless another
//! path takes over within the step of the difference.

use super::attribution::TimeShare;
use super::cost::CostKind;
use crate::fabric::LinkClass;
use crate::scene::FabricKind;
use crate::simulate::ReplayCache;
use crate::solve::{FabricRun, Parameter, ParameterKind};
use crate::units::Femtos;

/// The step of the difference, and the change that [`Elasticity::saves`] is of.
const STEP: f64 = 1.01;
/// The step of a difference to one side. It is shorter, because its error is of first order.
const SHORT_STEP: f64 = 1.001;
/// Runs of chips with as many ranks or transfers have differences to one side, so that an explanation takes at most ten runs.
const LARGE_RANKS: u32 = 4_096;
/// See [`LARGE_RANKS`].
const LARGE_TRANSFERS: u32 = 10_000;
/// The largest distance of the sum of elasticities from 1.
pub const SUM_TOLERANCE: f64 = 1e-3;
/// The largest distance of an elasticity from its share of the time without contention: a difference over one percent
/// is not quite the slope.
const SHARE_TOLERANCE: f64 = 5e-3;
/// The most transfers of a plan that is run again and again; rings on the fast path have no limit.
const MAX_REPLAYED: u32 = 300_000;

/// The elasticity of one figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elasticity {
    /// The figure.
    pub parameter: Parameter,
    /// `d ln t / d ln x`: negative for capacities, positive for times.
    pub value: f64,
    /// The share of the time that one percent more capacity, or one percent less of a time, saves; negative if it costs
    /// time.
    pub saves: f64,
}

/// The elasticities of all figures of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Elasticities {
    /// By figure, without times that change nothing.
    pub all: Vec<Elasticity>,
    /// The sum over times minus the sum over capacities: 1, unless the path changes.
    pub sum: f64,
}

impl Elasticities {
    /// Collects the elasticities of all figures of a run.
    pub fn new(mut all: Vec<Elasticity>) -> Elasticities {
        let sum = all.iter().map(Elasticity::contribution).sum();
        all.retain(|one| one.parameter.of == ParameterKind::Capacity || one.value != 0.0);
        Elasticities { all, sum }
    }

    /// The elasticity of one figure; `None` if it is not in the list.
    pub fn get(&self, parameter: Parameter) -> Option<&Elasticity> {
        self.all.iter().find(|one| one.parameter == parameter)
    }

    /// Whether another path takes over within one percent, or several figures limit the run equally. The sum shows it,
    /// unless one figure loses what another gains. Without contention, each elasticity is the figure's share of the path
    /// (engine-model 6.2).
    pub fn path_changes(&self, shares: &[TimeShare]) -> bool {
        let time: f64 = shares.iter().map(|share| share.time.secs()).sum();
        let share_of = |parameter: Parameter| {
            let own = shares.iter().filter(|share| parameter_of(share) == parameter);
            own.map(|share| share.time.secs()).sum::<f64>() / time
        };
        let differs = |one: &Elasticity| (one.contribution() - share_of(one.parameter)).abs() > SHARE_TOLERANCE;
        let contended = shares.iter().any(|share| share.kind == CostKind::Contention);
        (self.sum - 1.0).abs() > SUM_TOLERANCE || !contended && self.all.iter().any(differs)
    }
}

impl Elasticity {
    /// What it adds to the sum that is 1: times as they are, capacities with the opposite sign.
    fn contribution(&self) -> f64 {
        if self.parameter.of == ParameterKind::Capacity { -self.value } else { self.value }
    }
}

/// Whether a run is small enough to be run again and again.
pub fn can_replay(run: &FabricRun) -> bool {
    let swept = run.result().is_some_and(|result| result.played.trace.is_swept());
    run.can_replay() && (swept || run.plan.transfer_count() <= MAX_REPLAYED)
}

/// Whether a run has elasticities. Rings with fixed rates on shared links have none: a fixed rate is the mean of a short run,
/// in which streams meet in another order when a figure changes by one percent.
pub fn has_elasticities(run: &FabricRun) -> bool {
    can_replay(run) && !run.has_fixed_rates()
}

/// The elasticity of one figure of a run, from two re-runs; from one if the run is large, or so long that the other one
/// exceeds the largest time. `None` if the fabric did not run, or cannot run with the figure scaled. `cache` is of this
/// run.
pub fn elasticity(run: &FabricRun, parameter: Parameter, cache: &mut ReplayCache) -> Option<Elasticity> {
    let time = run.result()?.time;
    if is_large(run) {
        return to_one_side(run, time, parameter, cache);
    }
    let (more, less) = (run.replayed(parameter, STEP, cache), run.replayed(parameter, 1.0 / STEP, cache));
    let steps = f64::from(u8::from(more.is_some()) + u8::from(less.is_some()));
    if steps == 0.0 {
        return None;
    }
    let (more, less) = (more.unwrap_or(time), less.unwrap_or(time));
    let value = (libm::log(more.secs()) - libm::log(less.secs())) / (steps * libm::log(STEP));
    let better = if parameter.of == ParameterKind::Capacity { more } else { less };
    Some(Elasticity { parameter, value, saves: saved_share(time, better) })
}

/// Whether a second re-run of every figure would take too long. On a wafer PEs do not count: equal rows are one.
fn is_large(run: &FabricRun) -> bool {
    let ranks = run.fabric.topology.kind().ranks();
    matches!(run.scene.kind, FabricKind::Chips(_))
        && (ranks >= LARGE_RANKS || run.plan.transfer_count() >= LARGE_TRANSFERS)
}

/// The elasticity from one re-run, toward what saves time: more of a capacity, less of a time.
fn to_one_side(run: &FabricRun, time: Femtos, parameter: Parameter, cache: &mut ReplayCache) -> Option<Elasticity> {
    let sign = if parameter.of == ParameterKind::Capacity { 1.0 } else { -1.0 };
    let better = run.replayed(parameter, libm::pow(SHORT_STEP, sign), cache)?;
    let value = libm::log(better.secs() / time.secs()) / (sign * libm::log(SHORT_STEP));
    Some(Elasticity { parameter, value, saves: 1.0 - libm::pow(STEP, sign * value) })
}

/// The elasticities of all figures of a run. `None` if it did not run, has none, or cannot run with a figure scaled.
/// `cache` is of this run.
pub fn elasticities(run: &FabricRun, cache: &mut ReplayCache) -> Option<Elasticities> {
    run.result().filter(|_| has_elasticities(run))?;
    let all: Option<Vec<Elasticity>> =
        run.parameters().into_iter().map(|parameter| elasticity(run, parameter, cache)).collect();
    all.map(Elasticities::new)
}

/// The share of a time that another time saves; negative if that is longer.
pub(super) fn saved_share(time: Femtos, other: Femtos) -> f64 {
    1.0 - other.secs() / time.secs()
}

/// The figure that a share of the time depends on.
pub fn parameter_of(share: &TimeShare) -> Parameter {
    let of = match share.kind {
        CostKind::Serialization | CostKind::Contention => ParameterKind::Capacity,
        CostKind::Latency => ParameterKind::Latency,
        CostKind::Processing => ParameterKind::Processing,
        CostKind::Launch => ParameterKind::Launch,
    };
    // The ramps of a wafer are scaled together with its mesh links.
    let class = share.class.map(|class| if class == LinkClass::Ramp { LinkClass::MeshLink } else { class });
    Parameter { of, class }
}
