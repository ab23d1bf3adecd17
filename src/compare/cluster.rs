//! The cluster of a log: what its flags say, and NCCL's usual settings for the rest.

use crate::catalog::{Catalog, Machine, NetworkTiming, NvlinkMachine};
use crate::nccl::{MeasuredInputs, NcclAlgorithm, NodeNics, Protocol, candidates};
use crate::nccl_log::NcclLog;

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

/// What a log says of its own cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogCluster {
    /// GPUs in all.
    pub ranks: Option<u32>,
    /// Hosts.
    pub hosts: Option<u32>,
}

impl From<&NcclLog> for LogCluster {
    fn from(log: &NcclLog) -> LogCluster {
        LogCluster { ranks: log.ranks, hosts: log.nodes }
    }
}

/// NVLink domains, and GPUs of each: what the flags say, else as the hosts and ranks of the log fill the machine.
fn shape(flags: &ClusterFlags, log: LogCluster, machine: &NvlinkMachine) -> (u32, u32) {
    let all = machine.gpus.count();
    let even = |ranks: u32, by: u32| (by > 0 && ranks.is_multiple_of(by)).then(|| ranks / by);
    // Hosts of a rack are its trays.
    let hosts = log.hosts.filter(|_| !machine.is_rack());
    match (flags.nodes, flags.gpus_per_node, log.ranks) {
        (Some(nodes), Some(gpus), _) => (nodes, gpus),
        (Some(nodes), None, Some(ranks)) => (nodes, even(ranks, nodes).filter(|&gpus| gpus <= all).unwrap_or(all)),
        (Some(nodes), None, None) => (nodes, all),
        (None, Some(gpus), Some(ranks)) => (even(ranks, gpus).or(hosts).unwrap_or(1), gpus),
        (None, Some(gpus), None) => (hosts.unwrap_or(1), gpus),
        (None, None, Some(ranks)) => {
            let by_hosts = hosts.and_then(|hosts| Some((hosts, even(ranks, hosts)?)));
            let whole = even(ranks, all).map(|nodes| (nodes, all));
            by_hosts.or(whole).unwrap_or(if ranks < all { (1, ranks) } else { (1, all) })
        }
        (None, None, None) => (hosts.unwrap_or(1), all),
    }
}

/// The inputs of the timing for a log.
///
/// # Errors
/// A machine or network that the catalog or the model does not have, numbers out of range, ranks that do not fit, a network
/// for one node, or algorithms of which the cluster has none.
pub fn inputs(flags: &ClusterFlags, log: LogCluster, catalog: &Catalog) -> Result<MeasuredInputs, ClusterError> {
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
    let (nodes, gpus) = shape(flags, log, machine);
    if gpus == 0 || gpus > all {
        return Err(wrong(
            format!("{gpus} GPUs per node, but {} has {all}", machine.name),
            format!("accepted: 1 to {all}"),
        ));
    }
    if nodes == 0 || nodes > 65_536 || nodes * gpus < 2 {
        return Err(wrong(format!("{nodes} nodes of {gpus}"), "accepted: 1 to 65536 nodes, and at least 2 ranks"));
    }
    if let Some(ranks) = log.ranks.filter(|&ranks| ranks != nodes * gpus) {
        let problem = format!("the log has {ranks} ranks, the flags say {nodes} x {gpus}");
        return Err(wrong(problem, "set --nodes and --gpus-per-node so that their product is the ranks of the log"));
    }
    let constants = network(flags, machine, (nodes, gpus), catalog)?;
    let nics = constants.map(|(timing, nics, nic_gbit_s)| NodeNics { timing, nics, nic_gbit_s });
    let mut inputs = MeasuredInputs::with_usual_channels(generation, nodes, gpus, nics);
    inputs.nvls &= machine.in_switch_reduction.value > 0.0;
    inputs.arm_host = machine.is_rack();
    inputs.set_channels = flags.channels;
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
    // Of long messages every algorithm that the cluster has can be said something.
    if candidates(&inputs, 1 << 30).is_empty() {
        let all = MeasuredInputs {
            algorithms: NcclAlgorithm::ALL.to_vec(),
            protocols: Protocol::ALL.to_vec(),
            ..inputs.clone()
        };
        let mut names: Vec<&str> = candidates(&all, 1 << 30).iter().map(|one| one.algorithm.name()).collect();
        names.dedup();
        let problem = format!("{nodes} x {gpus} GPUs of {} have none of these algorithms and protocols", machine.name);
        return Err(wrong(problem, format!("accepted: {} (NVLS with Simple only)", names.join(", "))));
    }
    Ok(inputs)
}

/// The network between nodes: its constants, the NICs of a node, and their speed, Gb/s. None for one node.
fn network<'a>(
    flags: &ClusterFlags,
    machine: &NvlinkMachine,
    (nodes, gpus): (u32, u32),
    catalog: &'a Catalog,
) -> Result<Option<(&'a NetworkTiming, f64, f64)>, ClusterError> {
    let ids = || networks(catalog).collect::<Vec<_>>().join(", ");
    let found = flags.network.as_ref().map(|id| {
        let network = catalog.networks().find(|network| network.id == *id);
        let constants = network.and_then(|network| Some((network, catalog.nccl().network(&network.nccl)?)));
        constants.ok_or_else(|| {
            wrong(format!("the measured timing knows no network `{id}`"), format!("accepted: {}", ids()))
        })
    });
    let found = found.transpose()?;
    if nodes == 1 {
        return match flags.nics.is_some() || flags.nic_gbit_s.is_some() || found.is_some() {
            true => Err(wrong(
                format!("one node of {gpus} GPUs uses no network and no NICs"),
                "leave --network, --nics and --nic-gbit out, or set --nodes",
            )),
            false => Ok(None),
        };
    }
    let Some((network, constants)) = found else {
        let from = if flags.nodes.is_none() { " (as the log's hosts and ranks say)" } else { "" };
        return Err(wrong(format!("{nodes} nodes{from} need --network"), format!("accepted: {}", ids())));
    };
    let line = network.nic_gb_s.value * 8.0;
    let nics = flags.nics.unwrap_or_else(|| network.nics_of_node(machine, gpus));
    let rate = flags.nic_gbit_s.unwrap_or(line);
    let most = network.nics_of_node(machine, machine.gpus.count());
    if !(nics > 0.0 && rate > 0.0 && nics * rate <= most * line) {
        let problem = format!("{nics} NICs of {rate} Gb/s");
        let hint = format!(
            "accepted: above 0, and in all what a node of {} over {} has: {most} NICs of {line} Gb/s",
            machine.name, network.name
        );
        return Err(wrong(problem, hint));
    }
    Ok(Some((constants, nics, rate)))
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
