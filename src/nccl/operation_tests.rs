//! Operations other than all-reduce: the twenty vectors of the model's specification, and the sixty public tables.

use crate::catalog::NcclTiming;
use crate::nccl::*;

/// A cluster: GPUs, nodes, GPUs per node, network, NICs per node, Gb/s per NIC.
type Cluster<'a> = (&'a str, u32, u32, &'a str, f64, f64);

fn inputs(timing: &NcclTiming, (generation, nodes, gpus, network, nics, nic_gbit_s): Cluster) -> MeasuredInputs {
    let network =
        (nodes > 1).then(|| NodeNics { timing: timing.network(network).expect("a network"), nics, nic_gbit_s });
    let generation = timing.generation(generation).expect("a generation");
    MeasuredInputs::with_usual_channels(generation, nodes, gpus, network)
}

/// Operation, cluster, release of NCCL, channels per remote peer (0 by the rule), bytes, protocol, µs.
type Vector = (Collective, Cluster<'static>, u32, u32, u64, &'static str, f64);

const NONE: (&str, f64, f64) = ("", 0.0, 400.0);

const fn one(generation: &'static str, gpus: u32) -> Cluster<'static> {
    (generation, 1, gpus, NONE.0, NONE.1, NONE.2)
}

const fn several(generation: &'static str, nodes: u32, network: &'static str, nic_gbit_s: f64) -> Cluster<'static> {
    (generation, nodes, 8, network, 8.0, nic_gbit_s)
}

const GIB: u64 = 1 << 30;
const MIB: u64 = 1 << 20;

#[rustfmt::skip]
const VECTORS: [Vector; 20] = [
    (Collective::AllGather, one("h100", 8), 27, 0, 65_536, "LL", 12.6420),
    (Collective::AllGather, one("h100", 8), 27, 0, 16 * MIB, "LL128", 67.3406),
    (Collective::AllGather, one("h100", 8), 27, 0, GIB, "Simple", 2829.1151),
    (Collective::AllGather, one("a100", 2), 27, 0, 512 * MIB, "Simple", 1657.1906),
    (Collective::ReduceScatter, one("b200", 8), 27, 0, 4 * MIB, "LL", 33.4802),
    (Collective::ReduceScatter, one("b200", 8), 27, 0, 8 * GIB, "Simple", 12197.3161),
    (Collective::AllGather, several("h100", 2, "ndr", 400.0), 27, 0, MIB, "LL128", 58.7183),
    (Collective::AllGather, several("b200", 2, "roce400", 400.0), 27, 0, 128 * MIB, "LL128", 442.0008),
    (Collective::ReduceScatter, several("b200", 4, "ndr", 400.0), 27, 0, 4 * GIB, "Simple", 10907.9346),
    (Collective::AllGather, several("a100", 2, "hdr", 200.0), 27, 0, GIB, "Simple", 5691.5815),
    (Collective::AllToAll, one("h100", 8), 27, 0, MIB, "LL", 14.7385),
    (Collective::AllToAll, one("h100", 8), 27, 0, 256 * MIB, "Simple", 758.1759),
    (Collective::AllToAll, one("b200", 8), 27, 0, 4 * GIB, "Simple", 5567.3899),
    (Collective::AllToAll, one("b200", 64), 27, 0, 16 * GIB, "Simple", 24956.1536),
    (Collective::AllToAll, several("b200", 2, "ndr", 400.0), 27, 1, 64 * MIB, "Simple", 1552.6986),
    (Collective::AllToAll, several("h100", 4, "ndr", 400.0), 29, 0, GIB, "Simple", 18603.8649),
    (Collective::SendRecv, one("b200", 8), 27, 0, 64 * MIB, "Simple", 829.4456),
    (Collective::SendRecv, several("b200", 8, "ndr", 400.0), 29, 0, 64 * MIB, "Simple", 2426.5463),
    (Collective::Broadcast, one("a100", 8), 27, 0, 64 * MIB, "LL128", 364.8450),
    (Collective::Reduce, one("h100", 8), 27, 0, GIB, "Simple", 3065.2651),
];

#[test]
fn the_twenty_vectors_of_other_operations() {
    let timing = NcclTiming::bundled().expect("the constants");
    for (collective, cluster, nccl_minor, peer_channels, bytes, protocol, expected_us) in VECTORS {
        let mut inputs = inputs(&timing, cluster);
        inputs.collective = collective;
        inputs.nccl_minor = nccl_minor;
        inputs.net_peer_channels = (peer_channels > 0).then_some(peer_channels);
        let found = fastest(&inputs, bytes).expect("a candidate");
        let name = format!("{collective:?} of {bytes} bytes on {cluster:?}");
        assert!((found.time_us / expected_us - 1.0).abs() < 1e-4, "{name}: {} µs, not {expected_us}", found.time_us);
        assert_eq!(found.protocol.name(), protocol, "{name}");
    }
}

/// The tables: sources stand in `tests/logs/README.md`.
const LIST: &str = include_str!("../../tests/logs/operations-list.csv");
const ROWS: &str = include_str!("../../tests/logs/operations.csv");

/// A table of the list.
struct Table {
    name: String,
    operation: String,
    inputs: MeasuredInputs,
    /// A host that drives all GPUs from one thread cannot launch faster, µs.
    floor_us: f64,
}

impl Table {
    fn new(line: &str, timing: &NcclTiming) -> Table {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |index: usize| fields[index].parse::<f64>().expect("a number");
        let cluster = (fields[2], number(3) as u32, number(4) as u32, fields[5], number(6), number(7));
        let mut inputs = inputs(timing, cluster);
        inputs.nccl_minor = number(8) as u32;
        inputs.net_peer_channels = Some(number(9) as u32).filter(|&channels| channels > 0);
        if fields[11] == "Simple" {
            inputs.protocols = vec![Protocol::Simple];
        }
        Table { name: fields[0].to_owned(), operation: fields[1].to_owned(), inputs, floor_us: number(10) }
    }

    fn predicted_us(&self, bytes: u64) -> f64 {
        let calls = match self.operation.as_str() {
            "one-way" => Some(Calls::Unanswered),
            "scatter" => Some(Calls::Scatter),
            _ => None,
        };
        let time_us = match calls {
            Some(calls) => calls_us(&self.inputs, calls, bytes).expect("a time"),
            None => {
                let known = Collective::ALL.into_iter().find(|collective| collective.as_str() == self.operation);
                let inputs = MeasuredInputs { collective: known.expect("an operation"), ..self.inputs.clone() };
                fastest(&inputs, bytes).expect("a candidate").time_us
            }
        };
        time_us.max(self.floor_us)
    }

    /// exp(mean |ln(predicted / measured)|) - 1 over the rows from `least` bytes on, in percent.
    fn error_percent(&self, least: u64) -> f64 {
        let rows = ROWS.lines().filter_map(|line| line.strip_prefix(&self.name)?.strip_prefix(',')?.split_once(','));
        let rows = rows.map(|(bytes, us)| (bytes.parse::<u64>().expect("a size"), us.parse::<f64>().expect("a time")));
        let errors: Vec<f64> = rows
            .filter(|(bytes, _)| *bytes >= least)
            .map(|(bytes, us)| (self.predicted_us(bytes) / us).ln().abs())
            .collect();
        assert!(!errors.is_empty(), "{}", self.name);
        100.0 * (errors.iter().sum::<f64>() / errors.len() as f64).exp_m1()
    }
}

/// The geometric mean of errors, none of which counts as less than one percent.
fn geometric_mean(percents: &[f64]) -> f64 {
    (percents.iter().map(|percent| percent.max(1.0).ln()).sum::<f64>() / percents.len() as f64).exp()
}

#[test]
fn the_sixty_tables_meet_the_error_target() {
    let timing = NcclTiming::bundled().expect("the constants");
    let tables: Vec<Table> = LIST.lines().skip(1).map(|line| Table::new(line, &timing)).collect();
    assert_eq!(tables.len(), 60);
    let large: Vec<f64> = tables.iter().map(|table| table.error_percent(MIB)).collect();
    let all: Vec<f64> = tables.iter().map(|table| table.error_percent(0)).collect();
    for ((table, large), all) in tables.iter().zip(&large).zip(&all) {
        println!("{:40} {:14} {large:>5.1} % {all:>5.1} %", table.name, table.operation);
    }
    let mut sorted = large.clone();
    sorted.sort_by(f64::total_cmp);
    let (median, mean, mean_of_all) = (sorted[30], geometric_mean(&large), geometric_mean(&all));
    println!("from 1 MiB on: median {median:.1} %, geometric mean {mean:.1} %; all sizes {mean_of_all:.1} %");
    assert!(median <= 6.5 && mean <= 7.0 && mean_of_all <= 8.0);
}
