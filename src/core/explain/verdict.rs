//! The figures of a scene against its claim: what each condition measures, and whether the figures support it.

use super::attribution::{TimeShare, time_shares};
use super::critical_path::critical_path;
use crate::scene::{Accepted, Decision, FabricKind, Measure, Ruling, Scene};
use crate::solve::FabricRun;
use crate::units::Femtos;

/// Times are equal if they differ by less than this, relatively.
pub(super) const SAME: f64 = 1e-9;
/// The error of the measured timing (docs/validation.md: the bar of the geometric mean over logs, from 1 MiB on).
pub(super) const MEASURED_ERROR: f64 = 0.10;

/// The verdict on the claim of a scene: that on all its conditions, *open* if they differ. `None` if the scene sets no
/// condition whose fabrics ran.
pub fn claim_ruling(decide: &[Decision], runs: &[FabricRun]) -> Option<Ruling> {
    Ruling::of_all(judgements(decide, runs).iter().map(|judgement| judgement.ruling))
}

/// A condition of a claim with its figure, as a bar shows them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConditionFigure {
    /// The fabric whose time is judged.
    pub of: usize,
    /// The fabric with which it is compared; `None` if the figure is a share of its own time.
    pub to: Option<usize>,
    /// The ratio of two times, or a share of one.
    pub figure: f64,
    /// What the claim accepts.
    pub accepted: Accepted,
    /// The verdict.
    pub ruling: Ruling,
}

/// The conditions of a scene's claim with their figures. Empty without a claim, and for training runs.
pub fn condition_figures(scene: &Scene, runs: &[FabricRun]) -> Vec<ConditionFigure> {
    if scene.claim.is_none() || scene.training.is_some() {
        return Vec::new();
    }
    let condition = |judgement: Judgement| {
        let Decision { of, measure, accepted } = *judgement.decision;
        let to = match measure {
            Measure::Time { to } => Some(to),
            Measure::Part { .. } | Measure::Training { .. } => None,
        };
        ConditionFigure { of, to, figure: judgement.figure, accepted, ruling: judgement.ruling }
    };
    judgements(&scene.decide, runs).into_iter().map(condition).collect()
}

/// A condition with its figure and the verdict on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Judgement<'a> {
    pub decision: &'a Decision,
    /// The ratio of two times, or a share of one, as the condition measures it.
    pub figure: f64,
    pub ruling: Ruling,
}

/// The conditions whose fabrics ran.
pub(super) fn judgements<'a>(decide: &'a [Decision], runs: &[FabricRun]) -> Vec<Judgement<'a>> {
    decide.iter().filter_map(|decision| judge(decision, runs)).collect()
}

fn judge<'a>(decision: &'a Decision, runs: &[FabricRun]) -> Option<Judgement<'a>> {
    let run = runs.get(decision.of)?;
    let time = run.result()?.time;
    let (figure, error) = match decision.measure {
        Measure::Part { kind } => {
            let path = critical_path(run).ok()?;
            let own = time_shares(&path, time).into_iter().filter(|share| share.kind.as_str() == kind);
            (own.map(|share| share.time.secs()).sum::<f64>() / time.secs(), timing_error(run))
        }
        // Training runs are judged where they are played.
        Measure::Training { .. } => return None,
        Measure::Time { to } => {
            let other = runs.get(to)?;
            (time.secs() / other.result()?.time.secs(), timing_error(run).max(timing_error(other)))
        }
    };
    Some(Judgement { decision, figure, ruling: ruling(figure, decision.accepted, error) })
}

/// Whether a figure is accepted within the error of the model.
fn ruling(figure: f64, accepted: Accepted, error: f64) -> Ruling {
    let (low, high) = (figure / (1.0 + error), figure * (1.0 + error));
    let holds = |figure: f64| match accepted {
        Accepted::AtLeast(least) => figure >= least * (1.0 - SAME),
        Accepted::AtMost(most) => figure <= most * (1.0 + SAME),
    };
    match (holds(low), holds(high)) {
        (true, true) => Ruling::Supported,
        (false, false) => Ruling::Contradicted,
        (true, false) | (false, true) => Ruling::Open,
    }
}

/// Whether a run has the measured timing.
pub(super) fn has_measured_timing(run: &FabricRun) -> bool {
    matches!(&run.scene.kind, FabricKind::Chips(chips) if chips.measured.is_some())
}

/// The relative error of the time of a run. The ideal timing is a model with its own figures, not an estimate of a log.
fn timing_error(run: &FabricRun) -> f64 {
    if has_measured_timing(run) { MEASURED_ERROR } else { 0.0 }
}

/// The longest share of the time of a run.
pub(super) fn longest_share(run: &FabricRun, time: Femtos) -> Option<TimeShare> {
    let path = critical_path(run).ok()?;
    time_shares(&path, time).first().copied()
}

/// A run beside the one that it is compared with, both by their index in the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    pub run: usize,
    pub to: usize,
}

/// The runs of a claim without conditions: the fastest first, then each other run with the same fabric without
/// degradations, or else with the fastest.
pub(super) struct Ranking {
    pub fastest: Option<usize>,
    pub others: Vec<Comparison>,
}

/// Ranks the runs by time; equal times are in the order of the scene.
pub(super) fn ranking(runs: &[FabricRun]) -> Ranking {
    let mut ran: Vec<(usize, Femtos)> =
        runs.iter().enumerate().filter_map(|(index, run)| Some((index, run.result()?.time))).collect();
    ran.sort_by_key(|&(_, time)| time);
    let indices: Vec<usize> = ran.into_iter().map(|(index, _)| index).collect();
    let Some((&fastest, rest)) = indices.split_first() else { return Ranking { fastest: None, others: Vec::new() } };
    let others = rest.iter().map(|&index| {
        let run = &runs[index];
        let without_degradations = |other: &&usize| {
            let other = &runs[**other];
            !run.scene.degradations().is_empty()
                && other.scene.degradations().is_empty()
                && (other.machine_id(), &other.algorithm) == (run.machine_id(), &run.algorithm)
                && other.ranks == run.ranks
        };
        Comparison { run: index, to: indices.iter().find(without_degradations).copied().unwrap_or(fastest) }
    });
    Ranking { fastest: Some(fastest), others: others.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_within_the_error_leaves_the_claim_open() {
        let (least, most) = (Accepted::AtLeast(1.0), Accepted::AtMost(1.0));
        let cases = [
            (1.005, least, 0.0, Ruling::Supported),
            (1.005, least, 0.1, Ruling::Open),
            (1.2, least, 0.1, Ruling::Supported),
            (0.8, least, 0.1, Ruling::Contradicted),
            (1.0, most, 0.0, Ruling::Supported),
            (1.05, most, 0.1, Ruling::Open),
            (2.0, most, 0.1, Ruling::Contradicted),
        ];
        for (figure, accepted, error, expected) in cases {
            assert_eq!(ruling(figure, accepted, error), expected, "{figure} {accepted:?} {error}");
        }
    }
}
