//! Texts under the pointer on the stage.

use crate::fabric::Direction;

pub(in crate::ui) const BUSIEST_LINK: &str = "busiest link";

/// The name of a fabric's picture for screen readers.
pub(in crate::ui) fn stage(name: &str) -> String {
    format!("Stage: {name}")
}

pub(in crate::ui) fn holds(name: &str, share: f32) -> String {
    format!("{name}: holds {:.1} % of the sum", 100.0 * share)
}

/// A link with its utilisation, now or since the start.
pub(in crate::ui) fn utilisation(name: &str, share: f32, accumulated: bool) -> String {
    format!("{name}: {:.1} %{}", 100.0 * share, since(accumulated))
}

/// Several links that are drawn as one line.
pub(in crate::ui) fn mean_utilisation(name: &str, share: f32, accumulated: bool) -> String {
    format!("{name}: mean {:.1} %{}", 100.0 * share, if accumulated { " since the start" } else { "" })
}

pub(in crate::ui) fn link_going(direction: Direction) -> String {
    format!("link going {}", direction.as_str())
}

/// A PE: the utilisation of one of its links, and the share of the sum that its core holds, if it is known.
pub(in crate::ui) fn pe([x, y]: [u32; 2], link: &str, percent: f32, accumulated: bool, held: Option<f32>) -> String {
    let held = held.map_or(String::new(), |share| format!(", core holds {:.1} % of the sum", 100.0 * share));
    format!("PE ({x}, {y}): {link} {percent:.0} %{}{held}", since(accumulated))
}

fn since(accumulated: bool) -> &'static str {
    if accumulated { " on average since the start" } else { "" }
}
