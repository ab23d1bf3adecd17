//! All packets of a fabric at an instant, within their limit.

use super::chips;
use super::pace::{Pace, PacketMark, PacketScale, link_figures};
use super::wafer::WaferSampler;
use crate::fabric::Topology;
use crate::sample::link_loads::{LinkLoads, Stream};
use crate::sample::router_loads::PortLoads;
use crate::stage::FabricLayout;

/// The most packets of one fabric.
const MAX_PACKETS: usize = 20_000;
/// The room of a packet among chips, square points: with less, packets hide the links.
const ROOM: f32 = 240.0;
/// How often the bytes per packet are doubled to stay within the limit.
const MAX_DOUBLINGS: u32 = 16;

/// The packets of a fabric at an instant that is shown at `speed` simulated seconds per second.
///
/// `ports` separates the streams of one link, where PEs are visible.
pub(crate) fn packets(
    layout: &FabricLayout,
    loads: &LinkLoads,
    ports: &PortLoads,
    speed: f64,
    marks: &mut Vec<PacketMark>,
) -> PacketScale {
    let size = layout.picture.size();
    let max_packets =
        if layout.wafer.is_some() { MAX_PACKETS } else { ((size.x * size.y / ROOM) as usize).min(MAX_PACKETS) };
    packets_up_to(max_packets, layout, loads, ports, speed, marks)
}

/// The same with another limit. If there are more packets, each stands for more bytes: every stream keeps its share.
pub(super) fn packets_up_to(
    max_packets: usize,
    layout: &FabricLayout,
    loads: &LinkLoads,
    ports: &PortLoads,
    speed: f64,
    marks: &mut Vec<PacketMark>,
) -> PacketScale {
    let mut pace = Pace::new(layout, loads, speed);
    // Streams that drain in less time than one link takes are never a flow: each is one packet at its true position.
    if let Some(longest) = longest_if_short(loads) {
        pace = pace.at_true_speed(longest, loads.at);
    }
    for _ in 0..MAX_DOUBLINGS {
        sample_all(max_packets, layout, loads, ports, pace, marks);
        if marks.len() <= max_packets {
            return pace.scale;
        }
        pace = pace.coarser();
    }
    sample_evenly(max_packets, layout, loads, ports, pace, marks);
    pace.scale
}

/// The packets of all streams; stops once there are more than `max_packets`.
fn sample_all(
    max_packets: usize,
    layout: &FabricLayout,
    loads: &LinkLoads,
    ports: &PortLoads,
    pace: Pace,
    marks: &mut Vec<PacketMark>,
) {
    marks.clear();
    for stream in &loads.streams {
        sample_stream(max_packets, layout, loads, ports, stream, pace, marks);
        if marks.len() > max_packets {
            return;
        }
    }
}

/// An equal number of packets for each stream, or one packet for some of them, evenly spread: for streams so many and so
/// short that larger packets do not help.
fn sample_evenly(
    max_packets: usize,
    layout: &FabricLayout,
    loads: &LinkLoads,
    ports: &PortLoads,
    pace: Pace,
    marks: &mut Vec<PacketMark>,
) {
    marks.clear();
    let every = loads.streams.len().div_ceil(max_packets.max(1)).max(1);
    let sampled = loads.streams.len().div_ceil(every).max(1);
    let each = max_packets / sampled;
    let mut own = Vec::new();
    for stream in loads.streams.iter().step_by(every) {
        own.clear();
        sample_stream(each, layout, loads, ports, stream, pace, &mut own);
        marks.extend(own.iter().take(each));
    }
}

fn sample_stream(
    max_packets: usize,
    layout: &FabricLayout,
    loads: &LinkLoads,
    ports: &PortLoads,
    stream: &Stream,
    pace: Pace,
    marks: &mut Vec<PacketMark>,
) {
    match (&loads.fabric.topology, &layout.wafer) {
        (Topology::Mesh(mesh), Some(wafer)) => {
            WaferSampler::new(mesh, layout, wafer, ports, pace).sample_stream(loads, stream, max_packets, marks);
        }
        _ => chips::sample_stream(layout, loads, stream, &pace, max_packets, marks),
    }
}

/// The most bytes of any stream among chips, if all of them drain in less time than a link takes.
fn longest_if_short(loads: &LinkLoads) -> Option<f64> {
    let shortest = link_figures(&loads.fabric.topology)?.latency;
    let drains = |stream: &Stream| {
        let times = loads.trace.times(stream.id);
        times.is_some_and(|times| times.end.since(times.grant) < shortest)
    };
    let short = !loads.streams.is_empty() && loads.streams.iter().all(drains);
    short.then(|| loads.streams.iter().map(|stream| stream.transfer.bytes).fold(0.0, f64::max))
}
