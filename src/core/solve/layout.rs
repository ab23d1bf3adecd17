//! How the ranks of a run are laid out: by kind of machine or topology, or on a wafer.

use crate::fabric::Topology;
use crate::scene::{FabricKind, WaferFabric, WaferLayout};

/// The layout of the ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// GPUs in NVLink domains.
    NvLink,
    /// Chips around a switch with free figures.
    Switch,
    /// Chips in a mesh.
    Mesh,
    /// Chips in a torus.
    Torus,
    /// Chips with a direct link between every two.
    FullMesh,
    /// Chips joined link by link.
    Graph,
    /// Wafers under a tree.
    Wafers,
    /// Every PE of a wafer.
    PerPe,
    /// Strips of a wafer.
    Strips,
}

impl Layout {
    /// That of a fabric.
    pub fn new(kind: &FabricKind) -> Layout {
        match kind {
            FabricKind::Chips(chips) if chips.machine.nvlink().is_some() => Layout::NvLink,
            FabricKind::Chips(chips) => match &chips.topology {
                Topology::Grid(grid) if grid.wraps => Layout::Torus,
                Topology::Grid(_) => Layout::Mesh,
                Topology::Torus(torus) if torus.axes.iter().any(|axis| axis.length > 1 && axis.wraps) => Layout::Torus,
                Topology::Torus(_) => Layout::Mesh,
                Topology::FullMesh(_) => Layout::FullMesh,
                Topology::Graph(_) => Layout::Graph,
                Topology::Switch(_) | Topology::Cluster(_) | Topology::Mesh(_) | Topology::Wafers(_) => Layout::Switch,
            },
            FabricKind::Wafers(_) => Layout::Wafers,
            FabricKind::Wafer(WaferFabric { layout: WaferLayout::PerPe { .. }, .. }) => Layout::PerPe,
            FabricKind::Wafer(WaferFabric { layout: WaferLayout::Strips { .. }, .. }) => Layout::Strips,
        }
    }

    /// Its id in JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Layout::NvLink => "nvlink",
            Layout::Switch => "switch",
            Layout::Mesh => "mesh",
            Layout::Torus => "torus",
            Layout::FullMesh => "full-mesh",
            Layout::Graph => "graph",
            Layout::Wafers => "wafers",
            Layout::PerPe => "per-pe",
            Layout::Strips => "strips",
        }
    }
}
