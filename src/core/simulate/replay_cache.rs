//! Replays: plays plans that differ from a known one in figures only, and finds the instant at which they end.
//!
//! A replay is exact. It saves what does not depend on the figures: the links of all routes are merged once, no rates are
//! recorded, and a replay in which no link that may limit a rate has changed ends with the original.

use std::borrow::Cow;

use super::by_events::{Prepared, prepare};
use super::cost::{Budget, check_work, deps_bytes, loop_bytes, plan_bytes};
use super::dep_graph::DepGraph;
use super::error::SimulateError;
use super::event_loop;
use super::resources::{MergedLinks, Resources};
use super::ring_fast_path;
use super::ring_links::RingLinks;
use super::symmetric_fast_path::check_trace;
use crate::fabric::{Fabric, LinkClass, LinkId};
use crate::plan::{Plan, PlanBody, RingRule, RouteId, RouteRun, representative};
use crate::trace::Trace;
use crate::units::Femtos;

/// The memory that a cache and a replay with it may take, as a multiple of the merged links: they are kept twice, and
/// each replay has its own.
const MERGED_COPIES: u64 = 6;

/// The links of rings may take this part of the memory of a replay.
const RING_LINKS_SHARE: u64 = 4;

/// The run that is played again.
#[derive(Clone, Copy, Debug)]
pub struct Original<'a> {
    /// Its links.
    pub fabric: &'a Fabric,
    /// Its transfers.
    pub plan: &'a Plan,
    /// The end of its trace.
    pub end: Femtos,
}

/// What all replays of one run have in common. It is found by the first of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplayCache {
    known: Option<Known>,
    is_filled: bool,
    /// The links of the original's rings. `None` until they are needed, and if they would take too much memory.
    ring_links: Option<RingLinks>,
    /// How often the paths of rings were searched.
    path_searches: u32,
    /// The classes of the links that limit a rate of the original.
    limiting: Option<Vec<LinkClass>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Known {
    /// What the event loop plays for the original, if that is not its own list.
    played: Option<Plan>,
    /// It plays the representatives of a symmetric plan.
    is_representative: bool,
    links: MergedLinks,
    resources: Resources,
    /// Of what is played. `None` until it is needed.
    deps: Option<DepGraph>,
}

impl ReplayCache {
    /// Whether a link of a class limits a rate of the original at some time. If none does, more capacity changes nothing.
    pub fn is_limited_by(&mut self, fabric: &Fabric, trace: &Trace, class: LinkClass) -> bool {
        let limiting = self.limiting.get_or_insert_with(|| {
            let mut classes = Vec::new();
            for link in trace.limiting_links().into_iter().filter(|link| *link < fabric.link_count()) {
                let class = fabric.class(LinkId(link));
                if !classes.contains(&class) {
                    classes.push(class);
                }
            }
            classes
        });
        limiting.contains(&class)
    }

    /// How often the paths of rings were searched: once for all replays, unless other links are down.
    pub fn path_searches(&self) -> u32 {
        self.path_searches
    }

    /// The links of rings: those of the original, if they cross the same.
    fn links_of_rings(
        &mut self,
        original: &Original,
        rings: &RingRule,
        limit: u64,
    ) -> Result<Cow<'_, RingLinks>, SimulateError> {
        if !original.plan.rings().is_some_and(|own| rings.crosses_links_of(own)) {
            self.path_searches += 1;
            return RingLinks::new(rings, limit).map(Cow::Owned);
        }
        if self.ring_links.is_none() {
            self.path_searches += 1;
            let links = RingLinks::new(rings, limit)?;
            if links.bytes() > limit / RING_LINKS_SHARE {
                return Ok(Cow::Owned(links));
            }
            self.ring_links = Some(links);
        }
        self.ring_links.as_ref().map(Cow::Borrowed).map_or_else(|| RingLinks::new(rings, limit).map(Cow::Owned), Ok)
    }

    /// The end of the trace of `plan` on `fabric`. All calls must name the same original.
    ///
    /// # Errors
    /// As [`super::play_within`], except that no rates are recorded, so none are too many.
    pub fn end(
        &mut self,
        original: &Original,
        (fabric, plan): (&Fabric, &Plan),
        budget: &mut Budget,
    ) -> Result<Femtos, SimulateError> {
        let symmetric = match plan.body() {
            PlanBody::Rings(rings) => {
                let links = self.links_of_rings(original, rings, budget.bytes)?;
                match ring_fast_path::play_on_links(fabric, (plan, rings), &links, budget)? {
                    Some(played) => return Ok(played.trace.end()),
                    None => None,
                }
            }
            PlanBody::Symmetric(rule) => match representative(rule, fabric) {
                Some(few) => {
                    check_trace(rule, &few, budget)?;
                    Some(few.plan)
                }
                None => None,
            },
            PlanBody::Listed(_) => None,
        };
        if !std::mem::replace(&mut self.is_filled, true) {
            self.known = Known::new(original, budget.bytes);
        }
        if let Some(known) = &mut self.known
            && std::ptr::eq(plan, original.plan)
            && !known.is_representative
            && known.deps.is_none()
        {
            known.deps = Some(DepGraph::new(known.played.as_ref().unwrap_or(plan)));
        }
        let known = self.known.as_ref();
        // The original itself is written out already. Representatives stand for it on symmetric fabrics only.
        let is_own = |known: &&Known| std::ptr::eq(plan, original.plan) && !known.is_representative;
        let own = known.filter(is_own).map(|known| known.played(original));
        let deps = known.filter(is_own).and_then(|known| known.deps.as_ref());
        let plan = symmetric.as_ref().or(own).unwrap_or(plan);
        let merge = |plan: &Plan, limit: u64| match known.filter(|known| known.has_links_of(original, (fabric, plan))) {
            Some(known) => known.resources(fabric, limit),
            None => Resources::new(fabric, plan, limit).map(Cow::Owned),
        };
        let Prepared { plan, resources, .. } = prepare(fabric, plan, budget, merge)?;
        if known.is_some_and(|known| is_same(known.played(original), &plan) && known.resources == *resources) {
            return Ok(original.end);
        }
        check_work(&plan, &resources, budget)?;
        let deps = deps.map_or_else(|| Cow::Owned(DepGraph::new(&plan)), Cow::Borrowed);
        event_loop::end(&plan, &resources, deps, budget)
    }
}

impl Known {
    /// `None` if the event loop does not play the original, or if the cache would take more than `limit` bytes.
    fn new(original: &Original, limit: u64) -> Option<Known> {
        let (fabric, plan) = (original.fabric, original.plan);
        let (played, is_representative) = match plan.body() {
            PlanBody::Listed(_) => (None, false),
            PlanBody::Symmetric(rule) => match representative(rule, fabric) {
                Some(few) => (Some(few.plan), true),
                None => {
                    plan.check_written_out().ok()?;
                    (Some(plan.written_out().into_owned()), false)
                }
            },
            PlanBody::Rings(_) => return None,
        };
        let listed = played.as_ref().unwrap_or(plan);
        // Its dependencies are kept beside those of a replay.
        let kept = played.as_ref().map_or(0, plan_bytes) + deps_bytes(listed);
        let left = limit.checked_sub(loop_bytes(listed) + kept)?;
        let links = MergedLinks::new(fabric, listed, left).ok()?;
        if MERGED_COPIES * links.bytes() > left {
            return None;
        }
        let resources = links.resources(fabric, left).ok()?;
        Some(Known { played, is_representative, links, resources, deps: None })
    }

    fn played<'a>(&'a self, original: &Original<'a>) -> &'a Plan {
        self.played.as_ref().unwrap_or(original.plan)
    }

    /// Whether a listed plan crosses the same links with the same weights as the original, on a fabric in which the same
    /// links are slow or down.
    fn has_links_of(&self, original: &Original, (fabric, plan): (&Fabric, &Plan)) -> bool {
        let known = self.played(original);
        let is_own = std::ptr::eq(known, plan);
        let are_same = |id: RouteId| {
            let (old, new) = (known.route_of(id), plan.route_of(id));
            old.runs.len() == new.runs.len() && old.runs.iter().zip(&new.runs).all(|(old, new)| cross_same(old, new))
        };
        fabric.changed() == original.fabric.changed()
            && fabric.link_count() == original.fabric.link_count()
            && known.route_count() == plan.route_count()
            && (is_own || (0..plan.route_count()).all(|id| are_same(RouteId(id))))
    }

    /// The resources on a fabric with the same links.
    fn resources(&self, fabric: &Fabric, limit: u64) -> Result<Cow<'_, Resources>, SimulateError> {
        if self.links.have_capacities_of(fabric) {
            return Ok(Cow::Borrowed(&self.resources));
        }
        self.links.resources(fabric, limit).map(Cow::Owned)
    }
}

fn is_same(known: &Plan, plan: &Plan) -> bool {
    std::ptr::eq(known, plan) || known == plan
}

/// Whether two runs cross the same links, whenever that is.
fn cross_same(old: &RouteRun, new: &RouteRun) -> bool {
    let links = |run: &RouteRun| (run.first, run.stride, run.count, run.rows, run.row_stride);
    links(old) == links(new) && old.weight == new.weight && old.serial == new.serial
}
