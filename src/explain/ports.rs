//! Separates serialization from contention in the drain of a stream.
//!
//! A stream that is slower than it could be alone shares a link. If the other streams leave or enter the same rank, their
//! bytes have to pass that port on any route: that is serialization. Everything else is contention (engine-model 6.1).

use crate::collective::{Delivery, Plan, Route, RouteRun, Transfer};
use crate::fabric::{Direction, Fabric, LinkId, Topology};
use crate::trace::Trace;
use crate::units::Femtos;

/// Rates are equal if they differ by less than this, relatively.
const SAME: f64 = 1e-9;
/// The most streams that are examined at one instant.
const MAX_SHARERS: usize = 100_000;

/// The direction of a link at the port of a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// The link leaves the rank.
    Out,
    /// The link enters the rank.
    In,
}

/// The ranks at the two ends of a message.
struct MessageEnds {
    source: u32,
    sink: u32,
}

/// A run, with what counts as a port.
#[derive(Clone, Copy)]
pub(super) struct Ports<'a> {
    pub fabric: &'a Fabric,
    pub plan: &'a Plan,
    pub trace: &'a Trace,
    /// Ranks are strips of a wafer, and the links across their edges are their ports.
    pub strips: bool,
}

impl Ports<'_> {
    /// The share of serialization, 0 to 1, in the time that a stream spends at `rate` from `at` on.
    pub fn serialization(&self, id: u32, at: Femtos, rate: f64, bottleneck: LinkId) -> f64 {
        let transfer = self.plan.transfer(id);
        let route = self.plan.route(&transfer);
        let alone = self.alone(&route);
        if rate >= alone * (1.0 - SAME) {
            return 1.0;
        }
        let active = self.active(at);
        let others = active.iter().filter(|&&other| other != id);
        if !others.clone().any(|&other| self.crosses(other, bottleneck)) {
            // The stream shares the link only with itself: it crosses it more than once.
            return 1.0;
        }
        let mut reference = alone;
        for (link, side) in self.own_ports(&transfer, &route, bottleneck) {
            let weight: f64 = active.iter().filter_map(|&other| self.weight_at_port(other, link, side)).sum();
            if let (Some(spec), true) = (self.fabric.link(link), weight > 0.0) {
                reference = reference.min(spec.capacity.0 / weight);
            }
        }
        (rate / reference).min(1.0)
    }

    /// The rate of a stream on an otherwise idle fabric, bytes per second.
    fn alone(&self, route: &Route) -> f64 {
        let slowest = |run: &RouteRun| {
            let ends = [run.link(0, 0), run.link(run.rows - 1, run.count - 1)];
            let changed = self.fabric.changed().iter().map(|&(link, _)| link).filter(|&link| run.find(link).is_some());
            let all = ends.into_iter().chain(changed).filter_map(|link| self.fabric.link(link));
            all.map(|spec| spec.capacity.0).fold(f64::INFINITY, f64::min) / run.weight
        };
        route.runs.iter().map(slowest).fold(f64::INFINITY, f64::min)
    }

    /// The streams that flow at an instant, other traffic included.
    fn active(&self, at: Femtos) -> Vec<u32> {
        let alive = self.trace.alive(at).into_iter().take(MAX_SHARERS);
        let flows = |&id: &u32| {
            let transfer = self.plan.transfer(id);
            let bytes = if transfer.background { f64::INFINITY } else { transfer.bytes };
            self.trace.rate(id, bytes, at).is_some()
        };
        alive.filter(flows).collect()
    }

    fn crosses(&self, id: u32, link: LinkId) -> bool {
        let transfer = self.plan.transfer(id);
        self.plan.route(&transfer).runs.iter().any(|run| transfer.find(run, link).is_some())
    }

    /// The links of a stream that are ports of a rank.
    fn own_ports(&self, transfer: &Transfer, route: &Route, bottleneck: LinkId) -> Vec<(LinkId, Side)> {
        // On a wafer a route may have a million links; only the bottleneck and single ramps can be ports.
        if let Topology::Mesh(_) = self.fabric.topology {
            let single = route.runs.iter().filter(|run| run.len() == 1).map(|run| run.first);
            let links = single.chain([bottleneck]);
            return links.filter_map(|link| Some((link, self.side_on_mesh(link)?))).collect();
        }
        let links = route
            .runs
            .iter()
            .flat_map(|run| (0..run.rows).flat_map(move |row| (0..run.count).map(move |index| run.link(row, index))));
        let mut ports: Vec<(LinkId, Side)> =
            links.filter_map(|link| Some((link, self.side(transfer, route, link)?))).collect();
        ports.sort_by_key(|&(link, _)| link);
        ports.dedup();
        ports
    }

    /// How often a stream of the collective crosses a link, if the link is a port of its own rank on this side.
    fn weight_at_port(&self, id: u32, link: LinkId, side: Side) -> Option<f64> {
        let transfer = self.plan.transfer(id);
        if transfer.background {
            return None;
        }
        let route = self.plan.route(&transfer);
        let crossing = route.runs.iter().filter(|run| transfer.find(run, link).is_some());
        let weight: f64 = crossing.map(|run| run.weight).sum();
        (weight > 0.0 && self.side(&transfer, &route, link) == Some(side)).then_some(weight)
    }

    fn side_on_mesh(&self, link: LinkId) -> Option<Side> {
        let Topology::Mesh(mesh) = &self.fabric.topology else { return None };
        match mesh.place(link)? {
            (_, _, Direction::Ramp) => Some(Side::In),
            _ => self.strips.then_some(Side::Out),
        }
    }

    fn side(&self, transfer: &Transfer, route: &Route, link: LinkId) -> Option<Side> {
        if self.fabric.is_rate_cap(link) {
            return None;
        }
        let from_rank = |up: bool| Some(if up { Side::Out } else { Side::In });
        match &self.fabric.topology {
            Topology::Switch(switch) => from_rank(link.0 < switch.ranks),
            Topology::Wafers(tree) => from_rank(tree.place(link)?.0),
            Topology::Mesh(_) => self.side_on_mesh(link),
            Topology::Cluster(cluster) => {
                let (class, gpu) = cluster.class_of(link).filter(|&(class, _)| class < 6)?;
                let side = from_rank(class % 2 == 0)?;
                if transfer.delivery == Delivery::All {
                    return Some(side);
                }
                // For a message between two ranks only their own ports count, not those on the path.
                let ends = self.message_ends(route)?;
                let own = if side == Side::Out { ends.source } else { ends.sink };
                (own == gpu).then_some(side)
            }
            Topology::Grid(_) | Topology::FullMesh(_) | Topology::Graph(_) => {
                self.side_of_branch(transfer, route, link)
            }
        }
    }

    fn message_ends(&self, route: &Route) -> Option<MessageEnds> {
        let mut public = route.runs.iter().filter(|run| !self.fabric.is_rate_cap(run.first));
        let first = public.next()?;
        let last = public.next_back().unwrap_or(first);
        let source = self.fabric.topology.ends(first.first)?.0;
        let sink = self.fabric.topology.ends(last.link(last.rows - 1, last.count - 1))?.1;
        Some(MessageEnds { source: source.0, sink: sink.0 })
    }

    /// The side of a link that is the first or the last one of a branch of a route.
    fn side_of_branch(&self, transfer: &Transfer, route: &Route, link: LinkId) -> Option<Side> {
        let ends = |link: LinkId| self.fabric.topology.ends(link);
        let last_of = |run: &RouteRun| run.link(run.rows - 1, run.count - 1);
        let public: Vec<&RouteRun> = route.runs.iter().filter(|run| !self.fabric.is_rate_cap(run.first)).collect();
        for (index, run) in public.iter().enumerate() {
            let Some((_, link_index)) = transfer.find(run, link) else { continue };
            let joined = |before: &RouteRun, after: &RouteRun| {
                let (left, entered) = (ends(last_of(before)), ends(after.first));
                left.zip(entered).is_some_and(|((_, to), (from, _))| to == from)
            };
            let begins = index == 0 || !joined(public[index - 1], run);
            let stops = public.get(index + 1).is_none_or(|next| !joined(run, next));
            if link_index == 0 && begins {
                return Some(Side::Out);
            }
            if link_index + 1 == run.count && stops {
                return Some(Side::In);
            }
        }
        None
    }
}
