//! Tests of the critical path, its shares and elasticities: worked examples of the engine model, and all scenes.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::catalog::{Catalog, Machine};
use crate::collective::*;
use crate::explain::scene_runs::{NamedRun, all_runs};
use crate::explain::*;
use crate::fabric::{
    Fabric, Graph, Grid, LinkClass, LinkFigures, LinkId, LinkMode, Mesh, NodeInterconnect, RateCapReason, Switch,
    Topology,
};
use crate::scene::{Setting, choices, parse_scene};
use crate::simulate::{ReplayCache, play};
use crate::solve::{NoteCode, ParameterKind, solve};
use crate::units::{Bytes, BytesPerSec, Femtos};

/// A cycle of a nanosecond.
fn mesh(width: u32, height: u32) -> Mesh {
    Mesh { width, height, clock_hz: 1e9, bytes_per_cycle: 4.0, hop_cycles: 1.0, turn_cycles: 0.0, ramp_cycles: 2.0 }
}

fn switch(gb_s: f64) -> Switch {
    Switch {
        hub: NodeInterconnect::NvSwitch,
        ranks: 8,
        capacity: BytesPerSec(gb_s * 1e9),
        latency: Femtos(250_000_000),
    }
}

/// The shares of a plan by kind, in units of `unit_fs`, with the total: launch, serialization, contention, latency,
/// processing.
fn table(fabric: &Fabric, plan: &Plan, unit_fs: f64) -> [f64; 6] {
    let played = play(fabric, plan).expect("a plan that can be played");
    let path = path_of_plan(fabric, plan, &played.trace, false).expect("a path");
    assert!(path.complete, "the path leads back to the launch");
    let shares = time_shares(&path, played.trace.end());
    let total: u64 = shares.iter().map(|share| share.time.0).sum();
    assert_eq!(total, played.trace.end().0, "the shares add up to the femtosecond");
    let of =
        |kind: CostKind| shares.iter().filter(|share| share.kind == kind).map(|share| share.time.0 as f64).sum::<f64>();
    let kinds =
        [CostKind::Launch, CostKind::Serialization, CostKind::Contention, CostKind::Latency, CostKind::Processing];
    let [launch, serialization, contention, latency, processing] = kinds.map(|kind| of(kind) / unit_fs);
    [total as f64 / unit_fs, launch, serialization, contention, latency, processing]
}

#[test]
fn worked_examples_of_the_engine_model() {
    const MICRO: f64 = 1e9;
    const CYCLE: f64 = 1e6;
    let ring_box = Fabric::from(Topology::Switch(switch(370.8)));
    let delays = Delays { launch: Femtos(8_400_000_000), step: Femtos(2_400_000_000), ..Delays::default() };
    let ring = ring_all_reduce(&ring_box, Bytes(64 << 20), &delays).expect("a ring");
    let nvls_box = switch(309.0);
    let delays = Delays { launch: Femtos(13_000_000_000), ..Delays::default() };
    let nvls = nvls_all_reduce(&nvls_box, Bytes(64 << 20), &delays);
    let square = mesh(512, 512);
    let chain = xy_all_reduce(&square, XyPattern::Chain, 256.0);
    let links = LinkFigures { capacity: BytesPerSec(100e9), latency: Femtos(0) };
    let grid = Fabric::from(Topology::Grid(Grid { width: 16, height: 16, wraps: false, links }));
    let halving = |first, every| {
        halving_doubling_all_reduce(&grid, Bytes(1 << 20), &Delays::default(), first, every).expect("a power of two")
    };
    let row = mesh(64, 1);
    let star = row_reduce(&row, RowPattern::Star, 64.0);
    let wide = mesh(512, 1);
    let on = |mesh: &Mesh| Fabric::from(Topology::Mesh(mesh.clone()));
    let (far, near) = ([118.3744, 0.0, 20.8896, 97.4848, 0.0, 0.0], [44.56448, 0.0, 20.8896, 23.67488, 0.0, 0.0]);
    // Total, launch, serialization, contention, latency, processing (engine-model 6.3; the last rows 6.1, where drains,
    // and latency with processing, are given together).
    let cases: Vec<(&str, Fabric, Plan, f64, [f64; 6])> = vec![
        ("ring of 8 x H100", ring_box, ring, MICRO, [363.321985, 8.4, 316.721985, 0.0, 7.0, 31.2]),
        (
            "NVLS of 8 x H100",
            Topology::Switch(nvls_box).into(),
            nvls,
            MICRO,
            [258.328388, 13.0, 244.328388, 0.0, 1.0, 0.0],
        ),
        ("X-Y chain, 512 x 512", on(&square), chain, CYCLE, [7927.0, 0.0, 768.0, 0.0, 2044.0, 5115.0]),
        ("halving-doubling, far", grid.clone(), halving(FirstPartner::Far, false), MICRO, far),
        ("the same, every rank written out", grid.clone(), halving(FirstPartner::Far, true), MICRO, far),
        ("halving-doubling, near", grid.clone(), halving(FirstPartner::Near, false), MICRO, near),
        ("the same, every rank written out", grid.clone(), halving(FirstPartner::Near, true), MICRO, near),
        ("star of 64, B = 64", on(&row), star, CYCLE, [4038.0, 0.0, 4032.0, 0.0, 1.0, 5.0]),
    ];
    for (name, fabric, plan, unit_fs, expected) in cases {
        let got = table(&fabric, &plan, unit_fs);
        println!("{name}: expected {expected:?}, got {got:?} (engine-model 6.3)");
        for (got, expected) in got.iter().zip(expected) {
            assert!((got - expected).abs() <= 1e-9 * expected + 6e-7, "{name}: expected {expected}, got {got}");
        }
    }
    // The time of a star is spent at the ramp of its root, in all 63 transfers that occupy it.
    let star = row_reduce(&row, RowPattern::Star, 64.0);
    let played = play(&on(&row), &star).expect("a plan that can be played");
    let path = path_of_plan(&on(&row), &star, &played.trace, false).expect("a path");
    assert_eq!((path.transfers, time_shares(&path, path.end)[0].class), (63, Some(LinkClass::Ramp)));
    // Drain and the rest, engine-model 6.1, cycles.
    for (name, mesh, pattern, wavelets, drain, rest) in [
        ("tree 512", &wide, RowPattern::Tree, 256.0, 2048.0, 267.0),
        ("tree 64", &row, RowPattern::Tree, 16.0, 64.0, 64.0),
        ("two phases 64", &row, RowPattern::TwoPhase { group: 8 }, 256.0, 512.0, 120.0),
        ("two phases 512", &wide, RowPattern::TwoPhase { group: 23 }, 128.0, 256.0, 720.0),
    ] {
        let [total, _, serialization, contention, latency, processing] =
            table(&on(mesh), &row_reduce(mesh, pattern, wavelets), CYCLE);
        println!(
            "{name}: expected {drain} + {rest}, got {total} = {serialization} + {contention} + {latency} + {processing}"
        );
        assert!(
            (serialization + contention - drain).abs() < 1e-3 && (latency + processing - rest).abs() < 1e-3,
            "{name}"
        );
    }
}

/// A random plan over shared links and serial ports, at most one of these on a route.
fn random_plan(seed: u64) -> (Fabric, Plan) {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut graph = Graph::default();
    for number in 0..8 {
        let mode = if number < 6 { LinkMode::Shared } else { LinkMode::Serial };
        graph.add(BytesPerSec(random.random_range(1.0..10.0)), Femtos(0), mode);
    }
    let mut plan = PlanBuilder::new(Femtos::from_secs(f64::from(random.random_range(0..3_u32))));
    let stage = plan.phase("random");
    for id in 0..30_u32 {
        let mut links: Vec<u32> = (0..6).filter(|_| random.random_range(0..4) == 0).collect();
        match random.random_range(0..4_u32) {
            0 => links.push(6),
            1 => links.push(7),
            _ if links.is_empty() => links.push(0),
            _ => {}
        }
        let latency_s = f64::from(random.random_range(0..4_u32));
        let deps: Vec<Dep> = (0..random.random_range(0..3_u32).min(id))
            .map(|_| Dep {
                on: TransferId(random.random_range(0..id)),
                kind: [DepKind::Head, DepKind::Tail, DepKind::Sent][random.random_range(0..3_usize)],
                delay: Femtos::from_secs(f64::from(random.random_range(0..3_u32))),
                hop_offset: Femtos::from_secs(random.random_range(0.0..=1.0) * latency_s),
            })
            .collect();
        let runs = links.into_iter().map(|link| RouteRun::single(LinkId(link), 1.0, 0.0, Flow::Reduce));
        let route = plan.route(runs, Femtos::from_secs(latency_s));
        let added = plan.transfer(stage, route, random.random_range(1.0..50.0), Delivery::Partial, &deps);
        if random.random_range(0..5_u32) == 0 {
            plan.delay_start(added, Femtos::from_secs(f64::from(random.random_range(0..20_u32))));
        }
    }
    (Topology::Graph(graph).into(), plan.build())
}

#[test]
fn shares_of_random_plans_add_up_to_the_femtosecond() {
    for seed in 0..500 {
        let (fabric, plan) = random_plan(seed);
        let played = play(&fabric, &plan).expect("a plan that can be played");
        let path = path_of_plan(&fabric, &plan, &played.trace, false).expect("a path");
        assert!(path.complete, "job {seed}");
        assert!(path.steps.windows(2).all(|pair| pair[0].until == pair[1].from), "job {seed}: without gaps");
        assert_eq!(path.steps.first().map(|step| step.from), Some(Femtos(0)), "job {seed}");
        let sum: u64 = time_shares(&path, played.trace.end()).iter().map(|part| part.time.0).sum();
        assert_eq!(sum, played.trace.end().0, "job {seed}");
    }
}

/// Every bundled scene, and some with degradations.
#[test]
fn shares_of_all_scenes_add_up_to_the_femtosecond() {
    for NamedRun { name, run } in all_runs() {
        let Some(result) = run.result() else { continue };
        let path = critical_path(&run).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(path.complete, "{name}");
        let sum: u64 = time_shares(&path, result.time).iter().map(|part| part.time.0).sum();
        assert_eq!(sum, result.time.0, "{name}");
    }
}

/// Every algorithm on every machine, with and without late ranks.
#[test]
fn shares_of_every_algorithm_add_up_on_every_machine() {
    let catalog = Catalog::bundled().expect("the catalog");
    let mut explained = 0;
    for machine in catalog.machine_ids().filter(|&machine| machine != "graph") {
        let wafer = machine.starts_with("wse");
        let free = catalog.get(machine).and_then(|known| match known {
            Machine::Free(free) => Some(free),
            _ => None,
        });
        let layouts: &[(&str, u32, &str)] = match machine {
            "cs-2-cluster" | "cs-3-cluster" => &[("", 8, "300KiB")],
            "cs-4" => &[("", 3, "300KiB")],
            _ if free.is_some_and(|free| free.region.matches('x').count() == 2) => {
                &[("region: \"4x2x2\",", 8, "300KiB")]
            }
            _ if free.is_some_and(|free| !free.region.is_empty()) => &[("region: \"4x2\",", 8, "300KiB")],
            _ if free.is_some() => &[("", 8, "300KiB")],
            _ if wafer => &[
                ("layout: \"strips\", region: \"96x40\",", 8, "300KiB"),
                ("layout: \"per-pe\", region: \"13x9\",", 8, "100B"),
            ],
            "h100-nvl-2" | "dgx-spark-2" => &[("", 2, "300KiB")],
            _ => &[("", 8, "300KiB"), ("nodes: 4, network: \"ib-ndr\",", 16, "3MiB")],
        };
        for (layout, replicas, message) in layouts {
            for faults in ["", "faults: [(jitter: \"3us\")],"] {
                let text = format!(
                    "(version: 1, title: \"t\", workload: (message: \"{message}\", replicas: {replicas}),
                      fabrics: [(name: \"f\", machine: \"{machine}\", {layout} {faults} algorithm: \"auto\")])"
                );
                let document = parse_scene("t", &text, &catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
                for (id, _) in choices(&document.scene.fabrics[0]) {
                    let setting = Setting::parse(&format!("fabrics.0.algorithm={id}")).expect("a setting");
                    let document = document.with(&[setting], &catalog).expect("a choice of the list");
                    let run = &solve(&document.scene)[0];
                    // Some plans refuse degradations.
                    let Some(result) = run.result() else { continue };
                    let name = format!("{machine} {layout} {id} {faults}");
                    let explanation = explain(run).unwrap_or_else(|error| panic!("{name}: {error}"));
                    assert!(explanation.path.complete, "{name}");
                    let sum: u64 = explanation.shares.iter().map(|part| part.time.0).sum();
                    assert_eq!(sum, result.time.0, "{name}");
                    let all = explanation.elasticities.as_ref().unwrap_or_else(|| panic!("{name}: no elasticities"));
                    let noted = explanation.notes.iter().any(|note| note.code == NoteCode::PathChanges);
                    assert!(noted || (all.sum - 1.0).abs() <= SUM_TOLERANCE, "{name}");
                    if noted {
                        println!("{name}: {:.4}", all.sum);
                    }
                    explained += 1;
                }
            }
        }
    }
    assert!(explained > 150, "only {explained} runs were explained");
}

#[test]
fn a_re_run_with_factor_1_is_identical() {
    for NamedRun { name, run } in all_runs() {
        let Some(result) = run.result() else { continue };
        let mut parameters = run.parameters();
        parameters.dedup_by_key(|parameter| parameter.of);
        for parameter in parameters {
            let replay = run.replay(parameter, 1.0);
            assert_eq!(replay.map(|replay| replay.time), Some(result.time), "{name}: {parameter:?}");
        }
    }
}

#[test]
fn a_replay_from_the_cache_takes_as_long_as_a_whole_one() {
    for NamedRun { name, run } in all_runs().into_iter().filter(|named| named.run.result().is_some()) {
        let mut cache = ReplayCache::default();
        for parameter in run.parameters() {
            for factor in [1.0, 1.01, 1.0 / 1.01, 2.0, 0.5] {
                let whole = run.replay(parameter, factor).map(|replay| replay.time);
                assert_eq!(run.replayed(parameter, factor, &mut cache), whole, "{name}: {parameter:?} x {factor}");
            }
        }
    }
}

#[test]
fn replays_of_rings_search_their_paths_once() {
    let catalog = Catalog::bundled().expect("the catalog");
    let text = "(version: 1, title: \"t\", workload: (message: \"64MiB\", replicas: 32), fabrics: [(name: \"f\", \
                machine: \"dgx-h100\", nodes: 4, network: \"ib-ndr\", algorithm: \"hierarchical\")])";
    let document = parse_scene("t", text, &catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    let run = &solve(&document.scene)[0];
    let mut cache = ReplayCache::default();
    let all = elasticities(run, &mut cache).expect("a run");
    assert!(all.all.len() >= 4 && cache.path_searches() == 1, "{} searches", cache.path_searches());
}

/// Latencies, processing and launch minus capacities are 1: the time scales with all times together (engine-model 6.2).
#[test]
fn elasticities_add_up_to_1_or_a_note_says_why_not() {
    let mut changed = 0;
    for NamedRun { name, run } in all_runs() {
        let Some(all) = elasticities(&run, &mut ReplayCache::default()) else { continue };
        println!("{name}: the elasticities add up to {:.6}", all.sum);
        let path = critical_path(&run).unwrap_or_else(|error| panic!("{name}: {error}"));
        if all.path_changes(&time_shares(&path, run.result().expect("a run").time)) {
            println!("{name}: the path changes");
            let explanation = explain(&run).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(explanation.notes.first().map(|note| note.code), Some(NoteCode::PathChanges), "{name}");
            changed += 1;
        }
        // In these scenes more capacity never costs time and shorter times never do, except for the rate of other traffic.
        let traffic = Some(LinkClass::RateCap(RateCapReason::BackgroundTraffic));
        for one in all.all.iter().filter(|one| one.parameter.class != traffic) {
            let worth = if one.parameter.of == ParameterKind::Capacity { -one.value } else { one.value };
            assert!(worth > -1e-3, "{name}: {one:?}");
        }
    }
    assert!(changed <= 3, "paths change in {changed} of the runs");
}

#[test]
fn elasticities_equal_shares_without_contention() {
    // Engine-model 6.3: bandwidth, latency, processing, launch.
    let scenes = [
        (
            "hgx-b200",
            "8, seed: 1), fabrics: [(name: \"f\", machine: \"dgx-h100\", algorithm: \"ring\", params: (link_capacity: \"370.8GB/s\", step_delay: \"2.4us\", launch: \"8.4us\"))])",
            "64MiB",
            [-0.8717, 0.0193, 0.0859, 0.0231],
        ),
        (
            "nvls",
            "8, seed: 1), fabrics: [(name: \"f\", machine: \"dgx-h100\", algorithm: \"nvls\", params: (link_capacity: \"309GB/s\", launch: \"13us\"))])",
            "64MiB",
            [-0.9458, 0.0039, 0.0, 0.0503],
        ),
        (
            "chain",
            "8, seed: 1), fabrics: [(name: \"f\", machine: \"wse-2\", layout: \"per-pe\", region: \"512x512\", algorithm: \"chain-xy\")])",
            "1KiB",
            [-0.0969, 0.2579, 0.6453, 0.0],
        ),
    ];
    let catalog = Catalog::bundled().expect("the catalog");
    for (name, rest, message, expected) in scenes {
        let text = format!("(version: 1, title: \"t\", workload: (message: \"{message}\", replicas: {rest}");
        let document = parse_scene(name, &text, &catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
        let run = &solve(&document.scene)[0];
        let all = elasticities(run, &mut ReplayCache::default()).expect("a run");
        let of =
            |of: ParameterKind| all.all.iter().filter(|one| one.parameter.of == of).map(|one| one.value).sum::<f64>();
        let got =
            [ParameterKind::Capacity, ParameterKind::Latency, ParameterKind::Processing, ParameterKind::Launch].map(of);
        println!("{name}: expected {expected:?}, got {got:?} (engine-model 6.3)");
        for (got, expected) in got.iter().zip(expected) {
            // The model gives four digits of the fluid time; a reported wafer time is one cycle in 8,000 shorter.
            assert!((got - expected).abs() < 1.5e-4, "{name}: expected {expected}, got {got}");
        }
    }
}
