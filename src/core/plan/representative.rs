//! The representative of a symmetric plan: the few slots that are simulated for all.
//!
//! A representative keeps every instant. Streams that are images of one another under a renumbering of ranks, channels
//! and links have the same rates at the same time. So it is enough to simulate one slot of each kind on one link of each
//! kind, which all users of that kind of link cross.

use super::builder::PlanBuilder;
use super::plan::Plan;
use super::route::{RouteId, RouteRun};
use super::rules::{AllReduceHalf, ChannelRings, MultiRings, SwitchExchange, SymmetricRule};
use super::transfer::{Delivery, Dep, PlanPhaseId, TransferId};
use crate::fabric::{Fabric, LinkId, LinkRun};
use crate::units::Femtos;

/// The part of a symmetric plan that is simulated for all its slots.
pub struct Representative {
    /// The plan of one slot of each kind.
    pub plan: Plan,
    /// The same plan without the streams that share its links, if that differs: for the bound of the longest path.
    pub alone: Option<Plan>,
    /// Number of slots that are simulated: slot i of all has the times of slot `i % slots`.
    pub slots: u32,
}

/// The representative of a rule on this fabric. `None` if the fabric or its ranks are not symmetric: then every transfer
/// has to be simulated.
pub fn representative(rule: &SymmetricRule, fabric: &Fabric) -> Option<Representative> {
    if !fabric.changed().is_empty() {
        return None;
    }
    match rule {
        SymmetricRule::Channels(rings) => node_of_channel(rings, fabric),
        SymmetricRule::Multi(rings) => first_rank(rings, fabric),
        SymmetricRule::Direct(exchange) => Some(pair_of_ranks(exchange)),
    }
}

/// The number of link classes of a cluster below the spine; each has one link per GPU.
const CLASSES_OF_GPUS: u8 = 6;

/// One node of one channel. Channels are identical, and so are nodes. Every link is replaced by the first of its class:
/// all slots of a node cross it in the one channel as they cross each link of the class in all channels together.
fn node_of_channel(rings: &ChannelRings, fabric: &Fabric) -> Option<Representative> {
    let (cluster, slots) = (rings.cluster(), rings.cluster().gpus_per_node);
    let capacity = |link: LinkId| fabric.link(link).map_or(0.0, |spec| spec.capacity.0);
    // Paths between leaves cross the spine as well. It has no representative, so it must neither limit nor delay.
    let spine = [cluster.leaf_up(0), cluster.leaf_down(0)].into_iter().filter_map(|link| fabric.link(link));
    let nic = capacity(cluster.nic_out(0)).max(capacity(cluster.nic_in(0)));
    let is_spine_neutral = spine.into_iter().all(|spec| spec.latency == Femtos(0) && spec.capacity.0 >= nic);
    if !rings.is_even() || !is_spine_neutral {
        return None;
    }
    let first_of_class = |run: &LinkRun| {
        let (class, _) = cluster.class_of(run.first).filter(|(class, _)| *class < CLASSES_OF_GPUS)?;
        Some(LinkRun::one(LinkId(u32::from(class) * cluster.gpus())))
    };
    let mut plan = PlanBuilder::new(rings.launch());
    let halves = rings.halves().list();
    let phases: Vec<PlanPhaseId> = halves.iter().map(|half| plan.phase(half.phase_name())).collect();
    let mut routes_of = |half: &AllReduceHalf| {
        let paths = (0..slots).map(|slot| rings.path(slot).iter().filter_map(first_of_class).collect::<Vec<_>>());
        paths.map(|path| plan.route_along(fabric, &path, half.flow())).collect::<Vec<_>>()
    };
    let routes: Vec<Vec<RouteId>> = halves.iter().map(&mut routes_of).collect();
    for step in 0..rings.steps() {
        let half = rings.half_number(step) as usize;
        for slot in 0..slots {
            let deps = step.checked_sub(1).map(|before| {
                let left = if slot == 0 { slots - 1 } else { slot - 1 };
                rings.waits(slot, TransferId(before * slots + left), TransferId(before * slots + slot))
            });
            let deps = deps.as_ref().map_or(&[][..], |deps| deps);
            plan.transfer(phases[half], routes[half][slot as usize], rings.bytes(), Delivery::Partial, deps);
        }
    }
    Some(Representative { plan: plan.build(), alone: None, slots })
}

/// Rank 0, which sends over its own links what every other rank sends over its own ones.
fn first_rank(rings: &MultiRings, fabric: &Fabric) -> Option<Representative> {
    if !rings.is_even() || !rings.is_regular() {
        return None;
    }
    let mut plan = PlanBuilder::new(rings.launch());
    let phases: Vec<PlanPhaseId> = rings.halves().list().iter().map(|half| plan.phase(half.phase_name())).collect();
    for send in rings.sends_of_first_rank() {
        let route = plan.route_along(fabric, send.path, send.half.flow());
        let deps = send.deps.as_ref().map_or(&[][..], |deps| deps);
        plan.transfer(phases[send.number as usize], route, send.bytes, Delivery::Partial, deps);
    }
    Some(Representative { plan: plan.build(), alone: None, slots: rings.parts() })
}

/// One pair of ranks. Its two links carry the streams of all other pairs of these ranks as weights.
fn pair_of_ranks(exchange: &SwitchExchange) -> Representative {
    let switch = exchange.switch();
    let pair = |weight: f64| {
        let mut plan = PlanBuilder::new(exchange.launch());
        let mut deps: Vec<Dep> = Vec::new();
        let operation = exchange.exchange();
        for step in 0..operation.steps() {
            let phase = plan.phase(operation.phase_name(step));
            let flow = operation.flow(step);
            let latency_fs = switch.latency.0 as f64;
            let up = RouteRun::single(switch.up(0), weight, 0.0, flow);
            let down = RouteRun::single(switch.down(0), weight, latency_fs, flow);
            let route = plan.route([up, down], switch.latency + switch.latency);
            let sent = plan.transfer(phase, route, exchange.bytes(), Delivery::Partial, &deps);
            deps = vec![Dep::tail(sent).after(exchange.step_delay())];
        }
        plan.build()
    };
    Representative { plan: pair(f64::from(switch.ranks - 1)), alone: Some(pair(1.0)), slots: 1 }
}
