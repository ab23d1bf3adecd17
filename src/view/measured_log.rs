//! A real log beside the model: its points, the curves of every algorithm, and the comparison.

use crate::catalog::{Catalog, Machine};
use crate::compare::{ClusterFlags, Comparison, LogCluster, compare, inputs};
use crate::formats::NcclLog;
use crate::timing::{MeasuredInputs, NcclAlgorithm, candidates, fastest};

/// Points of a curve per doubling of the message.
const PER_OCTAVE: u32 = 4;

/// busbw, GB/s, over the message's size as a power of two.
pub type Curve = Vec<(f64, f64)>;

/// A log that has been opened.
#[derive(Clone, Debug)]
pub struct OpenLog {
    /// Where it came from.
    pub name: String,
    /// What it says.
    pub log: NcclLog,
    /// The cluster that it is held against.
    pub flags: ClusterFlags,
    /// What came of it, or why there is nothing to hold it against.
    pub held: Result<Held, String>,
}

/// A log held against a cluster.
#[derive(Clone, Debug)]
pub struct Held {
    /// Errors and verdict.
    pub comparison: Comparison,
    /// The log's points.
    pub points: Curve,
    /// The model's prediction.
    pub predicted: Curve,
    /// The same for each algorithm by itself, by name.
    pub by_algorithm: Vec<(&'static str, Curve)>,
}

/// Whether a text is a log of nccl-tests rather than a scene, which begins with a parenthesis or a comment.
pub fn is_log(text: &str) -> bool {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let scene = start.starts_with('(') || start.starts_with('/') || start.starts_with("#![");
    !scene && (start.starts_with('{') || text.contains("busbw"))
}

impl OpenLog {
    /// A log, held against a machine that it may have come from.
    pub fn new(name: &str, log: NcclLog, catalog: &Catalog) -> OpenLog {
        let flags = guess(&log, catalog);
        let mut open = OpenLog { name: name.to_owned(), log, flags, held: Err(String::new()) };
        open.hold(catalog);
        open
    }

    /// Holds it against another cluster.
    pub fn set(&mut self, flags: ClusterFlags, catalog: &Catalog) {
        self.flags = flags;
        self.hold(catalog);
    }

    fn hold(&mut self, catalog: &Catalog) {
        let cluster = inputs(&self.flags, LogCluster::from(&self.log), catalog);
        self.held = cluster.map_err(|error| error.to_string()).map(|cluster| {
            let network = self.flags.network.as_deref();
            held(&self.log, compare(&self.log, &self.flags.machine, network, &cluster), &cluster)
        });
    }
}

/// A first guess from what the log names: the GPU, and as many nodes as its ranks fill.
fn guess(log: &NcclLog, catalog: &Catalog) -> ClusterFlags {
    let devices = log.devices.join(" ").to_uppercase();
    let machines = catalog.machines().iter().filter_map(|machine| match machine {
        Machine::Nvlink(machine) if !machine.nccl.is_empty() => Some(machine),
        _ => None,
    });
    let named = machines.clone().find(|machine| devices.contains(&machine.chip.to_uppercase()));
    let machine = named.or_else(|| machines.clone().find(|machine| machine.id == "dgx-h100"));
    let ranks = log.ranks.unwrap_or(8);
    let gpus = machine.map_or(8, |machine| machine.gpus.count());
    let nodes = log.nodes.unwrap_or(ranks.div_ceil(gpus)).max(1);
    ClusterFlags {
        machine: machine.map_or_else(|| "dgx-h100".to_owned(), |machine| machine.id.clone()),
        nodes: Some(nodes),
        gpus_per_node: Some((ranks / nodes).max(1)),
        network: (nodes > 1).then(|| "ib-ndr".to_owned()),
        ..ClusterFlags::default()
    }
}

fn held(log: &NcclLog, comparison: Comparison, cluster: &MeasuredInputs) -> Held {
    let ranks = f64::from(cluster.ranks());
    let busbw = |bytes: f64, seconds: f64| bytes / seconds * 2.0 * (ranks - 1.0) / ranks / 1e9;
    let rows = log.rows.iter().filter_map(|row| Some((row.message_bytes as f64, row.measured_s()?)));
    let points: Curve = rows.map(|(bytes, seconds)| (libm::log2(bytes), busbw(bytes, seconds))).collect();
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
            let all = candidates(cluster, bytes).into_iter().filter(|one| one.algorithm == algorithm);
            all.map(|one| one.time_us).min_by(f64::total_cmp)
        })
    };
    let by_algorithm = NcclAlgorithm::ALL.map(|algorithm| (algorithm.name(), of(algorithm)));
    let by_algorithm = by_algorithm.into_iter().filter(|(_, curve)| !curve.is_empty()).collect();
    let predicted = curve(&|bytes| fastest(cluster, bytes).map(|one| one.time_us));
    Held { comparison, points, predicted, by_algorithm }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::read_log;

    #[test]
    fn a_log_is_told_from_a_scene_and_held_against_its_machine() {
        let text = include_str!("../../tests/logs/degraded-a100-1x4-dgx-p2p-disabled.txt");
        assert!(is_log(text) && !is_log(include_str!("../../scenes/first-look.ron")) && !is_log("(broken"));
        let catalog = Catalog::bundled().expect("the catalog");
        let log = read_log("log", text).unwrap_or_else(|error| panic!("{error}"));
        let mut open = OpenLog::new("log", log, &catalog);
        let flags = ClusterFlags { machine: "dgx-a100".to_owned(), ..open.flags.clone() };
        open.set(flags, &catalog);
        let held = open.held.as_ref().unwrap_or_else(|problem| panic!("{problem}"));
        assert_eq!(held.points.len(), held.comparison.rows.len());
        assert!(!held.comparison.verdict.healthy);
        // What is measured lies far below the curve.
        let top = |curve: &Curve| curve.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
        assert!(top(&held.predicted) > 10.0 * top(&held.points));
        let flags = ClusterFlags { nodes: Some(3), ..open.flags.clone() };
        open.set(flags, &catalog);
        assert!(open.held.is_err());
    }
}
