//! Rings on any fabric whose ranks are joined: all-reduce, reduce-scatter and all-gather.

use crate::fabric::Fabric;
use crate::plan::{Channels, Delays, Halves, Plan, PlanError, RankOrder, RingRule};
use crate::units::{Bytes, Femtos};

/// Ring all-reduce: a reduce-scatter and an all-gather of `n - 1` steps each. In every step each rank sends one n-th of
/// the message to its right neighbour.
///
/// Without contention it takes `launch + 2(n-1) (S/(n c) + L + step) - step` with L the latency of a path (engine-model
/// 3.3; nothing follows the last step).
///
/// # Errors
/// [`PlanError::NoPath`] or [`PlanError::NoAlternatePath`] if no path joins two neighbours, [`PlanError::TooMany`] for
/// more than 2^32 sends.
pub fn ring_all_reduce(fabric: &Fabric, message: Bytes, delays: &Delays) -> Result<Plan, PlanError> {
    ring_over(fabric, &[fabric.topology.ranks()], RankOrder::Straight, message, delays)
}

/// Ring all-reduce along the dimensions of a box, the fastest first: rows and columns of a mesh or torus, or the inside
/// of a node and the rails between nodes (hierarchical).
///
/// # Errors
/// As [`ring_all_reduce`].
pub fn ring_over(
    fabric: &Fabric,
    lengths: &[u32],
    order: RankOrder,
    message: Bytes,
    delays: &Delays,
) -> Result<Plan, PlanError> {
    ring_halves(fabric, lengths, (order, Halves::Both), message, delays)
}

/// The same for the halves of an all-reduce that run: a reduce-scatter or an all-gather alone takes `n - 1` steps.
///
/// Without contention it takes `launch + (n-1) (S/(n c) + L + step) - step` with L the latency of a path.
///
/// # Errors
/// As [`ring_all_reduce`].
pub fn ring_halves(
    fabric: &Fabric,
    lengths: &[u32],
    (order, halves): (RankOrder, Halves),
    message: Bytes,
    delays: &Delays,
) -> Result<Plan, PlanError> {
    let rings = RingRule::new(fabric, lengths, (order, halves), message, delays)?;
    Ok(Plan::from_rings(rings, delays.launch))
}

/// Rings as NCCL's channels run them together (`measured` timing); see [`RingRule::from_channels`].
///
/// Takes `launch + sum over loops of steps (delay + bytes / (n rate))` with n-1 steps per half, the first delay within
/// the launch.
///
/// # Errors
/// As [`ring_all_reduce`].
pub fn measured_rings(
    fabric: &Fabric,
    halves: Halves,
    delays: &Delays,
    channels: &Channels,
) -> Result<Plan, PlanError> {
    let first_step = channels.loops.first().map_or(Femtos(0), |one| one.step_delay);
    let rings = RingRule::from_channels(fabric, halves, delays, channels)?;
    Ok(Plan::from_rings(rings, delays.launch + first_step))
}
