//! Texts of training runs in the results.

use crate::scene::TrainingScene;
use crate::training::{StepError, TrainingRun, days_in_digits, saved_sentence};
use crate::units::{Femtos, grouped};

pub(in crate::ui) const TRAINING: &str = "TRAINING RUN";
pub(in crate::ui) const STEP: &str = "step";
pub(in crate::ui) const DAYS: &str = "days";
pub(in crate::ui) const EXPOSED: &str = "exposed";
pub(in crate::ui) const BUBBLE: &str = "bubble";
pub(in crate::ui) const ENERGY: &str = "energy";
pub(in crate::ui) const OWNED: &str = "owned";
/// What the stage shows of a training run.
pub(in crate::ui) const SHOWN: &str =
    "The stage shows one bucket of gradients among ranks that hold the same parameters.";

fn range(low: f64, usual: f64, high: f64, label: &dyn Fn(f64) -> String) -> String {
    format!("{} ({} to {})", label(usual), label(low), label(high))
}

/// The figures of a run: names and values.
pub(in crate::ui) fn figures(run: &TrainingRun) -> Vec<(&'static str, String)> {
    let (step, of) = (&run.step, &run.figures);
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let (unit, scale) = if of.mwh.usual >= 1e3 { ("GWh", 1e3) } else { ("MWh", 1.0) };
    let energy = |mwh: f64| format!("{:.1}", mwh / scale);
    let money = |dollars: f64| format!("{:.1}", dollars / 1e6);
    let (share, mwh, cost) = (&of.exposed_share, &of.mwh, &of.cost_owned);
    vec![
        (STEP, format!("{}, MFU {}", Femtos(step.time.0), percent(step.mfu()))),
        (DAYS, range(of.days.low, of.days.usual, of.days.high, &days_in_digits)),
        (EXPOSED, range(share.low, share.usual, share.high, &percent)),
        (BUBBLE, percent(step.parts.bubble.secs() / step.time.secs())),
        (ENERGY, format!("{} {unit}", range(mwh.low, mwh.usual, mwh.high, &energy))),
        (OWNED, format!("{} M$", range(cost.low, cost.usual, cost.high, &money))),
    ]
}

/// What a perfect network would save, and what should be known.
pub(in crate::ui) fn sentences(run: &TrainingRun) -> Vec<String> {
    let mut found = vec![saved_sentence(run)];
    found.extend(run.warnings.iter().cloned());
    found
}

/// Why a fabric has no step.
pub(in crate::ui) fn no_step(error: &StepError) -> String {
    format!("No step: {error}")
}

/// The chips of a fabric.
pub(in crate::ui) fn chips(count: u32) -> String {
    format!("{} chips", grouped(count.into()))
}

/// The workload of a training run: names and values.
pub(in crate::ui) fn workload(training: &TrainingScene) -> Vec<(&'static str, String)> {
    let tokens = format!("{} billion", grouped((training.tokens / 1e9).round() as u64));
    vec![("Model", training.model.clone()), ("Tokens", tokens)]
}
