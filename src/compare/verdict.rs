//! Is a cluster healthy, or is it below what it should reach, and which single change would explain it?
//!
//! Each suspect is one input of the timing (the rate of NVLink, the NICs in use) or another way of moving bytes; it is
//! scanned over its range, and the value with the least error over large messages is its best explanation.

use serde::Serialize;

use super::{LARGE_BYTES, error};
use crate::catalog::Figure;
use crate::formats::NcclLog;
use crate::timing::{MeasuredInputs, fastest};
use crate::units::significant;

/// Slower than predicted by less than this share over large messages is healthy: logs of equal hardware differ by as
/// much (2 to 30 %).
const HEALTHY: f64 = 0.25;
/// From this message on rates show, not start-up.
const RATE_BYTES: u64 = 32 << 20;
/// A change that leaves no more error than this explains a log, whatever else would.
const EXPLAINED: f64 = 0.3;
/// Steps of a scan from its least to its greatest value, in equal ratios.
const SCAN_STEPS: u32 = 160;

/// One change that explains a log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// What is changed: `nvlink`, `nics`.
    pub parameter: &'static str,
    /// The value as the cluster should have it.
    pub healthy: f64,
    /// The value that explains the log.
    pub explains: f64,
    /// Error over large messages with it, as a fraction.
    pub error: f64,
}

/// What a comparison means.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// Whether the cluster reaches what it should.
    pub healthy: bool,
    /// Mean of measured over predicted for large messages (as times, geometric); above 1 is slower.
    pub slower: Option<f64>,
    /// The change that explains it best, if it is not healthy and one does.
    pub change: Option<Change>,
    /// In words.
    pub text: String,
}

/// (message, measured seconds) of the rows that count.
fn pairs(log: &NcclLog, least: u64) -> Vec<(u64, f64)> {
    let large = log.rows.iter().filter(|row| row.message_bytes >= least);
    large.filter_map(|row| Some((row.message_bytes, row.measured_s()?))).collect()
}

fn error_with(inputs: &MeasuredInputs, pairs: &[(u64, f64)]) -> Option<f64> {
    let predicted = |&(bytes, measured): &(u64, f64)| Some((fastest(inputs, bytes)?.time_us * 1e-6, measured));
    error(pairs.iter().filter_map(predicted))
}

/// The verdict on a log.
pub(super) fn verdict(log: &NcclLog, inputs: &MeasuredInputs) -> Verdict {
    let mut rows = pairs(log, RATE_BYTES);
    if rows.is_empty() {
        rows = pairs(log, LARGE_BYTES);
    }
    let ratios = rows.iter().filter_map(|&(bytes, measured)| Some(measured / (fastest(inputs, bytes)?.time_us * 1e-6)));
    let logs: Vec<f64> = ratios.map(libm::log).collect();
    if logs.is_empty() {
        let text = "no row of 1 MiB or more: start-up times alone tell nothing of links".to_owned();
        return Verdict { healthy: true, slower: None, change: None, text };
    }
    let slower = libm::exp(logs.iter().sum::<f64>() / logs.len() as f64);
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    if slower <= 1.0 + HEALTHY {
        let how = if (0.99..=1.01).contains(&slower) {
            "as fast as predicted".to_owned()
        } else if slower >= 1.0 {
            format!("{} slower than predicted", percent(slower - 1.0))
        } else {
            format!("{} faster than predicted", percent(1.0 / slower - 1.0))
        };
        let text = format!("healthy: large messages are {how}, well within what logs of equal hardware differ by");
        return Verdict { healthy: true, slower: Some(slower), change: None, text };
    }
    // Between nodes NICs and NVLink bound the same rings: NICs are suspected first, unless NVLink explains much more.
    let change = suspects(inputs).into_iter().filter_map(|suspect| suspect.best(inputs, &rows));
    let change = change.reduce(|first, second| {
        let poor = first.error > EXPLAINED && second.error < first.error / 2.0;
        if poor { second } else { first }
    });
    // A change explains a log if it takes away most of its error.
    let before = error_with(inputs, &rows).unwrap_or(f64::INFINITY);
    let change = change.filter(|change| change.error < before / 2.0);
    let reason = change.as_ref().map_or("no single change of a rate explains it".to_owned(), reading);
    let text =
        format!("below what this machine should reach: {}x as long for large messages; {reason}", significant(slower));
    Verdict { healthy: false, slower: Some(slower), change, text }
}

/// An input that may be at fault.
struct Suspect {
    parameter: &'static str,
    healthy: f64,
    least: f64,
    set: fn(&mut MeasuredInputs, f64),
}

fn suspects(inputs: &MeasuredInputs) -> Vec<Suspect> {
    let ring = inputs.generation.ring_gb_s.value;
    let mut suspects = Vec::with_capacity(2);
    if inputs.nodes > 1 {
        suspects.push(Suspect { parameter: "nics", healthy: inputs.nics, least: inputs.nics / 1000.0, set: set_nics });
    }
    suspects.push(Suspect { parameter: "nvlink", healthy: ring, least: ring / 1000.0, set: set_nvlink });
    suspects
}

fn set(figure: &mut Figure, value: f64) {
    figure.value = value;
}

/// The rate of every hop inside a node; without fast links there is no in-switch reduction either.
fn set_nvlink(inputs: &mut MeasuredInputs, gb_s: f64) {
    set(&mut inputs.generation.ring_gb_s, gb_s);
    set(&mut inputs.generation.tree_gb_s, gb_s);
    inputs.nvls = false;
}

fn set_nics(inputs: &mut MeasuredInputs, nics: f64) {
    inputs.nics = nics;
}

impl Suspect {
    /// The value that explains the rows best.
    fn best(&self, inputs: &MeasuredInputs, rows: &[(u64, f64)]) -> Option<Change> {
        let ratio = libm::pow(self.healthy / self.least, 1.0 / f64::from(SCAN_STEPS));
        let mut value = self.least;
        let mut best: Option<Change> = None;
        for _ in 0..=SCAN_STEPS {
            let mut changed = inputs.clone();
            (self.set)(&mut changed, value);
            if let Some(error) = error_with(&changed, rows)
                && best.as_ref().is_none_or(|best| error < best.error)
            {
                best = Some(Change { parameter: self.parameter, healthy: self.healthy, explains: value, error });
            }
            value *= ratio;
        }
        best
    }
}

/// A change in words, with what it usually means.
fn reading(change: &Change) -> String {
    let (explains, healthy) = (significant(change.explains), significant(change.healthy));
    let share = change.explains / change.healthy;
    match change.parameter {
        "nics" => {
            let meaning = if change.explains < 0.2 {
                "a TCP path instead of RDMA"
            } else if share >= 0.8 {
                "one NIC is slow, and the slowest rail sets the rate of all"
            } else {
                "a part of the NICs carries everything: a rail or GPUDirect is off"
            };
            format!("as if {explains} of {healthy} NICs were in use ({meaning})")
        }
        _ => {
            let meaning = if change.explains < 8.0 {
                "P2P is off: every hop goes through the host's memory"
            } else if change.explains < 40.0 {
                "a hop crosses PCIe"
            } else {
                "a part of the NVLink lanes is in use, or a graph file says so"
            };
            format!("as if hops inside a node ran at {explains} GB/s instead of {healthy} ({meaning})")
        }
    }
}
