//! What a frame costs, for every scene that comes with the program. The ratios are to a frame at 60 Hz.

use divan::Bencher;
use fabricscope::sample::{FabricFrame, FabricView, Playback};
use fabricscope::scene::{BUNDLED, SceneDocument};
use fabricscope::solve::{FabricRun, solve};
use fabricscope::stage::{Rect, ViewState, stage_cells};
use fabricscope::units::Femtos;
use glam::{Vec2, vec2};

use crate::cases::catalog;
use crate::ratios::timed;

/// Instants that are drawn one after the other.
const INSTANTS: u64 = 20;
/// The slowest fabric takes so long on the screen.
const PLAYS_S: f64 = 12.0;

fn files() -> impl Iterator<Item = &'static str> {
    BUNDLED.iter().map(|scene| scene.file)
}

fn document(file: &str) -> SceneDocument {
    let scene = BUNDLED.iter().find(|scene| scene.file == file).expect("a bundled scene");
    scene.load(&catalog()).unwrap_or_else(|faults| panic!("{faults}"))
}

fn views(runs: &[FabricRun]) -> Vec<FabricView> {
    let cells = stage_cells(Rect::new(Vec2::ZERO, vec2(1300.0, 800.0)), runs.len(), 0);
    runs.iter().zip(&cells).map(|(run, cell)| FabricView::new(run, *cell)).collect()
}

#[divan::bench(args = files(), sample_count = 9)]
fn run(bencher: Bencher, file: &str) {
    let document = document(file);
    timed(bencher, "draw::run", file, || drop(solve(&document.scene)));
}

#[divan::bench(args = files(), sample_count = 9)]
fn prepare(bencher: Bencher, file: &str) {
    let runs = solve(&document(file).scene);
    timed(bencher, "draw::prepare", file, || drop(views(&runs)));
}

#[divan::bench(args = files(), sample_count = 9)]
fn frame(bencher: Bencher, file: &str) {
    let runs = solve(&document(file).scene);
    let views = views(&runs);
    let mut frames = vec![FabricFrame::default(); views.len()];
    let longest = runs.iter().filter_map(|run| run.result()).map(|result| result.time).max().unwrap_or_default();
    let mut instant = 0;
    timed(bencher, "draw::frame", file, || {
        instant = instant % INSTANTS + 1;
        let at = Femtos(longest.0 / INSTANTS * instant);
        for ((run, view), frame) in runs.iter().zip(&views).zip(&mut frames) {
            view.frame(
                run,
                at,
                Playback { speed: longest.secs() / PLAYS_S, playing: true },
                &ViewState::default(),
                frame,
            );
        }
    });
}
