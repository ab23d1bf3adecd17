//! Utilisation of each link class over the whole run, and the time span of each phase of the plan.

use super::link_heatmap::COLUMNS;
use super::link_heatmap::Spans;
use crate::collective::RouteRun;
use crate::fabric::{LinkId, Mesh, Topology};
use crate::solve::FabricRun;
use crate::units::Femtos;

/// The most sampled links of one link run, evenly spread.
const MAX_SAMPLED: u64 = 48;

/// One link class over time.
#[derive(Clone, Debug, PartialEq)]
pub struct UtilisationArea {
    /// Its name.
    pub name: &'static str,
    /// Its number in the fabric.
    pub class: u8,
    /// Number of its links, used or not.
    pub links: u64,
    /// Mean utilisation over all of them, in [`ClassUtilisation::COLUMNS`] spans of the run.
    pub cells: Vec<f32>,
}

/// The utilisation of all link classes over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClassUtilisation {
    /// The classes that the plan uses, in the order of the fabric.
    pub classes: Vec<UtilisationArea>,
    /// Phases of the plan: name, first start, last end.
    pub stages: Vec<(&'static str, Femtos, Femtos)>,
}

impl ClassUtilisation {
    /// Columns of a class.
    pub const COLUMNS: usize = COLUMNS;

    /// The utilisation of a run; empty without a result, or if it is too large to draw.
    pub fn new(run: &FabricRun) -> ClassUtilisation {
        let drawable = |_: &&crate::solve::RunResult| run.plan.transfer_count() <= crate::sample::MAX_DRAWN_TRANSFERS;
        let Some(result) = run.result().filter(drawable) else { return ClassUtilisation::default() };
        let (trace, topology) = (&result.played.trace, &run.fabric.topology);
        let names = topology.class_names();
        let counts = class_counts(topology, names.len());
        let mut spans: Vec<Option<Spans>> = names.iter().map(|_| None).collect();
        let mut stages: Vec<Option<(Femtos, Femtos)>> = vec![None; run.plan.phases().len()];
        for (id, transfer) in run.plan.transfers().filter(|(_, transfer)| !transfer.background) {
            let Some(times) = trace.times(id) else { continue };
            if let Some(stage) = stages.get_mut(usize::from(transfer.phase.0)) {
                let known = stage.get_or_insert((times.start, times.end));
                *known = (known.0.min(times.start), known.1.max(times.end));
            }
            let route = run.plan.route(&transfer);
            let segments = trace.segments(id);
            for part in &route.runs {
                let Some(spec) = run.fabric.link(part.first).filter(|spec| usize::from(spec.class) < names.len())
                else {
                    continue;
                };
                let class = usize::from(spec.class);
                let all = spec.capacity.0 * counts[class].max(1) as f64;
                let spans = spans[class].get_or_insert_with(|| Spans::new(trace.end().secs()));
                let (sampled, each) = sampled(part);
                let weight = part.weight * each * f64::from(transfer.cohort.copies) / all;
                for (row, index) in sampled {
                    let behind = route.latency.since(part.offset(row, index) + spec.latency);
                    let mut left = transfer.bytes;
                    for (number, segment) in segments.iter().enumerate() {
                        let lasts_s = match segments.get(number + 1) {
                            Some(next) => next.from.since(segment.from).secs(),
                            None => left / segment.rate,
                        };
                        left -= lasts_s * segment.rate;
                        spans.add(segment.from.secs() - behind.secs(), lasts_s, segment.rate * weight);
                    }
                }
            }
        }
        let classes = (0_u8..).zip(names).zip(&counts).zip(&spans).filter_map(|(((class, &name), &links), spans)| {
            Some(UtilisationArea { name, class, links, cells: spans.as_ref()?.cells().collect() })
        });
        let stages = run.plan.phases().iter().zip(stages).filter_map(|(&name, span)| {
            let (from, until) = span?;
            Some((name, from, until))
        });
        ClassUtilisation { classes: classes.collect(), stages: stages.collect() }
    }
}

/// Sampled row and index of a link run, evenly spread, and the number of links that each stands for.
fn sampled(part: &RouteRun) -> (impl Iterator<Item = (u32, u32)> + use<>, f64) {
    let (all, count) = (part.len(), u64::from(part.count.max(1)));
    let places = all.min(MAX_SAMPLED);
    let place = move |number: u64| {
        let place = (2 * number + 1) * all / (2 * places);
        ((place / count) as u32, (place % count) as u32)
    };
    ((0..places).map(place), all as f64 / places.max(1) as f64)
}

/// The number of links of each class.
fn class_counts(topology: &Topology, classes: usize) -> Vec<u64> {
    if let Topology::Mesh(Mesh { width, height, .. }) = topology {
        let (width, height) = (u64::from(*width), u64::from(*height));
        return vec![2 * (width - 1) * height, 2 * width * (height - 1), width * height];
    }
    let mut counts = vec![0; classes];
    for spec in (0..topology.link_count()).filter_map(|link| topology.link(LinkId(link))) {
        if let Some(count) = counts.get_mut(usize::from(spec.class)) {
            *count += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::BUNDLED;
    use crate::solve::solve;

    #[test]
    fn class_utilisation_shows_all_planned_bytes() {
        let catalog = Catalog::bundled().expect("the catalog");
        for scene in &BUNDLED {
            let document = scene.load(&catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
            for run in solve(&document.scene) {
                let Some(result) = run.result() else { continue };
                let areas = ClassUtilisation::new(&run);
                let names = run.fabric.topology.class_names();
                let mut planned = vec![0.0; names.len()];
                for (_, transfer) in run.plan.transfers() {
                    for part in &run.plan.route(&transfer).runs {
                        let Some(spec) = run.fabric.link(part.first).filter(|spec| (spec.class as usize) < names.len())
                        else {
                            continue;
                        };
                        let links = part.len() as f64 * f64::from(transfer.cohort.copies);
                        planned[spec.class as usize] += transfer.bytes * part.weight * links / spec.capacity.0;
                    }
                }
                assert!(!areas.classes.is_empty(), "{}", scene.file);
                for class in &areas.classes {
                    let index = names.iter().position(|name| *name == class.name).expect("a class of the fabric");
                    let mean: f64 = class.cells.iter().map(|&cell| f64::from(cell)).sum::<f64>() / COLUMNS as f64;
                    let shown = mean * result.played.trace.end().secs() * class.links as f64;
                    let expected = planned[index];
                    assert!(
                        (shown - expected).abs() <= 0.01 * expected,
                        "{}: {} {shown} of {expected}",
                        scene.file,
                        class.name
                    );
                }
                for (name, from, until) in &areas.stages {
                    assert!(from < until && *until <= result.played.trace.end(), "{}: {name}", scene.file);
                }
            }
        }
    }
}
