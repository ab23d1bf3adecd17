//! A log row by row beside the predictions, with the errors and the diagnosis.

use serde::Serialize;

use super::cluster::Cluster;
use super::diagnosis::{LARGE_BYTES, diagnose};
use super::input_source::InputSource;
use super::log_machine::{DeviceMatch, device_match};
use super::log_verdict::Verdict;
use super::mean_error::mean_error;
use super::operation::id_of;
use super::predictor::Predictor;
use crate::catalog::Catalog;
use crate::nccl_log::LogRun;

/// A row of a log with its predictions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparedRow {
    /// Bytes per rank.
    pub message_bytes: u64,
    /// The type of the elements, such as `float`.
    pub element: String,
    /// The measured busbw, GB/s.
    pub busbw_gb_s: f64,
    /// The busbw of the model, GB/s.
    pub expected_busbw_gb_s: f64,
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
    /// The algorithm and protocol that NCCL's own cost model chooses.
    pub nccl_table_algorithm: Option<String>,
}

/// A log with its predictions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Version of this format.
    pub version: u32,
    /// The heading of the run in the log, if it has one.
    pub run: Option<String>,
    /// Whether this program simulated the run: then the model is compared with itself.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
    /// The GPUs that the log names.
    pub devices: Vec<String>,
    /// What the log measures: the id of a collective, `scatter`, `gather` or `send`.
    pub collective: &'static str,
    /// Whether that is an all-reduce.
    #[serde(skip)]
    pub is_all_reduce: bool,
    /// The id of the machine in the catalog.
    pub machine: String,
    /// The number of nodes.
    pub nodes: u32,
    /// GPUs per node.
    pub gpus_per_node: u32,
    /// The id of the network in the catalog.
    pub network: Option<String>,
    /// The inputs of the prediction, and where each comes from.
    pub inputs: Vec<InputSource>,
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

/// Compares a run of a log with the predictions for a cluster.
pub fn compare(run: &LogRun, cluster: &Cluster, catalog: &Catalog) -> Comparison {
    let inputs = &cluster.inputs;
    let predictor = Predictor::new(inputs);
    let rows: Vec<ComparedRow> = run
        .rows
        .iter()
        .filter_map(|row| {
            let candidate = predictor.candidate(row.message_bytes, row.switches_add())?;
            let table = predictor.inputs(row.switches_add()).table_pick(row.message_bytes);
            let measured_s = row.time_s(cluster.operation, inputs.ranks())?;
            Some(ComparedRow {
                message_bytes: row.message_bytes,
                element: row.element.clone(),
                busbw_gb_s: cluster.busbw_gb_s(row.message_bytes, measured_s),
                expected_busbw_gb_s: cluster.busbw_gb_s(row.message_bytes, candidate.time_us * 1e-6),
                measured_s,
                out_of_place_s: row.out_of_place_s,
                in_place_s: row.in_place_s,
                predicted_s: candidate.time_us * 1e-6,
                nccl_table_s: table.as_ref().map(|entry| entry.time_us * 1e-6 + inputs.host_s),
                nccl_table_algorithm: table
                    .map(|entry| format!("{}/{}", entry.algorithm.name(), entry.protocol.name())),
                algorithm: format!("{}/{}", candidate.algorithm.name(), candidate.protocol.name()),
            })
        })
        .collect();
    let large = |row: &&ComparedRow| row.message_bytes >= LARGE_BYTES;
    let of = |row: &ComparedRow| Some((row.predicted_s, row.measured_s));
    let of_table = |row: &ComparedRow| Some((row.nccl_table_s?, row.measured_s));
    let known = catalog.measured_machines().find(|known| known.id == cluster.machine);
    let devices = known.map_or(DeviceMatch::Unnamed, |known| device_match(&run.devices, run.rccl, known));
    Comparison {
        version: 1,
        run: run.name.clone(),
        simulated: run.simulated.is_some(),
        devices: run.devices.clone(),
        collective: id_of(cluster.operation),
        is_all_reduce: cluster.is_all_reduce(),
        machine: cluster.machine.clone(),
        nodes: inputs.nodes,
        gpus_per_node: inputs.gpus_per_node,
        network: cluster.network.clone(),
        inputs: cluster.sources.clone(),
        error_1mib_up: mean_error(rows.iter().filter(large).filter_map(of)),
        error_all: mean_error(rows.iter().filter_map(of)),
        nccl_table_error_1mib_up: mean_error(rows.iter().filter(large).filter_map(of_table)),
        verdict: diagnose(run, cluster, devices, catalog),
        rows,
    }
}
