//! `compare`: a log of `nccl-tests` against the measured timing, or a table of training steps against the model.

use std::path::PathBuf;

use super::compare_runs::{compare_runs, tables, timing};
use super::error::CommandError;
use super::output::{note, print, print_json};
use crate::catalog::Catalog;
use crate::compare::{ClusterFlags, report, report_table};
use crate::nccl_log::{LogRun, load_log};
use crate::scene::TimingChoice;
use crate::units::{one_line, plain};

/// Arguments of `compare`.
#[derive(Debug, clap::Args)]
pub struct CompareArguments {
    /// Logs of nccl-tests, text or JSON (-J); several are compared with each other. Or tables of training steps (CSV)
    #[arg(required = true, value_name = "LOG")]
    logs: Vec<PathBuf>,
    /// Id of the machine in the catalog; by default the one whose GPU the log names
    #[arg(long, value_name = "ID")]
    machine: Option<String>,
    /// Number of nodes (NVLink domains: boxes or racks)
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    nodes: Option<u32>,
    /// GPUs per node; all of the machine by default
    #[arg(long, value_name = "G", value_parser = count, allow_negative_numbers = true)]
    gpus_per_node: Option<u32>,
    /// Id of the network in the catalog
    #[arg(long, value_name = "ID")]
    network: Option<String>,
    /// NICs in use per node
    #[arg(long, value_name = "N", value_parser = number, allow_negative_numbers = true)]
    nics: Option<f64>,
    /// Line rate of a NIC, Gb/s
    #[arg(long, value_name = "R", value_parser = number, allow_negative_numbers = true)]
    nic_gbit: Option<f64>,
    /// Channels of ring and tree (NCCL_MIN_CTAS)
    #[arg(long, value_name = "C", value_parser = count, allow_negative_numbers = true)]
    channels: Option<u32>,
    /// Channels of NVLS
    #[arg(long, value_name = "C", value_parser = count, allow_negative_numbers = true)]
    nvls_channels: Option<u32>,
    /// Algorithms that NCCL may choose: ring, tree, nvls, nvls-tree
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    algorithms: Vec<String>,
    /// Protocols that NCCL may choose: LL, LL128, Simple
    #[arg(long, value_name = "P,Q", value_delimiter = ',')]
    protocols: Vec<String>,
    /// Extra time per call of the benchmark, µs
    #[arg(long, value_name = "T", value_parser = number, allow_negative_numbers = true)]
    host_us: Option<f64>,
    /// The operation: all-reduce, all-gather, reduce-scatter, all-to-all, broadcast, reduce, send-recv, scatter, gather, send;
    /// by default what the log or its file name says
    #[arg(long, value_name = "ID")]
    collective: Option<String>,
    /// Channels of point-to-point calls per remote peer (NCCL_NCHANNELS_PER_NET_PEER)
    #[arg(long, value_name = "C", value_parser = count, allow_negative_numbers = true)]
    net_peer_channels: Option<u32>,
    /// GPUs that one thread of the benchmark drives (-g)
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    gpus_per_thread: Option<u32>,
    /// Timing of the collectives of training steps: ideal or measured
    #[arg(long, value_name = "TIMING", default_value = "measured", value_parser = timing)]
    timing: TimingChoice,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

fn count(text: &str) -> Result<u32, &'static str> {
    text.parse().map_err(|_| "use a whole number, 1 or more")
}

fn number(text: &str) -> Result<f64, &'static str> {
    text.parse().ok().filter(|number: &f64| number.is_finite()).ok_or("use a number, such as 8 or 0.5")
}

impl CompareArguments {
    fn flags(&self) -> Result<ClusterFlags, CommandError> {
        if let Some(host_us) = self.host_us.filter(|us| !(0.0..=1e6).contains(us)) {
            return Err(CommandError::Value(format!("--host-us is {}; accepted: 0 to 1000000", plain(host_us))));
        }
        Ok(ClusterFlags {
            machine: self.machine.clone().unwrap_or_default(),
            machine_from_log: false,
            nodes: self.nodes,
            gpus_per_node: self.gpus_per_node,
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
        })
    }
}

/// Compares a log with the measured timing and prints the errors and a verdict.
///
/// # Errors
/// A log that cannot be read, or a cluster without measured timing.
pub(super) fn compare(arguments: &CompareArguments) -> Result<(), CommandError> {
    if let Some(texts) = tables(&arguments.logs)? {
        return compare_runs(&texts, arguments.timing, arguments.json);
    }
    let catalog = Catalog::bundled()?;
    let flags = arguments.flags()?;
    let (mut runs, mut notes): (Vec<LogRun>, Vec<String>) = (Vec::new(), Vec::new());
    for path in &arguments.logs {
        let log = load_log(path)?;
        let file = path.file_stem().unwrap_or_default().to_string_lossy();
        for mut run in log.runs {
            if arguments.logs.len() > 1 {
                run.name = Some(run.name.map_or(file.to_string(), |name| format!("{file}: {name}")));
            }
            runs.push(run);
        }
        for remark in log.notes {
            let line = remark.line.map_or(String::new(), |line| format!("{line}: "));
            // The folder of a log is its owner's own.
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            notes.push(format!("{file}: {line}{}", remark.text));
        }
    }
    let report = report(&runs, &flags, notes, &catalog)?;
    for remark in &report.notes {
        note(&one_line(&format!("note: {remark}")));
    }
    if report.first.rows.is_empty() {
        let problem = "nothing to compare: this cluster has no prediction for the messages of the log";
        return Err(CommandError::Value(format!("{problem}; {}", report.first.verdict.text)));
    }
    if arguments.json { print_json(&report) } else { print(&report_table(&report)) }
}
