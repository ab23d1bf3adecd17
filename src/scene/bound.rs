//! The fabric's bound: what no all-reduce can beat on it, whatever the algorithm (engine-model 1.8, items 3 and 4).
//!
//! Message over the capacity of a rank's port and of every cut, and the way between the two ranks farthest apart.

use super::{ChipFabric, FabricKind, FabricScene, WaferFabric, WaferLayout, WafersFabric};
use crate::fabric::{Cluster, Direction, Fabric, Grid, LinkId, Mesh, Node, Shape};
use crate::units::Bytes;

/// Least seconds for an all-reduce of `message` bytes per rank, with what is slow or down.
pub(super) fn fabric_bound_s(scene: &FabricScene, fabric: &Fabric, message: Bytes) -> f64 {
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

/// Where switches add and copy a rank sends and receives its message once. Elsewhere all ranks together must send
/// `2(n-1)` messages, over every port there is.
fn chips_s(chips: &ChipFabric, fabric: &Fabric, bytes: f64) -> f64 {
    let ranks = chips.ranks();
    let ports = |links: Vec<LinkId>| capacity(fabric, links);
    let (mut all, mut least) = (0.0, f64::INFINITY);
    match &chips.shape {
        Shape::Switch(switch) => {
            for rank in 0..ranks {
                let (out, into) = (ports(vec![switch.up(rank)]), ports(vec![switch.down(rank)]));
                all += out;
                least = least.min(out).min(into);
            }
        }
        Shape::Cluster(cluster) => {
            for rank in 0..ranks {
                let out = ports(vec![cluster.nvlink_up(rank), cluster.nic_out(rank)]);
                let into = ports(vec![cluster.nvlink_down(rank), cluster.nic_in(rank)]);
                all += out;
                least = least.min(out).min(into);
            }
        }
        shape => {
            all = capacity(fabric, (0..shape.link_count()).map(LinkId));
            // The corner has the fewest links of a mesh; elsewhere only what is changed can be worse.
            let changed = fabric.changed().iter().filter_map(|&(link, _)| shape.ends(link));
            let mut chips: Vec<Node> = changed.flat_map(|(from, to)| [from, to]).chain([Node(0)]).collect();
            if let Shape::Graph(_) = shape {
                chips.extend((0..ranks).map(Node));
            }
            for chip in chips {
                least = least.min(ports(shape.links_from(chip)));
            }
        }
    }
    let messages = 2.0 * f64::from(ranks - 1);
    let sent_s = if chips.adds_in_switch() { 0.0 } else { messages * bytes / all };
    let cut_s = match &chips.shape {
        Shape::Cluster(cluster) => nodes_s(cluster, fabric, bytes),
        Shape::Grid(grid) => cuts_s(grid, fabric, bytes),
        _ => 0.0,
    };
    (bytes / least).max(sent_s).max(cut_s).max(latency_s(&chips.shape))
}

/// Between nodes nothing is added on the way: all nodes together must send `2(k-1)` messages through their NICs, and
/// each the whole message once.
fn nodes_s(cluster: &Cluster, fabric: &Fabric, bytes: f64) -> f64 {
    let places = cluster.gpus_per_node;
    let gpus = |node: u32| node * places..(node + 1) * places;
    let (mut all, mut least) = (0.0, f64::INFINITY);
    for node in 0..cluster.nodes {
        let out = capacity(fabric, gpus(node).map(|gpu| cluster.nic_out(gpu)));
        let into = capacity(fabric, gpus(node).map(|gpu| cluster.nic_in(gpu)));
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
            let mut one_way = capacity(fabric, links(at - 1, ahead));
            let mut other_way = capacity(fabric, links(at, back));
            if wrapped(size) {
                // The cheapest second cut is at the other end of whichever half: the joined ends.
                one_way += capacity(fabric, links(0, back));
                other_way += capacity(fabric, links(size - 1, ahead));
            }
            most = most.max(bytes / one_way.min(other_way));
        }
    }
    most
}

/// The way between the two ranks farthest apart, by the shape alone: a detour only makes it longer.
fn latency_s(shape: &Shape) -> f64 {
    match shape {
        Shape::Switch(switch) => 2.0 * switch.latency.secs(),
        Shape::Cluster(cluster) if cluster.nodes > 1 => 2.0 * (cluster.nic.latency + cluster.host.latency).secs(),
        Shape::Cluster(cluster) => 2.0 * cluster.nvlink.latency.secs(),
        Shape::Grid(grid) => {
            let farthest = |size: u32| if grid.wraps { size / 2 } else { size - 1 };
            f64::from(farthest(grid.width) + farthest(grid.height)) * grid.links.latency.secs()
        }
        // Some link must be crossed.
        Shape::Graph(graph) => {
            let latencies = graph.links().iter().map(|link| link.spec.latency);
            latencies.min().unwrap_or_default().secs()
        }
        Shape::Mesh(_) | Shape::Wafers(_) => 0.0,
    }
}

/// A wafer sends and receives its message once; the head climbs to the root and comes back.
fn wafers_s(wafers: &WafersFabric, fabric: &Fabric, bytes: f64) -> f64 {
    let tree = &wafers.tree;
    let ends = (0..tree.wafers).flat_map(|wafer| [tree.up(0).0, tree.down(0).0].map(|first| LinkId(first.0 + wafer)));
    let least = ends.filter_map(|link| fabric.link(link)).map(|spec| spec.capacity.0).fold(f64::INFINITY, f64::min);
    (bytes / least).max(2.0 * f64::from(tree.depth()) * tree.links.latency.secs())
}

fn wafer_s(wafer: &WaferFabric, fabric: &Fabric, message: Bytes) -> f64 {
    let mesh = &wafer.mesh;
    let link = mesh.link_capacity().0;
    let (width, height) = (f64::from(mesh.width), f64::from(mesh.height));
    let bytes = message.0 as f64;
    match &wafer.layout {
        // A PE's port is its ramp; a straight cut is crossed by as many links as the mesh is wide or high.
        WaferLayout::PerPe { .. } => {
            // At the corner a stream turns in the router, or is passed on by the core.
            let corner = mesh.turn_cycles.min(mesh.processing_cycles());
            let turns = if width > 1.0 && height > 1.0 { corner } else { 0.0 };
            let latency = (width + height - 2.0) * mesh.hop_cycles + turns + mesh.processing_cycles();
            let least = changed_links(mesh, fabric).filter(|&(_, direction, _)| direction == Direction::Ramp);
            let least = least.map(|(.., share)| share).fold(1.0, f64::min);
            (bytes / (link * least)).max(latency / mesh.clock_hz)
        }
        // A strip's edge is crossed by one link per row and direction; the nearest PEs of the outer strips are all
        // strips in between apart.
        WaferLayout::Strips { layout, .. } => {
            let hops = f64::from((layout.strips - 2) * layout.strip_width + 1);
            let latency = hops * mesh.hop_cycles + mesh.processing_cycles();
            // What is slow counts where an edge between strips crosses it.
            let mut lost = std::collections::BTreeMap::new();
            for (x, direction, share) in changed_links(mesh, fabric) {
                *lost.entry((x, direction as u32)).or_insert(0.0) += 1.0 - share;
            }
            let row_links = |direction: u32| direction <= Direction::West as u32;
            let edges = lost.iter().filter(|((_, direction), _)| row_links(*direction));
            let most_lost = edges.map(|(_, lost)| *lost).fold(0.0, f64::max);
            (bytes / ((height - most_lost).max(0.0) * link)).max(latency / mesh.clock_hz)
        }
    }
}

/// The links of a wafer that are not as the others, as (column of the PE, direction, share of capacity left).
fn changed_links<'a>(mesh: &'a Mesh, fabric: &'a Fabric) -> impl Iterator<Item = (u32, Direction, f64)> + 'a {
    let places = fabric.changed().iter().filter_map(|&(link, share)| Some((mesh.place(link)?, share)));
    places.map(|((x, _, direction), share)| (x, direction, share))
}
