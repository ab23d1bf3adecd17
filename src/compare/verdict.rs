//! Is a cluster healthy, or is it below what it should reach, and which single change would explain it?

use serde::Serialize;

use super::LARGE_BYTES;
use super::suspects::{Change, error_with, nvls_off, of_calls, of_rates};
use crate::nccl::{MeasuredInputs, fastest};
use crate::nccl_log::NcclLog;

/// Slower or faster than predicted by less than this over large messages is healthy: logs of equal hardware differ by as
/// much (2 to 30 %).
const HEALTHY: f64 = 0.25;
/// The same for messages of 1 to 32 MiB, where the model itself is further off (up to 49 % on a healthy log).
const HEALTHY_BELOW_RATES: f64 = 0.6;
/// From this message on rates show, not start-up.
const RATE_BYTES: u64 = 32 << 20;
/// From this on NVLS is suspected to be off, though logs of equal hardware may differ by more: with it off a log is
/// slower by a tenth to a fifth only, but follows another curve.
const NVLS_IS_SUSPECTED: f64 = 0.05;
/// If that leaves no more error than this.
const NVLS_EXPLAINS: f64 = 0.03;

/// What a comparison says of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictState {
    /// It reaches what it should.
    Healthy,
    /// It is slower than it should be.
    Below,
    /// Large messages are as they should be, those of 1 to 32 MiB slower.
    SlowBelow32Mib,
    /// It is faster than this machine can be expected to be.
    Faster,
    /// There was nothing to tell by.
    Unknown,
}

/// What a comparison means.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// Whether the cluster reaches what it should.
    pub healthy: bool,
    /// The same in more than two cases.
    pub state: VerdictState,
    /// Mean of measured over predicted from 32 MiB on (as times, geometric), or from 1 MiB on where there is no such row;
    /// above 1 is slower.
    pub slower: Option<f64>,
    /// The change that explains it best, if it is not healthy and one does.
    pub change: Option<Change>,
    /// In words.
    pub text: String,
}

impl Verdict {
    fn new(state: VerdictState, slower: Option<f64>, text: String) -> Verdict {
        Verdict { healthy: state == VerdictState::Healthy, state, slower, change: None, text }
    }
}

/// (message, measured seconds) of the rows of some sizes.
fn pairs(log: &NcclLog, sizes: std::ops::Range<u64>) -> Vec<(u64, f64)> {
    let rows = log.rows.iter().filter(|row| sizes.contains(&row.message_bytes));
    rows.filter_map(|row| Some((row.message_bytes, row.measured_s()?))).collect()
}

/// Geometric mean of measured over predicted; none without a row that is predicted.
fn slower(inputs: &MeasuredInputs, rows: &[(u64, f64)]) -> Option<f64> {
    let ratios = rows.iter().filter_map(|&(bytes, measured)| Some(measured / (fastest(inputs, bytes)?.time_us * 1e-6)));
    let logs: Vec<f64> = ratios.map(libm::log).collect();
    (!logs.is_empty()).then(|| libm::exp(logs.iter().sum::<f64>() / logs.len() as f64))
}

/// A change explains rows if it takes away most of their error.
fn explaining(change: Option<Change>, inputs: &MeasuredInputs, rows: &[(u64, f64)]) -> Option<Change> {
    let before = error_with(inputs, rows).unwrap_or(f64::INFINITY);
    change.filter(|change| change.error < before / 2.0)
}

/// The verdict on a log.
pub(super) fn verdict(log: &NcclLog, inputs: &MeasuredInputs) -> Verdict {
    let (large, below_rates) = (pairs(log, RATE_BYTES..u64::MAX), pairs(log, LARGE_BYTES..RATE_BYTES));
    let small_too = pairs(log, 0..RATE_BYTES);
    let of_large = slower(inputs, &large);
    let of_rest = slower(inputs, &below_rates);
    let Some(how_much) = of_large.or(of_rest) else {
        let text = if log.rows.iter().any(|row| row.message_bytes >= LARGE_BYTES) {
            "unknown: nothing is predicted for this cluster with these algorithms and protocols"
        } else {
            "unknown: no row of 1 MiB or more, and start-up times alone tell nothing of links"
        };
        return Verdict::new(VerdictState::Unknown, None, text.to_owned());
    };
    let (rows, within, which) = if of_large.is_some() {
        (&large, HEALTHY, "messages of 32 MiB and more")
    } else {
        (&below_rates, HEALTHY_BELOW_RATES, "messages of 1 to 32 MiB, the largest here,")
    };
    let suspected = how_much > 1.0 + NVLS_IS_SUSPECTED && of_large.is_some();
    let off = suspected.then(|| explaining(nvls_off(inputs, rows), inputs, rows)).flatten();
    if how_much > 1.0 + within || off.is_some_and(|off| off.error <= NVLS_EXPLAINS) {
        return below(inputs, how_much, rows, &small_too, which);
    }
    if how_much < 1.0 / (1.0 + within) {
        let text = format!(
            "faster than it should be: {which} take {:.0} % of the predicted time; the machine, the network or the number \
             of NICs named here is probably not that of the log",
            100.0 * how_much
        );
        return Verdict::new(VerdictState::Faster, Some(how_much), text);
    }
    match of_rest.filter(|rest| of_large.is_some() && *rest > 1.0 + HEALTHY_BELOW_RATES) {
        // What every call costs must show in the smaller ones too.
        Some(rest) => slow_below_rates(inputs, (how_much, rest), &small_too),
        None => {
            let how = differs(how_much);
            let text = format!("healthy: {which} are {how}, well within what logs of equal hardware differ by");
            Verdict::new(VerdictState::Healthy, Some(how_much), text)
        }
    }
}

fn below(inputs: &MeasuredInputs, how_much: f64, rows: &[(u64, f64)], smaller: &[(u64, f64)], which: &str) -> Verdict {
    let all: Vec<(u64, f64)> = smaller.iter().chain(rows).copied().collect();
    let change = explaining(of_rates(inputs, rows), inputs, rows);
    let change = change.or_else(|| explaining(of_calls(inputs, &all), inputs, &all));
    let reason = change.as_ref().map_or("no single change explains it", |change| &change.reading);
    let text = format!("below what this machine should reach: {which} take {} as long; {reason}", times(how_much));
    Verdict { change, ..Verdict::new(VerdictState::Below, Some(how_much), text) }
}

fn slow_below_rates(inputs: &MeasuredInputs, (large, rest): (f64, f64), rows: &[(u64, f64)]) -> Verdict {
    let change = explaining(of_calls(inputs, rows), inputs, rows);
    let reason = change.as_ref().map_or(
        "no link's rate does that: start-up, a network plugin or a part of a node in use may; the model has no term for it",
        |change| &change.reading,
    );
    let text = format!(
        "as it should be from 32 MiB on ({}), but messages of 1 to 32 MiB take {} as long as predicted; {reason}",
        differs(large),
        times(rest)
    );
    Verdict { change, ..Verdict::new(VerdictState::SlowBelow32Mib, Some(large), text) }
}

/// How a time compares with the predicted one.
fn differs(slower: f64) -> String {
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    if (0.99..=1.01).contains(&slower) {
        "as fast as predicted".to_owned()
    } else if slower >= 1.0 {
        format!("{} slower than predicted", percent(slower - 1.0))
    } else {
        format!("{} faster than predicted", percent(1.0 / slower - 1.0))
    }
}

/// As in "2.5 times", "120 times".
fn times(factor: f64) -> String {
    if factor < 10.0 { format!("{factor:.2} times") } else { format!("{factor:.0} times") }
}
