//! The input of NCCL's cost model: a cluster, and what is allowed on it.

use crate::nccl::types::{Generation, HostCpu};

/// A cluster as NCCL's cost model sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TableInputs {
    /// The GPUs' generation.
    pub generation: Generation,
    /// NVLink domains: servers, or racks if NVLink spans the rack.
    pub nodes: u32,
    /// GPUs per NVLink domain.
    pub gpus_per_node: u32,
    /// NICs in use per NVLink domain; ignored for one node.
    pub nics_per_node: u32,
    /// Line rate of one NIC, in Gb/s; ignored for one node.
    pub nic_gbit_s: f64,
    /// Whether NVLS may be used: the switches multicast and the driver allows it. Never for [`Generation::A100`].
    pub nvls_allowed: bool,
    /// Whether LL128 may be used: NVLink inside, and NICs reached over PCIe switches or nearer.
    pub ll128_allowed: bool,
    /// The CPU that posts network operations.
    pub host_cpu: HostCpu,
    /// The latency that the network plugin reports, in microseconds; 0 for InfiniBand and RoCE.
    pub net_latency_us: f64,
    /// Channels of ring and tree in place of those that the search finds. As when NCCL splits channels, the total rate
    /// stays the same; only caps and thresholds per channel change.
    pub channels: Option<u32>,
    /// Whether the search's rate between nodes limits NVLS and NVLSTree on Blackwell. NCCL's code suggests yes (busbw of
    /// 720 GB/s on one node and 497 GB/s on two), measurements no (843 and 718 GB/s; the model without the limit gives
    /// 829 and 768 GB/s).
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

    /// Several NVLink domains with NCCL's defaults, connected by `nics_per_node` NICs of `nic_gbit_s` Gb/s each.
    pub fn cluster(
        generation: Generation,
        nodes: u32,
        gpus_per_node: u32,
        nics_per_node: u32,
        nic_gbit_s: f64,
    ) -> TableInputs {
        TableInputs { nodes, nics_per_node, nic_gbit_s, ..TableInputs::one_node(generation, gpus_per_node) }
    }

    /// The number of GPUs.
    pub(crate) fn ranks(&self) -> u64 {
        u64::from(self.nodes) * u64::from(self.gpus_per_node)
    }

    /// Whether the cost model covers this cluster.
    pub(crate) fn is_covered(&self) -> bool {
        let network =
            self.nodes <= 1 || (self.nics_per_node >= 1 && self.nic_gbit_s.is_finite() && self.nic_gbit_s > 0.0);
        let latency = self.net_latency_us.is_finite() && self.net_latency_us >= 0.0;
        self.nodes >= 1 && self.ranks() >= 2 && network && latency && self.channels != Some(0)
    }
}
