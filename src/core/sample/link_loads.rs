//! Loads of links at an instant. Bytes that leave a link now arrive at the sink later, by the rest of the route's latency.

use std::borrow::Cow;

use super::reuse::{RouteBook, emptied};
use crate::collective::{Flow, Plan, Route, Transfer};
use crate::fabric::{Fabric, LinkId};
use crate::trace::Trace;
use crate::units::Femtos;

/// The load of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LinkLoad {
    /// Partial sums, bytes per second.
    pub sum: f64,
    /// Copies of finished sums, bytes per second.
    pub copy: f64,
}

impl LinkLoad {
    /// Utilisation of a capacity, at most 1. Streams with different latencies behind a link can seem to exceed it for the
    /// difference of these latencies (engine model 1.2). A link without capacity carries nothing.
    pub fn utilisation(&self, capacity: f64) -> f64 {
        if capacity > 0.0 { ((self.sum + self.copy) / capacity).min(1.0) } else { 0.0 }
    }

    pub(crate) fn add(&mut self, flow: Flow, rate: f64) {
        match flow {
            Flow::Reduce => self.sum += rate,
            Flow::Broadcast => self.copy += rate,
        }
    }
}

/// A stream at an instant.
#[derive(Clone, Debug)]
pub(crate) struct Stream<'a> {
    pub id: u32,
    pub transfer: Transfer,
    pub route: Cow<'a, Route>,
    pub start: Femtos,
    /// Time that it waited at its source for a serial port.
    pub held: Femtos,
}

/// Lists that are reused from frame to frame.
#[derive(Clone, Debug, Default)]
pub(crate) struct LoadBuffers {
    /// Ids of transfers.
    pub alive: Vec<u32>,
    /// Empty between two uses.
    streams: Vec<Stream<'static>>,
}

/// The stream of a transfer that has times.
fn stream<'a>(
    trace: &Trace,
    id: u32,
    transfer: Transfer,
    route: impl Fn(&Transfer) -> Cow<'a, Route>,
) -> Option<Stream<'a>> {
    let times = trace.times(id)?;
    let route = route(&transfer);
    Some(Stream { id, transfer, route, start: times.start, held: times.grant.since(times.arrive) })
}

/// All streams of a run at one instant.
#[derive(Clone, Debug)]
pub struct LinkLoads<'a> {
    pub(crate) fabric: &'a Fabric,
    pub(crate) trace: &'a Trace,
    pub(crate) at: Femtos,
    pub(crate) streams: Vec<Stream<'a>>,
}

impl<'a> LinkLoads<'a> {
    /// The streams at an instant.
    pub fn at(fabric: &'a Fabric, plan: &'a Plan, trace: &'a Trace, at: Femtos) -> LinkLoads<'a> {
        let alive = trace.alive(at);
        let stream = |&id: &u32| stream(trace, id, plan.transfer(id), |transfer| plan.route(transfer));
        LinkLoads { fabric, trace, at, streams: alive.iter().filter_map(stream).collect() }
    }

    /// The same with known routes, in lists that are reused ([`LinkLoads::give_back`]).
    pub(crate) fn in_buffers(
        fabric: &'a Fabric,
        (plan, routes): (&'a Plan, &'a RouteBook),
        trace: &'a Trace,
        at: Femtos,
        buffers: &mut LoadBuffers,
    ) -> LinkLoads<'a> {
        let mut streams: Vec<Stream<'a>> = emptied(std::mem::take(&mut buffers.streams));
        trace.find_alive(at, at, &mut buffers.alive);
        let stream = |&id: &u32| stream(trace, id, plan.transfer(id), |transfer| routes.route(plan, transfer));
        streams.extend(buffers.alive.iter().filter_map(stream));
        LinkLoads { fabric, trace, at, streams }
    }

    /// Leaves its list for the next frame.
    pub(crate) fn give_back(self, buffers: &mut LoadBuffers) {
        buffers.streams = emptied(self.streams);
    }

    /// All streams that have started by `at`, including completed ones.
    pub fn since_start(fabric: &'a Fabric, plan: &'a Plan, trace: &'a Trace, at: Femtos) -> LinkLoads<'a> {
        let stream = |id: u32| {
            let times = trace.times(id).filter(|times| times.start <= at)?;
            let transfer = plan.transfer(id);
            let held = times.grant.since(times.arrive);
            Some(Stream { id, transfer, route: plan.route(&transfer), start: times.start, held })
        };
        LinkLoads { fabric, trace, at, streams: (0..plan.transfer_count()).filter_map(stream).collect() }
    }

    /// Bytes of a stream that have left the link with this offset on its route and the latency `hop`.
    pub(crate) fn crossed(&self, stream: &Stream, offset: Femtos, hop: Femtos) -> f64 {
        let arrival = self.at + stream.route.latency.since(offset + hop);
        self.trace.delivered(stream.id, stream.transfer.bytes, arrival)
    }

    /// The mean load of one link over a span of time.
    pub fn mean(fabric: &Fabric, plan: &Plan, trace: &Trace, link: LinkId, (from, to): (Femtos, Femtos)) -> LinkLoad {
        let hop = fabric.link(link).map_or(Femtos(0), |spec| spec.latency);
        let span_s = to.since(from).secs();
        let mut load = LinkLoad::default();
        if span_s <= 0.0 {
            return load;
        }
        for id in trace.alive_between(from, to) {
            let transfer = plan.transfer(id);
            let route = plan.route(&transfer);
            for run in &route.runs {
                if let Some((row, index)) = transfer.find(run, link) {
                    let behind = route.latency.since(run.offset(row, index) + hop);
                    let until = |at: Femtos| trace.delivered(id, transfer.bytes, at + behind);
                    load.add(run.flow, run.weight * (until(to) - until(from)) / span_s);
                }
            }
        }
        load
    }

    /// The rate at which a stream leaves the link with this offset on its route and the latency `hop`. These bytes arrive at
    /// the farthest sink after the rest of the route's latency.
    pub(crate) fn rate_on(&self, stream: &Stream, offset: Femtos, hop: Femtos) -> f64 {
        let arrival = self.at + stream.route.latency.since(offset + hop);
        self.trace.rate(stream.id, stream.transfer.bytes, arrival).map_or(0.0, |segment| segment.rate)
    }

    /// The load of one link.
    pub fn load(&self, link: LinkId) -> LinkLoad {
        let hop = self.fabric.link(link).map_or(Femtos(0), |spec| spec.latency);
        let mut load = LinkLoad::default();
        for stream in &self.streams {
            for run in &stream.route.runs {
                if let Some((row, index)) = stream.transfer.find(run, link) {
                    load.add(run.flow, run.weight * self.rate_on(stream, run.offset(row, index), hop));
                }
            }
        }
        load
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collective::{Delays, XyPattern, nvls_all_reduce, ring_all_reduce, xy_all_reduce};
    use crate::fabric::{Direction, Mesh, NodeInterconnect, Switch, Topology};
    use crate::simulate::play;
    use crate::units::{Bytes, BytesPerSec};

    /// The loads of each link over time must add up to the bytes that the plan sends over it.
    fn assert_conserved(fabric: &Fabric, plan: &Plan, links: &[LinkId]) {
        let trace = play(fabric, plan).expect("a plan that can be played").trace;
        let steps = 20_000;
        let step = Femtos(trace.end().0 / steps);
        for &link in links {
            let planned: f64 = plan
                .transfers()
                .flat_map(|(_, transfer)| {
                    plan.route(&transfer).runs.clone().into_iter().map(move |run| (transfer, run))
                })
                .filter(|(transfer, run)| transfer.find(run, link).is_some())
                .map(|(transfer, run)| transfer.bytes * run.weight)
                .sum();
            let mut crossed = 0.0;
            for index in 0..steps {
                let load = LinkLoads::at(fabric, plan, &trace, Femtos(step.0 * index + step.0 / 2)).load(link);
                crossed += (load.sum + load.copy) * step.secs();
            }
            assert!((crossed / planned - 1.0).abs() < 0.01, "{}: {crossed} of {planned}", fabric.link_name(link));
        }
    }

    #[test]
    fn loads_over_time_add_up_to_the_planned_bytes() {
        let switch = Switch {
            hub: NodeInterconnect::NvSwitch,
            ranks: 6,
            capacity: BytesPerSec(100e9),
            latency: Femtos(250_000_000),
        };
        let fabric = Fabric::from(Topology::Switch(switch.clone()));
        let links: Vec<LinkId> = [0, 3, 6, 11].map(LinkId).to_vec();
        let ring = ring_all_reduce(&fabric, Bytes(1 << 20), &Delays::default()).expect("a ring");
        assert_conserved(&fabric, &ring, &links);
        assert_conserved(&fabric, &nvls_all_reduce(&switch, Bytes(1 << 20), &Delays::default()), &links);

        let mesh = Mesh {
            width: 12,
            height: 9,
            clock_hz: 1e9,
            bytes_per_cycle: 4.0,
            hop_cycles: 1.0,
            turn_cycles: 0.0,
            ramp_cycles: 2.0,
        };
        let links = [
            mesh.link_id(3, 0, Direction::East),
            mesh.link_id(10, 8, Direction::East),
            mesh.link_id(11, 3, Direction::South),
            mesh.link_id(11, 3, Direction::North),
            mesh.link_id(4, 4, Direction::West),
            mesh.link_id(11, 5, Direction::Ramp),
        ];
        let plan = xy_all_reduce(&mesh, XyPattern::Chain, 200.0);
        assert_conserved(&Topology::Mesh(mesh).into(), &plan, &links);
    }
}
