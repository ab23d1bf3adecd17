//! The shapes of fabric: which links there are, what they join, and the way from one rank to another.

use super::chip_grid::Grid;
use super::cluster::Cluster;
use super::graph::Graph;
use super::switch::Switch;
use super::wafer_mesh::Mesh;
use super::wafer_tree::WaferCluster;
use super::{LinkId, LinkSpec, Path};
use crate::units::Femtos;

/// A chip, a switch, a NIC: whatever links join. Numbered within one fabric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(pub u32);

/// One fabric's links, all of them whole.
#[derive(Clone, Debug, PartialEq)]
pub enum Topology {
    /// GPUs round one switch.
    Switch(Switch),
    /// NVLink domains joined by a network of rails.
    Cluster(Cluster),
    /// PEs on a wafer.
    Mesh(Mesh),
    /// Wafers joined by a tree that adds and copies.
    Wafers(WaferCluster),
    /// Chips in a mesh or a torus.
    Grid(Grid),
    /// Links one by one.
    Graph(Graph),
}

/// Calls the same method of whichever shape it is.
macro_rules! each {
    ($self:ident, $topology:ident => $call:expr) => {
        match $self {
            Topology::Switch($topology) => $call,
            Topology::Cluster($topology) => $call,
            Topology::Mesh($topology) => $call,
            Topology::Wafers($topology) => $call,
            Topology::Grid($topology) => $call,
            Topology::Graph($topology) => $call,
        }
    };
}

impl Topology {
    /// How many links there are: valid ids lie below.
    pub fn link_count(&self) -> u32 {
        each!(self, topology => topology.link_count())
    }

    /// The figures of a link. `None` for an id that this fabric does not have.
    pub fn link(&self, id: LinkId) -> Option<LinkSpec> {
        each!(self, topology => topology.link(id))
    }

    /// The names of the link classes, as the field says them.
    pub fn class_names(&self) -> &'static [&'static str] {
        match self {
            Topology::Switch(_) => &Switch::CLASS_NAMES,
            Topology::Cluster(_) => &Cluster::CLASS_NAMES,
            Topology::Mesh(_) => &Mesh::CLASS_NAMES,
            Topology::Wafers(_) => &WaferCluster::CLASS_NAMES,
            Topology::Grid(_) => &Grid::CLASS_NAMES,
            Topology::Graph(_) => &Graph::CLASS_NAMES,
        }
    }

    /// A link's place in words.
    pub fn link_name(&self, id: LinkId) -> String {
        each!(self, topology => topology.link_name(id))
    }

    /// What a link leads from and to. `None` for an id that this fabric does not have, and for ramps, which lead from a
    /// router into its own core.
    pub fn ends(&self, id: LinkId) -> Option<(Node, Node)> {
        each!(self, topology => topology.ends(id))
    }

    /// The links that leave a node, ascending.
    pub fn links_from(&self, node: Node) -> Vec<LinkId> {
        each!(self, topology => topology.links_from(node))
    }

    /// How many nodes there are.
    pub fn node_count(&self) -> u32 {
        each!(self, topology => topology.node_count())
    }

    /// The links from one rank to another, in order, as whole runs. `None` where there is no way.
    pub fn path(&self, from: u32, to: u32) -> Option<Path> {
        match self {
            Topology::Switch(switch) => Some(switch.path(from, to)),
            Topology::Cluster(cluster) => Some(cluster.path(from, to)),
            Topology::Grid(grid) => Some(grid.path(from, to)),
            Topology::Graph(graph) => graph.path(from, to),
            // PEs and wafers are no ranks that send to one another.
            Topology::Mesh(_) | Topology::Wafers(_) => None,
        }
    }

    /// How many ranks can send to one another by [`Topology::path`].
    pub fn ranks(&self) -> u32 {
        match self {
            Topology::Switch(switch) => switch.ranks,
            Topology::Cluster(cluster) => cluster.gpus(),
            Topology::Grid(grid) => grid.chips(),
            Topology::Graph(graph) => graph.node_count(),
            Topology::Mesh(mesh) => mesh.pe_count(),
            Topology::Wafers(wafers) => wafers.wafers,
        }
    }

    /// What is taken off the fluid time of a collective before it is reported: one cycle on a wafer
    /// ([`Mesh::cycle`]), nothing on fabrics without wavelets.
    pub fn wavelet_cycle(&self) -> Femtos {
        match self {
            Topology::Mesh(mesh) => mesh.cycle(),
            _ => Femtos(0),
        }
    }
}
