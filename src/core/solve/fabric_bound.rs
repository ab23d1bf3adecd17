//! The fabric's bound: what no run of an operation can beat on it, whatever the algorithm (engine-model 1.8, items 3 and 4).
//!
//! What must pass each rank's port and every cut, over their capacities, and the way between the two ranks farthest apart.

use super::axis_bound::cuts_s;
use super::demand::{Demand, Total};
use super::wafer_bound::wafer_s;
use crate::collective::Collective;
#[cfg(test)]
use crate::fabric::Grid;
use crate::fabric::{Cluster, Fabric, LinkId, Node, Topology};
use crate::scene::{ChipFabric, FabricKind, FabricScene, WafersFabric};
use crate::units::Bytes;

/// Least seconds for the operation of a fabric with a message, with what is slow or down.
pub(crate) fn fabric_bound_s(scene: &FabricScene, fabric: &Fabric, message: Bytes) -> f64 {
    let bytes = message.0 as f64;
    match &scene.kind {
        FabricKind::Chips(chips) => chips_s(scene.collective, chips, fabric, bytes),
        FabricKind::Wafer(wafer) => wafer_s(scene.collective, wafer, fabric, message),
        FabricKind::Wafers(wafers) => wafers_s(scene.collective, wafers, fabric, bytes),
    }
}

fn capacity(fabric: &Fabric, links: impl IntoIterator<Item = LinkId>) -> f64 {
    links.into_iter().filter_map(|link| fabric.link(link)).map(|spec| spec.capacity.0).sum()
}

/// The least that any rank can send, or receive, bytes per second.
#[cfg(test)]
pub(crate) fn port_bandwidth(chips: &ChipFabric, fabric: &Fabric) -> f64 {
    Ports::new(chips, fabric).of_ranks.iter().fold(f64::INFINITY, |least, port| least.min(port.out).min(port.into))
}

/// The narrowest straight cut, bytes per second one way.
#[cfg(test)]
pub(crate) fn cut_bandwidth(grid: &Grid, fabric: &Fabric) -> f64 {
    1.0 / cuts_s(Collective::AllReduce, grid, fabric, 1.0)
}

/// What a rank can send and receive, bytes per second.
struct Port {
    rank: u32,
    out: f64,
    into: f64,
}

/// The ports of the ranks. Of many identical ranks one stands for all.
struct Ports {
    of_ranks: Vec<Port>,
    /// Of all ranks together.
    all_out: f64,
    all_into: f64,
}

impl Ports {
    fn new(chips: &ChipFabric, fabric: &Fabric) -> Ports {
        let ranks = chips.ranks();
        let one = |link: LinkId| capacity(fabric, [link]);
        let of_ranks: Vec<Port> = match &chips.topology {
            Topology::Switch(switch) => {
                (0..ranks).map(|rank| Port { rank, out: one(switch.up(rank)), into: one(switch.down(rank)) }).collect()
            }
            Topology::Cluster(cluster) => (0..ranks)
                .map(|rank| {
                    let [nic_out, nic_in] = nic_s(chips, cluster, fabric, rank);
                    let (out, into) = (one(cluster.nvlink_up(rank)) + nic_out, one(cluster.nvlink_down(rank)) + nic_in);
                    Port { rank, out, into }
                })
                .collect(),
            Topology::Graph(graph) => {
                let mut ports: Vec<Port> = (0..ranks).map(|rank| Port { rank, out: 0.0, into: 0.0 }).collect();
                for (id, link) in graph.links().iter().enumerate() {
                    let capacity = one(LinkId(id as u32));
                    ports[link.from.0 as usize].out += capacity;
                    ports[link.to.0 as usize].into += capacity;
                }
                ports
            }
            topology @ (Topology::Mesh(_)
            | Topology::Wafers(_)
            | Topology::Grid(_)
            | Topology::Torus(_)
            | Topology::FullMesh(_)) => {
                // A corner has the fewest links of a mesh; elsewhere only what is changed can be worse. Two corners,
                // because the root is one of them.
                let changed = fabric.changed().iter().filter_map(|&(link, _)| topology.ends(link));
                let corners = [Node(0), Node(ranks.saturating_sub(1))];
                let chips = changed.flat_map(|(from, to)| [from, to]).chain(corners);
                let port = |chip: Node| Port {
                    rank: chip.0,
                    out: capacity(fabric, topology.links_from(chip)),
                    into: capacity(fabric, topology.links_into(chip)),
                };
                let all = capacity(fabric, (0..topology.link_count()).map(LinkId));
                return Ports { of_ranks: chips.map(port).collect(), all_out: all, all_into: all };
            }
        };
        let (mut all_out, mut all_into) = (0.0, 0.0);
        for port in &of_ranks {
            all_out += port.out;
            all_into += port.into;
        }
        Ports { of_ranks, all_out, all_into }
    }
}

/// What must pass each port and each cut. Where switches add and copy, a rank sends and receives the least that any
/// algorithm needs. Elsewhere all ranks together must send, or receive, every copy and every part of a sum.
fn chips_s(collective: Collective, chips: &ChipFabric, fabric: &Fabric, bytes: f64) -> f64 {
    let ports = Ports::new(chips, fabric);
    let ranks = f64::from(chips.ranks());
    let port_s =
        |port: &Port| Demand::new(collective, ranks, 1.0, port.rank == ROOT).seconds(bytes, port.into, port.out);
    let ports_s = ports.of_ranks.iter().map(port_s).fold(0.0, f64::max);
    let total = Total::new(collective, chips.ranks());
    let all_s = if chips.adds_in_switch() { 0.0 } else { total.seconds(bytes, ports.all_out, ports.all_into) };
    let cut_s = match &chips.topology {
        Topology::Cluster(cluster) => nodes_s(collective, (chips, cluster), fabric, bytes),
        Topology::Grid(grid) => cuts_s(collective, grid, fabric, bytes),
        Topology::Torus(torus) => cuts_s(collective, torus, fabric, bytes),
        Topology::Switch(_) | Topology::Mesh(_) | Topology::Wafers(_) | Topology::FullMesh(_) | Topology::Graph(_) => {
            0.0
        }
    };
    ports_s.max(all_s).max(cut_s).max(latency_s(collective, chips, fabric))
}

/// The rank that a broadcast begins with and a reduce ends in.
const ROOT: u32 = 0;

/// The way between the two ranks farthest apart that must exchange something.
fn latency_s(collective: Collective, chips: &ChipFabric, fabric: &Fabric) -> f64 {
    let topology = &chips.topology;
    let farthest = || topology.kind().farthest_latency_s(&|link| fabric.is_down(link));
    match (collective, topology) {
        (Collective::AllReduce | Collective::AllGather | Collective::ReduceScatter | Collective::AllToAll, _) => {
            farthest()
        }
        // The ranks of these are all equally far from the others, the root of a mesh is a corner.
        (
            Collective::Broadcast | Collective::Reduce,
            Topology::Switch(_) | Topology::Cluster(_) | Topology::Grid(_) | Topology::Torus(_) | Topology::FullMesh(_),
        )
        | (Collective::SendRecv, Topology::Switch(_) | Topology::Cluster(_) | Topology::FullMesh(_)) => farthest(),
        (Collective::SendRecv, Topology::Grid(grid)) => grid.links.latency.secs(),
        (Collective::SendRecv, Topology::Torus(torus)) => {
            let used = torus.axes.iter().filter(|axis| axis.length > 1);
            used.map(|axis| axis.links.latency.secs()).fold(f64::INFINITY, f64::min)
        }
        (
            Collective::Broadcast | Collective::Reduce | Collective::SendRecv,
            Topology::Graph(_) | Topology::Mesh(_) | Topology::Wafers(_),
        ) => 0.0,
    }
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

/// Between nodes nothing is added or copied on the way: all nodes together must pass on through their NICs every copy and
/// every part of a sum, and each what its ranks need.
fn nodes_s(collective: Collective, (chips, cluster): (&ChipFabric, &Cluster), fabric: &Fabric, bytes: f64) -> f64 {
    let places = cluster.gpus_per_node;
    let (mut all_out, mut all_into, mut most) = (0.0, 0.0, 0.0_f64);
    for node in 0..cluster.nodes {
        let (mut out, mut into) = (0.0, 0.0);
        for gpu in node * places..(node + 1) * places {
            let [nic_out, nic_in] = nic_s(chips, cluster, fabric, gpu);
            out += nic_out;
            into += nic_in;
        }
        all_out += out;
        all_into += into;
        let demand = Demand::new(collective, f64::from(cluster.gpus()), f64::from(places), node == 0);
        most = most.max(demand.seconds(bytes, into, out));
    }
    if cluster.nodes < 2 {
        return 0.0;
    }
    Total::new(collective, cluster.nodes).seconds(bytes, all_out, all_into).max(most)
}

/// A wafer sends its message once, receives one, or both; the head climbs to the root, comes back, or both.
fn wafers_s(collective: Collective, wafers: &WafersFabric, fabric: &Fabric, bytes: f64) -> f64 {
    let tree = &wafers.tree;
    let (rises, falls) = match collective {
        Collective::Broadcast => (false, true),
        Collective::Reduce => (true, false),
        Collective::AllReduce
        | Collective::AllGather
        | Collective::ReduceScatter
        | Collective::AllToAll
        | Collective::SendRecv => (true, true),
    };
    let firsts = [(rises, tree.up(0).0), (falls, tree.down(0).0)].into_iter().filter(|(used, _)| *used);
    let firsts: Vec<LinkId> = firsts.map(|(_, first)| first).collect();
    let ends = (0..tree.wafers).flat_map(|wafer| firsts.iter().map(move |first| LinkId(first.0 + wafer)));
    let least = ends.filter_map(|link| fabric.link(link)).map(|spec| spec.capacity.0).fold(f64::INFINITY, f64::min);
    let climbs = firsts.len() as f64;
    (bytes / least).max(climbs * f64::from(tree.depth()) * tree.links.latency.secs())
}
