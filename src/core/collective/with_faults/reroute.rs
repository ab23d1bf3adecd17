//! Detours around the links that are down, and the routes that take them.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::fabric::{Fabric, LinkId, Mesh, detour};
use crate::plan::{Plan, PlanError, Route, RouteRun};
use crate::units::Femtos;

/// The detours around the links that are down and that a plan uses.
pub struct Detours<'a> {
    mesh: &'a Mesh,
    by_link: BTreeMap<LinkId, Vec<LinkId>>,
}

impl<'a> Detours<'a> {
    /// Finds a detour around every link that is down and used.
    ///
    /// # Errors
    /// [`PlanError::NoAlternatePath`] if nothing leads around one of them.
    pub fn find(mesh: &'a Mesh, fabric: &Fabric, plan: &Plan) -> Result<Detours<'a>, PlanError> {
        let mut by_link = BTreeMap::new();
        let down = fabric.changed().iter().filter(|(_, share)| *share <= 0.0);
        for &(link, _) in down {
            let crosses = |run: &RouteRun, transfer: &crate::plan::Transfer| transfer.find(run, link).is_some();
            let is_used = plan
                .transfers()
                .any(|(_, transfer)| plan.route(&transfer).runs.iter().any(|run| crosses(run, &transfer)));
            if is_used {
                let links = detour(fabric, link).ok_or_else(|| PlanError::NoAlternatePath(fabric.link_name(link)))?;
                by_link.insert(link, links);
            }
        }
        Ok(Detours { mesh, by_link })
    }

    /// The links of all detours.
    pub fn links(&self) -> impl Iterator<Item = LinkId> + '_ {
        self.by_link.values().flatten().copied()
    }

    /// Reroutes a route around links that are down. The head reaches everything behind such a link later by the extra
    /// hops.
    pub fn reroute(&self, mut route: Route) -> Route {
        // The link with the lowest id first, until the route crosses none that is down.
        while let Some((down, number)) =
            route.runs.iter().enumerate().filter_map(|(number, run)| Some((self.first_down(run)?, number))).min()
        {
            let (Some(detour), Some((row, index))) = (self.by_link.get(&down), route.runs[number].find(down)) else {
                break;
            };
            let run = route.runs[number].clone();
            if run.rows > 1 {
                // A broadcast has many rows in one run: the affected row becomes a run of its own.
                route.runs.splice(number..=number, split_row(&run, row));
                continue;
            }
            self.bypass(&mut route, number, index, detour);
        }
        route
    }

    /// Replaces the link at `index` of a run of one row by a detour.
    fn bypass(&self, route: &mut Route, number: usize, index: u32, detour: &[LinkId]) {
        let run = route.runs[number].clone();
        let hop_fs = self.mesh.hop_cycles * self.mesh.cycle_fs();
        let turns_fs = 2.0 * self.mesh.turn_cycles * self.mesh.cycle_fs();
        let extra_fs = (detour.len() as f64 - 1.0) * hop_fs + turns_fs;
        let down_fs = run.offset(0, index).0 as f64;
        let single = |link: LinkId, at_fs: f64| RouteRun { first: link, count: 1, offset_fs: at_fs, ..run.clone() };
        let mut pieces = Vec::with_capacity(detour.len() + 2);
        if index > 0 {
            pieces.push(RouteRun { count: index, ..run.clone() });
        }
        pieces.extend(detour.iter().enumerate().map(|(hop, &link)| single(link, down_fs + hop as f64 * hop_fs)));
        if index + 1 < run.count {
            pieces.push(RouteRun {
                first: run.link(0, index + 1),
                count: run.count - index - 1,
                offset_fs: run.offset_fs + f64::from(index + 1) * run.step_fs + extra_fs,
                ..run.clone()
            });
        }
        let replaced = number..number + pieces.len();
        route.runs.splice(number..=number, pieces);
        delay_behind(route, replaced, down_fs, extra_fs);
        route.latency = route.latency + Femtos::from_f64(extra_fs);
    }

    /// The first link of a run that has a detour.
    fn first_down(&self, run: &RouteRun) -> Option<LinkId> {
        let corners = [(0, 0), (0, run.count - 1), (run.rows - 1, 0), (run.rows - 1, run.count - 1)];
        let corners = corners.map(|(row, index)| run.link(row, index));
        let (low, high) = (corners.iter().min()?, corners.iter().max()?);
        self.by_link.range(*low..=*high).map(|(&down, _)| down).find(|&down| run.find(down).is_some())
    }
}

/// Delays by `by_fs` everything that the head of a route reaches after `after_fs`, except the runs that have been
/// replaced already.
fn delay_behind(route: &mut Route, replaced: Range<usize>, after_fs: f64, by_fs: f64) {
    let mut delayed = Vec::with_capacity(route.runs.len());
    for (number, run) in route.runs.drain(..).enumerate() {
        let last_fs = run.offset_fs + f64::from(run.count - 1) * run.step_fs;
        if replaced.contains(&number) || last_fs <= after_fs {
            delayed.push(run);
        } else if run.offset_fs > after_fs || run.rows > 1 || run.step_fs <= 0.0 {
            delayed.push(RouteRun { offset_fs: run.offset_fs + by_fs, ..run });
        } else {
            // The instant lies within the run: its first part stays.
            let stays = (((after_fs - run.offset_fs) / run.step_fs).floor() as u32 + 1).min(run.count - 1);
            let offset_fs = run.offset_fs + f64::from(stays) * run.step_fs + by_fs;
            delayed.push(RouteRun { count: stays, ..run.clone() });
            delayed.push(RouteRun { first: run.link(0, stays), count: run.count - stays, offset_fs, ..run });
        }
    }
    route.runs = delayed;
}

/// A run of many rows as the rows before one row, that row, and the rows after it.
fn split_row(run: &RouteRun, row: u32) -> Vec<RouteRun> {
    let rows = |first: u32, rows: u32| RouteRun {
        first: run.link(first, 0),
        offset_fs: run.offset_fs + f64::from(first) * run.row_step_fs,
        rows,
        ..run.clone()
    };
    let mut parts = Vec::with_capacity(3);
    if row > 0 {
        parts.push(rows(0, row));
    }
    parts.push(rows(row, 1));
    if row + 1 < run.rows {
        parts.push(rows(row + 1, run.rows - row - 1));
    }
    parts
}
