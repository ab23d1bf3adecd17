//! Rings over the channels of a cluster.

use super::ring::ring_halves;
use crate::fabric::{Cluster, Fabric};
use crate::plan::{ChannelRings, Delays, Halves, Plan, PlanError, RankOrder, SymmetricRule, check_listed};
use crate::units::Bytes;

/// Ring all-reduce over a cluster with one channel per rail. Each channel carries its share of the message around its
/// own ring, which visits the GPUs of every node in a rotated order, so that each channel leaves the nodes over another
/// rail, as NCCL's channels do. The channels share the NVLink ports.
///
/// If all links and ranks are identical, one node of one channel is simulated for all. Else every send is, up to 2.2 million
/// of them; beyond, each stream has a fixed rate (engine-model 5).
///
/// # Errors
/// [`PlanError::NoAlternatePath`] if a needed link is down, [`PlanError::TooMany`] if there are too many sends.
pub fn channel_rings_all_reduce(
    fabric: &Fabric,
    cluster: &Cluster,
    message: Bytes,
    delays: &Delays,
) -> Result<Plan, PlanError> {
    channel_rings(fabric, cluster, Halves::Both, message, delays)
}

/// The same for the halves of an all-reduce that run.
///
/// # Errors
/// As [`channel_rings_all_reduce`].
pub fn channel_rings(
    fabric: &Fabric,
    cluster: &Cluster,
    halves: Halves,
    message: Bytes,
    delays: &Delays,
) -> Result<Plan, PlanError> {
    if cluster.gpus_per_node == 1 {
        return ring_halves(fabric, &[cluster.gpus()], (RankOrder::Straight, halves), message, delays);
    }
    let is_regular = fabric.changed().is_empty() && delays.is_even();
    let sends = u64::from(halves.count() * (cluster.gpus() - 1)) * u64::from(cluster.gpus_per_node * cluster.gpus());
    if !is_regular && check_listed(sends, 2 * sends).is_err() {
        return many_with_faults(fabric, cluster, halves, message, delays);
    }
    let rings = ChannelRings::new(fabric, cluster, halves, message, delays)?;
    Ok(Plan::from_symmetric(SymmetricRule::Channels(rings), delays.launch))
}

/// The same sends as a rule of separate rings. Nothing stands for all of them, and they are too many for the event loop.
fn many_with_faults(
    fabric: &Fabric,
    cluster: &Cluster,
    halves: Halves,
    message: Bytes,
    delays: &Delays,
) -> Result<Plan, PlanError> {
    let (gpus_per_node, ranks) = (cluster.gpus_per_node, cluster.gpus());
    let order = RankOrder::Turned { gpus_per_node, ranks };
    let delays = Delays { blocking_sends: false, ..delays.clone() };
    ring_halves(fabric, &[ranks], (order, halves), message, &delays)
}
