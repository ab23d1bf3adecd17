//! Plans of a wafer on which not all rows are alike: cohorts of rows are split where a link is slow or down or a PE comes
//! late, streams are led round links that are down, and nobody adds a vector that is not there yet.
//!
//! Rows that are still alike stay together: a fault on one link of a whole wafer splits one row of 1,170 out.

use std::collections::{BTreeMap, BTreeSet};

use super::build::PlanBuilder;
use super::plan::{Cohort, Dep, DepKind, Plan, Transfer, TransferId};
use super::route::{Flow, Route, RouteRun};
use super::way::PlanError;
use crate::fabric::{Direction, Fabric, LinkId, Mesh, detour};
use crate::units::Femtos;

/// Most transfers of a plan once its rows are told apart: a tree over every row of a whole wafer fits.
const MAX_FITTED: u64 = 1_000_000;
/// Most links that they cross in all. Stars over the rows of a whole wafer would cross 300 million.
const MAX_CROSSED: u64 = 16_000_000;

/// Fits a plan to a mesh with faults. `late_by` tells how much later than the launch a PE, by its number, is ready;
/// `late` whether any is.
///
/// # Errors
/// A link that is needed is down and nothing leads round it.
pub fn fit_to_faults(
    plan: Plan,
    mesh: &Mesh,
    fabric: &Fabric,
    late: bool,
    late_by: &dyn Fn(u32) -> Femtos,
) -> Result<Plan, PlanError> {
    if fabric.changed().is_empty() && !late {
        return Ok(plan);
    }
    let detours = detours(fabric, &plan)?;
    let first_rows = groups(mesh, fabric, &detours, late, late_by);
    let rows = |transfer: &Transfer| if transfer.cohort.copies > 1 { first_rows.len() as u64 } else { 1 };
    let needed: u64 = plan.transfers().map(|(_, transfer)| rows(&transfer)).sum();
    let crosses = |transfer: &Transfer| plan.route(transfer).runs.iter().map(RouteRun::len).sum::<u64>();
    let told_apart = plan.transfers().filter(|(_, transfer)| rows(transfer) > 1);
    let crossed: u64 = told_apart.map(|(_, transfer)| rows(&transfer) * crosses(&transfer)).sum();
    if crossed > MAX_CROSSED {
        let what = "links to cross once its rows are told apart";
        return Err(PlanError::TooMany { needed: crossed, what, limit: MAX_CROSSED });
    }
    if needed > MAX_FITTED {
        let what = "transfers once its rows are told apart";
        return Err(PlanError::TooMany { needed, what, limit: MAX_FITTED });
    }
    let mut fitting = Fitting {
        mesh,
        detours,
        first_rows,
        builder: PlanBuilder::new(plan.launch()),
        parts: Vec::with_capacity(plan.transfer_count() as usize),
        queues: queues(mesh, &plan),
        late,
        late_by,
    };
    for name in plan.stages() {
        fitting.builder.stage(name);
    }
    for (id, transfer) in plan.transfers() {
        fitting.add(&plan, id, &transfer);
    }
    Ok(fitting.builder.build())
}

/// The ways round the links that are down and that the plan uses.
fn detours(fabric: &Fabric, plan: &Plan) -> Result<BTreeMap<LinkId, Vec<LinkId>>, PlanError> {
    let mut found = BTreeMap::new();
    let down = fabric.changed().iter().filter(|(_, share)| *share <= 0.0);
    for &(link, _) in down {
        let used = plan
            .transfers()
            .any(|(_, transfer)| plan.route(&transfer).runs.iter().any(|run| transfer.find(run, link).is_some()));
        if used {
            let way = detour(fabric, link).ok_or_else(|| PlanError::NoWayRound(fabric.link_name(link)))?;
            found.insert(link, way);
        }
    }
    Ok(found)
}

/// The first rows of groups of neighbouring rows that are alike.
fn groups(
    mesh: &Mesh,
    fabric: &Fabric,
    detours: &BTreeMap<LinkId, Vec<LinkId>>,
    late: bool,
    late_by: &dyn Fn(u32) -> Femtos,
) -> Vec<u32> {
    // A row with a changed link, or over which another one's stream is led, stands alone.
    let touched = fabric.changed().iter().map(|&(link, _)| link).chain(detours.values().flatten().copied());
    let alone: BTreeSet<u32> = touched.filter_map(|link| mesh.place(link)).map(|(_, y, _)| y).collect();
    let same =
        |a: u32, b: u32| !late || (0..mesh.width).all(|x| late_by(a * mesh.width + x) == late_by(b * mesh.width + x));
    (0..mesh.height).filter(|&y| y == 0 || alone.contains(&y) || alone.contains(&(y - 1)) || !same(y, y - 1)).collect()
}

/// Transfers that queue at one serial ramp, by stage and ramp: whoever waits for the last of them must wait for all,
/// because faults change the order in which they come.
fn queues(mesh: &Mesh, plan: &Plan) -> BTreeMap<(u16, LinkId), Vec<u32>> {
    let mut queues = BTreeMap::<(u16, LinkId), Vec<u32>>::new();
    for (id, transfer) in plan.transfers() {
        if let Some(ramp) = serial_ramp(mesh, &plan.route(&transfer)) {
            queues.entry((transfer.stage.0, ramp)).or_default().push(id);
        }
    }
    queues
}

fn serial_ramp(mesh: &Mesh, route: &Route) -> Option<LinkId> {
    let serial = route.runs.iter().find(|run| run.serial)?;
    matches!(mesh.place(serial.first), Some((_, _, Direction::Ramp))).then_some(serial.first)
}

/// A transfer of the new plan that stands for some rows of an old one.
#[derive(Clone, Copy)]
struct Piece {
    /// First row; `None` for a transfer that was no cohort of rows.
    row: Option<(u32, u32)>,
    id: TransferId,
}

struct Fitting<'a> {
    mesh: &'a Mesh,
    detours: BTreeMap<LinkId, Vec<LinkId>>,
    first_rows: Vec<u32>,
    builder: PlanBuilder,
    /// The new transfers of each old one.
    parts: Vec<Vec<Piece>>,
    queues: BTreeMap<(u16, LinkId), Vec<u32>>,
    late: bool,
    late_by: &'a dyn Fn(u32) -> Femtos,
}

/// Where a stream takes vectors up: its source at once, and each PE whose ramp it passes as a sum.
struct Taken {
    /// (PE, time from the stream's start until its head is there).
    pes: Vec<(u32, Femtos)>,
    /// Rows of these PEs, ascending, with the earliest time.
    rows: Vec<(u32, Femtos)>,
}

impl Fitting<'_> {
    fn add(&mut self, plan: &Plan, id: u32, transfer: &Transfer) {
        let route = plan.route(transfer);
        let width = self.mesh.width as i32;
        let rows = &transfer.cohort;
        let mut parts = Vec::new();
        if rows.copies > 1 && rows.stride == width {
            let written_row = route.runs.first().and_then(|run| self.mesh.place(run.first)).map_or(0, |(_, y, _)| y);
            let first = written_row - rows.written.min(written_row);
            let end = first + rows.copies;
            let mut starts: Vec<u32> = self.first_rows.iter().copied().filter(|y| (first..end).contains(y)).collect();
            if starts.first() != Some(&first) {
                starts.insert(0, first);
            }
            for (place, &row) in starts.iter().enumerate() {
                let until = starts.get(place + 1).copied().unwrap_or(end);
                let shift = (row as i32 - written_row as i32) * width;
                let cohort = Cohort { copies: until - row, stride: width, written: 0 };
                parts.push(self.part(plan, (id, transfer), (&route, shift), cohort, Some((row, until))));
            }
        } else {
            for copy in 0..rows.copies {
                let shift = rows.shift(copy);
                parts.push(self.part(plan, (id, transfer), (&route, shift), Cohort::ALONE, None));
            }
        }
        self.parts.push(parts);
    }

    /// Adds the part of a transfer that stands for `rows`.
    fn part(
        &mut self,
        plan: &Plan,
        (id, transfer): (u32, &Transfer),
        (route, shift): (&Route, i32),
        cohort: Cohort,
        rows: Option<(u32, u32)>,
    ) -> Piece {
        let shifted = route.runs.iter().map(|run| RouteRun { first: run.first.offset(shift), ..run.clone() });
        let route = self.led_round(Route { runs: shifted.collect(), latency: route.latency });
        let taken = self.taken(&route);
        let mut deps = Vec::new();
        let old_deps: Vec<Dep> = plan.deps(id).collect();
        for &dep in &old_deps {
            let waited_for = self.stands_for(plan, dep, &old_deps);
            self.fit_dep((dep, &waited_for), rows, &route, &taken, &mut deps);
        }
        // Two old dependencies on one queue name its transfers twice.
        deps.sort_by_key(|dep| (dep.on, dep.kind as u8, dep.delay, dep.hop_offset));
        deps.dedup();
        let late = taken.pes.iter().map(|&(pe, at)| (self.late_by)(pe).since(at)).max().filter(|_| self.late);
        let route = self.builder.route(route.runs, route.latency);
        let added = self.builder.cohort(transfer.stage, route, transfer.bytes, transfer.delivery, &deps, cohort);
        self.builder.carries(added, transfer.part);
        self.builder.delay_start(added, late.unwrap_or_default());
        Piece { row: rows, id: added }
    }

    /// Leads a route round links that are down: what lies behind the cut is reached later by the extra hops.
    fn led_round(&self, mut route: Route) -> Route {
        // The cut with the lowest number first, until there is none.
        while let Some((cut, place)) =
            route.runs.iter().enumerate().filter_map(|(place, run)| Some((self.first_cut(run)?, place))).min()
        {
            let (Some(way), Some((row, index))) = (self.detours.get(&cut), route.runs[place].find(cut)) else { break };
            let run = route.runs[place].clone();
            if run.rows > 1 {
                // A flood has many rows in one run: the row with the cut is taken out of it.
                route.runs.splice(place..=place, rows_apart(&run, row));
                continue;
            }
            let hop_fs = self.mesh.hop_cycles * self.mesh.cycle_fs();
            let turns_fs = 2.0 * self.mesh.turn_cycles * self.mesh.cycle_fs();
            let extra_fs = (way.len() as f64 - 1.0) * hop_fs + turns_fs;
            let cut_fs = run.offset(0, index).0 as f64;
            let single = |link: LinkId, at_fs: f64| RouteRun { first: link, count: 1, offset_fs: at_fs, ..run.clone() };
            let mut pieces = Vec::with_capacity(way.len() + 2);
            if index > 0 {
                pieces.push(RouteRun { count: index, ..run.clone() });
            }
            pieces.extend(way.iter().enumerate().map(|(hop, &link)| single(link, cut_fs + hop as f64 * hop_fs)));
            if index + 1 < run.count {
                let rest = run.offset_fs + f64::from(index + 1) * run.step_fs;
                pieces.push(RouteRun {
                    first: run.link(0, index + 1),
                    count: run.count - index - 1,
                    offset_fs: rest,
                    ..run.clone()
                });
            }
            let (before, after) = (usize::from(index > 0) + way.len(), pieces.len());
            for piece in &mut pieces[before..after] {
                piece.offset_fs += extra_fs;
            }
            let kept = pieces.len();
            route.runs.splice(place..=place, pieces);
            self.shift_behind(&mut route, place..place + kept, cut_fs, extra_fs);
            route.latency = route.latency + Femtos(extra_fs.round_ties_even() as u64);
        }
        route
    }

    /// The first link of a run that a stream is led round.
    fn first_cut(&self, run: &RouteRun) -> Option<LinkId> {
        let corners = [(0, 0), (0, run.count - 1), (run.rows - 1, 0), (run.rows - 1, run.count - 1)];
        let corners = corners.map(|(row, index)| run.link(row, index));
        let (low, high) = (corners.iter().min()?, corners.iter().max()?);
        self.detours.range(*low..=*high).map(|(&cut, _)| cut).find(|&cut| run.find(cut).is_some())
    }

    /// Everything of a route that is reached after `after_fs`, but for the pieces that have been seen to, comes later.
    fn shift_behind(&self, route: &mut Route, seen: std::ops::Range<usize>, after_fs: f64, by_fs: f64) {
        let mut shifted = Vec::with_capacity(route.runs.len());
        for (place, run) in route.runs.drain(..).enumerate() {
            let last_fs = run.offset_fs + f64::from(run.count - 1) * run.step_fs;
            if seen.contains(&place) || last_fs <= after_fs {
                shifted.push(run);
            } else if run.offset_fs > after_fs || run.rows > 1 || run.step_fs <= 0.0 {
                shifted.push(RouteRun { offset_fs: run.offset_fs + by_fs, ..run });
            } else {
                // A run that passes the instant: its first part stays.
                let kept = (((after_fs - run.offset_fs) / run.step_fs).floor() as u32 + 1).min(run.count - 1);
                let offset_fs = run.offset_fs + f64::from(kept) * run.step_fs + by_fs;
                shifted.push(RouteRun { count: kept, ..run.clone() });
                shifted.push(RouteRun { first: run.link(0, kept), count: run.count - kept, offset_fs, ..run });
            }
        }
        route.runs = shifted;
    }

    fn taken(&self, route: &Route) -> Taken {
        let mut pes = Vec::new();
        let place = |link: LinkId| self.mesh.place(link).map(|(x, y, direction)| (y * self.mesh.width + x, direction));
        for run in route.runs.iter().filter(|run| run.flow == Flow::Reduce) {
            match place(run.first) {
                Some((_, Direction::Ramp)) => {
                    for row in 0..run.rows {
                        for index in 0..run.count {
                            pes.extend(place(run.link(row, index)).map(|(pe, _)| (pe, run.offset(row, index))));
                        }
                    }
                }
                Some((pe, _)) => pes.push((pe, run.offset(0, 0))),
                None => {}
            }
        }
        let mut rows: Vec<(u32, Femtos)> = pes.iter().map(|&(pe, at)| (pe / self.mesh.width, at)).collect();
        rows.sort_unstable();
        rows.dedup_by_key(|(row, _)| *row);
        Taken { pes, rows }
    }

    /// The transfers that a dependency on one of them stands for. Whoever waits for the tail of the last message down a
    /// ramp waits for all of them, as a star does. Whoever names each message, as a tree does, means what it names: a
    /// child that streams through must not be waited for.
    fn stands_for(&self, plan: &Plan, dep: Dep, all: &[Dep]) -> Vec<u32> {
        let on = plan.transfer(dep.on.0);
        let queue = serial_ramp(self.mesh, &plan.route(&on)).and_then(|ramp| self.queues.get(&(on.stage.0, ramp)));
        let names_all = |queue: &Vec<u32>| queue.iter().all(|&id| all.iter().any(|dep| dep.on.0 == id));
        match queue {
            Some(queue) if dep.kind == DepKind::Tail && !names_all(queue) => queue.clone(),
            _ => vec![dep.on.0],
        }
    }

    /// What a part waits for instead of an old dependency on some transfers.
    fn fit_dep(
        &self,
        (dep, olds): (Dep, &[u32]),
        rows: Option<(u32, u32)>,
        route: &Route,
        taken: &Taken,
        deps: &mut Vec<Dep>,
    ) {
        // Only what comes before may be waited for.
        for &old in olds.iter().filter(|&&old| (old as usize) < self.parts.len()) {
            let parts = &self.parts[old as usize];
            let mut wait = |part: &Piece, hop_offset: Femtos| deps.push(Dep { on: part.id, hop_offset, ..dep });
            // Of an old cohort only the part with the same rows matters to a part; parts are in the order of their rows.
            match (parts.first().and_then(|part| part.row), rows) {
                (Some(_), Some((first, _))) => {
                    let same = parts.binary_search_by_key(&Some(first), |part| part.row.map(|(first, _)| first));
                    same.ok().into_iter().for_each(|place| wait(&parts[place], dep.hop_offset));
                }
                (Some(_), None) => {
                    // And to a stream across rows those whose PEs it adds, when it passes the first of them.
                    let mut rest = &taken.rows[..];
                    while let Some(&(row, _)) = rest.first() {
                        let next = parts.partition_point(|part| part.row.is_some_and(|(first, _)| first <= row));
                        let Some(part) = next.checked_sub(1).map(|place| &parts[place]) else {
                            rest = &rest[1..];
                            continue;
                        };
                        let end = part.row.map_or(0, |(_, end)| end);
                        let inside = rest.partition_point(|&(row, _)| row < end);
                        if let Some(&(_, at)) = rest[..inside].iter().min_by_key(|(_, at)| *at) {
                            wait(part, at.max(dep.hop_offset).min(route.latency));
                        }
                        rest = &rest[inside.max(1)..];
                    }
                }
                (None, _) => parts.iter().for_each(|part| wait(part, dep.hop_offset)),
            }
        }
    }
}

/// A run of many rows without one of them, and that row.
fn rows_apart(run: &RouteRun, row: u32) -> Vec<RouteRun> {
    let part = |first: u32, rows: u32| RouteRun {
        first: run.link(first, 0),
        offset_fs: run.offset_fs + f64::from(first) * run.row_step_fs,
        rows,
        ..run.clone()
    };
    let mut parts = Vec::with_capacity(3);
    if row > 0 {
        parts.push(part(0, row));
    }
    parts.push(part(row, 1));
    if row + 1 < run.rows {
        parts.push(part(row + 1, run.rows - row - 1));
    }
    parts
}
