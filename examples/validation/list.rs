//! The logs of the validation, with their clusters.

use std::fmt::Write;

use fabricscope::compare::ClusterFlags;
use serde::Deserialize;

const LIST: &str = include_str!("../../assets/validation.ron");

/// A log with its cluster.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidationLog {
    /// The name of the file without extension.
    pub log: String,
    machine: String,
    nodes: u32,
    gpus_per_node: u32,
    #[serde(default)]
    network: Option<String>,
    #[serde(default)]
    nics: Option<f64>,
    #[serde(default)]
    nic_gbit: Option<f64>,
    #[serde(default)]
    channels: Option<u32>,
    #[serde(default)]
    nvls_channels: Option<u32>,
    #[serde(default)]
    algorithms: Vec<String>,
    #[serde(default)]
    protocols: Vec<String>,
    #[serde(default)]
    host_us: Option<f64>,
    /// The id of the operation, unless it is an all-reduce.
    #[serde(default)]
    pub collective: Option<String>,
    #[serde(default)]
    gpus_per_thread: Option<u32>,
    #[serde(default)]
    net_peer_channels: Option<u32>,
    /// The release of NCCL.
    #[serde(default)]
    pub nccl: Option<String>,
    /// The error from 1 MiB on in the specification of the model, %.
    #[serde(default)]
    pub specified_percent: Option<f64>,
    /// For a degraded cluster, the input that explains it.
    #[serde(default)]
    pub parameter: Option<String>,
    /// The value of that input.
    #[serde(default)]
    pub explains: Option<f64>,
}

impl ValidationLog {
    /// Its cluster.
    pub fn flags(&self) -> ClusterFlags {
        ClusterFlags {
            machine: self.machine.clone(),
            machine_from_log: false,
            nodes: Some(self.nodes),
            gpus_per_node: Some(self.gpus_per_node),
            network: self.network.clone(),
            nics: self.nics,
            nic_gbit_s: self.nic_gbit,
            channels: self.channels,
            nvls_channels: self.nvls_channels,
            algorithms: self.algorithms.clone(),
            protocols: self.protocols.clone(),
            host_s: self.host_us.map(|us| us * 1e-6),
            collective: self.collective.clone(),
            net_peer_channels: self.net_peer_channels,
            gpus_per_thread: self.gpus_per_thread,
        }
    }

    /// The command that compares it.
    pub fn command(&self) -> String {
        let mut command = format!("compare {}.txt --machine {} --nodes {}", self.log, self.machine, self.nodes);
        let _ = write!(command, " --gpus-per-node {}", self.gpus_per_node);
        let mut add = |flag: &str, value: Option<String>| {
            if let Some(value) = value {
                let _ = write!(command, " --{flag} {value}");
            }
        };
        let list = |list: &Vec<String>| (!list.is_empty()).then(|| list.join(","));
        add("network", self.network.clone());
        add("nics", self.nics.map(|nics| nics.to_string()));
        add("nic-gbit", self.nic_gbit.map(|rate| rate.to_string()));
        add("channels", self.channels.map(|count| count.to_string()));
        add("nvls-channels", self.nvls_channels.map(|count| count.to_string()));
        add("algorithms", list(&self.algorithms));
        add("protocols", list(&self.protocols));
        add("host-us", self.host_us.map(|us| us.to_string()));
        add("net-peer-channels", self.net_peer_channels.map(|count| count.to_string()));
        add("gpus-per-thread", self.gpus_per_thread.map(|count| count.to_string()));
        // The logs of other operations name themselves.
        let unnamed = ["send", "scatter"];
        add("collective", self.collective.clone().filter(|id| unnamed.contains(&id.as_str())));
        command
    }
}

/// The logs of the validation.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidationList {
    /// Healthy clusters.
    pub logs: Vec<ValidationLog>,
    /// Operations other than all-reduce.
    pub operations: Vec<ValidationLog>,
    /// Clusters with a known or suspected degradation.
    pub degraded: Vec<ValidationLog>,
    /// Logs of machines without constants.
    pub without_constants: Vec<LogWithoutModel>,
}

/// A log that the parser reads and the model does not predict.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogWithoutModel {
    /// The name of the file without extension.
    pub log: String,
    /// Why there is no prediction.
    pub why: String,
}

impl ValidationList {
    /// The list in `assets/validation.ron`.
    ///
    /// # Errors
    /// The file is not such a list.
    pub fn bundled() -> Result<ValidationList, ron::error::SpannedError> {
        ron::from_str(LIST)
    }
}
