//! The kinds of fabric: chips, PEs on a wafer, wafers under a tree.

use crate::catalog::{FreeMachine, Network, NvlinkMachine, WaferClusterMachine, WaferMachine};
use crate::collective::{Broadcast, ChipAlgorithm, FirstPartner, PerPeAlgorithm, Root, StripLayout};
use crate::fabric::{Mesh, Topology, WaferCluster};
use crate::nccl::MeasuredInputs;

/// The kinds of fabric.
#[derive(Clone, Debug, PartialEq)]
pub enum FabricKind {
    /// GPUs or other chips that send to one another.
    Chips(ChipFabric),
    /// PEs on a wafer.
    Wafer(WaferFabric),
    /// Wafers under a tree.
    Wafers(WafersFabric),
}

impl FabricKind {
    /// The name of its machine in the catalog.
    pub fn machine_name(&self) -> &str {
        match self {
            FabricKind::Chips(chips) => chips.machine.name(),
            FabricKind::Wafer(wafer) => &wafer.machine.name,
            FabricKind::Wafers(wafers) => &wafers.machine.name,
        }
    }
}

/// Chips that send to one another, with the departures of the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct ChipFabric {
    /// The catalog's figures.
    pub machine: ChipMachine,
    /// The network between nodes, if there are several.
    pub network: Option<Network>,
    /// The links of the ranks that take part.
    pub topology: Topology,
    /// The algorithm that it runs.
    pub algorithm: ChipAlgorithm,
    /// With whom recursive halving begins.
    pub first_partner: FirstPartner,
    /// What the measured timing needs to know; `None` with ideal timing.
    pub measured: Option<Box<MeasuredInputs>>,
}

/// Where chips come from.
#[expect(clippy::large_enum_variant, reason = "a scene has a few, and they are read far more often than moved")]
#[derive(Clone, Debug, PartialEq)]
pub enum ChipMachine {
    /// A box or rack of GPUs.
    Nvlink(NvlinkMachine),
    /// A switch, mesh, torus or graph with free figures.
    Free(FreeMachine),
}

impl ChipMachine {
    /// Name in scenes.
    pub fn id(&self) -> &str {
        match self {
            ChipMachine::Nvlink(machine) => &machine.id,
            ChipMachine::Free(machine) => &machine.id,
        }
    }

    /// Name on the screen.
    pub fn name(&self) -> &str {
        match self {
            ChipMachine::Nvlink(machine) => &machine.name,
            ChipMachine::Free(machine) => &machine.name,
        }
    }

    /// The GPUs and switches, if it is such a machine.
    pub fn nvlink(&self) -> Option<&NvlinkMachine> {
        match self {
            ChipMachine::Nvlink(machine) => Some(machine),
            ChipMachine::Free(_) => None,
        }
    }
}

impl ChipFabric {
    /// Ranks of the collective.
    pub fn ranks(&self) -> u32 {
        self.topology.ranks()
    }

    /// Whether the switches inside a node add and copy.
    pub fn adds_in_switch(&self) -> bool {
        self.machine.nvlink().is_some_and(|machine| machine.in_switch_reduction.value > 0.0)
    }
}

/// Wafers under a tree, with the departures of the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct WafersFabric {
    /// The catalog's figures of the cluster.
    pub machine: WaferClusterMachine,
    /// The wafers that take part, and their tree.
    pub tree: WaferCluster,
}

/// PEs on a wafer, with the departures of the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct WaferFabric {
    /// The catalog's figures.
    pub machine: WaferMachine,
    /// The rectangle that is used.
    pub mesh: Mesh,
    /// How the ranks lie on it.
    pub layout: WaferLayout,
}

/// How ranks lie on a wafer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaferLayout {
    /// Every PE is a rank with a vector of its own.
    PerPe {
        /// The algorithm that it runs.
        algorithm: PerPeAlgorithm,
    },
    /// Replicas as vertical strips.
    Strips {
        /// Their geometry.
        layout: StripLayout,
        /// Where the sums meet.
        root: Root,
        /// When the copies go back.
        broadcast: Broadcast,
    },
}
