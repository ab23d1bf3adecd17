//! How far the measured timing can be trusted: the list of logs that it is held against, and the document about them.

use std::fmt::Write;

use serde::Deserialize;

use super::Comparison;
use super::cluster::ClusterFlags;
use crate::catalog::CatalogError;

const FILE: &str = "validation.ron";
const TEXT: &str = include_str!("../../assets/validation.ron");

/// One log with its cluster.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidationLog {
    /// Name of the file without its ending.
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
    /// Error from 1 MiB on that the model's specification has, %.
    #[serde(default)]
    pub specified_percent: Option<f64>,
    /// Of a degraded cluster: the parameter that explains it, and the value.
    #[serde(default)]
    pub parameter: Option<String>,
    /// See `parameter`.
    #[serde(default)]
    pub explains: Option<f64>,
}

impl ValidationLog {
    /// Its cluster.
    pub fn flags(&self) -> ClusterFlags {
        ClusterFlags {
            machine: self.machine.clone(),
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
        }
    }

    /// The flags of `fabricscope compare` that say so.
    fn command(&self) -> String {
        let mut words = format!("compare {}.txt --machine {} --nodes {}", self.log, self.machine, self.nodes);
        let _ = write!(words, " --gpus-per-node {}", self.gpus_per_node);
        let mut add = |flag: &str, value: Option<String>| {
            if let Some(value) = value {
                let _ = write!(words, " --{flag} {value}");
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
        words
    }
}

/// The logs of the validation.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidationList {
    /// Healthy clusters.
    pub logs: Vec<ValidationLog>,
    /// Clusters with a known or suspected fault.
    pub degraded: Vec<ValidationLog>,
    /// Logs of machines that the model has no constants of.
    pub without_constants: Vec<UnheldLog>,
}

/// A log that is read, but held against nothing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnheldLog {
    /// Name of the file without its ending.
    pub log: String,
    /// Why.
    pub why: String,
}

impl ValidationList {
    /// The list that comes with the program.
    ///
    /// # Errors
    /// A file that is no such list.
    pub fn bundled() -> Result<ValidationList, CatalogError> {
        ron::from_str(TEXT).map_err(|problem| CatalogError { file: FILE.to_owned(), problem: problem.to_string() })
    }
}

/// Median and geometric mean (of 1 + error) of errors, as fractions.
fn summary(errors: impl Iterator<Item = f64>) -> (f64, f64) {
    let mut errors: Vec<f64> = errors.collect();
    errors.sort_by(f64::total_cmp);
    let median = match errors.len() {
        0 => 0.0,
        count if count % 2 == 1 => errors[count / 2],
        count => (errors[count / 2 - 1] + errors[count / 2]) / 2.0,
    };
    let logs: f64 = errors.iter().map(|error| libm::log1p(*error)).sum();
    (median, libm::expm1(logs / errors.len().max(1) as f64))
}

fn percent(share: Option<f64>) -> String {
    share.map_or("-".to_owned(), |share| format!("{:.1}", 100.0 * share))
}

/// The document: every log with its command, its errors, and NCCL's own cost model beside it.
pub fn validation_document(
    healthy: &[(&ValidationLog, Comparison)],
    degraded: &[(&ValidationLog, Comparison)],
    without_constants: &[(&UnheldLog, usize)],
) -> String {
    let (median, mean) = summary(healthy.iter().filter_map(|(_, comparison)| comparison.error_1mib_up));
    let (table_median, table_mean) =
        summary(healthy.iter().filter_map(|(_, comparison)| comparison.nccl_table_error_1mib_up));
    let (all_median, all_mean) = summary(healthy.iter().filter_map(|(_, comparison)| comparison.error_all));
    let mut out = String::from(HEAD);
    let _ = writeln!(out, "| % | median of logs | geometric mean | bar |\n|---|---|---|---|");
    let _ = writeln!(out, "| this model, 1 MiB and up | {:.1} | {:.1} | 7 / 10 |", 100.0 * median, 100.0 * mean);
    let _ = writeln!(out, "| this model, all sizes | {:.1} | {:.1} | - |", 100.0 * all_median, 100.0 * all_mean);
    let _ = writeln!(
        out,
        "| NCCL's own cost model, 1 MiB and up | {:.1} | {:.1} | - |",
        100.0 * table_median,
        100.0 * table_mean
    );
    out.push_str(READING);
    let _ = writeln!(
        out,
        "| log | rows | 1 MiB and up | specification | all sizes | NCCL's table, 1 MiB and up | command |"
    );
    let _ = writeln!(out, "|---|---|---|---|---|---|---|");
    for (entry, comparison) in healthy {
        let specified = entry.specified_percent.map_or("-".to_owned(), |percent| format!("{percent:.1}"));
        let _ = writeln!(
            out,
            "| {} | {} | {} | {specified} | {} | {} | `{}` |",
            entry.log,
            comparison.rows.len(),
            percent(comparison.error_1mib_up),
            percent(comparison.error_all),
            percent(comparison.nccl_table_error_1mib_up),
            entry.command()
        );
    }
    out.push_str(DEGRADED);
    for (entry, comparison) in degraded {
        let explained = comparison.verdict.change.as_ref().map(|change| change.error);
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | `{}` |",
            entry.log,
            comparison.rows.len(),
            percent(comparison.error_1mib_up),
            percent(explained),
            percent(comparison.nccl_table_error_1mib_up),
            comparison.verdict.text,
            entry.command()
        );
    }
    out.push_str(WITHOUT_CONSTANTS);
    for (entry, rows) in without_constants {
        let _ = writeln!(out, "| {} | {rows} | {} |", entry.log, entry.why);
    }
    out.push_str(TAIL);
    out
}

const HEAD: &str = "# How far the measured timing can be trusted

Written by `fabricscope validate LOGS -o docs` from public tables of `nccl-tests`. The error of a log is
`exp(mean |ln(predicted / measured)|) - 1` over its rows; measured is the smaller of the out-of-place and the in-place time.
The constants were fitted on these same logs and are frozen, so these errors are those of a fit, not of a forecast.

";

const READING: &str = "
![measured points over the predicted curve of busbw, log by log](validation.svg)

Logs of the same hardware differ from one another by 2 to 30 %; no model without a knob per log can be better than half of
that on both. Five kinds of network (roce-100, efa-100, gcp-tcpxo, gcp-tcpx, slingshot-200) are backed by one log each: their
rows prove nothing about other clusters.

## Log by log, errors in %

";

const DEGRADED: &str = "
NCCL's own table is a port of NCCL 2.30.7's cost model with its own pick; it has no latency of cloud networks (EFA, TCPX,
TCPXO, Slingshot), so its errors there are partly unfair to it. Its figures differ from those of the specification's port
where the two make different choices: this one takes AMD CPUs for A100 machines (with Intel's they agree), gives NVLSTree on
B200 with x86 hosts the size correction that the source has (without it they agree), knows the channels where a user has set
them, and finds other channels on parts of a node and on nodes with 4, 16 or 32 NICs.

## Degraded and special clusters

Not used in the fit, and drawn below the others in the picture. `sharp` is a working cluster whose network adds, which the
model does not know. The verdict tries single changes: the rate of hops inside a node, the NICs in use, one slow NIC, NVLS
off, a cost per call. What it names leaves the error of the fourth column, over messages of 32 MiB and more.

| log | rows | 1 MiB and up | with the change | NCCL's table, 1 MiB and up | verdict | command |
|---|---|---|---|---|---|---|
";

const WITHOUT_CONSTANTS: &str = "
## Read, but held against nothing

| log | rows | why |
|---|---|---|
";

const TAIL: &str = "
## What is not validated

- **Strips on a wafer**: derived from the published cycle model, never measured on silicon. The wafer's row and grid
  patterns are held against published formulas and vectors: [wafer-vectors.md](wafer-vectors.md) has every one with
  expected, got and tolerance.
- **Ideal timing** of GPUs: a bound-like figure with data sheet capacities; latencies are estimates.
- **The pick**: the model predicts times better than algorithms. What it shows is its own pick, not NCCL's.
- **Where it fails**, among the logs above:
  - HDR, 2 x 8 A100, 8 to 64 MiB: up to a third too fast. Both logs agree, so it is the model: it picks ring with LL128 there.
  - H100 4 x 8 and 8 x 8, 128 to 512 MiB: 4 to 25 % too fast; the model moves to ring with LL128 where NCCL seems to stay on
    NVLSTree until about 1 GiB.
  - The run with 24 channels set by the user (8 x 8 H100), 8 to 512 MiB: 7 to 26 % too fast.
  - 12 x 8 H100: 16 % too slow, where NCCL's own table is 4 % off. The rate of a channel (20 GB/s) is a trait of one cluster;
    25 would take this log to 6 % and the one of 1,024 ranks to 2 %, and cost the logs of 4 and 8 nodes as much.
  - Jobs on a part of a node (2 x 2, 2 x 4 of 8): 34 and 38 %, shelves below 32 MiB; large messages are right.
  - Slingshot (1 to 8 MiB at milliseconds) and A3 Mega (1 to 16 MiB at 22 GB/s): shelves of their plugins, no term for them.
  - Slow hosts: the table of 4 H100 never goes below 23.5 µs (model 13), the PyTorch and 40 GB tables of A100 carry 40 to
    60 µs more than the same hardware elsewhere. `--host-us` takes that into account.
  - B200, 1 to 4 MiB on two nodes: 30 to 36 % too slow. With NCCL 2.27.7 chunks change size elsewhere (between 4 and 8 GiB).
  - 20 racks of GB200: right for a doubtful reason; its pick at several sizes is a tree, and 32 heads and 16 channels are
    assumed. GB200 rests on three logs of one operator.
- **Constants that are no hardware facts**: start-up of LL128, the extra step of LL128 on NDR, shares of a tree stage above 1 and
  the round of a tree with Simple on B200. They take up cost of unknown origin; `fabricscope catalog nccl` marks them.
- GPUs and networks without constants (B300, GB300, Rubin; XDR, 800G) have no measured timing at all.
";
