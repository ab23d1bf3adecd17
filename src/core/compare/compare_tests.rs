//! Tests of comparisons with logs that the model itself made.

use crate::catalog::Catalog;
use crate::compare::*;
use crate::nccl::{MeasuredInputs, fastest};
use crate::nccl_log::{LogRun, read_log};

/// A log with the times of the model, each multiplied by a factor.
fn log_of(inputs: &MeasuredInputs, factor: f64) -> LogRun {
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
    let log = read_log("made", &text).unwrap_or_else(|error| panic!("{error}"));
    log.runs.into_iter().next().expect("a run")
}

fn catalog() -> Catalog {
    Catalog::bundled().expect("the catalog")
}

fn cluster_of(machine: &str, nodes: u32, network: Option<&str>) -> Cluster {
    let flags = ClusterFlags {
        machine: machine.to_owned(),
        nodes: Some(nodes),
        network: network.map(str::to_owned),
        ..ClusterFlags::default()
    };
    cluster(&flags, &LogCluster::default(), &Catalog::bundled().expect("the catalog"))
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_log_of_the_model_is_healthy_without_error() {
    let inputs = cluster_of("dgx-h100", 2, Some("ib-ndr"));
    let comparison = compare(&log_of(&inputs.inputs, 1.0), &inputs, &catalog());
    assert!(comparison.error_1mib_up.expect("large rows") < 1e-4, "{comparison:?}");
    assert!(comparison.verdict.healthy, "{}", comparison.verdict.text);
}

#[test]
fn an_error_is_the_mean_of_logarithms() {
    let error = mean_error([(2.0, 1.0), (1.0, 2.0)].into_iter()).expect("two rows");
    assert!((error - 1.0).abs() < 1e-12);
    assert_eq!(mean_error(std::iter::empty()), None);
}

#[test]
fn a_changed_input_is_found() {
    for (machine, nodes, network, parameter, change) in [
        ("dgx-a100", 1, None, "nvlink", 5.2),
        ("dgx-a100", 1, None, "nvlink", 30.0),
        ("dgx-h100", 1, None, "nvls", 0.0),
        ("dgx-h100", 2, Some("ib-ndr"), "nvls", 0.0),
        ("hgx-b200", 1, None, "nvls", 0.0),
        ("hgx-b200", 2, Some("ib-ndr"), "nvls", 0.0),
        ("dgx-h100", 2, Some("ib-ndr"), "nics", 2.0),
        ("dgx-h100", 4, Some("ib-ndr"), "nics", 4.0),
        // One NIC of eight at this share of its rate, which the others wait for.
        ("dgx-h100", 8, Some("ib-ndr"), "one-nic", 0.55),
        ("dgx-a100", 4, Some("ib-hdr"), "one-nic", 0.6),
        ("dgx-h100", 2, Some("ib-ndr"), "tcp", 0.3),
        ("dgx-a100", 4, Some("ib-hdr"), "tcp", 0.06),
    ] {
        let healthy_cluster = cluster_of(machine, nodes, network);
        let healthy = &healthy_cluster.inputs;
        let mut slow_cluster = healthy.clone();
        match parameter {
            "nics" | "tcp" => slow_cluster.nics = change,
            "one-nic" => slow_cluster.nics = change * healthy.nics,
            "nvls" => slow_cluster.nvls = false,
            _ => {
                slow_cluster.generation.ring_gb_s.value = change;
                slow_cluster.generation.tree_gb_s.value = change;
                slow_cluster.nvls = false;
            }
        }
        let verdict = compare(&log_of(&slow_cluster, 1.0), &healthy_cluster, &catalog()).verdict;
        assert_eq!(verdict.state, VerdictState::Below, "{machine}: {}", verdict.text);
        let found = verdict.change.unwrap_or_else(|| panic!("{machine}: {}", verdict.text));
        assert_eq!(found.parameter.as_str(), parameter, "{}", verdict.text);
        let off = if change > 0.0 { (found.explains / change - 1.0).abs() } else { found.explains };
        assert!(off < 0.1, "{machine}: {} instead of {change}", found.explains);
    }
}

#[test]
fn a_log_of_another_machine_is_not_called_healthy() {
    let (named, real) = (cluster_of("dgx-a100", 1, None), cluster_of("dgx-h100", 1, None));
    let verdict = compare(&log_of(&real.inputs, 1.0), &named, &catalog()).verdict;
    assert_eq!(verdict.state, VerdictState::Faster, "{}", verdict.text);
    assert!(!verdict.healthy && verdict.text.contains("probably not that of the log"), "{}", verdict.text);
}

#[test]
fn slow_messages_below_32_mib_have_their_own_state() {
    let cluster = cluster_of("dgx-h100", 1, None);
    let mut log = log_of(&cluster.inputs, 1.0);
    for row in log.rows.iter_mut().filter(|row| row.message_bytes < 32 << 20) {
        row.out_of_place_s = row.out_of_place_s.map(|time| 10.0 * time);
        row.in_place_s = None;
    }
    let verdict = compare(&log, &cluster, &catalog()).verdict;
    assert_eq!(verdict.state, VerdictState::SlowBelow32Mib, "{}", verdict.text);
    // A host with an extra cost per call.
    let slow = MeasuredInputs { host_s: 300e-6, ..cluster.inputs.clone() };
    let verdict = compare(&log_of(&slow, 1.0), &cluster, &catalog()).verdict;
    let change = verdict.change.unwrap_or_else(|| panic!("{}", verdict.text));
    assert_eq!(change.parameter, ChangedInput::Host, "{}", verdict.text);
    assert!((change.explains / 300.0 - 1.0).abs() < 0.1, "{}", verdict.text);
}

#[test]
fn wrong_values_beyond_the_largest_number_are_still_wrong() {
    let cluster = cluster_of("dgx-h100", 1, None);
    let mut log = log_of(&cluster.inputs, 1.0);
    log.rows.iter_mut().for_each(|row| row.wrong = Some(u64::MAX));
    let verdict = compare(&log, &cluster, &catalog()).verdict;
    assert_eq!((verdict.state, verdict.healthy), (VerdictState::WrongSums, false), "{}", verdict.text);
}

#[test]
fn a_log_without_large_rows_is_unknown() {
    let cluster = cluster_of("dgx-h100", 1, None);
    let mut log = log_of(&cluster.inputs, 1.0);
    log.rows.iter_mut().for_each(|row| row.message_bytes = 1024);
    let verdict = compare(&log, &cluster, &catalog()).verdict;
    assert_eq!((verdict.state, verdict.healthy), (VerdictState::Unknown, false), "{}", verdict.text);
}

#[test]
fn hosts_and_ranks_of_a_log_give_nodes_and_gpus() {
    let catalog = Catalog::bundled().expect("the catalog");
    let flags = |machine: &str| ClusterFlags {
        machine: machine.to_owned(),
        network: Some("ib-ndr".to_owned()),
        ..ClusterFlags::default()
    };
    let shape = |flags: &ClusterFlags, ranks, hosts| {
        let log = LogCluster { ranks, hosts, ..LogCluster::default() };
        let inputs = cluster(flags, &log, &catalog).unwrap_or_else(|error| panic!("{error}")).inputs;
        (inputs.nodes, inputs.gpus_per_node, inputs.nics)
    };
    assert_eq!(shape(&flags("dgx-h100"), Some(8), Some(2)), (2, 4, 4.0));
    assert_eq!(shape(&flags("dgx-h100"), Some(32), None), (4, 8, 8.0));
    assert_eq!(shape(&ClusterFlags { nodes: Some(2), ..flags("dgx-h100") }, Some(4), None), (2, 2, 2.0));
    assert_eq!(shape(&ClusterFlags { gpus_per_node: Some(4), ..flags("dgx-h100") }, Some(16), None), (4, 4, 4.0));
    // Trays of a rack are not nodes.
    let rack = ClusterFlags { network: None, ..flags("gb200-nvl72") };
    assert_eq!(shape(&rack, Some(72), Some(18)), (1, 72, 0.0));
    let kestrel = ClusterFlags { network: Some("slingshot-200".to_owned()), ..flags("dgx-h100") };
    assert_eq!(shape(&kestrel, Some(64), Some(16)), (16, 4, 2.0));
}

#[test]
fn clusters_without_a_model_are_rejected_with_a_hint() {
    let catalog = Catalog::bundled().expect("the catalog");
    let flags = |machine: &str| ClusterFlags { machine: machine.to_owned(), ..ClusterFlags::default() };
    let pair = ClusterFlags { nodes: Some(2), network: Some("ib-ndr".to_owned()), ..flags("dgx-h100") };
    for (flags, ranks, words) in [
        (flags("dgx-h1000"), None, "accepted machines: dgx-a100"),
        (flags("wse-3"), None, "does not run NCCL"),
        (flags("vera-rubin-nvl72"), None, "no measured timing"),
        (ClusterFlags { nodes: Some(2), ..flags("dgx-h100") }, None, "ib-ndr"),
        (
            ClusterFlags { nodes: Some(2), network: Some("ib".to_owned()), ..flags("dgx-h100") },
            None,
            "unknown network `ib`",
        ),
        (ClusterFlags { nodes: Some(0), ..flags("dgx-h100") }, None, "accepted"),
        (ClusterFlags { gpus_per_node: Some(9), ..flags("dgx-h100") }, None, "1 to 8"),
        (ClusterFlags { nodes: Some(1), ..flags("dgx-h100") }, Some(16), "16 ranks"),
        (ClusterFlags { channels: Some(0), ..flags("dgx-h100") }, None, "1 to 64"),
        (ClusterFlags { algorithms: vec!["rings".to_owned()], ..flags("dgx-h100") }, None, "nvls-tree"),
        (ClusterFlags { algorithms: vec!["nvls".to_owned()], ..flags("dgx-a100") }, None, "accepted: ring, tree"),
        (
            ClusterFlags { algorithms: vec!["nvls-tree".to_owned()], ..flags("dgx-h100") },
            None,
            "accepted: ring, tree, nvls",
        ),
        (ClusterFlags { network: Some("xx".to_owned()), ..flags("dgx-h100") }, None, "unknown network `xx`"),
        (ClusterFlags { network: Some("ib-ndr".to_owned()), ..flags("dgx-h100") }, None, "uses no network"),
        (ClusterFlags { nics: Some(f64::NAN), ..flags("dgx-h100") }, None, "no NICs"),
        (ClusterFlags { nics: Some(f64::NAN), ..pair.clone() }, None, "8 NICs of 400"),
        (ClusterFlags { nics: Some(16.0), ..pair.clone() }, None, "8 NICs of 400"),
        (ClusterFlags { nic_gbit_s: Some(0.0), ..pair.clone() }, None, "above 0"),
    ] {
        let log = LogCluster { ranks, ..LogCluster::default() };
        let error = cluster(&flags, &log, &catalog).expect_err("no cluster").to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_scene_and_a_comparison_use_the_same_cluster() {
    use crate::scene::{FabricKind, parse_scene};
    let catalog = Catalog::bundled().expect("the catalog");
    let networks: Vec<&str> =
        catalog.networks().filter(|network| !network.nccl.is_empty()).map(|network| network.id.as_str()).collect();
    for (machine, gpus) in [("dgx-a100", 8), ("dgx-h100", 8), ("dgx-h100", 4), ("dgx-h100", 3), ("hgx-b200", 1)] {
        for network in &networks {
            for nics in [None, Some(1.5)] {
                let flags = ClusterFlags {
                    machine: machine.to_owned(),
                    nodes: Some(4),
                    gpus_per_node: Some(gpus),
                    network: Some((*network).to_owned()),
                    nics,
                    ..ClusterFlags::default()
                };
                let compared =
                    cluster(&flags, &LogCluster::default(), &catalog).unwrap_or_else(|error| panic!("{error}"));
                let params = nics.map_or(String::new(), |nics| format!("nics: {nics}"));
                let text = format!(
                    "(version: 1, title: \"t\", workload: (message: \"1MiB\", replicas: {}), fabrics: [(name: \"f\",
                      machine: \"{machine}\", nodes: 4, network: Some(\"{network}\"), algorithm: \"ring\",
                      timing: \"measured\", params: ({params}))])",
                    4 * gpus
                );
                let scene =
                    parse_scene("t", &text, &catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}")).scene;
                let FabricKind::Chips(chips) = &scene.fabrics[0].kind else { panic!("chips") };
                assert_eq!(chips.measured.as_deref(), Some(&compared.inputs), "{machine} {gpus} {network} {nics:?}");
            }
        }
    }
}

/// The report of a text, with the machine that the text names.
fn reported(text: &str) -> Result<LogReport, ClusterError> {
    let log = read_log("log.txt", text).expect("a log");
    report(&log.runs, &ClusterFlags::default(), Vec::new(), &catalog())
}

#[test]
fn a_run_of_one_rank_is_left_out_and_said() {
    let devices = |ranks: u32, name: &str| {
        (0..ranks)
            .map(|rank| format!("#  Rank  {rank} Group  0 Pid 7 on h device  {rank} [0x0{rank}] {name}\n"))
            .collect::<String>()
    };
    let run = |ranks: u32, rates: &str| {
        let header = "# size count type redop root time algbw busbw #wrong time algbw busbw #wrong\n";
        let row = format!("1073741824 268435456 float sum -1 5000.0 {rates} 0 5000.0 {rates} 0\n");
        format!("# Using devices\n{}{header}{row}", devices(ranks, "NVIDIA H100 80GB HBM3"))
    };
    let both = reported(&[run(1, "214.75 0.00"), run(8, "214.75 375.81")].concat()).expect("a report");
    assert_eq!((both.first.gpus_per_node, both.runs.len()), (8, 0));
    assert!(both.notes.iter().any(|note| note.contains("one rank")), "{:?}", both.notes);
    let error = reported(&run(1, "214.75 0.00")).expect_err("one rank");
    assert!(error.problem.contains("one rank") && error.hint.contains("MPI=1"), "{error:?}");
    // The error names what was read even if there is no model for the GPUs.
    let amd = run(8, "214.75 375.81").replace("NVIDIA H100 80GB HBM3", "AMD Instinct MI300X");
    let amd = format!("RCCL version : 2.22.3\n{amd}");
    let error = reported(&amd).expect_err("no model");
    assert!(error.problem.ends_with("1 row of an all-reduce of 8 ranks, at most 375.8 GB/s of busbw"), "{error:?}");
    assert!(error.hint.contains("mi300x-8"), "{error:?}");
}
