//! NCCL's tree algorithm: chains inside the nodes, double binary trees between them.

use super::binary_tree::{BinaryTree, MAX_TURNS, TreePaths, later};
use super::rate_cap::{RateCaps, cap};
use crate::fabric::{Fabric, LinkId};
use crate::plan::{
    Delays, Delivery, Flow, MessageSlice, Plan, PlanBuilder, PlanError, Route, RouteRun, check_listed, path_between,
};
use crate::units::{Bytes, Femtos};

/// Number of streams of [`nccl_tree_streams`]. `uniform`: all nodes are alike, and nothing else uses the links.
///
/// With more than `2 x 32` nodes, some are never one of the two of a pair of trees that have less to send. These limit the
/// rate of all streams, however many turns there are. If nodes are all alike, it is then enough that each GPU of a node
/// is its head once, given that each would be equally often.
pub fn nccl_tree_stream_count(nodes: u32, gpus_per_node: u32, uniform: bool) -> u32 {
    match nodes {
        0 | 1 => gpus_per_node,
        _ if uniform && nodes > 2 * MAX_TURNS && MAX_TURNS.is_multiple_of(gpus_per_node) => 2 * gpus_per_node,
        _ => 2 * nodes.min(MAX_TURNS),
    }
}

/// NCCL's tree: a chain inside each node up to a head, a double binary tree over the heads, and back the same way. The
/// nodes take turns in the tree and the GPUs of a node take turns as head. On one node only the chains are left.
///
/// With a rate cap per stream (`measured` timing), the traffic between nodes is spread
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
    caps: Option<RateCaps>,
) -> Result<Plan, PlanError> {
    let gpus = gpus_per_node;
    let streams = nccl_tree_stream_count(nodes, gpus, caps.is_some_and(|caps| caps.uniform));
    // Where no path leads around a link that is down, the chains are the same in all nodes.
    let is_down = |&(link, _): &(LinkId, f64)| fabric.is_down(link);
    let same_chains = nodes > 1 && !fabric.changed().iter().any(is_down);
    let chains = 4 * u64::from(gpus - 1) * if same_chains { 1 } else { u64::from(nodes) };
    check_listed(u64::from(streams) * (8 * u64::from(nodes) + chains), 0)?;
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
        let paths = TreePaths { fabric, rank_of: &|node| rank(node, 0), spread: caps.is_some() };
        let mut tree = BinaryTree { members: nodes, is_second }.stream(&paths, inside)?;
        let first = (nodes - turn % nodes) % nodes;
        let chains = if same_chains { first..first + 1 } else { 0..nodes };
        let in_all =
            |run: RouteRun| if same_chains { RouteRun { stride: gpus as i32, count: nodes, ..run } } else { run };
        for node in chains {
            for step in 1..gpus {
                let up = hop(node, step, step - 1, Flow::Reduce)?;
                let leaves = Femtos(chain.0 * u64::from(gpus - 1 - step));
                tree.runs.extend(up.runs.into_iter().map(|run| later(in_all(run), leaves)));
                let down = hop(node, step - 1, step, Flow::Broadcast)?;
                let arrives = tree.latency + Femtos(chain.0 * u64::from(step - 1));
                tree.runs.extend(down.runs.into_iter().map(|run| later(in_all(run), arrives)));
            }
        }
        let route = plan.route(cap(caps, stream).into_iter().chain(tree.runs), tree.latency + inside);
        let transfer = plan.transfer(phase, route, bytes, Delivery::All, &[]);
        plan.carries(transfer, MessageSlice::one(stream, streams));
        plan.delay_start(transfer, delays.last_start());
    }
    Ok(plan.build())
}
