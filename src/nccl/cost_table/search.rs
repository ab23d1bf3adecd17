//! The channels that NCCL's graph search ends with: how many, and at which speed each.
//!
//! NCCL tries speeds from a list, each over real paths. On switched NVLink all paths are alike, so the search is
//! this count: a channel is accepted while every link it crosses has that much room left.

use super::constants::{inter_speeds_gb_s, intra_speeds_gb_s, nvlink_room_gb_s, pcie_room_gb_s};
use super::inputs::TableInputs;
use crate::nccl::Generation;

/// Most channels a ring or tree search may return: half of NCCL's 64, since they are doubled later (`init.cc`).
const MAX_CHANNELS: u32 = 32;

/// Most heads of NVLS: NCCL's arity limit (`device.h`).
const MAX_NVLS_HEADS: u32 = 32;

/// NCCL tries the next speed while it is above this share of the best found (`search.cc`).
const WORTH_TRYING: f64 = 0.49;

/// What a search found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Channels {
    /// How many.
    pub(crate) count: u32,
    /// Speed of each inside a node, in GB/s.
    pub(crate) intra_gb_s: f64,
    /// Speed of each between nodes, in GB/s.
    pub(crate) inter_gb_s: f64,
}

/// Room of one NIC with its PCIe slot, in GB/s.
fn nic_room_gb_s(inputs: &TableInputs) -> f64 {
    (inputs.nic_gbit_s / 8.0).min(pcie_room_gb_s(inputs.generation, inputs.nic_gbit_s))
}

/// Ring channels that fit at this speed, in GB/s.
fn fitting(inputs: &TableInputs, speed_gb_s: f64) -> u32 {
    let room_gb_s = nvlink_room_gb_s(inputs.generation);
    let gpus = inputs.gpus_per_node;
    if inputs.nodes <= 1 {
        return ((room_gb_s / speed_gb_s).floor() as u32).min(MAX_CHANNELS);
    }
    // A lone GPU drives one NIC (nccl issue 1357: 50 GB/s with four NICs).
    let nics = if gpus == 1 { 1 } else { inputs.nics_per_node };
    let per_nic = (nic_room_gb_s(inputs) / speed_gb_s).floor() as u32;
    let most = nics.saturating_mul(per_nic).min(MAX_CHANNELS);
    // Where a ring leaves the node, it uses the NIC in place of NVLink. With a NIC for each GPU the exits spread, and
    // the busiest GPU still is the exit of count/gpus rings; with fewer NICs some GPU is the exit of none.
    let load = |count: u32| count - if nics >= gpus { count / gpus.max(1) } else { 0 };
    (1..=most).rev().find(|&count| f64::from(load(count)) * speed_gb_s <= room_gb_s).unwrap_or(0)
}

/// The channels of ring and tree; none if not even the slowest speed fits.
///
/// The tree's search may raise its inner speed on two nodes; the tree's own cap binds before, from Hopper on.
pub(crate) fn ring(inputs: &TableInputs) -> Option<Channels> {
    let speeds = if inputs.nodes <= 1 { intra_speeds_gb_s } else { inter_speeds_gb_s };
    let mut best: Option<(u32, f64)> = None;
    for &speed_gb_s in speeds(inputs.generation) {
        if best.is_some_and(|(_, best_gb_s)| speed_gb_s / best_gb_s <= WORTH_TRYING) {
            break;
        }
        let count = fitting(inputs, speed_gb_s);
        let total_gb_s = f64::from(count) * speed_gb_s;
        if count > 0 && best.is_none_or(|(count, best_gb_s)| total_gb_s > f64::from(count) * best_gb_s) {
            best = Some((count, speed_gb_s));
        }
    }
    let (count, speed_gb_s) = best?;
    let wanted = inputs.channels.unwrap_or_else(|| split(inputs.generation, count, speed_gb_s));
    let speed_gb_s = f64::from(count) * speed_gb_s / f64::from(wanted);
    Some(Channels { count: wanted, intra_gb_s: speed_gb_s, inter_gb_s: speed_gb_s })
}

/// How many channels NCCL makes of those found: it halves fast ones (`search.cc`, after the search).
fn split(generation: Generation, count: u32, speed_gb_s: f64) -> u32 {
    let enough = generation != Generation::A100 && speed_gb_s < 50.0 && count > 4;
    if speed_gb_s < 25.0 || enough { count } else { (count * 2).min(MAX_CHANNELS) }
}

/// The heads of NVLS and NVLSTree with their speeds; none with less than 2.
pub(crate) fn nvls(inputs: &TableInputs) -> Option<Channels> {
    let several = inputs.nodes > 1;
    let gpus = inputs.gpus_per_node.min(MAX_NVLS_HEADS);
    let count = if several { gpus.min(inputs.nics_per_node) } else { gpus };
    if count < 2 {
        return None;
    }
    let speeds = intra_speeds_gb_s(inputs.generation);
    // A link carries its share of every head's data, and once more the result of its own head.
    let shares = f64::from(count + 1);
    let fits = |speed_gb_s: &&f64| shares * **speed_gb_s <= nvlink_room_gb_s(inputs.generation);
    let intra_gb_s = *speeds.iter().find(fits)?;
    let inter_gb_s = if several {
        *inter_speeds_gb_s(inputs.generation).iter().find(|speed| **speed <= nic_room_gb_s(inputs))?
    } else {
        // The search's second pass climbs its list up to twice the inner speed, though no NIC is there.
        *speeds.iter().find(|speed| **speed <= 2.0 * intra_gb_s)?
    };
    // Read by the letter, a search over NICs begins at their speed and does not climb from there.
    let stays = inputs.blackwell_nvls_limit && inputs.generation == Generation::B200 && several;
    let intra_gb_s = if stays { intra_gb_s.min(inter_gb_s) } else { intra_gb_s };
    Some(Channels { count, intra_gb_s, inter_gb_s })
}
