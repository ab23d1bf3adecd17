//! Double binary tree: two trees, each with half of the message.

use super::binary_tree::{BinaryTree, TreePaths};
use crate::fabric::Fabric;
use crate::plan::{Delays, Delivery, MessageSlice, Plan, PlanBuilder, PlanError, check_listed};
use crate::units::{Bytes, Femtos};

/// Double binary tree: two streams of half the message, each up its tree and down again. Every rank is a leaf in one
/// tree, so no port carries more than twice the message (for an even number of ranks).
///
/// On a switch it takes `launch + 2 S/c + 2 depth 2 h` (engine-model 3.3).
///
/// # Errors
/// [`PlanError::NoPath`] or [`PlanError::NoAlternatePath`] if no path joins two ranks, [`PlanError::TooMany`] for too
/// many ranks.
pub fn double_binary_tree_all_reduce(fabric: &Fabric, message: Bytes, delays: &Delays) -> Result<Plan, PlanError> {
    let ranks = fabric.topology.ranks();
    check_listed(8 * u64::from(ranks), 0)?;
    let mut plan = PlanBuilder::new(delays.launch);
    let phase = plan.phase("up and down both trees");
    let paths = TreePaths { fabric, rank_of: &|member| member, spread: false };
    for (number, is_second) in [(0, false), (1, true)] {
        let tree = BinaryTree { members: ranks, is_second };
        let stream = tree.stream(&paths, Femtos(0))?;
        let route = plan.route(stream.runs, stream.latency);
        let transfer = plan.transfer(phase, route, message.0 as f64 / 2.0, Delivery::All, &[]);
        plan.carries(transfer, MessageSlice::one(number, 2));
        let needed = stream.needed.iter().zip(0..);
        let late = needed.map(|(&at, label)| delays.start_of(tree.member(label)).since(at)).max();
        plan.delay_start(transfer, late.unwrap_or_default());
    }
    Ok(plan.build())
}
