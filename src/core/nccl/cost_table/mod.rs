//! NCCL's own cost model, by which NCCL 2.30.7 picks algorithm and protocol of an all-reduce.
//!
//! t = L + S / (1000 B), in microseconds, bytes and GB/s (`src/graph/tuning.cc`, ll. 630-655): L is a sum of step
//! latencies, B a rate by formula. NCCL evaluates it for each pair and picks the fastest. For large messages it agrees
//! with measurements to about 2 % on healthy A100 and H100 clusters. It does not model how a pipeline fills: from 4 to
//! 128 MiB it is 15 to 40 % too fast. The figures for B200 are approximate ([`TableInputs::blackwell_nvls_limit`]).
//! Tuner plugins of cloud vendors (AWS, Google) replace this model.

mod constants;
mod inputs;
mod search;

pub use inputs::TableInputs;

use super::types::{Generation, HostCpu, NcclAlgorithm, Protocol};
use constants::{
    PLATEAU, PLATEAU_BYTES, by_nodes, by_protocol, caps, latencies, ll_cap_gb_s, post_overhead_us, size_correction,
};
use search::Channels;

/// The rate of all NVLinks of a GPU in one direction as NCCL counts it, GB/s.
pub fn link_gb_s(generation: Generation) -> f64 {
    constants::nvlink_rate_gb_s(generation)
}

/// One candidate: an algorithm with a protocol, and the time that NCCL expects.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TableEntry {
    /// The algorithm.
    pub algorithm: NcclAlgorithm,
    /// The protocol.
    pub protocol: Protocol,
    /// The expected time, in microseconds.
    pub time_us: f64,
}

/// All candidates for a message, in a fixed order: ring, tree, then NVLS or NVLSTree.
///
/// Empty if the cost model does not cover the case: fewer than two ranks, no bytes, several nodes without a NIC, or a NIC
/// slower than the lowest rate that NCCL tries.
pub fn candidates(inputs: &TableInputs, message_bytes: u64) -> Vec<TableEntry> {
    if !inputs.is_covered() || message_bytes == 0 {
        return Vec::new();
    }
    let mut entries = Vec::new();
    let mut add = |algorithm, protocol, latency_us: f64, bandwidth_gb_s: f64| {
        let time_us = latency_us + message_bytes as f64 / (1000.0 * bandwidth_gb_s);
        if bandwidth_gb_s > 0.0 && time_us.is_finite() {
            entries.push(TableEntry { algorithm, protocol, time_us });
        }
    };
    if let Some(channels) = search::ring(inputs) {
        for algorithm in [NcclAlgorithm::Ring, NcclAlgorithm::Tree] {
            for protocol in Protocol::ALL {
                if protocol == Protocol::Ll128 && !inputs.ll128_allowed {
                    continue;
                }
                let (latency_us, bandwidth_gb_s) = if algorithm == NcclAlgorithm::Ring {
                    let plateau = plateau(inputs, &channels, protocol, message_bytes);
                    (ring_latency_us(inputs, protocol) * plateau, ring_bandwidth_gb_s(inputs, &channels, protocol))
                } else {
                    let correction = size_correction(protocol, message_bytes);
                    (tree_latency_us(inputs, protocol), tree_bandwidth_gb_s(inputs, &channels, protocol) * correction)
                };
                add(algorithm, protocol, latency_us, bandwidth_gb_s);
            }
        }
    }
    let allowed = inputs.nvls_allowed && inputs.generation != Generation::A100;
    if let Some(channels) = allowed.then(|| search::nvls(inputs)).flatten() {
        // NVLS across nodes needs CollNet, which the model does not cover; NVLSTree is disabled on one node.
        let algorithm = if inputs.nodes == 1 { NcclAlgorithm::Nvls } else { NcclAlgorithm::NvlsTree };
        let bandwidth_gb_s = nvls_bandwidth_gb_s(inputs, &channels) * nvls_correction(inputs, message_bytes);
        add(algorithm, Protocol::Simple, nvls_latency_us(inputs, algorithm), bandwidth_gb_s);
    }
    entries
}

/// The candidate that NCCL picks: the fastest, or the first of equally fast ones. `None` if [`candidates`] is empty.
pub fn pick(inputs: &TableInputs, message_bytes: u64) -> Option<TableEntry> {
    candidates(inputs, message_bytes).into_iter().min_by(|a, b| a.time_us.total_cmp(&b.time_us))
}

/// Latency of one step between nodes, in microseconds.
fn inter_us(inputs: &TableInputs, algorithm: NcclAlgorithm, protocol: Protocol) -> f64 {
    // With 1 GPU per node nothing hides the network, and NCCL uses the tree's latency for all algorithms.
    let algorithm = if inputs.gpus_per_node == 1 { NcclAlgorithm::Tree } else { algorithm };
    // Simple flushes, so it pays the plugin's latency twice.
    let times = if protocol == Protocol::Simple { 2.0 } else { 1.0 };
    by_protocol(latencies(algorithm).network_us, protocol) + times * inputs.net_latency_us
}

/// `tuning.cc`, ll. 384-425: 2(n-1) steps, of which 2(k-1) cross nodes.
fn ring_latency_us(inputs: &TableInputs, protocol: Protocol) -> f64 {
    let constants = latencies(NcclAlgorithm::Ring);
    let steps = 2.0 * (inputs.ranks() as f64 - 1.0);
    let inter_steps = 2.0 * (f64::from(inputs.nodes) - 1.0);
    let nvlink_us = by_protocol(constants.nvlink_us, protocol);
    // A step of a ring between nodes takes at least as long as the CPU needs to post it.
    let overhead_us = if inputs.nodes > 1 { post_overhead_us(inputs.host_cpu, protocol) } else { 0.0 };
    by_protocol(constants.base_us, protocol)
        + (steps - inter_steps) * nvlink_us.max(overhead_us)
        + inter_steps * inter_us(inputs, NcclAlgorithm::Ring, protocol)
}

/// The factor on the latency of ring Simple between nodes.
fn plateau(inputs: &TableInputs, channels: &Channels, protocol: Protocol, message_bytes: u64) -> f64 {
    let parts = u64::from(channels.count).saturating_mul(inputs.ranks()).max(1);
    let full = message_bytes / parts >= PLATEAU_BYTES;
    if protocol == Protocol::Simple && inputs.nodes > 1 && full { PLATEAU } else { 1.0 }
}

/// The latency down the chain and the tree and back (`tuning.cc`, ll. 384-425).
fn tree_latency_us(inputs: &TableInputs, protocol: Protocol) -> f64 {
    let constants = latencies(NcclAlgorithm::Tree);
    let chain_us = (f64::from(inputs.gpus_per_node) - 1.0) * by_protocol(constants.nvlink_us, protocol);
    let tree_us = levels(inputs) * inter_us(inputs, NcclAlgorithm::Tree, protocol);
    by_protocol(constants.base_us, protocol) + 2.0 * (chain_us + tree_us)
}

/// Levels of the tree between nodes: floor(log2 k).
fn levels(inputs: &TableInputs) -> f64 {
    f64::from(inputs.nodes.checked_ilog2().unwrap_or(0))
}

fn nvls_latency_us(inputs: &TableInputs, algorithm: NcclAlgorithm) -> f64 {
    let inner_us = by_protocol(latencies(algorithm).nvlink_us, Protocol::Simple);
    inner_us + 2.0 * levels(inputs) * inter_us(inputs, algorithm, Protocol::Simple)
}

/// Channels times rate, in GB/s; up to two nodes, the rate inside a node (`tuning.cc`, ll. 306-382).
fn bus_gb_s(inputs: &TableInputs, channels: &Channels) -> f64 {
    let speed_gb_s = if inputs.nodes <= 2 { channels.intra_gb_s } else { channels.inter_gb_s };
    f64::from(channels.count) * speed_gb_s
}

/// Bytes reduced per byte that crosses a link, n / (2(n-1)): the factor from busbw to algbw.
fn ring_ratio(inputs: &TableInputs) -> f64 {
    let ranks = inputs.ranks() as f64;
    ranks / (2.0 * (ranks - 1.0))
}

fn ring_bandwidth_gb_s(inputs: &TableInputs, channels: &Channels, protocol: Protocol) -> f64 {
    let bus_gb_s = bus_gb_s(inputs, channels);
    let per_channel_gb_s = by_nodes(caps(inputs.generation).ring_ll128, inputs.nodes);
    let bus_gb_s = match protocol {
        Protocol::Ll => (0.5 * bus_gb_s).min(ll_cap_gb_s(inputs.generation, inputs.host_cpu, inputs.nodes)),
        Protocol::Ll128 => (0.92 * bus_gb_s).min(f64::from(channels.count) * per_channel_gb_s),
        Protocol::Simple => bus_gb_s,
    };
    bus_gb_s * ring_ratio(inputs)
}

fn tree_bandwidth_gb_s(inputs: &TableInputs, channels: &Channels, protocol: Protocol) -> f64 {
    let caps = caps(inputs.generation);
    let count = f64::from(channels.count);
    let simple_gb_s = (0.92 * bus_gb_s(inputs, channels)).min(count * by_nodes(caps.tree, inputs.nodes));
    let bus_gb_s = match protocol {
        Protocol::Ll => (simple_gb_s / 3.8).min(ll_cap_gb_s(inputs.generation, inputs.host_cpu, inputs.nodes)),
        Protocol::Ll128 => {
            let share = if inputs.nodes == 1 { 7.0 / 9.0 } else { 120.0 / 128.0 };
            (simple_gb_s * share).min(count * by_nodes(caps.tree_ll128, inputs.nodes))
        }
        Protocol::Simple => simple_gb_s,
    };
    0.5 * bus_gb_s
}

fn nvls_bandwidth_gb_s(inputs: &TableInputs, channels: &Channels) -> f64 {
    let caps = caps(inputs.generation);
    let count = f64::from(channels.count);
    let inner_gb_s = 2.0 * channels.intra_gb_s * caps.nvls_efficiency * (count - 1.0) / count;
    let ignored = inputs.generation == Generation::B200 && !inputs.blackwell_nvls_limit;
    let per_head_gb_s = match inputs.nodes {
        1 if ignored => inner_gb_s,
        1 => inner_gb_s.min(channels.inter_gb_s),
        nodes => {
            // A tree of two nodes sends each byte between nodes once, a larger one twice.
            let crossings = if nodes == 2 { 2.0 } else { 1.0 };
            inner_gb_s.min(channels.inter_gb_s * crossings).min(by_nodes(caps.nvls_tree, nodes))
        }
    };
    count * per_head_gb_s * ring_ratio(inputs)
}

/// The size correction of NVLSTree: that of the tree, on Blackwell with an x86 host only.
fn nvls_correction(inputs: &TableInputs, message_bytes: u64) -> f64 {
    let x86 = inputs.host_cpu != HostCpu::Other;
    if inputs.nodes > 1 && inputs.generation == Generation::B200 && x86 {
        size_correction(Protocol::Simple, message_bytes)
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests;
