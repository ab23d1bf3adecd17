//! Finds the bottleneck of a run at an instant.

use super::bottleneck::{BottleneckCause, BottleneckMark, LinkGroup};
use super::link_loads::{LinkLoad, LinkLoads};
use super::link_sampler::LinkSampler;
use super::run_kind::is_in_strips;
use crate::collective::Plan;
use crate::explain::{Bottleneck, Limit, limit};
use crate::fabric::{Direction, LinkId, Mesh, RateCapReason, Topology};
use crate::solve::FabricRun;
use crate::units::Femtos;

/// Links within this utilisation of the bottleneck are marked, too.
const TOLERANCE: f64 = 0.005;
/// The most other links of a wafer that are compared with the bottleneck.
const MAX_OTHERS: usize = 64;

/// The streams of a run at an instant, and the span of time over which the bottleneck is looked for; it is empty unless the
/// clock is playing too fast to follow.
pub(crate) struct Moment<'a> {
    pub loads: &'a LinkLoads<'a>,
    pub plan: &'a Plan,
    pub span: (Femtos, Femtos),
}

impl Moment<'_> {
    /// What limits the run, as `explain` names it.
    fn limit(&self) -> Option<Limit> {
        let LinkLoads { fabric, trace, at, .. } = self.loads;
        if *at >= trace.end() {
            return None;
        }
        limit(fabric, self.plan, trace, self.span)
    }

    /// The utilisation of a link, as a mean over the span.
    fn utilisation(&self, link: LinkId) -> f64 {
        let LinkLoads { fabric, trace, .. } = self.loads;
        let capacity = fabric.link(link).map_or(0.0, |spec| spec.capacity.0);
        let load = match self.span {
            (from, to) if from == to => self.loads.load(link),
            span => LinkLoads::mean(fabric, self.plan, trace, link, span),
        };
        load.utilisation(capacity)
    }
}

/// The bottleneck of the fabric, or the mark of what else limits the run.
fn bottleneck(run: &FabricRun, limit: Limit) -> Result<Bottleneck, BottleneckMark> {
    let cause = match limit {
        Limit::Launch => BottleneckCause::Launch { launch: run.plan.launch(), grade: run.launch_grade() },
        Limit::PipelineFill => BottleneckCause::PipelineFill { fill: run.plan.fill() },
        Limit::Latency if run.computes() => BottleneckCause::LatencyOrComputation,
        Limit::Latency => BottleneckCause::Latency,
        Limit::Link(found) => {
            // Channels and rounds limit ranks and streams below the capacity of their links.
            let reason = run.fabric.rate_cap_reason(found.link).and_then(RateCapReason::short);
            match (reason, run.fabric.link(found.link)) {
                (Some(limit), Some(spec)) => BottleneckCause::RateCap { limit, rate: spec.capacity },
                _ => return Ok(found),
            }
        }
    };
    Err(BottleneckMark::without_links(cause))
}

fn percent(share: f64) -> f64 {
    (share * 100.0).round()
}

fn full_links(link: LinkId, links: Vec<LinkId>, identical: u64, group: LinkGroup, share: f64) -> BottleneckMark {
    let cause = BottleneckCause::Links { group, percent: percent(share) };
    BottleneckMark { link: Some(link), links, identical, cause }
}

/// The bottleneck on a wafer: one link stands for all identical ones. `None` after the end.
pub(crate) fn find_on_wafer(run: &FabricRun, mesh: &Mesh, moment: &Moment) -> Option<BottleneckMark> {
    let found = match bottleneck(run, moment.limit()?) {
        Ok(found) => found,
        Err(mark) => return Some(mark),
    };
    let link = found.link;
    let share = moment.utilisation(link);
    let strips = is_in_strips(run);
    let mut links = vec![link];
    // Every strip edge is shown; elsewhere one link stands for all.
    let others = found.others.iter().filter(|_| strips).take(MAX_OTHERS);
    links.extend(others.filter(|&&other| (moment.utilisation(other) - share).abs() < TOLERANCE));
    let identical = identical(moment.loads, link).max(found.identical_links);
    let class = run.fabric.topology.class_names()[run.fabric.link(link)?.class as usize];
    let (_, _, direction) = mesh.place(link)?;
    let group = if identical == 1 {
        LinkGroup::One(run.fabric.link_name(link))
    } else if strips && direction != Direction::Ramp {
        LinkGroup::AtStripEdges(identical, class)
    } else {
        LinkGroup::SideBySide(identical, class)
    };
    Some(full_links(link, links, identical, group, share))
}

/// The number of links with identical traffic: copies of the streams on this link, or rows of a broadcast.
fn identical(loads: &LinkLoads, link: LinkId) -> u64 {
    let on_it = loads.streams.iter().filter_map(|stream| {
        let run = stream.route.runs.iter().find(|run| stream.transfer.find(run, link).is_some())?;
        Some(u64::from(stream.transfer.cohort.copies.max(run.rows)))
    });
    on_it.max().unwrap_or(1)
}

/// The bottleneck among chips, with the watched links that are as full. `None` after the end.
pub(crate) fn find_among_chips(
    run: &FabricRun,
    moment: &Moment,
    sampler: &LinkSampler,
    carried: &[LinkLoad],
) -> Option<BottleneckMark> {
    let link = match bottleneck(run, moment.limit()?) {
        Ok(found) => found.link,
        Err(mark) => return Some(mark),
    };
    let share = moment.utilisation(link);
    // Among all links, visible or not.
    let is_as_full = |watched: &(LinkId, f32)| watched.0 == link || (f64::from(watched.1) - share).abs() < TOLERANCE;
    let mut links: Vec<LinkId> = sampler.watched(carried).filter(is_as_full).map(|(link, _)| link).collect();
    if !links.contains(&link) {
        links.push(link);
    }
    let all = sampler.watches_all.then_some(sampler.watched_count());
    let group = link_group(run, &links, all);
    Some(full_links(link, links, 1, group, share))
}

/// The group of the full links among chips: by class, if possible. If only some of all links were sampled (`all` is `None`),
/// they are not counted.
fn link_group(run: &FabricRun, links: &[LinkId], all: Option<usize>) -> LinkGroup {
    let topology = &run.fabric.topology;
    if let Topology::Switch(switch) = topology {
        return LinkGroup::Ports { hub: switch.hub, count: all.map(|all| [links.len(), all]) };
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
