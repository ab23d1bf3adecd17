//! Predictions for the rows of a log, and how well they agree with its times.

use std::borrow::Cow;

use super::mean_error::mean_error;
use crate::nccl::{Candidate, MeasuredInputs, fastest};
use crate::nccl_log::{LogRow, LogRun, Operation};

/// The most rows that a scan predicts for each of its values: a log has a few dozen.
const MAX_SCANNED_ROWS: usize = 400;

/// A measured row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct MeasuredRow {
    pub message_bytes: u64,
    pub seconds: f64,
    /// Whether NVSwitches can add its elements.
    pub switches_add: bool,
}

/// The rows of a run that have a time, smallest messages first.
pub(super) fn measured_rows(run: &LogRun, operation: Operation, ranks: u32) -> Vec<MeasuredRow> {
    let measured = |row: &LogRow| {
        let seconds = row.time_s(operation, ranks)?;
        Some(MeasuredRow { message_bytes: row.message_bytes, seconds, switches_add: row.switches_add() })
    };
    let mut rows: Vec<MeasuredRow> = run.rows.iter().filter_map(measured).collect();
    rows.sort_by(|a, b| a.message_bytes.cmp(&b.message_bytes).then(a.seconds.total_cmp(&b.seconds)));
    rows
}

/// A cluster that predicts rows. In-switch reduction is left out for elements that switches cannot add.
pub(super) struct Predictor<'a> {
    inputs: &'a MeasuredInputs,
    without_nvls: Option<MeasuredInputs>,
}

impl<'a> Predictor<'a> {
    pub(super) fn new(inputs: &'a MeasuredInputs) -> Predictor<'a> {
        let without_nvls = inputs.nvls.then(|| MeasuredInputs { nvls: false, ..inputs.clone() });
        Predictor { inputs, without_nvls }
    }

    /// The inputs for a row's elements.
    pub(super) fn inputs(&self, switches_add: bool) -> &MeasuredInputs {
        match &self.without_nvls {
            Some(without) if !switches_add => without,
            _ => self.inputs,
        }
    }

    /// The fastest candidate for a message; `None` if the cluster has none.
    pub(super) fn candidate(&self, message_bytes: u64, switches_add: bool) -> Option<Candidate> {
        fastest(self.inputs(switches_add), message_bytes)
    }

    /// The predicted time of a row, seconds.
    pub(super) fn seconds(&self, row: &MeasuredRow) -> Option<f64> {
        Some(self.candidate(row.message_bytes, row.switches_add)?.time_us * 1e-6)
    }

    /// Measured over predicted time; above 1 is slower.
    pub(super) fn slower(&self, row: &MeasuredRow) -> Option<f64> {
        Some(row.seconds / self.seconds(row)?)
    }

    /// The mean error over rows; `None` if none has a prediction.
    pub(super) fn error(&self, rows: &[MeasuredRow]) -> Option<f64> {
        mean_error(rows.iter().filter_map(|row| Some((self.seconds(row)?, row.seconds))))
    }

    /// The geometric mean of measured over predicted time; `None` without a predicted row.
    pub(super) fn mean_slower(&self, rows: &[MeasuredRow]) -> Option<f64> {
        let logs: Vec<f64> = rows.iter().filter_map(|row| self.slower(row)).map(libm::log).collect();
        (!logs.is_empty()).then(|| libm::exp(logs.iter().sum::<f64>() / logs.len() as f64))
    }

    /// The median of measured over predicted time; `None` without a predicted row.
    pub(super) fn median_slower(&self, rows: &[MeasuredRow]) -> Option<f64> {
        let mut ratios: Vec<f64> = rows.iter().filter_map(|row| self.slower(row)).collect();
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied()
    }
}

/// Rows spread evenly over the sizes of a long log; all of a short one. `rows` are sorted.
pub(super) fn spread(rows: &[MeasuredRow]) -> Cow<'_, [MeasuredRow]> {
    if rows.len() <= MAX_SCANNED_ROWS {
        return Cow::Borrowed(rows);
    }
    let at = |number: usize| rows.get(number * rows.len() / MAX_SCANNED_ROWS).copied();
    (0..MAX_SCANNED_ROWS).filter_map(at).collect()
}

/// The number of different sizes.
pub(super) fn sizes(rows: &[MeasuredRow]) -> usize {
    rows.chunk_by(|a, b| a.message_bytes == b.message_bytes).count()
}
