//! A cluster as the measured timing sees it.

use super::collective::Collective;
use super::cost_table::{self, TableEntry, TableInputs};
use super::types::{Calls, Generation, HostCpu, NcclAlgorithm, Protocol};
use crate::catalog::{GenerationTiming, NetworkTiming};

/// The release of NCCL that is assumed where none is stated: 2.27.
const USUAL_NCCL_MINOR: u32 = 27;
/// A thread that drives several GPUs launches a kernel on each: at least this time per GPU, µs (fitted on one log).
const LAUNCH_US: f64 = 4.4;

/// The NICs of a node and the network behind them.
#[derive(Clone, Copy, Debug)]
pub struct NodeNics<'a> {
    /// Constants of the network.
    pub timing: &'a NetworkTiming,
    /// NICs of a node that are in use; a fraction if one of them is slow.
    pub nics: f64,
    /// Line rate of a NIC, Gb/s.
    pub nic_gbit_s: f64,
}

/// Everything that the time depends on, except the message.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredInputs {
    /// Constants of the GPUs.
    pub generation: GenerationTiming,
    /// NVLink domains: boxes, or racks.
    pub nodes: u32,
    /// GPUs per node.
    pub gpus_per_node: u32,
    /// Constants of the network between them; `None` for one node.
    pub network: Option<NetworkTiming>,
    /// NICs of a node that are in use; a fraction if one of them is slow.
    pub nics: f64,
    /// NICs that a node has beside those in use, because its GPUs cannot drive more.
    pub idle_nics: f64,
    /// Line rate of a NIC, Gb/s.
    pub nic_gbit_s: f64,
    /// Channels of ring and tree.
    pub channels: u32,
    /// Channels of ring and tree if the scene sets them; NCCL's own cost model uses them too.
    pub set_channels: Option<u32>,
    /// Channels of NVLS.
    pub nvls_channels: u32,
    /// Whether the switches can reduce and NCCL uses them.
    pub nvls: bool,
    /// Whether the node is an NVL72 rack, where NVLS has constants of its own.
    pub nvl72: bool,
    /// Whether the hosts have Arm CPUs (Grace): NCCL's own cost model corrects for x86 only.
    pub arm_host: bool,
    /// Extra time per call of the benchmark, seconds.
    pub host_s: f64,
    /// The operation.
    pub collective: Collective,
    /// Calls in its place that no scene has, for logs of them.
    pub calls: Option<Calls>,
    /// GPUs that one thread drives.
    pub gpus_per_thread: u32,
    /// Release of NCCL: 27 for 2.27. Point-to-point calls depend on it.
    pub nccl_minor: u32,
    /// Channels per remote peer, `NCCL_NCHANNELS_PER_NET_PEER`; by NCCL's rule if not set.
    pub net_peer_channels: Option<u32>,
    /// Algorithms that may be used.
    pub algorithms: Vec<NcclAlgorithm>,
    /// Protocols that may be used.
    pub protocols: Vec<Protocol>,
}

impl MeasuredInputs {
    /// A cluster with the number of channels that NCCL usually chooses.
    ///
    /// Ring and tree: 24 channels (B200: 32) in one node, 16 over several nodes, or two per NIC with more than 8 NICs.
    /// NVLS: 16 channels (B200: 32), on nodes of 8 and more GPUs. `network` is `None` for one node.
    pub fn with_usual_channels(
        generation: &GenerationTiming,
        nodes: u32,
        gpus_per_node: u32,
        network: Option<NodeNics<'_>>,
    ) -> MeasuredInputs {
        let blackwell = generation.family == "b200";
        let nics = network.map_or(0.0, |network| network.nics);
        let nic_gbit_s = network.map_or(400.0, |network| network.nic_gbit_s);
        let nvl72 = gpus_per_node > 16;
        let many_nics = nics > 8.0 && !nvl72 && network.is_some_and(|network| network.timing.id != "efa");
        let channels = match (nodes, many_nics) {
            (0 | 1, _) if blackwell => 32,
            (0 | 1, _) => 24,
            (_, true) => (2.0 * nics).ceil() as u32,
            (_, false) => 16,
        };
        MeasuredInputs {
            generation: generation.clone(),
            nodes,
            gpus_per_node,
            network: network.map(|network| network.timing.clone()),
            nics,
            idle_nics: 0.0,
            nic_gbit_s,
            channels,
            set_channels: None,
            nvls_channels: if blackwell { 32 } else { 16 },
            nvls: generation.nvls_gb_s.is_some() && gpus_per_node >= 8,
            nvl72,
            arm_host: nvl72,
            host_s: 0.0,
            collective: Collective::AllReduce,
            calls: None,
            gpus_per_thread: 1,
            nccl_minor: USUAL_NCCL_MINOR,
            net_peer_channels: None,
            algorithms: NcclAlgorithm::ALL.to_vec(),
            protocols: Protocol::ALL.to_vec(),
        }
    }

    /// The same cluster as the input of NCCL's own cost model. `None` for GPUs that the cost model does not cover.
    pub fn table(&self) -> Option<TableInputs> {
        let generation = match self.generation.id.as_str() {
            "a100" => Generation::A100,
            "h100" => Generation::H100,
            "b200" => Generation::B200,
            _ => return None,
        };
        let (nodes, gpus) = (self.nodes, self.gpus_per_node);
        let nics = (self.nics.round() as u32).max(1);
        let mut inputs = if nodes > 1 {
            TableInputs::cluster(generation, nodes, gpus, nics, self.nic_gbit_s)
        } else {
            TableInputs::one_node(generation, gpus)
        };
        inputs.nvls_allowed = self.nvls;
        inputs.channels = self.set_channels;
        if self.arm_host {
            inputs.host_cpu = HostCpu::Other;
        }
        Some(inputs)
    }

    /// The candidate that NCCL's own cost model picks from the allowed ones. `None` if the cost model does not cover the
    /// cluster.
    pub fn table_pick(&self, message_bytes: u64) -> Option<TableEntry> {
        self.table_entries(message_bytes).into_iter().min_by(|a, b| a.time_us.total_cmp(&b.time_us))
    }

    /// The allowed candidates of NCCL's own cost model with the times that it expects; none if it does not cover the
    /// cluster.
    pub fn table_entries(&self, message_bytes: u64) -> Vec<TableEntry> {
        let allowed =
            |entry: &TableEntry| self.algorithms.contains(&entry.algorithm) && self.protocols.contains(&entry.protocol);
        // NCCL's own cost model is written down here for an all-reduce only.
        let covered = self.table().filter(|_| self.collective == Collective::AllReduce);
        let all = covered.map(|table| cost_table::candidates(&table, message_bytes)).unwrap_or_default();
        all.into_iter().filter(allowed).collect()
    }

    /// Whether the constants are those of B200, or scaled from them.
    pub(super) fn is_blackwell(&self) -> bool {
        self.generation.family == "b200"
    }

    /// The bus bandwidth of the operation that belongs to an algorithm bandwidth, in the same unit.
    pub fn busbw(&self, algbw: f64) -> f64 {
        let ranks = f64::from(self.ranks());
        match self.calls {
            None => self.collective.busbw(algbw, ranks),
            Some(Calls::AllToAll | Calls::Scatter) => Collective::AllToAll.busbw(algbw, ranks),
            Some(Calls::Shift | Calls::Unanswered) => algbw,
        }
    }

    /// The least time of a call, µs: the launches of a thread that drives several GPUs. All-reduce was fitted without it.
    pub(super) fn launches_us(&self) -> f64 {
        let kernels = match (self.calls, self.collective) {
            (None, Collective::AllReduce) => 0.0,
            (None, Collective::AllGather | Collective::ReduceScatter | Collective::Broadcast | Collective::Reduce) => {
                1.0
            }
            // Sends and receives (estimate).
            (Some(_), _) | (None, Collective::AllToAll | Collective::SendRecv) => 2.0,
        };
        if self.gpus_per_thread > 1 { kernels * LAUNCH_US * f64::from(self.gpus_per_thread) } else { 0.0 }
    }

    /// The number of ranks.
    pub fn ranks(&self) -> u32 {
        self.nodes * self.gpus_per_node
    }

    /// NVLS heads: the GPUs of a node, at most 32 (assumed from the limit on NVLS's arity).
    pub(crate) fn heads(&self) -> f64 {
        f64::from(self.gpus_per_node.min(32))
    }

    /// The highest rate at which a rank of a ring passes data on, all channels together, GB/s.
    ///
    /// Over several nodes, one of g hops uses the NICs instead of NVLink, so NVLink carries g/(g-1) of its own rate.
    pub fn ring_gb_s(&self) -> f64 {
        let (nvlink, gpus) = (self.generation.ring_gb_s.value, f64::from(self.gpus_per_node));
        let Some(network) = self.network.as_ref().filter(|_| self.nodes > 1) else { return nvlink };
        let channels = f64::from(self.channels) * network.channel_gb_s.value;
        (nvlink * gpus / (gpus - 1.0).max(1.0)).min(self.nics_gb_s()).min(channels)
    }

    /// Useful rate of all NICs of a node, GB/s.
    pub fn nics_gb_s(&self) -> f64 {
        let per_nic = self.network.as_ref().map_or(0.0, |network| network.nic_gb_s.value);
        self.nics * (self.nic_gbit_s / 400.0) * per_nic
    }
}
