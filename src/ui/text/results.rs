//! Texts of the results.

use super::common::{change, with_key};
use super::terms;
use crate::scene::{Collective, FabricKind};
use crate::solve::{FabricRun, RunResult};
use crate::ui::key_action::KeyAction;
use crate::ui::label::Label;
use crate::units::{BytesPerSec, Femtos};

pub(in crate::ui) const SELECTED: &str = "SELECTED";
pub(in crate::ui) const RESULT: &str = "RESULT";
pub(in crate::ui) const NOTES: &str = "NOTES";

pub(in crate::ui) const UNDO: &str = "Undo";
pub(in crate::ui) const REDO: &str = "Redo";
pub(in crate::ui) const STOP_COMPARING: Label =
    Label::new("Stop comparing", "Discard the runs from before the last change");

pub(in crate::ui) fn undo_tooltip() -> String {
    with_key("Undo the last change", KeyAction::Undo)
}

pub(in crate::ui) fn redo_tooltip() -> String {
    with_key("Redo the change that was undone", KeyAction::Redo)
}

pub(in crate::ui) const PREVIOUS_RUN: Label = Label::new("previous run", "Time before the last change of the scene");
pub(in crate::ui) const DID_NOT_RUN: &str = "did not run";

/// The previous run beside this one: `1.343 ms, now +11.7 %`.
pub(in crate::ui) fn previous_run(before: Femtos, now: Femtos) -> String {
    format!("{before}, now {}", change(before, now))
}

pub(in crate::ui) const DONE: &str = "done";
pub(in crate::ui) const SOURCES: &str = "Where do these figures come from?";

/// How much of its time a run has completed: `16 % of time`.
pub(in crate::ui) fn progress(share: f64) -> String {
    format!("{:.0} % of time", 100.0 * share)
}

pub(in crate::ui) const OPERATIONS: &str = "Operations";
pub(in crate::ui) const OPERATIONS_TOOLTIP: &str =
    "Operations of the sequence; the timeline shows when each of them runs";
pub(in crate::ui) const ALGBW: &str = "algbw";
pub(in crate::ui) const BUSBW: &str = "busbw";
pub(in crate::ui) const WIRE_RATE: &str = "wire rate";
pub(in crate::ui) const SHARE_OF_FABRIC_BOUND: &str = "share of fabric bound";
pub(in crate::ui) const SHARE_OF_PLAN_BOUND: &str = "share of plan bound";
pub(in crate::ui) const SHARES_OF_BOUNDS: &str = "bound shares";

/// `busbw` with the figures of the run, and when it may exceed the capacity of a link.
pub(in crate::ui) fn busbw_tooltip(run: &FabricRun, result: &RunResult) -> String {
    let exceeds = match run.scene.collective {
        Collective::AllReduce => {
            "\nIn-switch reduction puts only S (1 + 1/n) on a link, so busbw may then exceed the capacity of a link. The \
             wire rate never does."
        }
        Collective::AllGather
        | Collective::ReduceScatter
        | Collective::AllToAll
        | Collective::Broadcast
        | Collective::Reduce
        | Collective::SendRecv => "",
    };
    format!("{}{exceeds}", terms::busbw(run, result))
}

/// If there is only room for one of the two bandwidths.
pub(in crate::ui) fn bandwidths_tooltip(run: &FabricRun, result: &RunResult) -> String {
    format!("{}\nalgbw = S / t {}", terms::busbw(run, result), terms::algbw(run, result))
}

pub(in crate::ui) fn wire_rate_tooltip(result: &RunResult, busiest: &str, capacity: BytesPerSec) -> String {
    format!("{}\nBusiest link: {busiest}, capacity {capacity}", terms::wire_rate(result))
}

/// A rate beside the capacity that limits it.
pub(in crate::ui) fn rate_of_capacity(rate: BytesPerSec, capacity: BytesPerSec) -> String {
    format!("{rate} of {capacity}")
}

pub(in crate::ui) fn share(of_one: f64) -> String {
    format!("{:.1} %", 100.0 * of_one)
}

/// What the fabric bound of a run counts.
pub(in crate::ui) fn fabric_bound_of(run: &FabricRun) -> &'static str {
    match &run.scene.kind {
        FabricKind::Chips(_) => "Here: S over the capacity of a port of a rank, and of every cut",
        FabricKind::Wafers(_) => "Here: S over the capacity of the link of a wafer",
        FabricKind::Wafer(_) => "Here: S over the capacity of the narrowest cut of this layout",
    }
}

/// A bound as a share of the time: `= 1193.046 µs of 1.343 ms: 88.8 %`.
pub(in crate::ui) fn bound_tooltip(bound_s: f64, result: &RunResult, share: &str) -> String {
    format!("= {}; {share} of {}", micros(bound_s), micros(result.time.secs()))
}

pub(in crate::ui) fn plan_bound_share(share: &str) -> String {
    format!("The second value is the share of the plan bound: {share}")
}

/// Bounds are compared to the nanosecond, so all of them have one unit.
fn micros(seconds: f64) -> String {
    format!("{:.3} µs", seconds * 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_previous_run_stands_before_its_change() {
        let text = previous_run(Femtos(1_343_000_000), Femtos(2_686_000_000));
        assert_eq!(text, "1.343 µs, now +100.0 %");
    }
}
