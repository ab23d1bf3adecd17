//! How long solving and drawing take. Prints tables; asserts nothing.
//!
//! `cargo bench --no-default-features --bench speed` for all of it, with ` -- solve`, ` -- scaling`, ` -- curves`,
//! ` -- sweep`, ` -- explain`, ` -- draw` or ` -- large` for a part. Bytes are those that the solver asks the allocator for at its peak.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use fabricscope::catalog::Catalog;
use fabricscope::collective::{
    Delays, FirstPartner, Plan, RankOrder, XyPattern, fit_to_faults, halving_doubling_all_reduce, ring_all_reduce,
    ring_over, xy_all_reduce,
};
use fabricscope::explain::{critical_path, explain};
use fabricscope::fabric::{Fabric, Grid, LinkFigures, LinkId, Mesh, Switch, Topology};
use fabricscope::sample::{FabricFrame, FabricView};
use fabricscope::scene::{BUNDLED, parse_scene};
use fabricscope::simulate::{play, play_by_events};
use fabricscope::solve::solve;
use fabricscope::stage::{Rect, StageCamera, ViewState, stage_cells};
use fabricscope::sweep::{Sweep, SweepAxis};
use fabricscope::units::{Bytes, BytesPerSec, Femtos};
use glam::{Vec2, vec2};

/// Counts what is asked for, and the most of it at once.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator unchanged; only sizes are counted.
#[expect(unsafe_code, reason = "an allocator is unsafe by its trait")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const FRAME_MS: f64 = 1000.0 / 60.0;

/// The median of several runs, milliseconds, and the peak of memory, MB.
fn measure(runs: usize, mut work: impl FnMut()) -> (f64, f64) {
    let before = NOW.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], (PEAK.load(Ordering::Relaxed) - before) as f64 / 1e6)
}

/// The cases that the project holds itself against: solving the scenes of `scenes/bench`, beside the event loop on the
/// same plan written out.
fn cases() {
    let Ok(catalog) = Catalog::bundled() else { return };
    println!(
        "{:18} {:>14} {:>10} {:>9} {:>16} {:>14} {:>8}",
        "scene", "transfers", "solve ms", "MB", "transfers/s", "events ms", "ratio"
    );
    for name in
        ["ring-72", "ring-1024", "torus-64x64", "mesh-16x16-snake", "mesh-64x64-far", "wafer-full", "cluster-100k"]
    {
        let path = format!("{}/scenes/bench/{name}.ron", env!("CARGO_MANIFEST_DIR"));
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let Ok(document) = parse_scene(name, &text, &catalog) else { continue };
        let (ms, mb) = measure(9, || drop(solve(&document.scene)));
        let runs = solve(&document.scene);
        let Some(run) = runs.first() else { continue };
        let transfers = run.plan.logical_transfers() as f64;
        // The event loop is the reference; it takes up to 1 kB per transfer, so only what fits 2 GB is played by it.
        let fits = f64::from(run.plan.transfer_count()) < 2.1e6;
        // Where one row stands for all, the event loop plays every rank's sends, or every row.
        let every = match (name, &run.fabric.topology) {
            ("mesh-64x64-far", _) => {
                let delays = Delays::default();
                halving_doubling_all_reduce(&run.fabric, run.message, &delays, FirstPartner::Far, true).ok()
            }
            ("wafer-full", Topology::Mesh(mesh)) => every_row(mesh, &run.fabric, &run.plan),
            _ => None,
        };
        let plan = every.as_ref().unwrap_or(&run.plan);
        let events = fits.then(|| measure(1, || drop(play_by_events(&run.fabric, plan))).0);
        let shown = |value: Option<f64>| value.map_or("does not fit".to_owned(), |value| format!("{value:.1}"));
        println!(
            "{name:18} {transfers:>14.0} {ms:>10.3} {mb:>9.2} {:>16.3e} {:>14} {:>8}",
            transfers / (ms * 1e-3),
            shown(events),
            events.map_or("-".to_owned(), |events| format!("{:.0}", events / ms))
        );
    }
    // The largest cluster of the kind of `cluster-100k` whose sends fit 2 GB written out.
    let name = "350 nodes";
    let text = r#"(version: 1, title: "t", workload: (message: "1GiB", replicas: 2800), fabrics: [(name: "A", machine:
        "dgx-h100", nodes: 350, network: "ib-ndr", algorithm: "hierarchical")])"#;
    let Ok(document) = parse_scene(name, text, &catalog) else { return };
    let (ms, mb) = measure(9, || drop(solve(&document.scene)));
    let runs = solve(&document.scene);
    let Some(run) = runs.first() else { return };
    let transfers = run.plan.logical_transfers() as f64;
    let (events, _) = measure(1, || drop(play_by_events(&run.fabric, &run.plan)));
    let per_s = transfers / (ms * 1e-3);
    println!("{name:18} {transfers:>14.0} {ms:>10.3} {mb:>9.2} {per_s:>16.3e} {events:>14.1} {:>8.0}", events / ms);
}

/// A wafer's plan with every row written out: each comes a femtosecond earlier or later than the next, so none stands for
/// another.
fn every_row(mesh: &Mesh, fabric: &Fabric, plan: &Plan) -> Option<Plan> {
    let late_by = |pe: u32| Femtos(u64::from(pe / mesh.width % 2));
    fit_to_faults(plan.clone(), mesh, fabric, true, &late_by).ok()
}

/// How time and memory grow where it is not rings round one switch: with nodes, with the size of a wafer, and where
/// streams contend.
fn curves() {
    let Ok(catalog) = Catalog::bundled() else { return };
    println!("\n{:44} {:>14} {:>10} {:>9} {:>14}", "plan", "transfers", "solve ms", "MB", "events ms");
    let row = |name: &str, fabric: &str, replicas: u32| {
        let text = format!(
            "(version: 1, title: \"t\", workload: (message: \"1GiB\", replicas: {replicas}), fabrics: [(name: \"A\", {fabric})])"
        );
        let Ok(document) = parse_scene(name, &text, &catalog) else { return println!("{name:44} refused") };
        let start = Instant::now();
        let runs = solve(&document.scene);
        let times = if start.elapsed().as_secs_f64() > 1.0 { 1 } else { 5 };
        let Some(run) = runs.first().filter(|run| run.result().is_some()) else {
            return println!("{name:44} refused");
        };
        let (ms, mb) = measure(times, || drop(solve(&document.scene)));
        // Of rules; what is listed is played by events anyway.
        let fits = f64::from(run.plan.transfer_count()) < 2.1e6;
        let rule = run.plan.rings().is_some() || run.plan.alike().is_some();
        let mut played = false;
        let events = (fits && rule).then(|| measure(1, || played = play_by_events(&run.fabric, &run.plan).is_ok()).0);
        let events = events.filter(|_| played).map_or("-".to_owned(), |ms| format!("{ms:.1}"));
        println!("{name:44} {:>14} {ms:>10.2} {mb:>9.1} {events:>14}", run.plan.logical_transfers());
    };
    for nodes in [2, 8, 33, 64, 350, 1024, 12_500] {
        for algorithm in ["hierarchical", "ring", "nvls-tree"] {
            let fabric =
                format!("machine: \"dgx-h100\", nodes: {nodes}, network: \"ib-ndr\", algorithm: \"{algorithm}\"");
            row(&format!("{nodes} x dgx-h100, {algorithm}"), &fabric, 8 * nodes);
        }
    }
    for nodes in [2, 8] {
        let fabric = format!("machine: \"gb200-nvl72\", nodes: {nodes}, network: \"ib-ndr\", algorithm: \"ring\"");
        row(&format!("{nodes} x gb200-nvl72, ring"), &fabric, 72 * nodes);
    }
    for ranks in [8, 72, 256, 1024, 4096] {
        row(&format!("direct round a switch of {ranks}"), "machine: \"switch\", algorithm: \"direct\"", ranks);
    }
    for side in [16, 64, 256, 512, 1024, 2048] {
        let fabric = format!(
            "machine: \"mesh\", region: \"{side}x{side}\", algorithm: \"halving-doubling\", params: (first_partner: \"far\")"
        );
        row(&format!("halving-doubling, far, on {side} x {side}"), &fabric, 2);
    }
    let wafer = |width: u32, height: u32| Mesh {
        width,
        height,
        clock_hz: 0.875e9,
        bytes_per_cycle: 4.0,
        hop_cycles: 1.0,
        turn_cycles: 0.0,
        ramp_cycles: 2.0,
    };
    println!(
        "\n{:44} {:>14} {:>10} {:>9} {:>14} {:>9}",
        "wafer, B = 256", "streams", "solve ms", "MB", "every row ms", "MB"
    );
    for (width, height) in [(16, 16), (64, 64), (256, 256), (512, 512), (755, 1170)] {
        for pattern in [XyPattern::Chain, XyPattern::Tree, XyPattern::TwoPhase, XyPattern::AutoGen, XyPattern::Star] {
            let mesh = wafer(width, height);
            let fabric = Fabric::from(Topology::Mesh(mesh.clone()));
            let plan_and_play = || play(&fabric, &xy_all_reduce(&mesh, pattern, 256.0));
            let (ms, mb) = measure(3, || drop(plan_and_play()));
            let plan = xy_all_reduce(&mesh, pattern, 256.0);
            let mut fits = false;
            let (rows_ms, rows_mb) = measure(1, || {
                fits = every_row(&mesh, &fabric, &plan).is_some_and(|plan| play(&fabric, &plan).is_ok());
            });
            let rows =
                if fits { format!("{rows_ms:>14.1} {rows_mb:>9.0}") } else { format!("{:>14} {:>9}", "refused", "-") };
            let name = format!("{pattern:?} on {width} x {height}");
            println!("{name:44} {:>14} {ms:>10.2} {mb:>9.2} {rows}", plan.logical_transfers());
        }
    }
}

fn switch(ranks: u32) -> Fabric {
    Topology::Switch(Switch { ranks, capacity: BytesPerSec(900e9), latency: Femtos(500_000_000) }).into()
}

fn torus(side: u32) -> Fabric {
    let links = LinkFigures { capacity: BytesPerSec(100e9), latency: Femtos(500_000_000) };
    Topology::Grid(Grid { width: side, height: side, wraps: true, links }).into()
}

/// One row of the curve: the rule alike for all, with one slow link, and by events.
fn curve_row(name: &str, ranks: u32, fabric: Fabric, plan_on: &dyn Fn(&Fabric) -> Option<Plan>) {
    let Some(plan) = plan_on(&fabric) else { return println!("{name:22} {ranks:>9}  more sends than are counted") };
    let transfers = f64::from(plan.transfer_count());
    let runs = if transfers > 1e6 { 3 } else { 9 };
    let (alike_ms, alike_mb) = measure(runs, || drop(plan_on(&fabric).map(|plan| play(&fabric, &plan))));
    let mut uneven = fabric.clone();
    uneven.slow([(LinkId(1), 0.5)]);
    let mut ran = false;
    let (uneven_ms, uneven_mb) =
        measure(runs, || ran = plan_on(&uneven).is_some_and(|plan| play(&uneven, &plan).is_ok()));
    let uneven =
        if ran { format!("{uneven_ms:>10.2} {uneven_mb:>9.1}") } else { format!("{:>10} {:>9}", "refused", "-") };
    let events = (transfers < 2.1e6).then(|| measure(1, || drop(play_by_events(&fabric, &plan))));
    let events = events.map_or("refused".to_owned(), |(ms, mb)| format!("{ms:>10.1} {mb:>8.0}"));
    println!("{name:22} {ranks:>9} {transfers:>14.0} {alike_ms:>10.3} {alike_mb:>9.2} {uneven} {events:>19}");
}

/// How time and memory grow with ranks.
fn scaling() {
    println!(
        "{:22} {:>9} {:>14} {:>10} {:>9} {:>10} {:>9} {:>10} {:>8}",
        "plan", "ranks", "sends", "alike ms", "MB", "uneven ms", "MB", "events ms", "MB"
    );
    let message = Bytes(1 << 30);
    for ranks in [8, 32, 72, 256, 1024, 4096, 16_384, 32_768] {
        curve_row("ring round a switch", ranks, switch(ranks), &|fabric| {
            ring_all_reduce(fabric, message, &Delays::default()).ok()
        });
    }
    for side in [4, 8, 16, 32, 64, 128, 256, 512, 1024] {
        curve_row("rings on a torus", side * side, torus(side), &|fabric| {
            ring_over(fabric, &[side, side], RankOrder::Straight, message, &Delays::default()).ok()
        });
    }
}

/// What a frame costs, for every scene that comes with the program.
fn drawing() {
    let Ok(catalog) = Catalog::bundled() else { return };
    let row = |name: &str, ms: f64| println!("{name:44} {ms:10.3} ms {:10.3} frames", ms / FRAME_MS);
    for scene in &BUNDLED {
        let Ok(document) = scene.load(&catalog) else { continue };
        row(&format!("solve: {}", scene.file), measure(9, || drop(solve(&document.scene))).0);
        let runs = solve(&document.scene);
        let cells = stage_cells(Rect::new(Vec2::ZERO, vec2(1300.0, 800.0)), runs.len(), 0);
        let prepare = || runs.iter().zip(&cells).map(|(run, cell)| FabricView::new(run, *cell)).collect::<Vec<_>>();
        row(&format!("prepare the stage: {}", scene.file), measure(9, || drop(prepare())).0);
        let views = prepare();
        let mut frames = vec![FabricFrame::default(); views.len()];
        let longest = runs.iter().filter_map(|run| run.result()).map(|result| result.time).max().unwrap_or_default();
        let mut instant = 0;
        let (ms, _) = measure(9, || {
            instant += 1;
            let at = Femtos(longest.0 / 20 * instant);
            for ((run, view), frame) in runs.iter().zip(&views).zip(&mut frames) {
                view.frame(run, at, longest.secs() / 12.0, &ViewState::default(), frame);
            }
        });
        row(&format!("one frame: {}", scene.file), ms);
    }
}

/// What a frame of a large fabric costs, as a whole and looked at closely.
fn large_fabrics() {
    let Ok(catalog) = Catalog::bundled() else { return };
    let fabrics = [
        ("torus 64 x 64, ring", 1, r#"machine: "torus", region: "64x64", algorithm: "ring""#),
        ("mesh 64 x 64, halving-doubling", 1, r#"machine: "mesh", region: "64x64", algorithm: "halving-doubling""#),
        (
            "64 x DGX H100, hierarchical",
            512,
            r#"machine: "dgx-h100", nodes: 64, network: "ib-ndr", algorithm: "hierarchical""#,
        ),
        ("64 x DGX H100, ring", 512, r#"machine: "dgx-h100", nodes: 64, network: "ib-ndr", algorithm: "ring""#),
        (
            "12,500 x DGX H100",
            100_000,
            r#"machine: "dgx-h100", nodes: 12500, network: "ib-ndr", algorithm: "hierarchical""#,
        ),
        ("mesh 2048 x 2048, ring", 1, r#"machine: "mesh", region: "2048x2048", algorithm: "ring""#),
    ];
    println!(
        "\n{:32} {:>6} {:>7} {:>7} {:>10} {:>10} {:>10}",
        "large fabric", "scale", "chips", "links", "view ms", "place ms", "frame ms"
    );
    let cell = stage_cells(Rect::new(Vec2::ZERO, vec2(1300.0, 800.0)), 1, 0)[0];
    for (name, replicas, fabric) in fabrics {
        let text = format!(
            "(version: 1, title: \"t\", workload: (message: \"64MiB\", replicas: {replicas}), fabrics: [(name: \"A\", {fabric})])"
        );
        let Ok(document) = parse_scene(name, &text, &catalog) else { continue };
        let runs = solve(&document.scene);
        let Some(run) = runs.first() else { continue };
        let (view_ms, _) = measure(3, || drop(FabricView::new(run, cell)));
        let mut view = FabricView::new(run, cell);
        let end = run.result().map(|result| result.time).unwrap_or_default();
        for scale in [1.0, 6.0] {
            let mut step = 0;
            let (place_ms, _) = measure(9, || {
                step += 1;
                view.place(run, cell, StageCamera::at(vec2(0.4, 0.4 + 1e-4 * step as f32), 1.0 / scale));
            });
            let mut frame = FabricFrame::default();
            let mut instant = 0;
            let (ms, _) = measure(19, || {
                instant += 1;
                view.frame(run, Femtos(end.0 / 20 * instant), end.secs() / 12.0, &ViewState::default(), &mut frame);
            });
            let counts = (view.layout.chips.len(), view.layout.links.len());
            println!(
                "{name:32} {scale:>6} {:>7} {:>7} {view_ms:>10.1} {place_ms:>10.3} {ms:>10.3}",
                counts.0, counts.1
            );
        }
    }
}

/// A sweep of 300 runs: two algorithms, 5 numbers of ranks from 8 to 72, 30 sizes. The bar: about a second on two cores.
fn sweeping() {
    let Ok(catalog) = Catalog::bundled() else { return };
    let Some(Ok(document)) = BUNDLED.iter().find(|scene| scene.file == "rack.ron").map(|scene| scene.load(&catalog))
    else {
        return;
    };
    let overs = ["workload.replicas=8..72+16", "workload.message=8B..4GiB*2"];
    let overs: Vec<SweepAxis> = overs.iter().filter_map(|over| SweepAxis::parse(over).ok()).collect();
    println!("\n{:32} {:>10} {:>10}", "sweep of 300 runs", "s", "ratio");
    let mut one_thread_ms = None;
    for threads in [1, 2] {
        let (ms, _) = measure(5, || {
            if let Ok(mut sweep) = Sweep::new(&document, &catalog, &overs) {
                sweep.solve(threads);
                assert_eq!(sweep.rows().len(), 300);
            }
        });
        let ratio = *one_thread_ms.get_or_insert(ms) / ms;
        println!("{:32} {:>10.3} {ratio:>10.2}", format!("{threads} threads, checks included"), ms / 1e3);
    }
}

/// Explaining: the critical path of the largest traces, and all of it, elasticities included.
fn explaining() {
    let Ok(catalog) = Catalog::bundled() else { return };
    println!("\n{:18} {:>10} {:>10} {:>10} {:>10}", "explained", "solve ms", "path ms", "all ms", "all/solve");
    for name in ["ring-1024", "torus-64x64", "mesh-16x16-snake", "mesh-64x64-far", "wafer-full", "cluster-100k"] {
        let path = format!("{}/scenes/bench/{name}.ron", env!("CARGO_MANIFEST_DIR"));
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let Ok(document) = parse_scene(name, &text, &catalog) else { continue };
        let (solve_ms, _) = measure(5, || drop(solve(&document.scene)));
        let runs = solve(&document.scene);
        let Some(run) = runs.first() else { continue };
        let (path_ms, _) = measure(5, || drop(critical_path(run)));
        let (all_ms, _) = measure(3, || drop(explain(run)));
        println!("{name:18} {solve_ms:>10.3} {path_ms:>10.3} {all_ms:>10.3} {:>10.1}", all_ms / solve_ms);
    }
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wants = |part: &str| wanted.is_empty() || wanted.iter().any(|word| word == part);
    if wants("solve") {
        cases();
    }
    if wants("scaling") {
        scaling();
    }
    if wants("curves") {
        curves();
    }
    if wants("sweep") {
        sweeping();
    }
    if wants("explain") {
        explaining();
    }
    if wants("draw") {
        drawing();
    }
    if wants("large") {
        large_fabrics();
    }
}
