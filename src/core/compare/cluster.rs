//! The cluster of a log: from its flags and the log, with the defaults of NCCL for the rest.

use super::cluster_flags::{ClusterError, ClusterFlags, LogCluster, rejected};
use super::input_source::{InputFrom, InputSource};
use super::operation::{id_of, settled};
use super::settings;
use crate::catalog::{Catalog, Machine, NetworkTiming, NvlinkMachine, Widening};
use crate::nccl::{MeasuredInputs, NcclAlgorithm, NodeNics, Protocol, candidates};
use crate::nccl_log::{Operation, Settings};
use crate::units::{plain, quoted};

/// The rate of the fastest NICs, Gb/s.
const MAX_NIC_GBIT_S: f64 = 800.0;

/// The cluster that a log is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The id of the machine in the catalog.
    pub machine: String,
    /// The id of the network in the catalog; `None` for one node.
    pub network: Option<String>,
    /// What the log measures.
    pub operation: Operation,
    /// NVLink lanes of a GPU.
    pub lanes: f64,
    /// The inputs of the timing.
    pub inputs: MeasuredInputs,
    /// The same without the settings of the log, if it has any that matter.
    pub without_settings: Option<MeasuredInputs>,
    /// Where each input comes from.
    pub sources: Vec<InputSource>,
    /// Settings of the log that could not be used.
    pub notes: Vec<String>,
}

impl Cluster {
    /// busbw of a message of the operation that takes this long, GB/s.
    pub fn busbw_gb_s(&self, message_bytes: u64, seconds: f64) -> f64 {
        self.inputs.busbw(message_bytes as f64 / seconds / 1e9)
    }

    /// Whether it runs an all-reduce, on which most constants were fitted.
    pub(super) fn is_all_reduce(&self) -> bool {
        self.operation == Operation::default()
    }

    /// Whether its nodes have one GPU each: no log of the fit has that, and the model adds a step inside the node.
    pub(super) fn has_single_gpus(&self) -> bool {
        self.inputs.nodes > 1 && self.inputs.gpus_per_node == 1
    }

    /// How much wider than usual the band of healthy clusters is.
    pub(super) fn widening(&self, catalog: &Catalog) -> Widening {
        let MeasuredInputs { generation, network, nodes, .. } = &self.inputs;
        catalog.bands().widening(generation, network.as_ref(), *nodes, self.is_all_reduce())
    }
}

/// Nodes, and GPUs per node.
#[derive(Clone, Copy)]
struct NodeShape {
    nodes: u32,
    gpus: u32,
}

/// Nodes and GPUs per node: from the flags, or else from the hosts and ranks of the log.
fn node_shape(flags: &ClusterFlags, log: &LogCluster, machine: &NvlinkMachine) -> NodeShape {
    let all = machine.gpus.count();
    let even = |ranks: u32, by: u32| (by > 0 && ranks.is_multiple_of(by)).then(|| ranks / by);
    // The hosts of a rack are its trays.
    let hosts = log.hosts.filter(|_| !machine.is_rack());
    let shape = |nodes: u32, gpus: u32| NodeShape { nodes, gpus };
    match (flags.nodes, flags.gpus_per_node, log.ranks) {
        (Some(nodes), Some(gpus), _) => shape(nodes, gpus),
        (Some(nodes), None, Some(ranks)) => shape(nodes, even(ranks, nodes).filter(|&gpus| gpus <= all).unwrap_or(all)),
        (Some(nodes), None, None) => shape(nodes, all),
        (None, Some(gpus), Some(ranks)) => shape(even(ranks, gpus).or(hosts).unwrap_or(1), gpus),
        (None, Some(gpus), None) => shape(hosts.unwrap_or(1), gpus),
        (None, None, Some(ranks)) => {
            let by_hosts = hosts.and_then(|hosts| Some(shape(hosts, even(ranks, hosts)?)));
            let whole = even(ranks, all).map(|nodes| shape(nodes, all));
            by_hosts.or(whole).unwrap_or(shape(1, ranks.min(all)))
        }
        (None, None, None) => shape(hosts.unwrap_or(1), all),
    }
}

/// The cluster of a log: flags first, then what the log says, then the defaults of NCCL and the catalog.
///
/// # Errors
/// A machine or network without a model, numbers out of range, ranks that do not match, a network for one node, or
/// algorithms that the cluster does not have.
pub fn cluster(flags: &ClusterFlags, log: &LogCluster, catalog: &Catalog) -> Result<Cluster, ClusterError> {
    let known = || {
        let ids: Vec<&str> = catalog.measured_machines().map(|machine| machine.id.as_str()).collect();
        format!("accepted machines: {}", ids.join(", "))
    };
    let machine = match catalog.get(&flags.machine) {
        Some(Machine::Nvlink(machine)) => machine,
        Some(other) => return Err(rejected(format!("{} does not run NCCL", other.name()), known())),
        None => return Err(rejected(format!("unknown machine `{}`", quoted(&flags.machine)), known())),
    };
    let Some(generation) = catalog.nccl().generation(&machine.nccl) else {
        return Err(rejected(format!("{} has no measured timing", machine.name), known()));
    };
    let settled = settled(flags, log)?;
    let all = machine.gpus.count();
    let shape = node_shape(flags, log, machine);
    let NodeShape { nodes, gpus } = shape;
    if gpus == 0 || gpus > all {
        return Err(rejected(
            format!("{gpus} GPUs per node are out of range: {} has {all}", machine.name),
            format!("accepted: 1 to {all}"),
        ));
    }
    if nodes == 0 || nodes > 65_536 || nodes.saturating_mul(gpus) < 2 {
        return Err(rejected(
            format!("{nodes} nodes of {gpus} GPUs are out of range"),
            "accepted: 1 to 65536 nodes, and at least 2 ranks",
        ));
    }
    if let Some(ranks) = log.ranks.filter(|&ranks| ranks != nodes * gpus) {
        let by_flags = flags.nodes.is_some() || flags.gpus_per_node.is_some();
        let problem = match by_flags {
            true => format!("the log has {ranks} ranks, but the flags give {nodes} x {gpus}"),
            false => format!("the log has {ranks} ranks, which are not whole nodes of {} ({all} GPUs)", machine.name),
        };
        return Err(rejected(
            problem,
            "set --nodes and --gpus-per-node so that their product is the number of ranks in the log",
        ));
    }
    let constants = network(flags, log, machine, shape, catalog)?;
    let nics = constants.map(|(timing, nics, _, nic_gbit_s)| NodeNics { timing, nics, nic_gbit_s });
    let mut inputs = MeasuredInputs::with_usual_channels(generation, nodes, gpus, nics);
    inputs.nvls &= machine.in_switch_reduction.value > 0.0;
    inputs.arm_host = machine.is_rack();
    inputs.idle_nics = constants.map_or(0.0, |(_, _, idle, _)| idle);
    inputs.set_channels = flags.channels;
    for (name, given, value) in [
        ("channels", flags.channels, &mut inputs.channels),
        ("NVLS channels", flags.nvls_channels, &mut inputs.nvls_channels),
    ] {
        match given {
            Some(count) if (1..=64).contains(&count) => *value = count,
            Some(count) => return Err(rejected(format!("{name} are {count}"), "accepted: 1 to 64")),
            None => {}
        }
    }
    inputs.host_s = flags.host_s.unwrap_or(0.0);
    inputs.nccl_minor = log.nccl_minor.unwrap_or(inputs.nccl_minor);
    settled.apply(&mut inputs);
    for (name, given) in
        [("channels per remote peer", flags.net_peer_channels), ("GPUs per thread", flags.gpus_per_thread)]
    {
        if let Some(count) = given.filter(|count| !(1..=72).contains(count)) {
            return Err(rejected(format!("{name} are {count}"), "accepted: 1 to 72"));
        }
    }
    inputs.net_peer_channels = flags.net_peer_channels.or(log.settings.net_peer_channels);
    inputs.gpus_per_thread = flags.gpus_per_thread.or(log.settings.gpus_per_process).unwrap_or(1);
    if !flags.algorithms.is_empty() {
        let given = parse_ids(&flags.algorithms, &NcclAlgorithm::ALL, NcclAlgorithm::name)?;
        if settled.operation == Operation::default() {
            inputs.algorithms = given;
        } else if let Some(only) = inputs.algorithms.first().filter(|only| !given.contains(only)) {
            let operation = settled.operation.with_article();
            return Err(rejected(
                format!("{operation} has no choice of algorithms"),
                format!("accepted: {}", only.name()),
            ));
        }
    }
    if !flags.protocols.is_empty() {
        inputs.protocols = parse_ids(&flags.protocols, &Protocol::ALL, Protocol::name)?;
    }
    // Every algorithm of the cluster has a prediction for long messages.
    if candidates(&inputs, 1 << 30).is_empty() {
        let all = MeasuredInputs {
            protocols: Protocol::ALL.to_vec(),
            algorithms: NcclAlgorithm::ALL.to_vec(),
            ..inputs.clone()
        };
        let mut names: Vec<&str> = candidates(&all, 1 << 30).iter().map(|one| one.algorithm.name()).collect();
        names.dedup();
        let problem = format!("{nodes} x {gpus} GPUs of {} do not have these algorithms and protocols", machine.name);
        return Err(rejected(problem, format!("accepted: {} (NVLS with Simple only)", names.join(", "))));
    }
    let free = with_usual_nics(inputs.clone(), (flags, log, shape), machine, catalog)?;
    let mut notes = Vec::new();
    let used = settings::apply(&log.settings, flags, &mut inputs, &mut notes);
    let mut sources = settings::sources(flags, log, &inputs, &used);
    sources
        .insert(0, InputSource { input: "collective", value: id_of(settled.operation).to_owned(), from: settled.from });
    if settled.from == InputFrom::Flag && log.operation != settled.operation {
        let (log, flag) = (log.operation.with_article(), settled.operation.with_article());
        notes.push(format!("the log looks like {log}; compared as {flag}, by --collective"));
    }
    if let Some((_, driven, idle, _)) = constants.filter(|(_, _, idle, _)| *idle > 0.0) {
        let all = plain(driven + idle);
        let gpus =
            if gpus == 1 { "the GPU of a node drives".to_owned() } else { format!("the {gpus} GPUs of a node drive") };
        notes.push(format!("{gpus} {} of its {all} NICs: a GPU has no more than its own", plain(driven)));
    }
    Ok(Cluster {
        machine: flags.machine.clone(),
        network: flags.network.clone().filter(|_| nodes > 1),
        operation: settled.operation,
        lanes: machine.lanes.value,
        without_settings: (free != inputs).then_some(free),
        inputs,
        sources,
        notes,
    })
}

/// The inputs with all NICs of the node, if the log lists fewer (`NCCL_IB_HCA`).
fn with_usual_nics(
    mut inputs: MeasuredInputs,
    (flags, log, shape): (&ClusterFlags, &LogCluster, NodeShape),
    machine: &NvlinkMachine,
    catalog: &Catalog,
) -> Result<MeasuredInputs, ClusterError> {
    if log.settings.nics.is_none() || flags.nics.is_some() {
        return Ok(inputs);
    }
    let all = LogCluster { settings: Settings { nics: None, ..log.settings.clone() }, ..log.clone() };
    let Some((timing, nics, idle, nic_gbit_s)) = network(flags, &all, machine, shape, catalog)? else {
        return Ok(inputs);
    };
    let node_nics = Some(NodeNics { timing, nics, nic_gbit_s });
    let usual = MeasuredInputs::with_usual_channels(&inputs.generation, shape.nodes, shape.gpus, node_nics);
    if flags.channels.is_none() {
        inputs.channels = usual.channels;
    }
    if flags.nvls_channels.is_none() {
        inputs.nvls_channels = usual.nvls_channels;
    }
    Ok(MeasuredInputs { nics: usual.nics, idle_nics: idle, ..inputs })
}

/// The network between nodes: its constants, the NICs per node in use and idle, and their line rate, Gb/s. `None` for one
/// node.
fn network<'a>(
    flags: &ClusterFlags,
    log: &LogCluster,
    machine: &NvlinkMachine,
    NodeShape { nodes, gpus }: NodeShape,
    catalog: &'a Catalog,
) -> Result<Option<(&'a NetworkTiming, f64, f64, f64)>, ClusterError> {
    let ids = || networks(catalog).collect::<Vec<_>>().join(", ");
    let found = flags.network.as_ref().map(|id| {
        let network = catalog.networks().find(|network| network.id == *id);
        let constants = network.and_then(|network| Some((network, catalog.nccl().network(&network.nccl)?)));
        constants.ok_or_else(|| rejected(format!("unknown network `{}`", quoted(id)), format!("accepted: {}", ids())))
    });
    let found = found.transpose()?;
    if nodes == 1 {
        return match flags.nics.is_some() || flags.nic_gbit_s.is_some() || found.is_some() {
            true => Err(rejected(
                format!("one node of {gpus} GPUs uses no network and no NICs"),
                "omit --network, --nics and --nic-gbit, or set --nodes",
            )),
            false => Ok(None),
        };
    }
    let Some((network, constants)) = found else {
        let from = if flags.nodes.is_none() { " (from the hosts and ranks of the log)" } else { "" };
        return Err(rejected(format!("{nodes} nodes{from} need --network"), format!("accepted: {}", ids())));
    };
    let line = network.nic_gb_s.value * 8.0;
    let usual = network.nics_of_node(machine, gpus);
    let listed = log.settings.nics.map(f64::from).filter(|listed| *listed < usual);
    let nics = flags.nics.or(listed).unwrap_or(usual);
    let rate = flags.nic_gbit_s.unwrap_or(line);
    let most = network.nics_of_node(machine, machine.gpus.count());
    // A machine may have NICs of twice the usual rate.
    let fastest = line.max(rate.min(MAX_NIC_GBIT_S));
    if !(nics > 0.0 && rate > 0.0 && nics * rate <= most * fastest) {
        let problem = format!("{} NICs of {} Gb/s are out of range", plain(nics), plain(rate));
        let hint = format!(
            "accepted: above 0, up to the total of a node of {} over {}: {most} NICs of {line} Gb/s, or of up to {MAX_NIC_GBIT_S} Gb/s",
            machine.name, network.name
        );
        return Err(rejected(problem, hint));
    }
    // One GPU drives its own NICs, however many its node has.
    let driven = network.nics_driven(machine, gpus, nics, rate / 8.0);
    Ok(Some((constants, driven, nics - driven, rate)))
}

/// The networks with measured timing.
fn networks(catalog: &Catalog) -> impl Iterator<Item = &str> {
    catalog.networks().filter(|network| !network.nccl.is_empty()).map(|network| network.id.as_str())
}

/// Finds ids in a list.
fn parse_ids<T: Copy>(given: &[String], all: &[T], name: fn(T) -> &'static str) -> Result<Vec<T>, ClusterError> {
    given
        .iter()
        .map(|word| {
            let found = all.iter().copied().find(|&one| name(one).eq_ignore_ascii_case(word.trim()));
            found.ok_or_else(|| {
                let names: Vec<&str> = all.iter().map(|&one| name(one)).collect();
                rejected(
                    format!("unknown algorithm or protocol `{}`", quoted(word)),
                    format!("accepted: {}", names.join(", ")),
                )
            })
        })
        .collect()
}
