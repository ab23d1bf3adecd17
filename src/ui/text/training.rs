//! Texts of training runs in the results.

use crate::catalog::RangeEnd;
use crate::scene::{TrainingScene, TrainingSetting};
use crate::training::{Spread, StepError, TrainingRun, days_in_digits, saved_sentence};
use crate::ui::label::Label;
use crate::units::{BytesPerSec, grouped, plain};

pub(in crate::ui) const TRAINING: &str = "TRAINING RUN";
pub(in crate::ui) const NETWORK: Label = Label::new("Network", "Network that connects the nodes");
pub(in crate::ui) const RANGE: Label = Label::new(
    "Uncertain inputs",
    "The end of the range of every input that is not known well\nLow exposes the least communication and costs the least",
);

/// The end of the ranges.
pub(in crate::ui) fn range_end(end: RangeEnd) -> &'static str {
    match end {
        RangeEnd::Low => "Low",
        RangeEnd::Usual => "Default",
        RangeEnd::High => "High",
    }
}

/// Name and tooltip of a slider.
pub(in crate::ui) fn slider(setting: TrainingSetting) -> Label<'static> {
    let tooltip = match setting {
        TrainingSetting::Batch => "Sequences of a step, over all data-parallel ranks",
        TrainingSetting::Nodes => "NVLink domains: boxes, or whole racks for NVL72",
        TrainingSetting::Tensor => "Ranks that share the matrices of a layer",
        TrainingSetting::Pipeline => "Groups of layers, one after the other",
        TrainingSetting::Virtual => "Chunks of layers of a GPU: more of them, a shorter bubble and more sends",
        TrainingSetting::Context => "Ranks that share a sequence",
        TrainingSetting::Nics => "NICs of a node that the collectives use",
        TrainingSetting::NicCapacity => "Bytes per second of a NIC in one direction",
        TrainingSetting::Overlap => "Collectives that run behind compute",
        TrainingSetting::Wafers => "Wafers that share the batch",
        TrainingSetting::Io => "Bytes per second into a wafer, and out of it",
        TrainingSetting::Sparsity => {
            "Share of the weights that are left out\nAssumes that the model is as good with the rest"
        }
        TrainingSetting::Price => "With its share of node, network and storage, $",
    };
    Label::new(setting.name(), tooltip)
}

/// The value of a slider.
pub(in crate::ui) fn slider_value(setting: TrainingSetting, value: f64) -> String {
    match setting {
        TrainingSetting::Batch
        | TrainingSetting::Nodes
        | TrainingSetting::Tensor
        | TrainingSetting::Pipeline
        | TrainingSetting::Virtual
        | TrainingSetting::Context
        | TrainingSetting::Wafers => grouped(value.round() as u64),
        TrainingSetting::Nics => plain(value),
        TrainingSetting::NicCapacity | TrainingSetting::Io => BytesPerSec(value).to_string(),
        TrainingSetting::Sparsity => format!("{:.0} %", 100.0 * value),
        TrainingSetting::Price => format!("{} $", grouped(value.round() as u64)),
        TrainingSetting::Overlap => match value as u32 {
            0 => "none",
            1 => "data",
            2 => "data, sends",
            _ => "all",
        }
        .to_owned(),
    }
}

/// A figure with its range.
pub(in crate::ui) struct RangedText {
    /// Its name.
    pub(in crate::ui) name: &'static str,
    /// Its value.
    pub(in crate::ui) value: String,
    /// From the low end to the high end.
    pub(in crate::ui) range: String,
}

fn ranged(name: &'static str, of: &Spread, label: &dyn Fn(f64) -> String, unit: &str) -> RangedText {
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    RangedText {
        name,
        value: format!("{}{unit}", label(of.usual)),
        range: format!("{} to {}", label(of.low), label(of.high)),
    }
}

/// The figures of a run that have a range.
pub(in crate::ui) fn ranged_figures(run: &TrainingRun) -> Vec<RangedText> {
    let of = &run.figures;
    let percent = |share: f64| format!("{:.1}", 100.0 * share);
    let (unit, scale) = if of.mwh.usual >= 1e3 { ("GWh", 1e3) } else { ("MWh", 1.0) };
    let energy = |mwh: f64| format!("{:.1}", mwh / scale);
    let money = |dollars: f64| format!("{:.1}", dollars / 1e6);
    let mut found = vec![
        ranged("network", &of.exposed_share, &percent, "%"),
        ranged("days", &of.days, &days_in_digits, ""),
        ranged("saved", &of.saved_days, &days_in_digits, "days"),
        ranged("energy", &of.mwh, &energy, unit),
        ranged("owned", &of.cost_owned, &money, "M$"),
    ];
    found.extend(of.cost_rented.as_ref().map(|rented| ranged("rented", rented, &money, "M$")));
    found
}

/// The figures of a run without a range.
pub(in crate::ui) fn certain_figures(run: &TrainingRun) -> Vec<(&'static str, String)> {
    let step = &run.step;
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    vec![
        ("step", step.time.to_string()),
        ("MFU", percent(step.mfu())),
        ("bubble", percent(step.parts.bubble.secs() / step.time.secs())),
        ("chips", grouped(step.chips.into())),
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

/// The workload of a training run: names and values.
pub(in crate::ui) fn workload(training: &TrainingScene) -> Vec<(&'static str, String)> {
    let tokens = format!("{} billion", grouped((training.tokens / 1e9).round() as u64));
    vec![("Model", training.model.clone()), ("Tokens", tokens)]
}
