//! Real logs of `nccl-tests` against the `measured` timing: errors per size and per log, and a verdict.
//!
//! | file | what |
//! |---|---|
//! | `cluster` | from flags to the inputs of the timing |
//! | `table` | a comparison for people |
//! | `validation` | the logs that the timing is held against, and the document about them |
//! | `plot` | their points over the predicted curves |
//! | `verdict` | is it healthy, and if not, which single change would explain it |
//! | `suspects` | those changes, and their words |

mod cluster;
mod plot;
mod suspects;
mod table;
mod validation;
mod verdict;

pub use cluster::{ClusterError, ClusterFlags, LogCluster, inputs};
pub use plot::validation_plot;
pub use suspects::Change;
pub use table::comparison_table;
pub use validation::{UnheldLog, ValidationList, ValidationLog, validation_document};
pub use verdict::{Verdict, VerdictState};

use serde::Serialize;

use crate::nccl::{MeasuredInputs, fastest};
use crate::nccl_log::NcclLog;

/// From this message on a log is held against the model.
pub const LARGE_BYTES: u64 = 1 << 20;

/// One row of a log beside its predictions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparedRow {
    /// Bytes per rank.
    pub message_bytes: u64,
    /// The smaller half.
    pub measured_s: f64,
    /// Sender and receiver buffers apart.
    pub out_of_place_s: Option<f64>,
    /// One buffer.
    pub in_place_s: Option<f64>,
    /// The model's time.
    pub predicted_s: f64,
    /// What NCCL's own cost model expects.
    pub nccl_table_s: Option<f64>,
    /// The model's pick.
    pub algorithm: String,
}

/// A log beside its predictions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Of this format.
    pub version: u32,
    /// Id in the catalog.
    pub machine: String,
    /// NVLink domains.
    pub nodes: u32,
    /// GPUs of each.
    pub gpus_per_node: u32,
    /// Id in the catalog.
    pub network: Option<String>,
    /// By size, as in the log.
    pub rows: Vec<ComparedRow>,
    /// `exp(mean |ln(predicted / measured)|) - 1` over rows of 1 MiB and more; `null` without such rows.
    pub error_1mib_up: Option<f64>,
    /// The same over all rows.
    pub error_all: Option<f64>,
    /// The same for NCCL's own cost model, 1 MiB and up.
    pub nccl_table_error_1mib_up: Option<f64>,
    /// What it means.
    pub verdict: Verdict,
}

/// Holds a log against a cluster.
pub fn compare(log: &NcclLog, machine: &str, network: Option<&str>, inputs: &MeasuredInputs) -> Comparison {
    let rows: Vec<ComparedRow> = log
        .rows
        .iter()
        .filter_map(|row| {
            let candidate = fastest(inputs, row.message_bytes)?;
            let table = inputs.table_pick(row.message_bytes);
            Some(ComparedRow {
                message_bytes: row.message_bytes,
                measured_s: row.measured_s()?,
                out_of_place_s: row.out_of_place_s,
                in_place_s: row.in_place_s,
                predicted_s: candidate.time_us * 1e-6,
                nccl_table_s: table.map(|entry| entry.time_us * 1e-6 + inputs.host_s),
                algorithm: format!("{}/{}", candidate.algorithm.name(), candidate.protocol.name()),
            })
        })
        .collect();
    let large = |row: &&ComparedRow| row.message_bytes >= LARGE_BYTES;
    let of = |row: &ComparedRow| Some((row.predicted_s, row.measured_s));
    let of_table = |row: &ComparedRow| Some((row.nccl_table_s?, row.measured_s));
    Comparison {
        version: 1,
        machine: machine.to_owned(),
        nodes: inputs.nodes,
        gpus_per_node: inputs.gpus_per_node,
        network: network.map(str::to_owned),
        error_1mib_up: error(rows.iter().filter(large).filter_map(of)),
        error_all: error(rows.iter().filter_map(of)),
        nccl_table_error_1mib_up: error(rows.iter().filter(large).filter_map(of_table)),
        verdict: verdict::verdict(log, inputs),
        rows,
    }
}

/// `exp(mean |ln(predicted / measured)|) - 1`, as a fraction.
pub fn error(pairs: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for (predicted, measured) in pairs {
        sum += libm::log(predicted / measured).abs();
        count += 1.0;
    }
    (count > 0.0).then(|| libm::exp(sum / count) - 1.0)
}

#[cfg(test)]
mod log_tests;
#[cfg(test)]
mod tests;
