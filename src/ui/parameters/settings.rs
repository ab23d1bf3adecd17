//! Settings as intents.

use crate::scene::{FabricChange, Setting};
use crate::session::{Done, Intent};

/// One setting by its path.
pub(super) fn set(path: impl Into<String>, value: impl ToString) -> Setting {
    Setting { path: path.into(), value: value.to_string() }
}

/// The change of one setting.
pub(super) fn change(path: impl Into<String>, value: impl ToString) -> Intent {
    Intent::Set(vec![set(path, value)])
}

/// A typed number without its unit, which the scene does not write.
pub(super) fn without_unit<'a>(typed: &'a str, units: &[&str]) -> &'a str {
    units.iter().find_map(|unit| typed.strip_suffix(unit)).unwrap_or(typed).trim()
}

/// The path of a field of a fabric.
pub(super) fn field(fabric: usize, name: &str) -> String {
    format!("fabrics.{fabric}.{name}")
}

/// Changes a fabric, and says which degradations that drops.
pub(super) fn push_change(change: FabricChange, intents: &mut Vec<Intent>) {
    intents.push(Intent::Set(change.settings));
    if change.dropped_faults > 0 {
        intents.push(Intent::ReportDone(Done::DroppedDegradations { count: change.dropped_faults }));
    }
}
