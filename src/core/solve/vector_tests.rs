//! Wafer vectors 45 to 48 and 52 through scenes: the bound of a corner die, the cut of a tile, and the door of a wafer as
//! the catalog has it. And every scene of the repository from several threads at once.

use super::fabric_bound::{cut_bandwidth, port_bandwidth};
use crate::catalog::Catalog;
use crate::collective::{Delivery, Flow, PlanBuilder, RouteRun};
use crate::fabric::Topology;
use crate::scene::*;
use crate::simulate::play;
use crate::solve::*;
use crate::units::Femtos;

fn scene_of(fabric: &str, replicas: u32) -> Scene {
    let text = format!(
        "(version: 1, title: \"t\", workload: (message: \"1MiB\", replicas: {replicas}), fabrics: [(name: \"A\", {fabric})])"
    );
    let catalog = Catalog::bundled().expect("the bundled catalog");
    parse_scene("test.ron", &text, &catalog).unwrap_or_else(|faults| panic!("{text}: {faults}")).scene
}

#[track_caller]
fn case(number: u32, name: &str, expected: f64, got: f64, within: f64, source: &str) {
    println!("| {number} | {name} | {expected} | {got:.6} | {within} | {source} |");
    assert!((got - expected).abs() <= within, "#{number} {name}: expected {expected}, got {got}");
}

#[test]
fn vectors_45_and_52_ports_and_cuts_of_dies() {
    let mesh = |region: &str, capacity: &str| {
        let fabric = format!(
            "machine: \"mesh\", region: \"{region}\", algorithm: \"ring\", params: (link_capacity: \"{capacity}\", link_latency: \"0ns\")"
        );
        scene_of(&fabric, 25)
    };
    let dies = mesh("5x4", "750GB/s");
    let FabricKind::Chips(chips) = &dies.fabrics[0].kind else { panic!("chips") };
    let corner = port_bandwidth(chips, &dies.fabrics[0].fabric()) / 1e9;
    case(45, "bandwidth of a corner die, GB/s", 1500.0, corner, 1e-6, "FRED, ISCA 2025");
    // 4 TB/s per die edge for both ways together: each half must take in what the other has, over 5 edges.
    let tile = mesh("5x5", "2000GB/s");
    let FabricKind::Chips(chips) = &tile.fabrics[0].kind else { panic!("chips") };
    let Topology::Grid(grid) = &chips.topology else { panic!("a mesh") };
    let bisection = cut_bandwidth(grid, &tile.fabrics[0].fabric()) / 1e12;
    case(52, "Dojo tile, bisection, TB/s", 10.0, bisection, 1e-9, "Dojo System v25");
}

#[test]
fn vectors_46_to_48_the_door_of_a_wafer_as_the_catalog_has_it() {
    let wafers = |wafers: u32| scene_of("machine: \"cs-3-cluster\", algorithm: \"swarmx-tree\"", wafers);
    for (number, name, bytes, expected, within, unit) in [
        (46, "one I/O pass of 2.6 GB, ms", 2.6e9, 17.3, 0.05, 1e3),
        (47, "weights of 175 B parameters one way, s", 700e9, 4.67, 0.005, 1.0),
    ] {
        let scene = wafers(16);
        let fabric = scene.fabrics[0].fabric();
        let FabricKind::Wafers(kind) = &scene.fabrics[0].kind else { panic!("wafers") };
        let mut plan = PlanBuilder::new(Femtos(0));
        let stage = plan.phase("pass");
        let route = plan.route([RouteRun::single(kind.tree.up(0).0, 1.0, 0.0, Flow::Broadcast)], Femtos(0));
        plan.transfer(stage, route, bytes, Delivery::All, &[]);
        let time_s = play(&fabric, &plan.build()).expect("a plan that can be played").trace.end().secs();
        case(number, name, expected, time_s * unit, within, "derived; cs-3-cluster of the catalog");
    }
    for (systems, levels) in [(16, 2), (64, 3), (192, 4), (2048, 6)] {
        let scene = wafers(systems);
        let FabricKind::Wafers(kind) = &scene.fabrics[0].kind else { panic!("wafers") };
        let name = format!("levels of a tree over {systems} systems");
        case(48, &name, f64::from(levels), f64::from(kind.tree.depth()), 0.0, "derived; cs-3-cluster of the catalog");
        // Up and down the whole tree, one hop per link.
        let run = solve(&scene).remove(0);
        let hops_s = 2.0 * f64::from(levels) * kind.tree.links.latency.secs();
        let expected_s = hops_s + f64::from(1 << 20) / kind.tree.links.capacity.0;
        let got_s = run.result().expect("it runs").time.secs();
        assert!((got_s / expected_s - 1.0).abs() < 1e-9, "{systems} systems: {expected_s}, {got_s}");
    }
}

#[test]
fn every_scene_gives_the_same_traces_from_any_number_of_threads() {
    let root = crate::in_repository("scenes");
    let mut files: Vec<_> = ["", "bench", "claims"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).expect("the folder of scenes"))
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|end| end == "ron"))
        .collect();
    files.sort();
    assert!(files.len() >= 20);
    let hashes = || -> Vec<Option<String>> {
        let catalog = Catalog::bundled().expect("the bundled catalog");
        files
            .iter()
            .flat_map(|path| {
                let scene = read_scene(path, &catalog).unwrap_or_else(|faults| panic!("{faults}")).scene;
                solve(&scene)
            })
            .map(|run| run.result().map(|result| result.trace_hash.clone()))
            .collect()
    };
    let alone = hashes();
    for threads in [2, 5] {
        let all: Vec<_> = std::thread::scope(|scope| {
            let handles: Vec<_> = (0..threads).map(|_| scope.spawn(hashes)).collect();
            handles.into_iter().map(|handle| handle.join().expect("a thread that ends")).collect()
        });
        assert!(all.iter().all(|hashes| *hashes == alone), "{threads} threads");
    }
}
