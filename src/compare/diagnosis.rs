//! The diagnosis of a log: whether the cluster is healthy and, if it is not, the single change that explains it.

use serde::Serialize;

use super::change::{Change, MeasuredRow, call_change, error_with, nvls_off, rate_change};
use super::diagnosis_text::{self as text, Sizes};
use super::log_machine::DeviceMatch;
use crate::nccl::{MeasuredInputs, fastest};
use crate::nccl_log::LogRun;

/// The least message of a log that is compared with the model.
pub const LARGE_BYTES: u64 = 1 << 20;
/// The largest deviation of a healthy cluster over large messages: logs of equal hardware differ by as much (2 to 30 %).
const HEALTHY: f64 = 0.25;
/// The same for messages of 1 to 32 MiB, where the error of the model is larger (up to 49 % on a healthy log).
const HEALTHY_BELOW_RATES: f64 = 0.6;
/// From this message on, rates determine the time, not start-up.
const RATE_BYTES: u64 = 32 << 20;
/// From this deviation on, NVLS may be off, though logs of equal hardware may differ by more: with it off, a log is only
/// a tenth to a fifth slower, but follows a different curve.
const NVLS_SUSPECTED: f64 = 0.05;
/// The error that NVLS off must leave at most to be the explanation.
const NVLS_EXPLAINS: f64 = 0.03;

/// The state of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictState {
    /// As fast as predicted.
    Healthy,
    /// Slower than predicted.
    Below,
    /// Large messages are as fast as predicted, those of 1 to 32 MiB are slower.
    SlowBelow32Mib,
    /// Faster than this machine can be.
    Faster,
    /// The sums of the run were wrong.
    WrongSums,
    /// The log names GPUs that are not those of the machine.
    OtherMachine,
    /// The log has no usable rows.
    Unknown,
}

/// busbw reached and expected at the largest message of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Headline {
    /// The message, bytes.
    pub message_bytes: u64,
    /// The measured busbw, GB/s.
    pub busbw_gb_s: f64,
    /// The busbw of the model, GB/s.
    pub expected_busbw_gb_s: f64,
}

/// The diagnosis of a log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// Whether the state is healthy.
    pub healthy: bool,
    /// The state of the cluster.
    pub state: VerdictState,
    /// The geometric mean of measured over predicted time from 32 MiB on, or from 1 MiB on without such rows; above 1 is
    /// slower.
    pub slower: Option<f64>,
    /// The change that explains a slow cluster best, if one does.
    pub change: Option<Change>,
    /// busbw reached and expected at the largest message.
    pub headline: Option<Headline>,
    /// All of it as text.
    pub text: String,
}

impl Verdict {
    fn new(state: VerdictState, slower: Option<f64>, text: String) -> Verdict {
        Verdict { healthy: state == VerdictState::Healthy, state, slower, change: None, headline: None, text }
    }
}

/// The measured rows with sizes in a range.
fn rows_of(run: &LogRun, ranks: u32, sizes: std::ops::Range<u64>) -> Vec<MeasuredRow> {
    let rows = run.rows.iter().filter(|row| sizes.contains(&row.message_bytes));
    rows.filter_map(|row| Some(MeasuredRow { message_bytes: row.message_bytes, seconds: row.time_s(ranks)? })).collect()
}

/// The geometric mean of measured over predicted time; `None` without a predicted row.
fn slower(inputs: &MeasuredInputs, rows: &[MeasuredRow]) -> Option<f64> {
    let ratio = |row: &MeasuredRow| Some(row.seconds / (fastest(inputs, row.message_bytes)?.time_us * 1e-6));
    let logs: Vec<f64> = rows.iter().filter_map(ratio).map(libm::log).collect();
    (!logs.is_empty()).then(|| libm::exp(logs.iter().sum::<f64>() / logs.len() as f64))
}

/// A change explains rows if it removes most of their error.
fn explaining(change: Option<Change>, inputs: &MeasuredInputs, rows: &[MeasuredRow]) -> Option<Change> {
    let before = error_with(inputs, rows).unwrap_or(f64::INFINITY);
    change.filter(|change| change.error < before / 2.0)
}

/// Diagnoses a log of a cluster.
pub(super) fn diagnose(run: &LogRun, inputs: &MeasuredInputs, devices: DeviceMatch) -> Verdict {
    let verdict = by_times(run, inputs, devices);
    let headline = headline(run, inputs);
    if run.is_wrong() {
        // Nothing that is measured with wrong sums is worth a cause.
        let wrong = run.rows.iter().filter_map(|row| row.wrong).fold(0, u64::saturating_add);
        let text = text::wrong_sums(wrong, &verdict.text);
        return Verdict { headline, ..Verdict::new(VerdictState::WrongSums, verdict.slower, text) };
    }
    Verdict { headline, ..verdict }
}

/// busbw reached and expected at the largest message.
fn headline(run: &LogRun, inputs: &MeasuredInputs) -> Option<Headline> {
    let ranks = inputs.ranks();
    let timed = run.rows.iter().filter_map(|row| Some((row.message_bytes, row.time_s(ranks)?)));
    // The best of the rows of the largest size: that is the busbw that the run reached.
    let (bytes, seconds) = timed.min_by(|a, b| b.0.cmp(&a.0).then(a.1.total_cmp(&b.1)))?;
    let expected_s = fastest(inputs, bytes)?.time_us * 1e-6;
    let of = |seconds: f64| bytes as f64 / seconds * 2.0 * f64::from(ranks - 1) / f64::from(ranks) / 1e9;
    Some(Headline { message_bytes: bytes, busbw_gb_s: of(seconds), expected_busbw_gb_s: of(expected_s) })
}

/// The diagnosis by the times alone.
fn by_times(run: &LogRun, inputs: &MeasuredInputs, devices: DeviceMatch) -> Verdict {
    let (large, below_rates) =
        (rows_of(run, inputs.ranks(), RATE_BYTES..u64::MAX), rows_of(run, inputs.ranks(), LARGE_BYTES..RATE_BYTES));
    let small_too = rows_of(run, inputs.ranks(), 0..RATE_BYTES);
    let of_large = slower(inputs, &large);
    let of_rest = slower(inputs, &below_rates);
    let Some(ratio) = of_large.or(of_rest) else {
        let has_large = run.rows.iter().any(|row| row.message_bytes >= LARGE_BYTES);
        let why = if has_large { text::NO_PREDICTION } else { text::NO_LARGE_ROWS };
        return Verdict::new(VerdictState::Unknown, None, why.to_owned());
    };
    if devices == DeviceMatch::Other {
        return Verdict::new(VerdictState::OtherMachine, Some(ratio), text::other_machine(&run.devices));
    }
    let (rows, tolerance, sizes) = if of_large.is_some() {
        (&large, HEALTHY, Sizes::From32Mib)
    } else {
        (&below_rates, HEALTHY_BELOW_RATES, Sizes::UpTo32Mib)
    };
    let suspected = ratio > 1.0 + NVLS_SUSPECTED && of_large.is_some();
    let off = suspected.then(|| explaining(nvls_off(inputs, rows), inputs, rows)).flatten();
    if ratio > 1.0 + tolerance || off.is_some_and(|off| off.error <= NVLS_EXPLAINS) {
        let all: Vec<MeasuredRow> = small_too.iter().chain(rows).copied().collect();
        let change = explaining(rate_change(inputs, rows), inputs, rows);
        let change = change.or_else(|| explaining(call_change(inputs, &all), inputs, &all));
        let text = text::below(sizes, ratio, change.as_ref());
        return Verdict { change, ..Verdict::new(VerdictState::Below, Some(ratio), text) };
    }
    if ratio < 1.0 / (1.0 + tolerance) {
        return Verdict::new(VerdictState::Faster, Some(ratio), text::faster(sizes, ratio));
    }
    match of_rest.filter(|rest| of_large.is_some() && *rest > 1.0 + HEALTHY_BELOW_RATES) {
        // A cost per call shows in smaller messages, too.
        Some(rest) => {
            let change = explaining(call_change(inputs, &small_too), inputs, &small_too);
            let text = text::slow_below_32_mib(ratio, rest, change.as_ref());
            Verdict { change, ..Verdict::new(VerdictState::SlowBelow32Mib, Some(ratio), text) }
        }
        None => Verdict::new(VerdictState::Healthy, Some(ratio), text::healthy(sizes, ratio)),
    }
}
