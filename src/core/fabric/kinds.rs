//! The kinds of topology: the one place that lists them.

use super::chip_grid::Grid;
use super::cluster::Cluster;
use super::full_mesh::FullMesh;
use super::graph::Graph;
use super::interconnect::NodeInterconnect;
use super::link::{LinkId, LinkSpec};
use super::link_class::LinkClass;
use super::link_run::Path;
use super::names::RankNames;
use super::switch::Switch;
use super::topology::{Node, TopologyKind};
use super::torus::Torus;
use super::wafer_mesh::Mesh;
use super::wafer_tree::WaferCluster;
use crate::units::Femtos;

/// Makes [`Topology`] and the calls of whichever kind it holds.
macro_rules! topologies {
    ($($(#[$doc:meta])* $kind:ident($data:ty),)+) => {
        /// The links of one fabric, all of them whole.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Topology {
            $($(#[$doc])* $kind($data),)+
        }

        $(impl From<$data> for Topology {
            fn from(topology: $data) -> Topology {
                Topology::$kind(topology)
            }
        })+

        impl Topology {
            /// What it provides, whatever its kind.
            pub fn kind(&self) -> &dyn TopologyKind {
                match self { $(Topology::$kind(topology) => topology,)+ }
            }

            fn kind_mut(&mut self) -> &mut dyn TopologyKind {
                match self { $(Topology::$kind(topology) => topology,)+ }
            }

            /// See [`TopologyKind::link`].
            #[inline]
            pub fn link(&self, id: LinkId) -> Option<LinkSpec> {
                match self { $(Topology::$kind(topology) => topology.link(id),)+ }
            }

            /// See [`TopologyKind::ends`].
            pub fn ends(&self, id: LinkId) -> Option<(Node, Node)> {
                match self { $(Topology::$kind(topology) => topology.ends(id),)+ }
            }

            /// See [`TopologyKind::link_count`].
            #[inline]
            pub fn link_count(&self) -> u32 {
                match self { $(Topology::$kind(topology) => topology.link_count(),)+ }
            }
        }
    };
}

topologies! {
    /// GPUs around one switch.
    Switch(Switch),
    /// NVLink domains joined by a network of rails.
    Cluster(Cluster),
    /// PEs on a wafer.
    Mesh(Mesh),
    /// Wafers joined by a tree that adds and copies.
    Wafers(WaferCluster),
    /// Chips in a mesh or a torus.
    Grid(Grid),
    /// Chips in a torus of axes that may differ.
    Torus(Torus),
    /// Chips with a direct link between every two.
    FullMesh(FullMesh),
    /// Links one by one.
    Graph(Graph),
}

// Calls that are not on the hot path, so that users need not import the trait.
impl Topology {
    /// The mesh of PEs; `None` for any other kind.
    pub fn mesh(&self) -> Option<&Mesh> {
        match self {
            Topology::Mesh(mesh) => Some(mesh),
            Topology::Switch(_)
            | Topology::Cluster(_)
            | Topology::Wafers(_)
            | Topology::Grid(_)
            | Topology::Torus(_)
            | Topology::FullMesh(_)
            | Topology::Graph(_) => None,
        }
    }

    /// What joins the chips of a star, or the GPUs of a node of a cluster; `None` for other kinds.
    pub fn hub(&self) -> Option<NodeInterconnect> {
        match self {
            Topology::Switch(switch) => Some(switch.hub),
            Topology::Cluster(cluster) => Some(cluster.hub),
            Topology::Mesh(_)
            | Topology::Wafers(_)
            | Topology::Grid(_)
            | Topology::Torus(_)
            | Topology::FullMesh(_)
            | Topology::Graph(_) => None,
        }
    }

    /// See [`TopologyKind::class_names`].
    pub fn class_names(&self) -> &'static [&'static str] {
        self.kind().class_names()
    }

    /// See [`TopologyKind::classes`].
    pub fn classes(&self) -> &'static [LinkClass] {
        self.kind().classes()
    }

    /// See [`TopologyKind::class`].
    #[inline]
    pub fn class(&self, id: LinkId) -> LinkClass {
        self.kind().class(id)
    }

    /// See [`TopologyKind::latency`].
    pub fn latency(&self, class: LinkClass) -> Femtos {
        self.kind().latency(class)
    }

    /// See [`TopologyKind::scale_latency`].
    pub fn scale_latency(&mut self, class: LinkClass, factor: f64) {
        self.kind_mut().scale_latency(class, factor);
    }

    /// See [`TopologyKind::links_from`].
    pub fn links_from(&self, node: Node) -> Vec<LinkId> {
        self.kind().links_from(node)
    }

    /// See [`TopologyKind::links_into`].
    pub fn links_into(&self, node: Node) -> Vec<LinkId> {
        self.kind().links_into(node)
    }

    /// See [`TopologyKind::ports`].
    pub fn ports(&self, rank: u32) -> Vec<LinkId> {
        self.kind().ports(rank)
    }

    /// See [`TopologyKind::node_count`].
    pub fn node_count(&self) -> u32 {
        self.kind().node_count()
    }

    /// See [`TopologyKind::path`].
    pub fn path(&self, from: u32, to: u32) -> Option<Path> {
        self.kind().path(from, to)
    }

    /// See [`TopologyKind::ranks`].
    pub fn ranks(&self) -> u32 {
        self.kind().ranks()
    }

    /// See [`TopologyKind::wavelet_cycle`].
    pub fn wavelet_cycle(&self) -> Femtos {
        self.kind().wavelet_cycle()
    }

    /// See [`TopologyKind::link_name`].
    pub fn link_name(&self, id: LinkId) -> String {
        self.kind().link_name(id)
    }

    /// See [`TopologyKind::find_link`].
    pub fn find_link(&self, name: &str) -> Option<LinkId> {
        self.kind().find_link(name)
    }

    /// See [`TopologyKind::similar_links`].
    pub fn similar_links(&self, name: &str) -> Vec<String> {
        self.kind().similar_links(name)
    }

    /// See [`TopologyKind::rank_names`].
    pub fn rank_names(&self) -> RankNames {
        self.kind().rank_names()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::fabric::NodeInterconnect;
    use crate::fabric::{Direction, LinkFigures, LinkMode, TorusAxis};
    use crate::units::BytesPerSec;

    /// A few sizes of every kind.
    fn samples() -> Vec<Topology> {
        let links = LinkFigures { capacity: BytesPerSec(1e9), latency: Femtos(1) };
        let mut samples = Vec::new();
        for ranks in [2, 5, 300] {
            samples.push(Topology::from(Switch {
                hub: NodeInterconnect::NvSwitch,
                ranks,
                capacity: links.capacity,
                latency: links.latency,
            }));
            samples.push(Topology::from(FullMesh { chips: ranks.min(40), links }));
            samples.push(Topology::from(WaferCluster { wafers: ranks, fan_out: 4, links }));
        }
        for (nodes, gpus_per_node, nodes_per_leaf) in [(1, 3, 2), (5, 4, 2), (40, 8, 32)] {
            let cluster = Cluster {
                hub: NodeInterconnect::NvSwitch,
                nodes,
                gpus_per_node,
                nvlink: links,
                host: links,
                nic: links,
                nodes_per_leaf,
            };
            samples.push(Topology::from(cluster));
        }
        for (width, height) in [(1, 4), (2, 2), (7, 3)] {
            let cycles = (1.0, 0.0, 2.0);
            let (hop_cycles, turn_cycles, ramp_cycles) = cycles;
            let mesh =
                Mesh { width, height, clock_hz: 1e9, bytes_per_cycle: 4.0, hop_cycles, turn_cycles, ramp_cycles };
            samples.push(Topology::from(mesh));
            samples.extend([false, true].map(|wraps| Topology::from(Grid { width, height, wraps, links })));
        }
        for (lengths, wraps) in [([4, 3, 2], [true, false, true]), ([1, 5, 2], [false; 3])] {
            let axis = |axis: usize| TorusAxis { length: lengths[axis], wraps: wraps[axis], links };
            samples.push(Topology::from(Torus { axes: [axis(0), axis(1), axis(2)] }));
        }
        let mut graph = Graph::of_nodes(5);
        for (from, to) in [(0, 1), (1, 0), (1, 4), (4, 3), (3, 2), (2, 0)] {
            let spec = LinkSpec { capacity: links.capacity, latency: links.latency, class: 0, mode: LinkMode::Shared };
            graph.join(Node(from), Node(to), spec);
        }
        graph.add(links.capacity, links.latency, LinkMode::Serial);
        samples.push(Topology::from(graph));
        samples
    }

    /// Whether a link of a mesh leads off the edge: it has an id but no use.
    fn leads_nowhere(topology: &Topology, link: LinkId) -> bool {
        match topology {
            Topology::Mesh(mesh) => {
                topology.ends(link).is_none() && !matches!(mesh.place(link), Some((_, _, Direction::Ramp)))
            }
            _ => topology.link(link).is_none(),
        }
    }

    #[test]
    fn every_link_is_found_by_its_name() {
        for topology in samples() {
            for link in (0..topology.link_count()).map(LinkId) {
                let expected = (!leads_nowhere(&topology, link)).then_some(link);
                for name in [topology.link_name(link), topology.link_name(link).replace('→', "->").to_uppercase()] {
                    assert_eq!(topology.find_link(&name), expected, "{name} in {topology:?}");
                }
            }
            assert_eq!(topology.find_link(&topology.link_name(LinkId(topology.link_count()))), None);
            for name in
                ["", "link", "GPU 4000000000 → NVSwitch", "wafer 4000000000 → SwarmX node 1.1", "chip 9 → chip 9"]
            {
                assert_eq!(topology.find_link(name), None, "{name} in {topology:?}");
            }
        }
    }

    #[test]
    fn every_rank_is_found_by_its_name() {
        for topology in samples() {
            let names = topology.rank_names();
            assert_eq!(names.count, topology.ranks());
            for rank in 0..topology.ranks() {
                assert_eq!(names.find(&names.name(rank)), Some(rank));
            }
        }
    }

    #[test]
    fn a_topology_has_links_of_all_its_classes_and_no_others() {
        for topology in samples() {
            let links = (0..topology.link_count()).map(LinkId);
            let found: BTreeSet<LinkClass> = links.map(|link| topology.class(link)).collect();
            let declared: BTreeSet<LinkClass> = topology.classes().iter().copied().collect();
            assert_eq!(found, declared, "{topology:?}");
        }
    }

    #[test]
    fn links_and_the_nodes_that_they_join_agree() {
        for topology in samples() {
            let nodes = topology.node_count();
            let mut from = vec![Vec::new(); nodes as usize];
            let mut into = from.clone();
            for link in (0..topology.link_count()).map(LinkId) {
                if let Some((source, sink)) = topology.ends(link) {
                    from[source.0 as usize].push(link);
                    into[sink.0 as usize].push(link);
                }
            }
            for node in 0..nodes {
                assert_eq!(topology.links_from(Node(node)), from[node as usize], "node {node} of {topology:?}");
                assert_eq!(topology.links_into(Node(node)), into[node as usize], "node {node} of {topology:?}");
            }
        }
    }

    #[test]
    fn a_misspelt_name_suggests_the_link_with_its_numbers() {
        let links = LinkFigures { capacity: BytesPerSec(1e9), latency: Femtos(1) };
        let cluster = Cluster {
            hub: NodeInterconnect::NvSwitch,
            nodes: 5,
            gpus_per_node: 4,
            nvlink: links,
            host: links,
            nic: links,
            nodes_per_leaf: 2,
        };
        let similar = Topology::from(cluster).similar_links("GPU 3 of nod 4 -> NVSwich");
        assert!(similar.iter().any(|name| name == "GPU 3 of node 4 → NVSwitch"), "{similar:?}");
    }
}
