//! Splits the cohorts of a wafer's plan where rows differ, and connects the parts.

use std::collections::BTreeSet;

use super::ramp_queues::RampQueues;
use super::reroute::Detours;
use super::vectors::AddedVectors;
use crate::fabric::{Fabric, Mesh};
use crate::plan::{
    Cohort, Dep, Plan, PlanBuilder, PlanCount, PlanError, Route, RouteRun, Transfer, TransferId, check_limit,
};
use crate::units::Femtos;

/// Most transfers of a plan after its rows are split: a tree over every row of a whole wafer fits.
const MAX_SPLIT_TRANSFERS: u64 = 1_000_000;
/// Most links that they cross in all. Stars over the rows of a whole wafer would cross 300 million.
const MAX_SPLIT_LINKS: u64 = 16_000_000;

/// Adapts a plan to a mesh with faults. `late_by` returns the time from the launch until a PE, by its number, is ready;
/// `any_late` is whether that is later than zero for any PE.
///
/// # Errors
/// [`PlanError::NoAlternatePath`] if a needed link is down, [`PlanError::TooMany`] if too many rows differ.
pub fn fit_to_faults(
    plan: Plan,
    mesh: &Mesh,
    fabric: &Fabric,
    any_late: bool,
    late_by: &dyn Fn(u32) -> Femtos,
) -> Result<Plan, PlanError> {
    if fabric.changed().is_empty() && !any_late {
        return Ok(plan);
    }
    let late_by = any_late.then_some(late_by);
    let detours = Detours::find(mesh, fabric, &plan)?;
    let first_rows = first_rows(mesh, fabric, &detours, late_by);
    check_size(&plan, first_rows.len() as u64)?;
    let mut adapter = FaultAdapter {
        mesh,
        detours,
        first_rows,
        builder: PlanBuilder::new(plan.launch()),
        parts: Vec::with_capacity(plan.transfer_count() as usize),
        queues: RampQueues::new(mesh, &plan),
        late_by,
    };
    for name in plan.phases() {
        adapter.builder.phase(name);
    }
    for (id, transfer) in plan.transfers() {
        adapter.adapt(&plan, id, transfer);
    }
    Ok(adapter.builder.build())
}

/// Refuses a plan that would be too large after each cohort is split into `groups` groups of rows.
fn check_size(plan: &Plan, groups: u64) -> Result<(), PlanError> {
    let parts = |transfer: &Transfer| if transfer.cohort.copies > 1 { groups } else { 1 };
    let links = |transfer: &Transfer| plan.route(transfer).runs.iter().map(RouteRun::len).sum::<u64>();
    let split = plan.transfers().filter(|(_, transfer)| parts(transfer) > 1);
    let crossed = split.map(|(_, transfer)| parts(&transfer) * links(&transfer)).sum();
    check_limit(crossed, PlanCount::SplitLinks, MAX_SPLIT_LINKS)?;
    let transfers = plan.transfers().map(|(_, transfer)| parts(&transfer)).sum();
    check_limit(transfers, PlanCount::SplitTransfers, MAX_SPLIT_TRANSFERS)
}

/// The first rows of groups of identical neighbouring rows.
fn first_rows(mesh: &Mesh, fabric: &Fabric, detours: &Detours, late_by: Option<&dyn Fn(u32) -> Femtos>) -> Vec<u32> {
    // A row with a changed link, or with a detour of another row, is a group of its own.
    let touched = fabric.changed().iter().map(|&(link, _)| link).chain(detours.links());
    let alone: BTreeSet<u32> = touched.filter_map(|link| mesh.place(link)).map(|(_, y, _)| y).collect();
    let is_same = |a: u32, b: u32| {
        late_by
            .is_none_or(|late_by| (0..mesh.width).all(|x| late_by(a * mesh.width + x) == late_by(b * mesh.width + x)))
    };
    let begins = |y: u32| y == 0 || alone.contains(&y) || alone.contains(&(y - 1)) || !is_same(y, y - 1);
    (0..mesh.height).filter(|&y| begins(y)).collect()
}

/// Neighbouring rows, from `first` up to but not including `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct RowRange {
    first: u32,
    end: u32,
}

/// A transfer of the new plan that replaces some copies of an old one.
#[derive(Clone, Copy)]
struct NewTransfer {
    /// Its rows; `None` if the old transfer was not a cohort of rows.
    rows: Option<RowRange>,
    id: TransferId,
}

/// The copies of an old transfer that become one new transfer.
struct Copies {
    /// Distance from the link ids of the old route to those of the new one.
    shift: i32,
    cohort: Cohort,
    rows: Option<RowRange>,
}

/// A new transfer whose dependencies are being connected.
struct Waiter<'a> {
    rows: Option<RowRange>,
    route: &'a Route,
    added: &'a AddedVectors,
}

struct FaultAdapter<'a> {
    mesh: &'a Mesh,
    detours: Detours<'a>,
    first_rows: Vec<u32>,
    builder: PlanBuilder,
    /// The new transfers of each old one.
    parts: Vec<Vec<NewTransfer>>,
    queues: RampQueues<'a>,
    /// Time from the launch until a PE is ready; `None` if no PE is late.
    late_by: Option<&'a dyn Fn(u32) -> Femtos>,
}

impl FaultAdapter<'_> {
    /// Adds the parts of an old transfer.
    fn adapt(&mut self, plan: &Plan, id: u32, transfer: Transfer) {
        let route = plan.route(&transfer);
        let parts = self.copies(&transfer.cohort, &route);
        let parts = parts.into_iter().map(|copies| self.add_part(plan, id, transfer, &route, copies)).collect();
        self.parts.push(parts);
    }

    /// The groups into which the copies of a cohort fall.
    fn copies(&self, cohort: &Cohort, route: &Route) -> Vec<Copies> {
        let width = self.mesh.width as i32;
        if cohort.copies == 1 || cohort.stride != width {
            let alone = |copy| Copies { shift: cohort.shift(copy), cohort: Cohort::ALONE, rows: None };
            return (0..cohort.copies).map(alone).collect();
        }
        let written_row = route.runs.first().and_then(|run| self.mesh.place(run.first)).map_or(0, |(_, y, _)| y);
        let first = written_row - cohort.written.min(written_row);
        let end = first + cohort.copies;
        let mut starts: Vec<u32> = self.first_rows.iter().copied().filter(|y| (first..end).contains(y)).collect();
        if starts.first() != Some(&first) {
            starts.insert(0, first);
        }
        let ends = starts.iter().copied().skip(1).chain([end]);
        let groups = starts.iter().zip(ends).map(|(&row, end)| Copies {
            shift: (row as i32 - written_row as i32) * width,
            cohort: Cohort { copies: end - row, stride: width, written: 0 },
            rows: Some(RowRange { first: row, end }),
        });
        groups.collect()
    }

    fn add_part(&mut self, plan: &Plan, id: u32, transfer: Transfer, route: &Route, copies: Copies) -> NewTransfer {
        let shifted = route.runs.iter().map(|run| RouteRun { first: run.first.offset(copies.shift), ..run.clone() });
        let route = self.detours.reroute(Route { runs: shifted.collect(), latency: route.latency });
        let added = AddedVectors::new(self.mesh, &route);
        let waiter = Waiter { rows: copies.rows, route: &route, added: &added };
        let mut deps = Vec::new();
        let old_deps: Vec<Dep> = plan.deps(id).collect();
        for &dep in &old_deps {
            // A transfer depends only on earlier ones.
            let earlier = self.queues.waited_for(plan, dep, &old_deps).into_iter();
            for old in earlier.filter(|&old| (old as usize) < self.parts.len()) {
                connect(&self.parts[old as usize], dep, &waiter, &mut deps);
            }
        }
        // Two old dependencies on one queue name its transfers twice.
        deps.sort_by_key(|dep| (dep.on, dep.kind, dep.delay, dep.hop_offset));
        deps.dedup();
        let late =
            self.late_by.and_then(|late_by| added.pes.iter().map(|added| late_by(added.pe).since(added.at)).max());
        let route = self.builder.route(route.runs, route.latency);
        let start_delay = late.unwrap_or_default();
        let transfer = Transfer { route, cohort: copies.cohort, start_delay, ..transfer };
        NewTransfer { rows: copies.rows, id: self.builder.add(transfer, &deps) }
    }
}

/// Adds the dependencies of a new transfer on the parts of an old one.
fn connect(parts: &[NewTransfer], dep: Dep, waiter: &Waiter, deps: &mut Vec<Dep>) {
    let mut wait = |part: &NewTransfer, hop_offset: Femtos| deps.push(Dep { on: part.id, hop_offset, ..dep });
    match (parts.first().and_then(|part| part.rows), waiter.rows) {
        // A part of a cohort waits for the part with the same rows; parts are in the order of their rows.
        (Some(_), Some(RowRange { first, .. })) => {
            let same = parts.binary_search_by_key(&Some(first), |part| part.rows.map(|rows| rows.first));
            same.ok().into_iter().for_each(|number| wait(&parts[number], dep.hop_offset));
        }
        // A stream across rows waits for the parts whose sums it adds, when it passes the first of each.
        (Some(_), None) => {
            let mut rest = &waiter.added.rows[..];
            while let Some(added) = rest.first() {
                let next = parts.partition_point(|part| part.rows.is_some_and(|rows| rows.first <= added.row));
                let Some(part) = next.checked_sub(1).map(|number| &parts[number]) else {
                    rest = &rest[1..];
                    continue;
                };
                let end = part.rows.map_or(0, |rows| rows.end);
                let inside = rest.partition_point(|added| added.row < end);
                if let Some(first) = rest[..inside].iter().min_by_key(|added| added.at) {
                    wait(part, first.at.max(dep.hop_offset).min(waiter.route.latency));
                }
                rest = &rest[inside.max(1)..];
            }
        }
        (None, _) => parts.iter().for_each(|part| wait(part, dep.hop_offset)),
    }
}
