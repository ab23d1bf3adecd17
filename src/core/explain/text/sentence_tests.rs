//! Tests of the sentences of explanations on bundled scenes.

use crate::catalog::Catalog;
use crate::explain::explain;
use crate::scene::{Setting, read_scene};
use crate::solve::solve;

/// The sentences of one fabric of a scene with settings.
fn sentences(scene: &str, settings: &[&str], fabric: usize) -> Vec<String> {
    let catalog = Catalog::bundled().expect("the catalog");
    let document = read_scene(&crate::in_repository(&format!("scenes/{scene}.ron")), &catalog);
    let settings: Vec<Setting> = settings.iter().map(|text| Setting::parse(text).expect("a setting")).collect();
    let document = document.and_then(|document| document.with(&settings, &catalog));
    let runs = solve(&document.unwrap_or_else(|diagnostics| panic!("{diagnostics}")).scene);
    explain(&runs[fabric]).unwrap_or_else(|error| panic!("{error}")).sentences
}

#[test]
fn sentences_name_shares_re_runs_bounds_and_root_causes() {
    let slow_nic = "fabrics.0.faults=[(link: \"NIC 3 of node 1 -> leaf\", capacity: 0.5)]";
    let halving = [
        "fabrics.0.machine=dgx-a100",
        "fabrics.0.nodes=4",
        "fabrics.0.network=ib-ndr",
        "fabrics.0.algorithm=halving-doubling",
        "workload.message=256MiB",
        "workload.replicas=32",
        slow_nic,
    ];
    let cases: [(&str, &[&str], usize, &str); 9] = [
        ("cluster", &[], 0, "Twice the capacity would save only 10 % (re-run). PCIe/C2C is then the bottleneck."),
        ("first-look", &halving, 0, "1 % more capacity adds 0.10 %: another path takes over."),
        (
            "first-look",
            &halving,
            0,
            "NIC 3 of node 1 → leaf runs at half its rate and takes 79 % of the time. Repaired: ",
        ),
        (
            "claims/narrow-cut",
            &[],
            0,
            "All but 0.08 % of the time is spent on links: 67 % contention, 33 % serialization. 1 % more",
        ),
        ("small-vector", &[], 1, "Nearly all of the time is latency of NVLink. "),
        (
            "small-vector",
            &[],
            0,
            "cores adding and delivering. 1 % faster cores save 0.50 %. Cores twice as fast would",
        ),
        (
            "claims/scalar-8-gpus",
            &[],
            0,
            "The run reaches its plan bound of 15.39 µs. The fabric bound is 2.202 µs, 14 % of the time.",
        ),
        (
            "first-look",
            &["fabrics.1.faults=[(chip: \"strip 2\", start_delay: \"30us\")]"],
            1,
            "strip 2 starts 30 µs late, 9.9 % of the time. On time: 271.1 µs, 9.9 % less (re-run).",
        ),
        (
            "first-look",
            &[
                "fabrics.0.algorithm=ring",
                "fabrics.0.faults=[(traffic: (from: \"GPU 0\", to: \"GPU 1\", rate: \"300GB/s\"))]",
            ],
            0,
            "Other traffic sends 300 GB/s from GPU 0 to GPU 1. Without it: 2.095 ms, 33 % less (re-run).",
        ),
    ];
    for (scene, settings, fabric, text) in cases {
        let sentences = sentences(scene, settings, fabric);
        assert!(sentences.iter().any(|sentence| sentence.contains(text)), "{scene}: {text} is not in {sentences:#?}");
    }
}

#[test]
fn fitted_rates_are_not_called_links() {
    let measured = sentences("claims/four-nodes-or-two", &[], 1);
    let text = "bytes passing NCCL's channels (a fitted rate, not a link). 1 % more of that rate";
    assert!(measured[0].contains(text), "{measured:?}");
}
