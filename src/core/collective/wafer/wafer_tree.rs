//! The tree between wafers (SwarmX).

use crate::collective::Rooted;
use crate::fabric::WaferCluster;
use crate::plan::{Delays, Delivery, Flow, Plan, PlanBuilder, RouteRun};
use crate::units::{Bytes, Femtos};

/// The tree between wafers: one stream up, added at every node, and one down behind it, copied at every node.
///
/// Takes `S / c + 2 depth h`: the number of wafers matters only through the depth (cluster formulas of section 4 in
/// wafer.md, pipelined).
pub fn wafer_tree_all_reduce(wafers: &WaferCluster, message: Bytes, delays: &Delays) -> Plan {
    let mut plan = PlanBuilder::new(delays.launch);
    let phase = plan.phase("up and down the tree");
    let levels = wafers.depth();
    let hop_fs = wafers.links.latency.0 as f64;
    let mut runs = Vec::with_capacity(2 * levels as usize);
    for level in 0..levels {
        let (first, count) = wafers.up(level);
        runs.push(RouteRun::line(first, 1, count, f64::from(level) * hop_fs, 0.0, Flow::Reduce));
    }
    for level in (0..levels).rev() {
        let (first, count) = wafers.down(level);
        let offset_fs = f64::from(2 * levels - 1 - level) * hop_fs;
        runs.push(RouteRun::line(first, 1, count, offset_fs, 0.0, Flow::Broadcast));
    }
    let route = plan.route(runs, Femtos(u64::from(2 * levels) * wafers.links.latency.0));
    let transfer = plan.transfer(phase, route, message.0 as f64, Delivery::All, &[]);
    plan.delay_start(transfer, delays.last_start());
    plan.build()
}

/// Half of it: a broadcast down the tree from its root, or a reduce up into it. The root is the top of the tree, where
/// weights and optimizer stand, not a wafer.
///
/// Takes `S / c + depth h`.
pub fn wafer_tree_rooted(wafers: &WaferCluster, rooted: Rooted, message: Bytes, delays: &Delays) -> Plan {
    let mut plan = PlanBuilder::new(delays.launch);
    let levels = wafers.depth();
    let hop_fs = wafers.links.latency.0 as f64;
    let (phase, late) = match rooted {
        Rooted::Broadcast => (plan.phase("down the tree"), Femtos(0)),
        Rooted::Reduce => (plan.phase("up the tree"), delays.last_start()),
    };
    let run_of = |level: u32| {
        let (first, count) = match rooted {
            Rooted::Broadcast => wafers.down(level),
            Rooted::Reduce => wafers.up(level),
        };
        let before = match rooted {
            Rooted::Broadcast => levels - 1 - level,
            Rooted::Reduce => level,
        };
        RouteRun::line(first, 1, count, f64::from(before) * hop_fs, 0.0, rooted.flow())
    };
    let delivery = match rooted {
        Rooted::Broadcast => Delivery::All,
        Rooted::Reduce => Delivery::Partial,
    };
    // In the order in which the stream enters them.
    let level_at = |step: u32| match rooted {
        Rooted::Broadcast => levels - 1 - step,
        Rooted::Reduce => step,
    };
    let runs: Vec<RouteRun> = (0..levels).map(level_at).map(run_of).collect();
    let route = plan.route(runs, Femtos(u64::from(levels) * wafers.links.latency.0));
    let transfer = plan.transfer(phase, route, message.0 as f64, delivery, &[]);
    plan.delay_start(transfer, late);
    plan.build()
}
