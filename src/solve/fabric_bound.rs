//! The fabric's bound: what no all-reduce can beat on it, whatever the algorithm (engine-model 1.8, items 3 and 4).
//!
//! Message over the capacity of a rank's port and of every cut, and the way between the two ranks farthest apart.

use super::wafer_bound::wafer_s;
use crate::fabric::{Cluster, Direction, Fabric, Grid, LinkId, Node, Topology};
use crate::scene::{ChipFabric, FabricKind, FabricScene, WafersFabric};
use crate::units::Bytes;

/// Least seconds for an all-reduce of `message` bytes per rank, with what is slow or down.
pub(crate) fn fabric_bound_s(scene: &FabricScene, fabric: &Fabric, message: Bytes) -> f64 {
    let bytes = message.0 as f64;
    match &scene.kind {
        FabricKind::Chips(chips) => chips_s(chips, fabric, bytes),
        FabricKind::Wafer(wafer) => wafer_s(wafer, fabric, message),
        FabricKind::Wafers(wafers) => wafers_s(wafers, fabric, bytes),
    }
}

fn capacity(fabric: &Fabric, links: impl IntoIterator<Item = LinkId>) -> f64 {
    links.into_iter().filter_map(|link| fabric.link(link)).map(|spec| spec.capacity.0).sum()
}

/// The least that any rank can send, or receive, bytes per second.
#[cfg(test)]
pub(crate) fn port_bandwidth(chips: &ChipFabric, fabric: &Fabric) -> f64 {
    ports(chips, fabric).1
}

/// The narrowest straight cut, bytes per second one way.
#[cfg(test)]
pub(crate) fn cut_bandwidth(grid: &Grid, fabric: &Fabric) -> f64 {
    1.0 / cuts_s(grid, fabric, 1.0)
}

/// What all ranks together can send, and the least that one of them can send or receive.
fn ports(chips: &ChipFabric, fabric: &Fabric) -> (f64, f64) {
    let ranks = chips.ranks();
    let ports = |links: Vec<LinkId>| capacity(fabric, links);
    let (mut all, mut least) = (0.0, f64::INFINITY);
    match &chips.topology {
        Topology::Switch(switch) => {
            for rank in 0..ranks {
                let (out, into) = (ports(vec![switch.up(rank)]), ports(vec![switch.down(rank)]));
                all += out;
                least = least.min(out).min(into);
            }
        }
        Topology::Cluster(cluster) => {
            for rank in 0..ranks {
                let [nic_out, nic_in] = nic_s(chips, cluster, fabric, rank);
                let out = ports(vec![cluster.nvlink_up(rank)]) + nic_out;
                let into = ports(vec![cluster.nvlink_down(rank)]) + nic_in;
                all += out;
                least = least.min(out).min(into);
            }
        }
        Topology::Graph(graph) => {
            let mut ends = vec![[0.0; 2]; ranks as usize];
            for (id, link) in graph.links().iter().enumerate() {
                let capacity = capacity(fabric, [LinkId(id as u32)]);
                all += capacity;
                ends[link.from.0 as usize][0] += capacity;
                ends[link.to.0 as usize][1] += capacity;
            }
            least = ends.into_iter().flatten().fold(least, f64::min);
        }
        topology @ (Topology::Mesh(_) | Topology::Wafers(_) | Topology::Grid(_) | Topology::FullMesh(_)) => {
            all = capacity(fabric, (0..topology.link_count()).map(LinkId));
            // The corner has the fewest links of a mesh; elsewhere only what is changed can be worse.
            let changed = fabric.changed().iter().filter_map(|&(link, _)| topology.ends(link));
            for chip in changed.flat_map(|(from, to)| [from, to]).chain([Node(0)]) {
                least = least.min(ports(topology.links_from(chip))).min(ports(topology.links_into(chip)));
            }
        }
    }
    (all, least)
}

/// Where switches add and copy a rank sends and receives its message once. Elsewhere all ranks together must send
/// `2(n-1)` messages, over every port there is.
fn chips_s(chips: &ChipFabric, fabric: &Fabric, bytes: f64) -> f64 {
    let (all, least) = ports(chips, fabric);
    let messages = 2.0 * f64::from(chips.ranks() - 1);
    let sent_s = if chips.adds_in_switch() { 0.0 } else { messages * bytes / all };
    let cut_s = match &chips.topology {
        Topology::Cluster(cluster) => nodes_s(chips, cluster, fabric, bytes),
        Topology::Grid(grid) => cuts_s(grid, fabric, bytes),
        Topology::Switch(_) | Topology::Mesh(_) | Topology::Wafers(_) | Topology::FullMesh(_) | Topology::Graph(_) => {
            0.0
        }
    };
    (bytes / least).max(sent_s).max(cut_s).max(chips.topology.kind().farthest_latency_s(&|link| fabric.is_down(link)))
}

/// What a GPU can send and receive through its NIC: the narrower of the NIC's link and the one between GPU and NIC.
/// Measured streams know nothing of the latter, which is in their rates.
fn nic_s(chips: &ChipFabric, cluster: &Cluster, fabric: &Fabric, gpu: u32) -> [f64; 2] {
    let nic = [cluster.nic_out(gpu), cluster.nic_in(gpu)].map(|link| capacity(fabric, [link]));
    if chips.measured.is_some() {
        return nic;
    }
    let host = [cluster.host_out(gpu), cluster.host_in(gpu)].map(|link| capacity(fabric, [link]));
    [nic[0].min(host[0]), nic[1].min(host[1])]
}

/// Between nodes nothing is added on the way: all nodes together must send `2(k-1)` messages through their NICs, and
/// each the whole message once.
fn nodes_s(chips: &ChipFabric, cluster: &Cluster, fabric: &Fabric, bytes: f64) -> f64 {
    let places = cluster.gpus_per_node;
    let gpus = |node: u32| node * places..(node + 1) * places;
    let (mut all, mut least) = (0.0, f64::INFINITY);
    for node in 0..cluster.nodes {
        let (mut out, mut into) = (0.0, 0.0);
        for gpu in gpus(node) {
            let [nic_out, nic_in] = nic_s(chips, cluster, fabric, gpu);
            out += nic_out;
            into += nic_in;
        }
        all += out;
        least = least.min(out).min(into);
    }
    if cluster.nodes < 2 {
        return 0.0;
    }
    (2.0 * f64::from(cluster.nodes - 1) * bytes / all).max(bytes / least)
}

/// Every straight cut through a mesh must let the message pass, each way; a torus is cut in two places.
fn cuts_s(grid: &Grid, fabric: &Fabric, bytes: f64) -> f64 {
    let mut most = 0.0_f64;
    let wrapped = |size: u32| grid.wraps && size > 1;
    for (size, across, ahead, back) in [
        (grid.width, grid.height, Direction::East, Direction::West),
        (grid.height, grid.width, Direction::South, Direction::North),
    ] {
        let place = |at: u32, other: u32| if ahead == Direction::East { (at, other) } else { (other, at) };
        let links = |at: u32, direction: Direction| {
            (0..across).map(move |other| place(at, other)).map(move |(x, y)| grid.link_id(x, y, direction))
        };
        for at in 1..size {
            let mut ahead_rate = capacity(fabric, links(at - 1, ahead));
            let mut back_rate = capacity(fabric, links(at, back));
            if wrapped(size) {
                // The cheapest second cut is at the other end of whichever half: the joined ends.
                ahead_rate += capacity(fabric, links(0, back));
                back_rate += capacity(fabric, links(size - 1, ahead));
            }
            most = most.max(bytes / ahead_rate.min(back_rate));
        }
    }
    most
}

/// A wafer sends and receives its message once; the head climbs to the root and comes back.
fn wafers_s(wafers: &WafersFabric, fabric: &Fabric, bytes: f64) -> f64 {
    let tree = &wafers.tree;
    let ends = (0..tree.wafers).flat_map(|wafer| [tree.up(0).0, tree.down(0).0].map(|first| LinkId(first.0 + wafer)));
    let least = ends.filter_map(|link| fabric.link(link)).map(|spec| spec.capacity.0).fold(f64::INFINITY, f64::min);
    (bytes / least).max(2.0 * f64::from(tree.depth()) * tree.links.latency.secs())
}
