//! An open log of nccl-tests: the points of its runs, the model's curves, and the comparison of the two.

use super::log_figure::LogFigure;
use super::log_runs::{Curve, RunCurve, run_curves};
use super::log_stage::LogStage;
use crate::catalog::{Catalog, NvlinkMachine};
use crate::compare::{
    Change, ClusterError, ClusterFlags, Comparison, LogCluster, cluster, compare, machine_of_devices, run_differences,
};
use crate::nccl::{MeasuredInputs, NcclAlgorithm, busbw_ceiling_gb_s, candidates, fastest, wire_share};
use crate::nccl_log::{LogError, LogRun, NcclLog};
use crate::scene::Diagnostics;

/// The machine that is assumed if the log does not name one.
const DEFAULT_MACHINE: &str = "dgx-h100";
/// The machine whose clusters usually have InfiniBand HDR; newer ones have NDR.
const HDR_MACHINE: &str = "dgx-a100";

/// Points of a curve per doubling of the message size.
const PER_OCTAVE: u32 = 4;

/// An open log.
#[derive(Clone, Debug)]
pub struct OpenLog {
    /// Name or path of the log.
    pub name: String,
    /// Its content.
    pub log: NcclLog,
    /// The number of the run that is compared, from 0.
    pub run: usize,
    /// The measured points of the runs that the plot shows, if there are several.
    pub runs: Vec<RunCurve>,
    /// What tells the runs apart, as sentences.
    pub differences: Vec<String>,
    /// The cluster that it is compared with.
    pub flags: ClusterFlags,
    /// How the cluster was guessed; `None` once the user has chosen one.
    pub guess: Option<ClusterGuess>,
    /// The comparison, or why there is none.
    pub comparison: Result<LogComparison, String>,
    /// Why the last typed value was refused; `None` once another change was accepted.
    pub refused: Option<ClusterError>,
    /// The scene of the log that was put on the stage.
    pub stage: Option<LogStage>,
}

/// A log compared with a cluster.
#[derive(Clone, Debug)]
pub struct LogComparison {
    /// The inputs of the timing model for the cluster.
    pub cluster: MeasuredInputs,
    /// Errors and verdict.
    pub comparison: Comparison,
    /// The measured points, one per row of the comparison.
    pub points: Curve,
    /// For each point the wire rate on the bottleneck of the predicted algorithm, GB/s: a GPU's NVLink port or a node's
    /// NICs.
    pub wires_gb_s: Vec<f64>,
    /// The prediction.
    pub predicted: Curve,
    /// The prediction for each algorithm, by name.
    pub by_algorithm: Vec<(&'static str, Curve)>,
    /// The busbw that no run of an algorithm can exceed, GB/s, by name.
    pub ceilings: Vec<(&'static str, f64)>,
    has_nvls: bool,
}

/// The evidence in a log for a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuessBasis {
    /// The log names known GPUs and its hosts.
    GpusAndHosts,
    /// The log names known GPUs; the nodes follow from its ranks.
    GpusAndRanks,
    /// The log names its hosts, but no known GPU.
    Hosts,
    /// The log has only ranks.
    Ranks,
}

/// The cluster that a log probably comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterGuess {
    /// Number of nodes.
    pub nodes: u32,
    /// Name of the machine.
    pub machine: String,
    /// Id of the network, with several nodes.
    pub network: Option<String>,
    /// The evidence.
    pub basis: GuessBasis,
}

impl LogComparison {
    /// Whether the cluster can use in-switch reduction.
    pub fn has_nvls(&self) -> bool {
        self.has_nvls
    }
}

/// Whether a text is a scene: a parenthesis with a scene's fields, possibly after comments.
pub(super) fn is_scene(text: &str) -> bool {
    let mut start = text.trim_start_matches('\u{feff}').trim_start();
    // RON allows comments and attributes before the value.
    while start.starts_with("//") || start.starts_with("#!") || start.starts_with("/*") {
        let end = if start.starts_with("/*") { start.find("*/").map(|at| at + 2) } else { start.find('\n') };
        start = end.map_or("", |end| &start[end..]).trim_start();
    }
    let fields = ["version:", "workload:", "fabrics:"];
    let scene = start.starts_with('(') && fields.iter().any(|field| text.contains(field));
    // A scene that was written as JSON: the reader of scenes says so.
    scene || start.starts_with('{') && ["\"workload\"", "\"fabrics\""].iter().all(|field| text.contains(field))
}

/// Whether a text is a log of nccl-tests and not a scene. A log may begin with anything, such as `(base) user@host$` or a path.
pub fn is_log(text: &str) -> bool {
    !is_scene(text)
        && (text.trim_start().starts_with('{')
            || ["busbw", "busBw", "_perf", "\"results\""].iter().any(|word| text.contains(word)))
}

/// The numbers of equal nodes of a machine that this number of ranks can be split into.
pub fn splits(ranks: u32, machine: &NvlinkMachine) -> Vec<u32> {
    let fits = |nodes: &u32| ranks.is_multiple_of(*nodes) && ranks / nodes <= machine.gpus.count();
    (1..=ranks.min(4096)).filter(fits).collect()
}

impl OpenLog {
    /// A log, compared with the cluster that it probably comes from.
    pub fn new(name: &str, log: NcclLog, catalog: &Catalog) -> OpenLog {
        let first = log.runs.first().cloned().unwrap_or_default();
        let (flags, guess) = guess(&first, catalog);
        let comparison = Err(String::new());
        let ranks = flags.nodes.unwrap_or(1) * flags.gpus_per_node.unwrap_or(1);
        let mut open = OpenLog {
            name: name.to_owned(),
            runs: run_curves(&log, ranks),
            differences: run_differences(&log.runs, ranks),
            log,
            run: 0,
            flags,
            guess: Some(guess),
            comparison,
            refused: None,
            stage: None,
        };
        open.compare(catalog);
        open
    }

    /// The run that is compared.
    pub fn run(&self) -> Option<&LogRun> {
        self.log.runs.get(self.run)
    }

    /// The changes that explain the run, the most likely first.
    pub fn root_causes(&self) -> impl Iterator<Item = &Change> {
        self.comparison.iter().flat_map(|held| held.comparison.verdict.root_causes())
    }

    /// Compares another run, from 0, with the same cluster if it has as many ranks, or else with the one that it probably
    /// comes from.
    pub fn select_run(&mut self, run: usize, catalog: &Catalog) {
        let Some(selected) = self.log.runs.get(run) else { return };
        let is_of_cluster = selected.ranks.is_none_or(|ranks| {
            self.flags.nodes.zip(self.flags.gpus_per_node).is_some_and(|(nodes, gpus)| nodes * gpus == ranks)
        });
        if self.guess.is_some() || !is_of_cluster {
            let (flags, guessed) = guess(selected, catalog);
            (self.flags, self.guess) = (flags, Some(guessed));
        }
        self.run = run;
        self.refused = None;
        self.compare(catalog);
    }

    /// Compares it with another cluster.
    pub fn set(&mut self, flags: ClusterFlags, catalog: &Catalog) {
        self.flags = flags;
        self.guess = None;
        self.refused = None;
        self.compare(catalog);
    }

    /// Compares it with a cluster in which one figure is as typed. A value that no such cluster has changes nothing.
    pub fn type_figure(&mut self, figure: LogFigure, typed: &str, catalog: &Catalog) {
        let Some(run) = self.run() else { return };
        let typed = figure.typed(typed, &self.flags);
        let accepted = typed.and_then(|flags| cluster(&used(&flags), &LogCluster::from(run), catalog).map(|_| flags));
        match accepted {
            Ok(flags) => self.set(flags, catalog),
            Err(error) => self.refused = Some(error),
        }
    }

    fn compare(&mut self, catalog: &Catalog) {
        let flags = used(&self.flags);
        let Some(run) = self.log.runs.get(self.run) else { return };
        let cluster = cluster(&flags, &LogCluster::from(run), catalog);
        let assumed = self.guess.as_ref().filter(|guess| guess.basis.assumes_machine());
        if let (Some(_), Some(device)) = (assumed, run.devices.first()) {
            self.comparison = Err(format!(
                "The log names {device}, for which there is no measured timing. Choose a machine to compare it with another \
                 one."
            ));
            return;
        }
        self.comparison = cluster.map_err(|error| error.to_string()).map(|cluster| {
            let mut comparison = compare(run, &cluster, catalog);
            if let Some(guess) = assumed {
                comparison.verdict = comparison.verdict.of_assumed_machine(&guess.machine);
            }
            with_curves(comparison, cluster.inputs)
        });
    }
}

/// The flags as far as a cluster of so many nodes uses them. The window keeps all of them for when there are several nodes
/// again.
fn used(flags: &ClusterFlags) -> ClusterFlags {
    let mut used = flags.clone();
    if used.nodes == Some(1) {
        (used.network, used.nics, used.nic_gbit_s) = (None, None, None);
    }
    used
}

/// Id of the network that clusters of a machine usually have.
pub fn usual_network(machine: &str) -> &'static str {
    if machine == HDR_MACHINE { "ib-hdr" } else { "ib-ndr" }
}

/// The cluster that a log probably comes from: the machine by its GPU, the nodes by its hosts or ranks.
fn guess(log: &LogRun, catalog: &Catalog) -> (ClusterFlags, ClusterGuess) {
    let named = machine_of_devices(&log.devices, catalog);
    let machine = named.or_else(|| catalog.measured_machines().find(|machine| machine.id == DEFAULT_MACHINE));
    let (id, name) = machine.map_or((DEFAULT_MACHINE, "DGX H100"), |machine| (&machine.id, &machine.name));
    let gpus = machine.map_or(8, |machine| machine.gpus.count());
    let ranks = log.ranks.unwrap_or(gpus);
    // The hosts of a rack are its trays, not nodes.
    let hosts = log.nodes.filter(|_| machine.is_none_or(|machine| !machine.is_rack()));
    let nodes = hosts.unwrap_or(ranks.div_ceil(gpus)).max(1);
    let network = (nodes > 1).then(|| usual_network(id).to_owned());
    let basis = match (named, hosts) {
        (Some(_), Some(_)) => GuessBasis::GpusAndHosts,
        (Some(_), None) => GuessBasis::GpusAndRanks,
        (None, Some(_)) => GuessBasis::Hosts,
        (None, None) => GuessBasis::Ranks,
    };
    let guess = ClusterGuess { nodes, machine: name.to_owned(), network: network.clone(), basis };
    let flags = ClusterFlags {
        machine: id.to_owned(),
        nodes: Some(nodes),
        gpus_per_node: Some((ranks / nodes).max(1)),
        network,
        ..ClusterFlags::default()
    };
    (flags, guess)
}

fn with_curves(comparison: Comparison, cluster: MeasuredInputs) -> LogComparison {
    let busbw = |bytes: f64, seconds: f64| cluster.busbw(bytes / seconds / 1e9);
    let rows = || comparison.rows.iter().map(|row| (row.message_bytes as f64, row));
    let points: Curve = rows().map(|(bytes, row)| (libm::log2(bytes), busbw(bytes, row.measured_s))).collect();
    // A row names algorithm and protocol: `ring/LL128`.
    let share = |candidate: &str| {
        let name = candidate.split('/').next().unwrap_or_default();
        NcclAlgorithm::ALL.into_iter().find(|one| one.name() == name).map_or(0.0, |one| wire_share(&cluster, one))
    };
    let wires_gb_s = rows().map(|(bytes, row)| share(&row.algorithm) * bytes / row.measured_s / 1e9).collect();
    let exponents = || {
        let extreme = |pick: fn(f64, f64) -> f64, first: f64| points.iter().map(|(at, _)| *at).fold(first, pick);
        let (low, high) = (extreme(f64::min, 40.0).floor() as u32, extreme(f64::max, 3.0).ceil() as u32);
        // Around a single size, so that its curves can be seen.
        let (low, high) = if low >= high { (high.saturating_sub(1), high + 1) } else { (low, high) };
        (low * PER_OCTAVE..=high * PER_OCTAVE).map(|at| f64::from(at) / f64::from(PER_OCTAVE))
    };
    let curve = |time_us: &dyn Fn(u64) -> Option<f64>| -> Curve {
        let at = |exponent: f64| {
            let bytes = libm::exp2(exponent);
            Some((exponent, busbw(bytes, time_us(bytes as u64)? * 1e-6)))
        };
        exponents().filter_map(at).collect()
    };
    let curve_for = |algorithm: NcclAlgorithm| {
        curve(&|bytes| {
            let all = candidates(&cluster, bytes).into_iter().filter(|one| one.algorithm == algorithm);
            all.map(|one| one.time_us).min_by(f64::total_cmp)
        })
    };
    let curves = NcclAlgorithm::ALL.map(|algorithm| (algorithm, curve_for(algorithm)));
    let curves: Vec<_> = curves.into_iter().filter(|(_, curve)| !curve.is_empty()).collect();
    let has_nvls = curves.iter().any(|(one, _)| matches!(one, NcclAlgorithm::Nvls | NcclAlgorithm::NvlsTree));
    let by_algorithm = curves.into_iter().map(|(algorithm, curve)| (algorithm.name(), curve)).collect();
    let predicted = curve(&|bytes| fastest(&cluster, bytes).map(|one| one.time_us));
    let allowed = NcclAlgorithm::ALL.into_iter().filter(|one| cluster.algorithms.contains(one));
    let ceilings = allowed.filter_map(|one| Some((one.name(), busbw_ceiling_gb_s(&cluster, one)?))).collect();
    LogComparison { comparison, points, wires_gb_s, predicted, by_algorithm, ceilings, has_nvls, cluster }
}

/// The error of a log as diagnostics.
pub(super) fn log_diagnostics(name: &str, error: &LogError) -> Diagnostics {
    let line = error.line.map_or(String::new(), |line| format!("line {line}: "));
    Diagnostics::whole(name, format!("{line}{}", error.problem), Some(&error.hint))
}

impl GuessBasis {
    /// Whether the machine does not follow from the log.
    pub fn assumes_machine(self) -> bool {
        match self {
            GuessBasis::GpusAndHosts | GuessBasis::GpusAndRanks => false,
            GuessBasis::Hosts | GuessBasis::Ranks => true,
        }
    }

    /// The evidence in words.
    fn label(self) -> &'static str {
        match self {
            GuessBasis::GpusAndHosts => "its GPUs and hosts",
            GuessBasis::GpusAndRanks => "its GPUs and ranks",
            GuessBasis::Hosts => "its hosts",
            GuessBasis::Ranks => "its ranks",
        }
    }
}

impl ClusterGuess {
    /// The guess as sentences.
    pub fn sentence(&self) -> String {
        let network = self.network.as_ref().map_or(String::new(), |network| format!(" over {network}"));
        let (nodes, machine, basis) = (self.nodes, &self.machine, self.basis.label());
        if self.basis.assumes_machine() {
            return format!(
                "The nodes ({nodes}) are a guess from the log: {basis}. {machine}{network} is assumed, because the log names no \
                 GPU with measured timing. Choose the actual cluster."
            );
        }
        format!("{nodes} x {machine}{network} is a guess from the log: {basis}. Choose the actual cluster.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Machine;
    use crate::nccl_log::read_log;

    #[test]
    fn a_log_is_recognised_and_compared_with_its_machine() {
        let text = include_str!("../../../tests/logs/degraded-a100-1x4-dgx-p2p-disabled.txt");
        assert!(is_log(text) && !is_log(include_str!("../../../scenes/first-look.ron")) && !is_log("(broken"));
        for before in ["(base) user@host$ ./run\n", "/opt/nccl-tests/build/all_reduce_perf -b 8\n", "// notes\n", "\n"]
        {
            assert!(is_log(&format!("{before}{text}")), "{before}");
        }
        assert!(is_log("mpirun all_reduce_perf\n{\"results\": []}") && is_log("{}"));
        assert!(!is_log("{\"version\": 1, \"workload\": {}, \"fabrics\": []}"));
        assert!(!is_log("// about busbw\n#![enable(implicit_some)]\n(version: 1, title: \"busbw\", fabrics: [])"));
        let catalog = Catalog::bundled().expect("the catalog");
        let log = read_log("log", text).unwrap_or_else(|error| panic!("{error}"));
        let mut open = OpenLog::new("log", log, &catalog);
        assert!(open.guess.is_some());
        let flags = ClusterFlags { machine: "dgx-a100".to_owned(), ..open.flags.clone() };
        open.set(flags, &catalog);
        assert_eq!(open.guess, None);
        let found = open.comparison.as_ref().unwrap_or_else(|problem| panic!("{problem}"));
        assert_eq!(found.points.len(), found.comparison.rows.len());
        assert_eq!(found.points.len(), found.wires_gb_s.len());
        assert!(!found.comparison.verdict.healthy && !found.has_nvls());
        // The measured points are far below the prediction, and the predictions below their ceilings.
        let top = |curve: &Curve| curve.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
        assert!(top(&found.predicted) > 10.0 * top(&found.points));
        for ((name, curve), (_, ceiling)) in found.by_algorithm.iter().zip(&found.ceilings) {
            assert!(top(curve) <= *ceiling, "{name}: {} above {ceiling}", top(curve));
        }
        let flags = ClusterFlags { nodes: Some(3), ..open.flags.clone() };
        open.set(flags, &catalog);
        assert!(open.comparison.is_err());
    }

    #[test]
    fn a_gpu_without_measured_timing_is_named_and_nothing_is_expected_of_it() {
        let catalog = Catalog::bundled().expect("the catalog");
        let text = include_str!("../../../tests/logs/old-columns-mpi.txt");
        let mut open = OpenLog::new("v100.txt", read_log("v100.txt", text).expect("a log"), &catalog);
        let problem = open.comparison.as_ref().expect_err("no expectation");
        assert!(problem.contains("names Tesla V100-SXM2-16GB, for which there is no measured timing"), "{problem}");
        let flags = open.flags.clone();
        open.set(flags, &catalog);
        assert!(open.comparison.is_ok(), "who chooses a machine compares with it");
    }

    #[test]
    fn a_typed_value_is_taken_or_refused_with_what_is_accepted() {
        let catalog = Catalog::bundled().expect("the catalog");
        let text = include_str!("../../../tests/logs/degraded-a100-1x4-dgx-p2p-disabled.txt");
        let log = read_log("log", text).unwrap_or_else(|error| panic!("{error}"));
        let mut open = OpenLog::new("log", log, &catalog);
        for (figure, typed) in [
            (LogFigure::Channels, "many"),
            (LogFigure::Channels, "65"),
            (LogFigure::Channels, "0"),
            (LogFigure::NvlsChannels, "-1"),
            (LogFigure::Nics, "nan"),
            (LogFigure::HostTime, "3"),
            (LogFigure::HostTime, "201us"),
        ] {
            let before = open.flags.clone();
            open.type_figure(figure, typed, &catalog);
            let refused = open.refused.as_ref().unwrap_or_else(|| panic!("{typed} is taken"));
            assert!(refused.hint.starts_with("accepted"), "{refused}");
            assert!(open.flags == before && open.comparison.is_ok(), "{typed}: nothing changes");
        }
        open.type_figure(LogFigure::HostTime, "20us", &catalog);
        assert_eq!((open.refused, open.flags.host_s), (None, Some(20e-6)));
    }

    #[test]
    fn the_devices_of_a_log_suggest_a_cluster() {
        let catalog = Catalog::bundled().expect("the catalog");
        let guessed = |device: &str, ranks: u32, nodes: Option<u32>| {
            let devices = vec![device.to_owned()];
            let (flags, guess) = guess(&LogRun { devices, ranks: Some(ranks), nodes, ..LogRun::default() }, &catalog);
            assert!(guess.sentence().contains("guess"), "{}", guess.sentence());
            (flags.machine, flags.nodes, flags.gpus_per_node, flags.network)
        };
        let network = |id: &str| Some(id.to_owned());
        let rack = "gb200-nvl72".to_owned();
        assert_eq!(guessed("NVIDIA GB200", 72, Some(18)), (rack, Some(1), Some(72), None));
        assert_eq!(guessed("NVIDIA B200", 16, Some(2)), ("hgx-b200".to_owned(), Some(2), Some(8), network("ib-ndr")));
        let a100 = guessed("NVIDIA A100-SXM4-80GB", 16, None);
        assert_eq!(a100, ("dgx-a100".to_owned(), Some(2), Some(8), network("ib-hdr")));
        assert_eq!(guessed("NVIDIA H200", 8, Some(1)), ("dgx-h200".to_owned(), Some(1), Some(8), None));
        assert_eq!(guessed("Tesla V100-SXM2-16GB", 8, None).0, "dgx-h100");
    }

    #[test]
    fn ranks_split_into_nodes_of_at_most_the_machines_gpus() {
        let catalog = Catalog::bundled().expect("the catalog");
        let Some(Machine::Nvlink(machine)) = catalog.get("dgx-h100") else { panic!("a machine") };
        assert_eq!(splits(8, machine), [1, 2, 4, 8]);
        assert_eq!(splits(24, machine), [3, 4, 6, 8, 12, 24]);
        assert_eq!(splits(1024, machine), [128, 256, 512, 1024]);
    }
}
