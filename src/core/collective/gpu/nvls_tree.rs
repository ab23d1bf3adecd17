//! In-switch reduction inside the nodes with trees between them (NCCL: NVLSTree).

use super::binary_tree::{BinaryTree, MAX_TURNS, TreePaths};
use super::rate_cap::cap;
use crate::fabric::{Cluster, Fabric, LinkId};
use crate::plan::{Delays, Delivery, Flow, MessageSlice, Plan, PlanBuilder, PlanError, RouteRun};
use crate::plan::{USEFUL_ROUTE_RUNS, check_route_runs};
use crate::units::{Bytes, Femtos};

/// Most streams that are worth their cost: with more, in racks, NVLink is the bottleneck and no NIC is.
const MAX_STREAMS: u32 = 512;

/// In-switch reduction inside the nodes and a double binary tree along each rail between them. The switch of a node adds
/// a rail's share and passes it to that rail's GPU; the rail's tree adds over the nodes; on the way back the switch of
/// every node copies the sum to all its GPUs. All chunks of NCCL's NVLSTree are one stream here.
///
/// # Errors
/// [`PlanError::NoAlternatePath`] if a needed link is down, [`PlanError::TooMany`] for too many ranks.
pub fn nvls_tree_all_reduce(
    fabric: &Fabric,
    cluster: &Cluster,
    message: Bytes,
    delays: &Delays,
) -> Result<Plan, PlanError> {
    nvls_tree_streams(fabric, cluster, message, delays, None)
}

/// Link runs of one stream, which crosses every NVLink port of the cluster.
fn runs_of_stream(nodes: u32) -> u64 {
    16 * u64::from(nodes)
}

/// How often the nodes of a rail's trees change places.
struct Turns {
    count: u32,
    /// Nodes by which each turn shifts the places.
    step: u32,
}

/// A pair of trees gives every node twice the message to send, except two, which have half of that. After these turns
/// each node has been one of the two equally often. For an even number of nodes the two are neighbours, so every second
/// shift is enough.
fn turns(nodes: u32, gpus_per_node: u32) -> Turns {
    let (count, step) = if nodes.is_multiple_of(2) { (nodes / 2, 2) } else { (nodes, 1) };
    let limit = (MAX_STREAMS / (2 * gpus_per_node).max(1)).clamp(1, MAX_TURNS);
    // Among many nodes few turns are enough: the two that have less to send are lost in the mean.
    let runs = 2 * u64::from(gpus_per_node) * runs_of_stream(nodes);
    let limit = limit.min((USEFUL_ROUTE_RUNS / runs.max(1)).clamp(1, u64::from(MAX_TURNS)) as u32);
    Turns { count: count.min(limit), step }
}

/// Number of streams of [`nvls_tree_streams`] with rate caps.
pub fn nvls_tree_stream_count(nodes: u32, gpus_per_node: u32) -> u32 {
    2 * gpus_per_node * turns(nodes, gpus_per_node).count
}

/// The same with a rate cap per stream, from the private link `capped` on (`measured` timing). The nodes then take turns
/// in the trees of a rail, so that each NIC carries the mean at a node boundary.
///
/// # Errors
/// As [`nvls_tree_all_reduce`].
pub fn nvls_tree_streams(
    fabric: &Fabric,
    cluster: &Cluster,
    message: Bytes,
    delays: &Delays,
    capped: Option<LinkId>,
) -> Result<Plan, PlanError> {
    let (nodes, gpus) = (cluster.nodes, cluster.gpus_per_node);
    let turns = if capped.is_some() { turns(nodes, gpus) } else { Turns { count: 1, step: 0 } };
    let streams = 2 * gpus * turns.count;
    check_route_runs(u64::from(streams) * runs_of_stream(nodes))?;
    let mut plan = PlanBuilder::new(delays.launch);
    plan.delay_all(delays.fill);
    let phase = plan.phase("in-switch reduction, trees between nodes");
    let hop = cluster.nvlink.latency;
    let hop_fs = hop.0 as f64;
    let into_switch = Femtos(2 * hop.0);
    let bytes = message.0 as f64 / f64::from(streams);
    for rail in 0..gpus {
        for number in 0..2 * turns.count {
            let (turn, is_second) = (number / 2, number % 2 == 1);
            let rank_of = |node: u32| (node + turn * turns.step) % nodes * gpus + rail;
            let paths = TreePaths { fabric, rank_of: &rank_of, spread: false };
            let mut tree = BinaryTree { members: nodes, is_second }.stream(&paths, into_switch)?;
            for node in 0..nodes {
                let first = node * gpus;
                let owner = first + rail;
                let back_fs = tree.latency.0 as f64;
                tree.runs.extend([
                    RouteRun::line(cluster.nvlink_up(first), 1, gpus, 0.0, 0.0, Flow::Reduce),
                    RouteRun::single(cluster.nvlink_down(owner), 1.0, hop_fs, Flow::Reduce),
                    RouteRun::single(cluster.nvlink_up(owner), 1.0, back_fs, Flow::Broadcast),
                    RouteRun::line(cluster.nvlink_down(first), 1, gpus, back_fs + hop_fs, 0.0, Flow::Broadcast),
                ]);
            }
            let stream = 2 * turns.count * rail + number;
            let route = plan.route(cap(capped, stream).into_iter().chain(tree.runs), tree.latency + into_switch);
            let transfer = plan.transfer(phase, route, bytes, Delivery::All, &[]);
            plan.carries(transfer, MessageSlice::one(stream, streams));
            plan.delay_start(transfer, delays.last_start());
        }
    }
    Ok(plan.build())
}
