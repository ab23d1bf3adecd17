//! The traffic matrix: bytes from each source to each destination, now or since the start.
//!
//! Among chips, a stream counts from the rank where it enters the fabric to the rank where it leaves it, whatever switches it
//! passes. If a switch adds or copies, each source counts for each destination. On a wafer, streams add at every PE of their
//! path; there the matrix shows bytes over the edges between dies, or between strips.

use std::collections::{BTreeMap, BTreeSet};

use super::run_kind::has_gpus;
use crate::collective::{Flow, Route, RouteRun, Transfer};
use crate::fabric::{Direction, LinkId, Mesh, Topology};
use crate::scene::{FabricKind, WaferLayout};
use crate::solve::FabricRun;
use crate::trace::Trace;
use crate::units::Femtos;

/// The most rows and columns.
const MAX_SIDE: u32 = 128;
/// The most entries of all streams together. With more, there is no matrix.
const MAX_ENTRIES: usize = 4_000_000;
/// The most links of all routes together, with all copies.
const MAX_LINKS: u64 = 8_000_000;

/// The most links that are searched for the busiest one of a cell.
const MAX_SEARCHED_LINKS: usize = 64;

/// The instants at which the largest rate of a run is looked for.
const PEAK_INSTANTS: u64 = 128;

/// The largest cell over a run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Largest {
    /// Bytes per second.
    rate: f32,
    /// Bytes at the end.
    bytes: f32,
}

/// The share of a stream that belongs to one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Entry {
    cell: u32,
    /// Time to the farthest sink.
    behind: Femtos,
    weight: f32,
}

/// The traffic matrix of a run: made once, filled for each instant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrafficMatrix {
    /// The noun for a row and a column: "GPU", "die", "strip".
    pub noun: &'static str,
    /// Ranks, dies or strips per row.
    pub group: u32,
    /// Number of rows and of columns.
    pub side: u32,
    /// From where to where, for the heading: `from GPU to GPU`.
    pub legend: String,
    /// The largest cell over the run: bytes per second, and bytes since the start. The colours keep this scale.
    peak: Largest,
    /// Index of each transfer's first entry; one more at the end.
    first: Vec<u32>,
    entries: Vec<Entry>,
}

impl TrafficMatrix {
    /// The matrix of a run; `None` without a result, or if it is too large.
    pub fn new(run: &FabricRun) -> Option<TrafficMatrix> {
        run.result().filter(|_| run.plan.transfer_count() <= crate::sample::MAX_DRAWN_TRANSFERS)?;
        let mut matrix = TrafficMatrix::empty(run);
        // Routes are few, transfers can be many. Transfers of one route differ in bytes and times only.
        let mut known: BTreeMap<(u32, u32, i32, u32), Vec<Entry>> = BTreeMap::new();
        let (mut links, mut copied) = (0, false);
        for (_, transfer) in run.plan.transfers() {
            matrix.first.push(matrix.entries.len() as u32);
            let cohort = transfer.cohort;
            let key = (transfer.route.0, cohort.copies, cohort.stride, cohort.written);
            let entries = known.entry(key).or_insert_with(|| {
                let route = run.plan.route(&transfer);
                let mesh = run.fabric.topology.mesh();
                // On a mesh only the edges between groups are examined.
                let links_of = |part: &RouteRun| if mesh.is_some() { u64::from(part.rows) } else { part.len() };
                links += route.runs.iter().map(links_of).sum::<u64>() * u64::from(cohort.copies);
                match mesh {
                    _ if links > MAX_LINKS => Vec::new(),
                    Some(mesh) => matrix.edges(run, mesh, &transfer, &route),
                    None => matrix.ends(&run.fabric.topology, &transfer, &route),
                }
            });
            if links > MAX_LINKS || matrix.entries.len() + entries.len() > MAX_ENTRIES {
                return None;
            }
            // A source with several destinations.
            let sources: BTreeSet<u32> = entries.iter().map(|entry| entry.cell / matrix.side).collect();
            copied |= run.fabric.topology.mesh().is_none() && entries.len() > sources.len();
            matrix.entries.extend_from_slice(entries);
        }
        if copied {
            // More leaves a row than the port of its chip carries.
            let legend = matrix.legend.trim_end_matches(',');
            matrix.legend = format!("{legend}, each copy that a switch makes counted,");
        }
        matrix.first.push(matrix.entries.len() as u32);
        matrix.peak = matrix.largest(run);
        Some(matrix)
    }

    /// The largest cell over the run.
    fn largest(&self, run: &FabricRun) -> Largest {
        let Some(result) = run.result() else { return Largest::default() };
        let trace = &result.played.trace;
        let mut cells = Vec::new();
        let mut most = |at: Femtos, accumulated: bool| self.fill(run, trace, at, accumulated, &mut cells);
        let end = trace.end();
        let instant = |number: u64| Femtos::from_secs(end.secs() * (number as f64 + 0.5) / PEAK_INSTANTS as f64);
        let rate = (0..PEAK_INSTANTS).map(|number| most(instant(number), false)).fold(0.0, f32::max);
        Largest { rate, bytes: most(end, true) }
    }

    /// The upper end of the scale, the same at every instant: bytes per second, or bytes if `accumulated`.
    pub fn scale(&self, accumulated: bool) -> f32 {
        if accumulated { self.peak.bytes } else { self.peak.rate }
    }

    fn empty(run: &FabricRun) -> TrafficMatrix {
        let (noun, count, legend) = match (&run.scene.kind, &run.fabric.topology) {
            (FabricKind::Wafer(wafer), Topology::Mesh(_)) => match &wafer.layout {
                WaferLayout::Strips { layout, .. } => {
                    ("strip", layout.strips, "over the edge from strip to strip".to_owned())
                }
                WaferLayout::PerPe { .. } => {
                    let dies = wafer.machine.die_columns.count() * wafer.machine.die_rows.count();
                    ("die", dies, "over the edge from die to die".to_owned())
                }
            },
            (_, topology) => {
                let noun = match topology {
                    Topology::Switch(_) | Topology::Cluster(_) if has_gpus(run) => "GPU",
                    Topology::Wafers(_) => "wafer",
                    Topology::Switch(_)
                    | Topology::Cluster(_)
                    | Topology::Mesh(_)
                    | Topology::Grid(_)
                    | Topology::Torus(_)
                    | Topology::FullMesh(_)
                    | Topology::Graph(_) => "chip",
                };
                (noun, topology.ranks(), format!("from {noun} to {noun}"))
            }
        };
        let group = count.div_ceil(MAX_SIDE).max(1);
        // A cell of several ranks is the sum over all of them, so that it may exceed what one port carries.
        let legend = if group > 1 { format!("from {group} {noun}s to {group} {noun}s, summed,") } else { legend };
        TrafficMatrix { noun, group, side: count.div_ceil(group), legend, ..TrafficMatrix::default() }
    }

    /// Fills `cells`, row by row: bytes per second now, or bytes since the start if `accumulated`. Returns the largest.
    pub fn fill(&self, run: &FabricRun, trace: &Trace, at: Femtos, accumulated: bool, cells: &mut Vec<f32>) -> f32 {
        cells.clear();
        cells.resize((self.side * self.side) as usize, 0.0);
        let mut add = |id: u32| {
            let bytes = run.plan.transfer(id).bytes;
            let [first, end] = [0, 1].map(|next| self.first.get(id as usize + next).copied().unwrap_or(0) as usize);
            for entry in self.entries.get(first..end).unwrap_or_default() {
                let then = at + entry.behind;
                let amount = match accumulated {
                    true => trace.delivered(id, bytes, then),
                    false => trace.rate(id, bytes, then).map_or(0.0, |segment| segment.rate),
                };
                if let Some(cell) = cells.get_mut(entry.cell as usize) {
                    *cell += entry.weight * amount as f32;
                }
            }
        };
        if accumulated {
            (0..run.plan.transfer_count()).for_each(&mut add);
        } else {
            trace.alive(at).into_iter().for_each(&mut add);
        }
        cells.iter().copied().fold(0.0, f32::max)
    }

    /// The busiest link at an instant on the path of a cell (row, column); `None` if no traffic ever flows.
    pub fn link(&self, run: &FabricRun, at: Femtos, [row, column]: [u32; 2]) -> Option<LinkId> {
        let trace = &run.result()?.played.trace;
        let cell = row * self.side + column;
        let of_transfer = |id: u32| -> &[Entry] {
            let [first, end] = [0, 1].map(|next| self.first.get(id as usize + next).copied().unwrap_or(0) as usize);
            self.entries.get(first..end).unwrap_or_default()
        };
        let concerned =
            (0..run.plan.transfer_count()).filter(|&id| of_transfer(id).iter().any(|entry| entry.cell == cell));
        // Streams that flow now, or if none does, the first ones.
        let (now, other): (Vec<u32>, Vec<u32>) =
            concerned.partition(|&id| trace.times(id).is_some_and(|times| times.start <= at && at < times.end));
        let chosen = if now.is_empty() { other } else { now };
        let mesh = run.fabric.topology.mesh();
        let groups = mesh.and_then(|mesh| Some((Groups::new(run, mesh)?, mesh)));
        let group = self.group;
        let mut candidates: Vec<LinkId> = Vec::new();
        for &id in chosen.iter().take(MAX_SEARCHED_LINKS) {
            let transfer = run.plan.transfer(id);
            let route = run.plan.route(&transfer);
            let copies = transfer.cohort.copies;
            for copy in (0..copies).step_by((copies as usize).div_ceil(MAX_SEARCHED_LINKS)) {
                let shift = transfer.cohort.shift(copy);
                for part in &route.runs {
                    for place_row in (0..part.rows).step_by((part.rows as usize).div_ceil(MAX_SEARCHED_LINKS)) {
                        let first = part.link(place_row, 0).offset(shift);
                        let link = |index: u32| {
                            LinkId((i64::from(first.0) + i64::from(index) * i64::from(part.stride)) as u32)
                        };
                        match &groups {
                            Some((groups, mesh)) => candidates.extend(
                                (groups.crossings(mesh, first, part.count).into_iter().map(link))
                                    .filter(|&link| groups.ends(mesh, link) == Some((row, column))),
                            ),
                            None => candidates.extend((0..part.count).map(link).filter(|&link| {
                                let ends = run.fabric.topology.ends(link);
                                ends.is_some_and(|(from, to)| from.0 / group == row || to.0 / group == column)
                            })),
                        }
                    }
                }
            }
            if candidates.len() >= MAX_SEARCHED_LINKS {
                break;
            }
        }
        // Of identical rows, the one in the middle.
        let middle = candidates.len() / 2;
        candidates.rotate_left(middle);
        candidates.truncate(MAX_SEARCHED_LINKS);
        let loads = crate::sample::link_loads::LinkLoads::at(&run.fabric, &run.plan, trace, at);
        let used =
            |link: LinkId| loads.load(link).utilisation(run.fabric.link(link).map_or(1.0, |spec| spec.capacity.0));
        let mut best: Option<(f64, LinkId)> = None;
        for link in candidates {
            let used = used(link);
            if best.is_none_or(|(most, _)| used > most) {
                best = Some((used, link));
            }
        }
        best.map(|(_, link)| link)
    }

    fn cell(&self, from: u32, to: u32) -> u32 {
        (from / self.group) * self.side + to / self.group
    }

    /// The ranks where a stream enters and leaves the fabric: nodes that it leaves but does not reach, and the reverse.
    fn ends(&self, topology: &Topology, transfer: &Transfer, route: &Route) -> Vec<Entry> {
        let ranks = topology.ranks();
        let mut found: BTreeMap<u32, f32> = BTreeMap::new();
        for copy in 0..transfer.cohort.copies {
            let shift = transfer.cohort.shift(copy);
            // By flow: the nodes that sums leave and reach, and the same for copies.
            let (mut left, mut reached) = ([BTreeSet::new(), BTreeSet::new()], [BTreeSet::new(), BTreeSet::new()]);
            for part in &route.runs {
                let flow = usize::from(part.flow == Flow::Broadcast);
                for row in 0..part.rows {
                    for index in 0..part.count {
                        let Some((from, to)) = topology.ends(part.link(row, index).offset(shift)) else { continue };
                        left[flow].insert(from.0);
                        reached[flow].insert(to.0);
                    }
                }
            }
            let first = usize::from(left[0].is_empty());
            let last = usize::from(!left[1].is_empty());
            let only = |these: &BTreeSet<u32>, those: &BTreeSet<u32>| -> Vec<u32> {
                these.difference(those).copied().filter(|node| *node < ranks).collect()
            };
            let (sources, sinks) = (only(&left[first], &reached[first]), only(&reached[last], &left[last]));
            for &source in &sources {
                for &sink in sinks.iter().filter(|&&sink| sink != source) {
                    *found.entry(self.cell(source, sink)).or_default() += 1.0;
                }
            }
        }
        found.into_iter().map(|(cell, weight)| Entry { cell, behind: Femtos(0), weight }).collect()
    }

    /// The traffic of a stream over the edges between groups of PEs.
    fn edges(&self, run: &FabricRun, mesh: &Mesh, transfer: &Transfer, route: &Route) -> Vec<Entry> {
        let Some(groups) = Groups::new(run, mesh) else { return Vec::new() };
        let hop = mesh.cycles(mesh.hop_cycles);
        let mut found: BTreeMap<(u32, Femtos), f32> = BTreeMap::new();
        let cohort = &transfer.cohort;
        for part in &route.runs {
            for row in 0..part.rows {
                for copy in 0..cohort.copies {
                    let first = part.link(row, 0).offset(cohort.shift(copy));
                    for index in groups.crossings(mesh, first, part.count) {
                        let link = LinkId((i64::from(first.0) + i64::from(index) * i64::from(part.stride)) as u32);
                        let Some((from, to)) = groups.ends(mesh, link) else { continue };
                        let behind = route.latency.since(part.offset(row, index) + hop);
                        *found.entry((self.cell(from, to), behind)).or_default() += part.weight as f32;
                    }
                }
            }
        }
        found.into_iter().map(|((cell, behind), weight)| Entry { cell, behind, weight }).collect()
    }
}

/// PEs in groups: strips, or dies, by the first column and row of each.
struct Groups {
    columns: Vec<u32>,
    rows: Vec<u32>,
}

impl Groups {
    fn new(run: &FabricRun, mesh: &Mesh) -> Option<Groups> {
        let FabricKind::Wafer(wafer) = &run.scene.kind else { return None };
        if let WaferLayout::Strips { layout, .. } = &wafer.layout {
            let columns = (0..layout.strips).map(|strip| strip * layout.strip_width).collect();
            return Some(Groups { columns, rows: vec![0] });
        }
        let [columns, rows] = crate::stage::die_lines(&wafer.machine);
        let origin = [(wafer.machine.columns.count() - mesh.width) / 2, (wafer.machine.rows.count() - mesh.height) / 2];
        let starts = |lines: Vec<u32>, origin: u32| -> Vec<u32> {
            let last = lines.len() - 1;
            lines[..last].iter().map(|line| line.saturating_sub(origin)).collect()
        };
        Some(Groups { columns: starts(columns, origin[0]), rows: starts(rows, origin[1]) })
    }

    fn group(&self, x: u32, y: u32) -> u32 {
        let column = self.columns.partition_point(|&first| first <= x).saturating_sub(1);
        let row = self.rows.partition_point(|&first| first <= y).saturating_sub(1);
        (row * self.columns.len() + column) as u32
    }

    /// The indices of the links of a straight run that lead from group to group.
    fn crossings(&self, mesh: &Mesh, first: LinkId, count: u32) -> Vec<u32> {
        let Some((x, y, direction)) = mesh.place(first) else { return Vec::new() };
        let (at, lines, onwards) = match direction {
            Direction::East => (x, &self.columns, true),
            Direction::West => (x, &self.columns, false),
            Direction::South => (y, &self.rows, true),
            Direction::North => (y, &self.rows, false),
            Direction::Ramp => return Vec::new(),
        };
        // A link crosses if its next PE begins a group, or in the other direction, if its own PE does.
        let place = |line: u32| if onwards { line.checked_sub(at + 1) } else { at.checked_sub(line) };
        lines.iter().filter(|line| **line > 0).filter_map(|&line| place(line)).filter(|&index| index < count).collect()
    }

    fn ends(&self, mesh: &Mesh, link: LinkId) -> Option<(u32, u32)> {
        let (x, y, direction) = mesh.place(link)?;
        let (to_x, to_y) = match direction {
            Direction::East => (x + 1, y),
            Direction::West => (x.checked_sub(1)?, y),
            Direction::North => (x, y.checked_sub(1)?),
            Direction::South => (x, y + 1),
            Direction::Ramp => return None,
        };
        Some((self.group(x, y), self.group(to_x, to_y)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::{Setting, first_look, parse_scene};
    use crate::solve::solve;

    fn runs(settings: &[&str]) -> Vec<FabricRun> {
        let catalog = Catalog::bundled().expect("the catalog");
        let scene = first_look();
        let document = parse_scene(scene.file, scene.text, &catalog).expect("the first look");
        let settings: Vec<Setting> = settings.iter().map(|text| Setting::parse(text).expect("a setting")).collect();
        solve(&document.with(&settings, &catalog).expect("a scene").scene)
    }

    fn sent(run: &FabricRun) -> (TrafficMatrix, Vec<f32>) {
        let matrix = TrafficMatrix::new(run).expect("a matrix");
        let trace = &run.result().expect("a run").played.trace;
        let mut cells = Vec::new();
        matrix.fill(run, trace, trace.end(), true, &mut cells);
        (matrix, cells)
    }

    #[test]
    fn a_ring_sends_to_the_next_rank_only() {
        let runs = runs(&["fabrics.0.algorithm=ring"]);
        let (matrix, cells) = sent(&runs[0]);
        let message = runs[0].message.0 as f32;
        assert_eq!((matrix.side, matrix.noun, matrix.legend.as_str()), (8, "GPU", "from GPU to GPU"));
        for from in 0..8_u32 {
            for to in 0..8_u32 {
                // Rings can run in either direction; every rank sends 2 (n-1)/n of the message to one other.
                let share = cells[(from * 8 + to) as usize] / message;
                assert!(share < 1e-6 || (share - 1.75).abs() < 1e-4, "{from} to {to}: {share}");
            }
            let row: f32 = cells[(from * 8) as usize..(from * 8 + 8) as usize].iter().sum();
            assert!((row / message - 1.75).abs() < 1e-4, "{from}");
        }
    }

    #[test]
    fn in_switch_reduction_connects_all_ranks() {
        let runs = runs(&[]);
        let (matrix, cells) = sent(&runs[0]);
        assert!(matrix.legend.contains("each copy"), "more than a port carries: {}", matrix.legend);
        for (place, cell) in cells.iter().enumerate() {
            let same = place / 8 == place % 8;
            assert_eq!(*cell > 0.0, !same, "{} to {}", place / 8, place % 8);
        }
    }

    #[test]
    fn a_cell_selects_a_link_between_source_and_destination() {
        let runs = runs(&["fabrics.0.algorithm=ring"]);
        for (run, pairs) in runs.iter().zip([8, 14]) {
            let (matrix, cells) = sent(run);
            let at = Femtos(run.result().expect("a run").played.trace.end().0 / 2);
            let mut found = 0;
            for row in 0..matrix.side {
                for column in 0..matrix.side {
                    let link = matrix.link(run, at, [row, column]);
                    assert_eq!(link.is_some(), cells[(row * matrix.side + column) as usize] > 0.0, "{row} to {column}");
                    let Some(link) = link else { continue };
                    found += 1;
                    match &run.fabric.topology {
                        Topology::Mesh(mesh) => {
                            let groups = Groups::new(run, mesh).expect("strips");
                            assert_eq!(groups.ends(mesh, link), Some((row, column)));
                        }
                        topology => {
                            let (from, to) = topology.ends(link).expect("a link");
                            assert!(from.0 == row || to.0 == column, "{row} to {column}: {from:?} to {to:?}");
                        }
                    }
                }
            }
            assert_eq!(found, pairs);
        }
    }

    #[test]
    fn the_scale_is_that_of_the_whole_run() {
        for run in runs(&["fabrics.0.algorithm=ring"]) {
            let (matrix, _) = sent(&run);
            let trace = &run.result().expect("a run").played.trace;
            let mut cells = Vec::new();
            let mut reached = 0.0_f32;
            for part in 1..40 {
                let at = Femtos(trace.end().0 / 40 * part);
                for accumulated in [false, true] {
                    let largest = matrix.fill(&run, trace, at, accumulated, &mut cells);
                    assert!(largest <= 1.0001 * matrix.scale(accumulated), "{largest} at {at}");
                    reached = reached.max(if accumulated { 0.0 } else { largest / matrix.scale(false) });
                }
            }
            assert!(reached > 0.99, "{reached}");
        }
    }

    #[test]
    fn strips_exchange_the_whole_message_with_their_neighbours() {
        let runs = runs(&[]);
        let (matrix, cells) = sent(&runs[1]);
        assert_eq!((matrix.side, matrix.noun), (8, "strip"));
        let message = runs[1].message.0 as f32;
        for from in 0..8_u32 {
            for to in 0..8_u32 {
                let share = cells[(from * 8 + to) as usize] / message;
                let neighbours = from.abs_diff(to) == 1;
                // The whole message crosses every edge, once as sums and once as copies.
                let expected = if neighbours { 1.0 } else { 0.0 };
                assert!((share - expected).abs() < 0.01, "{from} to {to}: {share}");
            }
        }
    }
}
