//! How long solving and drawing take, against the time of one frame at 60 a second. Prints a table; asserts nothing.
//!
//! `cargo bench --no-default-features`

use std::time::Instant;

use fabricscope::catalog::Catalog;
use fabricscope::collective::{SoftwareDelays, XyPattern, ring_all_reduce, xy_all_reduce};
use fabricscope::fabric::{Fabric, Mesh, Switch};
use fabricscope::scene::{BUNDLED, solve};
use fabricscope::simulate::play;
use fabricscope::units::{Bytes, BytesPerSec, Femtos};
use fabricscope::view::{FabricFrame, FabricView, Rect, stage_cells};
use glam::{Vec2, vec2};

const FRAME_MS: f64 = 1000.0 / 60.0;

/// The median of several runs, milliseconds.
fn median_ms(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..9)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn row(name: &str, ms: f64) {
    println!("{name:44} {ms:10.3} ms {:10.3} frames", ms / FRAME_MS);
}

fn ring(ranks: u32) {
    let switch = Switch { ranks, capacity: BytesPerSec(900e9), latency: Femtos(500_000_000) };
    let fabric = Fabric::Switch(switch.clone());
    let ms = median_ms(|| {
        let plan = ring_all_reduce(&switch, Bytes(1 << 30), SoftwareDelays::default());
        assert!(play(&fabric, &plan).is_ok());
    });
    row(&format!("plan and play: ring-{ranks}, 1 GiB"), ms);
}

fn main() {
    ring(72);
    ring(256);
    let mesh = Mesh {
        width: 755,
        height: 1170,
        clock_hz: 0.875e9,
        bytes_per_cycle: 4.0,
        hop_cycles: 1.0,
        turn_cycles: 0.0,
        ramp_cycles: 2.0,
    };
    for (name, pattern) in [("chain", XyPattern::Chain), ("tree", XyPattern::Tree), ("two phases", XyPattern::TwoPhase)]
    {
        let fabric = Fabric::Mesh(mesh.clone());
        let ms = median_ms(|| assert!(play(&fabric, &xy_all_reduce(&mesh, pattern, 256.0)).is_ok()));
        row(&format!("plan and play: whole WSE-3, X-Y {name}, 1 KiB"), ms);
    }
    let Ok(catalog) = Catalog::bundled() else { return };
    for scene in &BUNDLED {
        let Ok(document) = scene.load(&catalog) else { continue };
        row(&format!("solve: {}", scene.file), median_ms(|| drop(solve(&document.scene))));
        let runs = solve(&document.scene);
        let cells = stage_cells(Rect::new(Vec2::ZERO, vec2(1300.0, 800.0)), runs.len());
        let prepare = || runs.iter().zip(&cells).map(|(run, cell)| FabricView::of(run, *cell)).collect::<Vec<_>>();
        row(&format!("prepare the stage: {}", scene.file), median_ms(|| drop(prepare())));
        let views = prepare();
        let mut frames = vec![FabricFrame::default(); views.len()];
        let longest = runs.iter().filter_map(|run| run.result()).map(|result| result.time).max().unwrap_or_default();
        let mut instant = 0;
        let ms = median_ms(|| {
            instant += 1;
            let at = Femtos(longest.0 / 20 * instant);
            for ((run, view), frame) in runs.iter().zip(&views).zip(&mut frames) {
                view.frame(run, at, longest.secs() / 12.0, frame);
            }
        });
        row(&format!("one frame: {}", scene.file), ms);
    }
}
