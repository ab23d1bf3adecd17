//! A log as it was read: runs with their rows, ranks, devices and settings, and the limits of the parser.

use super::operation::Operation;
use super::settings::Settings;

/// The largest log, in bytes. A run with `NCCL_DEBUG=INFO` on a thousand GPUs is smaller.
pub const MAX_LOG_BYTES: usize = 64 << 20;
/// The most rows of a log.
pub const MAX_LOG_ROWS: usize = 100_000;
/// The most notes of a log: thousands of damaged lines need fewer notes.
const MAX_NOTES: usize = 100;

/// The runs of a log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NcclLog {
    /// The runs in the order of the log; at least one.
    pub runs: Vec<LogRun>,
    /// What was ignored or is unusual, by line.
    pub notes: Vec<LogNote>,
}

/// A run: the rows of one start of a program of `nccl-tests`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogRun {
    /// The heading above it, such as `BAD RESULTS`, if people wrote one.
    pub name: Option<String>,
    /// The line of its header, or of its first row, from 1.
    pub line: usize,
    /// What it measures; it may be one of two that its columns do not tell apart.
    pub operation: Operation,
    /// The number of ranks (GPUs), if the log shows it.
    pub ranks: Option<u32>,
    /// The source of `ranks`.
    pub ranks_from: Option<RanksFrom>,
    /// The number of hosts, from the lines of the ranks or a line `# nodes: 2`.
    pub nodes: Option<u32>,
    /// The names of the devices, sorted, each once.
    pub devices: Vec<String>,
    /// The version of NCCL, such as `2.26.2+cuda12.8`.
    pub nccl_version: Option<String>,
    /// Whether RCCL, the library for AMD GPUs, wrote it.
    pub rccl: bool,
    /// What the command line and the environment set.
    pub settings: Settings,
    /// The rows in the order of the log; at least one. A size that was measured several times has several rows: their
    /// spread is a measurement, too.
    pub rows: Vec<LogRow>,
    /// Whether the run's own check of its sums failed.
    pub failed_check: bool,
    /// The cluster of a table that this program simulated; `None` for a measurement.
    pub simulated: Option<SimulatedCluster>,
}

/// The cluster that a simulated table names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SimulatedCluster {
    /// The id of the machine in the catalog.
    pub machine: Option<String>,
    /// The id of the network in the catalog.
    pub network: Option<String>,
}

/// The source of the number of ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RanksFrom {
    /// Lines such as `#  Rank  3 Group  0 Pid 6902 on host device 3`, or the devices in JSON.
    Devices,
    /// A line `# ranks: 16`, as in saved tables.
    Header,
    /// busbw / algbw, which is 2 (n - 1) / n, if only one n fits within the rounding of the columns.
    Bandwidths,
}

/// A row: a message size and its times. Values that the log does not have are `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct LogRow {
    /// The line on which it starts, from 1; in JSON, which has no lines, the number of the result from 1.
    pub line: usize,
    /// Message size in bytes, at least 1.
    pub message_bytes: u64,
    /// The type of the elements, such as `float`.
    pub element: String,
    /// The reduction, such as `sum`.
    pub reduction: String,
    /// The time out of place, seconds, above 0.
    pub out_of_place_s: Option<f64>,
    /// The time in place, seconds, above 0.
    pub in_place_s: Option<f64>,
    /// The busbw out of place as printed, in GB/s (1e9 bytes per second).
    pub out_of_place_busbw_gb_s: Option<f64>,
    /// The busbw in place as printed, in GB/s (1e9 bytes per second).
    pub in_place_busbw_gb_s: Option<f64>,
    /// The number of wrong elements (`#wrong`), both halves together; `None` if the run did not check.
    pub wrong: Option<u64>,
}

impl LogRun {
    /// The release of NCCL 2: 27 for `2.27.3`. RCCL counts as NCCL does.
    pub fn nccl_minor(&self) -> Option<u32> {
        let mut parts = self.nccl_version.as_deref()?.split('.');
        let is_two = parts.next() == Some("2");
        parts.next().filter(|_| is_two)?.parse().ok()
    }

    /// Whether its sums were wrong, by its rows or by its own check.
    pub fn is_wrong(&self) -> bool {
        self.failed_check || self.rows.iter().any(|row| row.wrong.is_some_and(|wrong| wrong > 0))
    }
}

impl LogRow {
    /// The time of the row, or else the time that its busbw gives for an operation and a number of ranks, seconds.
    pub fn time_s(&self, operation: Operation, ranks: u32) -> Option<f64> {
        let ranks = f64::from(ranks);
        let best = match (self.out_of_place_busbw_gb_s, self.in_place_busbw_gb_s) {
            (Some(out), Some(inside)) => Some(out.max(inside)),
            (out, inside) => out.or(inside),
        };
        let from_busbw = |busbw: f64| operation.busbw(self.message_bytes as f64, ranks) / (busbw * 1e9);
        self.measured_s().or(best.filter(|busbw| *busbw > 0.0).map(from_busbw))
    }

    /// The smaller of the two times, seconds: the best that the row shows of the machine.
    pub fn measured_s(&self) -> Option<f64> {
        match (self.out_of_place_s, self.in_place_s) {
            (Some(out), Some(inside)) => Some(out.min(inside)),
            (out, inside) => out.or(inside),
        }
    }
}

/// Something in a log that was ignored or is unusual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogNote {
    /// The line from 1 (in JSON the number of the result); `None` for the whole log.
    pub line: Option<usize>,
    /// The note.
    pub text: String,
}

/// Adds a note, unless there are too many.
pub(super) fn note(notes: &mut Vec<LogNote>, line: Option<usize>, text: impl Into<String>) {
    if notes.len() < MAX_NOTES {
        notes.push(LogNote { line, text: text.into() });
    }
}
