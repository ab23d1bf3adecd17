//! Texts of the panel that compares a log with the model. The verdict and the notes of the log come from the core.

use crate::compare::{Headline, VerdictState};
use crate::nccl::MeasuredInputs;
use crate::session::LogComparison;
use crate::ui::label::Label;
use crate::units::{Bytes, capitalised, significant, times};

pub(in crate::ui) const HEADING: &str = "Log";
pub(in crate::ui) const RUN: Label = Label::new("Run", "Compare this run of the log");
pub(in crate::ui) const EXPECTED: &str = "expected";
pub(in crate::ui) const SHARE: &str = "Share of the expected busbw";
pub(in crate::ui) const STAGE: &str = "As expected";
pub(in crate::ui) const STAGE_TOOLTIP: &str = "Play the cluster of the log on the stage, without any change";
pub(in crate::ui) const BACK: &str = "Back to the scene";
pub(in crate::ui) const PLAY_TOOLTIP: &str = "Play it on the stage, beside the cluster as expected";
pub(in crate::ui) const NOT_PLAYABLE: &str = "The stage cannot show this: scenes have no setting for it.";
pub(in crate::ui) const PLOT_SECTION: &str = "busbw by message size";
pub(in crate::ui) const DETAILS: &str = "Details";
pub(in crate::ui) const CLUSTER: &str = "Cluster";
pub(in crate::ui) const NOTES: &str = "Notes on the log";
pub(in crate::ui) const MORE: &str = "More settings of the cluster";
pub(in crate::ui) const MACHINE: Label = Label::new("Machine", "Machine that the log was measured on");
/// A machine that the log does not name: `DGX H100 (assumed)`.
pub(in crate::ui) fn assumed(machine: &str) -> String {
    format!("{machine} (assumed)")
}
/// Above a verdict that rests on an assumed network.
pub(in crate::ui) fn assumes_network(network: &str) -> String {
    format!("{network} is assumed: the log names no network.")
}
pub(in crate::ui) const NODES: Label = Label::new("Nodes", "Nodes of the job, with the GPUs of each");
pub(in crate::ui) const OPERATION: Label =
    Label::new("Operation", "Operation of the log, which its columns leave open");
pub(in crate::ui) const NETWORK: Label = Label::new("Network", "Network that connects the nodes");
pub(in crate::ui) const NICS: Label = Label::new("NICs per node", "NICs that a node uses");
pub(in crate::ui) const NIC_RATE: Label = Label::new("Line rate of a NIC", "Line rate of one NIC, Gb/s");
pub(in crate::ui) const CHANNELS: Label = Label::new("Channels", "Rings or trees that share the message");
pub(in crate::ui) const NVLS_CHANNELS: Label =
    Label::new("NVLS channels", "Channels that share the message with in-switch reduction");
pub(in crate::ui) const HOST: Label =
    Label::new("Host time per call", "Software time that each call adds to the model, µs");

pub(in crate::ui) const PLOT: &str = "Plot of the log";
pub(in crate::ui) const X_AXIS: &str = "message size";
pub(in crate::ui) const Y_AXIS: &str = "busbw, GB/s";
pub(in crate::ui) const EACH_ALGORITHM: &str = "each algorithm";
pub(in crate::ui) const PREDICTED: &str = "predicted";
pub(in crate::ui) const MEASURED: &str = "measured";
pub(in crate::ui) const CEILING: &str = "ceiling";

/// The state of a cluster, on its stamp.
pub(in crate::ui) fn state(state: VerdictState) -> &'static str {
    match state {
        VerdictState::Healthy => "Healthy",
        VerdictState::Below => "Below expectation",
        VerdictState::SlowBelow32Mib => "Slow below 32 MiB",
        VerdictState::Faster => "Faster than this machine",
        VerdictState::WrongSums => "Wrong results",
        VerdictState::OtherMachine => "Another machine",
        VerdictState::Unknown => "Unknown",
    }
}

/// busbw on the stamp: `231 GB/s`.
pub(in crate::ui) fn busbw(gb_s: f64) -> String {
    if gb_s < 10.0 { format!("{} GB/s", significant(gb_s)) } else { format!("{gb_s:.0} GB/s") }
}

pub(in crate::ui) fn reached(headline: &Headline) -> String {
    format!("busbw reached at {}", Bytes(headline.message_bytes))
}

/// What was reached of what is expected: `51 %`.
pub(in crate::ui) fn share(headline: &Headline) -> String {
    let percent = 100.0 * headline.busbw_gb_s / headline.expected_busbw_gb_s;
    if percent < 10.0 { format!("{percent:.1} %") } else { format!("{percent:.0} %") }
}

pub(in crate::ui) fn causes(count: usize) -> &'static str {
    if count == 1 { "What would explain it" } else { "What would explain it: the rows fit each of these" }
}

/// A change that is played on the stage, for screen readers.
pub(in crate::ui) fn play(title: &str) -> String {
    format!("Play {title}")
}

/// The meaning of a change, which is a clause, as a sentence.
pub(in crate::ui) fn reading_of(clause: &str) -> String {
    format!("{}.", capitalised(clause))
}

pub(in crate::ui) fn back_tooltip(title: &str) -> String {
    format!("Return to \u{201c}{title}\u{201d}")
}

/// The name of a run in menus.
pub(in crate::ui) fn run(name: &str) -> String {
    capitalised(name)
}

pub(in crate::ui) fn nodes(nodes: u32, gpus: u32) -> String {
    format!("{nodes} x {gpus} GPUs")
}

pub(in crate::ui) fn nic_rate(gbit_s: &str) -> String {
    format!("{gbit_s} Gb/s")
}

pub(in crate::ui) fn host(us: i64) -> String {
    format!("{us} µs")
}

/// Below the verdict: how far the model is off.
pub(in crate::ui) fn errors(held: &LogComparison) -> String {
    let percent = |share: Option<f64>| share.map_or("-".to_owned(), error);
    let comparison = &held.comparison;
    format!(
        "Error from 1 MiB up: {}. All sizes: {}. NCCL's own cost model: {}. The factor is exp(mean |ln(predicted / \
         measured)|), with the shorter of the two times of each row; below 2x, what exceeds 1 is given in %.",
        percent(comparison.error_1mib_up),
        percent(comparison.error_all),
        percent(comparison.nccl_table_error_1mib_up)
    )
}

/// How far predicted and measured times are from each other: `6.2 %`, or `19x` where a share says little.
fn error(share: f64) -> String {
    if share < 1.0 { format!("{:.1} %", 100.0 * share) } else { times(1.0 + share) }
}

/// How to read busbw in the plot.
pub(in crate::ui) fn reading(cluster: &MeasuredInputs, has_nvls: bool) -> String {
    let excess = if has_nvls {
        " NVLS puts only S(1 + 1/n) on a link, so busbw may exceed its capacity."
    } else if cluster.nodes > 1 {
        " A tree over k nodes puts 2(k-1)/k of the message on their NICs, so busbw may exceed their capacity."
    } else {
        ""
    };
    format!(
        "busbw counts 2(n-1)/n of the message for every algorithm.{excess} Constants are fitted on public logs. The \
         algorithms are the choice of the model, which may differ from the choice of NCCL. Ceilings are limits of the \
         links alone."
    )
}

/// A note of the log, with its line.
pub(in crate::ui) fn note(line: Option<usize>, text: &str) -> String {
    line.map_or_else(|| text.to_owned(), |line| format!("line {line}: {text}"))
}

/// On the line of a ceiling.
pub(in crate::ui) fn ceiling(algorithm: &str, gb_s: f64) -> String {
    format!("{algorithm} ceiling {}", significant(gb_s))
}

/// One point under the pointer.
#[derive(Clone, Copy, Debug)]
pub(in crate::ui) struct LogPoint<'a> {
    pub(in crate::ui) message_bytes: u64,
    pub(in crate::ui) measured_s: f64,
    pub(in crate::ui) predicted_s: f64,
    /// Of the measured time.
    pub(in crate::ui) busbw_gb_s: f64,
    /// On the links that limit the predicted algorithm.
    pub(in crate::ui) wire_gb_s: f64,
    pub(in crate::ui) algorithm: &'a str,
    pub(in crate::ui) nodes: u32,
}

pub(in crate::ui) fn point(point: LogPoint) -> String {
    let off = 100.0 * (point.predicted_s / point.measured_s - 1.0);
    let links = if point.nodes > 1 { "the NICs of a node" } else { "the NVLink port of a GPU" };
    format!(
        "{}: busbw {} GB/s measured\nWire rate {} GB/s on {links} per direction, if the algorithm was {}\nPredicted time \
         {off:+.1} %",
        Bytes(point.message_bytes),
        significant(point.busbw_gb_s),
        significant(point.wire_gb_s),
        point.algorithm
    )
}

/// The plot in one sentence, for screen readers.
pub(in crate::ui) fn plot_summary(measured: f64, predicted: f64, ceilings: &[String]) -> String {
    format!(
        "busbw up to {} GB/s measured, {} predicted; ceilings {}",
        significant(measured),
        significant(predicted),
        ceilings.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prediction_above_the_measured_time_has_a_plus_sign() {
        let slow = LogPoint {
            message_bytes: 1 << 20,
            measured_s: 1e-4,
            predicted_s: 1.1e-4,
            busbw_gb_s: 100.0,
            wire_gb_s: 90.0,
            algorithm: "ring",
            nodes: 1,
        };
        let text = point(slow);
        assert!(text.starts_with("1 MiB: busbw 100.0 GB/s measured\n"), "{text}");
        assert!(text.ends_with("Predicted time +10.0 %"), "{text}");
    }
}
