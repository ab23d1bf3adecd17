//! Splits the latency of a route into links by class, cores and turns.
//!
//! A route records when the head of its stream enters each link. The split walks backwards from an instant: the link
//! that the head left last accounts for its latency, and the time between two links is the work of a core, or a turn on
//! a wafer.

use std::collections::{BTreeMap, BTreeSet};

use super::cost::CostKind;
use crate::collective::{Route, RouteRun};
use crate::fabric::{Fabric, LinkClass, Mesh, Topology};

/// Offsets of a route are rounded one by one: instants closer than this are the same, femtoseconds.
const SAME_FS: f64 = 2.0;

/// A piece of a stretch of latency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LatencyPiece {
    pub kind: CostKind,
    pub class: Option<LinkClass>,
    pub length_fs: u64,
}

/// Splits the stretch of a route from `low_fs` to `high_fs` after the start of its stream. The pieces add up to it
/// exactly.
pub(super) fn split(fabric: &Fabric, route: &Route, low_fs: u64, high_fs: u64) -> Vec<LatencyPiece> {
    let mut stretch = Stretch { fabric, low: low_fs as f64, at: high_fs as f64, spent: BTreeMap::new() };
    let runs = route.runs.iter().map(|run| TimedRun { run, hop_fs: stretch.hop_fs(run) });
    // Of single links that the head enters at once, as those of one level of a tree, the first stands for all.
    let mut seen = BTreeSet::new();
    let mut is_new = |timed: &TimedRun| {
        let is_single = timed.run.count == 1 && timed.run.rows == 1;
        !is_single || seen.insert((timed.run.offset_fs.to_bits(), timed.hop_fs.to_bits()))
    };
    // Links without latency take no time, and the walk would meet them forever.
    let mut slow: Vec<TimedRun> = runs.filter(|timed| timed.hop_fs > 0.0 && is_new(timed)).collect();
    while stretch.at > stretch.low {
        stretch.step(&slow);
        // The head enters these links later than the walk will ever be again.
        slow.retain(|timed| timed.run.offset_fs < stretch.at);
    }
    whole(&stretch.spent, high_fs - low_fs)
}

/// Rounds pieces so that they add up: the longest takes the remainder.
fn whole(spent: &BTreeMap<(CostKind, Option<LinkClass>), f64>, total: u64) -> Vec<LatencyPiece> {
    let piece = |(&(kind, class), fs): (&(CostKind, Option<LinkClass>), &f64)| LatencyPiece {
        kind,
        class,
        length_fs: fs.round_ties_even() as u64,
    };
    let mut pieces: Vec<LatencyPiece> = spent.iter().map(piece).collect();
    let sum: i128 = pieces.iter().map(|piece| i128::from(piece.length_fs)).sum();
    match pieces.iter_mut().max_by_key(|piece| piece.length_fs) {
        Some(longest) => {
            longest.length_fs = (i128::from(longest.length_fs) + i128::from(total) - sum).max(0) as u64;
        }
        None => pieces.push(LatencyPiece { kind: CostKind::Processing, class: None, length_fs: total }),
    }
    pieces.retain(|piece| piece.length_fs > 0);
    pieces
}

/// A link run with the latency of one of its links.
#[derive(Clone, Copy)]
struct TimedRun<'a> {
    run: &'a RouteRun,
    hop_fs: f64,
}

/// The part of a route that is being split, and what has been booked so far.
struct Stretch<'a> {
    fabric: &'a Fabric,
    low: f64,
    at: f64,
    spent: BTreeMap<(CostKind, Option<LinkClass>), f64>,
}

impl Stretch<'_> {
    /// The latency of one link of a run. On a wafer it is a number of cycles, which need not be whole femtoseconds.
    fn hop_fs(&self, run: &RouteRun) -> f64 {
        match (&self.fabric.topology, self.fabric.class(run.first)) {
            (Topology::Mesh(mesh), LinkClass::MeshLink) => mesh.hop_cycles * mesh.cycle_fs(),
            _ => self.fabric.link(run.first).map_or(0.0, |spec| spec.latency.0 as f64),
        }
    }

    /// Moves back over the run whose link the head left last.
    fn step(&mut self, runs: &[TimedRun]) {
        let candidates = runs.iter().filter_map(|timed| Some((last_exit(timed.run, timed.hop_fs, self.at)?, timed)));
        let best = candidates.reduce(|best, other| if other.0.exit > best.0.exit { other } else { best });
        let Some((last, &TimedRun { run, hop_fs: hop })) = best.filter(|(last, _)| last.exit > self.low) else {
            let rest = self.at - self.low;
            self.between(rest, 1.0);
            self.at = self.low;
            return;
        };
        self.between((self.at - last.exit).max(0.0), 1.0);
        let class = Some(self.fabric.class(run.first));
        let entry = last.exit - hop;
        let until = self.at.min(last.exit);
        if entry < self.low {
            *self.spent.entry((CostKind::Latency, class)).or_default() += until - self.low;
            self.at = self.low;
            return;
        }
        // All earlier links of the row at once, as far as the stretch reaches.
        let back = if run.step_fs > 0.0 {
            ((entry - self.low) / run.step_fs).floor().min(f64::from(last.index)).max(0.0)
        } else {
            0.0
        };
        *self.spent.entry((CostKind::Latency, class)).or_default() += until - entry + back * hop.min(run.step_fs);
        self.between((run.step_fs - hop).max(0.0), back);
        self.at = (entry - back * run.step_fs).min(self.at.next_down());
    }

    /// Books gaps between links: cores, and turns on a wafer.
    fn between(&mut self, gap: f64, times: f64) {
        if gap * times <= SAME_FS {
            // A rounding error, not a gap.
            return;
        }
        let turn = self.fabric.topology.mesh().map_or(0.0, |mesh| turn_in(mesh, gap));
        if turn > 0.0 {
            *self.spent.entry((CostKind::Latency, Some(LinkClass::MeshLink))).or_default() += turn * times;
        }
        *self.spent.entry((CostKind::Processing, None)).or_default() += (gap - turn) * times;
    }
}

/// The part of a gap on a wafer that is a turn, femtoseconds.
fn turn_in(mesh: &Mesh, gap: f64) -> f64 {
    let turn = mesh.turn_cycles * mesh.cycle_fs();
    let core = mesh.processing_cycles() * mesh.cycle_fs();
    let is = |length: f64| (gap - length).abs() <= SAME_FS;
    if turn > 0.0 && (is(turn) && !is(core) || is(turn + core)) { turn } else { 0.0 }
}

/// A link of a run, as the head leaves it.
#[derive(Clone, Copy)]
struct Exit {
    /// When, femtoseconds.
    exit: f64,
    /// The index of the link in its row.
    index: u32,
}

/// The last link of a run that the head has left by `at`.
fn last_exit(run: &RouteRun, hop: f64, at: f64) -> Option<Exit> {
    let first = run.offset_fs + hop;
    let room = at + SAME_FS - first;
    if room < 0.0 || run.offset_fs >= at {
        return None;
    }
    if run.count == 1 && run.rows == 1 {
        return Some(Exit { exit: first, index: 0 }).filter(|last| last.exit - hop < at);
    }
    let steps = |room: f64, step: f64, count: u32| match step > 0.0 {
        true => (room / step).floor().clamp(0.0, f64::from(count - 1)),
        false => 0.0,
    };
    // As far along the row as possible, then as many rows as possible.
    let index = steps(room, run.step_fs, run.count);
    let row = steps(room - index * run.step_fs, run.row_step_fs, run.rows);
    let exit = first + index * run.step_fs + row * run.row_step_fs;
    Some(Exit { exit, index: index as u32 }).filter(|last| last.exit - hop < at)
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

    fn cycles(pieces: &[LatencyPiece], kind: CostKind) -> f64 {
        pieces.iter().filter(|piece| piece.kind == kind).map(|piece| piece.length_fs as f64 / 1e6).sum()
    }

    #[test]
    fn a_wafer_route_splits_into_hops_cores_and_turns() {
        // (mesh, plan, cycles of hops and turns, cycles of cores): a chain of P has P - 1 of each; a broadcast has all
        // hops and one core; a snake adds everywhere and turns twice per row.
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
            assert_eq!(pieces.iter().map(|piece| piece.length_fs).sum::<u64>(), route.latency.0);
        }
        let plan = xy_all_reduce(&box_, XyPattern::Chain, 8.0);
        let broadcast = plan.transfer(plan.transfer_count() - 1);
        let route = plan.route(&broadcast);
        let pieces = split(&Fabric::from(Topology::Mesh(box_)), &route, 0, route.latency.0);
        assert_eq!((cycles(&pieces, CostKind::Latency), cycles(&pieces, CostKind::Processing)), (8.0 + 3.0, 5.0));
    }

    #[test]
    fn the_pieces_of_any_stretch_add_up() {
        let box_ = Mesh { clock_hz: 0.875e9, ..mesh(7, 5, 1.0) };
        let fabric = Fabric::from(Topology::Mesh(box_.clone()));
        let plan = snake_reduce(&box_, 3.0);
        let route = plan.route(&plan.transfer(0)).into_owned();
        let Femtos(all) = route.latency;
        for (low, high) in [(0, 1), (0, all), (all / 3, all), (all / 7, all / 2), (all - 1, all), (all / 2, all / 2)] {
            assert_eq!(split(&fabric, &route, low, high).iter().map(|piece| piece.length_fs).sum::<u64>(), high - low);
        }
    }
}
