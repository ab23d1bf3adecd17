//! A group of ranks as a fabric of its own: its topology, and the links of the whole fabric that it stands for.

use super::{Algorithm, ChipAlgorithm, Collective, RankLayout};
use crate::fabric::{Cluster, Fabric, LinkFigures, LinkId, NodeInterconnect, Switch, Topology};
use crate::plan::{PlanError, Route, RouteRun, path_between};
use crate::units::Femtos;

/// A group of ranks with the topology that plans for it are made on.
#[derive(Clone, Debug, PartialEq)]
pub struct RankGroup<'a> {
    ranks: &'a [u32],
    topology: Topology,
    links: GroupLinks,
}

/// How the links of the group's topology become links of the fabric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum GroupLinks {
    /// The group is the whole fabric.
    Same,
    /// One for one.
    Mapped,
    /// A star stands for the paths between the ranks.
    Paths,
}

impl<'a> RankGroup<'a> {
    /// A group of at least one rank of a fabric with these ranks. On wafers every group is the whole fabric.
    pub fn new(layout: &RankLayout<'_>, whole: &Topology, ranks: &'a [u32]) -> RankGroup<'a> {
        let among_chips = matches!(layout, RankLayout::Chips { .. });
        let all = !among_chips
            || ranks.len() as u64 == u64::from(whole.ranks()) && ranks.iter().zip(0..).all(|(rank, at)| *rank == at);
        if all {
            return RankGroup { ranks, topology: whole.clone(), links: GroupLinks::Same };
        }
        let star = |figures: LinkFigures, links| {
            let topology = Switch {
                hub: NodeInterconnect::NvSwitch,
                ranks: ranks.len() as u32,
                capacity: figures.capacity,
                latency: figures.latency,
            }
            .into();
            RankGroup { ranks, topology, links }
        };
        match whole {
            Topology::Switch(switch) => {
                star(LinkFigures { capacity: switch.capacity, latency: switch.latency }, GroupLinks::Mapped)
            }
            Topology::Cluster(cluster) => match part_of(cluster, ranks) {
                Some(part) if part.nodes == 1 => star(cluster.nvlink, GroupLinks::Mapped),
                Some(part) => RankGroup { ranks, topology: part.into(), links: GroupLinks::Mapped },
                None => star(cluster.nvlink, GroupLinks::Paths),
            },
            Topology::Grid(grid) => star(grid.links, GroupLinks::Paths),
            Topology::Torus(torus) => star(torus.axes[0].links, GroupLinks::Paths),
            Topology::FullMesh(mesh) => star(mesh.links, GroupLinks::Paths),
            Topology::Graph(_) | Topology::Mesh(_) | Topology::Wafers(_) => {
                let none = LinkFigures { capacity: crate::units::BytesPerSec(1.0), latency: Femtos(0) };
                star(none, GroupLinks::Paths)
            }
        }
    }

    /// The topology that plans for it are made on.
    pub fn topology(&self) -> &Topology {
        &self.topology
    }

    /// Whether a plan takes the same time on both while nothing else runs: one topology on links of one kind.
    pub fn is_equivalent(&self, other: &RankGroup<'_>) -> bool {
        let has_own_paths = self.links == GroupLinks::Paths && self.ranks != other.ranks;
        self.topology == other.topology && self.links == other.links && !has_own_paths
    }

    /// Whether it is the whole fabric.
    pub fn is_whole(&self) -> bool {
        self.links == GroupLinks::Same
    }

    /// The ranks of the group as ranks of its own topology, given those of the whole fabric.
    pub(super) fn layout<'b>(&'b self, whole: &RankLayout<'b>) -> RankLayout<'b> {
        match *whole {
            RankLayout::Chips { in_switch_reduction, .. } => {
                RankLayout::Chips { topology: &self.topology, in_switch_reduction, measured: None }
            }
            RankLayout::PerPe(_) | RankLayout::Strips { .. } | RankLayout::Wafers(_) => *whole,
        }
    }

    /// The algorithms that run an operation on it, in the order of the registry. Where a star stands for paths, only those
    /// that send from rank to rank.
    pub fn algorithms(&self, whole: &RankLayout<'_>, collective: Collective) -> Vec<Algorithm> {
        let layout = self.layout(whole);
        let all = Algorithm::all_for(&layout, collective);
        all.filter(|algorithm| self.links != GroupLinks::Paths || sends_from_rank_to_rank(*algorithm)).collect()
    }

    /// A route of a plan on the group's topology, on the links of the whole fabric.
    ///
    /// # Errors
    /// No path between two ranks; a route that no path stands for.
    pub(super) fn route(&self, fabric: &Fabric, route: &Route) -> Result<Route, PlanError> {
        match self.links {
            GroupLinks::Same => Ok(route.clone()),
            GroupLinks::Mapped => {
                let mut runs = Vec::new();
                for run in &route.runs {
                    for row in 0..run.rows {
                        let offset_fs = run.offset_fs + f64::from(row) * run.row_step_fs;
                        let row = (0..run.count).map(|index| self.link(&fabric.topology, run.link(row, index)));
                        runs.extend(lines(run, &row.collect::<Vec<_>>(), offset_fs));
                    }
                }
                Ok(Route { runs, latency: route.latency })
            }
            GroupLinks::Paths => {
                let count = self.ranks.len() as u32;
                let ends = match route.runs.as_slice() {
                    [up, down] if up.len() == 1 && down.len() == 1 => {
                        let from = self.ranks.get(up.first.0 as usize);
                        let to = down.first.0.checked_sub(count).and_then(|to| self.ranks.get(to as usize));
                        from.zip(to)
                    }
                    _ => None,
                };
                let (&from, &to) = ends.ok_or(PlanError::DoesNotFit("tree"))?;
                let flow = route.runs.first().map_or(crate::plan::Flow::Broadcast, |run| run.flow);
                Ok(Route::along(fabric, &path_between(fabric, from, to)?, flow))
            }
        }
    }

    /// The link of the whole fabric that a link of the group's topology stands for.
    fn link(&self, whole: &Topology, link: LinkId) -> LinkId {
        let rank = |at: u32| self.ranks.get(at as usize).copied().unwrap_or_default();
        match (&self.topology, whole) {
            (Topology::Switch(star), Topology::Switch(switch)) if link.0 < star.ranks => switch.up(rank(link.0)),
            (Topology::Switch(star), Topology::Switch(switch)) => switch.down(rank(link.0 - star.ranks)),
            (Topology::Switch(star), Topology::Cluster(cluster)) if link.0 < star.ranks => {
                cluster.nvlink_up(rank(link.0))
            }
            (Topology::Switch(star), Topology::Cluster(cluster)) => cluster.nvlink_down(rank(link.0 - star.ranks)),
            (Topology::Cluster(part), Topology::Cluster(cluster)) => match part.class_of(link) {
                Some((0, gpu)) => cluster.nvlink_up(rank(gpu)),
                Some((1, gpu)) => cluster.nvlink_down(rank(gpu)),
                Some((2, gpu)) => cluster.host_out(rank(gpu)),
                Some((3, gpu)) => cluster.host_in(rank(gpu)),
                Some((4, gpu)) => cluster.nic_out(rank(gpu)),
                Some((5, gpu)) => cluster.nic_in(rank(gpu)),
                Some((class, leaf)) => {
                    // The first GPU of the leaf: its unit's first node, at its place.
                    let (unit, place) = (leaf / part.gpus_per_node, leaf % part.gpus_per_node);
                    let gpu = unit * part.nodes_per_leaf * part.gpus_per_node + place;
                    let leaf = cluster.leaf(rank(gpu));
                    if class == 6 { cluster.leaf_up(leaf) } else { cluster.leaf_down(leaf) }
                }
                None => link,
            },
            (_, _) => link,
        }
    }
}

/// The links of a row as one run if they are regular, else one by one.
fn lines(run: &RouteRun, links: &[LinkId], offset_fs: f64) -> Vec<RouteRun> {
    let single = |link: LinkId, offset_fs: f64| RouteRun {
        serial: run.serial,
        ..RouteRun::single(link, run.weight, offset_fs, run.flow)
    };
    let step = |pair: &[LinkId]| match pair {
        [one, next] => next.0.wrapping_sub(one.0) as i32,
        _ => 1,
    };
    let stride = links.get(..2).map_or(1, step);
    match links.first() {
        Some(&first) if links.windows(2).all(|pair| step(pair) == stride) => {
            vec![RouteRun { stride, count: links.len() as u32, step_fs: run.step_fs, ..single(first, offset_fs) }]
        }
        _ => (0_u32..).zip(links).map(|(at, link)| single(*link, offset_fs + f64::from(at) * run.step_fs)).collect(),
    }
}

/// Whether all transfers of an algorithm around a switch lead from one rank to another.
fn sends_from_rank_to_rank(algorithm: Algorithm) -> bool {
    let Algorithm::Chips(algorithm) = algorithm else { return false };
    match algorithm {
        ChipAlgorithm::Ring
        | ChipAlgorithm::HalvingDoubling
        | ChipAlgorithm::Direct
        | ChipAlgorithm::Pairwise
        | ChipAlgorithm::Shift => true,
        ChipAlgorithm::Snake
        | ChipAlgorithm::MultiRing
        | ChipAlgorithm::Nvls
        | ChipAlgorithm::DoubleBinaryTree
        | ChipAlgorithm::Hierarchical
        | ChipAlgorithm::NvlsTree
        | ChipAlgorithm::Chain => false,
    }
}

/// The part of a cluster that has the same places of each of its nodes; `None` for other groups, and for nodes whose leaves
/// a smaller cluster does not have.
fn part_of(cluster: &Cluster, ranks: &[u32]) -> Option<Cluster> {
    let per_node = cluster.gpus_per_node;
    let first_node = ranks.first()? / per_node;
    let gpus = ranks.iter().take_while(|rank| **rank / per_node == first_node).count();
    if !ranks.len().is_multiple_of(gpus) {
        return None;
    }
    let places: Vec<u32> = ranks.iter().take(gpus).map(|rank| rank % per_node).collect();
    let mut nodes: Vec<u32> = Vec::new();
    for node in ranks.chunks(gpus) {
        let number = node.first()? / per_node;
        let same = node.iter().zip(&places).all(|(rank, place)| *rank == number * per_node + place);
        if !same || nodes.last().is_some_and(|last| *last >= number) {
            return None;
        }
        nodes.push(number);
    }
    let unit = |node: &u32| node / cluster.nodes_per_leaf;
    let one_unit = nodes.iter().all(|node| unit(node) == unit(&first_node));
    let whole_units = first_node.is_multiple_of(cluster.nodes_per_leaf)
        && nodes.windows(2).all(|pair| matches!(pair, [one, next] if one + 1 == *next));
    let nodes_per_leaf = match (one_unit, whole_units) {
        (true, _) => nodes.len() as u32,
        (false, true) => cluster.nodes_per_leaf,
        (false, false) => return None,
    };
    Some(Cluster { nodes: nodes.len() as u32, gpus_per_node: gpus as u32, nodes_per_leaf, ..cluster.clone() })
}
