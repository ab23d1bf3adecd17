//! Packets on a wafer: samples of rows from far, every stream on its own part of a lane between single routers.

use glam::{Vec2, vec2};

use super::{MAX_PACKETS, Pace, PacketMark, WAFER_SPACING, first_rate};
use crate::collective::{Flow, RouteRun};
use crate::fabric::{Direction, Mesh};
use crate::sample::link_loads::{LinkLoads, Stream};
use crate::sample::router_loads::{PortLoads, seen_parts};
use crate::sample::wafer_heat::present;
use crate::stage::{FabricLayout, Rect, WaferPlace};
use crate::stage::{MIN_PITCH, PeDetail, PeParts};
use crate::units::Femtos;

/// Distance of packets from the middle of a row of points, points: sums above, copies below it.
const ASIDE: f32 = 3.5;

pub(crate) struct Sampler<'a> {
    mesh: &'a Mesh,
    wafer: &'a WaferPlace,
    ports: &'a PortLoads,
    pace: Pace,
    parts: PeParts,
    /// How far routers are drawn, 0 to 1.
    detail: f32,
    /// The PEs that are seen, as corners in PEs of the used region, with a margin of one.
    seen: Rect,
}

/// A row of a run.
struct Row<'a> {
    run: &'a RouteRun,
    row: u32,
    /// Tells rows apart that do the same.
    sample: u32,
    /// The PE of its first link.
    pe: [u32; 2],
    direction: Direction,
}

impl Sampler<'_> {
    pub fn new<'a>(
        mesh: &'a Mesh,
        layout: &FabricLayout,
        wafer: &'a WaferPlace,
        ports: &'a PortLoads,
        pace: Pace,
    ) -> Sampler<'a> {
        let pitch = wafer.pitch();
        let pe = |point: Vec2| (point - wafer.region.min) / pitch;
        let seen = Rect::new(pe(layout.picture.min) - 1.0, pe(layout.picture.max) + 1.0);
        let (parts, detail) = (PeParts::new(pitch), PeDetail::new(pitch).parts);
        Sampler { mesh, wafer, ports, pace, parts, detail, seen }
    }

    /// As many rows as have room between each other on the picture.
    fn most_rows(&self, rows: u32) -> u32 {
        let height = self.wafer.rect.size().y * rows as f32 / self.wafer.size[1] as f32;
        (height / WAFER_SPACING).max(1.0) as u32
    }

    pub fn stream(&self, loads: &LinkLoads, stream: &Stream, marks: &mut Vec<PacketMark>) {
        let cohort = &stream.transfer.cohort;
        for run in &stream.route.runs {
            let Some((.., direction)) = self.mesh.place(run.first) else { continue };
            if direction == Direction::Ramp {
                if self.parts.pitch.min_element() >= MIN_PITCH {
                    self.ramps(loads, stream, run, marks);
                }
                continue;
            }
            // A single link is a point from far.
            if run.count < 2 && self.detail <= 0.0 {
                continue;
            }
            let rows = run.rows.max(cohort.copies);
            for sample in samples(rows, self.most_rows(rows)) {
                let (row, copy) = if run.rows > 1 { (sample, 0) } else { (0, sample.min(cohort.copies - 1)) };
                let first = run.link(row, 0).offset(cohort.shift(copy));
                let Some((x, y, _)) = self.mesh.place(first) else { continue };
                self.row(loads, stream, &Row { run, row, sample, pe: [x, y], direction }, marks);
            }
            if marks.len() >= MAX_PACKETS {
                return;
            }
        }
    }

    fn row(&self, loads: &LinkLoads, stream: &Stream, row: &Row, marks: &mut Vec<PacketMark>) {
        let &Row { run, direction, .. } = row;
        let step = crate::stage::step(direction);
        // Only what is seen: the places of the run that lie in the picture.
        let start = vec2(row.pe[0] as f32, row.pe[1] as f32) + 0.5;
        let (low, high) = (self.seen.min - start, self.seen.max - start);
        let across = if step.x == 0.0 { (low.x, high.x) } else { (low.y, high.y) };
        if across.0 > 0.0 || across.1 < 0.0 {
            return;
        }
        let along = if step.x == 0.0 { (low.y * step.y, high.y * step.y) } else { (low.x * step.x, high.x * step.x) };
        let seen_places = (f64::from(along.0.min(along.1)), f64::from(along.0.max(along.1)));
        let hop = self.mesh.cycles(self.mesh.hop_cycles);
        let true_speed = self.pace.scale.true_speed;
        let present = present(loads, stream, run, row.row, hop);
        let rate = first_rate(loads, stream);
        let far = step.perp().abs() * if run.flow == Flow::Reduce { -ASIDE } else { ASIDE };
        // Share of a link that is hidden by the routers at its ends.
        let hidden = self.parts.router_half / (step.abs() * self.parts.pitch).max_element() * self.detail;
        self.pace.along(loads, stream, (run, row.row), (row.sample, seen_places), rate, |place| {
            // In a flow, packets are shown where bytes are now.
            let seen = present.is_some_and(|(low, high)| (f64::from(low)..=f64::from(high) + 1.0).contains(&place));
            if !(true_speed || seen) {
                return;
            }
            let link = place.floor();
            let within = (place - link) as f32;
            let shown = link as f32 + hidden + (1.0 - 2.0 * hidden) * within;
            let at = self.wafer.region.min + (start + step * shown) * self.parts.pitch + self.parts.router;
            let aside = far.lerp(step.perp() * self.lane_of(row, stream, link), self.detail);
            marks.push(PacketMark { at: at + aside, flow: run.flow });
        });
    }

    /// How far from the line between two routers a stream runs: each on its own part of the lane.
    fn lane_of(&self, row: &Row, stream: &Stream, link: f64) -> f32 {
        let step = crate::stage::step(row.direction);
        let pe = [0, 1].map(|axis| (f64::from(row.pe[axis]) + link * f64::from(step[axis])) as u32);
        let place = self.ports.place(pe, row.direction, stream.id);
        let part = place.map_or(0.0, |(place, count)| (place as f32 + 0.5) / count as f32 * 2.0 - 1.0);
        self.parts.lane + self.parts.lane_half * part
    }

    /// Down the ramps of the PEs that are seen.
    fn ramps(&self, loads: &LinkLoads, stream: &Stream, run: &RouteRun, marks: &mut Vec<PacketMark>) {
        let hop = loads.fabric.link(run.first).map_or(Femtos(0), |spec| spec.latency);
        let [from, to] = self.parts.lane_line(Direction::Ramp);
        let rate = first_rate(loads, stream);
        seen_parts(self.mesh, self.ports.window, stream, run, |row, (first, until), [x, y], [dx, dy]| {
            for index in first..until {
                let offset_fs = run.offset(row, index).0 as f64;
                let single = RouteRun { count: 1, rows: 1, offset_fs, step_fs: 0.0, ..run.clone() };
                if !self.pace.scale.true_speed && present(loads, stream, &single, 0, hop).is_none() {
                    continue;
                }
                let pe = [x + i64::from(index) * dx, y + i64::from(index) * dy].map(|at| at as u32);
                let center = self.wafer.pe(pe);
                let seed = pe[0].wrapping_mul(31).wrapping_add(pe[1]);
                self.pace.along(
                    loads,
                    stream,
                    (&single, 0),
                    (seed, crate::sample::packets::EVERYWHERE),
                    rate,
                    |place| {
                        let at = center + from.lerp(to, (0.1 + 0.8 * place) as f32);
                        marks.push(PacketMark { at, flow: run.flow });
                    },
                );
            }
        });
    }
}

/// Evenly spread rows, the middle of each part.
fn samples(rows: u32, most: u32) -> impl Iterator<Item = u32> {
    let parts = rows.min(most).max(1);
    (0..parts).map(move |part| (u64::from(rows) * (2 * u64::from(part) + 1) / (2 * u64::from(parts))) as u32)
}
