//! The utilisation of links over the whole run: one row per link (or group of neighbours), one column per span of time.

use crate::collective::Flow;
use crate::fabric::LinkId;
use crate::scene::FabricKind;
use crate::solve::FabricRun;
use crate::trace::Trace;
use crate::units::Femtos;

use super::links::Rows;
use super::passages::{MAX_PASSAGES, Passage, passage_count, passages, passages_over};
use super::spans::{COLUMNS, Spans};

/// The most sends of rings on the fast path with a link heatmap: those of a ring of 1,024.
const MAX_SWEPT: u32 = 1 << 21;
/// The most transfers that are sampled for the times of sums and copies, evenly spread, besides the last ones.
const MAX_SAMPLED: u32 = 1 << 16;

/// One row of a link heatmap.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatmapRow {
    /// Its links: one, or neighbours of one class.
    pub links: Vec<LinkId>,
    /// The name of the link, or of the first and the last one.
    pub name: String,
}

/// Mean utilisation of links in equal spans of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkHeatmap {
    /// The rows, from the top.
    pub rows: Vec<HeatmapRow>,
    /// The legend.
    pub legend: String,
    /// The time of the run.
    pub duration: Femtos,
    /// Row by row, [`LinkHeatmap::COLUMNS`] each: 0 to 1, the mean over the links of a row.
    pub means: Vec<f32>,
    /// The same of the busiest link of each row.
    pub maxima: Vec<f32>,
    /// Start and end of the sums, and of the copies.
    pub phases: [Option<(Femtos, Femtos)>; 2],
}

/// Columns of equal rows that may differ.
const ENDS: usize = COLUMNS / 50;
/// Utilisations that differ by less look the same.
const SAME: f32 = 0.02;

impl LinkHeatmap {
    /// Columns of a row.
    pub const COLUMNS: usize = COLUMNS;

    /// Whether all rows are equal at all times, so that one stands for all.
    pub fn is_uniform(&self) -> bool {
        let Some((first, rest)) = self.means.split_at_checked(COLUMNS) else { return false };
        // At both ends of a run, rows differ by the latency of a link.
        let differs = |row: &[f32]| row.iter().zip(first).filter(|(a, b)| (*a - *b).abs() > SAME).count() > ENDS;
        self.rows.len() > 1 && !rest.chunks(COLUMNS).any(differs)
    }

    /// The link heatmap of a run; `None` without a result, or if there are too many transfers.
    pub fn new(run: &FabricRun) -> Option<LinkHeatmap> {
        let result = run.result().filter(|result| has_heatmap(run, &result.played.trace))?;
        let trace = &result.played.trace;
        let duration = trace.end();
        let mut rows = Rows::new(run);
        let wafer = matches!(run.scene.kind, FabricKind::Wafer(_));
        let passages = if wafer || passage_count(run) > MAX_PASSAGES {
            if !wafer {
                rows = rows.sampled();
            }
            passages_over(run, &rows.links.concat())
        } else {
            passages(run)
        };
        let mut heatmap = LinkHeatmap {
            rows: Vec::with_capacity(rows.links.len()),
            legend: rows.legend,
            duration,
            means: Vec::with_capacity(rows.links.len() * COLUMNS),
            maxima: Vec::with_capacity(rows.links.len() * COLUMNS),
            phases: phases(run, trace),
        };
        let mut spans = Spans::new(duration.secs());
        for links in rows.links {
            let (mut mean, mut most) = (vec![0.0_f32; COLUMNS], vec![0.0_f32; COLUMNS]);
            for &link in &links {
                spans.clear();
                let first = passages.partition_point(|passage| passage.link < link);
                let here = passages[first..].iter().take_while(|passage| passage.link == link);
                let capacity = run.fabric.link(link).map_or(1.0, |spec| spec.capacity.0);
                here.for_each(|passage| add(run, trace, passage, capacity, &mut spans));
                for ((mean, most), cell) in mean.iter_mut().zip(&mut most).zip(spans.cells()) {
                    *mean += cell / links.len() as f32;
                    *most = most.max(cell);
                }
            }
            heatmap.means.extend(mean);
            heatmap.maxima.extend(most);
            let name = |link: Option<&LinkId>| link.map_or(String::new(), |&link| run.fabric.link_name(link));
            let name = match links.as_slice() {
                [link] => name(Some(link)),
                [first, .., last] => format!("{} to {}", name(Some(first)), name(Some(last))),
                [] => String::new(),
            };
            heatmap.rows.push(HeatmapRow { links, name });
        }
        Some(heatmap)
    }

    /// Mean and largest utilisation in a row at an instant of the run.
    pub fn at(&self, row: usize, at: Femtos) -> (f32, f32) {
        let column = (at.0 as f64 / self.duration.0.max(1) as f64 * COLUMNS as f64) as usize;
        let cell = row * COLUMNS + column.min(COLUMNS - 1);
        let value = |cells: &[f32]| cells.get(cell).copied().unwrap_or(0.0);
        (value(&self.means), value(&self.maxima))
    }

    /// The row of a link.
    pub fn row_of(&self, link: LinkId) -> Option<usize> {
        self.rows.iter().position(|row| row.links.contains(&link))
    }
}

/// Utilisation of links over the whole run, their capacities taken together, in [`COLUMNS`] columns.
pub(crate) fn over_time(run: &FabricRun, links: &[LinkId]) -> Vec<f32> {
    let Some(result) = run.result() else { return Vec::new() };
    let trace = &result.played.trace;
    let capacity: f64 = links.iter().filter_map(|&link| run.fabric.link(link)).map(|spec| spec.capacity.0).sum();
    let mut spans = Spans::new(trace.end().secs());
    for passage in passages_over(run, links) {
        add(run, trace, &passage, capacity.max(1e-9), &mut spans);
    }
    spans.cells().collect()
}

/// Whether the transfers of a run are few enough.
pub(super) fn has_heatmap(run: &FabricRun, trace: &Trace) -> bool {
    run.plan.transfer_count() <= if trace.is_swept() { MAX_SWEPT } else { crate::sample::MAX_DRAWN_TRANSFERS }
}

/// Adds the utilisation of a link by one stream.
fn add(run: &FabricRun, trace: &Trace, passage: &Passage, capacity: f64, spans: &mut Spans) {
    let segments = trace.segments(passage.transfer);
    let mut left = run.plan.transfer(passage.transfer).bytes;
    for (index, segment) in segments.iter().enumerate() {
        let lasts_s = match segments.get(index + 1) {
            Some(next) => next.from.since(segment.from).secs(),
            None => left / segment.rate,
        };
        left -= lasts_s * segment.rate;
        let from_s = segment.from.secs() - passage.behind.secs();
        spans.add(from_s, lasts_s, segment.rate * passage.weight / capacity);
    }
}

/// Start and end of the sums, and of the copies.
fn phases(run: &FabricRun, trace: &Trace) -> [Option<(Femtos, Femtos)>; 2] {
    let mut spans = [None::<(Femtos, Femtos)>; 2];
    let count = run.plan.transfer_count();
    let every = count.div_ceil(MAX_SAMPLED).max(1);
    let ends = (count.saturating_sub(MAX_SAMPLED / 8)..count).filter(|id| id % every != 0);
    for id in (0..count).step_by(every as usize).chain(ends) {
        let transfer = run.plan.transfer(id);
        let Some(times) = trace.times(id).filter(|_| !transfer.background) else { continue };
        let route = run.plan.route(&transfer);
        for part in &route.runs {
            let from = times.start + part.offset(0, 0);
            // The tail leaves the last link of the part before it arrives at the sink.
            let last = part.offset(part.rows - 1, part.count - 1);
            let until = Femtos(times.end.0.saturating_sub(route.latency.since(last).0));
            let span = &mut spans[usize::from(part.flow == Flow::Broadcast)];
            *span = Some(span.map_or((from, until), |(first, end)| (first.min(from), end.max(until))));
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::BUNDLED;
    use crate::solve::solve;

    #[test]
    fn a_link_heatmap_shows_all_bytes_of_its_links() {
        let catalog = Catalog::bundled().expect("the catalog");
        for scene in &BUNDLED {
            let document = scene.load(&catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
            for run in solve(&document.scene) {
                let Some(heatmap) = LinkHeatmap::new(&run) else { continue };
                assert_eq!(heatmap.means.len(), heatmap.rows.len() * COLUMNS);
                for (index, row) in heatmap.rows.iter().enumerate() {
                    let &[link] = row.links.as_slice() else { continue };
                    let capacity = run.fabric.link(link).expect("a link").capacity.0;
                    let mean: f64 =
                        heatmap.means[index * COLUMNS..(index + 1) * COLUMNS].iter().map(|&cell| f64::from(cell)).sum();
                    let shown = mean / COLUMNS as f64 * heatmap.duration.secs() * capacity;
                    let planned: f64 = run
                        .plan
                        .transfers()
                        .flat_map(|(_, transfer)| {
                            run.plan.route(&transfer).runs.clone().into_iter().map(move |part| (transfer, part))
                        })
                        .filter(|(transfer, part)| transfer.find(part, link).is_some())
                        .map(|(transfer, part)| transfer.bytes * part.weight)
                        .sum();
                    assert!((shown - planned).abs() <= 1e-3 * planned, "{}: {} of {planned}", row.name, shown);
                }
            }
        }
    }
}
