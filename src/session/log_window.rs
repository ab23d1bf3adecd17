//! A real log beside the model: its points, the curves of every algorithm, and the comparison.

use crate::catalog::{Catalog, Machine, NvlinkMachine};
use crate::compare::{ClusterFlags, Comparison, LogCluster, compare, inputs};
use crate::nccl::{MeasuredInputs, NcclAlgorithm, busbw_ceiling_gb_s, candidates, fastest, wire_share};
use crate::nccl_log::NcclLog;

/// Points of a curve per doubling of the message.
const PER_OCTAVE: u32 = 4;

/// busbw, GB/s, over the message's size as a power of two.
pub type Curve = Vec<(f64, f64)>;

/// A log that has been opened.
#[derive(Clone, Debug)]
pub struct LogWindow {
    /// Where it came from.
    pub name: String,
    /// What it says.
    pub log: NcclLog,
    /// The cluster that it is held against.
    pub flags: ClusterFlags,
    /// What the cluster was guessed from; nothing once the user has chosen one.
    pub guessed: Option<String>,
    /// What came of it, or why there is nothing to hold it against.
    pub held: Result<LogComparison, String>,
}

/// A log held against a cluster.
#[derive(Clone, Debug)]
pub struct LogComparison {
    /// The cluster as the timing sees it.
    pub cluster: MeasuredInputs,
    /// Errors and verdict.
    pub comparison: Comparison,
    /// The log's points, row by row of the comparison.
    pub points: Curve,
    /// For each of them the rate on what the model's pick is bound by, GB/s: a GPU's NVLink port, or a node's NICs.
    pub wires_gb_s: Vec<f64>,
    /// The model's prediction.
    pub predicted: Curve,
    /// The same for each algorithm by itself, by name.
    pub by_algorithm: Vec<(&'static str, Curve)>,
    /// The busbw that no run of an algorithm can exceed, GB/s, by name.
    pub ceilings: Vec<(&'static str, f64)>,
}

impl LogComparison {
    /// Whether in-switch reduction is among what the cluster may use.
    pub fn has_nvls(&self) -> bool {
        self.by_algorithm.iter().any(|(name, _)| name.starts_with("nvls"))
    }
}

/// Whether a text is a log of nccl-tests rather than a scene. A scene is a parenthesis with a scene's fields, comments
/// before it or not; a log may begin with anything, such as `(base) user@host$` or a path.
pub fn is_log(text: &str) -> bool {
    let mut start = text.trim_start_matches('\u{feff}').trim_start();
    // What RON allows before its value: comments and attributes.
    while start.starts_with("//") || start.starts_with("#!") || start.starts_with("/*") {
        let end = if start.starts_with("/*") { start.find("*/").map(|at| at + 2) } else { start.find('\n') };
        start = end.map_or("", |end| &start[end..]).trim_start();
    }
    let fields = ["version:", "workload:", "fabrics:"];
    let scene = start.starts_with('(') && fields.iter().any(|field| text.contains(field));
    !scene
        && (text.trim_start().starts_with('{')
            || ["busbw", "_perf", "\"results\""].iter().any(|word| text.contains(word)))
}

/// Into how many equal NVLink domains of a machine so many ranks may be split.
pub fn splits(ranks: u32, machine: &NvlinkMachine) -> Vec<u32> {
    let fits = |nodes: &u32| ranks.is_multiple_of(*nodes) && ranks / nodes <= machine.gpus.count();
    (1..=ranks.min(4096)).filter(fits).collect()
}

impl LogWindow {
    /// A log, held against a machine that it may have come from.
    pub fn new(name: &str, log: NcclLog, catalog: &Catalog) -> LogWindow {
        let (flags, guessed) = guess(&log, catalog);
        let mut open =
            LogWindow { name: name.to_owned(), log, flags, guessed: Some(guessed), held: Err(String::new()) };
        open.hold(catalog);
        open
    }

    /// Holds it against another cluster.
    pub fn set(&mut self, flags: ClusterFlags, catalog: &Catalog) {
        self.flags = flags;
        self.guessed = None;
        self.hold(catalog);
    }

    fn hold(&mut self, catalog: &Catalog) {
        let mut flags = self.flags.clone();
        if flags.nodes == Some(1) {
            // What was chosen for several nodes is kept for when there are several again.
            (flags.network, flags.nics, flags.nic_gbit_s) = (None, None, None);
        }
        let cluster = inputs(&flags, LogCluster::from(&self.log), catalog);
        self.held = cluster.map_err(|error| error.to_string()).map(|cluster| {
            let comparison = compare(&self.log, &flags.machine, flags.network.as_deref(), &cluster);
            held(comparison, cluster)
        });
    }
}

/// The network that clusters of a machine usually have.
pub fn usual_network(machine: &str) -> &'static str {
    if machine == "dgx-a100" { "ib-hdr" } else { "ib-ndr" }
}

/// A first guess from what the log names, and the words for it: the GPU, and as many nodes as hosts or ranks say.
fn guess(log: &NcclLog, catalog: &Catalog) -> (ClusterFlags, String) {
    let devices = log.devices.join(" ").to_uppercase();
    let words: Vec<&str> = devices.split(|letter: char| !letter.is_ascii_alphanumeric()).collect();
    let mut machines = catalog.machines().iter().filter_map(|machine| match machine {
        Machine::Nvlink(machine) if !machine.nccl.is_empty() => Some(machine),
        _ => None,
    });
    // The chip's name is its last word, and a word of the device's: B200 is none of GB200.
    let chip = |machine: &NvlinkMachine| machine.chip.split(' ').next_back().unwrap_or_default().to_uppercase();
    let named = machines.clone().find(|machine| words.contains(&chip(machine).as_str()));
    let machine = named.or_else(|| machines.find(|machine| machine.id == "dgx-h100"));
    let (id, name) = machine.map_or(("dgx-h100", "DGX H100"), |machine| (&machine.id, &machine.name));
    let gpus = machine.map_or(8, |machine| machine.gpus.count());
    let ranks = log.ranks.unwrap_or(gpus);
    // Hosts of a rack are its trays.
    let hosts = log.nodes.filter(|_| machine.is_none_or(|machine| !machine.is_rack()));
    let nodes = hosts.unwrap_or(ranks.div_ceil(gpus)).max(1);
    let network = (nodes > 1).then(|| usual_network(id).to_owned());
    let from = match (named, hosts) {
        (Some(_), Some(_)) => "the GPUs and hosts that it names",
        (Some(_), None) => "the GPUs that it names, and its ranks",
        (None, Some(_)) => "its hosts; it names no GPU that is known here",
        (None, None) => "its ranks; it names no GPU that is known here",
    };
    let over = network.as_ref().map_or(String::new(), |network| format!(" over {network}"));
    let guessed = format!("{nodes} x {name}{over} is a guess from the log: {from}. Choose what it really was.");
    let flags = ClusterFlags {
        machine: id.to_owned(),
        nodes: Some(nodes),
        gpus_per_node: Some((ranks / nodes).max(1)),
        network,
        ..ClusterFlags::default()
    };
    (flags, guessed)
}

fn held(comparison: Comparison, cluster: MeasuredInputs) -> LogComparison {
    let ranks = f64::from(cluster.ranks());
    let busbw = |bytes: f64, seconds: f64| bytes / seconds * 2.0 * (ranks - 1.0) / ranks / 1e9;
    let rows = || comparison.rows.iter().map(|row| (row.message_bytes as f64, row));
    let points: Curve = rows().map(|(bytes, row)| (libm::log2(bytes), busbw(bytes, row.measured_s))).collect();
    let share = |picked: &str| {
        let name = picked.split('/').next().unwrap_or_default();
        NcclAlgorithm::ALL.into_iter().find(|one| one.name() == name).map_or(0.0, |one| wire_share(&cluster, one))
    };
    let wires_gb_s = rows().map(|(bytes, row)| share(&row.algorithm) * bytes / row.measured_s / 1e9).collect();
    let exponents = || {
        let of = |pick: fn(f64, f64) -> f64, first: f64| points.iter().map(|(at, _)| *at).fold(first, pick);
        let (low, high) = (of(f64::min, 40.0).floor() as u32, of(f64::max, 3.0).ceil() as u32);
        (low.min(high) * PER_OCTAVE..=high * PER_OCTAVE).map(|at| f64::from(at) / f64::from(PER_OCTAVE))
    };
    let curve = |time_us: &dyn Fn(u64) -> Option<f64>| -> Curve {
        let at = |exponent: f64| {
            let bytes = libm::exp2(exponent);
            Some((exponent, busbw(bytes, time_us(bytes as u64)? * 1e-6)))
        };
        exponents().filter_map(at).collect()
    };
    let of = |algorithm: NcclAlgorithm| {
        curve(&|bytes| {
            let all = candidates(&cluster, bytes).into_iter().filter(|one| one.algorithm == algorithm);
            all.map(|one| one.time_us).min_by(f64::total_cmp)
        })
    };
    let by_algorithm = NcclAlgorithm::ALL.map(|algorithm| (algorithm.name(), of(algorithm)));
    let by_algorithm: Vec<_> = by_algorithm.into_iter().filter(|(_, curve)| !curve.is_empty()).collect();
    let predicted = curve(&|bytes| fastest(&cluster, bytes).map(|one| one.time_us));
    let allowed = NcclAlgorithm::ALL.into_iter().filter(|one| cluster.algorithms.contains(one));
    let ceilings = allowed.filter_map(|one| Some((one.name(), busbw_ceiling_gb_s(&cluster, one)?))).collect();
    LogComparison { comparison, points, wires_gb_s, predicted, by_algorithm, ceilings, cluster }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nccl_log::read_log;

    #[test]
    fn a_log_is_told_from_a_scene_and_held_against_its_machine() {
        let text = include_str!("../../tests/logs/degraded-a100-1x4-dgx-p2p-disabled.txt");
        assert!(is_log(text) && !is_log(include_str!("../../scenes/first-look.ron")) && !is_log("(broken"));
        for before in ["(base) user@host$ ./run\n", "/opt/nccl-tests/build/all_reduce_perf -b 8\n", "// notes\n", "\n"]
        {
            assert!(is_log(&format!("{before}{text}")), "{before}");
        }
        assert!(is_log("mpirun all_reduce_perf\n{\"results\": []}") && is_log("{}"));
        assert!(!is_log("// about busbw\n#![enable(implicit_some)]\n(version: 1, title: \"busbw\", fabrics: [])"));
        let catalog = Catalog::bundled().expect("the catalog");
        let log = read_log("log", text).unwrap_or_else(|error| panic!("{error}"));
        let mut open = LogWindow::new("log", log, &catalog);
        assert!(open.guessed.is_some(), "said to be a guess");
        let flags = ClusterFlags { machine: "dgx-a100".to_owned(), ..open.flags.clone() };
        open.set(flags, &catalog);
        assert_eq!(open.guessed, None);
        let held = open.held.as_ref().unwrap_or_else(|problem| panic!("{problem}"));
        assert_eq!(held.points.len(), held.comparison.rows.len());
        assert_eq!(held.points.len(), held.wires_gb_s.len());
        assert!(!held.comparison.verdict.healthy && !held.has_nvls());
        // What is measured lies far below the curve, and the curves below their ceilings.
        let top = |curve: &Curve| curve.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
        assert!(top(&held.predicted) > 10.0 * top(&held.points));
        for ((name, curve), (_, ceiling)) in held.by_algorithm.iter().zip(&held.ceilings) {
            assert!(top(curve) <= *ceiling, "{name}: {} above {ceiling}", top(curve));
        }
        let flags = ClusterFlags { nodes: Some(3), ..open.flags.clone() };
        open.set(flags, &catalog);
        assert!(open.held.is_err());
    }

    #[test]
    fn a_cluster_is_guessed_from_the_devices_of_a_log() {
        let catalog = Catalog::bundled().expect("the catalog");
        let guessed = |device: &str, ranks: u32, nodes: Option<u32>| {
            let devices = vec![device.to_owned()];
            let (flags, words) = guess(&NcclLog { devices, ranks: Some(ranks), nodes, ..NcclLog::default() }, &catalog);
            assert!(words.contains("guess"), "{words}");
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
    fn ranks_split_into_nodes_that_the_machine_has_room_for() {
        let catalog = Catalog::bundled().expect("the catalog");
        let Some(Machine::Nvlink(machine)) = catalog.get("dgx-h100") else { panic!("a machine") };
        assert_eq!(splits(8, machine), [1, 2, 4, 8]);
        assert_eq!(splits(24, machine), [3, 4, 6, 8, 12, 24]);
        assert_eq!(splits(1024, machine), [128, 256, 512, 1024]);
    }
}
