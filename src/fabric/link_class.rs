//! Classes of links: what the field calls them, and scaling all links of one class to see what they are worth.

use super::cluster::Cluster;
use super::topology::Topology;
use super::wafer_mesh::{Direction, Mesh};
use super::{Fabric, LinkId};
use crate::units::Femtos;

/// What kind of link, both directions together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkClass {
    /// A GPU's port into its NVLink domain (or into whatever switch).
    NvLink,
    /// GPU to NIC.
    Host,
    /// NIC to leaf switch.
    Nic,
    /// Leaf to spine switch.
    LeafSpine,
    /// From router to router of a wafer.
    MeshLink,
    /// From a router into its core.
    Ramp,
    /// Of the tree between wafers.
    SwarmX,
    /// Of a mesh, a torus or a graph of chips.
    Link,
    /// A link of its own that holds one stream to a rate; the word says what for.
    Private(&'static str),
}

impl LinkClass {
    /// The field's word.
    pub fn name(self) -> &'static str {
        match self {
            LinkClass::NvLink => "NVLink",
            LinkClass::Host => "PCIe/C2C",
            LinkClass::Nic => "NIC",
            LinkClass::LeafSpine => "leaf/spine",
            LinkClass::MeshLink => "mesh link",
            LinkClass::Ramp => "ramp",
            LinkClass::SwarmX => "SwarmX link",
            LinkClass::Link => "link",
            LinkClass::Private(what) => what,
        }
    }
}

impl Topology {
    /// The classes of its links.
    pub fn classes(&self) -> &'static [LinkClass] {
        match self {
            Topology::Switch(_) => &[LinkClass::NvLink],
            Topology::Cluster(_) => &[LinkClass::NvLink, LinkClass::Host, LinkClass::Nic, LinkClass::LeafSpine],
            Topology::Mesh(_) => &[LinkClass::MeshLink, LinkClass::Ramp],
            Topology::Wafers(_) => &[LinkClass::SwarmX],
            Topology::Grid(_) | Topology::Graph(_) => &[LinkClass::Link],
        }
    }

    fn class(&self, id: LinkId) -> LinkClass {
        match self {
            Topology::Switch(_) => LinkClass::NvLink,
            Topology::Cluster(cluster) => cluster_class(cluster, id),
            Topology::Mesh(mesh) => match mesh.place(id) {
                Some((_, _, Direction::Ramp)) => LinkClass::Ramp,
                _ => LinkClass::MeshLink,
            },
            Topology::Wafers(_) => LinkClass::SwarmX,
            Topology::Grid(_) | Topology::Graph(_) => LinkClass::Link,
        }
    }

    /// The latency of the links of a class; of a graph, whose links differ, the longest.
    pub fn latency(&self, class: LinkClass) -> Femtos {
        match (self, class) {
            (Topology::Switch(switch), LinkClass::NvLink) => switch.latency,
            (Topology::Cluster(cluster), LinkClass::NvLink) => cluster.nvlink.latency,
            (Topology::Cluster(cluster), LinkClass::Host) => cluster.host.latency,
            (Topology::Cluster(cluster), LinkClass::Nic) => cluster.nic.latency,
            (Topology::Mesh(mesh), LinkClass::MeshLink) => mesh.cycles(mesh.hop_cycles),
            (Topology::Wafers(tree), LinkClass::SwarmX) => tree.links.latency,
            (Topology::Grid(grid), LinkClass::Link) => grid.links.latency,
            (Topology::Graph(graph), LinkClass::Link) => {
                graph.links().iter().map(|link| link.spec.latency).max().unwrap_or_default()
            }
            _ => Femtos(0),
        }
    }

    /// Multiplies the latency of all links of a class. On a wafer that is the cycles of a hop and of a turn.
    pub fn scale_latency(&mut self, class: LinkClass, factor: f64) {
        let scale = |latency: &mut Femtos| *latency = latency.scaled(factor);
        match (self, class) {
            (Topology::Switch(switch), LinkClass::NvLink) => scale(&mut switch.latency),
            (Topology::Cluster(cluster), LinkClass::NvLink) => scale(&mut cluster.nvlink.latency),
            (Topology::Cluster(cluster), LinkClass::Host) => scale(&mut cluster.host.latency),
            (Topology::Cluster(cluster), LinkClass::Nic) => scale(&mut cluster.nic.latency),
            (Topology::Mesh(mesh), LinkClass::MeshLink) => {
                mesh.hop_cycles *= factor;
                mesh.turn_cycles *= factor;
            }
            (Topology::Wafers(tree), LinkClass::SwarmX) => scale(&mut tree.links.latency),
            (Topology::Grid(grid), LinkClass::Link) => scale(&mut grid.links.latency),
            (Topology::Graph(graph), LinkClass::Link) => graph.scale_latency(factor),
            _ => {}
        }
    }
}

impl Mesh {
    /// Multiplies the time of an addition or a delivery in a core, ramps included. The cycles of a ramp may become
    /// negative: only the whole is meant.
    pub fn scale_processing(&mut self, factor: f64) {
        self.ramp_cycles = (self.processing_cycles() * factor - 1.0) / 2.0;
    }
}

fn cluster_class(cluster: &Cluster, id: LinkId) -> LinkClass {
    match cluster.class_of(id) {
        Some((0 | 1, _)) => LinkClass::NvLink,
        Some((2 | 3, _)) => LinkClass::Host,
        Some((4 | 5, _)) => LinkClass::Nic,
        _ => LinkClass::LeafSpine,
    }
}

impl Fabric {
    /// The class of a link.
    pub fn class(&self, id: LinkId) -> LinkClass {
        match id.0.checked_sub(self.topology.link_count()).and_then(|place| self.private.get(place as usize)) {
            Some(private) => LinkClass::Private(private.what),
            None => self.topology.class(id),
        }
    }

    /// The classes of its links, private ones included.
    pub fn classes(&self) -> Vec<LinkClass> {
        let mut classes = self.topology.classes().to_vec();
        for private in &self.private {
            let class = LinkClass::Private(private.what);
            if classes.last() != Some(&class) {
                classes.push(class);
            }
        }
        classes
    }

    /// Multiplies the capacity of all links of a class, also of private ones that come later.
    pub fn scale_capacity(&mut self, class: LinkClass, factor: f64) {
        self.scaled.push((class, factor));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fabric::LinkFigures;
    use crate::fabric::switch::Switch;
    use crate::units::BytesPerSec;

    #[test]
    fn scaling_a_class_leaves_the_others_as_they_are() {
        let figures = LinkFigures { capacity: BytesPerSec(400e9), latency: Femtos(1000) };
        let mut topology = Topology::Cluster(Cluster {
            nodes: 3,
            gpus_per_node: 2,
            nvlink: figures,
            host: figures,
            nic: figures,
            nodes_per_leaf: 4,
        });
        let before = Fabric::from(topology.clone());
        topology.scale_latency(LinkClass::Nic, 3.0);
        let mut after = Fabric::from(topology);
        after.scale_capacity(LinkClass::Nic, 2.0);
        for id in (0..before.link_count()).map(LinkId) {
            let (old, new) = (before.link(id).expect("a link"), after.link(id).expect("a link"));
            let (capacity, latency) = if before.class(id) == LinkClass::Nic { (2.0, 3) } else { (1.0, 1) };
            assert_eq!(new.capacity.0, old.capacity.0 * capacity, "{}", before.link_name(id));
            assert_eq!(new.latency.0, old.latency.0 * latency, "{}", before.link_name(id));
        }
    }

    #[test]
    fn private_links_are_a_class_of_their_own() {
        let switch = Switch { ranks: 2, capacity: BytesPerSec(1e9), latency: Femtos(1) };
        let mut fabric = Fabric::from(Topology::Switch(switch));
        let figures = LinkFigures { capacity: BytesPerSec(5.0), latency: Femtos(0) };
        fabric.scale_capacity(LinkClass::Private("source"), 2.0);
        let ids = [0, 1].map(|number| fabric.add_private(figures, "source", number));
        assert_eq!(fabric.classes(), [LinkClass::NvLink, LinkClass::Private("source")]);
        assert_eq!(ids.map(|id| fabric.link(id).map(|spec| spec.capacity.0)), [Some(10.0); 2]);
        assert_eq!(fabric.link(LinkId(0)).map(|spec| spec.capacity.0), Some(1e9));
    }
}
