//! All-reduce among GPUs round one switch, in steps between pairs: recursive halving-doubling, direct; and the double
//! binary tree as two streams.

use super::plan::{Delivery, Dep, Part, Phase, Plan, PlanBuilder, RouteId, Run, TransferId};
use super::switched::SoftwareDelays;
use crate::fabric::Switch;
use crate::units::{Bytes, Femtos};

/// From one GPU to another, through the switch.
fn pair(plan: &mut PlanBuilder, switch: &Switch, from: u32, to: u32, phase: Phase) -> RouteId {
    let up = Run::single(switch.up(from), 1.0, 0.0, phase);
    let down = Run::single(switch.down(to), 1.0, switch.latency.0 as f64, phase);
    plan.route([up, down], Femtos(2 * switch.latency.0))
}

/// Recursive halving, then doubling (Rabenseifner): `log2 n` steps each way, with half, a quarter, ... of the message.
/// `None` unless the number of ranks is a power of two.
///
/// Takes `launch + 2 log2(n) 2 h + 2 (n-1)/n S/c` (engine-model 3.3).
pub fn halving_doubling_all_reduce(switch: &Switch, message: Bytes, delays: SoftwareDelays) -> Option<Plan> {
    let ranks = switch.ranks;
    if !ranks.is_power_of_two() {
        return None;
    }
    let steps = ranks.trailing_zeros();
    let mut plan = PlanBuilder::new(delays.launch);
    let halving = plan.stage("recursive halving");
    let doubling = plan.stage("recursive doubling");
    let mut before: Vec<TransferId> = Vec::new();
    let mut distance_before = 0;
    for step in 0..2 * steps {
        let back = step >= steps;
        // Halving goes from the farthest partner to the nearest, doubling the other way round.
        let level = if back { 2 * steps - 1 - step } else { step };
        let distance = ranks >> (level + 1);
        let bytes = message.0 as f64 / f64::from(1_u32 << (level + 1));
        let (stage, phase) = if back { (doubling, Phase::Copy) } else { (halving, Phase::Sum) };
        let mut now = Vec::with_capacity(ranks as usize);
        for rank in 0..ranks {
            let to = rank ^ distance;
            let route = pair(&mut plan, switch, rank, to, phase);
            let received = before.get((rank ^ distance_before) as usize);
            let deps: Vec<Dep> = match (received, before.get(rank as usize)) {
                (Some(&received), Some(&own)) => vec![Dep::tail(received).after(delays.step), Dep::sent(own)],
                _ => Vec::new(),
            };
            // The last halving step completes the part of its receiver.
            let finished = back || step + 1 == steps;
            let delivery = if finished { Delivery::Rank(to) } else { Delivery::Partial };
            let transfer = plan.transfer(stage, route, bytes, delivery, &deps);
            // Halving sends the partner's half of what one holds, doubling all that one has finished.
            let keeper = if back { rank } else { to };
            plan.carries(transfer, Part { first: keeper / distance * distance, count: distance, of: ranks });
            now.push(transfer);
        }
        before = now;
        distance_before = distance;
    }
    Some(plan.build())
}

/// Direct: every rank sends every other one its part at once, then the finished part to all.
///
/// Takes `launch + 2 (2 h) + 2 (n-1)/n S/c` (engine-model 3.3).
pub fn direct_all_reduce(switch: &Switch, message: Bytes, delays: SoftwareDelays) -> Plan {
    let ranks = switch.ranks;
    let mut plan = PlanBuilder::new(delays.launch);
    let scatter = plan.stage("reduce-scatter");
    let gather = plan.stage("all-gather");
    let bytes = message.0 as f64 / f64::from(ranks);
    let mut received: Vec<Vec<TransferId>> = vec![Vec::new(); ranks as usize];
    let others = |rank: u32| (0..ranks).filter(move |&other| other != rank);
    for from in 0..ranks {
        for to in others(from) {
            let route = pair(&mut plan, switch, from, to, Phase::Sum);
            let transfer = plan.transfer(scatter, route, bytes, Delivery::Partial, &[]);
            plan.carries(transfer, Part::one(to, ranks));
            received[to as usize].push(transfer);
        }
    }
    for from in 0..ranks {
        let deps: Vec<Dep> = received[from as usize].iter().map(|&on| Dep::tail(on).after(delays.step)).collect();
        for to in others(from) {
            let route = pair(&mut plan, switch, from, to, Phase::Copy);
            let transfer = plan.transfer(gather, route, bytes, Delivery::Rank(to), &deps);
            plan.carries(transfer, Part::one(from, ranks));
        }
    }
    plan.build()
}

/// A binary tree over the ranks: rank 0 is the root, odd labels are leaves.
struct BinaryTree {
    ranks: u32,
    /// The second tree of a pair, in which leaves and inner ranks change places.
    second: bool,
}

impl BinaryTree {
    /// The rank of a label: in the second tree mirrored for an even number of ranks, shifted by one for an odd one.
    fn rank(&self, label: u32) -> u32 {
        match (self.second, self.ranks.is_multiple_of(2)) {
            (false, _) => label,
            (true, true) => self.ranks - 1 - label,
            (true, false) => (label + 1) % self.ranks,
        }
    }

    /// The label above: the lowest set bit moves up one place, or goes where that would lead beyond the last rank.
    fn parent(&self, label: u32) -> Option<u32> {
        let bit = label & label.wrapping_neg();
        if label == 0 {
            return None;
        }
        let above = (label ^ bit) | (bit << 1);
        Some(if above < self.ranks { above } else { label ^ bit })
    }

    fn depth(&self, label: u32) -> u32 {
        let mut depth = 0;
        let mut at = label;
        while let Some(above) = self.parent(at) {
            at = above;
            depth += 1;
        }
        depth
    }
}

/// Double binary tree: two streams of half the message, each up its tree and down again. Every rank is a leaf in one
/// tree, so no port carries more than twice the message (for an even number of ranks).
///
/// Takes `launch + 2 S/c + 2 depth 2 h` (engine-model 3.3).
pub fn double_binary_tree_all_reduce(switch: &Switch, message: Bytes, delays: SoftwareDelays) -> Plan {
    let ranks = switch.ranks;
    let mut plan = PlanBuilder::new(delays.launch);
    let stage = plan.stage("up and down both trees");
    let hop_fs = switch.latency.0 as f64;
    for second in [false, true] {
        let tree = BinaryTree { ranks, second };
        let depth = (0..ranks).map(|label| tree.depth(label)).max().unwrap_or(0);
        let mut runs = Vec::with_capacity(4 * ranks as usize);
        for label in 0..ranks {
            let Some(above) = tree.parent(label) else { continue };
            let (child, parent) = (tree.rank(label), tree.rank(above));
            // Up: all branches of one level meet at the same time. Down: level after level.
            let up_fs = f64::from(depth - tree.depth(label)) * 2.0 * hop_fs;
            let down_fs = f64::from(depth + tree.depth(above)) * 2.0 * hop_fs;
            runs.push(Run::single(switch.up(child), 1.0, up_fs, Phase::Sum));
            runs.push(Run::single(switch.down(parent), 1.0, up_fs + hop_fs, Phase::Sum));
            runs.push(Run::single(switch.up(parent), 1.0, down_fs, Phase::Copy));
            runs.push(Run::single(switch.down(child), 1.0, down_fs + hop_fs, Phase::Copy));
        }
        let route = plan.route(runs, Femtos(u64::from(4 * depth) * switch.latency.0));
        let transfer = plan.transfer(stage, route, message.0 as f64 / 2.0, Delivery::All, &[]);
        plan.carries(transfer, Part::one(u32::from(second), 2));
    }
    plan.build()
}
