//! Transfers that queue at one ramp: faults change the order in which they arrive.

use std::collections::BTreeMap;

use crate::fabric::{Direction, LinkId, Mesh};
use crate::plan::{Dep, DepKind, Plan, PlanPhaseId, Route};

/// A queue: the phase of its transfers and the ramp.
type QueueKey = (PlanPhaseId, LinkId);

/// The transfers of each queue at a serial ramp.
pub struct RampQueues<'a> {
    mesh: &'a Mesh,
    queues: BTreeMap<QueueKey, Vec<u32>>,
}

impl<'a> RampQueues<'a> {
    /// The queues of a plan.
    pub fn new(mesh: &'a Mesh, plan: &Plan) -> RampQueues<'a> {
        let mut queues = BTreeMap::<QueueKey, Vec<u32>>::new();
        for (id, transfer) in plan.transfers() {
            if let Some(ramp) = serial_ramp(mesh, &plan.route(&transfer)) {
                queues.entry((transfer.phase, ramp)).or_default().push(id);
            }
        }
        RampQueues { mesh, queues }
    }

    /// The transfers that a dependency, one of `all` of its transfer, must wait for. A dependency on the tail of the last
    /// message of a queue means all of them, as in a star: another one may be the last now. A tree names each message of
    /// the queue; then only the named ones are meant, because a child that streams through ends later.
    pub fn waited_for(&self, plan: &Plan, dep: Dep, all: &[Dep]) -> Vec<u32> {
        let on = plan.transfer(dep.on.0);
        let queue = serial_ramp(self.mesh, &plan.route(&on)).and_then(|ramp| self.queues.get(&(on.phase, ramp)));
        let names_all = |queue: &Vec<u32>| queue.iter().all(|&id| all.iter().any(|dep| dep.on.0 == id));
        match queue {
            Some(queue) if dep.kind == DepKind::Tail && !names_all(queue) => queue.clone(),
            Some(_) | None => vec![dep.on.0],
        }
    }
}

fn serial_ramp(mesh: &Mesh, route: &Route) -> Option<LinkId> {
    let serial = route.runs.iter().find(|run| run.serial)?;
    matches!(mesh.place(serial.first), Some((_, _, Direction::Ramp))).then_some(serial.first)
}
