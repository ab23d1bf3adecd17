//! Texts of the sweep.

use crate::explain::glossary::Term;
use crate::session::Quantity;
use crate::sweep::{Crossover, PathValues, Row, Unit};
use crate::ui::label::Label;
use crate::units::{BytesPerSec, Femtos};

pub(in crate::ui) const SWEEP: &str = "Sweep";
pub(in crate::ui) const CLOSE: Label = Label::new("Close the sweep", "Back to the timeline (W, Esc)");
pub(in crate::ui) const SETTING: Label = Label::new("Swept setting", "The setting on the horizontal axis");
pub(in crate::ui) const ALL_ALGORITHMS: Label =
    Label::new("All algorithms", "One curve for each algorithm of each fabric");
pub(in crate::ui) const ON: &str = "on";
pub(in crate::ui) const OFF: &str = "off";
pub(in crate::ui) const STOP: Label = Label::new("Stop", "Keeps the points that are solved");
pub(in crate::ui) const CONTINUE: Label = Label::new("Continue", "Solve the remaining points");
pub(in crate::ui) const CSV: Label = Label::new("CSV…", "Save all rows as CSV");
pub(in crate::ui) const JSON: Label = Label::new("JSON…", "Save all rows as JSON");
pub(in crate::ui) const PLOT: &str = "Plot of the sweep";
pub(in crate::ui) const NO_CROSSOVER: &str = "No crossover in this range.";
pub(in crate::ui) const WITHOUT_RANGES: &str =
    "Days with the chosen inputs, without their ranges: near a crossover either may be faster.";
pub(in crate::ui) const CLICK: &str = "Click a point to load its settings.";

/// The figure on the vertical axis.
pub(in crate::ui) fn quantity(quantity: Quantity) -> Label<'static> {
    match quantity {
        Quantity::Time => Label::from_term(Term::Time, "time", ""),
        Quantity::Algbw => Label::from_term(Term::Algbw, "algbw", ""),
        Quantity::Busbw => {
            Label::from_term(Term::Busbw, "busbw", "With in-switch reduction it may exceed the capacity of a link")
        }
        Quantity::BoundShare => Label::from_term(Term::FabricBound, "share of bound", "Fabric bound ÷ time"),
        Quantity::Days => Label::new("days of training", "Length of the training run, interruptions included"),
    }
}

/// The name of the control that chooses the figure.
pub(in crate::ui) fn plot_of(quantity: &str) -> String {
    format!("Plot: {quantity}")
}

/// The name of a button for screen readers.
pub(in crate::ui) fn button(name: &str) -> String {
    format!("{SWEEP}: {name}")
}

pub(in crate::ui) fn progress(done: usize, points: usize) -> String {
    format!("{done} of {points} points")
}

pub(in crate::ui) fn crossover(subject: &str, axis: &PathValues, change: &Crossover) -> String {
    let at = axis.about(change.at);
    // A number without a unit does not tell what it counts.
    let counts = if axis.unit == Unit::Number { format!(" ({subject})") } else { String::new() };
    format!("Crossover at about {at}{counts}: {} is fastest below, {} above.", change.faster_below, change.faster_above)
}

/// In the plot, beside the mark of a crossover.
pub(in crate::ui) fn crossover_mark(axis: &PathValues, change: &Crossover) -> String {
    format!("{}: {} is fastest above", axis.about(change.at), change.faster_above)
}

pub(in crate::ui) fn failed(count: usize, all: usize, reason: &str) -> String {
    format!("{count} of {all} runs failed: {reason}")
}

/// One row under the pointer.
pub(in crate::ui) fn row(curve: &str, row: &Row, is_of_training: bool) -> String {
    let value = row.values.first().map_or("", |value| value.text.as_str());
    if is_of_training {
        let days = Quantity::Days.value(row).map_or(super::common::CANNOT_RUN.to_owned(), super::hero::days);
        return format!("{curve}\n{value}: {days}\nClick to load these settings");
    }
    let rate = |rate: Option<f64>| rate.map_or("-".to_owned(), |rate| BytesPerSec(rate).to_string());
    let time =
        row.figures.time_s.map_or(super::common::CANNOT_RUN.to_owned(), |time_s| Femtos::from_secs(time_s).to_string());
    let share = row.bound_share().map_or("-".to_owned(), |share| format!("{:.1} %", 100.0 * share));
    let unknown = row.unknown();
    let untried = if unknown.is_empty() { String::new() } else { format!("\nNot tried: {}", unknown.join(", ")) };
    format!(
        "{curve} ({}), {} ranks\n{value}: {time}\nalgbw {}, busbw {}, wire rate {}\nshare of fabric bound \
         {share}{untried}\nClick to load these settings",
        row.algorithm,
        row.ranks,
        rate(row.figures.algbw_gb_s.map(|rate| rate * 1e9)),
        rate(row.figures.busbw_gb_s.map(|rate| rate * 1e9)),
        rate(row.figures.wire_gb_s.map(|rate| rate * 1e9))
    )
}

/// The plot in one sentence, for screen readers.
pub(in crate::ui) fn plot_summary(curves: &[&str], axis: &PathValues, changes: &[Crossover]) -> String {
    let change = |change: &Crossover| format!("above {} {}", axis.about(change.at), change.faster_above);
    let fastest: Vec<String> = changes.iter().map(change).collect();
    let fastest =
        if fastest.is_empty() { "no crossover".to_owned() } else { format!("fastest {}", fastest.join(", ")) };
    format!("{} over {}; {fastest}", curves.join(", "), axis.path)
}
