//! Finds the bottleneck of a run at an instant.

use super::bottleneck::{BottleneckCause, BottleneckMark, LinkGroup};
use super::link_heatmap::LinkHeatmap;
use super::link_loads::{LinkLoad, LinkLoads};
use super::link_sampler::LinkSampler;
use super::run_kind::{has_gpus, is_in_strips};
use super::wafer_heat::present;
use crate::explain::bottleneck;
use crate::fabric::{Direction, LinkId, Mesh, RateCapReason, Topology};
use crate::solve::FabricRun;
use crate::units::Femtos;

/// The most streams whose links are sampled.
const MAX_STREAMS: usize = 512;
/// The most links among them whose streams are counted.
const MAX_LINKS: usize = 16;
/// Links within this utilisation of the fullest one are bottlenecks, too.
const TOLERANCE: f64 = 0.005;

fn latency() -> BottleneckMark {
    BottleneckMark::without_links(BottleneckCause::Latency)
}

fn full_links(links: Vec<LinkId>, identical: u64, group: LinkGroup, percent: f64) -> BottleneckMark {
    BottleneckMark { links, identical, cause: BottleneckCause::Links { group, percent } }
}

/// What limits progress before the first byte flows: the launch, or a pipeline that fills.
fn startup_state(run: &FabricRun, window: (Femtos, Femtos)) -> Option<BottleneckMark> {
    let (launch, fill) = (run.plan.launch(), run.plan.fill());
    if window.1 < launch {
        let cause = BottleneckCause::Launch { launch, grade: run.launch_grade() };
        return Some(BottleneckMark::without_links(cause));
    }
    let is_filling = window.1 < launch + fill;
    is_filling.then(|| BottleneckMark::without_links(BottleneckCause::PipelineFill { fill }))
}

/// The bottleneck on a wafer: one link stands for all identical ones. `None` after the end.
pub(crate) fn find_on_wafer(
    run: &FabricRun,
    mesh: &Mesh,
    loads: &LinkLoads,
    heatmap: Option<&LinkHeatmap>,
    window: (Femtos, Femtos),
) -> Option<BottleneckMark> {
    if loads.at >= loads.trace.end() {
        return None;
    }
    if let Some(startup) = startup_state(run, window) {
        return Some(startup);
    }
    let Some(found) = bottleneck(&run.plan, loads.trace, window.0, window.1) else { return Some(latency()) };
    let used = |link: LinkId| {
        let capacity = run.fabric.link(link).map_or(f64::INFINITY, |spec| spec.capacity.0);
        loads.load(link).utilisation(capacity)
    };
    let percent = |share: f64| (share * 100.0).round();
    // The link that was found stands for many that are as full, and its stream may not be on it now. Of the links of the
    // timeline, the busiest are shown.
    let rows = heatmap.into_iter().flat_map(|heatmap| &heatmap.rows).filter_map(|row| row.links.first().copied());
    let with_use = |link: LinkId| (link, used(link));
    let mut candidates: Vec<(LinkId, f64)> = std::iter::once(found.link).chain(rows).map(with_use).collect();
    let largest = |candidates: &[(LinkId, f64)]| candidates.iter().map(|(_, share)| *share).fold(0.0, f64::max);
    if percent(largest(&candidates)) < 100.0 {
        candidates.extend(busiest(mesh, loads).into_iter().map(with_use));
    }
    let largest = largest(&candidates);
    if percent(largest) < 1.0 {
        return Some(latency());
    }
    let strips = is_in_strips(run);
    let mut links: Vec<LinkId> = Vec::new();
    for (link, _) in candidates.iter().filter(|(_, share)| *share > largest - TOLERANCE) {
        if !links.contains(link) && (strips || links.is_empty()) {
            links.push(*link);
        }
    }
    let shown = *links.first()?;
    let identical = identical(loads, shown).max(1);
    let class = run.fabric.topology.class_names()[run.fabric.link(shown)?.class as usize];
    let (_, _, direction) = mesh.place(shown)?;
    let group = if identical == 1 {
        LinkGroup::One(run.fabric.link_name(shown))
    } else if strips && direction != Direction::Ramp {
        LinkGroup::AtStripEdges(identical, class)
    } else {
        LinkGroup::SideBySide(identical, class)
    };
    Some(full_links(links, identical, group, percent(largest)))
}

/// The number of links with identical traffic: copies of the streams on this link, or rows of a broadcast.
fn identical(loads: &LinkLoads, link: LinkId) -> u64 {
    let on_it = loads.streams.iter().filter_map(|stream| {
        let run = stream.route.runs.iter().find(|run| stream.transfer.find(run, link).is_some())?;
        Some(u64::from(stream.transfer.cohort.copies.max(run.rows)))
    });
    on_it.max().unwrap_or(1)
}

/// Links of the fastest streams, one for each part of a route.
fn busiest(mesh: &Mesh, loads: &LinkLoads) -> Vec<LinkId> {
    let mut found: Vec<(f64, LinkId)> = Vec::new();
    let every = loads.streams.len().div_ceil(MAX_STREAMS).max(1);
    for stream in loads.streams.iter().step_by(every) {
        for run in &stream.route.runs {
            let hop = loads.fabric.link(run.first).map_or(Femtos(0), |spec| spec.latency);
            let row = run.rows / 2;
            let Some((low, high)) = present(loads, stream, run, row, hop) else { continue };
            let index = low + (high - low) / 2;
            let copies = stream.transfer.cohort.copies;
            let link = run.link(row, index).offset(stream.transfer.cohort.shift(copies / 2));
            let rate = run.weight * loads.rate_on(stream, run.offset(row, index), hop);
            if rate > 0.0 && mesh.place(link).is_some() {
                found.push((rate, link));
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    found.into_iter().take(MAX_LINKS).map(|(_, link)| link).collect()
}

/// The bottleneck among chips: of all watched links. `None` after the end.
pub(crate) fn find_among_chips(
    run: &FabricRun,
    loads: &LinkLoads,
    sampler: &LinkSampler,
    carried: &[LinkLoad],
    window: (Femtos, Femtos),
) -> Option<BottleneckMark> {
    if loads.at >= loads.trace.end() {
        return None;
    }
    if let Some(startup) = startup_state(run, window) {
        return Some(startup);
    }
    let Some(found) = bottleneck(&run.plan, loads.trace, window.0, window.1) else { return Some(latency()) };
    let spec = run.fabric.link(found.link)?;
    // Channels and rounds limit ranks and streams below the capacity of their links.
    if let Some(limit) = run.fabric.rate_cap_reason(found.link).and_then(RateCapReason::description) {
        let cause = BottleneckCause::RateCap { limit, rate: spec.capacity };
        return Some(BottleneckMark::without_links(cause));
    }
    // Among all links, visible or not.
    let watched = sampler.watched(carried);
    let largest = watched.clone().map(|(_, share)| share).fold(0.0, f32::max);
    let percent = f64::from(largest * 100.0).round();
    if percent < 1.0 {
        return Some(latency());
    }
    let busy = watched.filter(|(_, share)| f64::from(*share) > f64::from(largest) - TOLERANCE);
    let links: Vec<LinkId> = busy.map(|(link, _)| link).collect();
    let all = sampler.watches_all.then_some(sampler.watched_count());
    let group = link_group(run, &links, all);
    Some(full_links(links, 1, group, percent))
}

/// The group of the full links among chips: by class, if possible. If only some of all links were sampled (`all` is `None`),
/// they are not counted.
fn link_group(run: &FabricRun, links: &[LinkId], all: Option<usize>) -> LinkGroup {
    let topology = &run.fabric.topology;
    if let Topology::Switch(_) = topology {
        return LinkGroup::Ports { nvlink: has_gpus(run), count: all.map(|all| [links.len(), all]) };
    }
    if let &[link] = links {
        return LinkGroup::One(topology.link_name(link));
    }
    let count = all.map(|_| links.len() as u64);
    // The name of the only class of a fabric adds nothing.
    if count.is_some() && topology.class_names().len() == 1 {
        return LinkGroup::Classes { classes: Vec::new(), count };
    }
    let mut classes: Vec<&'static str> = links
        .iter()
        .filter_map(|&link| topology.link(link))
        .filter_map(|spec| topology.class_names().get(usize::from(spec.class)).copied())
        .collect();
    classes.sort_unstable();
    classes.dedup();
    LinkGroup::Classes { classes, count }
}
