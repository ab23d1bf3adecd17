//! NCCL's tree algorithm: chains inside the nodes, double binary trees between them.

use super::binary_tree::{BinaryTree, MAX_TURNS, TreePaths, later};
use super::rate_cap::cap;
use crate::fabric::{Fabric, LinkId};
use crate::plan::{
    Delays, Delivery, Flow, MessageSlice, Plan, PlanBuilder, PlanError, Route, USEFUL_ROUTE_RUNS, check_route_runs,
    path_between,
};
use crate::units::{Bytes, Femtos};

/// Link runs of one stream: a chain up and down in every node.
fn runs_of_stream(nodes: u32, gpus_per_node: u32) -> u64 {
    8 * u64::from(nodes) * u64::from(gpus_per_node)
}

/// Number of streams of [`nccl_tree_streams`].
pub fn nccl_tree_stream_count(nodes: u32, gpus_per_node: u32) -> u32 {
    if nodes <= 1 {
        return gpus_per_node;
    }
    // Among many nodes few turns are enough, as long as every GPU of a node is its head once.
    let useful = USEFUL_ROUTE_RUNS / (2 * runs_of_stream(nodes, gpus_per_node));
    2 * nodes.min(MAX_TURNS).min(useful.clamp(1, u64::from(MAX_TURNS)) as u32)
}

/// NCCL's tree: a chain inside each node up to a head, a double binary tree over the heads, and back the same way. The
/// nodes take turns in the tree and the GPUs of a node take turns as head. On one node only the chains are left.
///
/// With a rate cap per stream, from the private link `capped` on (`measured` timing), the traffic between nodes is spread
/// over all NICs of a node, as many channels do it. Without caps each stream takes the rail of its head.
///
/// # Errors
/// [`PlanError::NoAlternatePath`] if a needed link is down, [`PlanError::TooMany`] for too many ranks.
pub fn nccl_tree_streams(
    fabric: &Fabric,
    nodes: u32,
    gpus_per_node: u32,
    message: Bytes,
    delays: &Delays,
    capped: Option<LinkId>,
) -> Result<Plan, PlanError> {
    let gpus = gpus_per_node;
    let streams = nccl_tree_stream_count(nodes, gpus);
    check_route_runs(u64::from(streams) * runs_of_stream(nodes, gpus))?;
    let mut plan = PlanBuilder::new(delays.launch);
    plan.delay_all(delays.fill);
    let phase = plan.phase("chains inside, trees between");
    let bytes = message.0 as f64 / f64::from(streams);
    for stream in 0..streams {
        // A pair of trees takes one turn.
        let (turn, is_second) = if nodes > 1 { (stream / 2, stream % 2 == 1) } else { (stream, false) };
        let rank = |node: u32, step: u32| (node + turn) % nodes * gpus + (turn + step) % gpus;
        // One hop of a chain, towards the head or away from it.
        let hop = |node: u32, from: u32, to: u32, flow: Flow| -> Result<Route, PlanError> {
            Ok(Route::along(fabric, &path_between(fabric, rank(node, from), rank(node, to))?, flow))
        };
        let chain = if gpus > 1 { hop(0, 1, 0, Flow::Reduce)?.latency } else { Femtos(0) };
        let inside = Femtos(chain.0 * u64::from(gpus - 1));
        let paths = TreePaths { fabric, rank_of: &|node| rank(node, 0), spread: capped.is_some() };
        let mut tree = BinaryTree { members: nodes, is_second }.stream(&paths, inside)?;
        for node in 0..nodes {
            for step in 1..gpus {
                let up = hop(node, step, step - 1, Flow::Reduce)?;
                let leaves = Femtos(chain.0 * u64::from(gpus - 1 - step));
                tree.runs.extend(up.runs.into_iter().map(|run| later(run, leaves)));
                let down = hop(node, step - 1, step, Flow::Broadcast)?;
                let arrives = tree.latency + Femtos(chain.0 * u64::from(step - 1));
                tree.runs.extend(down.runs.into_iter().map(|run| later(run, arrives)));
            }
        }
        let route = plan.route(cap(capped, stream).into_iter().chain(tree.runs), tree.latency + inside);
        let transfer = plan.transfer(phase, route, bytes, Delivery::All, &[]);
        plan.carries(transfer, MessageSlice::one(stream, streams));
        plan.delay_start(transfer, delays.last_start());
    }
    Ok(plan.build())
}
