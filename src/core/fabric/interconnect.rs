//! What joins the GPUs of a node: the words for it, and the names of its links.

use serde::{Deserialize, Serialize};

/// What joins the GPUs of a node, drawn as a hub with a link to each of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum NodeInterconnect {
    /// NVLink to NVSwitches.
    #[default]
    NvSwitch,
    /// NVLink bridges from card to card.
    NvLinkBridge,
    /// PCIe switches and sockets.
    PcieSwitch,
    /// A cable between the network ports of two systems.
    Cable,
    /// A switch of another kind, with free figures.
    Switch,
}

impl NodeInterconnect {
    /// The hub: `NVSwitch`.
    pub fn hub(self) -> &'static str {
        match self {
            NodeInterconnect::NvSwitch => "NVSwitch",
            NodeInterconnect::NvLinkBridge => "NVLink bridge",
            NodeInterconnect::PcieSwitch => "PCIe switch",
            NodeInterconnect::Cable => "cable",
            NodeInterconnect::Switch => "switch",
        }
    }

    /// Several of them: `NVSwitches`.
    pub fn hubs(self) -> &'static str {
        match self {
            NodeInterconnect::NvSwitch => "NVSwitches",
            NodeInterconnect::NvLinkBridge => "NVLink bridges",
            NodeInterconnect::PcieSwitch => "PCIe switches",
            NodeInterconnect::Cable => "cables",
            NodeInterconnect::Switch => "switches",
        }
    }

    /// The class of its links in results: `NVLink`.
    pub fn class_name(self) -> &'static str {
        match self {
            NodeInterconnect::NvSwitch | NodeInterconnect::NvLinkBridge => "NVLink",
            NodeInterconnect::PcieSwitch => "PCIe",
            NodeInterconnect::Cable => "cable",
            NodeInterconnect::Switch => "link",
        }
    }

    /// A chip's port into the hub: `NVLink port`.
    pub fn port(self) -> &'static str {
        match self {
            NodeInterconnect::NvSwitch | NodeInterconnect::NvLinkBridge => "NVLink port",
            NodeInterconnect::PcieSwitch => "PCIe port",
            NodeInterconnect::Cable => "network port",
            NodeInterconnect::Switch => "port",
        }
    }

    /// The classes of its links by direction: `GPU to NVSwitch`, and back.
    pub(super) fn class_names(self) -> &'static [&'static str; 2] {
        match self {
            NodeInterconnect::NvSwitch => &["GPU to NVSwitch", "NVSwitch to GPU"],
            NodeInterconnect::NvLinkBridge => &["GPU to NVLink bridge", "NVLink bridge to GPU"],
            NodeInterconnect::PcieSwitch => &["GPU to PCIe switch", "PCIe switch to GPU"],
            NodeInterconnect::Cable => &["GPU to cable", "cable to GPU"],
            NodeInterconnect::Switch => &["chip to switch", "switch to chip"],
        }
    }

    /// The classes of the links of a cluster.
    pub(super) fn cluster_class_names(self) -> &'static [&'static str; 8] {
        macro_rules! classes {
            ($hub:literal) => {
                &[
                    concat!("GPU to ", $hub),
                    concat!($hub, " to GPU"),
                    "GPU to NIC",
                    "NIC to GPU",
                    "NIC to leaf",
                    "leaf to NIC",
                    "leaf to spine",
                    "spine to leaf",
                ]
            };
        }
        match self {
            NodeInterconnect::NvSwitch => classes!("NVSwitch"),
            NodeInterconnect::NvLinkBridge => classes!("NVLink bridge"),
            NodeInterconnect::PcieSwitch => classes!("PCIe switch"),
            NodeInterconnect::Cable => classes!("cable"),
            NodeInterconnect::Switch => classes!("switch"),
        }
    }

    /// The patterns of the names of its links around a single hub: up and down, then both as of an NVSwitch, by which scenes may
    /// name the links of any hub.
    pub(super) fn link_patterns(self) -> &'static [&'static str; 4] {
        macro_rules! patterns {
            ($chip:literal, $hub:literal) => {
                &[
                    concat!($chip, " {} → ", $hub),
                    concat!($hub, " → ", $chip, " {}"),
                    "GPU {} → NVSwitch",
                    "NVSwitch → GPU {}",
                ]
            };
        }
        match self {
            NodeInterconnect::NvSwitch => patterns!("GPU", "NVSwitch"),
            NodeInterconnect::NvLinkBridge => patterns!("GPU", "NVLink bridge"),
            NodeInterconnect::PcieSwitch => patterns!("GPU", "PCIe switch"),
            NodeInterconnect::Cable => patterns!("GPU", "cable"),
            NodeInterconnect::Switch => patterns!("chip", "switch"),
        }
    }

    /// The same among nodes, whose other links come between.
    pub(super) fn cluster_patterns(self) -> &'static [&'static str; 10] {
        macro_rules! patterns {
            ($hub:literal) => {
                &[
                    concat!("GPU {} of node {} → ", $hub),
                    concat!($hub, " → GPU {} of node {}"),
                    "GPU {} of node {} → NIC",
                    "NIC → GPU {} of node {}",
                    "NIC {} of node {} → leaf",
                    "leaf → NIC {} of node {}",
                    "leaf {} of unit {} → spine",
                    "spine → leaf {} of unit {}",
                    "GPU {} of node {} → NVSwitch",
                    "NVSwitch → GPU {} of node {}",
                ]
            };
        }
        match self {
            NodeInterconnect::NvSwitch => patterns!("NVSwitch"),
            NodeInterconnect::NvLinkBridge => patterns!("NVLink bridge"),
            NodeInterconnect::PcieSwitch => patterns!("PCIe switch"),
            NodeInterconnect::Cable => patterns!("cable"),
            NodeInterconnect::Switch => patterns!("switch"),
        }
    }
}
