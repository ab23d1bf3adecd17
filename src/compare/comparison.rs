//! A log row by row beside the predictions, with the errors and the diagnosis.

use serde::Serialize;

use super::diagnosis::{LARGE_BYTES, Verdict, diagnose};
use super::mean_error::mean_error;
use crate::nccl::{MeasuredInputs, fastest};
use crate::nccl_log::NcclLog;

/// A row of a log with its predictions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparedRow {
    /// Bytes per rank.
    pub message_bytes: u64,
    /// The smaller of the two times, seconds.
    pub measured_s: f64,
    /// With separate send and receive buffers, seconds.
    pub out_of_place_s: Option<f64>,
    /// With one buffer, seconds.
    pub in_place_s: Option<f64>,
    /// The time of the model, seconds.
    pub predicted_s: f64,
    /// The time of NCCL's own cost model, seconds.
    pub nccl_table_s: Option<f64>,
    /// The algorithm and protocol that the model chooses.
    pub algorithm: String,
}

/// A log with its predictions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Version of this format.
    pub version: u32,
    /// The id of the machine in the catalog.
    pub machine: String,
    /// The number of nodes.
    pub nodes: u32,
    /// GPUs per node.
    pub gpus_per_node: u32,
    /// The id of the network in the catalog.
    pub network: Option<String>,
    /// The rows of the log that have a prediction.
    pub rows: Vec<ComparedRow>,
    /// `exp(mean |ln(predicted / measured)|) - 1` over rows of 1 MiB and more; `null` without such rows.
    pub error_1mib_up: Option<f64>,
    /// The same over all rows.
    pub error_all: Option<f64>,
    /// The same for NCCL's own cost model, 1 MiB and up.
    pub nccl_table_error_1mib_up: Option<f64>,
    /// The diagnosis.
    pub verdict: Verdict,
}

/// Compares a log with the predictions for a cluster.
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
        error_1mib_up: mean_error(rows.iter().filter(large).filter_map(of)),
        error_all: mean_error(rows.iter().filter_map(of)),
        nccl_table_error_1mib_up: mean_error(rows.iter().filter(large).filter_map(of_table)),
        verdict: diagnose(log, inputs),
        rows,
    }
}
