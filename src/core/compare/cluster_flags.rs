//! What the user and a log say about its cluster.

use crate::nccl_log::{LogRun, Operation, Settings};

/// The cluster of a log, as the user describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClusterFlags {
    /// The id of the machine in the catalog.
    pub machine: String,
    /// Whether the log named it.
    pub machine_from_log: bool,
    /// Nodes; by default 1, or as many as the ranks of the log fill.
    pub nodes: Option<u32>,
    /// GPUs per node; all of the machine by default.
    pub gpus_per_node: Option<u32>,
    /// The id of the network in the catalog.
    pub network: Option<String>,
    /// NICs per node; those of the machine or network by default.
    pub nics: Option<f64>,
    /// Line rate of a NIC, Gb/s; that of the network by default.
    pub nic_gbit_s: Option<f64>,
    /// Channels of ring and tree.
    pub channels: Option<u32>,
    /// Channels of NVLS.
    pub nvls_channels: Option<u32>,
    /// Algorithms that NCCL may choose; all by default.
    pub algorithms: Vec<String>,
    /// Protocols that NCCL may choose; all by default.
    pub protocols: Vec<String>,
    /// Extra time per call, seconds.
    pub host_s: Option<f64>,
    /// The id of the operation, instead of the log's own.
    pub collective: Option<String>,
    /// Channels of point-to-point calls per remote peer.
    pub net_peer_channels: Option<u32>,
    /// GPUs that one thread of the benchmark drives.
    pub gpus_per_thread: Option<u32>,
}

/// A cluster without measured timing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}; {hint}")]
pub struct ClusterError {
    /// The problem.
    pub problem: String,
    /// The accepted values.
    pub hint: String,
}

/// A cluster that is refused.
pub(super) fn rejected(problem: impl Into<String>, hint: impl Into<String>) -> ClusterError {
    ClusterError { problem: problem.into(), hint: hint.into() }
}

/// The cluster of a log, as the log describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogCluster {
    /// The total number of GPUs.
    pub ranks: Option<u32>,
    /// Hosts.
    pub hosts: Option<u32>,
    /// What its command line and environment set.
    pub settings: Settings,
    /// What it measures.
    pub operation: Operation,
    /// The release of NCCL: 27 for 2.27.
    pub nccl_minor: Option<u32>,
}

impl From<&LogRun> for LogCluster {
    fn from(run: &LogRun) -> LogCluster {
        LogCluster {
            ranks: run.ranks,
            hosts: run.nodes,
            settings: run.settings.clone(),
            operation: run.operation,
            nccl_minor: run.nccl_minor(),
        }
    }
}
