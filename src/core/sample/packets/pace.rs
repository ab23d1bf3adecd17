//! The pace of a fabric's packets: bytes per packet and speed, and the packets on one row of links.

use std::ops::Range;

use glam::Vec2;

use crate::collective::{Flow, RouteRun};
use crate::fabric::{LinkFigures, Topology};
use crate::sample::link_loads::{LinkLoads, Stream};
use crate::stage::FabricLayout;
use crate::units::{Bytes, BytesPerSec, Femtos};

/// Frames that a packet must take over the picture to be shown at true speed.
const MIN_TRUE_SPEED_FRAMES: f64 = 6.0;
/// Frames per second of the screen.
const FRAMES_PER_S: f64 = 60.0;
/// Approximate number of packets on a full link to a GPU.
const PACKETS_PER_LINK: f64 = 4.0;
/// Approximate number of packets among chips, if there are many links.
const PACKETS_AMONG_CHIPS: f64 = 6_000.0;
/// Distance between packets in a full row of a wafer, and between the sampled rows, points.
pub(super) const WAFER_SPACING: f32 = 38.0;
/// In a flow, seconds that a packet takes along a GPU's link.
const FLOW_LINK_S: f64 = 2.5;
/// In a flow, seconds that a packet takes across a wafer.
const FLOW_WAFER_S: f64 = 6.0;

/// A packet on the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PacketMark {
    /// Its position, points.
    pub at: Vec2,
    /// Partial sums or copies of the finished sum.
    pub flow: Flow,
    /// The lane that it is on; `None` on a wafer, whose links have none of their own.
    pub lane: Option<LanePosition>,
}

/// A position on a lane of a link between chips.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LanePosition {
    /// The index of the link in the layout.
    pub link: u32,
    /// The lane of the link.
    pub lane: u32,
    /// The share of the lane from its source.
    pub share: f32,
}

/// The meaning of a packet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PacketScale {
    /// Bytes between two packets of a stream.
    pub bytes: Bytes,
    /// Whether packets move at true speed; otherwise they are a flow, not to scale.
    pub true_speed: bool,
}

/// How the packets of a fabric are spaced and moved.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    pub scale: PacketScale,
    /// Time of the sampling: simulated seconds at true speed, seconds on the screen in a flow.
    now_s: f64,
    /// Simulated seconds per second of `now_s`.
    speed: f64,
    /// Links per second of `now_s` that a packet passes.
    links_per_s: f64,
    /// Time of a hop; a flow counts offsets in hops.
    pub hop_fs: f64,
}

/// A stream on one row of a link run.
pub(super) struct StreamRow<'a> {
    pub stream: &'a Stream<'a>,
    pub run: &'a RouteRun,
    pub row: u32,
    /// Rate of the stream, bytes per second.
    pub rate: f64,
    /// Shifts the packets of a flow, so that neighbouring rows do not move in step.
    pub seed: u32,
    /// The visible positions along the run, in links.
    pub visible: Range<f64>,
}

/// All positions of a run.
pub(super) const EVERYWHERE: Range<f64> = 0.0..f64::INFINITY;

/// What the pace of a topology follows from.
struct Traversal {
    /// Capacity of a link, bytes per second.
    capacity: f64,
    /// Time of a packet over the picture.
    flight_s: f64,
    /// Links over the picture.
    links: f64,
    /// Packets over the picture on a full link.
    packets: f64,
    /// Time of a packet over the picture in a flow.
    flow_s: f64,
}

impl Traversal {
    fn new(layout: &FabricLayout, loads: &LinkLoads) -> Traversal {
        match (&loads.fabric.topology, &layout.wafer) {
            (Topology::Mesh(mesh), Some(wafer)) => {
                let links = f64::from(wafer.size[0]);
                // A chain adds at every PE: its packets are slower, and as much denser.
                let steps = loads.streams.iter().flat_map(|stream| &stream.route.runs).map(|run| run.step_fs * 1e-15);
                let hop_s = steps.fold(mesh.hop_cycles.max(1.0) / mesh.clock_hz, f64::max);
                Traversal {
                    capacity: mesh.link_capacity().0,
                    flight_s: links * hop_s,
                    links,
                    packets: f64::from((wafer.rect.size().x / WAFER_SPACING).max(3.0)),
                    flow_s: FLOW_WAFER_S,
                }
            }
            (topology, _) => {
                let (capacity, latency_s) =
                    link_figures(topology).map_or((1e9, 1e-6), |links| (links.capacity.0, links.latency.secs()));
                let links = (layout.links.len() as f64).max(1.0);
                Traversal {
                    capacity,
                    flight_s: latency_s.max(1e-12),
                    links: 1.0,
                    packets: (PACKETS_AMONG_CHIPS / links).clamp(0.25, PACKETS_PER_LINK),
                    flow_s: FLOW_LINK_S,
                }
            }
        }
    }
}

impl Pace {
    /// The pace at `speed` simulated seconds per second.
    pub fn new(layout: &FabricLayout, loads: &LinkLoads, speed: f64) -> Pace {
        let speed = if speed > 0.0 { speed } else { 1e-6 };
        let Traversal { capacity, flight_s, links, packets, flow_s } = Traversal::new(layout, loads);
        let true_speed = flight_s / speed * FRAMES_PER_S >= MIN_TRUE_SPEED_FRAMES;
        // Bytes that pass a point of a full link while a packet crosses the picture, over the packets on the picture.
        let crossing_s = if true_speed { flight_s } else { flow_s * speed };
        let bytes = power_of_two(capacity * crossing_s / packets);
        let hop_fs = flight_s / links * 1e15;
        let (now_s, links_per_s, speed) = if true_speed {
            (loads.at.secs(), links / flight_s, 1.0)
        } else {
            (loads.at.secs() / speed, links / flow_s, speed)
        };
        Pace { scale: PacketScale { bytes: Bytes(bytes), true_speed }, now_s, speed, links_per_s, hop_fs }
    }

    /// The pace with packets of `bytes` at their true positions.
    pub fn at_true_speed(self, bytes: f64, at: Femtos) -> Pace {
        let scale = PacketScale { bytes: Bytes(bytes.ceil().max(1.0) as u64), true_speed: true };
        Pace { scale, now_s: at.secs(), speed: 1.0, ..self }
    }

    /// The pace with packets of twice the bytes: half as many.
    pub fn coarser(self) -> Pace {
        let bytes = Bytes(self.scale.bytes.0.saturating_mul(2));
        Pace { scale: PacketScale { bytes, ..self.scale }, ..self }
    }

    /// Calls `mark` with the position (in links, with fractions) of each packet of a stream on a row at the instant `at`.
    pub fn sample(&self, at: Femtos, row: &StreamRow, mark: impl FnMut(f64)) {
        if row.rate <= 0.0 {
            return;
        }
        let packet_s = self.scale.bytes.0 as f64 / (row.rate * row.run.weight) / self.speed;
        if self.scale.true_speed {
            self.sample_true(at, row, packet_s, mark)
        } else {
            self.sample_flow(row, packet_s, mark)
        }
    }

    fn sample_true(&self, at: Femtos, row: &StreamRow, packet_s: f64, mut mark: impl FnMut(f64)) {
        let StreamRow { stream, run, visible, .. } = row;
        let offset_fs = run.offset_fs + f64::from(row.row) * run.row_step_fs;
        let step_fs = if run.step_fs > 0.0 { run.step_fs } else { self.hop_fs };
        let since_fs = at.since(stream.start + stream.held).0 as f64 - offset_fs;
        // Packet k leaves the source k packet times after the head. Each stream is sampled from a byte of its own within the
        // first packet, so that streams that start together do not move in step.
        let in_all = stream.transfer.bytes / self.scale.bytes.0 as f64;
        let sample = golden_fraction(u64::from(stream.id)) * in_all.min(1.0);
        let position = |k: f64| (since_fs - (k + sample) * packet_s * 1e15) / step_fs;
        let length_fs = f64::from(run.count) * step_fs;
        let first = (((since_fs - length_fs) / (packet_s * 1e15) - sample).floor() + 1.0).max(0.0);
        let packets = (in_all - sample).ceil();
        // Later packets are nearer to the source.
        let first_visible = ((since_fs - visible.end * step_fs) / (packet_s * 1e15) - sample).floor();
        let mut k = first.max(first_visible);
        while k < packets && position(k) >= visible.start.max(0.0) {
            mark(position(k));
            k += 1.0;
        }
    }

    fn sample_flow(&self, row: &StreamRow, packet_s: f64, mut mark: impl FnMut(f64)) {
        let StreamRow { stream, run, visible, .. } = row;
        // Packets pass every point of the run at equal intervals; each stream has its own phase.
        let spacing = packet_s * self.links_per_s;
        let base = (run.offset_fs + f64::from(row.row) * run.row_step_fs) / self.hop_fs.max(1.0);
        let phase = golden_fraction(u64::from(stream.id)) + f64::from(row.seed) * 0.754_877_666_246_692_8;
        let stagger = phase.fract() * spacing;
        let start = (self.now_s * self.links_per_s + stagger - base).rem_euclid(spacing);
        let before = ((visible.start - start) / spacing).ceil().max(0.0);
        let mut position = start + before * spacing;
        while position < f64::from(run.count).min(visible.end) {
            mark(position);
            position += spacing;
        }
    }
}

/// A fraction for each number; the fractions of any set of consecutive numbers are evenly spread.
pub(super) fn golden_fraction(number: u64) -> f64 {
    (number as f64 * 0.618_033_988_749_894_9).fract()
}

/// The rate at which the first packets were sent: at true speed they are visible before the first of them arrives.
pub(super) fn first_rate(loads: &LinkLoads, stream: &Stream) -> f64 {
    loads.trace.segments(stream.id).first().map_or(0.0, |segment| segment.rate)
}

/// The capacity and latency that packets among chips are spaced by: of the links that ranks send over.
pub(super) fn link_figures(topology: &Topology) -> Option<LinkFigures> {
    match topology {
        Topology::Switch(switch) => Some(LinkFigures { capacity: switch.capacity, latency: switch.latency }),
        // Between NVLink and NIC, so that both show some packets.
        Topology::Cluster(cluster) => {
            let capacity = BytesPerSec((cluster.nvlink.capacity.0 * cluster.nic.capacity.0).sqrt());
            Some(LinkFigures { capacity, ..cluster.nvlink })
        }
        Topology::Grid(grid) => Some(grid.links),
        Topology::Torus(torus) => Some(torus.axes[0].links),
        Topology::FullMesh(mesh) => Some(mesh.links),
        Topology::Wafers(wafers) => Some(wafers.links),
        Topology::Graph(graph) => {
            let spec = graph.links().first()?.spec;
            Some(LinkFigures { capacity: spec.capacity, latency: spec.latency })
        }
        Topology::Mesh(_) => None,
    }
}

fn power_of_two(bytes: f64) -> u64 {
    let mut power = 1_u64;
    while (power as f64) * std::f64::consts::SQRT_2 < bytes && power < 1 << 60 {
        power <<= 1;
    }
    power
}
