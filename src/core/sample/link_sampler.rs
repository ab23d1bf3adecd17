//! Samples the loads of all links on the stage in one pass over the streams.
//!
//! [`LinkLoads::load`] visits every stream for one link; here every stream is visited once and adds to its sampled links. Of
//! a line that stands for many links, at most [`MAX_MEMBERS`] are sampled, evenly spread.

use super::link_loads::{LinkLoad, LinkLoads};
use super::reuse::RouteBook;
use crate::collective::{Flow, Plan, Route, Transfer};
use crate::fabric::{Fabric, LinkId};
use crate::stage::CellGrid;
use crate::stage::LinkPlace;
use crate::trace::Trace;
use crate::units::Femtos;

/// The most sampled links of one line.
const MAX_MEMBERS: u32 = 128;
/// The most sampled links of all lines together.
const MAX_SAMPLED: u32 = 65_536;
/// The most links that are searched for the bottleneck, evenly spread.
const MAX_WATCHED: u32 = 32_768;
/// The most links of a fabric with a table of sampled links; larger ones use a binary search.
const MAX_TABLE: u32 = 1 << 20;
/// Marks a link in the table that is not sampled.
const NOT_SAMPLED: u32 = u32::MAX;

/// A sampled link.
#[derive(Clone, Copy, Debug, PartialEq)]
struct SampledLink {
    link: LinkId,
    capacity: f64,
    hop: Femtos,
}

/// The links that are sampled in each frame. Made with a layout.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LinkSampler {
    /// By id.
    links: Vec<SampledLink>,
    /// Index in `links` by id; empty for a fabric with very many links.
    table: Vec<u32>,
    /// Indices in `links` of the members of each line, one after another, and where each line begins.
    members: Vec<u32>,
    first_member: Vec<u32>,
    /// Indices in `links` of the watched links.
    watched: Vec<u32>,
    /// Whether every link of the fabric is watched.
    pub watches_all: bool,
}

impl LinkSampler {
    /// Samples the links of these lines, and watches links for the bottleneck.
    pub fn new(fabric: &Fabric, places: &[LinkPlace]) -> LinkSampler {
        let count = fabric.topology.link_count();
        let each = (MAX_SAMPLED / (places.len() as u32).max(1)).clamp(4, MAX_MEMBERS);
        let watched = || CellGrid::row(0, count, 1).ids(MAX_WATCHED);
        let wanted = places.iter().flat_map(|place| place.all.ids(each)).chain(watched());
        let mut ids: Vec<u32> = wanted.collect();
        ids.sort_unstable();
        ids.dedup();
        // At the edges of a mesh, some ids have no link.
        let sampled = |id: u32| {
            let spec = fabric.link(LinkId(id))?;
            Some(SampledLink { link: LinkId(id), capacity: spec.capacity.0, hop: spec.latency })
        };
        let links: Vec<SampledLink> = ids.into_iter().filter_map(sampled).collect();
        let mut table = Vec::new();
        if count <= MAX_TABLE {
            table = vec![NOT_SAMPLED; count as usize];
            for (number, sampled) in links.iter().enumerate() {
                if let Some(place) = table.get_mut(sampled.link.0 as usize) {
                    *place = number as u32;
                }
            }
        }
        let mut made = LinkSampler { links, table, watches_all: count <= MAX_WATCHED, ..LinkSampler::default() };
        for place in places {
            made.first_member.push(made.members.len() as u32);
            let here: Vec<u32> = place.all.ids(each).filter_map(|id| made.find(LinkId(id))).collect();
            made.members.extend(here);
        }
        made.first_member.push(made.members.len() as u32);
        made.watched = watched().filter_map(|id| made.find(LinkId(id))).collect();
        made
    }

    fn find(&self, link: LinkId) -> Option<u32> {
        if self.table.is_empty() {
            return self.links.binary_search_by_key(&link, |sampled| sampled.link).ok().map(|place| place as u32);
        }
        self.table.get(link.0 as usize).copied().filter(|&place| place != NOT_SAMPLED)
    }

    /// Calls `add` with index, flow, weight and offset for each sampled link that a transfer or a copy of it passes.
    fn visit(&self, transfer: &Transfer, route: &Route, mut add: impl FnMut(usize, Flow, f64, Femtos)) {
        let copies = transfer.cohort.copies;
        for run in &route.runs {
            // A run without a stride passes its link once.
            let count = if run.stride == 0 { 1 } else { run.count };
            let rows = if run.row_stride == 0 { 1 } else { run.rows };
            let passed = u64::from(count) * u64::from(rows) * u64::from(copies);
            if passed > self.links.len() as u64 {
                for (place, sampled) in self.links.iter().enumerate() {
                    if let Some((row, index)) = transfer.find(run, sampled.link) {
                        add(place, run.flow, run.weight, run.offset(row, index));
                    }
                }
                continue;
            }
            for row in 0..rows {
                for index in 0..count {
                    let (written, offset) = (run.link(row, index), run.offset(row, index));
                    for copy in 0..copies {
                        let link = if copies == 1 { written } else { written.offset(transfer.cohort.shift(copy)) };
                        if let Some(place) = self.find(link) {
                            add(place as usize, run.flow, run.weight, offset);
                        }
                    }
                }
            }
        }
    }

    fn clear(&self, carried: &mut Vec<LinkLoad>) {
        carried.clear();
        carried.resize(self.links.len(), LinkLoad::default());
    }

    /// The load of each sampled link at an instant.
    pub fn now(&self, loads: &LinkLoads, carried: &mut Vec<LinkLoad>) {
        self.clear(carried);
        for stream in &loads.streams {
            let mut known = None;
            self.visit(&stream.transfer, &stream.route, |place, flow, weight, offset| {
                let hop = self.links[place].hop;
                let rate = match known {
                    Some((same, rate)) if same == offset + hop => rate,
                    _ => loads.rate_on(stream, offset, hop),
                };
                known = Some((offset + hop, rate));
                carried[place].add(flow, weight * rate);
            });
        }
    }

    /// The mean load of each sampled link over a span of time.
    pub fn mean(
        &self,
        (plan, routes): (&Plan, &RouteBook),
        trace: &Trace,
        (from, to): (Femtos, Femtos),
        alive: &mut Vec<u32>,
        carried: &mut Vec<LinkLoad>,
    ) {
        self.clear(carried);
        let span_s = to.since(from).secs();
        if span_s <= 0.0 {
            return;
        }
        trace.find_alive(from, to, alive);
        for &id in alive.iter() {
            let transfer = plan.transfer(id);
            let route = routes.route(plan, &transfer);
            let mut known = None;
            self.visit(&transfer, &route, |place, flow, weight, offset| {
                let entry_to_exit = offset + self.links[place].hop;
                let bytes = match known {
                    Some((same, bytes)) if same == entry_to_exit => bytes,
                    _ => {
                        let behind = route.latency.since(entry_to_exit);
                        let until = |at: Femtos| trace.delivered(id, transfer.bytes, at + behind);
                        until(to) - until(from)
                    }
                };
                known = Some((entry_to_exit, bytes));
                carried[place].add(flow, weight * bytes / span_s);
            });
        }
    }

    /// Utilisation of a line of the layout: of its link, or the mean of its links.
    pub fn utilisation(&self, place: usize, carried: &[LinkLoad]) -> f32 {
        let bounds = self.first_member.get(place).zip(self.first_member.get(place + 1));
        let members = bounds.and_then(|(&from, &to)| self.members.get(from as usize..to as usize)).unwrap_or(&[]);
        let all: f64 = members.iter().map(|&member| self.of_link(member, carried)).sum();
        (all / members.len().max(1) as f64) as f32
    }

    fn of_link(&self, link: u32, carried: &[LinkLoad]) -> f64 {
        let link = link as usize;
        carried.get(link).map_or(0.0, |load| load.utilisation(self.links[link].capacity))
    }

    /// The watched links and their utilisations.
    pub fn watched(&self, carried: &[LinkLoad]) -> impl Iterator<Item = (LinkId, f32)> + Clone {
        self.watched.iter().map(|&link| (self.links[link as usize].link, self.of_link(link, carried) as f32))
    }

    /// Number of watched links.
    pub fn watched_count(&self) -> usize {
        self.watched.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::fabric::Topology;
    use crate::scene::{BUNDLED, parse_scene};
    use crate::solve::{FabricRun, solve};
    use crate::stage::{FabricLayout, StageCamera, stage_cells};
    use glam::{Vec2, vec2};

    fn check(run: &FabricRun, camera: StageCamera) {
        let Some(result) = run.result() else { return };
        let trace = &result.played.trace;
        let cell = stage_cells(crate::stage::Rect::new(Vec2::ZERO, vec2(1000.0, 760.0)), 1, 0)[0];
        let layout = FabricLayout::with_camera(run, cell, camera);
        let sampled = LinkSampler::new(&run.fabric, &layout.links);
        let mut carried = Vec::new();
        for percent in [3, 31, 64, 97] {
            let at = Femtos(trace.end().0 / 100 * percent);
            let loads = LinkLoads::at(&run.fabric, &run.plan, trace, at);
            sampled.now(&loads, &mut carried);
            let span = (at, at + Femtos(trace.end().0 / 50));
            let mut over_span = Vec::new();
            let routes = RouteBook::new(&run.plan);
            sampled.mean((&run.plan, &routes), trace, span, &mut Vec::new(), &mut over_span);
            // The sample of each link is its own load.
            for (number, link) in sampled.links.iter().enumerate().step_by(1 + sampled.links.len() / 150) {
                let (alone, here) = (loads.load(link.link), carried[number]);
                let name = run.fabric.link_name(link.link);
                let equal = |a: f64, b: f64| (a - b).abs() <= 1e-9 * link.capacity;
                assert!(equal(alone.sum, here.sum) && equal(alone.copy, here.copy), "{name}: {alone:?}, {here:?}");
                let (alone, here) =
                    (LinkLoads::mean(&run.fabric, &run.plan, trace, link.link, span), over_span[number]);
                assert!(equal(alone.sum, here.sum) && equal(alone.copy, here.copy), "{name}: {alone:?}, {here:?}");
            }
            // A line shows the mean of its links.
            for (place, drawn) in layout.links.iter().enumerate().step_by(1 + layout.links.len() / 60) {
                let members: Vec<u32> = drawn.all.ids(u32::MAX).collect();
                if members.len() > 32 {
                    continue;
                }
                let capacity = |link: LinkId| run.fabric.link(link).map_or(1.0, |spec| spec.capacity.0);
                let share = |&id: &u32| loads.load(LinkId(id)).utilisation(capacity(LinkId(id)));
                let mean = members.iter().map(share).sum::<f64>() / members.len() as f64;
                let shown = f64::from(sampled.utilisation(place, &carried));
                assert!((shown - mean).abs() < 1e-5, "{:?} shows {shown}, the mean is {mean}", drawn.all);
            }
        }
    }

    #[test]
    fn one_pass_gives_the_loads_of_single_links() {
        let catalog = Catalog::bundled().expect("the catalog");
        for scene in &BUNDLED {
            let document = scene.load(&catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
            for run in solve(&document.scene) {
                if !matches!(run.fabric.topology, Topology::Mesh(_)) {
                    check(&run, StageCamera::WHOLE);
                }
            }
        }
    }

    #[test]
    fn lines_for_several_links_show_their_mean() {
        let catalog = Catalog::bundled().expect("the catalog");
        let fabrics = [
            r#"machine: "dgx-h100", nodes: 24, network: "ib-ndr", algorithm: "hierarchical""#,
            r#"machine: "dgx-h100", nodes: 24, network: "ib-ndr", algorithm: "ring""#,
            r#"machine: "mesh", region: "32x32", algorithm: "halving-doubling", params: (first_partner: "far")"#,
            r#"machine: "torus", region: "48x24", algorithm: "ring""#,
        ];
        for fabric in fabrics {
            let text = format!(
                "(version: 1, title: \"t\", workload: (message: \"16MiB\", replicas: 192), fabrics: [(name: \"A\", {fabric})])"
            );
            let document = parse_scene("t", &text, &catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
            for run in solve(&document.scene) {
                for camera in [StageCamera::WHOLE, StageCamera::at(vec2(0.3, 0.4), 0.3)] {
                    check(&run, camera);
                }
            }
        }
    }
}
