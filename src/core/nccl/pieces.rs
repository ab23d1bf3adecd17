//! The parts of which NCCL's time consists, and their sum.
//!
//! Every algorithm is a pipeline of chunks: start-up, latency along the critical path, and rounds, each with an overhead
//! and the bytes of its slowest phase. Rates are in GB/s, sizes in bytes, times in µs: bytes / rate / 1000 is a time in
//! µs. The rules of chunks and channels are those of NCCL's source (2.12 to 2.30); the constants are fitted and stand in
//! the catalog ([`crate::catalog::NcclTiming`]).

use super::inputs::MeasuredInputs;
use super::types::Protocol;
use crate::catalog::GenerationTiming;

/// The parts of a candidate's time. A plan is built from them; none is derived from the total.
#[derive(Clone, Debug, PartialEq)]
pub enum Pieces {
    /// Loops of a ring, one after the other.
    Ring {
        /// Passes around the ring: 2 for an all-reduce, 1 for one of its halves.
        passes: f64,
        /// Start-up, once per collective, µs.
        start_us: f64,
        /// The loops, in order.
        loops: Vec<RingLoop>,
    },
    /// A stream through a pipeline of stages.
    Stream {
        /// Start-up, once per collective, µs.
        start_us: f64,
        /// Hops inside a node, one way.
        hops_inside: f64,
        /// Latency of each hop inside a node, µs.
        inside_us: f64,
        /// Levels of the tree between nodes.
        levels: f64,
        /// Latency of each level, µs.
        between_us: f64,
        /// Time that fills the pipeline, µs (fitted).
        fill_us: f64,
        /// Rate at which the message drains through the full pipeline, GB/s.
        drain_gb_s: f64,
    },
    /// A stream through all ranks in the order of the ring: broadcast and reduce.
    Chain {
        /// Start-up, once per collective, µs.
        start_us: f64,
        /// Latency of each of the n-1 hops, with what of a chunk it does not hide, µs.
        hop_us: f64,
        /// Rate of all channels together, GB/s.
        rate_gb_s: f64,
    },
    /// Grouped sends, all at once: all-to-all and send-recv.
    PointToPoint {
        /// Start-up, once per call, µs.
        start_us: f64,
        /// Latency, and what of the first and last chunks is not hidden, µs.
        fill_us: f64,
        /// Bytes for each peer.
        peer_bytes: f64,
        /// The peers inside the node. `None` if a rank has none there.
        inside: Option<PeerGroup>,
        /// The peers in other nodes. `None` for one node.
        between: Option<PeerGroup>,
    },
}

/// Peers of a rank that share a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeerGroup {
    /// Number of peers.
    pub peers: f64,
    /// Rate of a rank to all of them together, GB/s.
    pub rate_gb_s: f64,
}

/// Identical loops of a ring. Each runs all passes over a part of the message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RingLoop {
    /// Number of loops.
    pub count: f64,
    /// Bytes of the message that one loop reduces.
    pub bytes: f64,
    /// Latency of each step before its bytes move, µs.
    pub step_delay_us: f64,
    /// Rate at which a rank sends, all channels together, GB/s.
    pub rate_gb_s: f64,
}

impl Pieces {
    /// The sum for `ranks` ranks and a message of `size` bytes, in µs, without the extra time per call of the benchmark.
    ///
    /// - Ring: start-up + sum over loops of count x passes (n-1) x (step delay + bytes / n / rate).
    /// - Chain: start-up + (n-1) hop + size / rate.
    /// - Point to point: start-up + fill + the slower of both groups of peers.
    /// - Stream: start-up + 2 (hops x hop latency + levels x level latency) + fill + size / drain rate.
    pub(super) fn time_us(&self, ranks: u32, size: f64) -> f64 {
        match self {
            Pieces::Ring { passes, start_us, loops } => {
                let steps = passes * (f64::from(ranks) - 1.0);
                let share = |ring: &RingLoop| ring.bytes / f64::from(ranks) / ring.rate_gb_s / 1000.0;
                let all = loops.iter().map(|ring| ring.count * steps * (ring.step_delay_us + share(ring)));
                start_us + all.sum::<f64>()
            }
            Pieces::Stream { start_us, hops_inside, inside_us, levels, between_us, fill_us, drain_gb_s } => {
                let latency_us = 2.0 * (hops_inside * inside_us + levels * between_us);
                start_us + latency_us + fill_us + size / drain_gb_s / 1000.0
            }
            Pieces::Chain { start_us, hop_us, rate_gb_s } => {
                start_us + (f64::from(ranks) - 1.0) * hop_us + size / rate_gb_s / 1000.0
            }
            Pieces::PointToPoint { start_us, fill_us, peer_bytes, inside, between } => {
                let slowest_us = [inside, between].into_iter().flatten();
                let slowest_us = slowest_us.map(|group| peer_bytes * group.peers / group.rate_gb_s / 1000.0);
                start_us + fill_us + slowest_us.fold(0.0, f64::max)
            }
        }
    }
}

/// Start-up of ring and tree, and latency of a step over NVLink, in µs.
#[derive(Clone, Copy, Debug)]
pub(super) struct StartAndStep {
    pub(super) start_us: f64,
    pub(super) step_us: f64,
}

impl StartAndStep {
    pub(super) fn new(generation: &GenerationTiming, protocol: Protocol) -> StartAndStep {
        let g = generation;
        StartAndStep {
            start_us: protocol.select(g.t0_ll_us.value, g.t0_ll128_us.value, g.t0_simple_us.value),
            step_us: protocol.select(g.a_ll_us.value, g.a_ll128_us.value, g.a_simple_us.value),
        }
    }
}

/// Channels in use: NCCL gives each at least `min_bytes`, so small messages use few.
pub(super) fn active_channels(size: f64, min_bytes: f64, inputs: &MeasuredInputs) -> f64 {
    (size / min_bytes).floor().clamp(1.0, f64::from(inputs.channels))
}

/// Levels of a binary tree over nodes: ceil(log2 nodes).
pub(super) fn tree_levels(nodes: u32) -> f64 {
    f64::from(nodes.max(1).next_power_of_two().trailing_zeros())
}
