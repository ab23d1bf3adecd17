//! Times that no run of a plan can beat (engine-model 1.8, items 1 and 2): its longest path, and its busiest link.

use super::resources::Resources;
use crate::fabric::LinkId;
use crate::plan::{DepKind, Plan};
use crate::units::{FEMTOS_PER_SEC, Femtos};

/// Bounds of a plan, in the engine's fluid time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanBounds {
    /// The longest chain of dependencies, every transfer as fast as if it were alone.
    pub path: Femtos,
    /// The longest time that any link needs for the bytes that the plan sends over it.
    pub load: Femtos,
}

impl PlanBounds {
    /// The larger of the two.
    pub fn tightest(&self) -> Femtos {
        self.path.max(self.load)
    }
}

/// Bytes that each resource carries, cohorts counted on their own links only.
fn loads(plan: &Plan, resources: &Resources) -> Vec<f64> {
    let mut loads = vec![0.0; resources.all.len()];
    for (_, transfer) in plan.transfers().filter(|(_, transfer)| !transfer.background) {
        for used in resources.of_route(transfer.route.0) {
            loads[used.id as usize] += transfer.bytes * used.weight;
        }
    }
    loads
}

/// Both bounds of a plan.
pub(super) fn bounds(plan: &Plan, resources: &Resources) -> PlanBounds {
    let mut load_s = 0.0_f64;
    for (resource, bytes) in resources.all.iter().zip(loads(plan, resources)) {
        load_s = load_s.max(bytes / resource.capacity);
    }
    // Rounded down: a bound may be too low by a femtosecond, never too high.
    let load = Femtos((load_s * FEMTOS_PER_SEC) as u64) + plan.launch();
    PlanBounds { path: path(plan, resources), load }
}

/// The earliest possible instants of a transfer, femtoseconds.
#[derive(Clone, Copy, Default)]
struct Earliest {
    grant: u64,
    end: u64,
}

/// The longest path, in the order of the plan: a transfer depends only on earlier ones.
fn path(plan: &Plan, resources: &Resources) -> Femtos {
    // By id. Other traffic has no end of its own, so it keeps zeros and delays no transfer.
    let mut earliest = vec![Earliest::default(); plan.transfer_count() as usize];
    let mut longest = 0;
    for (id, transfer) in plan.transfers().filter(|(_, transfer)| !transfer.background) {
        let latency = plan.route(&transfer).latency.0;
        let (rate, _) = resources.alone(transfer.route.0);
        let alone_fs = (transfer.bytes / rate * FEMTOS_PER_SEC) as u64;
        let mut start = plan.launch().0.saturating_add(transfer.start_delay.0);
        let mut supply = 0;
        for dep in plan.deps(id) {
            let on = earliest[dep.on.0 as usize];
            let fired = match dep.kind {
                DepKind::Head => on.grant,
                DepKind::Tail => on.end,
                DepKind::Sent => on.end.saturating_sub(plan.route(&plan.transfer(dep.on.0)).latency.0),
            };
            start = start.max(fired.saturating_add(dep.delay.0).saturating_sub(dep.hop_offset.0));
            if dep.kind == DepKind::Head {
                supply = supply.max(on.end.saturating_add(dep.delay.0 + latency - dep.hop_offset.0));
            }
        }
        let grant = start.saturating_add(latency);
        let end = grant.saturating_add(alone_fs).max(supply);
        earliest[id as usize] = Earliest { grant, end };
        longest = longest.max(end);
    }
    Femtos(longest)
}

/// The most bytes over any one link, and that link. The other links carry at most as much as a resource.
pub(super) fn busiest_link(plan: &Plan, resources: &Resources) -> (f64, LinkId) {
    let mut best = (0.0, LinkId(0));
    for (resource, bytes) in resources.all.iter().zip(loads(plan, resources)) {
        if bytes > best.0 {
            best = (bytes, resource.link);
        }
    }
    best
}
