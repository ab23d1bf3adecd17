//! Broadcast and reduce over a cluster by rails: every rail carries its share of the message between the nodes. The root is
//! rank 0.

use super::binary_tree::{BinaryTree, TreeDirection, TreePaths, TreeStream, later};
use super::rooted::{Rooted, phase_name};
use crate::fabric::{Cluster, Fabric};
use crate::plan::{Delays, MessageSlice, Plan, PlanBuilder, PlanError, Route, RouteRun, check_listed, path_between};
use crate::units::{Bytes, Femtos};

/// Broadcast from rank 0 by rails, or reduce into it the same way back. The root hands each GPU of its node a share, two
/// trees per rail carry it to the same GPU of every other node, and each of these GPUs passes it to the others of its
/// node. In the root's node its own share goes along a chain, so that no port carries more than the message.
///
/// All is one stream per tree, so the slower of NVLink and NICs sets the rate: `launch + max(S/c, S/(g r)) + latency`, for
/// g GPUs per node with NICs of rate r.
///
/// # Errors
/// [`PlanError::NoAlternatePath`] if a needed link is down, [`PlanError::TooMany`] for too many ranks.
pub fn rooted_rails(
    fabric: &Fabric,
    cluster: &Cluster,
    rooted: Rooted,
    message: Bytes,
    delays: &Delays,
) -> Result<Plan, PlanError> {
    let (nodes, gpus) = (cluster.nodes, cluster.gpus_per_node);
    check_listed(2 * u64::from(gpus) * 16 * u64::from(nodes), 0)?;
    let mut plan = PlanBuilder::new(delays.launch);
    let phase = plan.phase(phase_name(rooted));
    let bytes = message.0 as f64 / f64::from(2 * gpus);
    let rails = Rails { fabric, cluster, rooted };
    let late = match rooted {
        Rooted::Broadcast => delays.start_of(0),
        Rooted::Reduce => delays.last_start(),
    };
    for place in 0..gpus {
        for (number, is_second) in [(0, false), (1, true)] {
            let Route { runs, latency } = rails.stream(place, is_second)?;
            let route = plan.route(runs, latency);
            let transfer = plan.transfer(phase, route, bytes, rooted.delivery(), &[]);
            plan.carries(transfer, MessageSlice::one(2 * place + number, 2 * gpus));
            plan.delay_start(transfer, late);
        }
    }
    Ok(plan.build())
}

/// What all streams of one plan share.
struct Rails<'a> {
    fabric: &'a Fabric,
    cluster: &'a Cluster,
    rooted: Rooted,
}

/// A segment of a stream, as if it began at time 0.
struct Segment {
    runs: Vec<RouteRun>,
    latency: Femtos,
}

impl Rails<'_> {
    /// The stream of one rail and one of its two trees.
    fn stream(&self, place: u32, is_second: bool) -> Result<Route, PlanError> {
        let gpus = self.cluster.gpus_per_node;
        let inside = self.fan(1, place, None).latency;
        let tree = BinaryTree { members: self.cluster.nodes - 1, is_second };
        let gpu_of = |member: u32| (member + 1) * gpus + place;
        let paths = TreePaths { fabric: self.fabric, rank_of: &gpu_of, spread: false };
        let to_place = self.to_place(place)?;
        let in_first = if place == 0 { self.chain()? } else { self.fan(0, place, Some(0)) };
        match self.rooted {
            Rooted::Broadcast => {
                let mut latency = to_place.latency + in_first.latency;
                let mut runs: Vec<RouteRun> = in_first.at(to_place.latency).collect();
                if tree.members > 0 {
                    let hop = self.hop(place, gpu_of(tree.member(0)))?;
                    let start = to_place.latency + hop.latency;
                    let TreeStream { runs: between, has_copy, .. } =
                        tree.in_direction(&paths, TreeDirection::Down, start)?;
                    for (label, &arrives) in (0..).zip(&has_copy) {
                        let fan = self.fan(tree.member(label) + 1, place, None);
                        runs.extend(fan.at(arrives));
                        latency = latency.max(arrives + inside);
                    }
                    runs.extend(between);
                    runs.extend(hop.at(to_place.latency));
                }
                runs.extend(to_place.at(Femtos(0)));
                Ok(Route { runs, latency })
            }
            Rooted::Reduce => {
                // The branches of the root's node and of the tree meet at the GPU of this rail in the root's node.
                let mut met = in_first.latency;
                let mut runs = Vec::new();
                if tree.members > 0 {
                    let hop = self.hop(place, gpu_of(tree.member(0)))?;
                    let early = tree.in_direction(&paths, TreeDirection::Up, inside)?;
                    met = met.max(early.latency + hop.latency);
                    let wait = met.since(early.latency + hop.latency);
                    let hop_from = met.since(hop.latency);
                    runs.extend(hop.at(hop_from));
                    runs.extend(early.runs.into_iter().map(|run| later(run, wait)));
                    for (label, &needed) in (0..).zip(&early.needed) {
                        let fan = self.fan(tree.member(label) + 1, place, None);
                        let from = (needed + wait).since(fan.latency);
                        runs.extend(fan.at(from));
                    }
                }
                let from = met.since(in_first.latency);
                let latency = met + to_place.latency;
                let runs = to_place.at(met).chain(runs).chain(in_first.at(from)).collect();
                Ok(Route { runs, latency })
            }
        }
    }

    /// Between the root and the GPU of a rail in its node.
    fn to_place(&self, place: u32) -> Result<Segment, PlanError> {
        if place == 0 { Ok(Segment { runs: Vec::new(), latency: Femtos(0) }) } else { self.hop(0, place) }
    }

    /// Between a GPU and one that is farther from the root.
    fn hop(&self, near: u32, far: u32) -> Result<Segment, PlanError> {
        let (from, to) = self.rooted.ends(near, far);
        let Route { runs, latency } =
            Route::along(self.fabric, &path_between(self.fabric, from, to)?, self.rooted.flow());
        Ok(Segment { runs, latency })
    }

    /// Through all GPUs of the root's node, one after the other. The hop that is entered last stands first.
    fn chain(&self) -> Result<Segment, PlanError> {
        let gpus = self.cluster.gpus_per_node;
        let mut chain = Segment { runs: Vec::new(), latency: Femtos(0) };
        for step in 1..gpus {
            let near = match self.rooted {
                Rooted::Broadcast => step - 1,
                Rooted::Reduce => gpus - 1 - step,
            };
            let hop = self.hop(near, near + 1)?;
            let hop_latency = hop.latency;
            chain.runs.splice(0..0, hop.at(chain.latency));
            chain.latency = chain.latency + hop_latency;
        }
        Ok(chain)
    }

    /// Between a GPU and all others of its node except `without`: a copy for each, over the one port of the GPU.
    fn fan(&self, node: u32, place: u32, without: Option<u32>) -> Segment {
        let (cluster, flow) = (self.cluster, self.rooted.flow());
        let first = node * cluster.gpus_per_node;
        let hop = cluster.nvlink.latency;
        let least = without.map_or(0, |without| without + 1);
        let mut runs = Vec::with_capacity(4);
        for (low, high) in [(least, place), (place + 1, cluster.gpus_per_node)] {
            let others = high.saturating_sub(low);
            if others == 0 {
                continue;
            }
            let weight = f64::from(others);
            let hop_fs = hop.0 as f64;
            match self.rooted {
                Rooted::Broadcast => {
                    runs.push(RouteRun::single(cluster.nvlink_up(first + place), weight, 0.0, flow));
                    runs.push(RouteRun::line(cluster.nvlink_down(first + low), 1, others, hop_fs, 0.0, flow));
                }
                Rooted::Reduce => {
                    runs.push(RouteRun::line(cluster.nvlink_up(first + low), 1, others, 0.0, 0.0, flow));
                    runs.push(RouteRun::single(cluster.nvlink_down(first + place), weight, hop_fs, flow));
                }
            }
        }
        let latency = if runs.is_empty() { Femtos(0) } else { hop + hop };
        Segment { runs, latency }
    }
}

impl Segment {
    /// Its runs, entered later.
    fn at(self, by: Femtos) -> impl Iterator<Item = RouteRun> {
        self.runs.into_iter().map(move |run| later(run, by))
    }
}
