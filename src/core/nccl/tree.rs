//! The tree: a chain inside each node, a double binary tree between nodes.

use super::inputs::MeasuredInputs;
use super::pieces::{Pieces, StartAndStep, active_channels, tree_levels};
use super::types::Protocol;

/// The parts of a tree's time. `None` for a single rank, or for several nodes without a network.
///
/// The message goes down and up g-1 hops inside a node and the levels between nodes. Each round moves one chunk per
/// channel at the slower of NVLink and NICs.
pub(super) fn pieces(inputs: &MeasuredInputs, protocol: Protocol, size: f64) -> Option<Pieces> {
    let generation = &inputs.generation;
    let (nodes, gpus, channels) =
        (f64::from(inputs.nodes), f64::from(inputs.gpus_per_node), f64::from(inputs.channels));
    let network = inputs.network.as_ref().filter(|_| inputs.nodes > 1);
    if inputs.nodes > 1 && network.is_none() || inputs.ranks() < 2 {
        return None;
    }
    let active = active_channels(size, protocol.select(4096.0, 5120.0, 32768.0), inputs);
    let mut chunk_limit = protocol.select(32768.0, 576_000.0, 524_288.0);
    if protocol == Protocol::Ll128 {
        let stages = 1.0 + f64::from(inputs.nodes.max(1).ilog2()) + 0.1 * gpus;
        for (per_stage, min_bytes) in [(64.0, 131_072.0), (16.0, 32_768.0)] {
            while (size / (channels * chunk_limit)).floor() < per_stage * stages / gpus && chunk_limit > min_bytes {
                chunk_limit /= 2.0;
            }
        }
    }
    let inner = if inputs.gpus_per_node == 1 { f64::INFINITY } else { generation.tree_gb_s.value / 2.0 };
    let ll_cap = network.map_or(generation.ll_cap_gb_s.value, |network| network.ll_cap_gb_s.value);
    let inner = protocol.select((inner / 2.0).min(ll_cap / 2.0), 0.9 * inner, inner);
    // The boundary of a node carries the message once each way with two nodes, and nearly twice with many.
    let outer = network.map_or(f64::INFINITY, |_| inputs.nics_gb_s() * nodes / (2.0 * (nodes - 1.0)));
    let outer = protocol.select(outer / 2.0, 0.9375 * outer, outer);
    let rate = inner.min(outer);
    let chunk = chunk_limit.min(size / active);
    let bytes_us = chunk * channels / rate / 1000.0;
    let StartAndStep { start_us, step_us: nvlink_us } = StartAndStep::new(generation, protocol);
    let phi = protocol.select(generation.phi_ll.value, generation.phi_ll128.value, generation.phi_simple.value);
    let round_us = protocol.select(
        generation.round_ll_us.value,
        generation.round_ll128_us.value,
        generation.round_simple_us.value,
    );
    let ratio = protocol.select(1.0, 1.25 / 1.9, 4.0 / 3.4);
    let stage_us = network.map_or(0.0, |n| protocol.select(n.t_ll_us.value, n.t_ll128_us.value, n.t_simple_us.value));
    let (inside, between) = (gpus - 1.0, tree_levels(inputs.nodes));
    Some(Pieces::Stream {
        start_us,
        hops_inside: inside,
        inside_us: ratio * nvlink_us,
        levels: between,
        between_us: stage_us,
        fill_us: 2.0 * (inside + between) * phi * bytes_us,
        drain_gb_s: active * chunk / (round_us + bytes_us) / 1000.0,
    })
}
