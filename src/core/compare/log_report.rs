//! The report of one or several runs: each compared with its cluster, and what tells them apart.

use serde::Serialize;

use super::cluster::{Cluster, cluster};
use super::cluster_flags::{ClusterError, ClusterFlags, LogCluster};
use super::comparison::{Comparison, compare};
use super::difference::{RunDifference, differences};
use super::log_machine::machine_of_devices;
use super::scaling::{NodeLoss, node_loss};
use super::table::comparison_table;
use crate::catalog::Catalog;
use crate::nccl::MeasuredInputs;
use crate::nccl_log::{LogRun, Operation};
use crate::units::{quoted, significant};

/// Runs are compared with each other up to this number: all pairs of more are nobody's question.
const MAX_COMPARED_RUNS: usize = 8;

/// The most types that a note names.
const MAX_NAMED_TYPES: usize = 8;

/// A report of the runs of one or several logs. In JSON its fields are those of the first run, with the others beside them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LogReport {
    /// The first run.
    #[serde(flatten)]
    pub first: Comparison,
    /// All runs, if there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<Comparison>,
    /// The differences between the runs, each with the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<RunDifference>,
    /// A loss that grows with the number of nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_loss: Option<NodeLoss>,
    /// What was ignored in the logs, or is unusual.
    pub notes: Vec<String>,
}

/// Compares runs with the clusters that the flags and the runs give. Without a machine in the flags, the GPUs that a run
/// names give it.
///
/// # Errors
/// A cluster without measured timing, or flags that do not match a run.
pub fn report(
    runs: &[LogRun],
    flags: &ClusterFlags,
    mut notes: Vec<String>,
    catalog: &Catalog,
) -> Result<LogReport, ClusterError> {
    let mut comparisons = Vec::new();
    let mut operations = Vec::new();
    let kept = comparable(runs, flags, &mut notes, catalog);
    let runs = kept.as_deref().unwrap_or(runs);
    let several = of_several_ranks(runs, &mut notes)?;
    let runs = several.as_slice();
    // A flag settles what logs leave open; if none does, it is meant for all.
    let any_open = runs.iter().any(|run| run.operation.is_open());
    for run in runs {
        let mut flags = with_machine(flags, run, catalog)?;
        flags.collective = flags.collective.filter(|_| !any_open || run.operation.is_open());
        let cluster = cluster_of(&flags, run, runs.len() > 1, catalog)?;
        notes.extend(cluster.notes.iter().cloned());
        notes.extend(elements_note(run, &cluster.inputs));
        notes.extend(mixed_note(run, &cluster.machine, catalog));
        comparisons.push(compare(run, &cluster, catalog));
        operations.push(cluster.operation);
    }
    let Some(first) = comparisons.first().cloned() else {
        return Err(ClusterError {
            problem: "the log has no run".to_owned(),
            hint: "accepted: at least one".to_owned(),
        });
    };
    let ranks = first.nodes * first.gpus_per_node;
    let all: Vec<(&LogRun, Operation)> = runs.iter().zip(operations).collect();
    let differences = from_the_first(&all, ranks);
    let node_loss = node_loss(&comparisons);
    let runs = if comparisons.len() > 1 { comparisons } else { Vec::new() };
    Ok(LogReport { first, runs, differences, node_loss, notes })
}

/// The cluster of a run. A network that is meant for other runs, or that a simulated table names, is not used inside one
/// node.
fn cluster_of(flags: &ClusterFlags, run: &LogRun, several: bool, catalog: &Catalog) -> Result<Cluster, ClusterError> {
    let log = LogCluster::from(run);
    if several || run.simulated.is_some() {
        let inside = ClusterFlags { network: None, nics: None, nic_gbit_s: None, ..flags.clone() };
        // Several nodes need a network.
        if let Ok(cluster) = cluster(&inside, &log, catalog) {
            return Ok(cluster);
        }
    }
    cluster(flags, &log, catalog)
}

/// The differences between runs of the same operation, each with the first.
fn from_the_first(runs: &[(&LogRun, Operation)], ranks: u32) -> Vec<RunDifference> {
    let Some(&(first, operation)) = runs.first() else { return Vec::new() };
    let others = runs.iter().enumerate().take(MAX_COMPARED_RUNS).skip(1).filter(|(_, (_, other))| *other == operation);
    others.flat_map(|(at, (other, _))| differences([(1, first), (at + 1, other)], operation, ranks)).collect()
}

/// The differences between runs of `ranks` GPUs as sentences, each with the first.
pub fn run_differences(runs: &[LogRun], ranks: u32) -> Vec<String> {
    let name = |number: usize| {
        let name = runs.get(number - 1).and_then(|run| run.name.clone());
        name.unwrap_or_else(|| format!("run {number}"))
    };
    let all: Vec<(&LogRun, Operation)> = runs.iter().map(|run| (run, run.operation)).collect();
    from_the_first(&all, ranks).iter().map(|difference| difference.sentence(name)).collect()
}

/// A run on several kinds of GPUs: the slowest sets the pace.
fn mixed_note(run: &LogRun, machine: &str, catalog: &Catalog) -> Option<String> {
    let of = |device: &String| machine_of_devices(std::slice::from_ref(device), catalog).map(|found| found.id.as_str());
    let mut kinds: Vec<&str> = run.devices.iter().filter_map(of).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let text = || {
        format!(
            "the log names GPUs of several machines ({}): compared as {machine}; the slowest sets the pace",
            kinds.join(", ")
        )
    };
    (kinds.len() > 1).then(text)
}

/// The types of a run that NVSwitches cannot add, if they are asked to.
fn elements_note(run: &LogRun, inputs: &MeasuredInputs) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for row in run.rows.iter().filter(|row| inputs.nvls && !row.switches_add()) {
        let (element, reduction) = (row.element.as_str(), row.reduction.as_str());
        let name = match row.switches_take() {
            // The type alone is the reason.
            false => element.to_owned(),
            true if element.is_empty() => reduction.to_owned(),
            true => format!("{reduction} of {element}"),
        };
        if names.len() < MAX_NAMED_TYPES && !names.contains(&name) {
            names.push(name);
        }
    }
    let names = names.join(", ");
    let text = format!("NVSwitches do not reduce {names}: these rows are predicted without in-switch reduction");
    (!names.is_empty()).then_some(text)
}

/// The runs without simulated ones of machines that have no measured timing, such as wafers; `None` if all or none are
/// left.
fn comparable(
    runs: &[LogRun],
    flags: &ClusterFlags,
    notes: &mut Vec<String>,
    catalog: &Catalog,
) -> Option<Vec<LogRun>> {
    if !flags.machine.is_empty() {
        return None;
    }
    let other = |run: &LogRun| {
        let machine = run.simulated.as_ref()?.machine.clone()?;
        catalog.measured_machines().all(|known| known.id != machine).then_some(machine)
    };
    let kept: Vec<LogRun> = runs.iter().filter(|run| other(run).is_none()).cloned().collect();
    if kept.is_empty() || kept.len() == runs.len() {
        return None;
    }
    for machine in runs.iter().filter_map(other) {
        notes.push(format!("ignored the simulated run of {}, which has no measured timing", quoted(&machine)));
    }
    Some(kept)
}

/// The runs of at least two ranks: one rank alone sends nothing.
fn of_several_ranks(runs: &[LogRun], notes: &mut Vec<String>) -> Result<Vec<LogRun>, ClusterError> {
    let kept: Vec<LogRun> = runs.iter().filter(|run| run.ranks != Some(1)).cloned().collect();
    if kept.is_empty() && !runs.is_empty() {
        return Err(ClusterError {
            problem: "each run of the log has one rank, which sends nothing".to_owned(),
            hint: "use -g 8 for 8 GPUs of a process, or build nccl-tests with MPI=1 for one process per GPU".to_owned(),
        });
    }
    for run in runs.iter().filter(|run| run.ranks == Some(1)) {
        notes.push(format!("ignored the run in line {}, which has one rank", run.line));
    }
    Ok(kept)
}

/// What a run has measured: `all-reduce of 8 ranks, at most 312.2 GB/s of busbw`.
fn summary(run: &LogRun) -> String {
    let best = run.rows.iter().flat_map(|row| [row.out_of_place_busbw_gb_s, row.in_place_busbw_gb_s]).flatten();
    let best = best.fold(0.0, f64::max);
    let ranks = run.ranks.map_or(String::new(), |ranks| format!(" of {ranks} ranks"));
    let rate = if best > 0.0 { format!(", at most {} GB/s of busbw", significant(best)) } else { String::new() };
    let rows = if run.rows.len() == 1 { "1 row".to_owned() } else { format!("{} rows", run.rows.len()) };
    format!("{rows} of {}{ranks}{rate}", run.operation.with_article())
}

/// The flags with the machine of the run, if they have none.
fn with_machine(flags: &ClusterFlags, run: &LogRun, catalog: &Catalog) -> Result<ClusterFlags, ClusterError> {
    if !flags.machine.is_empty() {
        return Ok(flags.clone());
    }
    if let Some(simulated) = &run.simulated
        && let Some(machine) = &simulated.machine
    {
        let network = flags.network.clone().or_else(|| simulated.network.clone());
        return Ok(ClusterFlags { machine: machine.clone(), machine_from_log: true, network, ..flags.clone() });
    }
    let machine = machine_of_devices(&run.devices, catalog).ok_or_else(|| {
        let problem = match run.devices.first() {
            Some(device) => format!("the log names {device}, for which there is no measured timing"),
            None => "the log does not name its GPUs".to_owned(),
        };
        let hint = match (run.rccl, run.devices.is_empty()) {
            (true, _) => "the measured timing is that of machines with GPUs of NVIDIA; a scene with mi300x-8 gives the ideal time",
            (false, true) => "choose a machine with --machine",
            (false, false) => "`fabricscope catalog` lists the machines; those with `nccl` figures have measured timing",
        };
        ClusterError { problem: format!("{problem}; read: {}", summary(run)), hint: hint.to_owned() }
    })?;
    Ok(ClusterFlags { machine: machine.id.clone(), machine_from_log: true, ..flags.clone() })
}

/// The report as text: the differences between runs, then for each its verdict and its table.
pub fn report_table(report: &LogReport) -> String {
    let all = if report.runs.is_empty() { std::slice::from_ref(&report.first) } else { report.runs.as_slice() };
    let name = |number: usize| {
        let name = all.get(number - 1).and_then(|run| run.run.clone());
        name.map_or(format!("run {number}"), |name| format!("run {number} ({name})"))
    };
    let mut out = String::new();
    // What tells several runs apart comes first: that is why they are compared.
    for difference in &report.differences {
        out.push_str(&difference.sentence(name));
        out.push('\n');
    }
    if let Some(loss) = &report.node_loss {
        out.push_str(&format!("{}\n", loss.sentence()));
    }
    let same = all.iter().all(|run| run.collective == report.first.collective);
    if same && report.differences.is_empty() && report.node_loss.is_none() && all.len() > 1 {
        out.push_str("The runs are equally fast, within a tenth, at every size that they share.\n");
    }
    if !out.is_empty() {
        out.push('\n');
    }
    for (at, run) in all.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        if all.len() > 1 {
            let title = name(at + 1);
            out.push_str(&format!("R{}\n", title.get(1..).unwrap_or_default()));
        }
        out.push_str(&comparison_table(run));
    }
    out
}
