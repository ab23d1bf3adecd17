//! Point-to-point operations: an all-to-all in rounds, and the shift in which every rank sends to the next.

use crate::fabric::{Fabric, LinkId, LinkRun, Path, Topology};
use crate::nccl::Collective;
use crate::plan::{
    Delays, Delivery, Dep, Flow, MessageSlice, Plan, PlanBuilder, PlanError, RankOrder, Route, RouteRun, TransferId,
    check_listed, path_between,
};
use crate::units::Bytes;

/// The path between two ranks of an all-to-all: on a whole torus both directions in turn for opposite chips.
///
/// # Errors
/// As [`path_between`].
pub(super) fn exchange_path(fabric: &Fabric, from: u32, to: u32) -> Result<Path, PlanError> {
    match &fabric.topology {
        Topology::Grid(grid) if grid.wraps && fabric.changed().is_empty() => Ok(grid.balanced_path(from, to)),
        Topology::Torus(torus) if fabric.changed().is_empty() => Ok(torus.balanced_path(from, to)),
        Topology::Switch(_)
        | Topology::Cluster(_)
        | Topology::Mesh(_)
        | Topology::Wafers(_)
        | Topology::Grid(_)
        | Topology::Torus(_)
        | Topology::FullMesh(_)
        | Topology::Graph(_) => path_between(fabric, from, to),
    }
}

/// The path between two ranks; with measured timing spread over all NICs of a node, as many channels do it.
///
/// # Errors
/// As [`path_between`]; a NIC that is down has no other path then.
pub(super) fn measured_path(fabric: &Fabric, from: u32, to: u32, spread: bool) -> Result<Path, PlanError> {
    let Topology::Cluster(cluster) = &fabric.topology else { return path_between(fabric, from, to) };
    if !spread || from / cluster.gpus_per_node == to / cluster.gpus_per_node {
        return path_between(fabric, from, to);
    }
    let path = cluster.spread_path(from, to, &|link| fabric.is_down(link));
    match path.iter().flat_map(LinkRun::links).find(|&link| fabric.is_down(link)) {
        Some(down) => Err(PlanError::NoAlternatePath(fabric.link_name(down))),
        None => Ok(path),
    }
}

/// Grouped sends as NCCL runs them (`measured` timing): all-to-all or shift, every send behind a private link of its
/// sender, which `cap_of` returns for the two ranks.
///
/// # Errors
/// As [`pairwise_all_to_all`].
pub fn measured_sends(
    fabric: &Fabric,
    (collective, bytes): (Collective, f64),
    delays: &Delays,
    cap_of: &dyn Fn(u32, u32) -> LinkId,
) -> Result<Plan, PlanError> {
    let ranks = fabric.topology.ranks();
    let is_exchange = collective == Collective::AllToAll;
    let per_rank = if is_exchange { ranks - 1 } else { 1 };
    check_listed(u64::from(ranks) * u64::from(per_rank), 0)?;
    let mut plan = PlanBuilder::new(delays.launch);
    plan.delay_all(delays.fill);
    let phase = plan.phase(collective.as_str());
    for from in 0..ranks {
        for distance in 1..=per_rank {
            let to = (from + distance) % ranks;
            let path = measured_path(fabric, from, to, true)?;
            let Route { runs, latency } = Route::along(fabric, &path, Flow::Broadcast);
            let cap = RouteRun::single(cap_of(from, to), 1.0, 0.0, Flow::Broadcast);
            let route = plan.route([cap].into_iter().chain(runs), latency);
            let transfer = plan.transfer(phase, route, bytes, Delivery::Rank(to), &[]);
            if is_exchange {
                plan.carries(transfer, MessageSlice::one(to, ranks));
            }
            plan.delay_start(transfer, delays.start_of(from));
        }
    }
    Ok(plan.build())
}

/// All-to-all in `n - 1` rounds: in round i every rank sends to the rank i after it. A round of a rank begins when it has
/// received what the round before brought, and when its port is free.
///
/// On a switch it takes `launch + (n-1) (S/(n c) + 2 h + step) - step`.
///
/// # Errors
/// [`PlanError::NoPath`] or [`PlanError::NoAlternatePath`] if no path joins two ranks, [`PlanError::TooMany`] for too
/// many pairs.
pub fn pairwise_all_to_all(fabric: &Fabric, message: Bytes, delays: &Delays) -> Result<Plan, PlanError> {
    let ranks = fabric.topology.ranks();
    let pairs = u64::from(ranks) * u64::from(ranks - 1);
    check_listed(pairs, 2 * pairs)?;
    let mut plan = PlanBuilder::new(delays.launch);
    let phase = plan.phase("all-to-all");
    let bytes = message.0 as f64 / f64::from(ranks);
    let mut before: Vec<TransferId> = Vec::new();
    for round in 1..ranks {
        let mut now = Vec::with_capacity(ranks as usize);
        for from in 0..ranks {
            let to = (from + round) % ranks;
            // In the round before this rank received from the one `round - 1` before it.
            let received = before.get(((from + ranks - (round - 1)) % ranks) as usize);
            let own = |&on: &TransferId| if delays.blocking_sends { Dep::tail(on) } else { Dep::sent(on) };
            let deps: Vec<Dep> = (received.map(|&on| Dep::tail(on).after(delays.step(from))).into_iter())
                .chain(before.get(from as usize).map(own))
                .collect();
            let route = plan.route_along(fabric, &exchange_path(fabric, from, to)?, Flow::Broadcast);
            let transfer = plan.transfer(phase, route, bytes, Delivery::Rank(to), &deps);
            plan.carries(transfer, MessageSlice::one(to, ranks));
            if round == 1 {
                plan.delay_start(transfer, delays.start_of(from));
            }
            now.push(transfer);
        }
        before = now;
    }
    Ok(plan.build())
}

/// Every rank sends its message to the next, and the last one to the first: `sendrecv` of `nccl-tests`, a step of
/// pipeline parallelism. Along a snake neighbours in the order are neighbours on a mesh.
///
/// On a switch it takes `launch + S/c + 2 h`.
///
/// # Errors
/// As [`pairwise_all_to_all`].
pub fn shift(fabric: &Fabric, order: RankOrder, message: Bytes, delays: &Delays) -> Result<Plan, PlanError> {
    let ranks = fabric.topology.ranks();
    check_listed(8 * u64::from(ranks), 0)?;
    let mut plan = PlanBuilder::new(delays.launch);
    let phase = plan.phase("send-recv");
    for slot in 0..ranks {
        let (from, to) = (order.rank(slot), order.rank((slot + 1) % ranks));
        let route = plan.route_along(fabric, &path_between(fabric, from, to)?, Flow::Broadcast);
        let transfer = plan.transfer(phase, route, message.0 as f64, Delivery::Rank(to), &[]);
        plan.delay_start(transfer, delays.start_of(from));
    }
    Ok(plan.build())
}
