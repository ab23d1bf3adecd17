//! Ring all-reduce along nested dimensions, written as a rule instead of a list: a ring of 1,024 ranks is two million
//! sends, and all that they need is a few numbers.
//!
//! The ranks stand in a box of one or more dimensions. A reduce-scatter runs along the first dimension, on its result
//! one along the second, and so on; all-gathers lead back in the opposite order. One dimension is the plain ring, two
//! are the rows and columns of a mesh or torus, or the inside of a node and its rails (hierarchical).

use super::delays::Delays;
use super::plan::{Delivery, Dep, MessageSlice, Plan, PlanPhaseId, Transfer, TransferId};
use super::route::{Flow, Route, RouteId};
use super::way::{PlanError, check_listed, way};
use crate::fabric::{Fabric, LinkId, LinkRun, Path, Topology};
use crate::units::{Bytes, Femtos};

/// How lanes stand for ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RankOrder {
    /// Lane i is rank i.
    Straight,
    /// Along rows of this many, every second one backwards: neighbours in the ring are neighbours on a mesh.
    Snake(u32),
}

/// Routes that are kept ready instead of being computed again.
const KEPT_ROUTES: u64 = 16_384;

/// The rule of a ring all-reduce. A lane is a rank's series of sends, one per step.
#[derive(Clone, Debug, PartialEq)]
pub struct Rings {
    fabric: Fabric,
    /// Lengths of the dimensions, each at least 2; neighbouring lanes differ in the first one.
    lengths: Vec<u32>,
    order: RankOrder,
    delays: Delays,
    /// The parts in order: for every loop a reduce-scatter per dimension, and the all-gathers back.
    phases: Vec<RingPhase>,
    channel_links: Option<LinkId>,
    kept: Vec<Route>,
}

/// Equal runs of a ring all-reduce over parts of the message, one after the other: NCCL's loops over its buffers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loops {
    /// How many.
    pub count: u32,
    /// Bytes of the message that one moves; a fraction is allowed.
    pub bytes: f64,
    /// Software at each step.
    pub step_delay: Femtos,
}

/// How the lanes of measured rings send.
#[derive(Clone, Debug, PartialEq)]
pub struct Channels {
    /// What is moved, one after the other.
    pub loops: Vec<Loops>,
    /// The first of the private links, one per lane, which hold a lane to the rate of its channels.
    pub first_link: LinkId,
}

/// One part of a ring all-reduce: the steps along one dimension in one direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RingPhase {
    /// Which of the parts of one loop: reduce-scatters by dimension, then all-gathers back.
    pub part: u32,
    /// Software at each of its steps.
    pub step_delay: Femtos,
    /// The dimension.
    pub dimension: u32,
    /// All-gather, not reduce-scatter.
    pub back: bool,
    /// Its first step.
    pub first_step: u32,
    /// How many steps it has.
    pub steps: u32,
    /// Bytes of every send.
    pub bytes: f64,
}

impl Rings {
    /// A ring all-reduce over a box of ranks; dimensions of one rank drop out.
    ///
    /// # Errors
    /// [`PlanError::NoWay`] where two neighbours of a ring have no way to one another, [`PlanError::TooMany`] beyond
    /// 2^32 sends.
    pub fn new(
        fabric: &Fabric,
        lengths: &[u32],
        order: RankOrder,
        message: Bytes,
        delays: &Delays,
    ) -> Result<Rings, PlanError> {
        let whole = Loops { count: 1, bytes: message.0 as f64, step_delay: delays.step };
        Rings::of_loops(fabric, lengths, order, delays, &[whole], None)
    }

    /// One ring over all ranks, as NCCL's channels run it together: in loops over its buffers, each lane held to the rate
    /// of its channels by a link of its own, and over all NICs of a node at once.
    ///
    /// # Errors
    /// As [`Rings::new`].
    pub fn of_channels(fabric: &Fabric, delays: &Delays, channels: &Channels) -> Result<Rings, PlanError> {
        let lengths = [fabric.topology.ranks()];
        let link = Some(channels.first_link);
        Rings::of_loops(fabric, &lengths, RankOrder::Straight, delays, &channels.loops, link)
    }

    fn of_loops(
        fabric: &Fabric,
        lengths: &[u32],
        order: RankOrder,
        delays: &Delays,
        loops: &[Loops],
        channel_links: Option<LinkId>,
    ) -> Result<Rings, PlanError> {
        let lengths: Vec<u32> = lengths.iter().copied().filter(|&length| length > 1).collect();
        let lanes: u32 = lengths.iter().product();
        let steps: u64 = 2 * lengths.iter().map(|&length| u64::from(length) - 1).sum::<u64>();
        let parts: u64 = loops.iter().map(|one| u64::from(one.count)).sum();
        let sends = steps.saturating_mul(parts).saturating_mul(u64::from(lanes));
        if sends > u64::from(u32::MAX) {
            return Err(PlanError::TooMany { needed: sends, what: "sends", limit: u64::from(u32::MAX) });
        }
        check_listed(parts * 2 * lengths.len() as u64, 0)?;
        let phases = phases(&lengths, loops);
        let mut rings = Rings {
            fabric: fabric.clone(),
            lengths,
            order,
            delays: delays.clone(),
            phases,
            channel_links,
            kept: Vec::new(),
        };
        let parts = 2 * rings.lengths.len() as u32;
        let keeps = u64::from(parts) * u64::from(lanes) <= KEPT_ROUTES;
        for dimension in 0..rings.lengths.len() as u32 {
            for lane in 0..lanes {
                rings.path(dimension, lane)?;
            }
        }
        if keeps {
            rings.kept = (0..parts * lanes).map(|id| rings.route(RouteId(id)).into_owned()).collect();
        }
        Ok(rings)
    }

    /// Ranks.
    pub fn lanes(&self) -> u32 {
        self.lengths.iter().product()
    }

    /// Steps in all, there and back.
    pub fn steps(&self) -> u32 {
        self.phases.last().map_or(0, |phase| phase.first_step + phase.steps)
    }

    /// Sends in all.
    pub fn sends(&self) -> u32 {
        self.steps() * self.lanes()
    }

    /// Software between what a lane has received and what it sends next, in a part.
    pub fn step_delay(&self, lane: u32, phase: &RingPhase) -> Femtos {
        self.delays.at_rank(phase.step_delay, self.rank(lane))
    }

    /// The software of the very first step: of measured rings a part of the launch, else nothing.
    pub fn first_step_in_launch(&self) -> Femtos {
        let first = self.channel_links.and(self.phases.first());
        first.map_or(Femtos(0), |phase| phase.step_delay)
    }

    /// What a lane waits before its first send.
    pub fn start_delay(&self, lane: u32) -> Femtos {
        self.delays.start_of(self.rank(lane))
    }

    /// Whether a lane's next send waits until its last one has arrived.
    pub fn blocking_sends(&self) -> bool {
        self.delays.blocking_sends
    }

    /// Whether all lanes begin at once and take the same time for a step.
    pub fn is_even(&self) -> bool {
        self.delays.is_even()
    }

    /// The parts in order.
    pub fn phases(&self) -> &[RingPhase] {
        &self.phases
    }

    /// How many dimensions there are.
    pub fn dimensions(&self) -> u32 {
        self.lengths.len() as u32
    }

    /// Bytes that a lane sends along a dimension in all.
    pub fn bytes_along(&self, dimension: u32) -> f64 {
        let along = self.phases.iter().filter(|phase| phase.dimension == dimension);
        along.map(|phase| f64::from(phase.steps) * phase.bytes).sum()
    }

    fn phase_of(&self, step: u32) -> RingPhase {
        let place = self.phases.partition_point(|phase| phase.first_step <= step);
        // A step beyond the last one belongs to the last part; ids are checked where they come in.
        self.phases[place.saturating_sub(1)]
    }

    /// The rank of a lane.
    pub fn rank(&self, lane: u32) -> u32 {
        match self.order {
            RankOrder::Straight => lane,
            RankOrder::Snake(width) if lane / width % 2 == 1 => lane / width * width + width - 1 - lane % width,
            RankOrder::Snake(_) => lane,
        }
    }

    /// Step between lanes that are neighbours in a dimension.
    fn stride(&self, dimension: u32) -> u32 {
        self.lengths[..dimension as usize].iter().product()
    }

    fn position(&self, lane: u32, dimension: u32) -> u32 {
        lane / self.stride(dimension) % self.lengths[dimension as usize]
    }

    /// The lane that a lane sends to in a dimension.
    pub fn receiver(&self, lane: u32, dimension: u32) -> u32 {
        let (stride, length) = (self.stride(dimension), self.lengths[dimension as usize]);
        let last = self.position(lane, dimension) + 1 == length;
        if last { lane - (length - 1) * stride } else { lane + stride }
    }

    /// The lane that a lane receives from in a dimension.
    pub fn sender(&self, lane: u32, dimension: u32) -> u32 {
        let (stride, length) = (self.stride(dimension), self.lengths[dimension as usize]);
        if self.position(lane, dimension) == 0 { lane + (length - 1) * stride } else { lane - stride }
    }

    /// The links from a lane's rank to its receiver's in a dimension.
    ///
    /// # Errors
    /// [`PlanError::NoWay`] where there is none.
    pub fn path(&self, dimension: u32, lane: u32) -> Result<Path, PlanError> {
        let (from, to) = (self.rank(lane), self.rank(self.receiver(lane, dimension)));
        let Some(first) = self.channel_links else { return way(&self.fabric, from, to) };
        let mut path = match &self.fabric.topology {
            Topology::Cluster(cluster) => cluster.spread_path(from, to),
            _ => way(&self.fabric, from, to)?,
        };
        path.insert(0, LinkRun::one(LinkId(first.0 + lane)));
        Ok(path)
    }

    fn route_over(&self, path: &[LinkRun], back: bool) -> Route {
        Route::over(&self.fabric, path, if back { Flow::Broadcast } else { Flow::Reduce })
    }

    /// The route of this id.
    pub fn route(&self, id: RouteId) -> std::borrow::Cow<'_, Route> {
        if let Some(route) = self.kept.get(id.0 as usize) {
            return std::borrow::Cow::Borrowed(route);
        }
        let dimensions = self.lengths.len() as u32;
        let (number, lane) = (id.0 / self.lanes(), id.0 % self.lanes());
        let back = number >= dimensions;
        let dimension = if back { (2 * dimensions - 1).saturating_sub(number) } else { number };
        // All ways were found when the rule was made.
        let path = self.path(dimension, lane).unwrap_or_default();
        std::borrow::Cow::Owned(self.route_over(&path, back))
    }

    /// How many routes there are.
    pub fn route_count(&self) -> u32 {
        2 * self.lengths.len() as u32 * self.lanes()
    }

    /// The transfer of this id: step by step, in each step lane by lane.
    pub fn transfer(&self, id: u32) -> Transfer {
        let (step, lane) = (id / self.lanes(), id % self.lanes());
        let phase = self.phase_of(step);
        let last_dimension = phase.dimension as usize + 1 == self.lengths.len();
        // The last step of the last reduce-scatter completes a share at its receiver.
        let completes = last_dimension && step + 1 == phase.first_step + phase.steps;
        let receiver = self.rank(self.receiver(lane, phase.dimension));
        let finished = phase.back || completes;
        Transfer {
            bytes: phase.bytes,
            route: RouteId(phase.part * self.lanes() + lane),
            stage: PlanPhaseId(phase.part as u16),
            delivery: if finished { Delivery::Rank(receiver) } else { Delivery::Partial },
            part: self.part(lane, phase, step - phase.first_step),
            ..Transfer::default()
        }
    }

    /// Which share of what its loop moves a lane sends in a step. In a reduce-scatter each begins with its own and then passes on what it has
    /// just received; after it, position p holds share p + 1.
    fn part(&self, lane: u32, phase: RingPhase, step: u32) -> MessageSlice {
        let mut first = 0;
        let mut of = 1;
        for dimension in 0..=phase.dimension {
            let length = self.lengths[dimension as usize];
            let position = self.position(lane, dimension);
            let share = if dimension < phase.dimension {
                position + 1
            } else {
                position + u32::from(phase.back) + length - step
            };
            first = first * length + share % length;
            of *= length;
        }
        MessageSlice::one(first, of)
    }

    /// What a transfer waits for: what came from the left in the step before, and its own port.
    pub fn deps(&self, id: u32) -> Option<[Dep; 2]> {
        let (step, lane) = (id / self.lanes(), id % self.lanes());
        let before = step.checked_sub(1)?;
        let delay = self.step_delay(lane, &self.phase_of(step));
        let from_left = before * self.lanes() + self.sender(lane, self.phase_of(before).dimension);
        let own = before * self.lanes() + lane;
        let own = TransferId(own);
        let own = if self.delays.blocking_sends { Dep::tail(own) } else { Dep::sent(own) };
        Some([Dep::tail(TransferId(from_left)).after(delay), own])
    }

    /// The names of the parts of one loop.
    pub fn stage_names(&self) -> Vec<&'static str> {
        let names = |phase: &RingPhase| match (self.lengths.len(), phase.dimension, phase.back) {
            (1, _, false) => "reduce-scatter",
            (1, _, true) => "all-gather",
            (_, 0, false) => "reduce-scatter inside",
            (_, 0, true) => "all-gather inside",
            (_, _, false) => "reduce-scatter across",
            (_, _, true) => "all-gather across",
        };
        self.phases.iter().take(2 * self.lengths.len()).map(names).collect()
    }
}

/// The parts of all loops in order.
fn phases(lengths: &[u32], loops: &[Loops]) -> Vec<RingPhase> {
    let dimensions = lengths.len() as u32;
    let mut phases = Vec::new();
    let mut first_step = 0;
    for one in loops.iter().flat_map(|one| std::iter::repeat_n(one, one.count as usize)) {
        for part in 0..2 * dimensions {
            let back = part >= dimensions;
            let dimension = if back { 2 * dimensions - 1 - part } else { part };
            let steps = lengths[dimension as usize] - 1;
            let shares: u32 = lengths[..=dimension as usize].iter().product();
            let bytes = one.bytes / f64::from(shares);
            phases.push(RingPhase { part, step_delay: one.step_delay, dimension, back, first_step, steps, bytes });
            first_step += steps;
        }
    }
    phases
}

/// Ring all-reduce: a reduce-scatter and an all-gather of `n - 1` steps each; in every step each rank sends one
/// n-th of the message to its right neighbour.
///
/// Without contention it takes `launch + 2(n-1) (S/(n c) + L + step) - step` with L the latency of a way (engine-model
/// 3.3; the last step needs no further hand-over).
///
/// # Errors
/// Where two neighbours are not joined.
pub fn ring_all_reduce(fabric: &Fabric, message: Bytes, delays: &Delays) -> Result<Plan, PlanError> {
    ring_over(fabric, &[fabric.topology.ranks()], RankOrder::Straight, message, delays)
}

/// Ring all-reduce along the dimensions of a box, the fastest first: rows and columns of a mesh or torus, or the inside
/// of a node and the rails between nodes (hierarchical).
///
/// # Errors
/// Where two neighbours are not joined.
pub fn ring_over(
    fabric: &Fabric,
    lengths: &[u32],
    order: RankOrder,
    message: Bytes,
    delays: &Delays,
) -> Result<Plan, PlanError> {
    let rings = Rings::new(fabric, lengths, order, message, delays)?;
    Ok(Plan::of_rings(rings, delays.launch))
}

/// Ring all-reduce as NCCL's channels run it together; see [`Rings::of_channels`].
///
/// Takes `launch + sum over loops of 2(n-1) (delay + bytes / (n rate))`, the first delay within the launch.
///
/// # Errors
/// Where two neighbours are not joined.
pub fn channel_ring_all_reduce(fabric: &Fabric, delays: &Delays, channels: &Channels) -> Result<Plan, PlanError> {
    let first_step = channels.loops.first().map_or(Femtos(0), |one| one.step_delay);
    let rings = Rings::of_channels(fabric, delays, channels)?;
    Ok(Plan::of_rings(rings, delays.launch + first_step))
}
