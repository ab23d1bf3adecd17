//! One bottleneck: the stage, the key `B`, the panel and `explain --json --at` name the same link, and it carries bytes.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use fabricscope::catalog::Catalog;
use fabricscope::report::{InstantReport, instant_report};
use fabricscope::sample::{Explanation, FabricFrame, FabricView, LinkLoads, Playback};
use fabricscope::scene::{BUNDLED, CLAIMS, parse_scene};
use fabricscope::solve::{FabricRun, solve};
use fabricscope::stage::{Item, Rect, ViewState};
use fabricscope::units::Femtos;
use glam::{Vec2, vec2};

/// Instants of each run.
const INSTANTS: u64 = 20;

/// Two triangles, joined by three rungs.
const PRISM: &str = r#"graph: (chips: 6, links: [
    (from: 0, to: 1, capacity: "100GB/s", both_ways: true), (from: 1, to: 2, capacity: "100GB/s", both_ways: true),
    (from: 2, to: 0, capacity: "100GB/s", both_ways: true), (from: 3, to: 4, capacity: "100GB/s", both_ways: true),
    (from: 4, to: 5, capacity: "100GB/s", both_ways: true), (from: 5, to: 3, capacity: "100GB/s", both_ways: true),
    (from: 0, to: 3, capacity: "100GB/s", both_ways: true), (from: 1, to: 4, capacity: "100GB/s", both_ways: true),
    (from: 2, to: 5, capacity: "100GB/s", both_ways: true)])"#;

/// Fabrics with a link that is down or slow.
fn degraded() -> Vec<String> {
    let prism = |fault: &str| format!(r#"machine: "graph", {PRISM}, algorithm: "ring", faults: [{fault}]"#);
    let link = |name: &str, rest: &str| format!(r#"(link: "{name}", {rest})"#);
    let fabric = |machine: &str, fault: &str| format!("{machine}, faults: [{fault}]");
    vec![
        prism(&link("chip 1 -> chip 2", "down: true")),
        prism(&link("chip 1 -> chip 2", "capacity: 0.5")),
        fabric(r#"machine: "torus", region: "4x4", algorithm: "ring""#, &link("chip (1, 0) -> east", "down: true")),
        fabric(
            r#"machine: "wse-3", layout: "strips", algorithm: "strips-middle""#,
            &link("PE (657, 585) -> east", "capacity: 0.5"),
        ),
        fabric(
            r#"machine: "dgx-h100", nodes: 2, network: "ib-ndr", algorithm: "hierarchical""#,
            &link("leaf -> NIC 3 of node 1", "capacity: 0.5"),
        ),
        r#"machine: "dgx-h100", algorithm: "ring", timing: "measured""#.to_owned(),
        r#"machine: "dgx-h100", algorithm: "direct", faults: [(traffic: (from: "GPU 0", to: "GPU 1", rate: "200GB/s"))]"#
            .to_owned(),
    ]
}

fn runs_of(name: &str, text: &str) -> Vec<FabricRun> {
    let catalog = Catalog::bundled().expect("the catalog");
    let document = parse_scene(name, text, &catalog).unwrap_or_else(|diagnostics| panic!("{name}: {diagnostics}"));
    solve(&document.scene)
}

fn frame(run: &FabricRun, view: &FabricView, at: Femtos) -> FabricFrame {
    let mut frame = FabricFrame::default();
    let speed = run.result().map_or(1.0, |result| result.time.secs() / 12.0);
    view.frame(run, at, Playback::paused(speed), &ViewState::default(), &mut frame);
    frame
}

/// Compares the stage with `explain` at each of the instants. Returns the names of the links.
fn assert_one_bottleneck(name: &str, run: &FabricRun) -> Vec<String> {
    let Some(result) = run.result() else { return Vec::new() };
    let view = FabricView::new(run, Rect::new(Vec2::ZERO, vec2(900.0, 700.0)));
    let mut explanation = Explanation::new(run);
    let mut named = Vec::new();
    for number in 0..INSTANTS {
        let at = Femtos(result.time.0 / INSTANTS * number + number);
        let frame = frame(run, &view, at);
        let Some(report) = instant_report(run, at) else { continue };
        let mark = frame.bottleneck.as_ref();
        let told = |report: &InstantReport| report.bottleneck.clone();
        match mark.and_then(|mark| mark.link) {
            Some(link) => {
                let title = run.fabric.link_name(link);
                assert_eq!(Some(&title), told(&report).as_ref(), "{name} at {at}");
                assert!(mark.is_some_and(|mark| mark.links.contains(&link)), "{name} at {at}: {title} is not marked");
                assert!(!run.fabric.is_down(link), "{name} at {at}: {title} is down");
                let loads = LinkLoads::at(&run.fabric, &run.plan, &result.played.trace, at);
                let load = loads.load(link);
                assert!(load.sum + load.copy > 0.0, "{name} at {at}: {title} carries nothing");
                let found = view.find_bottleneck(run, &frame).map(|(item, _)| item);
                assert!(found.is_none() || found == Some(Item::Link(link)), "{name} at {at}: B goes to {found:?}");
                named.push(title);
            }
            // A limit of the measured timing is not a link that could be marked.
            None => {
                let class = report.link_class.unwrap_or("none");
                let caps = ["none", "channels of a rank", "rounds of a stream"];
                assert!(caps.contains(&class), "{name} at {at}: explain names {report:?}");
            }
        }
        if let Some(explanation) = &mut explanation {
            explanation.examine(run, at);
            assert_eq!(explanation.now(run), report.sentences, "{name} at {at}");
        }
    }
    named
}

#[test]
fn stage_and_explain_name_one_bottleneck_in_bundled_scenes() {
    let mut named = 0;
    for scene in BUNDLED.iter().chain(&CLAIMS) {
        for run in runs_of(scene.file, scene.text) {
            named += assert_one_bottleneck(scene.file, &run).len();
        }
    }
    assert!(named > 200, "{named} instants have a bottleneck");
}

#[test]
fn a_cut_link_is_never_the_bottleneck() {
    for fabric in degraded() {
        let text = format!(
            "(version: 1, title: \"t\", workload: (message: \"64MiB\", replicas: {}), fabrics: [(name: \"A\", {fabric})])",
            if fabric.contains("graph") { 6 } else { 8 }
        );
        for run in runs_of(&fabric, &text) {
            assert!(run.result().is_some(), "{fabric}: {:?}", run.notes);
            let named = assert_one_bottleneck(&fabric, &run);
            let measured = fabric.contains("measured");
            assert!(measured || !named.is_empty(), "{fabric}: no bottleneck at any instant");
            assert!(!named.iter().any(|name| fabric.contains("down") && name == "chip 1 → chip 2"), "{named:?}");
        }
    }
}

#[test]
fn a_slow_link_is_the_bottleneck_for_longest() {
    let fault = r#"faults: [(link: "leaf -> NIC 3 of node 1", capacity: 0.25)]"#;
    let text = format!(
        r#"(version: 1, title: "t", workload: (message: "256MiB", replicas: 16), fabrics: [(name: "A",
            machine: "dgx-h100", nodes: 2, network: "ib-ndr", algorithm: "hierarchical", {fault})])"#
    );
    for run in runs_of("slow NIC", &text) {
        let named = assert_one_bottleneck("slow NIC", &run);
        let times = |title: &str| named.iter().filter(|name| *name == title).count();
        let most = named.iter().max_by_key(|name| times(name)).map(String::as_str);
        assert_eq!(most, Some("leaf → NIC 3 of node 1"), "{named:?}");
    }
}
