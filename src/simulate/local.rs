//! What links carry in their own time. Rates are shared out in the time of arrival (engine-model 1.2); bytes leave a link
//! earlier than they arrive, by the way behind it. Where streams with different ways behind them meet, a link may
//! therefore seem to carry more than it can.
//!
//! How much is bounded: what leaves a link within a span arrives within that span, moved by between the least and the
//! greatest of the ways. So in any span the bytes above its capacity are at most the capacity times the difference of
//! the ways: as if the link were as fast as it is for that much longer.

use std::collections::BTreeMap;

use crate::collective::Plan;
use crate::fabric::{Fabric, LinkId};
use crate::trace::Trace;
use crate::units::{FEMTOS_PER_SEC, Femtos};

/// The link that seems to carry the most above its capacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocalExcess {
    /// The link.
    pub link: LinkId,
    /// Its highest use over its capacity: 1 is full.
    pub highest: f64,
    /// The most bytes above its capacity within any span, as the time in which it would carry them.
    pub lasts: Femtos,
    /// The greatest difference of the ways behind it, which `lasts` never exceeds.
    pub ways_differ_by: Femtos,
}

/// Most passages of a stream over a link that are looked at.
const MAX_PASSAGES: u64 = 2_000_000;

/// A change of a link's load: when, and by how many bytes per second.
type Change = (i64, f64);

/// The link with the longest excess in its own time, if any link has one. `None` also for plans of more than two million
/// passages, which are not looked at; of a cohort the copy written out is.
pub fn local_excess(fabric: &Fabric, plan: &Plan, trace: &Trace) -> Option<LocalExcess> {
    let links = |id: u32| plan.route(&plan.transfer(id)).runs.iter().map(|run| run.len()).sum::<u64>();
    let mut passages = 0_u64;
    for id in 0..plan.transfer_count() {
        passages += links(id);
        if passages > MAX_PASSAGES {
            return None;
        }
    }
    let mut changes: BTreeMap<LinkId, (Vec<Change>, u64, u64)> = BTreeMap::new();
    for (id, transfer) in plan.transfers() {
        let route = plan.route(&transfer);
        let drained = drained(trace, id, transfer.bytes);
        for run in &route.runs {
            for (row, index) in (0..run.rows).flat_map(|row| (0..run.count).map(move |index| (row, index))) {
                let link = run.link(row, index);
                let Some(spec) = fabric.link(link) else { continue };
                let behind = route.latency.since(run.offset(row, index) + spec.latency).0;
                let (of_link, least, most) = changes.entry(link).or_insert((Vec::new(), u64::MAX, 0));
                (*least, *most) = ((*least).min(behind), (*most).max(behind));
                for &(from, until, rate) in &drained {
                    of_link.push((from as i64 - behind as i64, run.weight * rate));
                    of_link.push((until as i64 - behind as i64, -run.weight * rate));
                }
            }
        }
    }
    let mut worst: Option<LocalExcess> = None;
    for (link, (mut of_link, least, most)) in changes {
        let capacity = fabric.link(link).map_or(f64::INFINITY, |spec| spec.capacity.0);
        let (highest, lasts) = excess(&mut of_link, capacity);
        if lasts > Femtos(0) && worst.is_none_or(|worst| lasts > worst.lasts) {
            worst = Some(LocalExcess { link, highest, lasts, ways_differ_by: Femtos(most - least) });
        }
    }
    worst
}

/// The spans in which a transfer's bytes arrive, with their rates: from, until, bytes per second.
fn drained(trace: &Trace, id: u32, bytes: f64) -> Vec<(u64, u64, f64)> {
    let (segments, Some(times)) = (trace.segments(id), trace.times(id)) else { return Vec::new() };
    let mut left = bytes;
    let mut spans = Vec::with_capacity(segments.len());
    for (place, segment) in segments.iter().enumerate() {
        let from = segment.from.0;
        let until = match segments.get(place + 1) {
            Some(next) => next.from.0,
            // Other traffic has no bytes of its own: it flows until its end.
            None if bytes == 0.0 => times.end.0,
            None => from + (left / segment.rate * FEMTOS_PER_SEC).round_ties_even() as u64,
        };
        left = (left - segment.rate * Femtos(until - from).secs()).max(0.0);
        spans.push((from, until, segment.rate));
    }
    spans
}

/// The highest use of a link over its capacity, and the greatest sum of what is above it, in time at full capacity. That
/// of a span grows by what is above and shrinks by what is below, and never falls under zero.
fn excess(changes: &mut [Change], capacity: f64) -> (f64, Femtos) {
    changes.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let (mut load, mut highest, mut sum_s, mut most_s) = (0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
    for (place, &(at, change)) in changes.iter().enumerate() {
        load += change;
        let Some(&(next, _)) = changes.get(place + 1).filter(|next| next.0 > at) else { continue };
        let used = load / capacity;
        highest = highest.max(used);
        // Rounding of sums is no excess.
        let above = if (used - 1.0).abs() < 1e-9 { 0.0 } else { used - 1.0 };
        sum_s = (sum_s + above * Femtos((next - at) as u64).secs()).max(0.0);
        most_s = most_s.max(sum_s);
    }
    (highest, Femtos::from_secs(most_s))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collective::*;
    use crate::fabric::{Graph, Grid, LinkFigures, LinkMode, Mesh, Topology};
    use crate::simulate::play;
    use crate::units::{Bytes, BytesPerSec};

    #[test]
    fn two_streams_with_different_ways_behind_a_link_exceed_it_for_the_difference() {
        // A full link is left by one stream 5 s before its arrival, by the next one at once.
        let mut graph = Graph::default();
        let link = graph.add(BytesPerSec(1.0), Femtos(0), LinkMode::Shared);
        let fabric = Fabric::from(Topology::Graph(graph));
        let mut plan = PlanBuilder::new(Femtos(0));
        let stage = plan.phase("test");
        let mut add = |latency_s: f64, deps: &[Dep]| {
            let run = RouteRun::single(link, 1.0, 0.0, Flow::Reduce);
            let route = plan.route([run], Femtos::from_secs(latency_s));
            plan.transfer(stage, route, 100.0, Delivery::Partial, deps)
        };
        let near = add(0.0, &[]);
        add(5.0, &[Dep { hop_offset: Femtos::from_secs(5.0), ..Dep::tail(near) }]);
        let plan = plan.build();
        let played = play(&fabric, &plan).expect("a plan that can be played");
        let excess = local_excess(&fabric, &plan, &played.trace).expect("an excess");
        assert_eq!((excess.link, excess.highest), (link, 2.0));
        assert_eq!((excess.lasts, excess.ways_differ_by), (Femtos::from_secs(5.0), Femtos::from_secs(5.0)));
    }

    #[test]
    fn no_plan_exceeds_a_link_for_longer_than_its_ways_differ() {
        let mut cases: Vec<(String, Fabric, Plan)> = Vec::new();
        let links = LinkFigures { capacity: BytesPerSec(100e9), latency: Femtos(500_000_000) };
        for (width, height, wraps) in [(4, 4, false), (8, 2, true), (8, 8, false)] {
            let fabric = Fabric::from(Topology::Grid(Grid { width, height, wraps, links }));
            for bytes in [64, 1 << 16, 1 << 24] {
                let delays = Delays::default();
                for first in [FirstPartner::Far, FirstPartner::Near] {
                    let plan = halving_doubling_all_reduce(&fabric, Bytes(bytes), &delays, first, true).expect("2^n");
                    cases.push((format!("halving-doubling {first:?}"), fabric.clone(), plan));
                }
                let plan = direct_all_reduce(&fabric, Bytes(bytes), &delays).expect("pairs");
                cases.push(("direct".to_owned(), fabric.clone(), plan));
                let plan = double_binary_tree_all_reduce(&fabric, Bytes(bytes), &delays).expect("trees");
                cases.push(("double-binary-tree".to_owned(), fabric.clone(), plan));
            }
        }
        let mesh = Mesh {
            width: 24,
            height: 6,
            clock_hz: 0.875e9,
            bytes_per_cycle: 4.0,
            hop_cycles: 1.0,
            turn_cycles: 0.0,
            ramp_cycles: 2.0,
        };
        let fabric = Fabric::from(Topology::Mesh(mesh.clone()));
        for wavelets in [1.0, 16.0, 256.0] {
            for pattern in [XyPattern::Star, XyPattern::Tree, XyPattern::TwoPhase, XyPattern::AutoGen] {
                cases.push((format!("{pattern:?}"), fabric.clone(), xy_all_reduce(&mesh, pattern, wavelets)));
            }
            let layout = StripLayout::new(&mesh, 4, 10).expect("4 strips fit");
            for root in [Root::Middle, Root::End, Root::Both] {
                let plan = strips_all_reduce(&mesh, &layout, Bytes(1 << 14), root, Broadcast::Streamed);
                cases.push((format!("strips, {root:?}"), fabric.clone(), plan));
            }
        }
        let mut found = 0;
        for (name, fabric, plan) in cases {
            let played = play(&fabric, &plan).expect("a plan that can be played");
            let Some(excess) = local_excess(&fabric, &plan, &played.trace) else { continue };
            found += 1;
            // An instant is rounded to a femtosecond, and so are as many ways as there are streams on the link.
            let slack = Femtos(1 + u64::from(plan.transfer_count()));
            assert!(excess.lasts <= excess.ways_differ_by + slack, "{name}: {excess:?}");
        }
        assert!(found > 3, "only {found} plans have any excess");
    }
}
