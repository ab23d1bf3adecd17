//! Separates serialization from contention in the drain of a stream.
//!
//! A stream that is slower than it could be alone shares a link. If the other streams leave or enter the same rank, their
//! bytes have to pass that port on any route: that is serialization. Everything else is contention (engine-model 6.1).

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::link_users::{LinkUsers, NoIndex};
use super::path::ExplainError;
use crate::collective::{Delivery, Plan, Route, RouteRun, Transfer};
use crate::fabric::{Direction, Fabric, LinkId, Topology};
use crate::trace::Trace;
use crate::units::Femtos;

/// Rates are equal if they differ by less than this, relatively.
const SAME: f64 = 1e-9;
/// The most streams that are examined at one instant.
const MAX_SHARERS: usize = 100_000;

/// Routes with more runs keep the ends of their branches.
const MANY_RUNS: usize = 64;

/// The direction of a link at the port of a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// The first and last links of the branches of a route, by link.
type BranchEnds = Vec<(LinkId, Side)>;

/// A run, with what counts as a port.
pub(super) struct Ports<'a> {
    pub fabric: &'a Fabric,
    pub plan: &'a Plan,
    pub trace: &'a Trace,
    /// Ranks are strips of a wafer, and the links across their edges are their ports.
    strips: bool,
    /// Made when a stream is first found to share a link.
    users: OnceCell<Result<LinkUsers, NoIndex>>,
    /// Of long routes, by route.
    branch_ends: RefCell<BTreeMap<u32, Rc<BranchEnds>>>,
}

impl<'a> Ports<'a> {
    /// The ports of a run. `strips`: ranks are strips of a wafer.
    pub fn new(fabric: &'a Fabric, plan: &'a Plan, trace: &'a Trace, strips: bool) -> Ports<'a> {
        Ports { fabric, plan, trace, strips, users: OnceCell::new(), branch_ends: RefCell::default() }
    }
}

impl Ports<'_> {
    /// The share of serialization, 0 to 1, in the time that a stream spends at `rate` from `at` on.
    ///
    /// # Errors
    /// [`ExplainError::TooManyLinks`].
    pub fn serialization(&self, id: u32, at: Femtos, rate: f64, bottleneck: LinkId) -> Result<f64, ExplainError> {
        let transfer = self.plan.transfer(id);
        let route = self.plan.route(&transfer);
        let alone = self.alone(&route);
        if rate >= alone * (1.0 - SAME) {
            return Ok(1.0);
        }
        // A wafer has few ports and many links.
        let users = if matches!(self.fabric.topology, Topology::Mesh(_)) {
            &Err(NoIndex::NotNeeded)
        } else {
            self.users.get_or_init(|| LinkUsers::new(self.plan, self.trace))
        };
        let weights: Vec<(LinkId, f64)> = match users {
            Ok(users) => {
                let of_link = |link: LinkId| users.of_link((self.plan, self.trace), link, at, id).into_iter();
                if !users.has_other((self.plan, self.trace), bottleneck, at, id) {
                    // The stream shares the link only with itself: it crosses it more than once.
                    return Ok(1.0);
                }
                let at_port = |(link, side): (LinkId, Side)| {
                    let own = of_link(link).filter(|user| self.is_at_port(user.transfer.0, link, side));
                    (link, own.map(|user| user.weight).sum())
                };
                self.own_ports(&transfer, &route, bottleneck).into_iter().map(at_port).collect()
            }
            &Err(NoIndex::TooMany { links, limit }) => return Err(ExplainError::TooManyLinks { links, limit }),
            Err(NoIndex::NotNeeded) => {
                let active = self.active(at);
                if !active.iter().any(|&other| other != id && self.crosses(other, bottleneck)) {
                    return Ok(1.0);
                }
                let at_port = |(link, side): (LinkId, Side)| {
                    (link, active.iter().filter_map(|&other| self.weight_at_port(other, link, side)).sum())
                };
                self.own_ports(&transfer, &route, bottleneck).into_iter().map(at_port).collect()
            }
        };
        let shared = weights.into_iter().filter(|&(_, weight)| weight > 0.0);
        let rates = shared.filter_map(|(link, weight)| Some(self.fabric.link(link)?.capacity.0 / weight));
        Ok((rate / rates.fold(alone, f64::min)).min(1.0))
    }

    /// The rate of a stream on an otherwise idle fabric, bytes per second.
    fn alone(&self, route: &Route) -> f64 {
        let slowest = |run: &RouteRun| {
            let ends = [run.link(0, 0), run.link(run.rows - 1, run.count - 1)];
            // A tree has as many runs as links: those of one link are at both of its ends.
            let between = if run.len() == 1 { &[][..] } else { self.fabric.changed() };
            let changed = between.iter().map(|&(link, _)| link).filter(|&link| run.find(link).is_some());
            let all = ends.into_iter().chain(changed).filter_map(|link| self.fabric.link(link));
            all.map(|spec| spec.capacity.0).fold(f64::INFINITY, f64::min) / run.weight
        };
        route.runs.iter().map(slowest).fold(f64::INFINITY, f64::min)
    }

    /// The streams that flow at an instant, other traffic included.
    fn active(&self, at: Femtos) -> Vec<u32> {
        let alive = self.trace.alive_first(at, MAX_SHARERS).into_iter();
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
        let has_branches = matches!(
            self.fabric.topology,
            Topology::Grid(_) | Topology::Torus(_) | Topology::FullMesh(_) | Topology::Graph(_)
        );
        let mut ports: Vec<(LinkId, Side)> = if has_branches && is_long(transfer, route) {
            self.branch_ends(transfer, route).to_vec()
        } else {
            let links = route.runs.iter().flat_map(|run| {
                (0..run.rows).flat_map(move |row| (0..run.count).map(move |index| run.link(row, index)))
            });
            links.filter_map(|link| Some((link, self.side(transfer, route, link)?))).collect()
        };
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

    /// Whether a link is a port of the rank of a transfer of the collective, on this side.
    fn is_at_port(&self, id: u32, link: LinkId, side: Side) -> bool {
        let transfer = self.plan.transfer(id);
        !transfer.background && self.side(&transfer, &self.plan.route(&transfer), link) == Some(side)
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
            Topology::Grid(_) | Topology::Torus(_) | Topology::FullMesh(_) | Topology::Graph(_) => {
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
        if is_long(transfer, route) {
            let ends = self.branch_ends(transfer, route);
            return Some(ends[ends.binary_search_by_key(&link, |&(end, _)| end).ok()?].1);
        }
        let public = self.public(route);
        for (index, run) in public.iter().enumerate() {
            let Some((_, link_index)) = transfer.find(run, link) else { continue };
            if link_index == 0 && self.begins(&public, index) {
                return Some(Side::Out);
            }
            if link_index + 1 == run.count && self.stops(&public, index) {
                return Some(Side::In);
            }
        }
        None
    }

    /// The first and last links of all branches of a long route.
    fn branch_ends(&self, transfer: &Transfer, route: &Route) -> Rc<BranchEnds> {
        let mut known = self.branch_ends.borrow_mut();
        Rc::clone(known.entry(transfer.route.0).or_insert_with(|| Rc::new(self.find_branch_ends(route))))
    }

    fn find_branch_ends(&self, route: &Route) -> BranchEnds {
        let public = self.public(route);
        let mut found = BranchEnds::new();
        for (index, run) in public.iter().enumerate() {
            let (begins, stops) = (self.begins(&public, index), self.stops(&public, index));
            for row in 0..run.rows {
                found.extend(begins.then(|| (run.link(row, 0), Side::Out)));
                found.extend(stops.then(|| (run.link(row, run.count - 1), Side::In)));
            }
        }
        // Of a link that is several ends, the first one counts.
        found.sort_by_key(|&(link, _)| link);
        found.dedup_by_key(|&mut (link, _)| link);
        found
    }

    /// The runs of a route without rate caps.
    fn public<'r>(&self, route: &'r Route) -> Vec<&'r RouteRun> {
        route.runs.iter().filter(|run| !self.fabric.is_rate_cap(run.first)).collect()
    }

    /// Whether a branch of a route begins with this run.
    fn begins(&self, public: &[&RouteRun], index: usize) -> bool {
        index == 0 || !self.joined(public[index - 1], public[index])
    }

    /// Whether a branch of a route ends with this run.
    fn stops(&self, public: &[&RouteRun], index: usize) -> bool {
        public.get(index + 1).is_none_or(|next| !self.joined(public[index], next))
    }

    /// Whether a run leads to where the next one begins.
    fn joined(&self, before: &RouteRun, after: &RouteRun) -> bool {
        let last = before.link(before.rows - 1, before.count - 1);
        let (left, entered) = (self.fabric.topology.ends(last), self.fabric.topology.ends(after.first));
        left.zip(entered).is_some_and(|((_, to), (from, _))| to == from)
    }
}

/// Whether the ends of a route's branches are worth keeping.
fn is_long(transfer: &Transfer, route: &Route) -> bool {
    transfer.cohort.copies == 1 && route.runs.len() > MANY_RUNS
}
