//! NVLink domains joined by a rail-optimised network: NIC i of every node hangs on the leaf switch of rail i, and leaves
//! hang on a spine.
//!
//! A unit of nodes shares its leaves (32 DGX H100 in a SuperPOD). Traffic between equal places of two nodes stays on
//! its rail; other traffic first moves over NVLink to the GPU on the right rail (PXN), as NCCL does.

use super::interconnect::NodeInterconnect;
use super::link::{LinkFigures, LinkId, LinkMode, LinkSpec};
use super::link_class::LinkClass;
use super::link_run::{LinkRun, Path};
use super::names::{LinkName, RankNames, RankNoun, RankNumbers};
use super::topology::{Node, TopologyKind};
use crate::units::{BytesPerSec, Femtos};

/// `nodes` x `gpus_per_node` GPUs, one NIC each. GPU `node * gpus_per_node + place` is the rank of that number.
///
/// With G GPUs and L leaves the link ids are, in this order: NVLink up (G), NVLink down (G), GPU to NIC (G), NIC to GPU
/// (G), NIC to leaf (G), leaf to NIC (G), leaf to spine (L), spine to leaf (L).
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// What joins the GPUs of a node.
    pub hub: NodeInterconnect,
    /// NVLink domains.
    pub nodes: u32,
    /// GPUs of a node that take part.
    pub gpus_per_node: u32,
    /// GPU to NVSwitch.
    pub nvlink: LinkFigures,
    /// GPU to NIC: PCIe or C2C.
    pub host: LinkFigures,
    /// NIC to leaf; its latency includes that of the switches behind it.
    pub nic: LinkFigures,
    /// Nodes that share the leaf of a rail.
    pub nodes_per_leaf: u32,
}

impl Cluster {
    /// The figures of a class. `None` for classes that it does not have, and for spine links, which have no latency.
    fn figures(&self, class: LinkClass) -> Option<&LinkFigures> {
        match class {
            LinkClass::NvLink => Some(&self.nvlink),
            LinkClass::Host => Some(&self.host),
            LinkClass::Nic => Some(&self.nic),
            LinkClass::LeafSpine
            | LinkClass::MeshLink
            | LinkClass::Ramp
            | LinkClass::SwarmX
            | LinkClass::Link
            | LinkClass::RateCap(_) => None,
        }
    }

    /// Number of GPUs.
    pub fn gpus(&self) -> u32 {
        self.nodes * self.gpus_per_node
    }

    /// Units of nodes that share leaves.
    pub fn units(&self) -> u32 {
        self.nodes.div_ceil(self.nodes_per_leaf)
    }

    /// Leaf switches: one per rail and unit.
    pub fn leaves(&self) -> u32 {
        self.units() * self.gpus_per_node
    }

    /// The leaf of a GPU's NIC.
    pub fn leaf(&self, gpu: u32) -> u32 {
        gpu / self.gpus_per_node / self.nodes_per_leaf * self.gpus_per_node + gpu % self.gpus_per_node
    }

    fn gpu_link(&self, class: u32, gpu: u32) -> LinkId {
        LinkId(class * self.gpus() + gpu)
    }

    /// From a GPU into the NVSwitches of its node.
    pub fn nvlink_up(&self, gpu: u32) -> LinkId {
        self.gpu_link(0, gpu)
    }

    /// From the NVSwitches of its node to a GPU.
    pub fn nvlink_down(&self, gpu: u32) -> LinkId {
        self.gpu_link(1, gpu)
    }

    /// From a GPU to its NIC.
    pub fn host_out(&self, gpu: u32) -> LinkId {
        self.gpu_link(2, gpu)
    }

    /// From a NIC to its GPU.
    pub fn host_in(&self, gpu: u32) -> LinkId {
        self.gpu_link(3, gpu)
    }

    /// From a NIC to its leaf.
    pub fn nic_out(&self, gpu: u32) -> LinkId {
        self.gpu_link(4, gpu)
    }

    /// From its leaf to a NIC.
    pub fn nic_in(&self, gpu: u32) -> LinkId {
        self.gpu_link(5, gpu)
    }

    /// From a leaf to the spine.
    pub fn leaf_up(&self, leaf: u32) -> LinkId {
        LinkId(6 * self.gpus() + leaf)
    }

    /// From the spine to a leaf.
    pub fn leaf_down(&self, leaf: u32) -> LinkId {
        LinkId(6 * self.gpus() + self.leaves() + leaf)
    }

    /// The class of a link and its number within it. `None` beyond the last id.
    pub fn class_of(&self, id: LinkId) -> Option<(u8, u32)> {
        let (gpus, leaves) = (self.gpus(), self.leaves());
        let beyond = id.0.checked_sub(6 * gpus);
        match beyond {
            None => Some(((id.0 / gpus) as u8, id.0 % gpus)),
            Some(leaf) if leaf < 2 * leaves => Some((6 + (leaf / leaves) as u8, leaf % leaves)),
            Some(_) => None,
        }
    }

    /// Within a node over NVLink; between nodes over the rail of the receiver.
    fn rail_path(&self, from: u32, to: u32) -> Path {
        let (node, to_node) = (from / self.gpus_per_node, to / self.gpus_per_node);
        let mut path = Path::with_capacity(8);
        let mut add = |link: LinkId| path.push(LinkRun::one(link));
        if node == to_node {
            add(self.nvlink_up(from));
            add(self.nvlink_down(to));
            return path;
        }
        let sender = node * self.gpus_per_node + to % self.gpus_per_node;
        if sender != from {
            add(self.nvlink_up(from));
            add(self.nvlink_down(sender));
        }
        add(self.host_out(sender));
        self.network(sender, to).for_each(&mut add);
        add(self.host_in(to));
        path
    }

    /// From a GPU of one node to one of another over all NICs of both, each for an equal share: what many channels do
    /// together. NICs that are down carry nothing, if others of the node are up. A GPU that its switches do not reach, or that
    /// does not reach them, has its own NIC only. Within a node as [`super::Topology::path`].
    pub fn spread_path(&self, from: u32, to: u32, is_down: &dyn Fn(LinkId) -> bool) -> Path {
        let places = self.gpus_per_node;
        let (node, to_node) = (from / places, to / places);
        if node == to_node {
            return self.rail_path(from, to);
        }
        let end = |node: u32, own: LinkId, port: LinkId, nic: &dyn Fn(u32) -> LinkId| {
            if places > 1 && is_down(port) {
                vec![LinkRun::one(own)]
            } else {
                self.spread_over_nics(node, nic, is_down)
            }
        };
        let mut path = end(node, self.nic_out(from), self.nvlink_up(from), &|gpu| self.nic_out(gpu));
        path.extend(end(to_node, self.nic_in(to), self.nvlink_down(to), &|gpu| self.nic_in(gpu)));
        path
    }

    /// Equal shares for all NICs of a node that are up; for all NICs if none is.
    fn spread_over_nics(&self, node: u32, link: impl Fn(u32) -> LinkId, is_down: &dyn Fn(LinkId) -> bool) -> Path {
        let places = self.gpus_per_node;
        let gpus: Vec<u32> = (node * places..(node + 1) * places).collect();
        let up: Vec<u32> =
            gpus.iter().copied().filter(|&gpu| !is_down(self.nic_out(gpu)) && !is_down(self.nic_in(gpu))).collect();
        if up.is_empty() || up.len() == gpus.len() {
            return vec![LinkRun::spread(link(node * places), places)];
        }
        let neighbours = up.chunk_by(|one, next| one + 1 == *next);
        let share = 1.0 / up.len() as f64;
        let run = |gpus: &[u32]| Some(LinkRun { share, ..LinkRun::line(link(*gpus.first()?), 1, gpus.len() as u32) });
        neighbours.filter_map(run).collect()
    }

    /// From the NIC of one GPU to that of another on the same rail.
    fn network(&self, from: u32, to: u32) -> impl Iterator<Item = LinkId> + use<> {
        let (leaf, to_leaf) = (self.leaf(from), self.leaf(to));
        let spine = (leaf != to_leaf).then(|| [self.leaf_up(leaf), self.leaf_down(to_leaf)]);
        [self.nic_out(from)].into_iter().chain(spine.into_iter().flatten()).chain([self.nic_in(to)])
    }
}

impl TopologyKind for Cluster {
    fn link_count(&self) -> u32 {
        6 * self.gpus() + 2 * self.leaves()
    }

    fn link(&self, id: LinkId) -> Option<LinkSpec> {
        let (class, _) = self.class_of(id)?;
        // A leaf has as many ports up as down: its way to the spine carries all its NICs at full rate.
        let spine = LinkSpec {
            capacity: BytesPerSec(self.nic.capacity.0 * f64::from(self.nodes_per_leaf)),
            latency: Femtos(0),
            class,
            mode: LinkMode::Shared,
        };
        Some(match class {
            0 | 1 => self.nvlink.spec(class),
            2 | 3 => self.host.spec(class),
            4 | 5 => self.nic.spec(class),
            _ => spine,
        })
    }

    /// GPUs, then NVSwitches by node, NICs, leaves, the spine.
    fn node_count(&self) -> u32 {
        2 * self.gpus() + self.nodes + self.leaves() + 1
    }

    fn ends(&self, id: LinkId) -> Option<(Node, Node)> {
        let (class, number) = self.class_of(id)?;
        let gpus = self.gpus();
        let gpu = Node(number);
        let switch = Node(gpus + number / self.gpus_per_node);
        let nic = Node(gpus + self.nodes + number);
        let leaf = |leaf: u32| Node(2 * gpus + self.nodes + leaf);
        let spine = leaf(self.leaves());
        Some(match class {
            0 => (gpu, switch),
            1 => (switch, gpu),
            2 => (gpu, nic),
            3 => (nic, gpu),
            4 => (nic, leaf(self.leaf(number))),
            5 => (leaf(self.leaf(number)), nic),
            6 => (leaf(number), spine),
            _ => (spine, leaf(number)),
        })
    }

    fn links_from(&self, node: Node) -> Vec<LinkId> {
        let (gpus, per_node) = (self.gpus(), self.gpus_per_node);
        let Some(number) = node.0.checked_sub(gpus) else {
            return vec![self.nvlink_up(node.0), self.host_out(node.0)];
        };
        if number < self.nodes {
            return (0..per_node).map(|place| self.nvlink_down(number * per_node + place)).collect();
        }
        let number = number - self.nodes;
        if number < gpus {
            return vec![self.host_in(number), self.nic_out(number)];
        }
        let leaf = number - gpus;
        if leaf == self.leaves() {
            return (0..self.leaves()).map(|leaf| self.leaf_down(leaf)).collect();
        }
        let (unit, rail) = (leaf / per_node, leaf % per_node);
        let members = unit * self.nodes_per_leaf..((unit + 1) * self.nodes_per_leaf).min(self.nodes);
        let down = members.map(|node| self.nic_in(node * per_node + rail));
        down.chain([self.leaf_up(leaf)]).collect()
    }

    /// Within a node over NVLink; between nodes over the rail of the receiver.
    fn path(&self, from: u32, to: u32) -> Option<Path> {
        Some(self.rail_path(from, to))
    }

    fn class_names(&self) -> &'static [&'static str] {
        self.hub.cluster_class_names()
    }

    fn classes(&self) -> &'static [LinkClass] {
        &[LinkClass::NvLink, LinkClass::Host, LinkClass::Nic, LinkClass::LeafSpine]
    }

    fn class(&self, id: LinkId) -> LinkClass {
        match self.class_of(id) {
            Some((0 | 1, _)) => LinkClass::NvLink,
            Some((2 | 3, _)) => LinkClass::Host,
            Some((4 | 5, _)) => LinkClass::Nic,
            Some(_) | None => LinkClass::LeafSpine,
        }
    }

    fn latency(&self, class: LinkClass) -> Femtos {
        self.figures(class).map_or(Femtos(0), |figures| figures.latency)
    }

    fn scale_latency(&mut self, class: LinkClass, factor: f64) {
        let figures = match class {
            LinkClass::NvLink => &mut self.nvlink,
            LinkClass::Host => &mut self.host,
            LinkClass::Nic => &mut self.nic,
            LinkClass::LeafSpine
            | LinkClass::MeshLink
            | LinkClass::Ramp
            | LinkClass::SwarmX
            | LinkClass::Link
            | LinkClass::RateCap(_) => return,
        };
        figures.latency = figures.latency.scaled(factor);
    }

    fn ranks(&self) -> u32 {
        self.gpus()
    }

    fn farthest_latency_s(&self, _: &dyn Fn(LinkId) -> bool) -> f64 {
        let one_direction_latency =
            if self.nodes > 1 { self.nic.latency + self.host.latency } else { self.nvlink.latency };
        2.0 * one_direction_latency.secs()
    }

    fn link_patterns(&self) -> &'static [&'static str] {
        self.hub.cluster_patterns()
    }

    fn name_of(&self, id: LinkId) -> Option<LinkName> {
        // GPUs are numbered within their node, leaves within their unit: both have one per rail.
        let (class, number) = self.class_of(id)?;
        Some(LinkName::new(class.into(), &[number % self.gpus_per_node, number / self.gpus_per_node]))
    }

    fn link_of(&self, name: &LinkName) -> Option<LinkId> {
        let &[position, group] = name.numbers() else { return None };
        // The last two patterns are other names of the first two.
        let pattern = name.pattern % 8;
        let groups = if pattern < 6 { self.nodes } else { self.units() };
        if position >= self.gpus_per_node || group >= groups {
            return None;
        }
        let number = group * self.gpus_per_node + position;
        match pattern {
            class @ 0..6 => Some(self.gpu_link(class as u32, number)),
            6 => Some(self.leaf_up(number)),
            7 => Some(self.leaf_down(number)),
            _ => None,
        }
    }

    fn rank_names(&self) -> RankNames {
        let numbers = RankNumbers::OfNode { per_node: self.gpus_per_node };
        RankNames { noun: RankNoun::Gpu, numbers, count: self.gpus() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster() -> Cluster {
        let figures = |capacity: f64| LinkFigures { capacity: BytesPerSec(capacity), latency: Femtos(1) };
        Cluster {
            hub: NodeInterconnect::NvSwitch,
            nodes: 5,
            gpus_per_node: 4,
            nvlink: figures(450e9),
            host: figures(63e9),
            nic: figures(50e9),
            nodes_per_leaf: 2,
        }
    }

    #[test]
    fn every_path_leads_from_gpu_to_gpu() {
        let cluster = cluster();
        for from in 0..cluster.gpus() {
            for to in (0..cluster.gpus()).filter(|&to| to != from) {
                let mut at = Node(from);
                for link in cluster.rail_path(from, to).iter().flat_map(LinkRun::links) {
                    let (source, sink) = cluster.ends(link).expect("a link of the cluster");
                    assert_eq!(source, at, "{from} to {to}");
                    at = sink;
                }
                assert_eq!(at, Node(to));
            }
        }
    }
}
