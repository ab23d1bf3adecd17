//! Rings over the channels of a cluster.

use super::ring::ring_halves;
use crate::fabric::{Cluster, Fabric};
use crate::plan::{ChannelRings, Delays, Halves, Plan, PlanError, RankOrder, SymmetricRule};
use crate::units::Bytes;

/// Ring all-reduce over a cluster with one channel per rail. Each channel carries its share of the message around its
/// own ring, which visits the GPUs of every node in a rotated order, so that each channel leaves the nodes over another
/// rail, as NCCL's channels do. The channels share the NVLink ports.
///
/// If all links and ranks are identical, one node of one channel is simulated for all.
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
    let rings = ChannelRings::new(fabric, cluster, halves, message, delays)?;
    let plan = Plan::from_symmetric(SymmetricRule::Channels(rings), delays.launch);
    if !fabric.changed().is_empty() || !delays.is_even() {
        // Nothing stands for all: the event loop needs every send.
        plan.check_written_out()?;
    }
    Ok(plan)
}
