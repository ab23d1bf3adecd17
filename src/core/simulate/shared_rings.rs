//! Rings over the channels of a cluster in which a link is slow or a rank late, with too many sends for the event loop.
//!
//! The streams of several rings meet at the NVLink ports. Here each has a fixed rate there: the one that it has on average
//! while the rings of the same cluster run steadily without degradations. Nodes are alike in that run, so the event loop
//! plays one node of one ring of a smaller cluster with the same sends. Links that are slow, or that more streams cross
//! because of a detour, limit the rates further. Then no stream changes the rate of another one, and the starts follow from
//! each other as in separate rings.

use super::bounds::PlanBounds;
use super::by_events;
use super::cost::Budget;
use super::error::SimulateError;
use super::ring_links::{RingLink, RingLinks, SlotPath};
use crate::fabric::{Cluster, Fabric, LinkId, Topology};
use crate::plan::{ChannelRings, Delays, Halves, RingRule, SymmetricRule, representative};
use crate::trace::Trace;
use crate::units::{Bytes, FEMTOS_PER_SEC, Femtos};

/// The least number of steps of the healthy run, and of turns around its nodes: the second half of them is steady.
const HEALTHY_STEPS: u32 = 512;
const HEALTHY_NODES: u32 = 6;

/// Below this share of a step, the bytes of a slow link leave it free for a while.
const BUSY: f64 = 0.9;

/// Above this multiple of a step, the bytes of a link decide how long a step takes.
const BOTTLENECK: f64 = 1.05;

/// What one node of one ring does while all rings run steadily without degradations.
struct Healthy {
    /// By place within the node.
    streams: Vec<HealthyStream>,
    /// Time from one step to the next, seconds.
    step_s: f64,
    /// Streams that cross a link, by class.
    streams_on: Vec<u32>,
}

#[derive(Clone, Copy)]
struct HealthyStream {
    /// Its mean rate, bytes per second.
    rate: f64,
    /// The class of the link that limits it.
    class: u8,
}

/// The paths of all slots with their fixed rates, the bounds of the plan, and the busiest link with its bytes.
pub(super) struct SharedPaths {
    pub paths: Vec<SlotPath>,
    pub bounds: PlanBounds,
    pub busiest_link: (f64, LinkId),
}

impl Healthy {
    /// `None` if nodes are not alike even so.
    fn new(
        fabric: &Fabric,
        cluster: &Cluster,
        rings: &RingRule,
        budget: &mut Budget,
    ) -> Result<Option<Healthy>, SimulateError> {
        let gpus = cluster.gpus_per_node;
        let nodes = cluster.nodes.min((HEALTHY_STEPS / 2).div_ceil(gpus).max(HEALTHY_NODES));
        let few = Cluster { nodes, ..cluster.clone() };
        let whole = fabric.whole(Topology::Cluster(few.clone()));
        let bytes = rings.phases().first().map_or(1.0, |phase| phase.bytes).round().max(1.0);
        let message = Bytes(bytes as u64 * u64::from(few.gpus()) * u64::from(gpus));
        let delays = Delays { step: rings.even_step_delay(), ..Delays::default() };
        let rule = SymmetricRule::Channels(ChannelRings::new(&whole, &few, Halves::Both, message, &delays)?);
        let Some(one) = representative(&rule, &whole) else {
            return Ok(None);
        };
        let trace = Trace::from(by_events::simulate(&whole, &one.plan, budget)?.trace);
        let steps = 2 * (few.gpus() - 1);
        let (first, last) = (steps / 2, steps - 1);
        let times = |step: u32, place: u32| trace.times(step * gpus + place);
        let start = |step: u32| times(step, 0).map_or(Femtos(0), |times| times.start);
        let step_s = start(last).since(start(first)).secs() / f64::from((last - first).max(1));
        let mean_s = |place: u32| {
            let own = (first..=last).filter_map(|step| times(step, place));
            own.map(|times| times.end.since(times.arrive).secs()).sum::<f64>() / f64::from(last - first + 1)
        };
        let drains_s: Vec<f64> = (0..gpus).map(mean_s).collect();
        // With fixed rates a step takes as long as the busiest port, or as a message on its way. The rest is spread.
        let travels_s = (0..gpus).zip(&drains_s).map(|(place, drain_s)| {
            let latency = one.plan.route(&one.plan.transfer(place)).latency;
            drain_s + (latency + rings.even_step_delay()).secs()
        });
        let model_s = (travels_s.sum::<f64>() / f64::from(gpus)).max(drains_s.iter().copied().fold(0.0, f64::max));
        let streams = (0..gpus).zip(&drains_s).map(|(place, drain_s)| {
            let segments = trace.segments(last * gpus + place);
            let class = segments.last().and_then(|segment| few.class_of(LinkId(segment.binding)));
            // No stream is faster than alone; its path limits it further.
            let rate =
                if drain_s + step_s - model_s > 0.0 { bytes / (drain_s + step_s - model_s) } else { f64::INFINITY };
            HealthyStream { rate, class: class.map_or(0, |(class, _)| class) }
        });
        let streams = streams.collect();
        // In all rings together, a link is crossed as often as the links of its class are in one ring and node.
        let mut streams_on = vec![0_u32; usize::from(u8::MAX)];
        for place in 0..gpus {
            let runs = one.plan.route(&one.plan.transfer(place)).into_owned().runs;
            for (class, _) in runs.iter().filter_map(|run| few.class_of(run.first)) {
                streams_on[usize::from(class)] += 1;
            }
        }
        Ok(Some(Healthy { streams, step_s, streams_on }))
    }
}

/// The fixed rates of all slots. `None` if nodes would not be alike without degradations.
///
/// # Errors
/// A link that is down, or there is not enough memory or work.
pub(super) fn shared_paths(
    fabric: &Fabric,
    rings: &RingRule,
    links: &RingLinks,
    budget: &mut Budget,
) -> Result<Option<SharedPaths>, SimulateError> {
    let Topology::Cluster(cluster) = &fabric.topology else {
        return Ok(None);
    };
    let by_link = u64::from(fabric.link_count()) * size_of::<u32>() as u64;
    budget.check_bytes(links.bytes() + u64::from(rings.slots()) * size_of::<SlotPath>() as u64 + by_link)?;
    let Some(healthy) = Healthy::new(fabric, cluster, rings, budget)? else {
        return Ok(None);
    };
    let mut streams_on = vec![0_u32; fabric.link_count() as usize];
    for slot in 0..rings.slots() {
        links.of_path(slot as usize).iter().for_each(|crossed| streams_on[crossed.link.0 as usize] += 1);
    }
    let bytes = rings.phases().first().map_or(0.0, |phase| phase.bytes);
    let mut paths = Vec::with_capacity(rings.slots() as usize);
    let mut alone_fs = Vec::with_capacity(rings.slots() as usize);
    for slot in 0..rings.slots() {
        let stream = healthy.streams[(slot % cluster.gpus_per_node) as usize];
        let mut path = SlotPath { latency_fs: 0, rate: stream.rate, binding: u32::MAX };
        let mut alone = f64::INFINITY;
        for &RingLink { link, .. } in links.of_path(slot as usize) {
            let spec = fabric.link(link).ok_or(SimulateError::NoSuchLink(link.0))?;
            if spec.capacity.0 <= 0.0 {
                return Err(SimulateError::LinkDown(fabric.link_name(link)));
            }
            path.latency_fs += spec.latency.0;
            alone = alone.min(spec.capacity.0);
            let class = cluster.class_of(link).map_or(0, |(class, _)| class);
            if path.binding == u32::MAX && class == stream.class {
                path.binding = link.0;
            }
            let (streams, usual) = (streams_on[link.0 as usize], healthy.streams_on[usize::from(class)]);
            let share = fabric.share(link) * f64::from(usual) / f64::from(streams);
            // Every leaf has its own number of streams, and is never full.
            if share >= 1.0 || usual == 0 {
                continue;
            }
            let each = spec.capacity.0 / f64::from(streams);
            if streams > 1 && usual > 1 && streams > usual && bytes / each > BOTTLENECK * healthy.step_s {
                // A detour makes a port the bottleneck: how its streams then meet decides the time.
                return Ok(None);
            }
            let is_busy = bytes / each > BUSY * healthy.step_s;
            let limit = if is_busy { each } else { each.max(share * stream.rate) };
            if limit < path.rate {
                path = SlotPath { rate: limit, binding: link.0, ..path };
            }
        }
        path.binding = if path.binding == u32::MAX { links.of_path(slot as usize)[0].link.0 } else { path.binding };
        path.rate = path.rate.min(alone);
        alone_fs.push(path.latency_fs as f64 + bytes / alone * FEMTOS_PER_SEC);
        paths.push(path);
    }
    let steps = f64::from(rings.steps());
    let mut busiest_link = (0.0, LinkId(0));
    let mut load_s = 0.0_f64;
    for (id, &streams) in streams_on.iter().enumerate().filter(|(_, streams)| **streams > 0) {
        let (link, carried) = (LinkId(id as u32), f64::from(streams) * steps * bytes);
        if carried > busiest_link.0 {
            busiest_link = (carried, link);
        }
        load_s = load_s.max(fabric.link(link).map_or(0.0, |spec| carried / spec.capacity.0));
    }
    let load = Femtos((load_s * FEMTOS_PER_SEC) as u64);
    Ok(Some(SharedPaths { paths, bounds: PlanBounds { path: path_bound(rings, &alone_fs), load }, busiest_link }))
}

/// The time of the longest message around its ring, if every stream were alone. In each half it makes one hop less than
/// there are ranks: in the best case those with the longest times.
fn path_bound(rings: &RingRule, alone_fs: &[f64]) -> Femtos {
    let ranks = alone_fs.len() / rings.order().rings().max(1) as usize;
    let left_out = rings.halves().count() as usize;
    let of_ring = |ring: &[f64]| {
        let turn: f64 = ring.iter().sum();
        let skipped = |first: usize| (0..left_out).map(|hop| ring[(first + hop) % ring.len()]).sum::<f64>();
        let least = (0..ring.len()).map(skipped).fold(f64::INFINITY, f64::min);
        turn * left_out as f64 - least
    };
    let longest = alone_fs.chunks(ranks.max(1)).map(of_ring).fold(0.0, f64::max);
    // The sum of many terms is rounded; a bound may be too low, never too high.
    Femtos((longest * (1.0 - 1e-9)) as u64)
}
