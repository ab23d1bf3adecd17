//! The ring with one pass, for all-gather and reduce-scatter, and the chain of broadcast and reduce.
//!
//! Against an all-reduce: half of the steps, start-ups of its own, and a copy of a rank's own share out of place. Between
//! nodes LL128 hides nothing, and a Simple chunk above 512 KiB hides its latency. Chains between nodes were never seen in a
//! log.

use super::inputs::MeasuredInputs;
use super::pieces::{Pieces, RingLoop, active_channels};
use super::types::Protocol;

/// A rank's own share is copied out of place, and the last piece is received without being sent on: in steps (fitted).
const OWN_SHARE_STEPS: f64 = 0.4;
/// A chunk from this size on hides the latency of its step between nodes, bytes.
const HIDING_CHUNK_BYTES: f64 = 524_288.0;
/// Part of a chunk that a hop of a chain does not hide with Simple (fitted on one log).
const CHAIN_FILL: f64 = 0.2;
/// Latency over the network with LL128 per that with LL: NCCL's own ratio, `tuning.cc`.
const LL128_OVER_LL: f64 = 4.0 / 2.7;
/// Extra latency of a step inside a node with LL128, µs: NCCL's own figure, `tuning.cc`.
const EXTRA_LL128_US: f64 = 0.6;

/// What ring and chain share.
struct Pass {
    start_us: f64,
    /// Latency of a step: the mean over steps inside nodes and between them.
    step_us: f64,
    /// Channels in use.
    active: f64,
    /// Rate of a channel, GB/s.
    channel_gb_s: f64,
    /// Cap on all channels together with LL, GB/s.
    ll_cap_gb_s: f64,
}

impl Pass {
    /// `None` for a single rank, or for several nodes without a network.
    fn new(inputs: &MeasuredInputs, protocol: Protocol, size: f64) -> Option<Pass> {
        let generation = &inputs.generation;
        let (ranks, nodes, gpus) =
            (f64::from(inputs.ranks()), f64::from(inputs.nodes), f64::from(inputs.gpus_per_node));
        let several = inputs.nodes > 1;
        let network = inputs.network.as_ref().filter(|_| several);
        if several && network.is_none() || inputs.ranks() < 2 {
            return None;
        }
        let nvlink = generation.ring_gb_s.value;
        let bus = match network {
            None => nvlink,
            Some(_) if inputs.gpus_per_node == 1 => inputs.nics_gb_s(),
            Some(_) => (nvlink * gpus / (gpus - 1.0)).min(inputs.nics_gb_s()),
        };
        let mut channel = bus * protocol.select(1.0, 0.92, 1.0) / f64::from(inputs.channels);
        if let Some(network) = network {
            let own = generation.pass_channel_gb_s.as_ref().unwrap_or(&network.channel_gb_s);
            channel = channel.min(own.value);
        }
        if protocol == Protocol::Ll {
            channel = generation.w1_ll_gb_s.value;
        }
        let cap = network.map_or(generation.ll_cap_gb_s.value, |network| network.ll_cap_gb_s.value);
        let nvlink_us =
            protocol.select(generation.pass_a_ll_us.value, generation.a_ll128_us.value, generation.a_simple_us.value);
        let step_us = match network {
            None => nvlink_us,
            Some(network) => {
                let (ll_us, simple_us) = if inputs.gpus_per_node == 1 {
                    (network.t_ll_us.value, network.t_simple_us.value)
                } else {
                    (network.a_ll_us.value, network.a_simple_us.value)
                };
                let network_us = protocol.select(ll_us, ll_us * LL128_OVER_LL, simple_us);
                let extra_us = protocol.select(network.e_ll_us.value, EXTRA_LL128_US, network.e_simple_us.value);
                let (steps, across) = (ranks - 1.0, nodes - 1.0);
                ((steps - across) * (nvlink_us + extra_us) + across * network_us) / steps
            }
        };
        let starts = [&generation.pass_t0_ll_us, &generation.pass_t0_ll128_us, &generation.pass_t0_simple_us];
        let [ll, ll128, simple] = starts.map(|figure| figure.value);
        Some(Pass {
            start_us: protocol.select(ll, ll128, simple),
            step_us,
            active: active_channels(size, protocol.select(4096.0 * ranks, 5120.0, 32768.0), inputs),
            channel_gb_s: channel,
            ll_cap_gb_s: (bus / 2.0).min(cap),
        })
    }

    /// Rate of all channels together, GB/s.
    fn rate_gb_s(&self, protocol: Protocol) -> f64 {
        let all = self.active * self.channel_gb_s;
        if protocol == Protocol::Ll { all.min(self.ll_cap_gb_s) } else { all }
    }
}

/// The parts of the time of an all-gather or a reduce-scatter.
pub(super) fn ring_pieces(inputs: &MeasuredInputs, protocol: Protocol, size: f64) -> Option<Pieces> {
    let pass = Pass::new(inputs, protocol, size)?;
    let (ranks, several) = (f64::from(inputs.ranks()), inputs.nodes > 1);
    let generation = &inputs.generation;
    let rate = pass.rate_gb_s(protocol);
    let chunk_limit = protocol.select(32768.0, 576_000.0, 2_097_152.0);
    let whole = pass.active * ranks * chunk_limit;
    let full = (size / whole).floor();
    let rest = size - full * whole;
    let own_gb_s = if protocol == Protocol::Ll {
        let channels = pass.active * generation.w1_ll_gb_s.value;
        channels.min((generation.ring_gb_s.value / 2.0).min(generation.ll_cap_gb_s.value))
    } else {
        generation.ring_gb_s.value * pass.active / f64::from(inputs.channels)
    };
    // It counts once; as a part of every step the sum is the same.
    let loops_count = full + f64::from(u8::from(rest > 0.0));
    let own_us = OWN_SHARE_STEPS * size / ranks / own_gb_s / 1000.0 / ((ranks - 1.0) * loops_count.max(1.0));
    let ring_loop = |count: f64, chunk: f64| {
        let drain_us = chunk / pass.channel_gb_s / 1000.0;
        let step_delay_us = match protocol {
            Protocol::Ll128 if !several => {
                let fourth = |us: f64| us * us * (us * us);
                (fourth(pass.step_us) + fourth(drain_us)).sqrt().sqrt() - drain_us
            }
            Protocol::Simple if several => pass.step_us * (HIDING_CHUNK_BYTES / chunk).min(1.0),
            Protocol::Ll | Protocol::Ll128 | Protocol::Simple => pass.step_us,
        };
        let bytes = chunk * pass.active * ranks;
        RingLoop { count, bytes, step_delay_us: step_delay_us + own_us, rate_gb_s: rate }
    };
    let mut loops = Vec::with_capacity(2);
    if full > 0.0 {
        loops.push(ring_loop(full, chunk_limit));
    }
    if rest > 0.0 {
        loops.push(ring_loop(1.0, rest / (pass.active * ranks)));
    }
    Some(Pieces::Ring { passes: 1.0, start_us: pass.start_us, loops })
}

/// The parts of the time of a broadcast or a reduce.
pub(super) fn chain_pieces(inputs: &MeasuredInputs, protocol: Protocol, size: f64) -> Option<Pieces> {
    let pass = Pass::new(inputs, protocol, size)?;
    let chunk = (size / pass.active).min(HIDING_CHUNK_BYTES);
    let fill_us = if protocol == Protocol::Simple { CHAIN_FILL * chunk / pass.channel_gb_s / 1000.0 } else { 0.0 };
    Some(Pieces::Chain { start_us: pass.start_us, hop_us: pass.step_us + fill_us, rate_gb_s: pass.rate_gb_s(protocol) })
}
