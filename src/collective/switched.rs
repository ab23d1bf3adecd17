//! All-reduce among GPUs round one switch: ring, and in-switch reduction (NVLS).

use super::plan::{Delivery, Dep, Part, Phase, Plan, PlanBuilder, Run, TransferId};
use crate::fabric::Switch;
use crate::units::{Bytes, Femtos};

/// Times that software adds to a collective.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SoftwareDelays {
    /// Once, before the first byte.
    pub launch: Femtos,
    /// At each step of a ring.
    pub step: Femtos,
}

/// Ring all-reduce: a reduce-scatter and an all-gather of `n - 1` steps each; in every step each rank sends one
/// n-th of the message to its right neighbour.
///
/// Without contention it takes `launch + 2(n-1) (S/(n c) + 2 h + step) - step` (engine-model 3.3; the last step needs
/// no further hand-over).
pub fn ring_all_reduce(switch: &Switch, message: Bytes, delays: SoftwareDelays) -> Plan {
    let ranks = switch.ranks;
    let mut plan = PlanBuilder::new(delays.launch);
    let reduce_scatter = plan.stage("reduce-scatter");
    let all_gather = plan.stage("all-gather");
    let hop_fs = switch.latency.0 as f64;
    let latency = Femtos(2 * switch.latency.0);
    let chunk = message.0 as f64 / f64::from(ranks);

    let route_of = |plan: &mut PlanBuilder, phase| -> Vec<_> {
        (0..ranks)
            .map(|rank| {
                let to = (rank + 1) % ranks;
                let up = Run::single(switch.up(rank), 1.0, 0.0, phase);
                let down = Run::single(switch.down(to), 1.0, hop_fs, phase);
                plan.route([up, down], latency)
            })
            .collect()
    };
    let sums = route_of(&mut plan, Phase::Sum);
    let copies = route_of(&mut plan, Phase::Copy);

    // A rank forwards what came from its left neighbour in the step before, once its own port is free.
    let mut before: Vec<TransferId> = Vec::new();
    for step in 0..2 * (ranks - 1) {
        let (stage, routes) = if step < ranks - 1 { (reduce_scatter, &sums) } else { (all_gather, &copies) };
        let mut now = Vec::with_capacity(ranks as usize);
        for rank in 0..ranks {
            let left = (rank + ranks - 1) % ranks;
            let deps = match (before.get(left as usize), before.get(rank as usize)) {
                (Some(&from_left), Some(&own)) => Some([Dep::tail(from_left).after(delays.step), Dep::sent(own)]),
                _ => None,
            };
            let deps = deps.as_ref().map_or(&[][..], |deps| &deps[..]);
            // The last step of the reduce-scatter completes a chunk at its receiver.
            let finished = step + 2 >= ranks;
            let delivery = if finished { Delivery::Rank((rank + 1) % ranks) } else { Delivery::Partial };
            let transfer = plan.transfer(stage, routes[rank as usize], chunk, delivery, deps);
            // Each rank begins with its own chunk and then passes on what it has just received.
            plan.carries(transfer, Part::one((rank + 2 * ranks - step) % ranks, ranks));
            now.push(transfer);
        }
        before = now;
    }
    plan.build()
}

/// All-reduce with addition and multicast in the switch (NVLS): each rank owns one n-th; the switch fetches it from
/// all ranks, adds, hands the sum to the owner, who sends it back to be copied to all.
///
/// Each shard is one stream: every uplink carries it once (the owner's twice), every downlink once (the owner's
/// twice), so the whole takes `S (1 + 1/n) / c + 4 h + launch` (engine-model section 2).
pub fn nvls_all_reduce(switch: &Switch, message: Bytes, delays: SoftwareDelays) -> Plan {
    let ranks = switch.ranks;
    let mut plan = PlanBuilder::new(delays.launch);
    let stage = plan.stage("in-switch all-reduce");
    let hop_fs = switch.latency.0 as f64;
    let shard = message.0 as f64 / f64::from(ranks);
    for owner in 0..ranks {
        let fetch = Run::line(switch.up(0), 1, ranks, 0.0, 0.0, Phase::Sum);
        let sum = Run::single(switch.down(owner), 1.0, hop_fs, Phase::Sum);
        let send_back = Run::single(switch.up(owner), 1.0, 2.0 * hop_fs, Phase::Copy);
        let multicast = Run::line(switch.down(0), 1, ranks, 3.0 * hop_fs, 0.0, Phase::Copy);
        let route = plan.route([fetch, sum, send_back, multicast], Femtos(4 * switch.latency.0));
        let transfer = plan.transfer(stage, route, shard, Delivery::All, &[]);
        plan.carries(transfer, Part::one(owner, ranks));
    }
    plan.build()
}
