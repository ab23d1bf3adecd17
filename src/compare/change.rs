//! Single changes of a cluster that may explain a slow log: each is tried over its range.
//!
//! A log shows rates and times, not causes, so that some degradations look the same: NICs share a message evenly, so one NIC of
//! eight at half its rate slows all rings down as if only four were in use.

use std::borrow::Cow;

use serde::Serialize;

use super::change_text::reading;
use super::changed_input::ChangedInput;
use super::mean_error::mean_error;
use crate::nccl::{MeasuredInputs, NcclAlgorithm, fastest};

/// A change that leaves no more error than this explains a log on its own.
const EXPLAINED: f64 = 0.3;
/// The steps of a scan from the lowest to the highest value, in equal ratios.
const SCAN_STEPS: u32 = 160;
/// The highest value of a scan that differs from the healthy one, as a share of it.
const MAX_SCANNED: f64 = 0.97;
/// The largest distance of a number of NICs from a whole number that it may mean.
const WHOLE_NICS: f64 = 0.25;
/// Fewer NICs than this are not a NIC but a different path.
const ONE_NIC: f64 = 0.75;
/// A switch that explains a log about as well as a scanned rate is the simpler explanation.
const SIMPLER: f64 = 0.02;
/// The most rows that a scan predicts for each of its values: a log has a few dozen.
const MAX_SCANNED_ROWS: usize = 400;
/// The highest extra cost of a call, µs.
const MAX_CALL_US: f64 = 1e5;

/// A change that explains a log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The input.
    pub parameter: ChangedInput,
    /// Its healthy value, in the unit of the input.
    pub healthy: f64,
    /// The value that explains the log.
    pub explains: f64,
    /// The error that remains with it, as a fraction.
    pub error: f64,
    /// Its usual meaning, as text.
    #[serde(skip)]
    pub reading: String,
}

impl Change {
    fn new(inputs: &MeasuredInputs, parameter: ChangedInput, healthy: f64, found: ScanResult) -> Change {
        let ScanResult { value: explains, error } = found;
        Change { parameter, healthy, explains, error, reading: reading(inputs, parameter, healthy, explains) }
    }
}

/// A measured row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct MeasuredRow {
    pub message_bytes: u64,
    pub seconds: f64,
}

/// The error of the predictions for a cluster; `None` if it predicts none of the rows.
pub(super) fn error_with(inputs: &MeasuredInputs, rows: &[MeasuredRow]) -> Option<f64> {
    let predicted = |row: &MeasuredRow| Some((fastest(inputs, row.message_bytes)?.time_us * 1e-6, row.seconds));
    mean_error(rows.iter().filter_map(predicted))
}

/// The value of a scan with the least error.
#[derive(Clone, Copy, Debug, PartialEq)]
struct ScanResult {
    value: f64,
    error: f64,
}

/// An input that is scanned from its lowest to its healthy value.
struct Scan {
    healthy: f64,
    least: f64,
    set: fn(&mut MeasuredInputs, f64),
}

impl Scan {
    /// The value that explains the rows best; `None` if that is the healthy one.
    fn best(&self, inputs: &MeasuredInputs, rows: &[MeasuredRow]) -> Option<ScanResult> {
        let ratio = libm::pow(self.healthy / self.least, 1.0 / f64::from(SCAN_STEPS));
        let scanned = spread(rows);
        let mut value = self.least;
        let mut best: Option<ScanResult> = None;
        for _ in 0..SCAN_STEPS {
            let mut changed = inputs.clone();
            (self.set)(&mut changed, value);
            if let Some(error) = error_with(&changed, &scanned)
                && best.is_none_or(|best| error < best.error)
            {
                best = Some(ScanResult { value, error });
            }
            value *= ratio;
        }
        let best = best.filter(|best| best.value < MAX_SCANNED * self.healthy)?;
        if scanned.len() == rows.len() {
            return Some(best);
        }
        // The reported error is that of all rows.
        let mut changed = inputs.clone();
        (self.set)(&mut changed, best.value);
        Some(ScanResult { error: error_with(&changed, rows)?, ..best })
    }
}

/// Rows spread evenly over the sizes of a long log; all of a short one.
fn spread(rows: &[MeasuredRow]) -> Cow<'_, [MeasuredRow]> {
    if rows.len() <= MAX_SCANNED_ROWS {
        return Cow::Borrowed(rows);
    }
    let mut by_size = rows.to_vec();
    by_size.sort_by(|a, b| a.message_bytes.cmp(&b.message_bytes).then(a.seconds.total_cmp(&b.seconds)));
    (0..MAX_SCANNED_ROWS).map(|number| by_size[number * rows.len() / MAX_SCANNED_ROWS]).collect()
}

/// The change of a rate, or of in-switch reduction, that explains large messages best.
pub(super) fn rate_change(inputs: &MeasuredInputs, rows: &[MeasuredRow]) -> Option<Change> {
    let nics = (inputs.nodes > 1).then(|| nic_change(inputs, rows)).flatten();
    let scanned = match (nics, nvlink_change(inputs, rows)) {
        // Between nodes, NICs and NVLink limit the same rings: prefer NICs unless NVLink explains much more.
        (Some(nics), Some(nvlink)) => {
            let poor = nics.error > EXPLAINED && nvlink.error < nics.error / 2.0;
            Some(if poor { nvlink } else { nics })
        }
        (first, second) => first.or(second),
    };
    match (nvls_off(inputs, rows), scanned) {
        (Some(off), Some(scanned)) if scanned.error + SIMPLER < off.error => Some(scanned),
        (Some(off), _) => Some(off),
        (None, scanned) => scanned,
    }
}

/// In-switch reduction that is off; `None` if the cluster has none.
pub(super) fn nvls_off(inputs: &MeasuredInputs, rows: &[MeasuredRow]) -> Option<Change> {
    let has = |algorithm| inputs.algorithms.contains(&algorithm);
    if !inputs.nvls || !(has(NcclAlgorithm::Nvls) || has(NcclAlgorithm::NvlsTree)) {
        return None;
    }
    let error = error_with(&MeasuredInputs { nvls: false, ..inputs.clone() }, rows)?;
    Some(Change::new(inputs, ChangedInput::Nvls, 1.0, ScanResult { value: 0.0, error }))
}

/// The rate of every hop inside a node; without fast links there is no in-switch reduction either.
fn nvlink_change(inputs: &MeasuredInputs, rows: &[MeasuredRow]) -> Option<Change> {
    let healthy = inputs.generation.ring_gb_s.value;
    let set = |inputs: &mut MeasuredInputs, gb_s: f64| {
        inputs.generation.ring_gb_s.value = gb_s;
        inputs.generation.tree_gb_s.value = gb_s;
        inputs.nvls = false;
    };
    let found = Scan { healthy, least: healthy / 1000.0, set }.best(inputs, rows)?;
    Some(Change::new(inputs, ChangedInput::Nvlink, healthy, found))
}

/// The NICs in use, or the one that slows the others down.
fn nic_change(inputs: &MeasuredInputs, rows: &[MeasuredRow]) -> Option<Change> {
    let healthy = inputs.nics;
    let set = |inputs: &mut MeasuredInputs, nics: f64| inputs.nics = nics;
    let found = Scan { healthy, least: healthy / 1000.0, set }.best(inputs, rows)?;
    if found.value < ONE_NIC {
        return Some(Change::new(inputs, ChangedInput::Tcp, healthy, found));
    }
    let whole = found.value.round();
    let is_whole = whole >= 1.0 && whole <= healthy / 2.0 && (found.value - whole).abs() <= WHOLE_NICS;
    if is_whole || healthy < 2.0 {
        return Some(Change::new(inputs, ChangedInput::Nics, healthy, found));
    }
    Some(Change::new(inputs, ChangedInput::OneNic, 1.0, ScanResult { value: found.value / healthy, ..found }))
}

/// An extra cost of every call, independent of the size: only messages of a few MiB and less show it.
pub(super) fn call_change(inputs: &MeasuredInputs, rows: &[MeasuredRow]) -> Option<Change> {
    let set = |inputs: &mut MeasuredInputs, us: f64| inputs.host_s += us * 1e-6;
    let found = Scan { healthy: MAX_CALL_US, least: 1.0, set }.best(inputs, rows)?;
    let healthy = inputs.host_s * 1e6;
    Some(Change::new(inputs, ChangedInput::Host, healthy, ScanResult { value: healthy + found.value, ..found }))
}
