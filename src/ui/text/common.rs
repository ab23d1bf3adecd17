//! Texts that several panels share.

use crate::scene::letter;
use crate::ui::key_action::KeyAction;
use crate::ui::key_table::key_of;
use crate::ui::label::Label;
use crate::units::{Femtos, times};

pub(in crate::ui) const CLOSE: Label = Label::new("Close", "Esc");

/// The mark of a submenu. The default of egui is not among the glyphs of our fonts.
pub(in crate::ui) const SUBMENU_ARROW: &str = "→";

pub(in crate::ui) const CANNOT_RUN: &str = "cannot run";

pub(in crate::ui) const FABRIC_TAB_TOOLTIP: &str = "Show this fabric (1 … 9)";

pub(in crate::ui) const TYPE_VALUE: &str = "Click to type a value";

/// The name of a value that can be typed, for screen readers: `Type Message size`.
pub(in crate::ui) fn type_value(name: &str) -> String {
    format!("Type {name}")
}

/// From this ratio on, a change is shown as a ratio: `+128932.6 %` says less than `1,290x as long`.
const MAX_RATIO_IN_PERCENT: f64 = 3.0;

/// A tooltip with the key that does the same: `Next event (→)`.
pub(in crate::ui) fn with_key(text: &str, action: KeyAction) -> String {
    format!("{text} ({})", key_of(action))
}

/// Letter and name of a fabric: `A   HGX B200`.
pub(in crate::ui) fn fabric(index: usize, name: &str) -> String {
    format!("{}   {name}", letter(index))
}

/// The outcome of runs whose times are equal.
pub(in crate::ui) const ALL_THE_SAME: &str = "All take about the same time";

/// Up to this ratio two times count as equal.
const EQUAL: f64 = 1.005;

/// Whether two times count as equal.
pub(in crate::ui) fn are_equal(short: Femtos, long: Femtos) -> bool {
    long.0 as f64 <= EQUAL * short.0 as f64
}

/// A time in comparison with a shorter one: `5.0x as long`.
pub(in crate::ui) fn times_as_long(time: Femtos, reference: Femtos) -> String {
    format!("{} as long", times(time.0 as f64 / reference.0.max(1) as f64))
}

/// How the time changed with the last change of the scene: `+11.7 %`, `-33.3 %`, `1,290x as long`.
pub(in crate::ui) fn change(before: Femtos, now: Femtos) -> String {
    let ratio = now.0 as f64 / before.0.max(1) as f64;
    if ratio >= MAX_RATIO_IN_PERCENT {
        return times_as_long(now, before);
    }
    format!("{:+.1} %", 100.0 * (ratio - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_run_takes_more_than_one_time_as_long() {
        assert_eq!(times_as_long(Femtos(1_343), Femtos(271)), "5.0x as long");
        assert_eq!(times_as_long(Femtos(271), Femtos(271)), "1.00x as long");
    }

    #[test]
    fn a_slower_run_changes_upwards_and_a_faster_one_downwards() {
        assert_eq!(change(Femtos(1_000), Femtos(1_117)), "+11.7 %");
        assert_eq!(change(Femtos(1_500), Femtos(1_000)), "-33.3 %");
        assert_eq!(change(Femtos(1_000), Femtos(4_500)), "4.5x as long");
        assert_eq!(change(Femtos(1_000), Femtos(1_290_000)), "1,290x as long");
    }

    #[test]
    fn tooltips_name_the_first_key_of_their_action() {
        assert_eq!(with_key("Next event", KeyAction::NextEvent), "Next event (→)");
        assert_eq!(with_key("Redo", KeyAction::Redo), "Redo (Shift + U)");
    }
}
