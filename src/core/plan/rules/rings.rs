//! The rule of ring all-reduce, or of one of its halves, along one or more dimensions.
//!
//! The ranks form a box of one or more dimensions. A reduce-scatter runs along the first dimension, on its result one
//! along the second, and so on; all-gathers follow in the opposite order. One dimension is the plain ring. Two are the
//! rows and columns of a mesh or torus, or the inside of a node and its rails (hierarchical).

use std::borrow::Cow;

use super::half::{AllReduceHalf, Halves};
use crate::fabric::{Fabric, LinkId, LinkRun, Path, Topology};
use crate::plan::delays::Delays;
use crate::plan::error::{PlanError, check_listed, check_sends};
use crate::plan::route::{Route, RouteId};
use crate::plan::routing::path_between;
use crate::plan::rule::{Deps, TransferRule};
use crate::plan::transfer::{Delivery, Dep, MessageSlice, PlanPhaseId, Transfer, TransferId};
use crate::units::{Bytes, Femtos};

/// Which rank has which slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RankOrder {
    /// Slot i is rank i.
    Straight,
    /// Along rows of this many ranks, every second row backwards: neighbours in the ring are neighbours on a mesh.
    Snake(u32),
    /// Several rings at once over nodes of this many GPUs: ring c turns the order within every node by c + 1. Slot
    /// `c * ranks + i` is the place i of ring c.
    Turned {
        /// GPUs of a node.
        gpus_per_node: u32,
        /// Ranks of all nodes.
        ranks: u32,
    },
    /// Such a snake through layers of this width and height, every second layer backwards.
    Layers {
        /// Ranks of a row.
        width: u32,
        /// Rows of a layer.
        height: u32,
    },
}

impl RankOrder {
    /// The rank of a slot.
    pub fn rank(self, slot: u32) -> u32 {
        match self {
            RankOrder::Straight => slot,
            RankOrder::Snake(width) if slot / width % 2 == 1 => slot / width * width + width - 1 - slot % width,
            RankOrder::Snake(_) => slot,
            RankOrder::Turned { gpus_per_node, ranks } => {
                let (ring, place) = (slot / ranks, slot % ranks);
                place / gpus_per_node * gpus_per_node + (place % gpus_per_node + ring + 1) % gpus_per_node
            }
            RankOrder::Layers { width, height } => {
                let (layer, at) = (slot / (width * height), slot % (width * height));
                let at = if layer % 2 == 1 { width * height - 1 - at } else { at };
                layer * width * height + RankOrder::Snake(width).rank(at)
            }
        }
    }

    /// The slots of a rank: one in each ring.
    pub fn slots_of(self, rank: u32) -> impl Iterator<Item = u32> {
        (0..self.rings()).map(move |ring| match self {
            RankOrder::Turned { gpus_per_node, ranks } => {
                let (first, place) = (rank - rank % gpus_per_node, rank % gpus_per_node);
                ring * ranks + first + (place + gpus_per_node - (ring + 1) % gpus_per_node) % gpus_per_node
            }
            // These orders are their own inverse.
            RankOrder::Straight | RankOrder::Snake(_) | RankOrder::Layers { .. } => self.rank(rank),
        })
    }

    /// Number of rings that run at once, each with an equal part of the message.
    pub fn rings(self) -> u32 {
        match self {
            RankOrder::Turned { gpus_per_node, .. } => gpus_per_node,
            RankOrder::Straight | RankOrder::Snake(_) | RankOrder::Layers { .. } => 1,
        }
    }
}

/// Most routes that are cached. More are computed on every call, because they would take too much memory.
const MAX_CACHED_ROUTES: u64 = 16_384;

/// The rule of a ring all-reduce, or of one of its halves. A slot is the place of a rank in the ring; each slot sends once per step.
#[derive(Clone, Debug, PartialEq)]
pub struct RingRule {
    fabric: Fabric,
    /// Lengths of the dimensions, each at least 2; neighbouring slots differ in the first one.
    lengths: Vec<u32>,
    order: RankOrder,
    halves: Halves,
    delays: Delays,
    /// The phases in order: for every loop a reduce-scatter per dimension, and the all-gathers back.
    phases: Vec<RingPhase>,
    channel_links: Option<LinkId>,
    cached_routes: Vec<Route>,
}

/// Equal runs of a ring all-reduce over parts of the message, one after the other: NCCL's loops over its buffers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loops {
    /// Number of loops.
    pub count: u32,
    /// Bytes of the message that one loop moves; a fraction is allowed.
    pub bytes: f64,
    /// Software at each step.
    pub step_delay: Femtos,
}

/// How measured rings send: in loops, with a rate cap per slot.
#[derive(Clone, Debug, PartialEq)]
pub struct Channels {
    /// The loops, one after the other.
    pub loops: Vec<Loops>,
    /// The first of the private links, one per slot, which cap the rate of a slot to that of its channels.
    pub first_link: LinkId,
}

/// One phase of a ring all-reduce: the steps along one dimension in one half.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RingPhase {
    /// The phase of the plan: reduce-scatters by dimension, then all-gathers back. All loops share the same phases.
    pub phase: PlanPhaseId,
    /// Software at each of its steps.
    pub step_delay: Femtos,
    /// The dimension.
    pub dimension: u32,
    /// Reduce-scatter or all-gather.
    pub half: AllReduceHalf,
    /// Its first step.
    pub first_step: u32,
    /// Number of its steps.
    pub steps: u32,
    /// Bytes of every send.
    pub bytes: f64,
}

impl RingRule {
    /// Rings over a box of ranks; dimensions of one rank drop out.
    ///
    /// # Errors
    /// [`PlanError::NoPath`] and [`PlanError::NoAlternatePath`] if no path joins two neighbours of a ring,
    /// [`PlanError::TooMany`] beyond 2^32 sends.
    pub fn new(
        fabric: &Fabric,
        lengths: &[u32],
        (order, halves): (RankOrder, Halves),
        message: Bytes,
        delays: &Delays,
    ) -> Result<RingRule, PlanError> {
        let whole = Loops { count: 1, bytes: message.0 as f64, step_delay: delays.step };
        RingRule::from_loops(fabric, lengths, (order, halves), delays, &[whole], None)
    }

    /// One ring over all ranks, as NCCL's channels run it together: in loops over its buffers, each slot capped to the
    /// rate of its channels by a private link, and over all NICs of a node at once.
    ///
    /// # Errors
    /// As [`RingRule::new`].
    pub fn from_channels(
        fabric: &Fabric,
        halves: Halves,
        delays: &Delays,
        channels: &Channels,
    ) -> Result<RingRule, PlanError> {
        let lengths = [fabric.topology.ranks()];
        let link = Some(channels.first_link);
        RingRule::from_loops(fabric, &lengths, (RankOrder::Straight, halves), delays, &channels.loops, link)
    }

    fn from_loops(
        fabric: &Fabric,
        lengths: &[u32],
        (order, halves): (RankOrder, Halves),
        delays: &Delays,
        loops: &[Loops],
        channel_links: Option<LinkId>,
    ) -> Result<RingRule, PlanError> {
        let lengths: Vec<u32> = lengths.iter().copied().filter(|&length| length > 1).collect();
        let slots = order.rings() * lengths.iter().product::<u32>();
        let steps: u64 = u64::from(halves.count()) * lengths.iter().map(|&length| u64::from(length) - 1).sum::<u64>();
        let loop_count: u64 = loops.iter().map(|one| u64::from(one.count)).sum();
        check_sends(steps.saturating_mul(loop_count).saturating_mul(u64::from(slots)))?;
        check_listed(loop_count * u64::from(halves.count()) * lengths.len() as u64, 0)?;
        let phases = phases(halves, &lengths, order.rings(), loops);
        let mut rings = RingRule {
            fabric: fabric.clone(),
            lengths,
            order,
            halves,
            delays: delays.clone(),
            phases,
            channel_links,
            cached_routes: Vec::new(),
        };
        // Every path is computed once, so that later calls need no error.
        for dimension in 0..rings.dimensions() {
            for slot in 0..slots {
                rings.path(dimension, slot)?;
            }
        }
        if u64::from(rings.route_count()) <= MAX_CACHED_ROUTES {
            rings.cached_routes = (0..rings.route_count()).map(|id| rings.computed_route(RouteId(id))).collect();
        }
        Ok(rings)
    }

    /// Whether every slot crosses the same links as in other rings over the same fabric, apart from its rates and latencies.
    pub fn crosses_links_of(&self, other: &RingRule) -> bool {
        let shape = |rings: &RingRule| (rings.order, rings.channel_links, rings.fabric.link_count());
        shape(self) == shape(other) && self.lengths == other.lengths && self.fabric.changed() == other.fabric.changed()
    }

    /// Number of sends of one step: one per rank, or per rank and ring if several rings run at once.
    pub fn slots(&self) -> u32 {
        self.order.rings() * self.lengths.iter().product::<u32>()
    }

    /// The ranks and their order.
    pub fn order(&self) -> RankOrder {
        self.order
    }

    /// The halves of the all-reduce that the rings run.
    pub fn halves(&self) -> Halves {
        self.halves
    }

    /// Number of steps of all phases.
    pub fn steps(&self) -> u32 {
        self.phases.last().map_or(0, |phase| phase.first_step + phase.steps)
    }

    /// Software between what a slot has received and what it sends next, in a phase.
    pub fn step_delay(&self, slot: u32, phase: &RingPhase) -> Femtos {
        self.delays.at_rank(phase.step_delay, self.rank(slot))
    }

    /// The same in the first phase, of a rank of full speed.
    pub fn even_step_delay(&self) -> Femtos {
        self.phases.first().map_or(Femtos(0), |phase| phase.step_delay)
    }

    /// Software of the very first step: part of the launch in measured rings, otherwise zero.
    pub fn first_step_in_launch(&self) -> Femtos {
        let first = self.channel_links.and(self.phases.first());
        first.map_or(Femtos(0), |phase| phase.step_delay)
    }

    /// Earliest start of a slot's first send after the launch.
    pub fn start_delay(&self, slot: u32) -> Femtos {
        self.delays.start_of(self.rank(slot))
    }

    /// Whether a slot's next send waits until its last one has arrived.
    pub fn blocking_sends(&self) -> bool {
        self.delays.blocking_sends
    }

    /// Whether all ranks are ready at once and equally fast.
    pub fn is_even(&self) -> bool {
        self.delays.is_even()
    }

    /// The phases of all loops in order.
    pub fn phases(&self) -> &[RingPhase] {
        &self.phases
    }

    /// Number of dimensions.
    pub fn dimensions(&self) -> u32 {
        self.lengths.len() as u32
    }

    /// Bytes that a slot sends along a dimension in all phases.
    pub fn bytes_along(&self, dimension: u32) -> f64 {
        let along = self.phases.iter().filter(|phase| phase.dimension == dimension);
        along.map(|phase| f64::from(phase.steps) * phase.bytes).sum()
    }

    fn phase_of(&self, step: u32) -> &RingPhase {
        let next = self.phases.partition_point(|phase| phase.first_step <= step);
        &self.phases[next.saturating_sub(1)]
    }

    /// The rank of a slot.
    pub fn rank(&self, slot: u32) -> u32 {
        self.order.rank(slot)
    }

    /// Steps after which a message comes to a slot of the same kind: one, or as many as a node has GPUs.
    pub fn period(&self) -> u32 {
        self.order.rings()
    }

    /// Number of slots of a ring along a dimension.
    pub fn length(&self, dimension: u32) -> u32 {
        self.lengths[dimension as usize]
    }

    /// Distance between slots that are neighbours in a dimension.
    pub fn stride(&self, dimension: u32) -> u32 {
        self.lengths[..dimension as usize].iter().product()
    }

    fn position(&self, slot: u32, dimension: u32) -> u32 {
        slot / self.stride(dimension) % self.lengths[dimension as usize]
    }

    /// The slot that a slot sends to in a dimension.
    pub fn receiver(&self, slot: u32, dimension: u32) -> u32 {
        let (stride, length) = (self.stride(dimension), self.lengths[dimension as usize]);
        let is_last = self.position(slot, dimension) + 1 == length;
        if is_last { slot - (length - 1) * stride } else { slot + stride }
    }

    /// The slot that a slot receives from in a dimension.
    pub fn sender(&self, slot: u32, dimension: u32) -> u32 {
        let (stride, length) = (self.stride(dimension), self.lengths[dimension as usize]);
        if self.position(slot, dimension) == 0 { slot + (length - 1) * stride } else { slot - stride }
    }

    /// The links from a slot's rank to its receiver's in a dimension.
    ///
    /// # Errors
    /// [`PlanError::NoPath`] and [`PlanError::NoAlternatePath`].
    pub fn path(&self, dimension: u32, slot: u32) -> Result<Path, PlanError> {
        let (from, to) = (self.rank(slot), self.rank(self.receiver(slot, dimension)));
        let Some(first) = self.channel_links else { return path_between(&self.fabric, from, to) };
        let mut path = if let Topology::Cluster(cluster) = &self.fabric.topology {
            cluster.spread_path(from, to, &|link| self.fabric.is_down(link))
        } else {
            path_between(&self.fabric, from, to)?
        };
        // All NICs of a node at once, or all that are up: there is no other path.
        if let Some(down) = path.iter().flat_map(LinkRun::links).find(|&link| self.fabric.is_down(link)) {
            return Err(PlanError::NoAlternatePath(self.fabric.link_name(down)));
        }
        path.insert(0, LinkRun::one(LinkId(first.0 + slot)));
        Ok(path)
    }

    fn computed_route(&self, id: RouteId) -> Route {
        let (number, slot) = (id.0 / self.slots(), id.0 % self.slots());
        let (half, dimension) = half_and_dimension(self.halves, number, self.dimensions());
        // All paths were found when the rule was made.
        let path = self.path(dimension, slot).unwrap_or_default();
        Route::along(&self.fabric, &path, half.flow())
    }

    /// The share that a slot sends in a step, of what its loop moves. In the reduce-scatter of an all-reduce each slot
    /// begins with its own share and then passes on what it has just received; afterwards position p holds share p + 1.
    fn slice(&self, slot: u32, phase: &RingPhase, step: u32) -> MessageSlice {
        let mut first = 0;
        let mut of = 1;
        for dimension in 0..=phase.dimension {
            let length = self.lengths[dimension as usize];
            let position = self.position(slot, dimension);
            let share = if dimension < phase.dimension {
                position + self.halves.completed_share()
            } else {
                position + self.halves.first_share(phase.half, length) + length - step
            };
            first = first * length + share % length;
            of *= length;
        }
        // Each of several rings carries its own part.
        MessageSlice::one(slot / (self.slots() / self.order.rings()) * of + first, of * self.order.rings())
    }

    /// The names of the phases of one loop.
    pub fn phase_names(&self) -> Vec<&'static str> {
        let is_plain = self.lengths.len() == 1;
        let name = |phase: &RingPhase| match (phase.half, phase.dimension) {
            (half, _) if is_plain => half.phase_name(),
            (AllReduceHalf::ReduceScatter, 0) => "reduce-scatter inside",
            (AllReduceHalf::AllGather, 0) => "all-gather inside",
            (AllReduceHalf::ReduceScatter, _) => "reduce-scatter across",
            (AllReduceHalf::AllGather, _) => "all-gather across",
        };
        self.phases.iter().take(self.halves.list().len() * self.lengths.len()).map(name).collect()
    }
}

impl TransferRule for RingRule {
    fn transfer_count(&self) -> u32 {
        self.steps() * self.slots()
    }

    /// Step by step, in each step slot by slot.
    fn transfer(&self, id: u32) -> Transfer {
        let (step, slot) = (id / self.slots(), id % self.slots());
        let phase = self.phase_of(step);
        let is_last_dimension = phase.dimension as usize + 1 == self.lengths.len();
        // The last step of the last reduce-scatter completes a share at its receiver.
        let completes = is_last_dimension && step + 1 == phase.first_step + phase.steps;
        let receiver = self.rank(self.receiver(slot, phase.dimension));
        let is_finished = phase.half == AllReduceHalf::AllGather || completes;
        Transfer {
            bytes: phase.bytes,
            route: RouteId(u32::from(phase.phase.0) * self.slots() + slot),
            phase: phase.phase,
            delivery: if is_finished { Delivery::Rank(receiver) } else { Delivery::Partial },
            slice: self.slice(slot, phase, step - phase.first_step),
            start_delay: if step == 0 { self.start_delay(slot) } else { Femtos(0) },
            ..Transfer::default()
        }
    }

    fn route_count(&self) -> u32 {
        self.halves.count() * self.dimensions() * self.slots()
    }

    fn route(&self, id: RouteId) -> Cow<'_, Route> {
        let cached = self.cached_routes.get(id.0 as usize);
        cached.map_or_else(|| Cow::Owned(self.computed_route(id)), Cow::Borrowed)
    }

    fn dep_count(&self) -> u64 {
        2 * u64::from(self.transfer_count())
    }

    /// What arrived from the left in the step before, and the slot's own port.
    fn deps(&self, id: u32) -> Deps<'_> {
        let (step, slot) = (id / self.slots(), id % self.slots());
        let earlier = step.checked_sub(1).map(|before| {
            let on = |slot: u32| TransferId(before * self.slots() + slot);
            let from_left = on(self.sender(slot, self.phase_of(before).dimension));
            let delay = self.step_delay(slot, self.phase_of(step));
            let own = if self.delays.blocking_sends { Dep::tail(on(slot)) } else { Dep::sent(on(slot)) };
            [Dep::tail(from_left).after(delay), own]
        });
        Deps::Pair(earlier.into_iter().flatten())
    }
}

/// Half and dimension of a phase, by its number within a loop: all-gathers run along the dimensions in opposite order.
fn half_and_dimension(halves: Halves, number: u32, dimensions: u32) -> (AllReduceHalf, u32) {
    let along = number % dimensions;
    match halves.half(number / dimensions) {
        AllReduceHalf::ReduceScatter => (AllReduceHalf::ReduceScatter, along),
        AllReduceHalf::AllGather => (AllReduceHalf::AllGather, dimensions - 1 - along),
    }
}

/// The phases of all loops in order.
fn phases(halves: Halves, lengths: &[u32], rings: u32, loops: &[Loops]) -> Vec<RingPhase> {
    let dimensions = lengths.len() as u32;
    let mut phases = Vec::new();
    let mut first_step = 0;
    for one in loops.iter().flat_map(|one| std::iter::repeat_n(one, one.count as usize)) {
        for number in 0..halves.count() * dimensions {
            let (half, dimension) = half_and_dimension(halves, number, dimensions);
            let steps = lengths[dimension as usize] - 1;
            let shares = rings * lengths[..=dimension as usize].iter().product::<u32>();
            phases.push(RingPhase {
                phase: PlanPhaseId(number as u16),
                step_delay: one.step_delay,
                dimension,
                half,
                first_step,
                steps,
                bytes: one.bytes / f64::from(shares),
            });
            first_step += steps;
        }
    }
    phases
}
