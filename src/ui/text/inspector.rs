//! Texts of the inspector. Its rows come from the samples.

use crate::ui::label::Label;
use crate::units::Femtos;

pub(in crate::ui) const CLEAR: Label = Label::new("Clear selection", "Clear the selection (Esc)");
pub(in crate::ui) const REMAINING_CAPACITY: Label =
    Label::new("Remaining capacity", "Share of its capacity that the link keeps");
pub(in crate::ui) const REMAINING_SPEED: Label =
    Label::new("Remaining speed", "Share of its port and of its processing that the chip keeps");
pub(in crate::ui) const HALF: Label = Label::new("50 %", "Keep half of it");
pub(in crate::ui) const CUT: Label = Label::new("Cut", "Link down; traffic is rerouted if possible");
pub(in crate::ui) const REPAIR: Label = Label::new("Repair", "Remove the degradation");
pub(in crate::ui) const DOWN: &str = "down";
pub(in crate::ui) const HISTORY: Label = Label::new(
    "Utilisation over the run",
    "Rate ÷ capacity of all its links together, from the start to the end of the run",
);

/// The heading over what can be done to a chip or a link.
pub(in crate::ui) fn what_if(name: &str) -> String {
    format!("What if: {name}")
}

/// The button that delays a chip: `20 µs late`.
pub(in crate::ui) fn late(delay: Femtos) -> String {
    format!("{} late", short(delay))
}

pub(in crate::ui) fn late_tooltip(delay: Femtos) -> String {
    format!("Starts {} after the others", short(delay))
}

/// Delays of buttons are whole microseconds.
fn short(delay: Femtos) -> String {
    format!("{} µs", delay.0 / 1_000_000_000)
}

pub(in crate::ui) fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

pub(in crate::ui) fn capacity_remains(share: f64) -> String {
    format!("{} of its capacity remains", percent(share))
}

pub(in crate::ui) fn speed_remains(share: f64) -> String {
    format!("{} of its speed remains", percent(share))
}

/// A delay as the scene writes it: `starts 20us late`.
pub(in crate::ui) fn starts_late(delay: &str) -> String {
    format!("starts {delay} late")
}

pub(in crate::ui) fn history(mean: f32) -> String {
    format!("utilisation, mean {:.0} %", 100.0 * mean)
}

pub(in crate::ui) const ACCEPTED_SHARES: &str = "accepted: 1 % to 100 %";

pub(in crate::ui) fn not_a_share(typed: &str) -> String {
    format!("`{typed}` is not a share of the capacity")
}

pub(in crate::ui) const TIME: Label = Label::new("Time of the run", "From the launch to the last byte");
