//! Tests of `auto` and `nccl-table`: every algorithm that fits was tried or is named, and the note says so.

use crate::catalog::Catalog;
use crate::collective::{Algorithm, Collective};
use crate::scene::{Scene, parse_scene};
use crate::simulate::SimulateError;
use crate::solve::{Choice, FabricRun, NoteCode, UntriedReason, solve};

fn scene(message: &str, replicas: u32, fabric: &str) -> Scene {
    let catalog = Catalog::bundled().expect("the bundled catalog");
    let text = format!(
        "(version: 1, title: \"t\", workload: (message: \"{message}\", replicas: {replicas}), fabrics: [(name: \"f\", {fabric})])"
    );
    parse_scene("t", &text, &catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}")).scene
}

fn run(message: &str, replicas: u32, fabric: &str) -> FabricRun {
    solve(&scene(message, replicas, fabric)).remove(0)
}

fn choice(run: &FabricRun) -> &Choice {
    run.choice.as_ref().expect("a choice")
}

fn note(run: &FabricRun) -> &str {
    run.notes.iter().find(|note| note.code == NoteCode::Auto).map_or("", |note| &note.text)
}

const GRAPH: &str = "machine: \"graph\", graph: (chips: 4, links: [(from: 0, to: 1), (from: 1, to: 2), (from: 2, to: 3), (from: 3, to: 0)])";

#[test]
fn auto_tries_or_names_every_algorithm_that_fits_each_kind_of_fabric() {
    for (message, replicas, fabric) in [
        ("1MiB", 8, "machine: \"switch\""),
        ("1MiB", 6, "machine: \"full-mesh\""),
        ("1MiB", 2, "machine: \"mesh\", region: \"4x2\""),
        ("1MiB", 2, "machine: \"torus\", region: \"4x4\""),
        ("1MiB", 2, GRAPH),
        ("1MiB", 8, "machine: \"dgx-h100\""),
        ("1MiB", 8, "machine: \"dgx-h100\", timing: \"measured\""),
        ("1MiB", 16, "machine: \"dgx-h100\", nodes: 2, network: \"ib-ndr\""),
        ("1MiB", 16, "machine: \"dgx-h100\", nodes: 2, network: \"ib-ndr\", timing: \"measured\""),
        ("1MiB", 144, "machine: \"gb200-nvl72\", nodes: 2, network: \"ib-ndr\""),
        ("1KiB", 2, "machine: \"wse-3\", layout: \"per-pe\", region: \"20x10\""),
        ("1KiB", 2, "machine: \"wse-3\", layout: \"per-pe\", region: \"300x1\""),
        ("1KiB", 2, "machine: \"wse-3\", layout: \"per-pe\""),
        ("1MiB", 4, "machine: \"wse-3\", layout: \"strips\", region: \"96x40\""),
        ("1MiB", 4, "machine: \"cs-3-cluster\""),
    ] {
        for algorithm in ["auto", "nccl-table"] {
            if algorithm == "nccl-table" && !fabric.contains("measured") {
                continue;
            }
            let scene = scene(message, replicas, &format!("{fabric}, algorithm: \"{algorithm}\""));
            let run = solve(&scene).remove(0);
            let choice = choice(&run);
            let mut named: Vec<&str> = choice.tried.iter().map(|tried| tried.algorithm).collect();
            named.extend(choice.untried.iter().map(|untried| untried.algorithm));
            named.sort_unstable();
            let mut fitting: Vec<&str> = scene.fabrics[0].algorithms().into_iter().map(Algorithm::id).collect();
            fitting.sort_unstable();
            assert_eq!(named, fitting, "{fabric}, {algorithm}");
            let time = run.result().expect("a run").time;
            let chosen = choice.tried.iter().find(|tried| tried.algorithm == run.algorithm).expect("the chosen one");
            assert_eq!(chosen.time, time, "{fabric}, {algorithm}");
            assert!(choice.tried.iter().all(|tried| tried.time >= time), "{fabric}, {algorithm}");
        }
    }
}

#[test]
fn auto_says_which_algorithms_could_not_run_and_why() {
    // A ring of 16,392 GPUs exceeds the number of sends; a direct exchange that of dependencies.
    let all = run("1MiB", 8, "machine: \"dgx-h100\", algorithm: \"auto\"");
    assert!(note(&all).starts_with("auto: nvls is the fastest of "), "{}", note(&all));
    assert!(choice(&all).untried.is_empty() && !note(&all).contains("not tried"));
    let large = run("1MiB", 2048, "machine: \"dgx-h100\", nodes: 256, network: \"ib-ndr\", algorithm: \"auto\"");
    let text = note(&large);
    assert!(text.contains("is the fastest of the algorithms that could run ("), "{text}");
    assert!(text.contains("; not tried: direct (needs 8,581,548,032 dependencies to write out, limit "), "{text}");
    assert_eq!(choice(&large).unknown(), ["direct"]);
}

#[test]
fn a_link_that_is_down_is_a_reason() {
    let cut = "faults: [(link: \"GPU 0 of node 0 -> NVSwitch\", down: true)]";
    let run =
        run("1MiB", 16, &format!("machine: \"dgx-h100\", nodes: 2, network: \"ib-ndr\", algorithm: \"auto\", {cut}"));
    let untried = choice(&run).untried.iter().find(|untried| untried.algorithm == "nvls-tree").expect("NVLS trees");
    assert!(matches!(untried.reason, UntriedReason::Refused(SimulateError::LinkDown(_))), "{untried:?}");
    assert!(note(&run).contains("nvls-tree (needs link GPU 0 of node 0 → NVSwitch, which is down)"), "{}", note(&run));
}

#[test]
fn rings_on_a_wafer_are_tried_unless_their_steps_alone_take_longer() {
    let region = |message: &str, region: &str| {
        run(message, 2, &format!("machine: \"wse-2\", layout: \"per-pe\", region: \"{region}\", algorithm: \"auto\""))
    };
    assert_eq!(region("8192B", "45x74").algorithm, "wafer-ring");
    let whole = region("1KiB", "750x994");
    let ring = choice(&whole).untried.iter().find(|untried| untried.algorithm == "wafer-ring").expect("a ring");
    let UntriedReason::Slower(least) = ring.reason else { panic!("{ring:?}") };
    assert!(least > whole.result().expect("a run").time);
    assert!(choice(&whole).unknown().is_empty() && note(&whole).contains("not tried: wafer-ring (takes at least "));
}

#[test]
fn no_ring_on_a_wafer_is_faster_than_its_least_time() {
    for region in ["2x2", "3x1", "1x7", "8x5", "16x16", "5x20"] {
        for message in ["4B", "64B", "1KiB", "8KiB"] {
            let scene = scene(
                message,
                2,
                &format!("machine: \"wse-3\", layout: \"per-pe\", region: \"{region}\", algorithm: \"wafer-ring\""),
            );
            let layout = scene.fabrics[0].kind.rank_layout();
            let ring = Algorithm::find(&layout, Collective::AllReduce, "wafer-ring").expect("a ring");
            let time = solve(&scene)[0].result().expect("a run").time;
            let least = ring.least_time(&layout, Collective::AllReduce, scene.message);
            assert!(least <= time, "{region}, {message}: {least} > {time}");
        }
    }
}
