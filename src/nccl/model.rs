//! The time of NCCL's all-reduce by algorithm and protocol, and the pieces of which it is made.
//!
//! Every algorithm is a pipeline of chunks: start-up, latency along the critical path, and rounds, each with an overhead
//! and the bytes of its slowest phase. Rates GB/s, bytes B and times µs, so bytes / rate / 1000 is a time. The rules of
//! chunks and channels are those of NCCL's source (2.12 to 2.30); the constants are fitted (catalog).

use super::inputs::MeasuredInputs;
use super::{NcclAlgorithm, Protocol};
use crate::catalog::{GenerationTiming, NetworkTiming};

/// NVLS is used from 1 MiB on.
const MIN_NVLS_BYTES: f64 = 1_048_576.0;

/// What an algorithm with a protocol takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The algorithm.
    pub algorithm: NcclAlgorithm,
    /// The protocol; NVLS has only Simple.
    pub protocol: Protocol,
    /// In all, µs.
    pub time_us: f64,
    /// Of what that is made.
    pub pieces: Pieces,
}

/// The parts of a candidate that a plan is made with; none is computed from the total.
#[derive(Clone, Debug, PartialEq)]
pub enum Pieces {
    /// Loops of a ring.
    Ring {
        /// Once, µs.
        start_us: f64,
        /// One after the other.
        loops: Vec<RingLoop>,
    },
    /// A stream through a pipeline of stages.
    Stream {
        /// Once, µs.
        start_us: f64,
        /// Hops inside a node, one way.
        hops_inside: f64,
        /// What each of them takes, µs.
        inside_us: f64,
        /// Levels between nodes.
        levels: f64,
        /// What each of them takes, µs.
        between_us: f64,
        /// What filling the pipeline costs, µs (fitted).
        fill_us: f64,
        /// The rate at which the message then drains, GB/s.
        drain_gb_s: f64,
    },
}

/// Equal loops of a ring: each is a reduce-scatter and an all-gather of a part of the message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RingLoop {
    /// How many.
    pub count: f64,
    /// Bytes of the message that one moves.
    pub bytes: f64,
    /// What each step waits before its bytes, µs.
    pub step_delay_us: f64,
    /// What a rank sends at, all its channels together, GB/s.
    pub rate_gb_s: f64,
}

/// All that are allowed, in the order of [`NcclAlgorithm::ALL`], each with the protocols from LL on.
pub fn candidates(inputs: &MeasuredInputs, message_bytes: u64) -> Vec<Candidate> {
    let size = message_bytes as f64;
    let mut found = Vec::new();
    for algorithm in NcclAlgorithm::ALL.into_iter().filter(|algorithm| inputs.algorithms.contains(algorithm)) {
        for &protocol in &inputs.protocols {
            let pieces = match algorithm {
                NcclAlgorithm::Ring => ring(inputs, protocol, size),
                NcclAlgorithm::Tree => tree(inputs, protocol, size),
                NcclAlgorithm::Nvls if inputs.nodes == 1 => nvls(inputs, protocol, size),
                NcclAlgorithm::NvlsTree if inputs.nodes > 1 => nvls_tree(inputs, protocol, size),
                NcclAlgorithm::Nvls | NcclAlgorithm::NvlsTree => None,
            };
            found.extend(pieces.map(|pieces| {
                let time_us = pieces.time_us(inputs.ranks(), size) + inputs.host_s * 1e6;
                Candidate { algorithm, protocol, time_us, pieces }
            }));
        }
    }
    found
}

/// The fastest of all that are allowed; of equals the first.
pub fn fastest(inputs: &MeasuredInputs, message_bytes: u64) -> Option<Candidate> {
    candidates(inputs, message_bytes).into_iter().min_by(|a, b| a.time_us.total_cmp(&b.time_us))
}

impl Pieces {
    /// In all, without the host's share, µs.
    fn time_us(&self, ranks: u32, size: f64) -> f64 {
        match self {
            Pieces::Ring { start_us, loops } => {
                let steps = 2.0 * (f64::from(ranks) - 1.0);
                let share = |ring: &RingLoop| ring.bytes / f64::from(ranks) / ring.rate_gb_s / 1000.0;
                let all = loops.iter().map(|ring| ring.count * steps * (ring.step_delay_us + share(ring)));
                start_us + all.sum::<f64>()
            }
            Pieces::Stream { start_us, hops_inside, inside_us, levels, between_us, fill_us, drain_gb_s } => {
                let latency_us = 2.0 * (hops_inside * inside_us + levels * between_us);
                start_us + latency_us + fill_us + size / drain_gb_s / 1000.0
            }
        }
    }
}

/// Three figures, one per protocol.
fn of(protocol: Protocol, ll: f64, ll128: f64, simple: f64) -> f64 {
    match protocol {
        Protocol::Ll => ll,
        Protocol::Ll128 => ll128,
        Protocol::Simple => simple,
    }
}

/// Start-up and step over NVLink.
fn start_and_step(generation: &GenerationTiming, protocol: Protocol) -> (f64, f64) {
    let g = generation;
    (
        of(protocol, g.t0_ll_us.value, g.t0_ll128_us.value, g.t0_simple_us.value),
        of(protocol, g.a_ll_us.value, g.a_ll128_us.value, g.a_simple_us.value),
    )
}

/// Channels in use: small messages take few.
fn active(size: f64, least_bytes: f64, channels: u32) -> f64 {
    (size / least_bytes).floor().clamp(1.0, f64::from(channels))
}

fn ring(inputs: &MeasuredInputs, protocol: Protocol, size: f64) -> Option<Pieces> {
    let generation = &inputs.generation;
    let (ranks, nodes, gpus) = (f64::from(inputs.ranks()), f64::from(inputs.nodes), f64::from(inputs.gpus_per_node));
    let channels = f64::from(inputs.channels);
    let several = inputs.nodes > 1;
    let network = inputs.network.as_ref().filter(|_| several);
    if several && network.is_none() || inputs.ranks() < 2 {
        return None;
    }
    let active = active(size, of(protocol, 4096.0 * ranks, 5120.0, 32768.0), inputs.channels);
    let chunk_limit = of(protocol, 32768.0, 576_000.0, 2_097_152.0);
    // One of g hops leaves the node: NVLink carries g/(g-1) of what it could alone.
    let bus = match network {
        None => generation.ring_gb_s.value,
        Some(_) => (generation.ring_gb_s.value * gpus / (gpus - 1.0).max(1.0)).min(inputs.nics_gb_s()),
    };
    let mut channel = bus * of(protocol, 1.0, 0.92, 1.0) / channels;
    if let Some(network) = network {
        channel = channel.min(network.channel_gb_s.value);
    }
    let ll_cap = network.map_or(generation.ll_cap_gb_s.value, |network| network.ll_cap_gb_s.value);
    let cap = (bus / 2.0).min(ll_cap);
    if protocol == Protocol::Ll {
        channel = generation.w1_ll_gb_s.value;
    }
    let steps = 2.0 * (ranks - 1.0);
    let (start_us, own_us) = start_and_step(generation, protocol);
    let step_us = match network {
        None => own_us,
        Some(n) => {
            let over = 2.0 * (nodes - 1.0);
            let extra_us = of(protocol, n.e_ll_us.value, n.e_ll128_us.value, n.e_simple_us.value);
            let network_us = of(protocol, n.a_ll_us.value, n.a_ll128_us.value, n.a_simple_us.value);
            ((steps - over) * (own_us + extra_us) + over * network_us) / steps
        }
    };
    let ring_loop = |count: f64, chunk: f64| {
        let (step_delay_us, rate) = match protocol {
            Protocol::Ll => (step_us, channel.min(cap / active)),
            // Flags on every line: the transfer hides a part of the latency.
            Protocol::Ll128 => {
                let drain_us = chunk / channel / 1000.0;
                let fourth = |us: f64| us * us * (us * us);
                let whole = (fourth(step_us) + fourth(drain_us)).sqrt().sqrt();
                (whole - drain_us, channel)
            }
            Protocol::Simple => (step_us, channel),
        };
        RingLoop { count, bytes: chunk * active * ranks, step_delay_us, rate_gb_s: rate * active }
    };
    let full = (size / (active * ranks * chunk_limit)).floor();
    let rest = size - full * active * ranks * chunk_limit;
    let mut loops = Vec::with_capacity(2);
    if full > 0.0 {
        loops.push(ring_loop(full, chunk_limit));
    }
    if rest > 0.0 {
        loops.push(ring_loop(1.0, rest / (active * ranks)));
    }
    Some(Pieces::Ring { start_us, loops })
}

/// Levels of a binary tree over nodes.
fn levels(nodes: u32) -> f64 {
    f64::from(nodes.max(1).next_power_of_two().trailing_zeros())
}

fn tree(inputs: &MeasuredInputs, protocol: Protocol, size: f64) -> Option<Pieces> {
    let generation = &inputs.generation;
    let (nodes, gpus, channels) =
        (f64::from(inputs.nodes), f64::from(inputs.gpus_per_node), f64::from(inputs.channels));
    let network = inputs.network.as_ref().filter(|_| inputs.nodes > 1);
    if inputs.nodes > 1 && network.is_none() || inputs.ranks() < 2 {
        return None;
    }
    let active = active(size, of(protocol, 4096.0, 5120.0, 32768.0), inputs.channels);
    let mut chunk_limit = of(protocol, 32768.0, 576_000.0, 524_288.0);
    if protocol == Protocol::Ll128 {
        let stages = 1.0 + f64::from(inputs.nodes.max(1).ilog2()) + 0.1 * gpus;
        for (per_stage, least) in [(64.0, 131_072.0), (16.0, 32_768.0)] {
            while (size / (channels * chunk_limit)).floor() < per_stage * stages / gpus && chunk_limit > least {
                chunk_limit /= 2.0;
            }
        }
    }
    let inner = if inputs.gpus_per_node == 1 { f64::INFINITY } else { generation.tree_gb_s.value / 2.0 };
    let ll_cap = network.map_or(generation.ll_cap_gb_s.value, |network| network.ll_cap_gb_s.value);
    let inner = of(protocol, (inner / 2.0).min(ll_cap / 2.0), 0.9 * inner, inner);
    // A node boundary carries the message each way for two nodes, nearly twice of it for many.
    let outer = network.map_or(f64::INFINITY, |_| inputs.nics_gb_s() * nodes / (2.0 * (nodes - 1.0)));
    let outer = of(protocol, outer / 2.0, 0.9375 * outer, outer);
    let rate = inner.min(outer);
    let chunk = chunk_limit.min(size / active);
    let bytes_us = chunk * channels / rate / 1000.0;
    let (start_us, own_us) = start_and_step(generation, protocol);
    let phi = of(protocol, generation.phi_ll.value, generation.phi_ll128.value, generation.phi_simple.value);
    let round_us =
        of(protocol, generation.round_ll_us.value, generation.round_ll128_us.value, generation.round_simple_us.value);
    let ratio = of(protocol, 1.0, 1.25 / 1.9, 4.0 / 3.4);
    let stage_us = network.map_or(0.0, |n| of(protocol, n.t_ll_us.value, n.t_ll128_us.value, n.t_simple_us.value));
    let (inside, between) = (gpus - 1.0, levels(inputs.nodes));
    Some(Pieces::Stream {
        start_us,
        hops_inside: inside,
        inside_us: ratio * own_us,
        levels: between,
        between_us: stage_us,
        fill_us: 2.0 * (inside + between) * phi * bytes_us,
        drain_gb_s: active * chunk / (round_us + bytes_us) / 1000.0,
    })
}

/// The chunk of NVLS: halved while there is little per channel. Later limits see the chunk as it then is.
fn nvls_chunk(size: f64, heads_and_channels: f64, first: f64, limits: &[(f64, f64)]) -> f64 {
    limits.iter().fold(
        first,
        |chunk, &(rounds, least)| {
            if size < rounds * heads_and_channels * chunk && chunk > least { least } else { chunk }
        },
    )
}

/// The constants of NVLS, if this cluster can use it for this message.
fn nvls_constants(
    inputs: &MeasuredInputs,
    protocol: Protocol,
    size: f64,
) -> Option<(&GenerationTiming, f64, f64, f64, f64)> {
    let generation = &inputs.generation;
    if !inputs.nvls || protocol != Protocol::Simple || size < MIN_NVLS_BYTES {
        return None;
    }
    let rate = if inputs.nvl72 { &generation.nvls72_gb_s } else { &generation.nvls_gb_s };
    let start_us = generation.t0_nvls_us.as_ref()?.value;
    let round_us = generation.round_nvls_us.as_ref()?.value;
    let fill = generation.fill_nvls.as_ref()?.value;
    Some((generation, start_us, round_us, fill, rate.as_ref()?.value))
}

fn nvls(inputs: &MeasuredInputs, protocol: Protocol, size: f64) -> Option<Pieces> {
    let (_, start_us, round_us, fill, rate) = nvls_constants(inputs, protocol, size)?;
    let streams = f64::from(inputs.nvls_channels) * inputs.heads();
    let limits = [(64.0, 65_536.0), (8.0, 32_768.0), (2.0, 16_384.0)];
    let chunk = nvls_chunk(size, streams, 131_072.0, &limits).min(size / streams);
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

fn nvls_tree(inputs: &MeasuredInputs, protocol: Protocol, size: f64) -> Option<Pieces> {
    let (generation, start_us, overhead_us, fill, rate) = nvls_constants(inputs, protocol, size)?;
    let network: &NetworkTiming = inputs.network.as_ref()?;
    let nodes = f64::from(inputs.nodes);
    let streams = f64::from(inputs.nvls_channels) * inputs.heads();
    let first = if inputs.nodes >= 4 { 65_536.0 } else { 131_072.0 };
    let chunk = nvls_chunk(size, streams, first, &[(4.0, 65_536.0), (1.0, 32_768.0)]).min(size / streams);
    let bytes = streams * chunk;
    let outer = inputs.nics_gb_s() * nodes / (2.0 * (nodes - 1.0));
    // An inner node of a tree handles six messages per channel and round, an end two.
    let messages = if inputs.nodes == 2 { 2.0 } else { 6.0 };
    let tau_us = match (&generation.tau72_us, inputs.nvl72) {
        (Some(tau72), true) => tau72.value,
        _ => network.tau_us.value,
    };
    let inside_us = overhead_us + bytes / (generation.entry.as_ref()?.value * rate) / 1000.0;
    let proxy_us = f64::from(inputs.nvls_channels) * messages * tau_us;
    let round_us = inside_us.max(bytes / outer / 1000.0).max(proxy_us);
    let depth = levels(inputs.nodes);
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
