//! Upgrades: re-runs with a capacity doubled or a time halved, and where the time goes then.

use super::attribution::{TimeShare, time_shares};
use super::cost::CostSource;
use super::critical_path::{path_of_plan, ranks_are_strips};
use super::elasticity::{can_replay, parameter_of};
use crate::solve::{FabricRun, Parameter, ParameterKind};
use crate::units::Femtos;

/// The most figures that are tried.
const MAX_TRIED: usize = 3;

/// A re-run with one figure changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Upgrade {
    /// The figure.
    pub parameter: Parameter,
    /// The factor: 2 for a capacity, 0.5 for a time.
    pub factor: f64,
    /// The time of the re-run.
    pub time: Femtos,
    /// The share of the time that has grown most: the next bottleneck. `None` if none has grown, and for rings with fixed
    /// rates.
    pub then: Option<TimeShare>,
}

/// The figures behind the longest shares of the time, each once.
pub fn upgrade_candidates(shares: &[TimeShare]) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for parameter in shares.iter().filter(|share| share.source != CostSource::Late).map(parameter_of) {
        if parameters.len() < MAX_TRIED && !parameters.contains(&parameter) {
            parameters.push(parameter);
        }
    }
    parameters
}

/// The run with a capacity doubled or a time halved; `shares` are those of the unchanged run. `None` if it cannot run.
pub fn upgrade(run: &FabricRun, shares: &[TimeShare], parameter: Parameter) -> Option<Upgrade> {
    let factor = if parameter.of == ParameterKind::Capacity { 2.0 } else { 0.5 };
    let replay = run.replay(parameter, factor)?;
    // The path of a ring with very many sends takes longer than the run, and an explanation at most ten runs.
    let path = (!run.has_fixed_rates())
        .then(|| path_of_plan(&replay.fabric, &replay.plan, &replay.trace, ranks_are_strips(run)).ok());
    let then = path.flatten().and_then(|path| grown_most(shares, &time_shares(&path, replay.time)));
    Some(Upgrade { parameter, factor, time: replay.time, then })
}

/// All candidates, each tried; none if the run is too large.
pub fn upgrades(run: &FabricRun, shares: &[TimeShare]) -> Vec<Upgrade> {
    let parameters = if can_replay(run) { upgrade_candidates(shares) } else { Vec::new() };
    parameters.into_iter().filter_map(|parameter| upgrade(run, shares, parameter)).collect()
}

/// The share that has grown most. Serialization and contention on the same links count together.
fn grown_most(before: &[TimeShare], after: &[TimeShare]) -> Option<TimeShare> {
    let same = |a: &TimeShare, b: &TimeShare| (parameter_of(a), a.source) == (parameter_of(b), b.source);
    let sum = |shares: &[TimeShare], of: &TimeShare| -> u64 {
        shares.iter().filter(|share| same(share, of)).map(|share| share.time.0).sum()
    };
    let growth = |share: &TimeShare| sum(after, share).saturating_sub(sum(before, share));
    // Among equals the first, which is the longest.
    let most = after.iter().enumerate().max_by_key(|(index, share)| (growth(share), std::cmp::Reverse(*index)));
    most.map(|(_, share)| *share).filter(|share| growth(share) > 0)
}
