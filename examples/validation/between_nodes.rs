//! All-gather and reduce-scatter between nodes, the weak part of the model, with a change that was found and not adopted.
//!
//! The change takes no new constant, so nothing of it was fitted on the tables that it is judged on: LL128 starts up as an
//! all-reduce does, and with Simple the last piece of the first chunk leaves through the NIC, where nothing hides it.

use fabricscope::nccl::{Candidate, MeasuredInputs, Pieces, Protocol, candidates};

use super::ComparedLog;

/// The part of a chunk that the last piece is: the own share of a step in the model.
const LAST_PIECE: f64 = 0.4;
/// Errors are counted from this message on, bytes.
const LEAST_BYTES: u64 = 1 << 20;

/// Whether a log is one of an all-gather or a reduce-scatter over several nodes.
pub fn is_between_nodes(log: &ComparedLog) -> bool {
    log.cluster.nodes > 1 && ["all-gather", "reduce-scatter"].contains(&log.comparison.collective)
}

/// The error from 1 MiB up with the change, as a fraction.
pub fn changed_error(log: &ComparedLog) -> f64 {
    let rows: Vec<f64> = log
        .comparison
        .rows
        .iter()
        .filter(|row| row.message_bytes >= LEAST_BYTES)
        .map(|row| (changed_us(&log.cluster, row.message_bytes) / (row.measured_s * 1e6)).ln().abs())
        .collect();
    (rows.iter().sum::<f64>() / rows.len().max(1) as f64).exp_m1()
}

/// The time with the change, µs.
fn changed_us(cluster: &MeasuredInputs, message_bytes: u64) -> f64 {
    let times = candidates(cluster, message_bytes).into_iter().map(|candidate| {
        let added_us = added_us(cluster, &candidate);
        candidate.time_us + added_us
    });
    times.fold(f64::INFINITY, f64::min)
}

fn added_us(cluster: &MeasuredInputs, candidate: &Candidate) -> f64 {
    let generation = &cluster.generation;
    match (candidate.protocol, &candidate.pieces) {
        (Protocol::Ll128, _) => generation.t0_ll128_us.value - generation.pass_t0_ll128_us.value,
        // The bytes of a loop over all channels and ranks, at the rate of all channels, are the time of a chunk per rank.
        (Protocol::Simple, Pieces::Ring { loops, .. }) => {
            let chunk = loops.first().map_or(0.0, |first| first.bytes / first.rate_gb_s / 1000.0);
            LAST_PIECE * chunk / f64::from(cluster.ranks())
        }
        (_, _) => 0.0,
    }
}
