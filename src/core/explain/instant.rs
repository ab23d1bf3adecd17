//! One instant of a run: the bottleneck, the streams that share it, and the transfers that wait for them.

use std::collections::BTreeMap;

use super::bottleneck::{Bottleneck, Limit, limit};
use crate::collective::Plan;
use crate::fabric::{Fabric, LinkId};
use crate::solve::FabricRun;
use crate::trace::Trace;
use crate::units::Femtos;

/// The most streams, and the most waiting transfers, that are listed.
pub const MAX_LISTED: usize = 32;
/// The most transfers after the first stream that are examined: those that wait for it follow soon.
const MAX_EXAMINED: u32 = 20_000;

/// What limits a run at an instant, with the streams on the bottleneck.
#[derive(Clone, Debug, PartialEq)]
pub struct InstantDetail {
    /// What limits the run.
    pub limit: Limit,
    /// The streams on the bottleneck, by transfer; at most [`MAX_LISTED`].
    pub sharing: Vec<SharingStream>,
    /// The number of streams that are not listed.
    pub more_sharing: usize,
    /// Transfers that have not started and wait for one of these streams, directly or indirectly, in order of their
    /// start; at most [`MAX_LISTED`].
    pub waiting: Vec<WaitingTransfer>,
    /// Whether there may be more of them.
    pub more_waiting: bool,
}

impl InstantDetail {
    /// The bottleneck; `None` if no link is one.
    pub fn bottleneck(&self) -> Option<&Bottleneck> {
        match &self.limit {
            Limit::Link(bottleneck) => Some(bottleneck),
            Limit::Launch | Limit::PipelineFill | Limit::Latency => None,
        }
    }

    /// The number of streams on the bottleneck, listed or not.
    pub fn stream_count(&self) -> usize {
        self.sharing.len() + self.more_sharing
    }

    /// The stream that takes the largest share of the capacity; the first one among equals.
    pub fn busiest(&self) -> Option<&SharingStream> {
        self.sharing.iter().rev().max_by(|a, b| a.share.total_cmp(&b.share))
    }
}

/// A stream on the bottleneck.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharingStream {
    /// The transfer.
    pub transfer: u32,
    /// Its rate at the end of the link, bytes per second.
    pub rate: f64,
    /// Its share of the capacity of the link, 0 to 1.
    pub share: f64,
    /// How often it crosses the link: a switch that adds sends the sum back over the port of a rank that has sent its part.
    pub crossings: u32,
    /// Whether it is other traffic, not part of the collective.
    pub background: bool,
}

/// A transfer that has not started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitingTransfer {
    /// The transfer.
    pub transfer: u32,
    /// The stream on the bottleneck that it waits for; the first one among several.
    pub on: u32,
    /// When it starts.
    pub starts: Femtos,
}

/// What limits a run at an instant of its time, with the streams on the bottleneck. `None` after the end, and for a fabric
/// that cannot run.
pub fn instant(run: &FabricRun, at: Femtos) -> Option<InstantDetail> {
    let result = run.result().filter(|result| at < result.time)?;
    instant_of_trace(&run.fabric, &run.plan, &result.played.trace, at)
}

fn instant_of_trace(fabric: &Fabric, plan: &Plan, trace: &Trace, at: Femtos) -> Option<InstantDetail> {
    let limit = limit(fabric, plan, trace, (at, at))?;
    let mut sharing = match &limit {
        Limit::Link(bottleneck) => sharing(fabric, plan, trace, bottleneck.link, at),
        Limit::Launch | Limit::PipelineFill | Limit::Latency => Vec::new(),
    };
    let mut waiting = waiting(plan, trace, &sharing, at);
    let more_waiting = waiting.found.len() > MAX_LISTED || waiting.unfinished;
    waiting.found.truncate(MAX_LISTED);
    let more_sharing = sharing.len().saturating_sub(MAX_LISTED);
    sharing.truncate(MAX_LISTED);
    Some(InstantDetail { limit, sharing, more_sharing, waiting: waiting.found, more_waiting })
}

/// The streams whose bytes leave a link at an instant.
fn sharing(fabric: &Fabric, plan: &Plan, trace: &Trace, link: LinkId, at: Femtos) -> Vec<SharingStream> {
    let Some(spec) = fabric.link(link) else { return Vec::new() };
    let mut found = Vec::new();
    for id in trace.alive(at) {
        let transfer = plan.transfer(id);
        let bytes = if transfer.background { f64::INFINITY } else { transfer.bytes };
        let route = plan.route(&transfer);
        // How often the stream, or one of the copies of its cohort, crosses the link, times its rate there.
        let crossing = route.runs.iter().filter_map(|run| {
            let (row, index) = transfer.find(run, link)?;
            let arrival = at + route.latency.since(run.offset(row, index) + spec.latency);
            Some(run.weight * trace.rate(id, bytes, arrival)?.rate)
        });
        let (rate, crossings) = crossing.fold((0.0, 0), |(sum, count), rate| (sum + rate, count + 1));
        if rate > 0.0 {
            let share = rate / spec.capacity.0;
            found.push(SharingStream { transfer: id, rate, share, crossings, background: transfer.background });
        }
    }
    found
}

/// The result of the search for waiting transfers.
#[derive(Default)]
struct WaitingSearch {
    found: Vec<WaitingTransfer>,
    /// Whether transfers beyond the limit were not examined.
    unfinished: bool,
}

/// Transfers depend only on earlier ones, so that one pass upwards from the first stream finds all that wait for any.
fn waiting(plan: &Plan, trace: &Trace, sharing: &[SharingStream], at: Femtos) -> WaitingSearch {
    let streams = sharing.iter().filter(|stream| !stream.background).map(|stream| stream.transfer);
    // From each transfer that depends on a stream to that stream.
    let mut leads: BTreeMap<u32, u32> = streams.map(|id| (id, id)).collect();
    let Some((&first, _)) = leads.first_key_value() else { return WaitingSearch::default() };
    let count = plan.transfer_count();
    let end = count.min(first.saturating_add(MAX_EXAMINED));
    let mut found = Vec::new();
    for id in first..end {
        if leads.contains_key(&id) {
            continue;
        }
        let Some(on) = plan.deps(id).filter_map(|dep| leads.get(&dep.on.0)).min().copied() else { continue };
        leads.insert(id, on);
        if let Some(times) = trace.times(id).filter(|times| times.start > at) {
            found.push(WaitingTransfer { transfer: id, on, starts: times.start });
        }
    }
    found.sort_by_key(|waiting| (waiting.starts, waiting.transfer));
    WaitingSearch { found, unfinished: end < count }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collective::{Delays, Delivery, Dep, Flow, PlanBuilder, RouteRun, ring_all_reduce};
    use crate::fabric::{Graph, LinkMode, NodeInterconnect, Switch, Topology};
    use crate::simulate::play;
    use crate::units::{Bytes, BytesPerSec};

    #[test]
    fn streams_on_the_bottleneck_and_waiting_transfers_are_listed() {
        let mut graph = Graph::default();
        let mut link = |capacity: f64| graph.add(BytesPerSec(capacity), Femtos(0), LinkMode::Shared);
        let (narrow, wide) = (link(1.0), link(100.0));
        let mut plan = PlanBuilder::new(Femtos(0));
        let stage = plan.phase("test");
        let mut stream = |links: &[LinkId], deps: &[Dep]| {
            let runs = links.iter().map(|&link| RouteRun::single(link, 1.0, 0.0, Flow::Reduce));
            let route = plan.route(runs, Femtos(0));
            plan.transfer(stage, route, 10.0, Delivery::Partial, deps)
        };
        let (a, b) = (stream(&[narrow], &[]), stream(&[narrow, wide], &[]));
        let behind_b = stream(&[wide], &[Dep::tail(b)]);
        let behind_that = stream(&[wide], &[Dep::tail(behind_b)]);
        stream(&[wide], &[]);
        let plan = plan.build();
        let fabric: Fabric = Topology::Graph(graph).into();
        let trace = play(&fabric, &plan).expect("a plan that can be played").trace;
        let now = instant_of_trace(&fabric, &plan, &trace, Femtos::from_secs(1.0)).expect("streams flow");
        assert_eq!(now.bottleneck().map(|found| found.link), Some(narrow));
        let shares: Vec<(u32, f64)> = now.sharing.iter().map(|one| (one.transfer, one.share)).collect();
        assert_eq!(shares, [(a.0, 0.5), (b.0, 0.5)]);
        let waits: Vec<(u32, u32)> = now.waiting.iter().map(|one| (one.transfer, one.on)).collect();
        assert_eq!((waits, now.more_waiting), (vec![(behind_b.0, b.0), (behind_that.0, b.0)], false));
        assert_eq!(instant_of_trace(&fabric, &plan, &trace, Femtos::from_secs(99.0)), None);
    }

    #[test]
    fn lists_are_limited_for_many_waiting_transfers() {
        let topology = Switch {
            hub: NodeInterconnect::NvSwitch,
            ranks: 300,
            capacity: BytesPerSec(900e9),
            latency: Femtos(500_000_000),
        };
        let fabric: Fabric = Topology::Switch(topology).into();
        let plan = ring_all_reduce(&fabric, Bytes(1 << 30), &Delays::default()).expect("a ring");
        let trace = play(&fabric, &plan).expect("a plan that can be played").trace;
        // Half a step after the middle, at which all streams end and begin.
        let at = Femtos(trace.end().0 / 2 + trace.end().0 / (2 * 299) / 2);
        let now = instant_of_trace(&fabric, &plan, &trace, at).expect("streams flow");
        assert_eq!(now.waiting.len(), MAX_LISTED);
        assert!(now.more_waiting && now.sharing.len() <= MAX_LISTED);
        assert!(now.waiting.iter().all(|one| one.starts > at));
    }
}
