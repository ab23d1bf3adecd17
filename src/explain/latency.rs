//! Of what a stretch of a route's latency is made: links by class, cores, corners.
//!
//! A route says when its stream's head enters each link. Walked backwards from an instant, the link that is left last
//! before it took its latency; what lies between two links is a core's work (or a corner of a mesh).

use std::collections::BTreeMap;

use super::CostKind;
use crate::collective::{Route, RouteRun};
use crate::fabric::{Fabric, LinkClass, Mesh, Topology};

/// Instants of a route that lie closer are one, femtoseconds: offsets are rounded one by one.
const SAME_FS: f64 = 2.0;

/// A piece of a stretch: its kind, its class, and how long it is, femtoseconds.
pub(super) type Piece = (CostKind, Option<LinkClass>, u64);

/// What the stretch of a route from `low_fs` to `high_fs` after the stream's start is spent on; the pieces add up to it
/// exactly.
pub(super) fn split(fabric: &Fabric, route: &Route, low_fs: u64, high_fs: u64) -> Vec<Piece> {
    let mut stretch = Stretch { fabric, low: low_fs as f64, at: high_fs as f64, spent: BTreeMap::new() };
    let runs: Vec<(&RouteRun, f64)> = route.runs.iter().map(|run| (run, stretch.hop_fs(run))).collect();
    // Links without latency take no time, and would be met again and again.
    let slow: Vec<(&RouteRun, f64)> = runs.into_iter().filter(|(_, hop)| *hop > 0.0).collect();
    while stretch.at > stretch.low {
        stretch.step(&slow);
    }
    whole(&stretch.spent, high_fs - low_fs)
}

/// Rounds pieces so that they add up: the rest goes to the longest.
fn whole(spent: &BTreeMap<(CostKind, Option<LinkClass>), f64>, total: u64) -> Vec<Piece> {
    let mut pieces: Vec<Piece> =
        spent.iter().map(|(&(kind, class), fs)| (kind, class, fs.round_ties_even() as u64)).collect();
    let sum: i128 = pieces.iter().map(|&(.., fs)| i128::from(fs)).sum();
    match pieces.iter_mut().max_by_key(|(.., fs)| *fs) {
        Some(longest) => longest.2 = (i128::from(longest.2) + i128::from(total) - sum).max(0) as u64,
        None => pieces.push((CostKind::Processing, None, total)),
    }
    pieces.retain(|&(.., fs)| fs > 0);
    pieces
}

struct Stretch<'a> {
    fabric: &'a Fabric,
    low: f64,
    at: f64,
    spent: BTreeMap<(CostKind, Option<LinkClass>), f64>,
}

impl Stretch<'_> {
    /// The latency of a run's links. That of a wafer is a number of cycles, which need not be whole femtoseconds.
    fn hop_fs(&self, run: &RouteRun) -> f64 {
        match (&self.fabric.topology, self.fabric.class(run.first)) {
            (Topology::Mesh(mesh), LinkClass::MeshLink) => mesh.hop_cycles * mesh.cycle_fs(),
            _ => self.fabric.link(run.first).map_or(0.0, |spec| spec.latency.0 as f64),
        }
    }

    /// Goes back over the run whose link is left last before now.
    fn step(&mut self, runs: &[(&RouteRun, f64)]) {
        let candidates = runs.iter().filter_map(|&(run, hop)| Some((last_exit(run, hop, self.at)?, run, hop)));
        let best = candidates.reduce(|best, other| if other.0.exit > best.0.exit { other } else { best });
        let Some((place, run, hop)) = best.filter(|(place, ..)| place.exit > self.low) else {
            let rest = self.at - self.low;
            self.between(rest, 1.0);
            self.at = self.low;
            return;
        };
        self.between((self.at - place.exit).max(0.0), 1.0);
        let class = Some(self.fabric.class(run.first));
        let entry = place.exit - hop;
        let until = self.at.min(place.exit);
        if entry < self.low {
            *self.spent.entry((CostKind::Latency, class)).or_default() += until - self.low;
            self.at = self.low;
            return;
        }
        // All links of the row before this one at once, as far as the stretch goes.
        let back = if run.step_fs > 0.0 {
            ((entry - self.low) / run.step_fs).floor().min(f64::from(place.index)).max(0.0)
        } else {
            0.0
        };
        *self.spent.entry((CostKind::Latency, class)).or_default() += until - entry + back * hop.min(run.step_fs);
        self.between((run.step_fs - hop).max(0.0), back);
        self.at = (entry - back * run.step_fs).min(self.at.next_down());
    }

    /// Books gaps between links: cores, and corners of a mesh.
    fn between(&mut self, gap: f64, times: f64) {
        if gap * times <= SAME_FS {
            // A rounding, no gap.
            return;
        }
        let turn = match &self.fabric.topology {
            Topology::Mesh(mesh) => turn_in(mesh, gap),
            _ => 0.0,
        };
        if turn > 0.0 {
            *self.spent.entry((CostKind::Latency, Some(LinkClass::MeshLink))).or_default() += turn * times;
        }
        *self.spent.entry((CostKind::Processing, None)).or_default() += (gap - turn) * times;
    }
}

/// How much of a gap on a mesh is a corner.
fn turn_in(mesh: &Mesh, gap: f64) -> f64 {
    let turn = mesh.turn_cycles * mesh.cycle_fs();
    let core = mesh.processing_cycles() * mesh.cycle_fs();
    let is = |length: f64| (gap - length).abs() <= SAME_FS;
    if turn > 0.0 && (is(turn) && !is(core) || is(turn + core)) { turn } else { 0.0 }
}

/// A link of a run.
#[derive(Clone, Copy)]
struct Place {
    /// When the head leaves it.
    exit: f64,
    /// Its number in its row.
    index: u32,
}

/// The link of a run that the head leaves last until `at`.
fn last_exit(run: &RouteRun, hop: f64, at: f64) -> Option<Place> {
    let first = run.offset_fs + hop;
    let room = at + SAME_FS - first;
    if room < 0.0 || run.offset_fs >= at {
        return None;
    }
    let steps = |room: f64, step: f64, count: u32| match step > 0.0 {
        true => (room / step).floor().clamp(0.0, f64::from(count - 1)),
        false => 0.0,
    };
    // As far along the row as can be, then as many rows.
    let index = steps(room, run.step_fs, run.count);
    let row = steps(room - index * run.step_fs, run.row_step_fs, run.rows);
    let exit = first + index * run.step_fs + row * run.row_step_fs;
    Some(Place { exit, index: index as u32 }).filter(|place| place.exit - hop < at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collective::{RowPattern, XyPattern, row_reduce, snake_reduce, xy_all_reduce};
    use crate::units::Femtos;

    /// A cycle of a nanosecond.
    fn mesh(width: u32, height: u32, turn_cycles: f64) -> Mesh {
        Mesh { width, height, clock_hz: 1e9, bytes_per_cycle: 4.0, hop_cycles: 1.0, turn_cycles, ramp_cycles: 2.0 }
    }

    fn cycles(pieces: &[Piece], kind: CostKind) -> f64 {
        pieces.iter().filter(|piece| piece.0 == kind).map(|piece| piece.2 as f64 / 1e6).sum()
    }

    #[test]
    fn routes_on_a_wafer_are_hops_cores_and_corners() {
        // (mesh, plan, hops and turns, cores): a chain of P has P - 1 of each; a flood all hops and one core; a snake
        // additions everywhere and two turns per row.
        let row = mesh(9, 1, 0.0);
        let box_ = mesh(6, 4, 3.0);
        for (mesh, plan, links, cores) in [
            (&row, row_reduce(&row, RowPattern::Chain, 8.0), 8.0, 8.0 * 5.0),
            (&box_, snake_reduce(&box_, 8.0), 23.0 + 6.0 * 3.0, 23.0 * 5.0),
        ] {
            let transfer = plan.transfer(0);
            let route = plan.route(&transfer);
            let fabric = Fabric::from(Topology::Mesh(mesh.clone()));
            let pieces = split(&fabric, &route, 0, route.latency.0);
            assert_eq!((cycles(&pieces, CostKind::Latency), cycles(&pieces, CostKind::Processing)), (links, cores));
            assert_eq!(pieces.iter().map(|piece| piece.2).sum::<u64>(), route.latency.0);
        }
        let plan = xy_all_reduce(&box_, XyPattern::Chain, 8.0);
        let flood = plan.transfer(plan.transfer_count() - 1);
        let route = plan.route(&flood);
        let pieces = split(&Fabric::from(Topology::Mesh(box_)), &route, 0, route.latency.0);
        assert_eq!((cycles(&pieces, CostKind::Latency), cycles(&pieces, CostKind::Processing)), (8.0 + 3.0, 5.0));
    }

    #[test]
    fn any_stretch_of_a_route_adds_up() {
        let box_ = Mesh { clock_hz: 0.875e9, ..mesh(7, 5, 1.0) };
        let fabric = Fabric::from(Topology::Mesh(box_.clone()));
        let plan = snake_reduce(&box_, 3.0);
        let route = plan.route(&plan.transfer(0)).into_owned();
        let Femtos(all) = route.latency;
        for (low, high) in [(0, 1), (0, all), (all / 3, all), (all / 7, all / 2), (all - 1, all), (all / 2, all / 2)] {
            assert_eq!(split(&fabric, &route, low, high).iter().map(|piece| piece.2).sum::<u64>(), high - low);
        }
    }
}
