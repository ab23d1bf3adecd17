//! Grouped point-to-point calls: all-to-all and send-recv. They have no choice of algorithm; the message and the release of
//! NCCL decide channels and protocol (`src/enqueue.cc`).

use super::inputs::MeasuredInputs;
use super::pieces::{PeerGroup, Pieces};
use super::types::{Calls, Protocol};
use crate::catalog::NetworkTiming;

/// Channels that NCCL gives point-to-point calls between nodes.
const NET_CHANNELS: u32 = 16;
/// Most bytes of a part of a message on one channel before more channels are used.
const LARGE_PART_BYTES: f64 = 16_777_216.0;
/// Least bytes of a part on one channel.
const SMALL_PART_BYTES: f64 = 65_536.0;
/// Messages per channel up to this size use LL, bytes.
const LL_BYTES: f64 = 16_384.0;
/// Largest chunk, bytes.
const CHUNK_BYTES: f64 = 524_288.0;
/// Part of the first chunk that is not hidden: all-to-all and scatter, then shift and one way (fitted).
const FIRST_CHUNK: [f64; 2] = [0.65, 0.15];
/// Share of a NIC's ring rate that point-to-point calls reach (fitted on two clusters).
const NIC_SHARE: f64 = 0.89;
/// Rate of one channel over the network before 2.29 and from there on, GB/s (fitted on two clusters).
const NET_CHANNEL_GB_S: [f64; 2] = [11.5, 14.0];
/// Time of the CPU proxy per further remote peer, µs (fitted on one cluster).
const PROXY_US: f64 = 3.3;
/// Cap of LL over the network, GB/s (estimate).
const NET_LL_GB_S: f64 = 25.0;

/// The parts of the time. `None` if the calls use another protocol for this message, or for a single rank.
pub(super) fn pieces(inputs: &MeasuredInputs, protocol: Protocol, calls: Calls, size: f64) -> Option<Pieces> {
    if inputs.ranks() < 2 {
        return None;
    }
    let found = match inputs.network.as_ref().filter(|_| inputs.nodes > 1) {
        None if inputs.nodes > 1 => return None,
        None => inside_node(inputs, calls, size),
        Some(network) => between_nodes(inputs, network, calls, size),
    };
    (found.0 == protocol).then_some(found.1)
}

fn peer_bytes(inputs: &MeasuredInputs, calls: Calls, size: f64) -> f64 {
    match calls {
        Calls::AllToAll | Calls::Scatter => size / f64::from(inputs.ranks()),
        Calls::Shift | Calls::Unanswered => size,
    }
}

fn inside_node(inputs: &MeasuredInputs, calls: Calls, size: f64) -> (Protocol, Pieces) {
    let generation = &inputs.generation;
    let ranks = inputs.ranks();
    let bytes = peer_bytes(inputs, calls, size);
    let peers = match calls {
        Calls::AllToAll | Calls::Scatter => f64::from(ranks - 1),
        Calls::Shift | Calls::Unanswered => 1.0,
    };
    // Threads that need not receive send twice as fast.
    let (channel, share) = match calls {
        Calls::Unanswered => (2.0 * generation.p2p_channel_gb_s.value, 1.0),
        Calls::AllToAll | Calls::Shift | Calls::Scatter => {
            (generation.p2p_channel_gb_s.value, generation.p2p_share.value)
        }
    };
    let most = inputs.channels.next_power_of_two();
    let mut at_first = most;
    while u64::from(at_first) * u64::from(ranks) > u64::from(most) && at_first > 1 {
        at_first /= 2;
    }
    let mut channels = (bytes / SMALL_PART_BYTES).ceil().clamp(1.0, f64::from(at_first));
    while bytes / channels > LARGE_PART_BYTES && channels <= f64::from(most) / 2.0 {
        channels *= 2.0;
    }
    let part = bytes / channels;
    let ll_channels = if (23..29).contains(&inputs.nccl_minor) { f64::from(most) } else { channels };
    let start_us = generation.p2p_t0_us.value;
    let group = |peer_gb_s: f64| Some(PeerGroup { peers, rate_gb_s: peers * peer_gb_s });
    if bytes <= LL_BYTES * ll_channels {
        let peer = (channels * generation.w1_ll_gb_s.value).min(generation.ll_cap_gb_s.value / peers);
        let inside = group(peer);
        let pieces = Pieces::PointToPoint { start_us, fill_us: 0.0, peer_bytes: bytes, inside, between: None };
        return (Protocol::Ll, pieces);
    }
    let peer = channels * channel.min(share * generation.ring_gb_s.value / (peers * channels));
    let [exchange, shift] = FIRST_CHUNK;
    let first = match calls {
        Calls::AllToAll | Calls::Scatter => exchange,
        Calls::Shift | Calls::Unanswered => shift,
    };
    let fill_us = first * part.min(CHUNK_BYTES) / channel / 1000.0;
    let pieces = Pieces::PointToPoint { start_us, fill_us, peer_bytes: bytes, inside: group(peer), between: None };
    (Protocol::Simple, pieces)
}

/// Channels per remote peer: as set, or by NCCL's rule.
pub(crate) fn net_peer_channels(inputs: &MeasuredInputs) -> u32 {
    if let Some(set) = inputs.net_peer_channels {
        return set.next_power_of_two();
    }
    let ranks = inputs.ranks();
    if inputs.nccl_minor < 29 {
        let mut channels = 2;
        while inputs.nccl_minor >= 20 && channels * ranks > 4 * NET_CHANNELS && channels > 1 {
            channels /= 2;
        }
        return channels;
    }
    let nics = (inputs.nics / f64::from(inputs.gpus_per_node)).ceil();
    let by_rate = ((0.96 * inputs.nic_gbit_s / 8.0).floor() / 14.0).ceil();
    let mut channels = (nics.max(by_rate).max(2.0) as u32).next_power_of_two();
    while channels * ranks.div_ceil(8) > NET_CHANNELS && channels > 1 {
        channels /= 2;
    }
    channels
}

fn between_nodes(inputs: &MeasuredInputs, network: &NetworkTiming, calls: Calls, size: f64) -> (Protocol, Pieces) {
    let generation = &inputs.generation;
    let gpus = f64::from(inputs.gpus_per_node);
    let bytes = peer_bytes(inputs, calls, size);
    let channels = f64::from(net_peer_channels(inputs));
    let [before, since] = NET_CHANNEL_GB_S;
    let window = channels * if inputs.nccl_minor < 29 { before } else { since };
    let nics = NIC_SHARE * inputs.nics_gb_s();
    let (remote, rate) = match calls {
        // Two windows share the slots of a channel.
        Calls::AllToAll => (f64::from(inputs.ranks()) - gpus, (nics / gpus).min(2.0 * window)),
        Calls::Shift | Calls::Unanswered => (1.0, (nics / gpus).min(window)),
        // PXN lends the root all NICs of its node.
        Calls::Scatter => (f64::from(inputs.ranks()) - gpus, nics),
    };
    let port = generation.p2p_share.value * generation.ring_gb_s.value;
    let channel = channels * generation.p2p_channel_gb_s.value;
    let inside = match calls {
        Calls::AllToAll if inputs.gpus_per_node > 1 => {
            Some(PeerGroup { peers: gpus - 1.0, rate_gb_s: port.min((gpus - 1.0) * channel) })
        }
        // Neighbours inside a node never wait for those between nodes.
        Calls::Shift if inputs.gpus_per_node > 1 => {
            Some(PeerGroup { peers: 1.0, rate_gb_s: port.min(channel).max(rate) })
        }
        Calls::AllToAll | Calls::Shift | Calls::Unanswered | Calls::Scatter => None,
    };
    let start_us = generation.p2p_t0_us.value;
    let proxy_us = (remote - 1.0) * PROXY_US;
    let parts = |latency_us: f64, fill_us: f64, rate: f64, inside: Option<PeerGroup>| Pieces::PointToPoint {
        start_us,
        fill_us: latency_us + proxy_us + fill_us,
        peer_bytes: bytes,
        inside,
        between: Some(PeerGroup { peers: remote, rate_gb_s: rate }),
    };
    if bytes <= LL_BYTES * channels {
        let rate = rate.min(NET_LL_GB_S);
        // Small messages inside a node are hidden behind those between nodes.
        let inside =
            inside.map(|group| PeerGroup { rate_gb_s: group.rate_gb_s.max(rate * group.peers / remote), ..group });
        return (Protocol::Ll, parts(network.a_ll_us.value, 0.0, rate, inside));
    }
    let chunk = if bytes < 131_072.0 {
        32_768.0
    } else if bytes < 1_048_576.0 {
        65_536.0
    } else {
        131_072.0
    };
    let fill_us = remote.min(8.0) * chunk / rate / 1000.0;
    (Protocol::Simple, parts(network.a_simple_us.value, fill_us, rate, inside))
}
