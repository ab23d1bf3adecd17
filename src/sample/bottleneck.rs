//! What binds at an instant, as it is said over the stage and ringed on it.

use super::link_heatmap::LinkHeatmap;
use super::link_loads::{LinkLoad, LinkLoads};
use super::link_sampler::LinkSampler;
use super::wafer_heat::present;
use crate::explain::bottleneck;
use crate::fabric::{Direction, LinkId, Mesh, RateCapReason, Topology};
use crate::solve::FabricRun;
use crate::units::Femtos;
use crate::units::grouped;

/// Most streams that are asked for the links that they are on.
const MAX_STREAMS: usize = 512;
/// Most links among them of which all streams are counted.
const MAX_LINKS: usize = 16;

/// What the time is spent on, as it is said and ringed.
#[derive(Clone, Debug, PartialEq)]
pub struct BindingMark {
    /// The links that bind alike; none while heads or software are on the way. On a wafer one stands for all of its kind
    /// beside it.
    pub links: Vec<LinkId>,
    /// How many links each of `links` stands for.
    pub alike: u64,
    /// In words, with the utilisation.
    pub words: String,
    /// The links alone in words: "1,170 row links side by side".
    pub what: String,
    /// Their utilisation in percent.
    pub percent: f64,
}

impl BindingMark {
    /// Nothing binds, and why.
    pub(crate) fn none(words: String) -> BindingMark {
        BindingMark { links: Vec::new(), alike: 0, words, what: String::new(), percent: 0.0 }
    }

    fn new(links: Vec<LinkId>, alike: u64, what: String, percent: f64) -> BindingMark {
        BindingMark { links, alike, words: format!("binding: {what}, {percent} %"), what, percent }
    }
}

fn heads() -> BindingMark {
    BindingMark::none("no link binds: heads are on the way".to_owned())
}

/// Before anything binds: the end, the start-up, or the pipeline that fills.
fn beforehand(run: &FabricRun, loads: &LinkLoads, window: (Femtos, Femtos)) -> Option<Option<BindingMark>> {
    if loads.at >= loads.trace.end() {
        return Some(None);
    }
    let (launch, fill) = (run.plan.launch(), run.plan.fill());
    if window.1 < launch {
        return Some(Some(BindingMark::none(format!("start-up of software, {launch} ({})", run.launch_grade()))));
    }
    (window.1 < launch + fill).then(|| Some(BindingMark::none(format!("filling the pipeline, {fill} (fitted)"))))
}

/// On a wafer: one link stands for the many that do the same.
pub(crate) fn of_wafer(
    run: &FabricRun,
    mesh: &Mesh,
    loads: &LinkLoads,
    carpet: Option<&LinkHeatmap>,
    window: (Femtos, Femtos),
) -> Option<BindingMark> {
    if let Some(said) = beforehand(run, loads, window) {
        return said;
    }
    let Some(found) = bottleneck(&run.plan, loads.trace, window.0, window.1) else { return Some(heads()) };
    let used = |link: LinkId| {
        let capacity = run.fabric.link(link).map_or(f64::INFINITY, |spec| spec.capacity.0);
        loads.load(link).utilisation(capacity)
    };
    let percent = |share: f64| (share * 100.0).round();
    // The link that was found stands for many that are as tight, and the stream may have left it or not be there yet: of
    // those that the timeline follows, the busiest now are shown.
    let rows = carpet.into_iter().flat_map(|carpet| &carpet.rows).filter_map(|row| row.links.first().copied());
    let with_use = |link: LinkId| (link, used(link));
    let mut candidates: Vec<(LinkId, f64)> = std::iter::once(found.link).chain(rows).map(with_use).collect();
    let most = |candidates: &[(LinkId, f64)]| candidates.iter().map(|(_, share)| *share).fold(0.0, f64::max);
    if percent(most(&candidates)) < 100.0 {
        candidates.extend(busiest(mesh, loads).into_iter().map(with_use));
    }
    let most = most(&candidates);
    if percent(most) < 1.0 {
        return Some(heads());
    }
    let strips = run.layout() == crate::solve::Layout::Strips;
    let mut links: Vec<LinkId> = Vec::new();
    for (link, _) in candidates.iter().filter(|(_, share)| *share > most - 0.005) {
        if !links.contains(link) && (strips || links.is_empty()) {
            links.push(*link);
        }
    }
    let shown = *links.first()?;
    let alike = alike(loads, shown).max(1);
    let class = run.fabric.topology.class_names()[run.fabric.link(shown)?.class as usize];
    let (_, _, direction) = mesh.place(shown)?;
    let what = match direction {
        _ if alike == 1 => run.fabric.link_name(shown),
        Direction::Ramp => format!("{} {class}s side by side", grouped(alike)),
        _ if strips => format!("{} {class}s at each edge", grouped(alike)),
        _ => format!("{} {class}s side by side", grouped(alike)),
    };
    Some(BindingMark::new(links, alike, what, percent(most)))
}

/// How many links do the same as this one at the instant: copies of the streams on it, or rows of a flood.
fn alike(loads: &LinkLoads, link: LinkId) -> u64 {
    let on_it = loads.streams.iter().filter_map(|stream| {
        let run = stream.route.runs.iter().find(|run| stream.transfer.find(run, link).is_some())?;
        Some(u64::from(stream.transfer.cohort.copies.max(run.rows)))
    });
    on_it.max().unwrap_or(1)
}

/// Links that the fastest streams are on now, one for each part of a route.
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

/// Among chips every link is looked at.
pub(crate) fn among_chips(
    run: &FabricRun,
    loads: &LinkLoads,
    asked: &LinkSampler,
    carried: &[LinkLoad],
    window: (Femtos, Femtos),
) -> Option<BindingMark> {
    if let Some(said) = beforehand(run, loads, window) {
        return said;
    }
    let Some(found) = bottleneck(&run.plan, loads.trace, window.0, window.1) else { return Some(heads()) };
    let spec = run.fabric.link(found.link)?;
    // Channels and rounds hold ranks and streams below what their links could carry.
    if let Some(what) = run.fabric.rate_cap_reason(found.link).and_then(RateCapReason::description) {
        let words = format!("no link binds but {what}: {} each (measured timing, fitted)", spec.capacity);
        return Some(BindingMark::none(words));
    }
    // Among all links, seen or not.
    let watched = asked.watched(carried);
    let most = watched.clone().map(|(_, share)| share).fold(0.0, f32::max);
    let percent = f64::from(most * 100.0).round();
    if percent < 1.0 {
        return Some(heads());
    }
    let busy = watched.filter(|(_, share)| *share > most - 0.005);
    let links: Vec<LinkId> = busy.map(|(link, _)| link).collect();
    let all = asked.watches_all.then_some(asked.watched_count());
    let what = binding_words(run, &run.fabric.topology, &links, all);
    Some(BindingMark::new(links, 1, what, percent))
}

/// The binding links among chips in words: by class, where they are of one. Where only some of `all` were asked, they are
/// not counted.
fn binding_words(run: &FabricRun, topology: &Topology, links: &[LinkId], all: Option<usize>) -> String {
    if let Topology::Switch(_) = topology {
        let ports = if run.layout() == crate::solve::Layout::NvLink { "NVLink ports" } else { "ports" };
        return all.map_or_else(|| ports.to_owned(), |all| format!("{} of {all} {ports}", links.len()));
    }
    let mut classes: Vec<&str> = links
        .iter()
        .filter_map(|&link| topology.link(link))
        .filter_map(|spec| topology.class_names().get(spec.class as usize).copied())
        .collect();
    classes.sort_unstable();
    classes.dedup();
    let classes = match classes.as_slice() {
        [class] => (*class).to_owned(),
        [first, second] => format!("{first} and {second}"),
        many => format!("{} classes of links", many.len()),
    };
    match (links, all) {
        (&[link], _) => topology.link_name(link),
        // Of a fabric with one class, its name says nothing more.
        (_, Some(_)) if classes == "link" => format!("{} links", grouped(links.len() as u64)),
        (_, Some(_)) => format!("{} links ({classes})", grouped(links.len() as u64)),
        (_, None) => classes,
    }
}
