//! The ring: its loops, with the latency and rate of their steps.

use super::inputs::MeasuredInputs;
use super::pieces::{Pieces, RingLoop, StartAndStep, active_channels};
use super::types::Protocol;

/// The parts of a ring's time. `None` for a single rank, or for several nodes without a network.
///
/// A loop moves one chunk per active channel and rank; the rest of the message is a shorter loop. Between nodes, 2(k-1)
/// of the 2(n-1) steps cross the network.
pub(super) fn pieces(inputs: &MeasuredInputs, protocol: Protocol, size: f64) -> Option<Pieces> {
    let generation = &inputs.generation;
    let (ranks, nodes, gpus) = (f64::from(inputs.ranks()), f64::from(inputs.nodes), f64::from(inputs.gpus_per_node));
    let channels = f64::from(inputs.channels);
    let several = inputs.nodes > 1;
    let network = inputs.network.as_ref().filter(|_| several);
    if several && network.is_none() || inputs.ranks() < 2 {
        return None;
    }
    let active = active_channels(size, protocol.select(4096.0 * ranks, 5120.0, 32768.0), inputs);
    let chunk_limit = protocol.select(32768.0, 576_000.0, 2_097_152.0);
    // One of g hops leaves the node: NVLink carries g/(g-1) of what it could alone.
    let bus = match network {
        None => generation.ring_gb_s.value,
        Some(_) => (generation.ring_gb_s.value * gpus / (gpus - 1.0).max(1.0)).min(inputs.nics_gb_s()),
    };
    let mut channel = bus * protocol.select(1.0, 0.92, 1.0) / channels;
    if let Some(network) = network {
        channel = channel.min(network.channel_gb_s.value);
    }
    let ll_cap = network.map_or(generation.ll_cap_gb_s.value, |network| network.ll_cap_gb_s.value);
    let cap = (bus / 2.0).min(ll_cap);
    if protocol == Protocol::Ll {
        channel = generation.w1_ll_gb_s.value;
    }
    let steps = 2.0 * (ranks - 1.0);
    let StartAndStep { start_us, step_us: nvlink_us } = if takes_one_pass_latency(inputs, protocol) {
        StartAndStep { start_us: generation.pass_t0_ll_us.value, step_us: generation.pass_a_ll_us.value }
    } else {
        StartAndStep::new(generation, protocol)
    };
    let step_us = match network {
        None => nvlink_us,
        Some(n) => {
            let across = 2.0 * (nodes - 1.0);
            let extra_us = protocol.select(n.e_ll_us.value, n.e_ll128_us.value, n.e_simple_us.value);
            let network_us = protocol.select(n.a_ll_us.value, n.a_ll128_us.value, n.a_simple_us.value);
            ((steps - across) * (nvlink_us + extra_us) + across * network_us) / steps
        }
    };
    let ring_loop = |count: f64, chunk: f64| {
        let (step_delay_us, rate) = match protocol {
            Protocol::Ll => (step_us, channel.min(cap / active)),
            // Flags in every line: the transfer hides a part of the latency. (step^4 + drain^4)^(1/4) is a fit.
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
    Some(Pieces::Ring { passes: 2.0, start_us, loops })
}

/// Nearly all logs of all-reduce have eight GPUs, so that start-up and steps of LL were fitted only together. The logs of
/// all-gather and reduce-scatter have two, four and eight, and their pair agrees with the other one at eight. It is taken
/// where no log of all-reduce says otherwise: below eight GPUs on B200. On A100 and H100 there is one such log each, and the
/// pair of all-reduce fits it better.
fn takes_one_pass_latency(inputs: &MeasuredInputs, protocol: Protocol) -> bool {
    protocol == Protocol::Ll && inputs.nodes == 1 && inputs.gpus_per_node < 8 && inputs.is_blackwell()
}
