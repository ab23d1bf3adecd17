//! In-switch reduction: NVLS within one node, NVLSTree over several.

use super::inputs::MeasuredInputs;
use super::pieces::{Pieces, tree_levels};
use super::types::Protocol;
use crate::catalog::NetworkTiming;

/// NCCL uses NVLS for messages of 1 MiB and more.
const MIN_NVLS_BYTES: f64 = 1_048_576.0;

/// A rule of NCCL: if the message has fewer than `rounds` rounds of chunks, use chunks of `chunk_bytes`.
struct ChunkLimit {
    rounds: f64,
    chunk_bytes: f64,
}

const fn limit(rounds: f64, chunk_bytes: f64) -> ChunkLimit {
    ChunkLimit { rounds, chunk_bytes }
}

/// The chunk of NVLS, in bytes. Each limit sees the chunk that the limits before it left.
fn chunk_bytes(size: f64, streams: f64, first: f64, limits: &[ChunkLimit]) -> f64 {
    limits.iter().fold(first, |chunk, limit| {
        let few = size < limit.rounds * streams * chunk;
        if few && chunk > limit.chunk_bytes { limit.chunk_bytes } else { chunk }
    })
}

/// The constants of NVLS for one cluster.
struct Constants {
    start_us: f64,
    /// Overhead of a round.
    round_us: f64,
    /// Rounds that fill the pipeline.
    fill_rounds: f64,
    rate_gb_s: f64,
}

impl Constants {
    /// `None` if this cluster cannot use NVLS for this message.
    fn new(inputs: &MeasuredInputs, protocol: Protocol, size: f64) -> Option<Constants> {
        if !inputs.nvls || protocol != Protocol::Simple || size < MIN_NVLS_BYTES {
            return None;
        }
        let generation = &inputs.generation;
        let rate = if inputs.nvl72 { &generation.nvls72_gb_s } else { &generation.nvls_gb_s };
        Some(Constants {
            start_us: generation.t0_nvls_us.as_ref()?.value,
            round_us: generation.round_nvls_us.as_ref()?.value,
            fill_rounds: generation.fill_nvls.as_ref()?.value,
            rate_gb_s: rate.as_ref()?.value,
        })
    }
}

/// The parts of the time of NVLS, within one node.
pub(super) fn pieces(inputs: &MeasuredInputs, protocol: Protocol, size: f64) -> Option<Pieces> {
    let Constants { start_us, round_us, fill_rounds: fill, rate_gb_s: rate } = Constants::new(inputs, protocol, size)?;
    let streams = f64::from(inputs.nvls_channels) * inputs.heads();
    let limits = [limit(64.0, 65_536.0), limit(8.0, 32_768.0), limit(2.0, 16_384.0)];
    let chunk = chunk_bytes(size, streams, 131_072.0, &limits).min(size / streams);
    let round_us = round_us + streams * chunk / rate / 1000.0;
    Some(Pieces::Stream {
        start_us,
        hops_inside: 0.0,
        inside_us: 0.0,
        levels: 0.0,
        between_us: 0.0,
        fill_us: fill * round_us,
        drain_gb_s: streams * chunk / round_us / 1000.0,
    })
}

/// The parts of the time of NVLSTree: each round takes as long as its slowest part, which is NVLS inside the nodes, the
/// NICs, or the proxy threads that handle the messages between nodes.
pub(super) fn tree_pieces(inputs: &MeasuredInputs, protocol: Protocol, size: f64) -> Option<Pieces> {
    let Constants { start_us, round_us: overhead_us, fill_rounds: fill, rate_gb_s: rate } =
        Constants::new(inputs, protocol, size)?;
    let generation = &inputs.generation;
    let network: &NetworkTiming = inputs.network.as_ref()?;
    let nodes = f64::from(inputs.nodes);
    let streams = f64::from(inputs.nvls_channels) * inputs.heads();
    let first = if inputs.nodes >= 4 { 65_536.0 } else { 131_072.0 };
    let limits = [limit(4.0, 65_536.0), limit(1.0, 32_768.0)];
    let chunk = chunk_bytes(size, streams, first, &limits).min(size / streams);
    let bytes = streams * chunk;
    let outer = inputs.nics_gb_s() * nodes / (2.0 * (nodes - 1.0));
    // Per channel and round, an inner node of a tree handles six messages, a leaf two.
    let messages = if inputs.nodes == 2 { 2.0 } else { 6.0 };
    let tau_us = match (&generation.tau72_us, inputs.nvl72) {
        (Some(tau72), true) => tau72.value,
        _ => network.tau_us.value,
    };
    let inside_us = overhead_us + bytes / (generation.entry.as_ref()?.value * rate) / 1000.0;
    let proxy_us = f64::from(inputs.nvls_channels) * messages * tau_us;
    let round_us = inside_us.max(bytes / outer / 1000.0).max(proxy_us);
    let depth = tree_levels(inputs.nodes);
    Some(Pieces::Stream {
        start_us,
        hops_inside: 0.0,
        inside_us: 0.0,
        levels: depth,
        between_us: network.a_nvls_us.value,
        fill_us: (fill + depth * network.fill_nvls.value) * round_us,
        drain_gb_s: bytes / round_us / 1000.0,
    })
}
