//! The engine against the formulas of the measured timing: what is drawn must be what is timed.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::*;
use crate::catalog::Catalog;

/// A cluster as a scene: machine, most nodes, network.
const CLUSTERS: [(&str, u32, &str); 7] = [
    ("dgx-a100", 1, ""),
    ("dgx-h100", 1, ""),
    ("hgx-b200", 1, ""),
    ("gb200-nvl72", 1, ""),
    ("dgx-a100", 6, "ib-hdr"),
    ("dgx-h100", 6, "ib-ndr"),
    ("hgx-b200", 6, "roce-400"),
];

fn document(machine: &str, nodes: u32, gpus: u32, network: &str, message: u64, algorithm: &str) -> SceneDocument {
    let network = if network.is_empty() { "None".to_owned() } else { format!("Some(\"{network}\")") };
    let text = format!(
        "(version: 1, title: \"t\", workload: (message: \"{message}B\", replicas: {}), fabrics: [(name: \"f\",
          machine: \"{machine}\", nodes: {nodes}, network: {network}, algorithm: \"{algorithm}\", timing: \"measured\")])",
        nodes * gpus
    );
    parse_scene("t", &text, &Catalog::bundled().expect("the catalog")).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Plays the fabric, and answers the engine's time, the formula's, and the algorithm.
fn both_us(document: &SceneDocument) -> (f64, f64, String) {
    let run = &solve(&document.scene)[0];
    let result = run.result().unwrap_or_else(|| panic!("{:?}", run.outcome));
    let FabricKind::Chips(chips) = &run.scene.kind else { panic!("chips") };
    let inputs = chips.measured.as_ref().expect("measured");
    let candidate = measured::candidate(inputs, chips.algorithm, document.scene.message).expect("a candidate");
    (result.time.secs() * 1e6, candidate.time_us, run.algorithm.clone())
}

#[test]
fn the_engine_takes_what_the_formula_says() {
    let mut random = Pcg64Mcg::seed_from_u64(7);
    for number in 0..200 {
        let (machine, most, network) = CLUSTERS[number % CLUSTERS.len()];
        let nodes = if most > 1 { random.random_range(2..=most) } else { 1 };
        let gpus = match machine {
            "gb200-nvl72" => 72,
            _ => [2, 4, 8, 8][random.random_range(0..4_usize)],
        };
        let message = 1_u64 << random.random_range(3..34_u32);
        let message = message + random.random_range(0..message);
        let document = document(machine, nodes, gpus, network, message, "auto");
        for (id, _) in choices(&document.scene.fabrics[0].kind) {
            if id.starts_with("nvls") && message < 1 << 20 {
                continue;
            }
            let setting = Setting { path: "fabrics.0.algorithm".to_owned(), value: id.to_owned() };
            let document =
                document.with(&[setting], &Catalog::bundled().expect("the catalog")).expect("a choice of the list");
            let (engine_us, formula_us, _) = both_us(&document);
            let allowed = if id == "ring" { 1e-3 } else { 1e-2 };
            assert!(
                (engine_us / formula_us - 1.0).abs() <= allowed,
                "{id} on {nodes} x {gpus} {machine} {network}, {message} B: engine {engine_us}, formula {formula_us}"
            );
        }
    }
}

#[test]
fn vectors_of_the_specification_are_played() {
    for (machine, nodes, network, message, algorithm, expected_us) in [
        ("dgx-h100", 1, "", 65_536, "ring", 19.1947),
        ("dgx-h100", 1, "", 16_777_216, "ring", 113.7464),
        ("dgx-h100", 1, "", 1_073_741_824, "nvls", 4014.2380),
        ("dgx-h100", 2, "ib-ndr", 8, "double-binary-tree", 24.3685),
        ("dgx-h100", 2, "ib-ndr", 134_217_728, "nvls-tree", 725.0568),
        ("dgx-a100", 1, "", 1_073_741_824, "ring", 8232.9311),
        ("dgx-a100", 2, "ib-hdr", 1_073_741_824, "double-binary-tree", 10532.7351),
    ] {
        let (engine_us, _, picked) = both_us(&document(machine, nodes, 8, network, message, "auto"));
        println!(
            "{nodes} x {machine}, {message} B: expected {algorithm} {expected_us} µs, got {picked} {engine_us} µs"
        );
        assert_eq!(picked, algorithm);
        let allowed = if algorithm == "ring" { 1e-3 } else { 1e-2 };
        assert!((engine_us / expected_us - 1.0).abs() <= allowed);
    }
}
