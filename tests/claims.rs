//! Scenes with a claim: each loads, runs and draws, and its verdict agrees with its own figures.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use fabricscope::catalog::Catalog;
use fabricscope::explain::verdict;
use fabricscope::sample::{FabricFrame, FabricView};
use fabricscope::scene::{BUNDLED, CLAIMS, Measure, SceneDocument};
use fabricscope::solve::{FabricRun, Outcome, solve};
use fabricscope::stage::{Rect, ViewState, stage_cells};
use fabricscope::units::Femtos;
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

/// The verdict of each claim. A change here must be intended.
const CONCLUSIONS: [(&str, &str); 10] = [
    ("scalar-8-gpus", "the figures support it in 2 and leave it open in 1"),
    ("scalar-64-gpus", "The figures support the claim"),
    ("replicas-on-a-wafer", "The figures support the claim"),
    ("narrow-cut", "The figures contradict the claim"),
    ("ring-on-a-wafer", "the figures support it in 1 and contradict it in 1"),
    ("through-the-door", "The figures contradict the claim"),
    ("one-slow-nic", "The figures contradict the claim"),
    ("four-nodes-or-two", "The figures contradict the claim"),
    ("ring-1024-1gib", "The figures support the claim"),
    ("ring-1024-2gib", "The figures support the claim"),
];

#[test]
fn a_verdict_agrees_with_the_times_of_its_fabrics() {
    for (file, document, runs) in claims() {
        let verdict_text = verdict(&document.scene, &runs).unwrap_or_else(|| panic!("{file} has no verdict"));
        let (_, conclusion) = CONCLUSIONS.iter().find(|(name, _)| file.contains(name)).expect("a conclusion");
        assert!(verdict_text.contains(conclusion), "{file}: {verdict_text}");
        assert!(!document.scene.decide.is_empty(), "{file} has no condition");
        for decision in &document.scene.decide {
            let Measure::Time { to } = decision.measure else { continue };
            let [of, to] = [&runs[decision.of], &runs[to]];
            let [time, base] = [of, to].map(|run| run.result().expect("a run").time);
            // The ratio has four digits.
            let ratio = fabricscope::units::significant(time.secs() / base.secs());
            let comparison = format!("{ratio}x as long as \"{}\": {base}", to.scene.name);
            assert!(verdict_text.contains(&comparison), "{file}: {comparison} is not in {verdict_text}");
            assert!(verdict_text.contains(&format!("\"{}\": {time}", of.scene.name)), "{file}: {verdict_text}");
        }
        for run in &runs {
            let name = &run.scene.name;
            match &run.outcome {
                Outcome::Ran(result) => {
                    assert!(verdict_text.contains(&format!("\"{name}\": {}", result.time)), "{file}: {verdict_text}")
                }
                Outcome::CannotRun => {
                    assert!(verdict_text.contains(&format!("\"{name}\" cannot run: does not fit")), "{verdict_text}")
                }
                Outcome::Failed(error) => panic!("{file}: {error}"),
            }
        }
        assert!(verdict_text.contains("Rests on: "), "{file}: {verdict_text}");
    }
}

#[test]
fn slow_fabrics_and_ties_are_named() {
    let claims = claims();
    let verdict_of = |name: &str| {
        let (_, document, runs) = claims.iter().find(|(file, ..)| file.contains(name)).expect("the scene");
        verdict(&document.scene, runs).expect("a verdict")
    };
    let slow = verdict_of("one-slow-nic");
    assert!(slow.contains("1.483x as long as \"All NICs\"") && slow.contains("1.998x as long as \"Ring, all NICs\""));
    assert!(verdict_of("scalar-8").contains("1.005x as long as \"WSE-3 chain\": 15.39 µs (71 % cores adding and delivering), a tie within the measured timing's error of 10 %"));
    assert!(verdict_of("four-nodes").contains("not by the same means: nvls-tree there, ring here"));
    // Without conditions a slow fabric is still compared with its healthy counterpart.
    let (_, document, runs) = claims.iter().find(|(file, ..)| file.contains("one-slow-nic")).expect("the scene");
    let mut scene = document.scene.clone();
    scene.decide.clear();
    let verdict_text = verdict(&scene, runs).expect("a verdict");
    assert!(verdict_text.starts_with("The scene does not say what would decide its claim."), "{verdict_text}");
    assert!(verdict_text.contains("1.483x as long as \"All NICs\""), "{verdict_text}");
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
        let views: Vec<FabricView> = runs.iter().zip(cells).map(|(run, cell)| FabricView::new(run, cell)).collect();
        let longest =
            runs.iter().filter_map(FabricRun::result).map(|result| result.time).max().expect("a fabric that runs");
        for part in [0, 1, 2, 3] {
            let at = Femtos(longest.0 / 3 * part);
            for (run, view) in runs.iter().zip(&views) {
                let mut frame = FabricFrame::default();
                view.frame(run, at, longest.secs() / 12.0, &ViewState::default(), &mut frame);
                let name = &run.scene.name;
                assert_eq!(frame.fills.len(), view.layout.chips.len(), "{file}: {name}");
                assert!(frame.fills.iter().all(|fill| (0.0..=1.0).contains(fill)), "{file}: {name} at {at}");
                assert!(frame.utilisations.iter().all(|share| share.is_finite()), "{file}: {name} at {at}");
            }
        }
    }
}
