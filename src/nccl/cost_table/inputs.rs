//! What NCCL's table is asked: the cluster, and what is allowed on it.

use crate::nccl::{Generation, HostCpu};

/// A cluster as NCCL's cost model sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TableInputs {
    /// The GPUs' generation.
    pub generation: Generation,
    /// NVLink domains: servers, or racks where NVLink spans the rack.
    pub nodes: u32,
    /// GPUs per NVLink domain.
    pub gpus_per_node: u32,
    /// NICs in use per NVLink domain; not read for one node.
    pub nics_per_node: u32,
    /// Line rate of one NIC, in Gbit/s; not read for one node.
    pub nic_gbit_s: f64,
    /// Whether NVLS may be used: the switches multicast and the driver allows it. Never for [`Generation::A100`].
    pub nvls_allowed: bool,
    /// Whether LL128 may be used: NVLink inside, and NICs reached over PCIe switches or nearer.
    pub ll128_allowed: bool,
    /// The CPU that posts network operations.
    pub host_cpu: HostCpu,
    /// What the network plugin reports as its own latency, in microseconds; 0 for InfiniBand and RoCE.
    pub net_latency_us: f64,
    /// Channels of ring and tree in place of those that the search finds; the total bandwidth stays, as when NCCL
    /// itself splits channels, so only what is counted per channel changes.
    pub channels: Option<u32>,
    /// Whether the search's inter-node speed binds NVLS and NVLSTree on Blackwell. A reading of the code says yes
    /// (720 and 497 GB/s of bus bandwidth on one and two nodes), measurements say no (843 and 718 against 829 and
    /// 768 without it).
    pub blackwell_nvls_limit: bool,
}

impl TableInputs {
    /// One NVLink domain with NCCL's defaults; NVLS from Hopper on with 8 GPUs or more.
    pub fn one_node(generation: Generation, gpus_per_node: u32) -> TableInputs {
        TableInputs {
            generation,
            nodes: 1,
            gpus_per_node,
            nics_per_node: 0,
            nic_gbit_s: 0.0,
            nvls_allowed: generation != Generation::A100 && gpus_per_node >= 8,
            ll128_allowed: true,
            host_cpu: if generation == Generation::A100 { HostCpu::Amd } else { HostCpu::Intel },
            net_latency_us: 0.0,
            channels: None,
            blackwell_nvls_limit: false,
        }
    }

    /// Several such domains, joined by `nics_per_node` NICs of `nic_gbit_s` Gbit/s each.
    pub fn cluster(
        generation: Generation,
        nodes: u32,
        gpus_per_node: u32,
        nics_per_node: u32,
        nic_gbit_s: f64,
    ) -> TableInputs {
        TableInputs { nodes, nics_per_node, nic_gbit_s, ..TableInputs::one_node(generation, gpus_per_node) }
    }

    /// All GPUs.
    pub(crate) fn ranks(&self) -> u64 {
        u64::from(self.nodes) * u64::from(self.gpus_per_node)
    }

    /// Whether the model says anything about this cluster.
    pub(crate) fn covered(&self) -> bool {
        let network =
            self.nodes <= 1 || (self.nics_per_node >= 1 && self.nic_gbit_s.is_finite() && self.nic_gbit_s > 0.0);
        let latency = self.net_latency_us.is_finite() && self.net_latency_us >= 0.0;
        self.nodes >= 1 && self.ranks() >= 2 && network && latency && self.channels != Some(0)
    }
}
