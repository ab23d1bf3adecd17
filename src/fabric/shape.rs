//! The shapes of fabric: which links there are, what they join, and the way from one rank to another.

use super::{Cluster, Graph, Grid, LinkId, LinkSpec, Mesh, Path, Switch, WaferCluster};
use crate::units::Femtos;

/// A chip, a switch, a NIC: whatever links join. Numbered within one fabric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(pub u32);

/// One fabric's links, all of them whole.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
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
    ($self:ident, $shape:ident => $call:expr) => {
        match $self {
            Shape::Switch($shape) => $call,
            Shape::Cluster($shape) => $call,
            Shape::Mesh($shape) => $call,
            Shape::Wafers($shape) => $call,
            Shape::Grid($shape) => $call,
            Shape::Graph($shape) => $call,
        }
    };
}

impl Shape {
    /// How many links there are: valid ids lie below.
    pub fn link_count(&self) -> u32 {
        each!(self, shape => shape.link_count())
    }

    /// The figures of a link. `None` for an id that this fabric does not have.
    pub fn link(&self, id: LinkId) -> Option<LinkSpec> {
        each!(self, shape => shape.link(id))
    }

    /// The names of the link classes, as the field says them.
    pub fn class_names(&self) -> &'static [&'static str] {
        match self {
            Shape::Switch(_) => &Switch::CLASS_NAMES,
            Shape::Cluster(_) => &Cluster::CLASS_NAMES,
            Shape::Mesh(_) => &Mesh::CLASS_NAMES,
            Shape::Wafers(_) => &WaferCluster::CLASS_NAMES,
            Shape::Grid(_) => &Grid::CLASS_NAMES,
            Shape::Graph(_) => &Graph::CLASS_NAMES,
        }
    }

    /// A link's place in words.
    pub fn link_name(&self, id: LinkId) -> String {
        each!(self, shape => shape.link_name(id))
    }

    /// What a link leads from and to. `None` for an id that this fabric does not have, and for ramps, which lead from a
    /// router into its own core.
    pub fn ends(&self, id: LinkId) -> Option<(Node, Node)> {
        each!(self, shape => shape.ends(id))
    }

    /// The links that leave a node, ascending.
    pub fn links_from(&self, node: Node) -> Vec<LinkId> {
        each!(self, shape => shape.links_from(node))
    }

    /// How many nodes there are.
    pub fn node_count(&self) -> u32 {
        each!(self, shape => shape.node_count())
    }

    /// The links from one rank to another, in order, as whole runs. `None` where there is no way.
    pub fn path(&self, from: u32, to: u32) -> Option<Path> {
        match self {
            Shape::Switch(switch) => Some(switch.path(from, to)),
            Shape::Cluster(cluster) => Some(cluster.path(from, to)),
            Shape::Grid(grid) => Some(grid.path(from, to)),
            Shape::Graph(graph) => graph.path(from, to),
            // PEs and wafers are no ranks that send to one another.
            Shape::Mesh(_) | Shape::Wafers(_) => None,
        }
    }

    /// How many ranks can send to one another by [`Shape::path`].
    pub fn ranks(&self) -> u32 {
        match self {
            Shape::Switch(switch) => switch.ranks,
            Shape::Cluster(cluster) => cluster.gpus(),
            Shape::Grid(grid) => grid.chips(),
            Shape::Graph(graph) => graph.node_count(),
            Shape::Mesh(mesh) => mesh.pe_count(),
            Shape::Wafers(wafers) => wafers.wafers,
        }
    }

    /// What is taken off the fluid time of a collective before it is reported: one cycle on a wafer
    /// ([`Mesh::cycle`]), nothing on fabrics without wavelets.
    pub fn wavelet_cycle(&self) -> Femtos {
        match self {
            Shape::Mesh(mesh) => mesh.cycle(),
            _ => Femtos(0),
        }
    }
}
