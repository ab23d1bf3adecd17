//! Fabrics: directed links with capacity and latency, named by small integers.
//!
//! Regular fabrics store no link at all: a link's id is computed from its place, and its figures come from its class.

mod graph;
mod mesh;
mod switch;

pub use graph::Graph;
pub use mesh::{Direction, Mesh};
pub use switch::Switch;

use crate::units::{BytesPerSec, Femtos};

/// Names a directed link within one fabric. `u32`, so that traces are the same on 32-bit and 64-bit machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u32);

impl LinkId {
    /// The link `step` ids further.
    pub fn offset(self, step: i32) -> LinkId {
        LinkId(self.0.wrapping_add_signed(step))
    }
}

/// Whether streams share a link's capacity or pass it one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkMode {
    /// Streams share the capacity, max-min fairly.
    Shared,
    /// One stream at a time at full rate, first come first served.
    Serial,
}

/// What one directed link can do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkSpec {
    /// Bytes per second.
    pub capacity: BytesPerSec,
    /// Time from entering to leaving, for each byte.
    pub latency: Femtos,
    /// Index into [`Fabric::class_names`].
    pub class: u8,
    /// Shared or serial.
    pub mode: LinkMode,
}

/// One fabric: a box of GPUs round a switch, a mesh of PEs, or a free list of links.
#[derive(Clone, Debug, PartialEq)]
pub enum Fabric {
    /// GPUs round one switch.
    Switch(Switch),
    /// PEs in a mesh.
    Mesh(Mesh),
    /// Links one by one.
    Graph(Graph),
}

impl Fabric {
    /// How many links there are: valid ids lie below.
    pub fn link_count(&self) -> u32 {
        match self {
            Fabric::Switch(switch) => switch.link_count(),
            Fabric::Mesh(mesh) => mesh.link_count(),
            Fabric::Graph(graph) => graph.link_count(),
        }
    }

    /// The figures of a link. `None` for an id that this fabric does not have.
    pub fn link(&self, id: LinkId) -> Option<LinkSpec> {
        match self {
            Fabric::Switch(switch) => switch.link(id),
            Fabric::Mesh(mesh) => mesh.link(id),
            Fabric::Graph(graph) => graph.link(id),
        }
    }

    /// The names of the link classes, as the field says them.
    pub fn class_names(&self) -> &[&'static str] {
        match self {
            Fabric::Switch(_) => &Switch::CLASS_NAMES,
            Fabric::Mesh(_) => &Mesh::CLASS_NAMES,
            Fabric::Graph(_) => &Graph::CLASS_NAMES,
        }
    }

    /// A link's place in words.
    pub fn link_name(&self, id: LinkId) -> String {
        match self {
            Fabric::Switch(switch) => switch.link_name(id),
            Fabric::Mesh(mesh) => mesh.link_name(id),
            Fabric::Graph(_) => format!("link {}", id.0),
        }
    }

    /// What is taken off the fluid time of a collective before it is reported: one cycle on a wafer
    /// ([`Mesh::cycle`]), nothing on fabrics without wavelets.
    pub fn wavelet_cycle(&self) -> Femtos {
        match self {
            Fabric::Mesh(mesh) => mesh.cycle(),
            Fabric::Switch(_) | Fabric::Graph(_) => Femtos(0),
        }
    }
}
