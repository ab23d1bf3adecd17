//! Every operation on every kind of fabric through scenes: it runs, keeps its bounds, and reports what `nccl-tests` would.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::catalog::Catalog;
use crate::collective::Collective;
use crate::fabric::LinkId;
use crate::scene::{Scene, parse_scene, with_algorithm};
use crate::solve::{Outcome, obstacles, solve};

/// One fabric of each kind, with the ranks that it takes.
const FABRICS: [(u32, &str); 12] = [
    (8, "machine: \"dgx-h100\""),
    (6, "machine: \"dgx-a100\""),
    (32, "machine: \"dgx-h100\", nodes: 4, network: \"ib-ndr\""),
    (6, "machine: \"dgx-h100\", nodes: 3, network: \"roce-400\""),
    (9, "machine: \"switch\""),
    (2, "machine: \"mesh\", region: \"4x3\""),
    (2, "machine: \"torus\", region: \"4x4\""),
    (7, "machine: \"full-mesh\""),
    (
        5,
        "machine: \"graph\", graph: (chips: 5, links: [(from: 0, to: 1), (from: 1, to: 2), (from: 2, to: 3), \
         (from: 3, to: 4), (from: 4, to: 0), (from: 0, to: 2, capacity: \"10GB/s\", both_ways: false)])",
    ),
    (5, "machine: \"wse-3\", region: \"23x7\""),
    (2, "machine: \"wse-3\", layout: \"per-pe\", region: \"9x6\""),
    (16, "machine: \"cs-3-cluster\""),
];

fn scene(collective: Collective, (replicas, fabric): (u32, &str)) -> Result<Scene, String> {
    let catalog = Catalog::bundled().expect("the bundled catalog");
    let text = format!(
        "(version: 1, title: \"t\", workload: (collective: \"{}\", message: \"16KiB\", replicas: {replicas}), \
         fabrics: [(name: \"A\", {fabric}, algorithm: \"auto\")])",
        collective.as_str()
    );
    parse_scene("t", &text, &catalog).map(|document| document.scene).map_err(|found| found.to_string())
}

#[test]
fn every_algorithm_of_every_operation_runs_and_keeps_its_bounds() {
    let mut random = Pcg64Mcg::seed_from_u64(14);
    for of in FABRICS {
        for collective in Collective::ALL {
            let Ok(whole) = scene(collective, of) else { continue };
            for algorithm in whole.fabrics[0].algorithms() {
                for degraded in [false, true] {
                    let mut scene = whole.clone();
                    scene.fabrics[0] = with_algorithm(&scene.fabrics[0], algorithm.id()).expect("it fits");
                    scene.fabrics[0].algorithm = algorithm.id().to_owned();
                    if degraded {
                        let links = scene.fabrics[0].fabric().link_count();
                        let slow = (0..3).map(|_| (LinkId(random.random_range(0..links)), 0.25));
                        scene.fabrics[0].changed = slow.collect();
                        scene.fabrics[0].changed.sort_by_key(|&(link, _)| link);
                        scene.fabrics[0].changed.dedup_by_key(|(link, _)| *link);
                    }
                    let run = solve(&scene).remove(0);
                    let name = format!("{collective:?} with {} on {}", algorithm.id(), of.1);
                    let result = run.result().unwrap_or_else(|| panic!("{name}: {:?}", run.outcome));
                    assert!(run.bound_s <= result.plan_bound_s, "{name}");
                    assert!(result.plan_bound_s <= result.time.secs(), "{name}");
                    assert!(run.bound_s > 0.0, "{name}");
                }
            }
        }
    }
}

#[test]
fn what_a_fabric_does_not_have_is_refused_with_what_it_has() {
    for of in FABRICS {
        for collective in Collective::ALL {
            match scene(collective, of) {
                Ok(scene) => assert_eq!(obstacles(&scene), [None], "{collective:?} on {}", of.1),
                Err(text) => {
                    assert!(text.contains("workload.collective: no algorithm for "), "{text}");
                    assert!(text.contains("accepted there: all-reduce, "), "{text}");
                }
            }
        }
    }
}

#[test]
fn auto_takes_the_fastest_algorithm_of_the_operation() {
    for (collective, expected) in [
        (Collective::AllToAll, "direct"),
        (Collective::Broadcast, "nvls"),
        (Collective::Reduce, "nvls"),
        (Collective::SendRecv, "shift"),
    ] {
        let run = solve(&scene(collective, FABRICS[0]).expect("a scene")).remove(0);
        assert_eq!(run.algorithm, expected, "{collective:?}");
        let choice = run.choice.expect("a choice");
        assert!(choice.untried.is_empty() && !choice.tried.is_empty());
    }
}

#[test]
fn the_bandwidths_are_those_of_nccl_tests() {
    for (collective, factor) in [
        (Collective::AllReduce, 2.0 * 7.0 / 8.0),
        (Collective::AllGather, 7.0 / 8.0),
        (Collective::ReduceScatter, 7.0 / 8.0),
        (Collective::AllToAll, 7.0 / 8.0),
        (Collective::Broadcast, 1.0),
        (Collective::Reduce, 1.0),
        (Collective::SendRecv, 1.0),
    ] {
        let run = solve(&scene(collective, FABRICS[0]).expect("a scene")).remove(0);
        let Outcome::Ran(result) = &run.outcome else { panic!("{:?}", run.outcome) };
        let ratio = result.busbw(collective, run.message, run.ranks) / result.algbw(run.message);
        assert!((ratio - factor).abs() < 1e-12, "{collective:?}: {ratio}");
    }
}

/// The table of `docs/operations.md`, from the registry.
fn table() -> String {
    let row = |name: &str, (replicas, fabric): (u32, &str)| {
        let cell = |collective: Collective| {
            let ids = scene(collective, (replicas, fabric)).map(|scene| {
                let ids = scene.fabrics[0].algorithms().into_iter().map(|algorithm| format!("`{}`", algorithm.id()));
                ids.collect::<Vec<_>>().join(", ")
            });
            ids.unwrap_or_else(|_| "-".to_owned())
        };
        let cells: Vec<String> = Collective::ALL.into_iter().map(cell).collect();
        format!("| {name} | {} |\n", cells.join(" | "))
    };
    let header: Vec<&str> = Collective::ALL.into_iter().map(Collective::as_str).collect();
    let rule = "|---".repeat(header.len() + 1);
    let mut table = format!("| fabric | {} |\n{rule}|\n", header.join(" | "));
    for (name, of) in [
        ("one NVLink domain, 8 GPUs", (8, "machine: \"dgx-h100\"")),
        ("the same, measured timing", (8, "machine: \"dgx-h100\", timing: \"measured\"")),
        ("several nodes, 32 GPUs", (32, "machine: \"dgx-h100\", nodes: 4, network: \"ib-ndr\"")),
        (
            "the same, measured timing",
            (32, "machine: \"dgx-h100\", nodes: 4, network: \"ib-ndr\", timing: \"measured\""),
        ),
        ("switch of 8", (8, "machine: \"switch\"")),
        ("mesh, torus of 4 x 4", (2, "machine: \"torus\", region: \"4x4\"")),
        ("torus of 4 x 4 x 4", (2, "machine: \"torus\", region: \"4x4x4\"")),
        ("full mesh of 8", (8, "machine: \"full-mesh\"")),
        ("graph of 2", (2, "machine: \"graph\", graph: (chips: 2, links: [(from: 0, to: 1)])")),
        ("wafer, strips", (5, "machine: \"wse-3\"")),
        ("wafer, every PE a rank", (2, "machine: \"wse-3\", layout: \"per-pe\", region: \"9x6\"")),
        ("cluster of wafers", (16, "machine: \"cs-3-cluster\"")),
    ] {
        table.push_str(&row(name, of));
    }
    table
}

#[test]
fn the_table_of_operations_is_that_of_the_registry() {
    let path = crate::in_repository("docs/operations.md");
    let page = std::fs::read_to_string(&path).expect("the page");
    let (before, rest) = page.split_once("<!-- operations -->\n").expect("the beginning of the table");
    let (written, after) = rest.split_once("<!-- end of operations -->").expect("the end of the table");
    let table = format!("\n{}\n", table());
    if std::env::var_os("FABRICSCOPE_UPDATE_DOCS").is_some() {
        let page = format!("{before}<!-- operations -->\n{table}<!-- end of operations -->{after}");
        std::fs::write(path, page).expect("the page is written");
    } else {
        assert_eq!(written, table, "FABRICSCOPE_UPDATE_DOCS=1 rewrites the table");
    }
}

#[test]
fn a_measured_run_takes_the_time_of_the_formula() {
    let of = [
        (8, "machine: \"dgx-h100\", timing: \"measured\""),
        (4, "machine: \"hgx-b200\", timing: \"measured\""),
        (2, "machine: \"dgx-a100\", timing: \"measured\""),
        (32, "machine: \"dgx-h100\", nodes: 4, network: \"ib-ndr\", timing: \"measured\""),
        (16, "machine: \"dgx-a100\", nodes: 2, network: \"ib-hdr\", timing: \"measured\""),
    ];
    for of in of {
        for collective in Collective::ALL {
            for message in ["8KiB", "3MiB", "256MiB"] {
                let mut scene = scene(collective, of).unwrap_or_else(|text| panic!("{text}"));
                scene.message = crate::units::Bytes::parse(message).expect("a size");
                let run = solve(&scene).remove(0);
                let name = format!("{collective:?} of {message} on {}", of.1);
                let result = run.result().unwrap_or_else(|| panic!("{name}: {:?}", run.outcome));
                let formula_us = run.measured.as_ref().expect("a candidate").time_us;
                let played_us = result.time.secs() * 1e6;
                assert!((played_us / formula_us - 1.0).abs() < 1e-6, "{name}: {played_us} µs, not {formula_us}");
            }
        }
    }
}
