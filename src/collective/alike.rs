//! Plans in which all ranks do the same, written as a rule: rings over several channels, and direct exchange round a
//! switch. Written out they are millions of transfers; of those that are alike one is played for all ([`Alike::fold`]).
//!
//! Folding keeps every instant. Streams that are images of one another under a renumbering of ranks, channels and links
//! have the same rates at the same time, so it is enough to play one of each kind on one link of each kind, which all of
//! its users cross.

use super::build::PlanBuilder;
use super::delays::Delays;
use super::plan::{Delivery, Dep, MessageSlice, Plan, PlanPhaseId, Transfer, TransferId};
use super::route::{Flow, Route, RouteId, RouteRun};
use super::way::{PlanError, way};
use crate::fabric::{Cluster, Fabric, LinkId, LinkRun, Switch};
use crate::units::{Bytes, Femtos};

/// The rule of a plan whose ranks are alike.
#[derive(Clone, Debug, PartialEq)]
pub enum Alike {
    /// Rings over the channels of a cluster.
    Channels(ChannelRings),
    /// Direct exchange round a switch.
    Direct(SwitchExchange),
}

/// What is played for all: each step's first few lanes.
pub struct Fold {
    /// The plan of one lane of each kind.
    pub plan: Plan,
    /// The same without those that share its links, where that is another one: for the bound of the longest path.
    pub alone: Option<Plan>,
    /// Lanes that are played: lane i of all stands for the lane that is `i % kept`.
    pub kept: u32,
}

/// Most transfers of such a plan: those with a number.
fn check_numbered(sends: u64) -> Result<u32, PlanError> {
    let limit = u64::from(u32::MAX);
    u32::try_from(sends).map_err(|_| PlanError::TooMany { needed: sends, what: "sends", limit })
}

impl Alike {
    /// Streams of one step: lanes. The id of a transfer is `step * lanes + lane`.
    pub fn lanes(&self) -> u32 {
        match self {
            Alike::Channels(rings) => rings.lanes(),
            Alike::Direct(exchange) => exchange.lanes(),
        }
    }

    /// Steps.
    pub fn steps(&self) -> u32 {
        match self {
            Alike::Channels(rings) => rings.steps(),
            Alike::Direct(_) => 2,
        }
    }

    /// Transfers in all.
    pub fn sends(&self) -> u32 {
        self.steps() * self.lanes()
    }

    /// Dependencies in all.
    pub fn dep_count(&self) -> u64 {
        let lanes = u64::from(self.lanes());
        match self {
            Alike::Channels(rings) => 2 * lanes * u64::from(rings.steps()),
            Alike::Direct(exchange) => lanes * u64::from(exchange.switch.ranks - 1),
        }
    }

    /// Routes: those of sums by lane, then those of copies.
    pub fn route_count(&self) -> u32 {
        2 * self.lanes()
    }

    /// The route of this id.
    pub fn route(&self, id: RouteId) -> Route {
        let (back, lane) = (id.0 >= self.lanes(), id.0 % self.lanes());
        let phase = if back { Flow::Broadcast } else { Flow::Reduce };
        match self {
            Alike::Channels(rings) => Route::over(&rings.fabric, &rings.path(lane), phase),
            Alike::Direct(exchange) => {
                let (from, to) = exchange.pair(lane);
                let path = exchange.fabric.topology.path(from, to).unwrap_or_default();
                Route::over(&exchange.fabric, &path, phase)
            }
        }
    }

    /// The transfer of this id.
    pub fn transfer(&self, id: u32) -> Transfer {
        let (step, lane) = (id / self.lanes(), id % self.lanes());
        let (back, delivery, part, bytes) = match self {
            Alike::Channels(rings) => {
                let to = rings.rank(rings.receiver(lane));
                let delivery = if step + 2 >= rings.ranks { Delivery::Rank(to) } else { Delivery::Partial };
                (step >= rings.ranks - 1, delivery, rings.part(lane, step), rings.bytes())
            }
            Alike::Direct(exchange) => {
                let (from, to) = exchange.pair(lane);
                let (delivery, whose) = if step > 0 { (Delivery::Rank(to), from) } else { (Delivery::Partial, to) };
                (step > 0, delivery, MessageSlice::one(whose, exchange.switch.ranks), exchange.bytes())
            }
        };
        let route = RouteId(lane + if back { self.lanes() } else { 0 });
        Transfer { bytes, route, stage: PlanPhaseId(u16::from(back)), delivery, part, ..Transfer::default() }
    }

    /// What a transfer waits for.
    pub fn deps(&self, id: u32) -> Vec<Dep> {
        let (step, lane) = (id / self.lanes(), id % self.lanes());
        let Some(before) = step.checked_sub(1) else { return Vec::new() };
        let on = |lane: u32| TransferId(before * self.lanes() + lane);
        match self {
            Alike::Channels(rings) => rings.waits(on(rings.sender(lane)), on(lane)).to_vec(),
            Alike::Direct(exchange) => {
                let (own, _) = exchange.pair(lane);
                let others = (0..exchange.switch.ranks).filter(|&other| other != own);
                others.map(|other| Dep::tail(on(exchange.lane(other, own))).after(exchange.step)).collect()
            }
        }
    }

    /// The link of a lane that is what `link` is to the lane that was played for it.
    pub fn twin(&self, link: LinkId, lane: u32) -> LinkId {
        match self {
            Alike::Channels(rings) => {
                let class = |link: LinkId| rings.cluster.class_of(link).map(|(class, _)| class);
                let links = rings.path(lane).into_iter().map(|leg| leg.first);
                links.into_iter().find(|&own| class(own) == class(link)).unwrap_or(link)
            }
            Alike::Direct(exchange) => {
                let (from, to) = exchange.pair(lane);
                let up = link == exchange.switch.up(0);
                if up { exchange.switch.up(from) } else { exchange.switch.down(to) }
            }
        }
    }

    /// What stands for all on this fabric. `None` where it is not as even as the plan.
    pub fn fold(&self, fabric: &Fabric) -> Option<Fold> {
        if !fabric.changed().is_empty() {
            return None;
        }
        match self {
            Alike::Channels(rings) => rings.fold(fabric),
            Alike::Direct(exchange) => Some(exchange.fold()),
        }
    }
}

/// Rings with one channel per rail, each round all GPUs in an order that leaves nodes over another rail.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelRings {
    fabric: Fabric,
    cluster: Cluster,
    ranks: u32,
    message: Bytes,
    delays: Delays,
    /// The ways of all lanes.
    paths: Vec<Vec<LinkRun>>,
}

impl ChannelRings {
    /// The rule; a lane is a channel's send from one place of its ring to the next.
    ///
    /// # Errors
    /// Where a needed link is down with no way round, or there are too many sends.
    pub fn new(fabric: &Fabric, cluster: &Cluster, message: Bytes, delays: &Delays) -> Result<ChannelRings, PlanError> {
        let ranks = cluster.gpus();
        let lanes = u64::from(cluster.gpus_per_node) * u64::from(ranks);
        check_numbered(lanes * 2 * u64::from(ranks - 1))?;
        let (fabric, cluster, delays) = (fabric.clone(), cluster.clone(), delays.clone());
        let mut rings = ChannelRings { fabric, cluster, ranks, message, delays, paths: Vec::new() };
        let pairs = (0..lanes as u32).map(|lane| (rings.rank(lane), rings.rank(rings.receiver(lane))));
        rings.paths = pairs.map(|(from, to)| way(&rings.fabric, from, to)).collect::<Result<_, _>>()?;
        Ok(rings)
    }

    fn lanes(&self) -> u32 {
        self.cluster.gpus_per_node * self.ranks
    }

    fn steps(&self) -> u32 {
        2 * (self.ranks - 1)
    }

    fn bytes(&self) -> f64 {
        self.message.0 as f64 / f64::from(self.lanes())
    }

    /// The rank from which a lane sends.
    fn rank(&self, lane: u32) -> u32 {
        let places = self.cluster.gpus_per_node;
        let (channel, place) = (lane / self.ranks, lane % self.ranks);
        place / places * places + (place % places + channel + 1) % places
    }

    fn receiver(&self, lane: u32) -> u32 {
        if (lane + 1).is_multiple_of(self.ranks) { lane + 1 - self.ranks } else { lane + 1 }
    }

    fn sender(&self, lane: u32) -> u32 {
        if lane.is_multiple_of(self.ranks) { lane + self.ranks - 1 } else { lane - 1 }
    }

    fn path(&self, lane: u32) -> Vec<LinkRun> {
        self.paths.get(lane as usize).cloned().unwrap_or_default()
    }

    fn part(&self, lane: u32, step: u32) -> MessageSlice {
        let (channel, place) = (lane / self.ranks, lane % self.ranks);
        MessageSlice::one(channel * self.ranks + (place + 2 * self.ranks - step) % self.ranks, self.lanes())
    }

    /// What came from the left in the step before, and one's own port.
    fn waits(&self, left: TransferId, own: TransferId) -> [Dep; 2] {
        [Dep::tail(left).after(self.delays.step), Dep::sent(own)]
    }

    /// Channels are alike, and so are nodes: the places of one node in one channel stand for all. Every link of a class
    /// is the first of its class here, which all lanes of a node cross in the one channel as they cross, in all
    /// channels together, each link of the class.
    fn fold(&self, fabric: &Fabric) -> Option<Fold> {
        let (cluster, kept) = (&self.cluster, self.cluster.gpus_per_node);
        let capacity = |link: LinkId| fabric.link(link).map_or(0.0, |spec| spec.capacity.0);
        // Ways between units of nodes cross the spine as well, which must not be what binds, nor take time.
        let spine = [cluster.leaf_up(0), cluster.leaf_down(0)].into_iter().filter_map(|link| fabric.link(link));
        let nic = capacity(cluster.nic_out(0)).max(capacity(cluster.nic_in(0)));
        if !spine.into_iter().all(|spec| spec.latency == Femtos(0) && spec.capacity.0 >= nic) {
            return None;
        }
        let first_of_class = |leg: LinkRun| {
            let (class, _) = cluster.class_of(leg.first).filter(|(class, _)| *class < 6)?;
            Some(LinkRun::one(LinkId(u32::from(class) * cluster.gpus())))
        };
        let mut plan = PlanBuilder::new(self.delays.launch);
        let stages = [plan.stage("reduce-scatter"), plan.stage("all-gather")];
        let mut routes = [Vec::new(), Vec::new()];
        for (routes, phase) in routes.iter_mut().zip([Flow::Reduce, Flow::Broadcast]) {
            for lane in 0..kept {
                let path: Vec<LinkRun> = self.path(lane).into_iter().filter_map(first_of_class).collect();
                routes.push(plan.path(fabric, &path, phase));
            }
        }
        for step in 0..self.steps() {
            let back = usize::from(step >= self.ranks - 1);
            for lane in 0..kept {
                let deps = step.checked_sub(1).map(|before| {
                    let left = if lane == 0 { kept - 1 } else { lane - 1 };
                    self.waits(TransferId(before * kept + left), TransferId(before * kept + lane))
                });
                let deps = deps.as_ref().map_or(&[][..], |deps| deps);
                plan.transfer(stages[back], routes[back][lane as usize], self.bytes(), Delivery::Partial, deps);
            }
        }
        Some(Fold { plan: plan.build(), alone: None, kept })
    }
}

/// Every rank sends every other one its part at once, then the finished part to all, round a switch.
#[derive(Clone, Debug, PartialEq)]
pub struct SwitchExchange {
    fabric: Fabric,
    switch: Switch,
    message: Bytes,
    launch: Femtos,
    step: Femtos,
}

impl SwitchExchange {
    /// The rule; a lane is a pair of ranks.
    ///
    /// # Errors
    /// Where there are too many sends.
    pub fn new(fabric: &Fabric, switch: &Switch, message: Bytes, delays: &Delays) -> Result<SwitchExchange, PlanError> {
        check_numbered(2 * u64::from(switch.ranks) * u64::from(switch.ranks - 1))?;
        let (fabric, switch) = (fabric.clone(), switch.clone());
        Ok(SwitchExchange { fabric, switch, message, launch: delays.launch, step: delays.step })
    }

    fn lanes(&self) -> u32 {
        self.switch.ranks * (self.switch.ranks - 1)
    }

    fn bytes(&self) -> f64 {
        self.message.0 as f64 / f64::from(self.switch.ranks)
    }

    /// Sender and receiver of a lane.
    fn pair(&self, lane: u32) -> (u32, u32) {
        let others = self.switch.ranks - 1;
        let (from, to) = (lane / others, lane % others);
        (from, to + u32::from(to >= from))
    }

    fn lane(&self, from: u32, to: u32) -> u32 {
        from * (self.switch.ranks - 1) + to - u32::from(to > from)
    }

    /// One pair stands for all: its links carry the streams of all other pairs of their ranks.
    fn fold(&self) -> Fold {
        let plan = |weight: f64| {
            let mut plan = PlanBuilder::new(self.launch);
            let mut before: Vec<Dep> = Vec::new();
            for (name, phase) in [("reduce-scatter", Flow::Reduce), ("all-gather", Flow::Broadcast)] {
                let stage = plan.stage(name);
                let latency_fs = self.switch.latency.0 as f64;
                let up = RouteRun::single(self.switch.up(0), weight, 0.0, phase);
                let down = RouteRun::single(self.switch.down(0), weight, latency_fs, phase);
                let route = plan.route([up, down], self.switch.latency + self.switch.latency);
                let sent = plan.transfer(stage, route, self.bytes(), Delivery::Partial, &before);
                before = vec![Dep::tail(sent).after(self.step)];
            }
            plan.build()
        };
        Fold { plan: plan(f64::from(self.switch.ranks - 1)), alone: Some(plan(1.0)), kept: 1 }
    }
}
