//! Texts of the explanation of a run. Its sentences come from the core.

use super::common::with_key;
use crate::ui::key_action::KeyAction;
use crate::units::Femtos;

pub(in crate::ui) const WHY: &str = "WHY";
pub(in crate::ui) const PARTS: &str = "Where the time goes";
pub(in crate::ui) const AT_THIS_INSTANT: &str = "At this instant";
pub(in crate::ui) const WORKING: &str = "Running sensitivity analysis…";
pub(in crate::ui) const NO_ANALYSIS: &str = "Too large for a sensitivity analysis.";
pub(in crate::ui) const PATH_CHANGES: &str =
    "Within 1 % another path becomes critical, or a second link class becomes equally tight.";
pub(in crate::ui) const TOO_LARGE: &str = "Too large to analyse here. Run `fabricscope explain`.";
pub(in crate::ui) const CRITICAL_PATH: &str = "Critical path";
pub(in crate::ui) const SHOWN: &str = "shown";
pub(in crate::ui) const HIDDEN: &str = "hidden";

pub(in crate::ui) fn critical_path_tooltip() -> String {
    with_key(
        "Stage: the current stream of the chain and those before it\nTimeline: the cause of each part",
        KeyAction::ToggleCriticalPath,
    )
}

/// One part of the time: `serialization on NVLink: 1.342 ms (99.9 %)`.
pub(in crate::ui) fn part(name: &str, time: &str, share: &str) -> String {
    format!("{name}: {time} ({share})")
}

/// A part as a share of the time: `= 1.342 ms of 1.343 ms: 99.9 %`.
pub(in crate::ui) fn of_time(part: Femtos, time: Femtos, share: &str) -> String {
    format!("= {part} of {time}: {share}")
}

pub(in crate::ui) fn elasticity(figure: &str, value: f64) -> String {
    format!("1 % more {figure} changes the time by {value:+.3} % (re-runs with 1 % more and 1 % less)")
}
