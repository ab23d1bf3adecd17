//! Scenes that put a claim to the test: each loads, runs, draws, and has a verdict that its own figures bear out.

use fabricscope::catalog::Catalog;
use fabricscope::explain::verdict;
use fabricscope::scene::{BUNDLED, CLAIMS, FabricRun, Outcome, SceneDocument, solve};
use fabricscope::units::Femtos;
use fabricscope::view::{FabricFrame, FabricView, Rect, Stage, stage_cells};
use glam::{Vec2, vec2};

fn claims() -> Vec<(&'static str, SceneDocument, Vec<FabricRun>)> {
    let catalog = Catalog::bundled().expect("the catalog");
    let load = |scene: &fabricscope::scene::BundledScene| {
        let document = scene.load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
        let runs = solve(&document.scene);
        (scene.file, document, runs)
    };
    CLAIMS.iter().map(load).collect()
}

#[test]
fn a_verdict_names_the_fastest_and_how_much_longer_the_others_take() {
    for (file, document, runs) in claims() {
        let said = verdict(&document.scene, &runs).unwrap_or_else(|| panic!("{file} makes no claim"));
        let times: Vec<(&str, Femtos)> =
            runs.iter().filter_map(|run| Some((run.scene.name.as_str(), run.result()?.time))).collect();
        let fastest = times.iter().min_by_key(|(_, time)| *time).expect("one that ran");
        assert!(said.starts_with(&format!("{} is the fastest: {}", fastest.0, fastest.1)), "{file}: {said}");
        for run in &runs {
            let name = &run.scene.name;
            match &run.outcome {
                Outcome::Ran(result) if result.time > fastest.1 => {
                    // Four digits of the ratio, as everywhere.
                    let ratio = fabricscope::units::significant(result.time.secs() / fastest.1.secs());
                    assert!(
                        said.contains(&format!("{name} takes {ratio}x as long: {}", result.time)),
                        "{file}: {said}"
                    );
                }
                Outcome::Ran(_) => assert!(said.contains(name.as_str())),
                Outcome::CannotRun => assert!(said.contains(&format!("{name} cannot run: does not fit")), "{said}"),
                Outcome::Failed(error) => panic!("{file}: {error}"),
            }
        }
    }
}

#[test]
fn only_scenes_with_a_claim_have_a_verdict() {
    let catalog = Catalog::bundled().expect("the catalog");
    for scene in &BUNDLED {
        let document = scene.load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(verdict(&document.scene, &solve(&document.scene)), None, "{}", scene.file);
    }
}

#[test]
fn every_claim_draws() {
    for (file, _, runs) in claims() {
        let cells = stage_cells(Rect::new(Vec2::ZERO, vec2(1400.0, 800.0)), runs.len(), 0);
        let views: Vec<FabricView> = runs.iter().zip(cells).map(|(run, cell)| FabricView::of(run, cell)).collect();
        let longest = runs.iter().filter_map(FabricRun::result).map(|result| result.time).max().expect("one that ran");
        for part in [0, 1, 2, 3] {
            let at = Femtos(longest.0 / 3 * part);
            for (run, view) in runs.iter().zip(&views) {
                let mut frame = FabricFrame::default();
                view.frame(run, at, longest.secs() / 12.0, &Stage::default(), &mut frame);
                let name = &run.scene.name;
                assert_eq!(frame.fills.len(), view.layout.chips.len(), "{file}: {name}");
                assert!(frame.fills.iter().all(|fill| (0.0..=1.0).contains(fill)), "{file}: {name} at {at}");
                assert!(frame.utilisations.iter().all(|share| share.is_finite()), "{file}: {name} at {at}");
            }
        }
    }
}
