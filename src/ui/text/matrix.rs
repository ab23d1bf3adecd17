//! Texts of the traffic matrix.

use crate::stage::ViewState;
use crate::units::{Bytes, BytesPerSec};

pub(in crate::ui) const TOO_MANY_STREAMS: &str = "too many streams for a matrix";
pub(in crate::ui) const AXES: &str = "from / to";

/// The heading of a matrix: what its cells are, the time, and the largest cell of the run.
pub(in crate::ui) fn heading(rows: &str, stage: &ViewState, largest: f32) -> String {
    let (quantity, time) = if stage.accumulated { ("bytes", "since the start") } else { ("rate", "now") };
    // No line ends between a number and its unit.
    format!("{quantity} {rows} {time}, at most {}", amount(largest, stage).replace(' ', "\u{a0}"))
}

/// The legend of the colours, with their upper end.
pub(in crate::ui) fn legend(stage: &ViewState, fabrics: usize, largest: f32) -> String {
    let scale = if fabrics > 1 { " in all fabrics" } else { "" };
    format!("0 to {}{scale}", amount(largest, stage))
}

/// Bytes since the start, or bytes per second.
pub(in crate::ui) fn amount(value: f32, stage: &ViewState) -> String {
    if stage.accumulated { Bytes(value as u64).to_string() } else { BytesPerSec(f64::from(value)).to_string() }
}

/// The ranks of a row or a column: `GPU 3`, `GPUs 8 to 15`.
pub(in crate::ui) fn ranks(noun: &str, index: u32, group: u32) -> String {
    match group {
        1 => format!("{noun} {index}"),
        _ => format!("{noun}s {} to {}", index * group, (index + 1) * group - 1),
    }
}

/// A cell: source, destination, amount.
pub(in crate::ui) fn cell(from: &str, to: &str, amount: &str) -> String {
    format!("{from} to {to}: {amount}")
}
