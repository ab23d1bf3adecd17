//! What limits the progress of a run at an instant or over a span of time. Stage, panels, `explain` and `render` all ask
//! [`limit`], so that they name the same link.

use std::collections::BTreeMap;

use super::on_route::{links_passed, serial_port};
use crate::collective::{Plan, Route, Transfer};
use crate::fabric::{Direction, Fabric, LinkId};
use crate::trace::{Segment, Trace};
use crate::units::Femtos;

/// A stream that fills a link up to this share of its capacity is limited by it.
const FULL: f64 = 0.995;

/// What limits the progress of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Software before the first byte.
    Launch,
    /// A pipeline that fills.
    PipelineFill,
    /// No byte is on a link that limits it: heads or tails are on their way, or a step of software runs.
    Latency,
    /// A link, or a rate cap of the measured timing.
    Link(Bottleneck),
}

/// The link that sets the rate of the most streams. It carries bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bottleneck {
    /// The link; the lowest id among equals. Of the copies of a cohort, the middle one.
    pub link: LinkId,
    /// The streams whose rate it sets, with one stream per cohort.
    pub streams: u32,
    /// The number of links that do the same in the copies of the cohort, this one included. On a wafer also in the other rows
    /// of its column, where degradations have split the cohort.
    pub identical_links: u64,
    /// Other links that set the rate of streams, those that do so for most streams first.
    pub others: Vec<LinkId>,
}

/// What a link limits over a span of time.
#[derive(Clone, Copy, Default)]
struct Limited {
    /// Femtoseconds for which its streams fill it, copies of cohorts included; at an instant the number of its streams.
    stream_time: u128,
    streams: u32,
    copies: u32,
    /// From the link that is written out to that of the middle copy.
    shift: i32,
}

/// What limits a run from one instant to another, or at one instant if both are equal. `None` after its end.
pub fn limit(fabric: &Fabric, plan: &Plan, trace: &Trace, (from, to): (Femtos, Femtos)) -> Option<Limit> {
    if from >= trace.end() {
        return None;
    }
    if to < plan.launch() {
        return Some(Limit::Launch);
    }
    if to < plan.launch() + plan.fill() {
        return Some(Limit::PipelineFill);
    }
    Some(bottleneck(fabric, plan, trace, (from, to)).map_or(Limit::Latency, Limit::Link))
}

/// At an instant the link that limits the most streams; over a span the one that is filled for the longest time by streams that
/// it limits, for many short streams on a link that rests between them do not hold back a run as one that is always full.
/// A link counts only while it carries bytes: a cut link, or one that a stream has left or not reached yet, sets no rate.
fn bottleneck(fabric: &Fabric, plan: &Plan, trace: &Trace, span: (Femtos, Femtos)) -> Option<Bottleneck> {
    let mut limited = BTreeMap::<u32, Limited>::new();
    for id in trace.alive_between(span.0, span.1) {
        let transfer = plan.transfer(id);
        // The rate of other traffic is a setting of the scene.
        if transfer.background {
            continue;
        }
        let route = plan.route(&transfer);
        let stream = Stream { fabric, trace, id, transfer: &transfer, route: &route };
        for (link, time) in stream.limits(span) {
            let entry = limited.entry(link.0).or_default();
            let copies = transfer.cohort.copies;
            entry.stream_time += u128::from(time.0.max(1)) * u128::from(copies);
            entry.streams += 1;
            if copies > entry.copies {
                entry.copies = copies;
                entry.shift = transfer.cohort.shift(copies / 2);
            }
        }
    }
    let mut found: Vec<(u32, Limited)> = limited.into_iter().collect();
    // Ties go to the lowest link.
    found.sort_by_key(|&(link, limited)| (std::cmp::Reverse(limited.stream_time), link));
    let middle = |&(link, limited): &(u32, Limited)| LinkId(link).offset(limited.shift);
    let (best, others) = found.split_first()?;
    let same = found.iter().filter(|other| does_the_same(fabric, best, other));
    Some(Bottleneck {
        link: middle(best),
        streams: best.1.streams,
        identical_links: same.map(|(_, limited)| u64::from(limited.copies)).sum(),
        others: others.iter().map(middle).collect(),
    })
}

/// Whether another link is the same one, or that of other rows of a wafer: in the same column, of the same capacity, and limiting
/// as many streams.
fn does_the_same(fabric: &Fabric, best: &(u32, Limited), other: &(u32, Limited)) -> bool {
    let along_row = |link: u32| {
        let (x, _, direction) = fabric.topology.mesh()?.place(LinkId(link))?;
        matches!(direction, Direction::East | Direction::West).then_some((x, direction))
    };
    let in_one_column = || along_row(best.0).is_some_and(|place| along_row(other.0) == Some(place));
    let capacity = |link: u32| fabric.link(LinkId(link)).map(|spec| spec.capacity);
    best.0 == other.0 || (best.1.streams == other.1.streams && in_one_column() && capacity(best.0) == capacity(other.0))
}

/// The link that limits a stream during a segment of its trace. Among equally full links it is the one with a queue.
pub(super) fn limiting_link(fabric: &Fabric, route: &Route, segment: &Segment) -> LinkId {
    let full = |port: &LinkId| fabric.link(*port).is_some_and(|spec| spec.capacity.0 <= segment.rate);
    serial_port(fabric, route).filter(full).unwrap_or(LinkId(segment.binding))
}

/// A stream of the run.
struct Stream<'a> {
    fabric: &'a Fabric,
    trace: &'a Trace,
    id: u32,
    transfer: &'a Transfer,
    route: &'a Route,
}

impl Stream<'_> {
    /// The links that limit the stream while they carry it, each with the time for which it fills them within the span, zero at
    /// an instant.
    fn limits(&self, (from, to): (Femtos, Femtos)) -> Vec<(LinkId, Femtos)> {
        let segments = self.trace.segments(self.id);
        let mut found: Vec<(LinkId, Femtos)> = Vec::new();
        let mut left = self.transfer.bytes;
        for (index, segment) in segments.iter().enumerate() {
            let lasts = match segments.get(index + 1) {
                Some(next) => next.from.since(segment.from),
                None => Femtos::from_secs(left / segment.rate),
            };
            left -= segment.rate * lasts.secs();
            let until = segment.from + lasts;
            if until < from || segment.from > to + self.route.latency {
                continue;
            }
            let link = limiting_link(self.fabric, self.route, segment);
            // Bytes leave the link earlier than they arrive.
            let Some(behind) = self.behind(link) else { continue };
            let (begins, ends) = (segment.from.0.saturating_sub(behind.0), until.0.saturating_sub(behind.0));
            let shared = Femtos(ends.min(to.0).saturating_sub(begins.max(from.0)));
            // As far as the stream fills it.
            let shared = shared.scaled(self.share_of(link, segment.rate));
            if shared.0 > 0 || (from == to && begins <= from.0 && from.0 < ends) {
                match found.iter_mut().find(|(known, _)| *known == link) {
                    Some((_, time)) => *time = *time + shared,
                    None => found.push((link, shared)),
                }
            }
        }
        if found.is_empty() {
            let middle = Femtos(from.0 + (to.0 - from.0) / 2);
            found.extend(self.full_link(middle).map(|link| (link, Femtos(0))));
        }
        found
    }

    /// The share of a link's capacity that the stream has at a rate.
    fn share_of(&self, link: LinkId, rate: f64) -> f64 {
        let weight =
            self.route.runs.iter().find(|run| self.transfer.find(run, link).is_some()).map_or(1.0, |run| run.weight);
        let capacity = self.fabric.link(link).map_or(0.0, |spec| spec.capacity.0);
        if capacity > 0.0 { (weight * rate / capacity).min(1.0) } else { 0.0 }
    }

    /// The latency of the route behind a link.
    fn behind(&self, link: LinkId) -> Option<Femtos> {
        let hop = self.fabric.link(link)?.latency;
        let (run, (row, index)) = self.route.runs.iter().find_map(|run| Some((run, self.transfer.find(run, link)?)))?;
        Some(self.route.latency.since(run.offset(row, index) + hop))
    }

    /// The first link on the route that the stream fills at an instant. Of equally narrow links, the trace names one; the
    /// bytes may be on another.
    fn full_link(&self, at: Femtos) -> Option<LinkId> {
        let times = self.trace.times(self.id)?;
        self.route.runs.iter().find_map(|run| {
            let spec = self.fabric.link(run.first)?;
            let row = run.rows / 2;
            let (low, high) = links_passed(self.route, run, row, &times, at, spec.latency)?;
            let index = low + (high - low) / 2;
            let link = run.link(row, index);
            let arrival = at + self.route.latency.since(run.offset(row, index) + spec.latency);
            let rate = self.trace.rate(self.id, self.transfer.bytes, arrival)?.rate;
            let capacity = self.fabric.link(link)?.capacity.0;
            (rate > 0.0 && run.weight * rate >= FULL * capacity).then_some(link)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collective::{Delays, nvls_all_reduce};
    use crate::fabric::{Fabric, NodeInterconnect, Switch, Topology};
    use crate::units::{Bytes, BytesPerSec};

    #[test]
    fn an_uplink_is_the_bottleneck_of_in_switch_reduction() {
        let switch = Switch {
            hub: NodeInterconnect::NvSwitch,
            ranks: 8,
            capacity: BytesPerSec(900e9),
            latency: Femtos(250_000_000),
        };
        let plan = nvls_all_reduce(&switch, Bytes(1 << 20), &Delays::default());
        let fabric = Fabric::from(Topology::Switch(switch));
        let played = crate::simulate::play(&fabric, &plan).expect("a plan that can be played");
        let at = |ns: u64| limit(&fabric, &plan, &played.trace, (Femtos(ns * 1_000_000), Femtos(ns * 1_000_000)));
        let Some(Limit::Link(found)) = at(1_500) else { panic!("{:?}", at(1_500)) };
        assert_eq!((found.link, found.streams), (LinkId(0), 8));
        assert_eq!(at(0), Some(Limit::Latency), "no byte has left a link yet");
        assert_eq!(at(1_000_000), None, "no bottleneck after the end");
    }

    #[test]
    fn over_a_span_the_full_nics_are_the_bottleneck_and_not_the_many_short_streams_before_them() {
        let catalog = crate::catalog::Catalog::bundled().expect("the catalog");
        let bundled = crate::scene::menu().find(|scene| scene.file == "claims/one-slow-nic.ron").expect("a scene");
        let document = bundled.load(&catalog).unwrap_or_else(|found| panic!("{found}"));
        // Rings over all NICs, and the same with one NIC at half its rate.
        for run in &crate::solve::solve(&document.scene)[2..] {
            let result = run.result().expect("a result");
            for share in 1..10 {
                let (at, half) = (result.time.scaled(f64::from(share) / 10.0), result.time.scaled(0.01));
                let span = (at.since(half), at + half);
                let Some(Limit::Link(found)) = limit(&run.fabric, &run.plan, &result.played.trace, span) else {
                    panic!("no link at {at}")
                };
                assert_eq!(
                    run.fabric.class(found.link),
                    crate::fabric::LinkClass::Nic,
                    "{}",
                    run.fabric.link_name(found.link)
                );
            }
        }
    }
}
