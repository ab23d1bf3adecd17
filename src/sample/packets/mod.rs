//! Packets: samples of the streams at a fixed byte spacing, drawn from the trace and never simulated.
//!
//! Where a flight over the picture lasts long enough on the screen, packets move at true speed. Where it is faster,
//! they would flicker: the same number of bytes per packet is then drawn as a flow at a speed that the eye can follow,
//! denser where the rate is higher, and the screen says "flow, not to scale".

mod wafer;

use glam::Vec2;

use super::link_loads::{LinkLoads, Stream};
use super::router_loads::PortLoads;
use crate::collective::{Flow, RouteRun};
use crate::fabric::{LinkFigures, Topology};
use crate::stage::{FabricLayout, LinkPlace};
use crate::units::{Bytes, BytesPerSec, Femtos};

/// Frames that a flight must last to be shown at true speed.
const TRUE_FLIGHT_FRAMES: f64 = 6.0;
/// Most packets of one fabric.
const MAX_PACKETS: usize = 20_000;
/// A full link to a GPU shows about so many packets,
const PER_SWITCHED_LINK: f64 = 4.0;
/// fewer where there are many links, so that all of them together show about so many.
const AMONG_CHIPS: f64 = 6_000.0;
/// Length of a link from which it shows packets, points.
const MIN_LINK: f32 = 16.0;
/// Distance between packets in a full row of a wafer, and between the rows that show any, points.
const WAFER_SPACING: f32 = 38.0;
/// In a flow, seconds that a packet takes along a GPU's link.
const FLOW_LINK_S: f64 = 2.5;
/// In a flow, seconds that a packet takes across a wafer.
const FLOW_WAFER_S: f64 = 6.0;

/// All places of a run are seen.
const EVERYWHERE: (f64, f64) = (0.0, f64::INFINITY);

/// One packet on the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PacketMark {
    /// Where it is, points.
    pub at: Vec2,
    /// Sum or copy.
    pub flow: Flow,
}

/// What one packet stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PacketScale {
    /// Bytes between two packets of a stream.
    pub bytes: Bytes,
    /// They move at true speed; else they are a flow, not to scale.
    pub true_speed: bool,
}

/// How the packets of a fabric are spaced and moved.
#[derive(Clone, Copy, Debug)]
struct Pace {
    scale: PacketScale,
    /// Time of the sampling: simulated seconds in true speed, seconds on the screen in a flow.
    now_s: f64,
    /// Simulated seconds per second of `now_s`.
    speed: f64,
    /// Links per second of `now_s` that a packet passes.
    links_per_s: f64,
    /// In a flow offsets are counted in hops of this many femtoseconds.
    hop_fs: f64,
}

/// The packets of a fabric at an instant that is shown at `speed` simulated seconds per second.
///
/// `ports` tells streams on one link apart, where PEs are seen one by one.
pub(crate) fn packets(
    layout: &FabricLayout,
    loads: &LinkLoads,
    ports: &PortLoads,
    speed: f64,
    marks: &mut Vec<PacketMark>,
) -> PacketScale {
    marks.clear();
    let mut pace = Pace::new(layout, loads, speed);
    // Streams that drain in less time than one link takes are never a flow: each is one packet, at its true place.
    if let Some(longest) = shorter_than_a_link(loads) {
        pace = pace.in_true_speed(longest, loads.at);
    }
    match (&loads.fabric.topology, &layout.wafer) {
        (Topology::Mesh(mesh), Some(wafer)) => {
            let sampler = wafer::Sampler::new(mesh, layout, wafer, ports, pace);
            for stream in &loads.streams {
                sampler.stream(loads, stream, marks);
            }
        }
        _ => {
            for stream in &loads.streams {
                for run in &stream.route.runs {
                    switched(layout, loads, stream, run, &pace, marks);
                }
            }
        }
    }
    marks.truncate(MAX_PACKETS);
    pace.scale
}

/// The most bytes of any stream among GPUs, if all of them drain in less time than a link takes.
fn shorter_than_a_link(loads: &LinkLoads) -> Option<f64> {
    let shortest = link_figures(&loads.fabric.topology)?.latency;
    let drains = |stream: &Stream| {
        let times = loads.trace.times(stream.id);
        times.is_some_and(|times| times.end.since(times.grant) < shortest)
    };
    let short = !loads.streams.is_empty() && loads.streams.iter().all(drains);
    short.then(|| loads.streams.iter().map(|stream| stream.transfer.bytes).fold(0.0, f64::max))
}

impl Pace {
    fn new(layout: &FabricLayout, loads: &LinkLoads, speed: f64) -> Pace {
        let speed = if speed > 0.0 { speed } else { 1e-6 };
        // (capacity, time over the picture, links over the picture, packets over the picture, seconds in a flow)
        let (capacity, flight_s, links, shown, flow_s) = match (&loads.fabric.topology, &layout.wafer) {
            (Topology::Mesh(mesh), Some(wafer)) => {
                let links = f64::from(wafer.size[0]);
                // A chain adds at every PE: its stream is as much denser on the wafer as it is slower.
                let steps = loads.streams.iter().flat_map(|stream| &stream.route.runs).map(|run| run.step_fs * 1e-15);
                let hop_s = steps.fold(mesh.hop_cycles.max(1.0) / mesh.clock_hz, f64::max);
                let shown = f64::from((wafer.rect.size().x / WAFER_SPACING).max(3.0));
                (mesh.link_capacity().0, links * hop_s, links, shown, FLOW_WAFER_S)
            }
            (topology, _) => {
                let (capacity, latency_s) =
                    link_figures(topology).map_or((1e9, 1e-6), |links| (links.capacity.0, links.latency.secs()));
                let each = (AMONG_CHIPS / (layout.links.len() as f64).max(1.0)).clamp(0.25, PER_SWITCHED_LINK);
                (capacity, latency_s.max(1e-12), 1.0, each, FLOW_LINK_S)
            }
        };
        let true_speed = flight_s / speed * 60.0 >= TRUE_FLIGHT_FRAMES;
        // Bytes that pass a place of a full link while a packet crosses the picture, over the packets to be seen.
        let crossing_s = if true_speed { flight_s } else { flow_s * speed };
        let bytes = power_of_two(capacity * crossing_s / shown);
        let hop_fs = flight_s / links * 1e15;
        let (now_s, links_per_s, speed) = if true_speed {
            (loads.at.secs(), links / flight_s, 1.0)
        } else {
            (loads.at.secs() / speed, links / flow_s, speed)
        };
        Pace { scale: PacketScale { bytes: Bytes(bytes), true_speed }, now_s, speed, links_per_s, hop_fs }
    }

    /// The same fabric with packets of `bytes` at their true places.
    fn in_true_speed(self, bytes: f64, at: Femtos) -> Pace {
        let scale = PacketScale { bytes: Bytes(bytes.ceil().max(1.0) as u64), true_speed: true };
        Pace { scale, now_s: at.secs(), speed: 1.0, ..self }
    }

    /// Calls `mark` with the place in the run (in links, fractions allowed) of each packet on a run's row.
    ///
    /// In a flow `seed` tells neighbouring places apart, so that they do not march in step.
    fn along(
        &self,
        loads: &LinkLoads,
        stream: &Stream,
        (run, row): (&RouteRun, u32),
        (seed, (low, high)): (u32, (f64, f64)),
        rate: f64,
        mut mark: impl FnMut(f64),
    ) {
        if rate <= 0.0 {
            return;
        }
        let count = f64::from(run.count);
        let packet_s = self.scale.bytes.0 as f64 / (rate * run.weight) / self.speed;
        if self.scale.true_speed {
            let offset_fs = run.offset_fs + f64::from(row) * run.row_step_fs;
            let step_fs = if run.step_fs > 0.0 { run.step_fs } else { self.hop_fs };
            let since_fs = loads.at.since(stream.start + stream.held).0 as f64 - offset_fs;
            // Packet k left the source k packets' time after the head. Each stream is sampled from a byte of its own
            // within the first packet, so that streams that start together do not march in step.
            let in_all = stream.transfer.bytes / self.scale.bytes.0 as f64;
            let sample = golden(u64::from(stream.id)) * in_all.min(1.0);
            let position = |k: f64| (since_fs - (k + sample) * packet_s * 1e15) / step_fs;
            let first = (((since_fs - count * step_fs) / (packet_s * 1e15) - sample).floor() + 1.0).max(0.0);
            let packets = (in_all - sample).ceil();
            // Later packets are nearer the source: from the first one that is seen to the last.
            let beyond = ((since_fs - high * step_fs) / (packet_s * 1e15) - sample).floor();
            let mut k = first.max(beyond);
            while k < packets && position(k) >= low.max(0.0) {
                mark(position(k));
                k += 1.0;
            }
            return;
        }
        // In a flow packets pass every place of the run at equal times, each stream at its own moment.
        let spacing = packet_s * self.links_per_s;
        let base = (run.offset_fs + f64::from(row) * run.row_step_fs) / self.hop_fs.max(1.0);
        // Streams of one row follow each other evenly; rows do not march in step either.
        let stagger = (golden(u64::from(stream.id)) + f64::from(seed) * 0.754_877_666_246_692_8).fract() * spacing;
        let start = (self.now_s * self.links_per_s + stagger - base).rem_euclid(spacing);
        let before = ((low - start) / spacing).ceil().max(0.0);
        let mut place = start + before * spacing;
        while place < count.min(high) {
            mark(place);
            place += spacing;
        }
    }
}

/// A fraction for each number, evenly spread however many numbers there are.
fn golden(number: u64) -> f64 {
    (number as f64 * 0.618_033_988_749_894_9).fract()
}

fn power_of_two(bytes: f64) -> u64 {
    let mut power = 1_u64;
    while (power as f64) * std::f64::consts::SQRT_2 < bytes && power < 1 << 60 {
        power <<= 1;
    }
    power
}

/// The figures by which packets among chips are spaced: of the links that ranks send over first.
fn link_figures(topology: &Topology) -> Option<LinkFigures> {
    match topology {
        Topology::Switch(switch) => Some(LinkFigures { capacity: switch.capacity, latency: switch.latency }),
        // Between NVLink and NIC, so that both show some.
        Topology::Cluster(cluster) => {
            let capacity = BytesPerSec((cluster.nvlink.capacity.0 * cluster.nic.capacity.0).sqrt());
            Some(LinkFigures { capacity, ..cluster.nvlink })
        }
        Topology::Grid(grid) => Some(grid.links),
        Topology::FullMesh(mesh) => Some(mesh.links),
        Topology::Wafers(wafers) => Some(wafers.links),
        Topology::Graph(graph) => {
            let spec = graph.links().first()?.spec;
            Some(LinkFigures { capacity: spec.capacity, latency: spec.latency })
        }
        Topology::Mesh(_) => None,
    }
}

/// Packets of one run among GPUs: each link of the run is one leg from chip to chip.
fn switched(
    layout: &FabricLayout,
    loads: &LinkLoads,
    stream: &Stream,
    run: &RouteRun,
    pace: &Pace,
    marks: &mut Vec<PacketMark>,
) {
    let hop = Femtos(pace.hop_fs as u64);
    for index in 0..run.count {
        let offset = run.offset(0, index);
        let rate = if pace.scale.true_speed { first_rate(loads, stream) } else { loads.rate_on(stream, offset, hop) };
        for copy in 0..stream.transfer.cohort.copies {
            let id = run.link(0, index).offset(stream.transfer.cohort.shift(copy));
            let Some(link) = layout.link(id).filter(|link| is_long(link)) else { continue };
            // A single link of the run.
            let single = RouteRun { first: id, count: 1, rows: 1, offset_fs: offset.0 as f64, ..run.clone() };
            pace.along(loads, stream, (&single, 0), (id.0, EVERYWHERE), rate, |place| {
                let at = on_lanes(link, place, u64::from(stream.id) + u64::from(id.0));
                if layout.camera.is_whole() || layout.picture.contains(at) {
                    marks.push(PacketMark { at, flow: run.flow });
                }
            });
            if marks.len() >= MAX_PACKETS {
                return;
            }
        }
    }
}

fn is_long(link: &LinkPlace) -> bool {
    link.lanes.first().is_some_and(|lane| lane[0].distance(lane[1]) >= MIN_LINK)
}

/// The rate at which packets were sent: in true speed they are on the way before the first of them arrives.
fn first_rate(loads: &LinkLoads, stream: &Stream) -> f64 {
    loads.trace.segments(stream.id).first().map_or(0.0, |segment| segment.rate)
}

/// A place between the chips on one of a link's lanes, clear of the chips at both ends.
fn on_lanes(link: &LinkPlace, place: f64, seed: u64) -> Vec2 {
    let lane = &link.lanes[(golden(seed) * link.lanes.len() as f64) as usize % link.lanes.len().max(1)];
    let length = lane[0].distance(lane[1]).max(1.0);
    let margin = (7.0 / length).min(0.4);
    let share = margin + (1.0 - 2.0 * margin) * place.clamp(0.0, 1.0) as f32;
    lane[0].lerp(lane[1], share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::BUNDLED;
    use crate::solve::{FabricRun, solve};
    use crate::stage::{Rect, StageCamera, stage_cells};
    use glam::vec2;

    fn first_look() -> Vec<FabricRun> {
        let catalog = Catalog::bundled().expect("the catalog");
        let document = BUNDLED[0].load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
        solve(&document.scene)
    }

    fn marks(run: &FabricRun, at: Femtos, speed: f64) -> (PacketScale, Vec<PacketMark>) {
        let trace = &run.result().expect("a run").played.trace;
        let cell = stage_cells(Rect::new(Vec2::ZERO, vec2(1200.0, 800.0)), 1, 0)[0];
        let layout = FabricLayout::new(run, cell);
        let loads = LinkLoads::at(&run.fabric, &run.plan, trace, at);
        let mut marks = Vec::new();
        let scale = packets(&layout, &loads, &PortLoads::default(), speed, &mut marks);
        for mark in &marks {
            let [left, top, right, bottom] = layout.picture.to_array();
            let inside = (left..=right).contains(&mark.at.x) && (top..=bottom).contains(&mark.at.y);
            assert!(inside, "{:?} is off the picture", mark.at);
        }
        (scale, marks)
    }

    #[test]
    fn a_slow_clock_shows_true_speed_and_a_fast_one_a_flow() {
        for run in first_look() {
            let (slow, _) = marks(&run, Femtos::from_secs(100e-6), 1e-6);
            assert!(slow.true_speed);
            let (fast, seen) = marks(&run, Femtos::from_secs(100e-6), 112e-6);
            assert!(!fast.true_speed);
            assert!(fast.bytes > slow.bytes);
            assert!((20..3000).contains(&seen.len()), "{} packets", seen.len());
            for flow in [Flow::Reduce, Flow::Broadcast] {
                assert!(seen.iter().any(|mark| mark.flow == flow), "no {flow:?} in {}", run.scene.name);
            }
        }
    }

    #[test]
    fn the_same_instant_gives_the_same_packets() {
        for run in first_look() {
            let at = Femtos::from_secs(77e-6);
            assert_eq!(marks(&run, at, 50e-6), marks(&run, at, 50e-6));
        }
    }

    #[test]
    fn in_true_speed_the_number_of_packets_in_flight_is_rate_times_latency() {
        let run = &first_look()[0];
        // 8 uplinks and 8 downlinks, 900 GB/s for 250 ns each, nearly full.
        let (mut seen, mut expected) = (0.0, 0.0);
        for instant in 0..50 {
            let (scale, marks) = marks(run, Femtos::from_secs(500e-6 + 37e-9 * f64::from(instant)), 1e-7);
            seen += marks.len() as f64;
            expected += 16.0 * 900e9 * 250e-9 / scale.bytes.0 as f64;
        }
        assert!((seen / expected - 1.0_f64).abs() < 0.02, "{seen} packets, {expected} expected");
    }

    #[test]
    fn between_single_routers_packets_run_on_the_lanes_and_down_the_ramps() {
        let run = &first_look()[1];
        let Topology::Mesh(mesh) = &run.fabric.topology else { panic!("a wafer") };
        let trace = &run.result().expect("a run").played.trace;
        let cell = stage_cells(Rect::new(Vec2::ZERO, vec2(1200.0, 800.0)), 1, 0)[0];
        let layout = FabricLayout::with_camera(run, cell, StageCamera::at(vec2(0.5, 0.5), 1.0 / 120.0));
        let wafer = layout.wafer.as_ref().expect("a wafer");
        let parts = crate::stage::PeParts::new(wafer.pitch());
        let (mut on_lanes, mut on_ramps) = (0, 0);
        for step in 0..40 {
            // Over the whole run: each class of columns fills in a round of its own.
            let at = Femtos::from_secs(5e-6 + 6.5e-6 * f64::from(step));
            let loads = LinkLoads::at(&run.fabric, &run.plan, trace, at);
            let mut ports = PortLoads::default();
            ports.paint(mesh, &loads, crate::stage::PeWindow::new(&layout, mesh), true);
            let mut marks = Vec::new();
            packets(&layout, &loads, &ports, 112e-6, &mut marks);
            for mark in marks.iter().filter(|mark| layout.picture.contains(mark.at)) {
                let place = (mark.at - parts.router - wafer.region.min) / wafer.pitch() - 0.5;
                let off = (place - place.round()) * wafer.pitch();
                let lane = parts.lane - parts.lane_half..=parts.lane + parts.lane_half;
                // On a lane of a row or a column; else between router and core.
                if lane.contains(&off.y.abs()) || lane.contains(&off.x.abs()) {
                    on_lanes += 1;
                } else {
                    assert!(off.x > 0.0 && off.y > 0.0, "{off:?} is on no lane and on no ramp");
                    on_ramps += 1;
                }
            }
        }
        assert!(on_lanes > 100 && on_ramps > 0, "{on_lanes} on lanes, {on_ramps} on ramps");
    }

    #[test]
    fn nothing_is_on_the_way_before_the_start_and_after_the_end() {
        for run in first_look() {
            let end = run.result().expect("a run").played.trace.end();
            assert!(marks(&run, end, 1e-4).1.is_empty());
        }
    }
}
