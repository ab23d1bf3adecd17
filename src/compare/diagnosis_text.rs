//! The diagnosis of a log as text.

use super::change::Change;
use crate::units::grouped;

/// No row has a prediction.
pub(super) const NO_PREDICTION: &str = "Unknown: this cluster has no prediction with these algorithms and protocols.";
/// All rows are small.
pub(super) const NO_LARGE_ROWS: &str =
    "Unknown: the log has no row of 1 MiB or more, and start-up times alone do not show the rates of links.";

/// The messages that a diagnosis rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sizes {
    /// 32 MiB and more.
    From32Mib,
    /// 1 to 32 MiB, because the log has no larger ones.
    UpTo32Mib,
}

impl Sizes {
    fn label(self) -> &'static str {
        match self {
            Sizes::From32Mib => "messages of 32 MiB and more",
            Sizes::UpTo32Mib => "messages of 1 to 32 MiB, the largest in this log,",
        }
    }
}

/// The sums were wrong; `by_times` is what the times alone say.
pub(super) fn wrong_sums(wrong: u64, by_times: &str) -> String {
    let count = match wrong {
        0 => "the run's own check of its sums failed".to_owned(),
        1 => "1 element of its sums was wrong".to_owned(),
        wrong => format!("{} elements of its sums were wrong", grouped(wrong)),
    };
    format!(
        "Wrong results: {count}. Look for a faulty GPU, link or driver before its speed. By its times alone: {by_times}"
    )
}

/// The log names other GPUs.
pub(super) fn other_machine(devices: &[String]) -> String {
    format!(
        "Another machine: the log names {}. The predictions of this machine say nothing about it; choose its own with \
         --machine, if it has measured timing.",
        devices.join(", ")
    )
}

pub(super) fn healthy(sizes: Sizes, ratio: f64) -> String {
    format!("Healthy: {} are {}, within the spread of equal hardware.", sizes.label(), difference(ratio))
}

pub(super) fn below(sizes: Sizes, ratio: f64, change: Option<&Change>) -> String {
    let reason = change.map_or("no single change explains it", |change| &change.reading);
    format!("Slower than predicted: {} take {} as long, {reason}.", sizes.label(), times(ratio))
}

pub(super) fn faster(sizes: Sizes, ratio: f64) -> String {
    format!(
        "Faster than predicted: {} take {:.0} % of the predicted time. The machine, the network or the number of NICs is \
         probably not that of the log.",
        sizes.label(),
        100.0 * ratio
    )
}

pub(super) fn slow_below_32_mib(large: f64, small: f64, change: Option<&Change>) -> String {
    let reason = match change {
        Some(change) => format!(", {}.", change.reading),
        None => {
            ". No rate of a link explains that. Possible causes are start-up, a network plugin, or a job on part of a \
                 node; the model has no term for it."
                .to_owned()
        }
    };
    format!(
        "Healthy from 32 MiB on ({}), but messages of 1 to 32 MiB take {} as long as predicted{reason}",
        difference(large),
        times(small)
    )
}

/// The measured time against the predicted one.
fn difference(ratio: f64) -> String {
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    if (0.99..=1.01).contains(&ratio) {
        "as fast as predicted".to_owned()
    } else if ratio >= 1.0 {
        format!("{} slower than predicted", percent(ratio - 1.0))
    } else {
        format!("{} faster than predicted", percent(1.0 / ratio - 1.0))
    }
}

/// "2.52x", "120x".
fn times(factor: f64) -> String {
    if factor < 10.0 { format!("{factor:.2}x") } else { format!("{factor:.0}x") }
}
