//! The kinds of machines and networks in the catalog, with their figures.

use serde::{Deserialize, Serialize};

use super::figure::{Figure, figures};
use crate::fabric::NodeInterconnect;

/// A machine of the catalog.
#[allow(
    clippy::large_enum_variant,
    reason = "a handful exist, read far more often than moved; on 32 bits none is large"
)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Machine {
    /// GPUs in one NVLink domain.
    Nvlink(NvlinkMachine),
    /// PEs on one wafer.
    Wafer(WaferMachine),
    /// Wafers under a tree.
    WaferCluster(WaferClusterMachine),
    /// Links with free figures: switch, mesh, torus, graph.
    Free(FreeMachine),
    /// A network between NVLink domains. A fabric names it beside its machine.
    Network(Network),
}

figures! {
    /// GPUs around NVSwitches, or another hub: a box, or a rack.
    NvlinkMachine {
        /// Id in scenes.
        id,
        /// Name on the screen.
        name,
        /// The GPU.
        chip,
        /// Names of its GPU in logs: whole words, without the vendor.
        gpu_names: Vec<String>,
        /// Id of its constants in the measured timing; empty if there are none.
        nccl,
        /// What joins its GPUs.
        interconnect: NodeInterconnect,
        ;
        /// GPUs in the domain.
        gpus,
        /// GPUs in one tray.
        gpus_per_tray,
        /// Switch chips.
        switches,
        /// Lanes of a GPU: of NVLink, or of PCIe.
        lanes,
        /// A GPU's port into the domain, GB/s per direction.
        port_gb_s,
        /// Latency between GPU and switch, one way, ns.
        link_latency_ns,
        /// 1 if the switches add and multicast, 0 if not.
        in_switch_reduction,
        /// Memory of a GPU, GB.
        memory_gb,
        /// NICs of a GPU.
        nics_per_gpu,
        /// Link between a GPU and its NIC (PCIe or C2C), GB/s per direction.
        host_gb_s,
        /// Latency between a GPU and its NIC, one way, ns.
        host_latency_ns,
        /// Power of the machine, kW.
        power_kw,
        ;
    }
}

figures! {
    /// A network between NVLink domains: NICs, rails of leaf switches, a spine.
    Network {
        /// Id in scenes.
        id,
        /// Name on the screen.
        name,
        /// Id of its constants in the measured timing; empty if there are none.
        nccl,
        ;
        /// A NIC, GB/s per direction.
        nic_gb_s,
        /// Latency between NIC and leaf, one way, switches included, ns.
        nic_latency_ns,
        /// Nodes that share the leaf switches.
        nodes_per_leaf,
        ;
        /// NICs of a node, if the network decides it and not the machine.
        nics_per_node,
        /// GPUs of the node that these NICs belong to, if it has fewer than the machine.
        node_gpus,
    }
}

figures! {
    /// Wafers under a tree whose nodes add on the way up and copy on the way down.
    WaferClusterMachine {
        /// Id in scenes.
        id,
        /// Name on the screen.
        name,
        ;
        /// Most wafers.
        wafers,
        /// A wafer's link into the tree, GB/s per direction.
        link_gb_s,
        /// Latency of a link of the tree, one way, the node above it included, ns.
        hop_latency_ns,
        /// Branches of a node of the tree.
        fan_out,
        /// Memory of a wafer, GB.
        memory_gb,
        /// Power of a system, kW.
        power_kw,
        ;
    }
}

figures! {
    /// Links with free figures.
    FreeMachine {
        /// Id in scenes.
        id,
        /// Name on the screen.
        name,
        /// Id of the topology: `switch`, `mesh`, `torus`, `full-mesh` or `graph`.
        topology,
        /// The size of a mesh or torus to start with, such as `4x4x4`; empty for others.
        region,
        ;
        /// A link, GB/s per direction.
        link_gb_s,
        /// Latency of a link, one way, ns.
        link_latency_ns,
        ;
        /// Most chips, of a product.
        chips,
        /// A link along the third axis of a torus, if it differs, GB/s per direction.
        z_link_gb_s,
        /// The axes of a torus whose length is a multiple of this have joined ends; the others are open.
        wraps_at,
        /// Memory of a chip, GB.
        memory_gb,
        /// Power of the machine, kW; of a chip for machines of any size.
        power_kw,
    }
}

figures! {
    /// A wafer of PEs in a mesh.
    WaferMachine {
        /// Id in scenes.
        id,
        /// Name on the screen.
        name,
        ;
        /// PEs in a row that applications can use.
        columns,
        /// PEs in a column that applications can use.
        rows,
        /// Dies in a row.
        die_columns,
        /// Dies in a column.
        die_rows,
        /// Clock, GHz.
        clock_ghz,
        /// Cycles from router to router.
        hop_cycles,
        /// Cycles that a turn adds.
        turn_cycles,
        /// Cycles of the ramp, T_R.
        ramp_cycles,
        /// Bytes of a wavelet; a link moves one per cycle.
        wavelet_bytes,
        /// Colours (virtual channels) of a router.
        colours,
        /// Column classes that may share a link at once.
        classes_per_round,
        /// Memory of a PE, KiB.
        pe_memory_kib,
        /// The part of a PE's memory that a vector may take, KiB.
        pe_usable_kib,
        /// Memory of the wafer, GB.
        memory_gb,
        /// Wafer I/O: links to the outside, GB/s.
        io_gb_s,
        /// Power, kW.
        power_kw,
        ;
        /// PEs across a die, if published.
        die_width_pe,
        /// PEs down a die, if published.
        die_height_pe,
    }
}

impl NvlinkMachine {
    /// Whether its NVLink domain is a rack of hosts (with Arm CPUs) and not one host.
    pub fn is_rack(&self) -> bool {
        self.gpus_per_tray.value < self.gpus.value
    }
}

impl Network {
    /// How many of the NICs of a node its `gpus` GPUs can drive: each GPU sends through its own port to its own NICs, so that
    /// NICs beside other GPUs are of no use to it. Slower NICs than usual are more for each GPU; faster ones are not fewer.
    pub fn nics_driven(&self, machine: &NvlinkMachine, gpus: u32, nics: f64, nic_gb_s: f64) -> f64 {
        nics.min(self.nics_of_node(machine, gpus) * (self.nic_gb_s.value / nic_gb_s).max(1.0))
    }

    /// NICs of a node that uses `gpus` GPUs: those of the machine, one or more per GPU, or the network's own. A part of a
    /// node has its share of the latter, rounded up.
    pub fn nics_of_node(&self, machine: &NvlinkMachine, gpus: u32) -> f64 {
        let Some(nics) = &self.nics_per_node else { return machine.nics_per_gpu.value * f64::from(gpus) };
        let whole = self.node_gpus.as_ref().map_or(machine.gpus.value, |gpus| gpus.value);
        (nics.value * (f64::from(gpus) / whole).min(1.0)).ceil()
    }
}

impl Machine {
    /// Id in scenes.
    pub fn id(&self) -> &str {
        match self {
            Machine::Nvlink(machine) => &machine.id,
            Machine::Wafer(machine) => &machine.id,
            Machine::WaferCluster(machine) => &machine.id,
            Machine::Free(machine) => &machine.id,
            Machine::Network(network) => &network.id,
        }
    }

    /// Name on the screen.
    pub fn name(&self) -> &str {
        match self {
            Machine::Nvlink(machine) => &machine.name,
            Machine::Wafer(machine) => &machine.name,
            Machine::WaferCluster(machine) => &machine.name,
            Machine::Free(machine) => &machine.name,
            Machine::Network(network) => &network.name,
        }
    }

    /// All figures with the names of their fields.
    pub fn figures(&self) -> Vec<(&'static str, &Figure)> {
        match self {
            Machine::Nvlink(machine) => machine.figures(),
            Machine::Wafer(machine) => machine.figures(),
            Machine::WaferCluster(machine) => machine.figures(),
            Machine::Free(machine) => machine.figures(),
            Machine::Network(network) => network.figures(),
        }
    }
}
