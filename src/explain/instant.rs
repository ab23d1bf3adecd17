//! One instant: which link binds, which streams share it, and what waits for them.

use std::collections::BTreeMap;

use super::binding::Binding;
use crate::collective::{Plan, Transfer};
use crate::explain::binding;
use crate::fabric::{Fabric, LinkClass, LinkId};
use crate::trace::Trace;
use crate::units::Femtos;

/// Most streams that are listed, and most transfers that wait.
pub const MAX_LISTED: usize = 32;
/// Most transfers behind the first stream that are looked at: those that wait come soon after.
const MAX_LOOKED_AT: u32 = 20_000;

/// What happens round the link that binds.
#[derive(Clone, Debug, PartialEq)]
pub struct AtInstant {
    /// The link, and how many streams it holds.
    pub binding: Binding,
    /// Its class.
    pub class: LinkClass,
    /// The streams on it, by transfer; at most [`MAX_LISTED`].
    pub sharing: Vec<Sharing>,
    /// How many more share it.
    pub more_sharing: usize,
    /// Transfers that have not started and wait for one of these streams, directly or not, the next ones first; at most
    /// [`MAX_LISTED`].
    pub waiting: Vec<Waiting>,
    /// Whether more may wait than are listed.
    pub more_waiting: bool,
}

/// A stream on the link that binds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sharing {
    /// The transfer.
    pub transfer: u32,
    /// Its rate, bytes per second; 0 while its head is on the way.
    pub rate: f64,
    /// Share of the link's capacity that it takes.
    pub share: f64,
    /// Other traffic, no part of the collective.
    pub background: bool,
}

/// A transfer that has not started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The transfer.
    pub transfer: u32,
    /// The stream on the link that it waits for; of several the first.
    pub on: u32,
    /// When it will start.
    pub starts: Femtos,
}

/// Looks at the link that binds at `at`. `None` while no stream flows: then latency or software is what the time is
/// spent on.
pub fn instant(fabric: &Fabric, plan: &Plan, trace: &Trace, at: Femtos) -> Option<AtInstant> {
    let binding = binding(plan, trace, (at, at))?;
    let capacity = fabric.link(binding.link).map_or(f64::INFINITY, |spec| spec.capacity.0);
    let mut sharing: Vec<Sharing> = Vec::new();
    for id in trace.alive(at) {
        let transfer = plan.transfer(id);
        let weight = weight(plan, &transfer, binding.link);
        if weight > 0.0 {
            let bytes = if transfer.background { f64::INFINITY } else { transfer.bytes };
            let rate = trace.rate(id, bytes, at).map_or(0.0, |segment| segment.rate);
            let share = rate * weight / capacity;
            sharing.push(Sharing { transfer: id, rate, share, background: transfer.background });
        }
    }
    let (waiting, more_waiting) = waiting(plan, trace, &sharing, at);
    let more_sharing = sharing.len().saturating_sub(MAX_LISTED);
    sharing.truncate(MAX_LISTED);
    let class = fabric.class(binding.link);
    Some(AtInstant { binding, class, sharing, more_sharing, waiting, more_waiting })
}

/// How often a transfer crosses a link, itself or in one of the copies that it stands for.
fn weight(plan: &Plan, transfer: &Transfer, link: LinkId) -> f64 {
    let route = plan.route(transfer);
    route.runs.iter().filter(|run| transfer.find(run, link).is_some()).map(|run| run.weight).sum()
}

/// Transfers depend only on earlier ones, so one pass upwards from the first stream finds all that wait for any.
fn waiting(plan: &Plan, trace: &Trace, sharing: &[Sharing], at: Femtos) -> (Vec<Waiting>, bool) {
    let streams = sharing.iter().filter(|one| !one.background).map(|one| one.transfer);
    // What leads to a stream, and to which.
    let mut leads: BTreeMap<u32, u32> = streams.map(|id| (id, id)).collect();
    let Some((&first, _)) = leads.first_key_value() else { return (Vec::new(), false) };
    let count = plan.transfer_count();
    let end = count.min(first.saturating_add(MAX_LOOKED_AT));
    let mut found = Vec::new();
    for id in first..end {
        if leads.contains_key(&id) {
            continue;
        }
        let Some(on) = plan.deps(id).filter_map(|dep| leads.get(&dep.on.0)).min().copied() else { continue };
        leads.insert(id, on);
        if let Some(times) = trace.times(id).filter(|times| times.start > at) {
            found.push(Waiting { transfer: id, on, starts: times.start });
        }
    }
    found.sort_by_key(|waiting| (waiting.starts, waiting.transfer));
    let more = found.len() > MAX_LISTED || end < count;
    found.truncate(MAX_LISTED);
    (found, more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collective::{Delays, Delivery, Dep, Flow, PlanBuilder, RouteRun, ring_all_reduce};
    use crate::fabric::{Graph, LinkMode, Switch, Topology};
    use crate::simulate::play;
    use crate::units::{Bytes, BytesPerSec};

    #[test]
    fn streams_that_share_and_transfers_that_wait_are_told() {
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
        let now = instant(&fabric, &plan, &trace, Femtos::from_secs(1.0)).expect("streams flow");
        assert_eq!((now.binding.link, now.class), (narrow, LinkClass::Link));
        let shares: Vec<(u32, f64)> = now.sharing.iter().map(|one| (one.transfer, one.share)).collect();
        assert_eq!(shares, [(a.0, 0.5), (b.0, 0.5)]);
        let waits: Vec<(u32, u32)> = now.waiting.iter().map(|one| (one.transfer, one.on)).collect();
        assert_eq!((waits, now.more_waiting), (vec![(behind_b.0, b.0), (behind_that.0, b.0)], false));
        assert_eq!(instant(&fabric, &plan, &trace, Femtos::from_secs(99.0)), None);
    }

    #[test]
    fn lists_are_bounded_however_many_wait() {
        let topology = Switch { ranks: 300, capacity: BytesPerSec(900e9), latency: Femtos(500_000_000) };
        let fabric: Fabric = Topology::Switch(topology).into();
        let plan = ring_all_reduce(&fabric, Bytes(1 << 30), &Delays::default()).expect("a ring");
        let trace = play(&fabric, &plan).expect("a plan that can be played").trace;
        let now = instant(&fabric, &plan, &trace, Femtos(trace.end().0 / 2)).expect("streams flow");
        assert_eq!(now.waiting.len(), MAX_LISTED);
        assert!(now.more_waiting && now.sharing.len() <= MAX_LISTED);
        assert!(now.waiting.iter().all(|one| one.starts > Femtos(trace.end().0 / 2)));
    }
}
