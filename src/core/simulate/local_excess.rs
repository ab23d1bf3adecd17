//! What links carry in their own time. The engine divides rates in arrival time (engine-model 1.2). Bytes leave a link
//! earlier than they arrive, by the latency of the rest of the route. So a link on which streams with different remaining
//! latencies meet may seem to carry more than its capacity.
//!
//! The excess is bounded. What leaves a link within a span of time arrives within that span, shifted by between the least
//! and the greatest remaining latency. So in any span the bytes above capacity are at most the capacity times the
//! difference of these latencies: as if the link had that much more time.

use std::collections::BTreeMap;

use crate::fabric::{Fabric, LinkId};
use crate::plan::Plan;
use crate::trace::Trace;
use crate::units::{FEMTOS_PER_SEC, Femtos};

/// The link that seems to carry the most above its capacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocalExcess {
    /// The link.
    pub link: LinkId,
    /// Its highest load divided by its capacity: 1 is full.
    pub highest: f64,
    /// The most bytes above its capacity within any span, as the time that it needs for them.
    pub lasts: Femtos,
    /// The greatest difference of the remaining latencies, which `lasts` never exceeds.
    pub latencies_differ_by: Femtos,
}

/// Most crossings of a link by a stream that are analysed.
const MAX_CROSSINGS: u64 = 2_000_000;

/// A change of a link's load.
struct Change {
    at_fs: i64,
    /// Bytes per second.
    by: f64,
}

/// The load of a link in its own time.
struct LinkLoad {
    changes: Vec<Change>,
    /// The least and the greatest remaining latency of its streams, femtoseconds.
    least_fs: u64,
    greatest_fs: u64,
}

/// A span in which bytes of a transfer arrive at a constant rate.
struct ArrivalSpan {
    from_fs: u64,
    until_fs: u64,
    /// Bytes per second.
    rate: f64,
}

/// The link with the longest excess in its own time. `None` if no link has one, and for plans with more than two million
/// crossings, which would take too long. Of a cohort only the copy that is written out counts.
pub fn local_excess(fabric: &Fabric, plan: &Plan, trace: &Trace) -> Option<LocalExcess> {
    let links = |id: u32| plan.route(&plan.transfer(id)).runs.iter().map(|run| run.len()).sum::<u64>();
    let mut crossings = 0_u64;
    for id in 0..plan.transfer_count() {
        crossings += links(id);
        if crossings > MAX_CROSSINGS {
            return None;
        }
    }
    let mut loads: BTreeMap<LinkId, LinkLoad> = BTreeMap::new();
    for (id, transfer) in plan.transfers() {
        let route = plan.route(&transfer);
        let spans = arrival_spans(trace, id, transfer.bytes);
        for run in &route.runs {
            for (row, index) in (0..run.rows).flat_map(|row| (0..run.count).map(move |index| (row, index))) {
                let link = run.link(row, index);
                let Some(spec) = fabric.link(link) else { continue };
                let behind = route.latency.since(run.offset(row, index) + spec.latency).0;
                let empty = || LinkLoad { changes: Vec::new(), least_fs: u64::MAX, greatest_fs: 0 };
                let load = loads.entry(link).or_insert_with(empty);
                (load.least_fs, load.greatest_fs) = (load.least_fs.min(behind), load.greatest_fs.max(behind));
                for span in &spans {
                    let by = run.weight * span.rate;
                    load.changes.push(Change { at_fs: span.from_fs as i64 - behind as i64, by });
                    load.changes.push(Change { at_fs: span.until_fs as i64 - behind as i64, by: -by });
                }
            }
        }
    }
    let mut worst: Option<LocalExcess> = None;
    for (link, mut load) in loads {
        let capacity = fabric.link(link).map_or(f64::INFINITY, |spec| spec.capacity.0);
        let (highest, lasts) = excess(&mut load.changes, capacity);
        if lasts > Femtos(0) && worst.is_none_or(|worst| lasts > worst.lasts) {
            let latencies_differ_by = Femtos(load.greatest_fs - load.least_fs);
            worst = Some(LocalExcess { link, highest, lasts, latencies_differ_by });
        }
    }
    worst
}

/// The spans in which a transfer's bytes arrive.
fn arrival_spans(trace: &Trace, id: u32, bytes: f64) -> Vec<ArrivalSpan> {
    let (segments, Some(times)) = (trace.segments(id), trace.times(id)) else { return Vec::new() };
    let mut left = bytes;
    let mut spans = Vec::with_capacity(segments.len());
    for (index, segment) in segments.iter().enumerate() {
        let from = segment.from.0;
        let until = match segments.get(index + 1) {
            Some(next) => next.from.0,
            // Other traffic has no bytes of its own: it flows until its end.
            None if bytes == 0.0 => times.end.0,
            None => from + Femtos::from_f64(left / segment.rate * FEMTOS_PER_SEC).0,
        };
        left = (left - segment.rate * Femtos(until - from).secs()).max(0.0);
        spans.push(ArrivalSpan { from_fs: from, until_fs: until, rate: segment.rate });
    }
    spans
}

/// The highest load of a link divided by its capacity, and the most bytes above capacity within any span, as time at full
/// capacity. The sum of a span grows while the load is above capacity, shrinks while it is below, and never falls below
/// zero.
fn excess(changes: &mut [Change], capacity: f64) -> (f64, Femtos) {
    changes.sort_by(|a, b| a.at_fs.cmp(&b.at_fs).then(a.by.total_cmp(&b.by)));
    let (mut load, mut highest, mut sum_s, mut most_s) = (0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
    for (index, change) in changes.iter().enumerate() {
        load += change.by;
        let Some(next) = changes.get(index + 1).filter(|next| next.at_fs > change.at_fs) else { continue };
        let used = load / capacity;
        highest = highest.max(used);
        // The rounding of sums is not an excess.
        let above = if (used - 1.0).abs() < 1e-9 { 0.0 } else { used - 1.0 };
        sum_s = (sum_s + above * Femtos((next.at_fs - change.at_fs) as u64).secs()).max(0.0);
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
    fn an_excess_lasts_as_long_as_the_latencies_differ() {
        // One stream leaves a full link 5 s before it arrives, the next one leaves and arrives at once.
        let mut graph = Graph::default();
        let link = graph.add(BytesPerSec(1.0), Femtos(0), LinkMode::Shared);
        let fabric = Fabric::from(Topology::Graph(graph));
        let mut plan = PlanBuilder::new(Femtos(0));
        let phase = plan.phase("test");
        let mut add = |latency_s: f64, deps: &[Dep]| {
            let run = RouteRun::single(link, 1.0, 0.0, Flow::Reduce);
            let route = plan.route([run], Femtos::from_secs(latency_s));
            plan.transfer(phase, route, 100.0, Delivery::Partial, deps)
        };
        let near = add(0.0, &[]);
        add(5.0, &[Dep { hop_offset: Femtos::from_secs(5.0), ..Dep::tail(near) }]);
        let plan = plan.build();
        let played = play(&fabric, &plan).expect("a valid plan");
        let excess = local_excess(&fabric, &plan, &played.trace).expect("an excess");
        assert_eq!((excess.link, excess.highest), (link, 2.0));
        assert_eq!((excess.lasts, excess.latencies_differ_by), (Femtos::from_secs(5.0), Femtos::from_secs(5.0)));
    }

    #[test]
    fn no_excess_lasts_longer_than_the_latencies_differ() {
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
            let played = play(&fabric, &plan).expect("a valid plan");
            let Some(excess) = local_excess(&fabric, &plan, &played.trace) else { continue };
            found += 1;
            // Every instant is rounded to a femtosecond, and so is the latency of every stream on the link.
            let slack = Femtos(1 + u64::from(plan.transfer_count()));
            assert!(excess.lasts <= excess.latencies_differ_by + slack, "{name}: {excess:?}");
        }
        assert!(found > 3, "only {found} plans have any excess");
    }
}
