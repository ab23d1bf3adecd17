//! The days of a run as a waterfall: from compute at the peak to the days that it takes.

use super::solve::TrainingRun;
use super::step::StepPart;

/// A bar of the waterfall.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WaterfallBar {
    /// What it stands for.
    pub part: WaterfallPart,
    /// Where it starts, days.
    pub from: f64,
    /// Its length, days.
    pub days: f64,
}

/// What a bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaterfallPart {
    /// A part of the step.
    Step(StepPart),
    /// Interruptions, restarts and checkpoints.
    Lost,
}

impl WaterfallPart {
    /// Whether a perfect network would take it away, but for compute that it slows down less.
    pub fn is_network(self) -> bool {
        match self {
            WaterfallPart::Step(part) => part.is_network(),
            WaterfallPart::Lost => false,
        }
    }
}

/// The bars of a run, without those of no length. They add up to its days.
pub fn waterfall(run: &TrainingRun) -> Vec<WaterfallBar> {
    let per_day = run.steps / 86_400.0;
    let mut from = 0.0;
    let mut bars = Vec::new();
    let mut push = |part: WaterfallPart, days: f64| {
        if days > 0.0 {
            bars.push(WaterfallBar { part, from, days });
            from += days;
        }
    };
    for (part, time) in run.step.parts.by_part() {
        push(WaterfallPart::Step(part), time.secs() * per_day);
    }
    push(WaterfallPart::Lost, run.figures.days.usual - run.step.parts.total().secs() * per_day);
    bars
}

/// The days that the run would take with a perfect network.
pub fn perfect_days(run: &TrainingRun) -> f64 {
    run.figures.days.usual - run.figures.saved_days.usual
}
