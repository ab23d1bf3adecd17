//! Large clusters: measured trees run on 100,000 GPUs, and what is refused names a number of ranks that fits.

use crate::catalog::Catalog;
use crate::collective::PlanError;
use crate::scene::{Scene, parse_scene};
use crate::simulate::SimulateError;
use crate::solve::*;

fn scene(ranks: u32, machine: &str, extra: &str) -> Scene {
    let text = format!(
        "(version: 1, title: \"t\", workload: (message: \"1GiB\", replicas: {ranks}), fabrics: [(name: \"A\", \
         machine: \"{machine}\"{extra})])"
    );
    let catalog = Catalog::bundled().expect("the bundled catalog");
    parse_scene("test.ron", &text, &catalog).unwrap_or_else(|faults| panic!("{faults}")).scene
}

fn cluster(gpus: u32, algorithm: &str, extra: &str) -> FabricRun {
    let nodes = gpus / 8;
    let extra = format!(", nodes: {nodes}, network: \"ib-ndr\", algorithm: \"{algorithm}\"{extra}");
    solve(&scene(gpus, "dgx-h100", &extra)).remove(0)
}

fn time_s(run: &FabricRun) -> f64 {
    run.result().unwrap_or_else(|| panic!("{:?}", run.outcome)).time.secs()
}

const MEASURED: &str = ", timing: \"measured\"";

#[test]
fn measured_trees_run_on_a_hundred_thousand_gpus() {
    for algorithm in ["double-binary-tree", "nvls-tree"] {
        // Twice as many nodes add levels to the trees and nothing else: fewer turns do not show.
        let times = [4_096, 16_384, 100_000].map(|gpus| time_s(&cluster(gpus, algorithm, MEASURED)));
        assert!(times.windows(2).all(|pair| pair[0] < pair[1] && pair[1] < 1.2 * pair[0]), "{algorithm}: {times:?}");
    }
}

#[test]
fn auto_and_the_table_of_nccl_answer_where_a_candidate_runs() {
    let tree = time_s(&cluster(100_000, "double-binary-tree", MEASURED));
    let auto = cluster(100_000, "auto", MEASURED);
    assert!(
        time_s(&auto) <= tree && auto.notes.iter().any(|note| note.text.contains("ring (needs")),
        "{:?}",
        auto.notes
    );
    assert!(cluster(100_000, "nccl-table", MEASURED).result().is_some());
}

#[test]
fn a_refused_plan_names_a_number_of_ranks_that_fits() {
    let slow = ", faults: [(link: \"NIC 0 of node 0 -> leaf\", capacity: 0.5)]";
    for (gpus, algorithm, extra) in
        [(512, "direct", slow), (2_048, "direct", ""), (512, "direct", ""), (100_000, "ring", "")]
    {
        let refused = cluster(gpus, algorithm, extra);
        let Outcome::Failed(SimulateError::Plan(PlanError::TooMany { ranks_that_fit, limit, needed, .. })) =
            &refused.outcome
        else {
            panic!("{algorithm} on {gpus}: {:?}", refused.outcome)
        };
        assert!(needed > limit);
        let fits = ranks_that_fit.unwrap_or_else(|| panic!("{algorithm} on {gpus}: no number"));
        // Whole nodes of 8.
        let (fits, more) = (fits as u32 / 8 * 8, fits as u32 * 5 / 4 / 8 * 8);
        let plans = |gpus: u32| {
            let extra = format!(", nodes: {}, network: \"ib-ndr\", algorithm: \"{algorithm}\"{extra}", gpus / 8);
            obstacles(&scene(gpus, "dgx-h100", &extra))[0].is_none()
        };
        assert!(plans(fits), "{algorithm} on {gpus}: {fits} do not fit");
        assert!(!plans(more), "{algorithm} on {gpus}: {more} fit, too");
    }
}

#[test]
fn large_rings_run_with_faults_and_late_ranks() {
    let slow = ", faults: [(link: \"NIC 3 of node 1 -> leaf\", capacity: 0.5)]";
    for (gpus, faults, at_least) in [
        (512, slow, 1.9),
        (512, ", faults: [(link: \"NIC 3 of node 1 -> leaf\", down: true)]", 1.9),
        (512, ", faults: [(jitter: \"5us\")]", 1.0),
        (512, ", faults: [(jitter: \"5us\"), (link: \"NIC 3 of node 1 -> leaf\", capacity: 0.5)]", 1.9),
        (2_048, slow, 1.0),
        (16_384, slow, 1.0),
        (16_384, ", faults: [(jitter: \"5us\")]", 1.0),
    ] {
        let (run, healthy) = (cluster(gpus, "ring", faults), time_s(&cluster(gpus, "ring", "")));
        let ratio = time_s(&run) / healthy;
        assert!((at_least * 0.97..2.3).contains(&ratio), "{gpus} GPUs{faults}: {ratio} of the time without");
        assert!(run.notes.iter().any(|note| note.code == NoteCode::FixedRates), "{gpus} GPUs{faults}");
    }
    assert!(cluster(320, "ring", slow).notes.iter().all(|note| note.code != NoteCode::FixedRates));
}

#[test]
fn late_ranks_delay_a_hierarchical_run_among_100000_gpus_by_no_more_than_they_are_late() {
    let (late, healthy) =
        (cluster(100_000, "hierarchical", ", faults: [(jitter: \"1us\")]"), cluster(100_000, "hierarchical", ""));
    let lost = time_s(&late) - time_s(&healthy);
    assert!((0.0..3e-6).contains(&lost), "{lost}");
}

#[test]
fn a_direct_exchange_among_16384_ranks_is_one_pair() {
    let ranks = 16_384;
    let extra = ", algorithm: \"direct\", params: (link_capacity: \"450GB/s\", link_latency: \"250ns\")";
    let run = solve(&scene(ranks, "switch", extra)).remove(0);
    let n = f64::from(ranks);
    let expected_s = 2.0 * (n - 1.0) / n * (1u64 << 30) as f64 / 450e9 + 4.0 * 250e-9;
    assert!((time_s(&run) / expected_s - 1.0).abs() < 1e-9, "{}", time_s(&run));
    let cost = run.result().expect("a run").played.cost;
    assert!(cost.bytes < 1 << 20 && cost.work < 10_000, "{cost:?}");
}
