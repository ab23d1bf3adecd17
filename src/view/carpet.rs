//! The carpet: utilisation of links over the whole run, a row per link and a column per span of time.

use crate::collective::Phase;
use crate::fabric::{Direction, Fabric, LinkId, Mesh};
use crate::scene::{FabricKind, FabricRun, WaferFabric, WaferLayout};
use crate::trace::Trace;
use crate::units::Femtos;

/// Columns of a carpet.
pub const COLUMNS: usize = 2048;

/// One link of the carpet.
#[derive(Clone, Debug, PartialEq)]
pub struct CarpetRow {
    /// The link.
    pub link: LinkId,
    /// Its place in words.
    pub name: String,
}

/// Mean utilisation of links in equal spans of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Carpet {
    /// The rows, from the top.
    pub rows: Vec<CarpetRow>,
    /// What the rows are, for the legend.
    pub legend: String,
    /// From zero to here.
    pub duration: Femtos,
    /// Row by row, [`COLUMNS`] each: 0 to 1.
    pub cells: Vec<f32>,
    /// From when to when sums are on the way, and copies.
    pub phases: [Option<(Femtos, Femtos)>; 2],
}

impl Carpet {
    /// The carpet of a run; `None` if it cannot run.
    pub fn of(run: &FabricRun) -> Option<Carpet> {
        let result = run.result()?;
        let (links, legend) = links(run);
        let trace = &result.played.trace;
        let duration = trace.end();
        let mut sums =
            Sums { changes: vec![0.0; links.len() * (COLUMNS + 1)], parts: vec![0.0; links.len() * COLUMNS] };
        // Where the links stand on each route; routes are few, transfers may be many.
        let mut on_route: Vec<Option<Vec<Crossing>>> = vec![None; run.plan.routes().len()];
        for (id, transfer) in run.plan.transfers().iter().enumerate() {
            let crossings = on_route[transfer.route.0 as usize].get_or_insert_with(|| crossings(run, transfer, &links));
            for crossing in crossings.iter() {
                let segments = trace.segments(id as u32);
                let mut left = transfer.bytes;
                for (index, segment) in segments.iter().enumerate() {
                    let lasts_s = match segments.get(index + 1) {
                        Some(next) => next.from.since(segment.from).secs(),
                        None => left / segment.rate,
                    };
                    left -= lasts_s * segment.rate;
                    let from_s = segment.from.secs() - crossing.behind.secs();
                    sums.add(crossing.row, from_s, lasts_s, duration.secs(), segment.rate * crossing.share_per_rate);
                }
            }
        }
        let cells = sums.cells();
        let rows = links.into_iter().map(|link| CarpetRow { link, name: run.fabric.link_name(link) }).collect();
        Some(Carpet { rows, legend, duration, cells, phases: phases(run, trace) })
    }

    /// The utilisation in a row at an instant of the run.
    pub fn at(&self, row: usize, at: Femtos) -> f32 {
        let column = (at.0 as f64 / self.duration.0.max(1) as f64 * COLUMNS as f64) as usize;
        self.cells.get(row * COLUMNS + column.min(COLUMNS - 1)).copied().unwrap_or(0.0)
    }
}

/// From when to when sums are on the way, and copies.
fn phases(run: &FabricRun, trace: &Trace) -> [Option<(Femtos, Femtos)>; 2] {
    let mut spans = [None::<(Femtos, Femtos)>; 2];
    for (id, transfer) in run.plan.transfers().iter().enumerate() {
        let Some(times) = trace.times(id as u32) else { continue };
        let route = run.plan.route(transfer);
        for part in &route.runs {
            let from = times.start + part.offset(0, 0);
            // The tail leaves the last link of the part this much before it arrives.
            let last = part.offset(part.rows - 1, part.count - 1);
            let until = Femtos(times.end.0.saturating_sub(route.latency.since(last).0));
            let span = &mut spans[usize::from(part.phase == Phase::Copy)];
            *span = Some(span.map_or((from, until), |(first, end)| (first.min(from), end.max(until))));
        }
    }
    spans
}

/// A link of the carpet on a route.
#[derive(Clone, Copy, Debug)]
struct Crossing {
    row: usize,
    /// From leaving the link to arriving at the farthest sink.
    behind: Femtos,
    /// Weight over capacity.
    share_per_rate: f64,
}

fn crossings(run: &FabricRun, transfer: &crate::collective::Transfer, links: &[LinkId]) -> Vec<Crossing> {
    let route = run.plan.route(transfer);
    let mut found = Vec::new();
    for (row, &link) in links.iter().enumerate() {
        let Some(spec) = run.fabric.link(link) else { continue };
        for part in &route.runs {
            if let Some((part_row, index)) = transfer.find(part, link) {
                let behind = route.latency.since(part.offset(part_row, index) + spec.latency);
                found.push(Crossing { row, behind, share_per_rate: part.weight / spec.capacity.0 });
            }
        }
    }
    found
}

/// Cells under construction: a share that lasts over many columns is two changes, and two parts at its ends.
struct Sums {
    changes: Vec<f64>,
    parts: Vec<f64>,
}

impl Sums {
    /// Adds a share that lasts from `from_s` for `lasts_s` to the columns that it covers, each by how much of it.
    fn add(&mut self, row: usize, from_s: f64, lasts_s: f64, duration_s: f64, share: f64) {
        if duration_s <= 0.0 || lasts_s <= 0.0 {
            return;
        }
        let per_s = COLUMNS as f64 / duration_s;
        let (from, to) = (from_s.max(0.0) * per_s, ((from_s + lasts_s) * per_s).min(COLUMNS as f64));
        if to <= from {
            return;
        }
        let parts = &mut self.parts[row * COLUMNS..(row + 1) * COLUMNS];
        let (first, last) = (from as usize, (to as usize).min(COLUMNS - 1));
        if first == last {
            parts[first] += (to - from) * share;
            return;
        }
        parts[first] += (first as f64 + 1.0 - from) * share;
        parts[last] += (to - last as f64) * share;
        let changes = &mut self.changes[row * (COLUMNS + 1)..(row + 1) * (COLUMNS + 1)];
        changes[first + 1] += share;
        changes[last] -= share;
    }

    fn cells(&self) -> Vec<f32> {
        let mut cells = Vec::with_capacity(self.parts.len());
        for (parts, changes) in self.parts.chunks(COLUMNS).zip(self.changes.chunks(COLUMNS + 1)) {
            let mut level = 0.0;
            for (part, change) in parts.iter().zip(changes) {
                level += change;
                cells.push((part + level).clamp(0.0, 1.0) as f32);
            }
        }
        cells
    }
}

/// The links that a carpet shows, and what they are in words.
fn links(run: &FabricRun) -> (Vec<LinkId>, String) {
    match (&run.scene.kind, &run.fabric) {
        (FabricKind::Wafer(wafer), Fabric::Mesh(mesh)) => wafer_links(wafer, mesh),
        (_, fabric) => {
            let ports = fabric.link_count() / 2;
            let links = (0..fabric.link_count()).map(LinkId).collect();
            (links, format!("each row a link: {ports} ports up, {ports} ports down"))
        }
    }
}

fn wafer_links(wafer: &WaferFabric, mesh: &Mesh) -> (Vec<LinkId>, String) {
    let middle_row = mesh.height / 2;
    let mut links = Vec::new();
    match &wafer.layout {
        WaferLayout::Strips { layout, .. } => {
            // Many strips: as many edges as can be told apart.
            let edges = layout.strips - 1;
            let shown = edges.min(32);
            let edge = |index: u32| ((index * edges) / shown + 1) * layout.strip_width;
            let columns: Vec<u32> = (0..shown).map(edge).collect();
            links.extend(columns.iter().map(|&x| mesh.link_id(x - 1, middle_row, Direction::East)));
            links.extend(columns.iter().map(|&x| mesh.link_id(x, middle_row, Direction::West)));
            let all = if shown == edges { String::new() } else { format!(" of {edges}") };
            (links, format!("each row a link: {shown}{all} strip edges east, {shown} west, in PE row {middle_row}"))
        }
        WaferLayout::PerPe { .. } => {
            let parts = 12;
            let last = mesh.width - 1;
            let at = |part: u32, size: u32| (u64::from(size) * u64::from(part) / u64::from(parts)) as u32;
            for direction in [Direction::East, Direction::West] {
                links.extend((1..parts).map(|part| mesh.link_id(at(part, mesh.width), middle_row, direction)));
            }
            for direction in [Direction::South, Direction::North] {
                links.extend((1..parts).map(|part| mesh.link_id(last, at(part, mesh.height), direction)));
            }
            (links, format!("each row a link: PE row {middle_row} east and west, last column south and north"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::{BUNDLED, solve};

    #[test]
    fn a_carpet_holds_all_bytes_that_cross_its_links() {
        let catalog = Catalog::bundled().expect("the catalog");
        for scene in &BUNDLED {
            let document = scene.load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
            for run in solve(&document.scene) {
                let Some(carpet) = Carpet::of(&run) else { continue };
                assert_eq!(carpet.cells.len(), carpet.rows.len() * COLUMNS);
                for (index, row) in carpet.rows.iter().enumerate() {
                    let capacity = run.fabric.link(row.link).expect("a link").capacity.0;
                    let mean: f64 =
                        carpet.cells[index * COLUMNS..(index + 1) * COLUMNS].iter().map(|&cell| f64::from(cell)).sum();
                    let shown = mean / COLUMNS as f64 * carpet.duration.secs() * capacity;
                    let planned: f64 = run
                        .plan
                        .transfers()
                        .iter()
                        .flat_map(|transfer| run.plan.route(transfer).runs.iter().map(move |part| (transfer, part)))
                        .filter(|(transfer, part)| transfer.find(part, row.link).is_some())
                        .map(|(transfer, part)| transfer.bytes * part.weight)
                        .sum();
                    assert!((shown - planned).abs() <= 1e-3 * planned, "{}: {} of {planned}", row.name, shown);
                }
            }
        }
    }
}
