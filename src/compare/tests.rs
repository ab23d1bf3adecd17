//! Comparisons of small logs, and the list of the validation.

use super::*;
use crate::catalog::Catalog;
use crate::formats::read_log;

/// A log as the model itself would give it, each time longer by a factor.
fn log_of(inputs: &MeasuredInputs, factor: f64) -> NcclLog {
    let mut text = format!(
        "# ranks: {}\n#  size  count  type  redop  root  time  algbw  busbw #wrong  time  algbw  busbw #wrong\n",
        inputs.ranks()
    );
    for exponent in 20..33 {
        let bytes = 1_u64 << exponent;
        let time_us = fastest(inputs, bytes).expect("a prediction").time_us * factor;
        let algbw = bytes as f64 / time_us / 1000.0;
        let busbw = algbw * 2.0 * f64::from(inputs.ranks() - 1) / f64::from(inputs.ranks());
        let half = format!("{time_us:.3} {algbw:.4} {busbw:.4} 0");
        text.push_str(&format!("{bytes} {} float sum -1 {half} {half}\n", bytes / 4));
    }
    read_log("made", &text).unwrap_or_else(|error| panic!("{error}"))
}

fn cluster(machine: &str, nodes: u32, network: Option<&str>) -> MeasuredInputs {
    let flags = ClusterFlags {
        machine: machine.to_owned(),
        nodes: Some(nodes),
        network: network.map(str::to_owned),
        ..ClusterFlags::default()
    };
    inputs(&flags, None, &Catalog::bundled().expect("the catalog")).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_log_of_the_model_itself_has_no_error_and_is_healthy() {
    let inputs = cluster("dgx-h100", 2, Some("ib-ndr"));
    let comparison = compare(&log_of(&inputs, 1.0), "dgx-h100", Some("ib-ndr"), &inputs);
    assert!(comparison.error_1mib_up.expect("large rows") < 1e-4, "{comparison:?}");
    assert!(comparison.verdict.healthy, "{}", comparison.verdict.text);
}

#[test]
fn an_error_is_the_mean_of_logarithms() {
    let error = error([(2.0, 1.0), (1.0, 2.0)].into_iter()).expect("two rows");
    assert!((error - 1.0).abs() < 1e-12);
    assert_eq!(super::error(std::iter::empty()), None);
}

#[test]
fn a_changed_cluster_is_told_by_the_input_that_was_changed() {
    for (machine, nodes, network, parameter, change) in [
        ("dgx-a100", 1, None, "nvlink", 5.2),
        ("dgx-a100", 1, None, "nvlink", 30.0),
        ("dgx-h100", 2, Some("ib-ndr"), "nics", 2.0),
        ("dgx-h100", 4, Some("ib-ndr"), "nics", 4.0),
    ] {
        let healthy = cluster(machine, nodes, network);
        let mut sick = healthy.clone();
        if parameter == "nics" {
            sick.nics = change;
        } else {
            sick.generation.ring_gb_s.value = change;
            sick.generation.tree_gb_s.value = change;
            sick.nvls = false;
        }
        let comparison = compare(&log_of(&sick, 1.0), machine, network, &healthy);
        let verdict = comparison.verdict;
        assert!(!verdict.healthy, "{machine}: {}", verdict.text);
        let found = verdict.change.unwrap_or_else(|| panic!("{machine}: {}", verdict.text));
        assert_eq!(found.parameter, parameter, "{}", verdict.text);
        assert!((found.explains / change - 1.0).abs() < 0.1, "{machine}: {} instead of {change}", found.explains);
    }
}

#[test]
fn clusters_that_cannot_be_compared_are_refused_with_what_would_be() {
    let catalog = Catalog::bundled().expect("the catalog");
    let flags = |machine: &str| ClusterFlags { machine: machine.to_owned(), ..ClusterFlags::default() };
    for (flags, ranks, words) in [
        (flags("dgx-h1000"), None, "accepted machines: dgx-a100"),
        (flags("wse-3"), None, "runs no NCCL"),
        (flags("vera-rubin-nvl72"), None, "knows nothing"),
        (ClusterFlags { nodes: Some(2), ..flags("dgx-h100") }, None, "ib-ndr"),
        (ClusterFlags { nodes: Some(2), network: Some("ib".to_owned()), ..flags("dgx-h100") }, None, "no network `ib`"),
        (ClusterFlags { nodes: Some(0), ..flags("dgx-h100") }, None, "accepted"),
        (ClusterFlags { gpus_per_node: Some(9), ..flags("dgx-h100") }, None, "1 to 8"),
        (ClusterFlags { nodes: Some(1), ..flags("dgx-h100") }, Some(16), "16 ranks"),
        (ClusterFlags { channels: Some(0), ..flags("dgx-h100") }, None, "1 to 64"),
        (ClusterFlags { algorithms: vec!["rings".to_owned()], ..flags("dgx-h100") }, None, "nvls-tree"),
    ] {
        let error = inputs(&flags, ranks, &catalog).expect_err("no cluster").to_string();
        assert!(error.contains(words), "{error}");
    }
}

/// Meets the bars on the real logs, where they are at hand.
#[test]
fn the_logs_of_the_validation_meet_the_bars() {
    let list = ValidationList::bundled().expect("the list");
    assert_eq!(list.logs.len(), 39);
    let Some(folder) = std::env::var_os("FABRICSCOPE_LOGS") else {
        println!("skipped: FABRICSCOPE_LOGS names no folder of logs");
        return;
    };
    let catalog = Catalog::bundled().expect("the catalog");
    let mut errors = Vec::new();
    for entry in &list.logs {
        let path = std::path::Path::new(&folder).join(format!("{}.txt", entry.log));
        let log = crate::formats::load_log(&path).unwrap_or_else(|error| panic!("{error}"));
        let flags = entry.flags();
        let inputs = inputs(&flags, log.ranks, &catalog).unwrap_or_else(|error| panic!("{}: {error}", entry.log));
        let comparison = compare(&log, &flags.machine, flags.network.as_deref(), &inputs);
        let error = 100.0 * comparison.error_1mib_up.expect("large rows");
        let specified = entry.specified_percent.expect("a figure");
        println!("{:40} {error:>6.1} % (specification {specified})", entry.log);
        assert!(error <= specified + 2.0, "{}: {error} % against {specified} %", entry.log);
        errors.push(error);
    }
    errors.sort_by(f64::total_cmp);
    assert!(errors[errors.len() / 2] <= 7.0, "median {}", errors[errors.len() / 2]);
    let mean = errors.iter().map(|error| (error / 100.0).ln_1p()).sum::<f64>() / errors.len() as f64;
    assert!(mean.exp_m1() <= 0.10, "geometric mean {}", mean.exp_m1());
}

/// A log, its machine, nodes, GPUs of each, network, algorithms; what explains it, and the value.
type Degraded =
    (&'static str, &'static str, &'static str, u32, u32, &'static str, &'static [&'static str], &'static str, f64);

/// Rows of 1 MiB and more of public logs whose clusters were not healthy, and what their authors or the model's
/// specification found.
const DEGRADED: &[Degraded] = &[
    (
        "a100-1x4-dgx-p2p-disabled",
        include_str!("../../tests/logs/degraded-a100-1x4-dgx-p2p-disabled.txt"),
        "dgx-a100",
        1,
        4,
        "",
        &[],
        "nvlink",
        5.2,
    ),
    (
        "a100pcie-1x2-nv12-badgraph-ncv4",
        include_str!("../../tests/logs/degraded-a100pcie-1x2-nv12-badgraph-ncv4.txt"),
        "dgx-a100",
        1,
        2,
        "",
        &[],
        "nvlink",
        58.7,
    ),
    (
        "a100pcie-1x4-nvlinkpairs-ncv4",
        include_str!("../../tests/logs/degraded-a100pcie-1x4-nvlinkpairs-ncv4.txt"),
        "dgx-a100",
        1,
        4,
        "",
        &[],
        "nvlink",
        30.4,
    ),
    (
        "h100-2x8-ndr-degraded-ring-issue290",
        include_str!("../../tests/logs/degraded-h100-2x8-ndr-degraded-ring-issue290.txt"),
        "dgx-h100",
        2,
        8,
        "ib-ndr",
        &["ring"],
        "nics",
        1.8,
    ),
    (
        "h200-2x8-tcp-degraded-skypilot",
        include_str!("../../tests/logs/degraded-h200-2x8-tcp-degraded-skypilot.txt"),
        "dgx-h200",
        2,
        8,
        "ib-ndr",
        &[],
        "nics",
        0.04,
    ),
    (
        "a100-16x8-coreweave-early",
        include_str!("../../tests/logs/degraded-a100-16x8-coreweave-early.txt"),
        "dgx-a100",
        16,
        8,
        "ib-hdr",
        &[],
        "nics",
        2.0,
    ),
];

#[test]
fn degraded_clusters_are_told_with_the_change_that_explains_them() {
    let catalog = Catalog::bundled().expect("the catalog");
    for &(name, text, machine, nodes, gpus, network, algorithms, parameter, value) in DEGRADED {
        let log = read_log(name, text).unwrap_or_else(|error| panic!("{error}"));
        let flags = ClusterFlags {
            machine: machine.to_owned(),
            nodes: Some(nodes),
            gpus_per_node: Some(gpus),
            network: (!network.is_empty()).then(|| network.to_owned()),
            algorithms: algorithms.iter().map(|&word| word.to_owned()).collect(),
            ..ClusterFlags::default()
        };
        let inputs = inputs(&flags, log.ranks, &catalog).unwrap_or_else(|error| panic!("{name}: {error}"));
        let verdict = compare(&log, machine, None, &inputs).verdict;
        println!("{name}: {}", verdict.text);
        assert!(!verdict.healthy, "{name}: {}", verdict.text);
        let change = verdict.change.unwrap_or_else(|| panic!("{name}: {}", verdict.text));
        assert_eq!(change.parameter, parameter, "{name}: {}", verdict.text);
        assert!((change.explains / value).ln().abs() < 0.35, "{name}: {} instead of {value}", change.explains);
    }
}
