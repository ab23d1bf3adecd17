//! The cluster of a log: what its flags say, and NCCL's usual settings for the rest.

use crate::catalog::{Catalog, Machine};
use crate::timing::{MeasuredInputs, NcclAlgorithm, Protocol};

/// What is said of the cluster on which a log was made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClusterFlags {
    /// Id of the machine in the catalog.
    pub machine: String,
    /// NVLink domains; 1 by default, or as many as the log's ranks fill.
    pub nodes: Option<u32>,
    /// GPUs of each; all of the machine by default.
    pub gpus_per_node: Option<u32>,
    /// Id of the network in the catalog.
    pub network: Option<String>,
    /// NICs of a node; those of the machine or network by default.
    pub nics: Option<f64>,
    /// Speed of a NIC, Gb/s; that of the network by default.
    pub nic_gbit_s: Option<f64>,
    /// Channels of ring and tree.
    pub channels: Option<u32>,
    /// Channels of NVLS.
    pub nvls_channels: Option<u32>,
    /// Algorithms that may be used; all by default.
    pub algorithms: Vec<String>,
    /// Protocols that may be used; all by default.
    pub protocols: Vec<String>,
    /// Extra time per call, seconds.
    pub host_s: Option<f64>,
}

/// A cluster that the model knows nothing of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}; {hint}")]
pub struct ClusterError {
    /// What is wrong.
    pub problem: String,
    /// What would be accepted.
    pub hint: String,
}

fn wrong(problem: impl Into<String>, hint: impl Into<String>) -> ClusterError {
    ClusterError { problem: problem.into(), hint: hint.into() }
}

/// The inputs of the timing for a log of so many ranks (if it says how many).
///
/// # Errors
/// A machine or network that the catalog or the model does not have, numbers out of range, or ranks that do not fit.
pub fn inputs(flags: &ClusterFlags, ranks: Option<u32>, catalog: &Catalog) -> Result<MeasuredInputs, ClusterError> {
    let known = || {
        let measured = catalog.machines().iter().filter_map(|machine| match machine {
            Machine::Nvlink(machine) if !machine.nccl.is_empty() => Some(machine.id.as_str()),
            _ => None,
        });
        format!("accepted machines: {}", measured.collect::<Vec<_>>().join(", "))
    };
    let machine = match catalog.get(&flags.machine) {
        Some(Machine::Nvlink(machine)) => machine,
        Some(other) => return Err(wrong(format!("{} runs no NCCL", other.name()), known())),
        None => return Err(wrong(format!("there is no machine `{}`", flags.machine), known())),
    };
    let Some(generation) = catalog.nccl().generation(&machine.nccl) else {
        return Err(wrong(format!("the measured timing knows nothing of {}", machine.name), known()));
    };
    let all = machine.gpus.count();
    let gpus = flags.gpus_per_node.or(ranks.filter(|&ranks| flags.nodes.is_none() && ranks < all)).unwrap_or(all);
    // Without a word about nodes, as many as the ranks of the log fill.
    let nodes = flags.nodes.or_else(|| ranks.filter(|ranks| ranks % gpus.max(1) == 0).map(|ranks| ranks / gpus.max(1)));
    let nodes = nodes.unwrap_or(1);
    if gpus == 0 || gpus > all {
        return Err(wrong(
            format!("{gpus} GPUs per node, but {} has {all}", machine.name),
            format!("accepted: 1 to {all}"),
        ));
    }
    if nodes == 0 || nodes > 65_536 || nodes * gpus < 2 {
        return Err(wrong(format!("{nodes} nodes of {gpus}"), "accepted: 1 to 65536 nodes, and at least 2 ranks"));
    }
    if let Some(ranks) = ranks.filter(|&ranks| ranks != nodes * gpus) {
        let problem = format!("the log has {ranks} ranks, the flags say {nodes} x {gpus}");
        return Err(wrong(problem, "set --nodes and --gpus-per-node so that their product is the ranks of the log"));
    }
    let constants = match (&flags.network, nodes) {
        (_, 1) => None,
        (None, _) => {
            let ids: Vec<&str> = networks(catalog).collect();
            return Err(wrong(format!("{nodes} nodes need --network"), format!("accepted: {}", ids.join(", "))));
        }
        (Some(id), _) => {
            let network = catalog.networks().find(|network| network.id == *id);
            let constants = network.and_then(|network| Some((network, catalog.nccl().network(&network.nccl)?)));
            let Some((network, constants)) = constants else {
                let ids: Vec<&str> = networks(catalog).collect();
                let problem = format!("the measured timing knows no network `{id}`");
                return Err(wrong(problem, format!("accepted: {}", ids.join(", "))));
            };
            let line = network.nic_gb_s.value * 8.0;
            let nics = flags.nics.unwrap_or_else(|| network.nics_of_node(machine, gpus));
            let rate = flags.nic_gbit_s.unwrap_or(line);
            let most = network.nics_of_node(machine, all);
            if !(nics > 0.0 && rate > 0.0 && nics * rate <= most * line) {
                let problem = format!("{nics} NICs of {rate} Gb/s");
                let hint = format!(
                    "accepted: above 0, and in all what a node of {} over {} has: {most} NICs of {line} Gb/s",
                    machine.name, network.name
                );
                return Err(wrong(problem, hint));
            }
            Some((constants, nics, rate))
        }
    };
    let mut inputs = MeasuredInputs::usual(generation, nodes, gpus, constants);
    inputs.nvls &= machine.in_switch_reduction.value > 0.0;
    for (name, given, value) in [
        ("channels", flags.channels, &mut inputs.channels),
        ("NVLS channels", flags.nvls_channels, &mut inputs.nvls_channels),
    ] {
        match given {
            Some(count) if (1..=64).contains(&count) => *value = count,
            Some(count) => return Err(wrong(format!("{count} {name}"), "accepted: 1 to 64")),
            None => {}
        }
    }
    inputs.host_s = flags.host_s.unwrap_or(0.0);
    if !flags.algorithms.is_empty() {
        inputs.algorithms = words(&flags.algorithms, &NcclAlgorithm::ALL, NcclAlgorithm::name)?;
    }
    if !flags.protocols.is_empty() {
        inputs.protocols = words(&flags.protocols, &Protocol::ALL, Protocol::name)?;
    }
    Ok(inputs)
}

/// The networks that the model has constants of.
fn networks(catalog: &Catalog) -> impl Iterator<Item = &str> {
    catalog.networks().filter(|network| !network.nccl.is_empty()).map(|network| network.id.as_str())
}

fn words<T: Copy>(given: &[String], all: &[T], name: fn(T) -> &'static str) -> Result<Vec<T>, ClusterError> {
    given
        .iter()
        .map(|word| {
            let found = all.iter().copied().find(|&one| name(one).eq_ignore_ascii_case(word.trim()));
            found.ok_or_else(|| {
                let names: Vec<&str> = all.iter().map(|&one| name(one)).collect();
                wrong(format!("`{word}` is not known"), format!("accepted: {}", names.join(", ")))
            })
        })
        .collect()
}
