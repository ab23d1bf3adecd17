//! Full meshes of direct links: closed forms of the algorithms, the bound, and refused sizes.

use crate::catalog::Catalog;
use crate::scene::*;
use crate::solve::*;

const CAPACITY: f64 = 100e9;
const LATENCY_S: f64 = 500e-9;
const MESSAGE: f64 = (1u64 << 24) as f64;

fn document(chips: u32, algorithm: &str, extra: &str) -> Result<SceneDocument, Diagnostics> {
    let text = format!(
        "(version: 1, title: \"t\", workload: (message: \"16MiB\", replicas: {chips}), fabrics: [(name: \"A\", \
         machine: \"full-mesh\", algorithm: \"{algorithm}\"{extra})])"
    );
    parse_scene("test.ron", &text, &Catalog::bundled().expect("the bundled catalog"))
}

fn run(chips: u32, algorithm: &str, extra: &str) -> FabricRun {
    let document = document(chips, algorithm, extra).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    solve(&document.scene).remove(0)
}

fn time_s(run: &FabricRun) -> f64 {
    run.result().unwrap_or_else(|| panic!("{:?}", run.outcome)).time.secs()
}

#[track_caller]
fn assert_close(got: f64, expected: f64) {
    assert!((got / expected - 1.0).abs() < 1e-9, "{got} instead of {expected}");
}

#[test]
fn direct_takes_two_shares_of_the_message_and_two_latencies() {
    for chips in [2, 3, 8, 31] {
        let share_s = MESSAGE / f64::from(chips) / CAPACITY;
        assert_close(time_s(&run(chips, "direct", "")), 2.0 * share_s + 2.0 * LATENCY_S);
    }
}

#[test]
fn a_ring_uses_one_link_of_each_chip() {
    for chips in [2, 5, 8] {
        let step_s = MESSAGE / f64::from(chips) / CAPACITY + LATENCY_S;
        assert_close(time_s(&run(chips, "ring", "")), 2.0 * f64::from(chips - 1) * step_s);
    }
}

#[test]
fn halving_doubling_takes_a_latency_for_each_exchange() {
    let bytes_s = 2.0 * MESSAGE * (7.0 / 8.0) / CAPACITY;
    assert_close(time_s(&run(8, "halving-doubling", "")), bytes_s + 6.0 * LATENCY_S);
}

#[test]
fn direct_reaches_the_bound_and_auto_picks_it() {
    let run = run(8, "auto", "");
    assert_eq!((run.algorithm.as_str(), run.layout().as_str(), run.ranks), ("direct", "full-mesh", 8));
    assert_close(run.bound_s, 2.0 * MESSAGE / 8.0 / CAPACITY);
    let ids: Vec<&str> = choices(&run.scene).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["ring", "multi-ring", "double-binary-tree", "halving-doubling", "direct"]);
}

#[test]
fn a_broken_link_is_bypassed_over_a_third_chip() {
    let down = ", faults: [(link: \"chip 2 -> chip 5\", down: true)]";
    let (whole, broken) = (run(8, "direct", ""), run(8, "direct", down));
    assert!(time_s(&broken) > time_s(&whole));
    let slow = ", faults: [(chip: \"chip 2\", slow: 0.5)]";
    assert_close(time_s(&run(8, "direct", slow)), 2.0 * (MESSAGE / 8.0 / (0.5 * CAPACITY) + LATENCY_S));
}

#[test]
fn sizes_out_of_range_are_refused_with_a_hint() {
    let diagnostics = document(129, "direct", "").expect_err("too many chips");
    let found = &diagnostics.faults[0];
    assert_eq!((found.path.as_str(), found.hint.as_deref()), ("workload.replicas", Some("accepted: 2 to 128")));
    assert!(found.place.is_some());
    for (chips, extra, path) in [
        (1, "", "workload.replicas"),
        (8, ", region: \"2x2\"", "fabrics.0.region"),
        (8, ", nodes: 2", "fabrics.0.nodes"),
    ] {
        let diagnostics = document(chips, "direct", extra).expect_err(path);
        assert!(diagnostics.faults.iter().any(|found| found.path == path), "{diagnostics}");
    }
}
