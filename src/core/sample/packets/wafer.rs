//! Packets on a wafer: on sampled rows while zoomed out, on lanes between routers while zoomed in.

use glam::{Vec2, vec2};

use super::pace::{EVERYWHERE, Pace, PacketMark, StreamRow, WAFER_SPACING, first_rate};
use crate::collective::{Flow, RouteRun};
use crate::fabric::{Direction, Mesh};
use crate::sample::link_loads::{LinkLoads, Stream};
use crate::sample::router_loads::PortLoads;
use crate::sample::visible_parts::visible_parts;
use crate::sample::wafer_heat::present;
use crate::stage::{FabricLayout, MIN_PITCH, PeDetail, PeParts, Rect, WaferPlace, step};
use crate::units::Femtos;

/// Distance of packets from the centre line of a row while zoomed out, points: sums above, copies below.
const ASIDE: f32 = 3.5;

/// Samples the packets of a wafer.
pub(super) struct WaferSampler<'a> {
    mesh: &'a Mesh,
    wafer: &'a WaferPlace,
    ports: &'a PortLoads,
    pace: Pace,
    parts: PeParts,
    /// How strongly routers are drawn, 0 to 1.
    detail: f32,
    /// The visible area in PEs of the used region, with a margin of one.
    visible: Rect,
}

/// A row of a link run.
struct WaferRow<'a> {
    run: &'a RouteRun,
    row: u32,
    /// Distinguishes rows with identical traffic.
    sample: u32,
    /// The PE of its first link.
    pe: [u32; 2],
    direction: Direction,
}

impl WaferSampler<'_> {
    pub fn new<'a>(
        mesh: &'a Mesh,
        layout: &FabricLayout,
        wafer: &'a WaferPlace,
        ports: &'a PortLoads,
        pace: Pace,
    ) -> WaferSampler<'a> {
        let pitch = wafer.pitch();
        let pe = |point: Vec2| (point - wafer.region.min) / pitch;
        let visible = Rect::new(pe(layout.picture.min) - 1.0, pe(layout.picture.max) + 1.0);
        let (parts, detail) = (PeParts::new(pitch), PeDetail::new(pitch).parts);
        WaferSampler { mesh, wafer, ports, pace, parts, detail, visible }
    }

    /// The largest number of rows with enough space between them.
    fn max_rows(&self, rows: u32) -> u32 {
        let height = self.wafer.rect.size().y * rows as f32 / self.wafer.size[1] as f32;
        (height / WAFER_SPACING).max(1.0) as u32
    }

    /// Adds the packets of a stream. Stops once `marks` holds more than `max_packets`.
    pub fn sample_stream(&self, loads: &LinkLoads, stream: &Stream, max_packets: usize, marks: &mut Vec<PacketMark>) {
        let cohort = &stream.transfer.cohort;
        for run in &stream.route.runs {
            let Some((.., direction)) = self.mesh.place(run.first) else { continue };
            if direction == Direction::Ramp {
                if self.parts.pitch.min_element() >= MIN_PITCH {
                    self.ramps(loads, stream, run, marks);
                }
                continue;
            }
            // A single link is too short while zoomed out.
            if run.count < 2 && self.detail <= 0.0 {
                continue;
            }
            let rows = run.rows.max(cohort.copies);
            for sample in samples(rows, self.max_rows(rows)) {
                let (row, copy) = if run.rows > 1 { (sample, 0) } else { (0, sample.min(cohort.copies - 1)) };
                let first = run.link(row, 0).offset(cohort.shift(copy));
                let Some((x, y, _)) = self.mesh.place(first) else { continue };
                self.row(loads, stream, &WaferRow { run, row, sample, pe: [x, y], direction }, marks);
            }
            if marks.len() > max_packets {
                return;
            }
        }
    }

    fn row(&self, loads: &LinkLoads, stream: &Stream, row: &WaferRow, marks: &mut Vec<PacketMark>) {
        let &WaferRow { run, direction, .. } = row;
        let step = step(direction);
        // The positions of the run inside the picture.
        let start = vec2(row.pe[0] as f32, row.pe[1] as f32) + 0.5;
        let (low, high) = (self.visible.min - start, self.visible.max - start);
        let across = if step.x == 0.0 { (low.x, high.x) } else { (low.y, high.y) };
        if across.0 > 0.0 || across.1 < 0.0 {
            return;
        }
        let along = if step.x == 0.0 { (low.y * step.y, high.y * step.y) } else { (low.x * step.x, high.x * step.x) };
        let visible = f64::from(along.0.min(along.1))..f64::from(along.0.max(along.1));
        let hop = self.mesh.cycles(self.mesh.hop_cycles);
        let true_speed = self.pace.scale.true_speed;
        let present = present(loads, stream, run, row.row, hop);
        let sampled =
            StreamRow { stream, run, row: row.row, rate: first_rate(loads, stream), seed: row.sample, visible };
        let far = step.perp().abs() * if run.flow == Flow::Reduce { -ASIDE } else { ASIDE };
        // The fraction of a link that the routers at its ends cover.
        let hidden = self.parts.router_half / (step.abs() * self.parts.pitch).max_element() * self.detail;
        self.pace.sample(loads.at, &sampled, |position| {
            // In a flow, packets are drawn only where bytes are now.
            let has_bytes =
                present.is_some_and(|(low, high)| (f64::from(low)..=f64::from(high) + 1.0).contains(&position));
            if !(true_speed || has_bytes) {
                return;
            }
            let link = position.floor();
            let within = (position - link) as f32;
            let shown = link as f32 + hidden + (1.0 - 2.0 * hidden) * within;
            let at = self.wafer.region.min + (start + step * shown) * self.parts.pitch + self.parts.router;
            let aside = far.lerp(step.perp() * self.lane_offset(row, stream, link), self.detail);
            marks.push(PacketMark { at: at + aside, flow: run.flow, lane: None });
        });
    }

    /// Distance of a stream from the line between two routers: each stream has its own part of the lane.
    fn lane_offset(&self, row: &WaferRow, stream: &Stream, link: f64) -> f32 {
        let step = step(row.direction);
        let pe = [0, 1].map(|axis| (f64::from(row.pe[axis]) + link * f64::from(step[axis])) as u32);
        let index = self.ports.index_of(pe, row.direction, stream.id);
        let part = index.map_or(0.0, |(index, count)| (index as f32 + 0.5) / count as f32 * 2.0 - 1.0);
        self.parts.lane + self.parts.lane_half * part
    }

    /// Adds packets on the ramps of the visible PEs.
    fn ramps(&self, loads: &LinkLoads, stream: &Stream, run: &RouteRun, marks: &mut Vec<PacketMark>) {
        let hop = loads.fabric.link(run.first).map_or(Femtos(0), |spec| spec.latency);
        let [from, to] = self.parts.lane_line(Direction::Ramp);
        let rate = first_rate(loads, stream);
        visible_parts(self.mesh, self.ports.window, &stream.transfer.cohort, run, |part| {
            for index in part.first..part.end {
                let offset_fs = run.offset(part.row, index).0 as f64;
                let single = RouteRun { count: 1, rows: 1, offset_fs, step_fs: 0.0, ..run.clone() };
                if !self.pace.scale.true_speed && present(loads, stream, &single, 0, hop).is_none() {
                    continue;
                }
                let pe = part.pe(index);
                let center = self.wafer.pe(pe);
                let seed = pe[0].wrapping_mul(31).wrapping_add(pe[1]);
                let sampled = StreamRow { stream, run: &single, row: 0, rate, seed, visible: EVERYWHERE };
                self.pace.sample(loads.at, &sampled, |position| {
                    let at = center + from.lerp(to, (0.1 + 0.8 * position) as f32);
                    marks.push(PacketMark { at, flow: run.flow, lane: None });
                });
            }
        });
    }
}

/// At most `max` of the rows, evenly spread.
fn samples(rows: u32, max: u32) -> impl Iterator<Item = u32> {
    let parts = rows.min(max).max(1);
    (0..parts).map(move |part| (u64::from(rows) * (2 * u64::from(part) + 1) / (2 * u64::from(parts))) as u32)
}
