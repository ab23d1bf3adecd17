//! The channels that NCCL's graph search finds: their number and the rate of each.
//!
//! NCCL tries rates from a list, each over real paths. With switched NVLink all paths are equivalent, and the search
//! becomes a count: a channel is accepted while every link that it crosses has enough capacity left.

use super::constants::{inter_rates_gb_s, intra_rates_gb_s, nvlink_rate_gb_s, pcie_rate_gb_s};
use super::inputs::TableInputs;
use crate::nccl::types::Generation;

/// Most channels of a ring or tree search: half of NCCL's 64, because NCCL doubles them later (`init.cc`).
const MAX_CHANNELS: u32 = 32;

/// Most heads of NVLS: NCCL's arity limit (`device.h`).
const MAX_NVLS_HEADS: u32 = 32;

/// NCCL tries the next rate while it is above this share of the best rate found (`search.cc`).
const WORTH_TRYING: f64 = 0.49;

/// The channels that a search found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Channels {
    /// Number of channels.
    pub(crate) count: u32,
    /// Rate of each inside a node, in GB/s.
    pub(crate) intra_gb_s: f64,
    /// Rate of each between nodes, in GB/s.
    pub(crate) inter_gb_s: f64,
}

/// The rate of one NIC with its PCIe slot, in GB/s.
fn nic_rate_gb_s(inputs: &TableInputs) -> f64 {
    (inputs.nic_gbit_s / 8.0).min(pcie_rate_gb_s(inputs.generation, inputs.nic_gbit_s))
}

/// Ring channels that fit at this rate, in GB/s.
fn fitting(inputs: &TableInputs, rate_gb_s: f64) -> u32 {
    let nvlink_gb_s = nvlink_rate_gb_s(inputs.generation);
    let gpus = inputs.gpus_per_node;
    if inputs.nodes <= 1 {
        return ((nvlink_gb_s / rate_gb_s).floor() as u32).min(MAX_CHANNELS);
    }
    // A lone GPU drives one NIC (nccl issue 1357: 50 GB/s with four NICs).
    let nics = if gpus == 1 { 1 } else { inputs.nics_per_node };
    let per_nic = (nic_rate_gb_s(inputs) / rate_gb_s).floor() as u32;
    let most = nics.saturating_mul(per_nic).min(MAX_CHANNELS);
    // A ring leaves the node at a NIC and not over NVLink. With a NIC per GPU the exits are spread over all GPUs, and
    // each is the exit of at least count/gpus rings. With fewer NICs some GPU is the exit of no ring.
    let load = |count: u32| count - if nics >= gpus { count / gpus.max(1) } else { 0 };
    (1..=most).rev().find(|&count| f64::from(load(count)) * rate_gb_s <= nvlink_gb_s).unwrap_or(0)
}

/// The channels of ring and tree. `None` if even the lowest rate does not fit.
///
/// On two nodes the tree's search may raise the rate inside nodes. From Hopper on the tree's own cap is lower, so this is
/// left out.
pub(crate) fn ring(inputs: &TableInputs) -> Option<Channels> {
    let rates = if inputs.nodes <= 1 { intra_rates_gb_s } else { inter_rates_gb_s };
    let mut best: Option<(u32, f64)> = None;
    for &rate_gb_s in rates(inputs.generation) {
        if best.is_some_and(|(_, best_gb_s)| rate_gb_s / best_gb_s <= WORTH_TRYING) {
            break;
        }
        let count = fitting(inputs, rate_gb_s);
        let total_gb_s = f64::from(count) * rate_gb_s;
        if count > 0 && best.is_none_or(|(count, best_gb_s)| total_gb_s > f64::from(count) * best_gb_s) {
            best = Some((count, rate_gb_s));
        }
    }
    let (count, rate_gb_s) = best?;
    let channels = inputs.channels.unwrap_or_else(|| split(inputs.generation, count, rate_gb_s));
    let rate_gb_s = f64::from(count) * rate_gb_s / f64::from(channels);
    Some(Channels { count: channels, intra_gb_s: rate_gb_s, inter_gb_s: rate_gb_s })
}

/// The number of channels after the search: NCCL splits fast ones in two (`search.cc`).
fn split(generation: Generation, count: u32, rate_gb_s: f64) -> u32 {
    let enough = generation != Generation::A100 && rate_gb_s < 50.0 && count > 4;
    if rate_gb_s < 25.0 || enough { count } else { (count * 2).min(MAX_CHANNELS) }
}

/// The heads of NVLS and NVLSTree with their rates. `None` with fewer than 2.
pub(crate) fn nvls(inputs: &TableInputs) -> Option<Channels> {
    let several = inputs.nodes > 1;
    let gpus = inputs.gpus_per_node.min(MAX_NVLS_HEADS);
    let count = if several { gpus.min(inputs.nics_per_node) } else { gpus };
    if count < 2 {
        return None;
    }
    let rates = intra_rates_gb_s(inputs.generation);
    // A link carries its share of every head's data, and once more the result of its own head.
    let shares = f64::from(count + 1);
    let fits = |rate_gb_s: &&f64| shares * **rate_gb_s <= nvlink_rate_gb_s(inputs.generation);
    let intra_gb_s = *rates.iter().find(fits)?;
    let inter_gb_s = if several {
        *inter_rates_gb_s(inputs.generation).iter().find(|rate| **rate <= nic_rate_gb_s(inputs))?
    } else {
        // The second pass of the search raises the rate up to twice the inner one, although no NIC is there.
        *rates.iter().find(|rate| **rate <= 2.0 * intra_gb_s)?
    };
    // According to the code, a search over NICs starts at their rate and does not raise it.
    let stays = inputs.blackwell_nvls_limit && inputs.generation == Generation::B200 && several;
    let intra_gb_s = if stays { intra_gb_s.min(inter_gb_s) } else { intra_gb_s };
    Some(Channels { count, intra_gb_s, inter_gb_s })
}
