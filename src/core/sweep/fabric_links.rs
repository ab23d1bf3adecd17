//! The links, NICs and nodes of a fabric whose figures a scene can set.

use crate::fabric::{LinkFigures, NodeInterconnect, Topology};
use crate::scene::{FabricKind, FabricScene};

/// Links whose figures a scene can set, with their label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NamedLinks {
    /// The label of their capacity.
    pub label: &'static str,
    /// Their figures now.
    pub figures: LinkFigures,
}

/// The nodes of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeCounts {
    /// NVLink domains.
    pub nodes: u32,
    /// GPUs of each.
    pub gpus_per_node: u32,
}

/// The label of the capacity of a chip's port.
fn port_label(hub: NodeInterconnect) -> &'static str {
    match hub {
        NodeInterconnect::NvSwitch | NodeInterconnect::NvLinkBridge => "NVLink port, one way",
        NodeInterconnect::PcieSwitch => "PCIe port, one way",
        NodeInterconnect::Cable => "Network port, one way",
        NodeInterconnect::Switch => "Port, one way",
    }
}

impl FabricScene {
    /// The links inside a node, of a mesh or between wafers, if a scene can set their figures.
    pub fn links(&self) -> Option<NamedLinks> {
        let named = |label, figures| Some(NamedLinks { label, figures });
        match &self.kind {
            // The constants of the measured timing hold for whole clusters: single links have no figures.
            FabricKind::Chips(chips) if chips.measured.is_some() => None,
            FabricKind::Chips(chips) => match &chips.topology {
                Topology::Switch(switch) => {
                    let links = LinkFigures { capacity: switch.capacity, latency: switch.latency };
                    named(port_label(switch.hub), links)
                }
                Topology::Cluster(cluster) => named(port_label(cluster.hub), cluster.nvlink),
                Topology::Grid(grid) => named("Link, one way", grid.links),
                Topology::Torus(torus) => named("Link, one way", torus.axes[0].links),
                Topology::FullMesh(mesh) => named("Link, one way", mesh.links),
                Topology::Mesh(_) | Topology::Wafers(_) | Topology::Graph(_) => None,
            },
            FabricKind::Wafers(wafers) => named("Link of a wafer, one way", wafers.tree.links),
            FabricKind::Wafer(_) => None,
        }
    }

    /// The NICs between nodes, if a scene can set their figures.
    pub fn nics(&self) -> Option<LinkFigures> {
        match &self.kind {
            FabricKind::Chips(chips) if chips.measured.is_none() => match &chips.topology {
                Topology::Cluster(cluster) => Some(cluster.nic),
                Topology::Switch(_)
                | Topology::Grid(_)
                | Topology::Torus(_)
                | Topology::FullMesh(_)
                | Topology::Mesh(_)
                | Topology::Wafers(_)
                | Topology::Graph(_) => None,
            },
            FabricKind::Chips(_) | FabricKind::Wafer(_) | FabricKind::Wafers(_) => None,
        }
    }

    /// The nodes of a cluster; `None` for other fabrics.
    pub fn node_counts(&self) -> Option<NodeCounts> {
        match &self.kind {
            FabricKind::Chips(chips) => match &chips.topology {
                Topology::Cluster(cluster) => {
                    Some(NodeCounts { nodes: cluster.nodes, gpus_per_node: cluster.gpus_per_node })
                }
                Topology::Switch(_)
                | Topology::Grid(_)
                | Topology::Torus(_)
                | Topology::FullMesh(_)
                | Topology::Mesh(_)
                | Topology::Wafers(_)
                | Topology::Graph(_) => None,
            },
            FabricKind::Wafer(_) | FabricKind::Wafers(_) => None,
        }
    }
}
