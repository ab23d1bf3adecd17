//! All-reduce in steps between pairs of ranks, on any fabric that knows a way from rank to rank: recursive
//! halving-doubling, direct, and rings over several channels.

use super::alike::{Alike, ChannelRings, SwitchExchange};
use super::build::PlanBuilder;
use super::delays::Delays;
use super::plan::{Cohort, Delivery, Dep, MessageSlice, Plan, PlanPhaseId, TransferId};
use super::rings::ring_all_reduce;
use super::route::{Flow, RouteId};
use super::way::{PlanError, check_listed, way};
use crate::fabric::{Cluster, Fabric, Grid, Topology};
use crate::units::Bytes;

fn pair(plan: &mut PlanBuilder, fabric: &Fabric, from: u32, to: u32, phase: Flow) -> Result<RouteId, PlanError> {
    Ok(plan.path(fabric, &way(fabric, from, to)?, phase))
}

/// With whom recursive halving begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstPartner {
    /// With the rank half of all ranks away.
    Far,
    /// With the next rank: the largest part goes the shortest way.
    Near,
}

/// Halving-doubling in the making.
struct Halving<'a> {
    fabric: &'a Fabric,
    ranks: u32,
    bits: u32,
    first: FirstPartner,
    /// A mesh or torus on which all rows, and all columns, do the same: one of each is written out.
    alike: Option<&'a Grid>,
}

impl Halving<'_> {
    /// Ranks are renamed so that the first partner always differs in the highest bit: by reversing the bits.
    fn renamed(&self, rank: u32) -> u32 {
        match self.first {
            FirstPartner::Far => rank,
            FirstPartner::Near => rank.reverse_bits() >> (u32::BITS - self.bits),
        }
    }

    fn partner(&self, rank: u32, distance: u32) -> u32 {
        self.renamed(self.renamed(rank) ^ distance)
    }

    /// The rank whose send is written out for that of `rank`, and the cohort that it stands for.
    fn written(&self, rank: u32, distance: u32) -> (u32, Cohort) {
        let Some(grid) = self.alike else { return (rank, Cohort::ALONE) };
        let ((x, y), (_, to_y)) = (grid.place(rank), grid.place(self.partner(rank, distance)));
        if y == to_y {
            (x, Cohort { copies: grid.height, stride: grid.width as i32, written: 0 })
        } else {
            (y * grid.width, Cohort { copies: grid.width, stride: 1, written: 0 })
        }
    }
}

/// Recursive halving, then doubling (Rabenseifner): `log2 n` steps each way, with half, a quarter, ... of the message.
///
/// On a switch it takes `launch + 2 log2(n) 2 h + 2 (n-1)/n S/c` (engine-model 3.3). On a mesh or torus whose links and
/// ranks are all alike, one row and one column are written out for all; `every_rank` writes out all of them.
///
/// # Errors
/// [`PlanError::NotAPowerOfTwo`], or where two partners are not joined.
pub fn halving_doubling_all_reduce(
    fabric: &Fabric,
    message: Bytes,
    delays: &Delays,
    first: FirstPartner,
    every_rank: bool,
) -> Result<Plan, PlanError> {
    let ranks = fabric.topology.ranks();
    if !ranks.is_power_of_two() {
        return Err(PlanError::NotAPowerOfTwo(ranks));
    }
    let bits = ranks.trailing_zeros();
    let even = fabric.changed().is_empty() && delays.is_even() && !every_rank;
    let alike = match &fabric.topology {
        Topology::Grid(grid) if even => Some(grid),
        _ => None,
    };
    let halving = Halving { fabric, ranks, bits, first, alike };
    let sends = 2 * u64::from(bits) * u64::from(if alike.is_some() { 1 } else { ranks });
    check_listed(sends, 2 * sends)?;
    let mut plan = PlanBuilder::new(delays.launch);
    let stages = [plan.stage("recursive halving"), plan.stage("recursive doubling")];
    let mut before: Option<(u32, Vec<Option<TransferId>>)> = None;
    for step in 0..2 * bits {
        before = Some(halving.step(&mut plan, stages, step, before, message, delays)?);
    }
    Ok(plan.build())
}

/// A step's distance and its sends by sender.
type Sent = (u32, Vec<Option<TransferId>>);

impl Halving<'_> {
    fn step(
        &self,
        plan: &mut PlanBuilder,
        stages: [PlanPhaseId; 2],
        step: u32,
        before: Option<Sent>,
        message: Bytes,
        delays: &Delays,
    ) -> Result<Sent, PlanError> {
        let back = step >= self.bits;
        // Halving goes from the first partner to the last, doubling the other way round.
        let level = if back { 2 * self.bits - 1 - step } else { step };
        let distance = self.ranks >> (level + 1);
        let bytes = message.0 as f64 / f64::from(1_u32 << (level + 1));
        let (stage, phase) = if back { (stages[1], Flow::Broadcast) } else { (stages[0], Flow::Reduce) };
        let mut now = vec![None; self.ranks as usize];
        for rank in 0..self.ranks {
            let (written, cohort) = self.written(rank, distance);
            if written != rank {
                continue;
            }
            let to = self.partner(rank, distance);
            let mut deps = Vec::with_capacity(2);
            if let Some((distance_before, sent)) = &before {
                let send_of = |rank: u32| sent[self.written(rank, *distance_before).0 as usize];
                let received = send_of(self.partner(rank, *distance_before));
                deps.extend(received.map(|on| Dep::tail(on).after(delays.step(rank))));
                deps.extend(send_of(rank).map(Dep::sent));
            }
            let route = pair(plan, self.fabric, rank, to, phase)?;
            // The last halving step completes the part of its receiver.
            let finished = back || step + 1 == self.bits;
            let delivery = if finished { Delivery::Rank(to) } else { Delivery::Partial };
            let transfer = plan.cohort(stage, route, bytes, delivery, &deps, cohort);
            // Halving sends the partner's half of what one holds, doubling all that one has finished.
            let keeper = self.renamed(if back { rank } else { to });
            plan.carries(
                transfer,
                MessageSlice { first: keeper / distance * distance, count: distance, of: self.ranks },
            );
            if before.is_none() {
                plan.delay_start(transfer, delays.start_of(rank));
            }
            now[rank as usize] = Some(transfer);
        }
        Ok((distance, now))
    }
}

/// Direct: every rank sends every other one its part at once, then the finished part to all.
///
/// On a switch it takes `launch + 2 (2 h) + 2 (n-1)/n S/c` (engine-model 3.3). Round a switch whose links and ranks are
/// all alike it is a rule, and one pair is played for all.
///
/// # Errors
/// Where two ranks are not joined, or there are too many.
pub fn direct_all_reduce(fabric: &Fabric, message: Bytes, delays: &Delays) -> Result<Plan, PlanError> {
    let ranks = fabric.topology.ranks();
    if let Topology::Switch(switch) = &fabric.topology
        && ranks > 1
        && fabric.changed().is_empty()
        && delays.is_even()
    {
        let exchange = SwitchExchange::new(fabric, switch, message, delays)?;
        return Ok(Plan::of_alike(Alike::Direct(exchange), delays.launch));
    }
    let pairs = u64::from(ranks) * u64::from(ranks - 1);
    check_listed(2 * pairs, pairs * u64::from(ranks - 1))?;
    let mut plan = PlanBuilder::new(delays.launch);
    let scatter = plan.stage("reduce-scatter");
    let gather = plan.stage("all-gather");
    let bytes = message.0 as f64 / f64::from(ranks);
    let mut received: Vec<Vec<TransferId>> = vec![Vec::new(); ranks as usize];
    let others = |rank: u32| (0..ranks).filter(move |&other| other != rank);
    for from in 0..ranks {
        for to in others(from) {
            let route = pair(&mut plan, fabric, from, to, Flow::Reduce)?;
            let transfer = plan.transfer(scatter, route, bytes, Delivery::Partial, &[]);
            plan.carries(transfer, MessageSlice::one(to, ranks));
            plan.delay_start(transfer, delays.start_of(from));
            received[to as usize].push(transfer);
        }
    }
    for from in 0..ranks {
        let step = delays.step(from);
        let deps: Vec<Dep> = received[from as usize].iter().map(|&on| Dep::tail(on).after(step)).collect();
        for to in others(from) {
            let route = pair(&mut plan, fabric, from, to, Flow::Broadcast)?;
            let transfer = plan.transfer(gather, route, bytes, Delivery::Rank(to), &deps);
            plan.carries(transfer, MessageSlice::one(from, ranks));
            plan.delay_start(transfer, delays.start_of(from));
        }
    }
    Ok(plan.build())
}

/// Sends of rings over channels that are listed and played one by one: the event loop takes a few milliseconds, and the
/// traces of small clusters stay what they were before there was a rule.
const MAX_PLAYED_ONE_BY_ONE: u64 = 16_384;

/// Ring all-reduce over a cluster with one channel per rail: each channel carries its share of the message round its
/// own ring, which passes every node's GPUs in a rotated order so that each channel leaves nodes over another rail, as
/// NCCL's do. The channels share the NVLink ports. Where all links and ranks are alike it is a rule beyond 16,384 sends,
/// and one node of one channel is played for all.
///
/// # Errors
/// Where a needed link is down with no way round, or there are too many sends.
pub fn channel_rings_all_reduce(
    fabric: &Fabric,
    cluster: &Cluster,
    message: Bytes,
    delays: &Delays,
) -> Result<Plan, PlanError> {
    let (ranks, channels) = (cluster.gpus(), cluster.gpus_per_node);
    if channels == 1 {
        return ring_all_reduce(fabric, message, delays);
    }
    let sends = u64::from(channels) * u64::from(ranks) * 2 * u64::from(ranks - 1);
    if sends > MAX_PLAYED_ONE_BY_ONE && fabric.changed().is_empty() && delays.is_even() && !delays.blocking_sends {
        let rings = ChannelRings::new(fabric, cluster, message, delays)?;
        return Ok(Plan::of_alike(Alike::Channels(rings), delays.launch));
    }
    check_listed(sends, 2 * sends)?;
    let mut plan = PlanBuilder::new(delays.launch);
    let stages = [plan.stage("reduce-scatter"), plan.stage("all-gather")];
    let parts = ranks * channels;
    let bytes = message.0 as f64 / f64::from(parts);
    for channel in 0..channels {
        let rank_at = |place: u32| {
            let (node, gpu) = (place / channels, place % channels);
            node * channels + (gpu + channel + 1) % channels
        };
        let mut routes = [Vec::new(), Vec::new()];
        for (routes, phase) in routes.iter_mut().zip([Flow::Reduce, Flow::Broadcast]) {
            for place in 0..ranks {
                let (from, to) = (rank_at(place), rank_at((place + 1) % ranks));
                routes.push(pair(&mut plan, fabric, from, to, phase)?);
            }
        }
        let mut before: Vec<TransferId> = Vec::new();
        for step in 0..2 * (ranks - 1) {
            let back = step >= ranks - 1;
            let mut now = Vec::with_capacity(ranks as usize);
            for place in 0..ranks {
                let left = (place + ranks - 1) % ranks;
                let rank = rank_at(place);
                let deps: Vec<Dep> = match (before.get(left as usize), before.get(place as usize)) {
                    (Some(&left), Some(&own)) => vec![Dep::tail(left).after(delays.step(rank)), Dep::sent(own)],
                    _ => Vec::new(),
                };
                let to = rank_at((place + 1) % ranks);
                let delivery = if step + 2 >= ranks { Delivery::Rank(to) } else { Delivery::Partial };
                let route = routes[usize::from(back)][place as usize];
                let transfer = plan.transfer(stages[usize::from(back)], route, bytes, delivery, &deps);
                plan.carries(transfer, MessageSlice::one(channel * ranks + (place + 2 * ranks - step) % ranks, parts));
                if step == 0 {
                    plan.delay_start(transfer, delays.start_of(rank));
                }
                now.push(transfer);
            }
            before = now;
        }
    }
    Ok(plan.build())
}
