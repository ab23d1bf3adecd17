//! Scenes with a claim: each loads, runs, draws, and has the expected verdict.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use fabricscope::catalog::Catalog;
use fabricscope::explain::verdict;
use fabricscope::sample::{FabricFrame, FabricView, Playback};
use fabricscope::scene::{BUNDLED, CLAIMS, Measure, SceneDocument};
use fabricscope::solve::{FabricRun, Outcome, solve};
use fabricscope::stage::{Rect, ViewState, stage_cells};
use fabricscope::units::Femtos;
use glam::{Vec2, vec2};

fn claims() -> Vec<(&'static str, SceneDocument, Vec<FabricRun>)> {
    let catalog = Catalog::bundled().expect("the catalog");
    let load = |scene: &fabricscope::scene::BundledScene| {
        let document = scene.load(&catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
        let runs = solve(&document.scene);
        (scene.file, document, runs)
    };
    CLAIMS.iter().map(load).collect()
}

/// The verdict on each claim. A change here must be intended.
const CONCLUSIONS: [(&str, &str); 10] = [
    ("scalar-8-gpus", "Supported in 2, open in 1 of 3 comparisons"),
    ("scalar-64-gpus", "Supported: the claim needs"),
    ("replicas-on-a-wafer", "Supported: the claim needs"),
    ("narrow-cut", "Contradicted: the claim needs"),
    ("ring-on-a-wafer", "Supported in 1, contradicted in 1 of 2 comparisons"),
    ("through-the-door", "Contradicted: the claim needs"),
    ("one-slow-nic", "Contradicted: the claim needs"),
    ("four-nodes-or-two", "Contradicted: the claim needs"),
    ("ring-1024-1gib", "Supported: the claim needs"),
    ("ring-1024-2gib", "Supported: the claim needs"),
];

#[test]
fn every_claim_has_the_expected_verdict() {
    for (file, document, runs) in claims() {
        let said = verdict(&document.scene, &runs).unwrap_or_else(|| panic!("{file} makes no claim"));
        let (_, conclusion) = CONCLUSIONS.iter().find(|(name, _)| file.contains(name)).expect("a conclusion");
        assert!(said.contains(conclusion), "{file}: {said}");
        assert!(!document.scene.decide.is_empty(), "{file} says what would decide it");
        for decision in &document.scene.decide {
            let Measure::Time { to } = decision.measure else { continue };
            let [of, to] = [&runs[decision.of], &runs[to]];
            let [time, base] = [of, to].map(|run| run.result().expect("a run").time);
            // Four digits of the ratio, as everywhere.
            let ratio = fabricscope::units::significant(time.secs() / base.secs());
            let words = format!("{ratio}x as long as \"{}\" ({base}", to.scene.name);
            assert!(said.contains(&words), "{file}: {words} is not in {said}");
            assert!(
                said.contains(&format!("\"{}\" ", of.scene.name)) && said.contains(&time.to_string()),
                "{file}: {said}"
            );
        }
        for run in &runs {
            let name = &run.scene.name;
            match &run.outcome {
                Outcome::Ran(result) => {
                    let (takes, reference) =
                        (format!("\"{name}\" takes {}", result.time), format!("\"{name}\" ({}", result.time));
                    assert!(said.contains(&takes) || said.contains(&reference), "{file}: {said}")
                }
                Outcome::CannotRun => assert!(said.contains(&format!("\"{name}\" cannot run: does not fit")), "{said}"),
                Outcome::Failed(error) => panic!("{file}: {error}"),
            }
        }
        assert!(said.contains("Based on: "), "{file}: {said}");
    }
}

#[test]
fn slow_fabrics_are_compared_with_identical_ones() {
    let claims = claims();
    let said = |name: &str| {
        let (_, document, runs) = claims.iter().find(|(file, ..)| file.contains(name)).expect("the scene");
        verdict(&document.scene, runs).expect("a verdict")
    };
    let slow = said("one-slow-nic");
    assert!(slow.contains("1.483x as long as \"All NICs\"") && slow.contains("1.998x as long as \"Ring, all NICs\""));
    assert!(said("scalar-8").contains("1.005x as long as \"WSE-3 chain\" (15.39 µs, 71 % cores adding and delivering), a tie within the 10 % error of the measured timing"));
    assert!(said("four-nodes").contains("The algorithms differ: ring and nvls-tree."));
    // Without conditions, a slow fabric is still compared with the same fabric without degradations.
    let (_, document, runs) = claims.iter().find(|(file, ..)| file.contains("one-slow-nic")).expect("the scene");
    let mut scene = document.scene.clone();
    scene.decide.clear();
    let said = verdict(&scene, runs).expect("a verdict");
    assert!(said.starts_with("No verdict: the scene sets no conditions for its claim."), "{said}");
    assert!(said.contains("1.483x as long as \"All NICs\""), "{said}");
}

#[test]
fn only_scenes_with_a_claim_have_a_verdict() {
    let catalog = Catalog::bundled().expect("the catalog");
    for scene in &BUNDLED {
        let document = scene.load(&catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
        assert_eq!(verdict(&document.scene, &solve(&document.scene)), None, "{}", scene.file);
    }
}

#[test]
fn every_claim_draws() {
    for (file, _, runs) in claims() {
        let cells = stage_cells(Rect::new(Vec2::ZERO, vec2(1400.0, 800.0)), runs.len(), 0);
        let views: Vec<FabricView> = runs.iter().zip(cells).map(|(run, cell)| FabricView::new(run, cell)).collect();
        let longest = runs.iter().filter_map(FabricRun::result).map(|result| result.time).max().expect("one that ran");
        for part in [0, 1, 2, 3] {
            let at = Femtos(longest.0 / 3 * part);
            for (run, view) in runs.iter().zip(&views) {
                let mut frame = FabricFrame::default();
                view.frame(run, at, Playback::paused(longest.secs() / 12.0), &ViewState::default(), &mut frame);
                let name = &run.scene.name;
                assert_eq!(frame.fills.len(), view.layout.chips.len(), "{file}: {name}");
                assert!(frame.fills.iter().all(|fill| (0.0..=1.0).contains(fill)), "{file}: {name} at {at}");
                assert!(frame.utilisations.iter().all(|share| share.is_finite()), "{file}: {name} at {at}");
            }
        }
    }
}
