//! Scenes whose workload is a training run: they load, run, obey their bounds, have the expected verdicts, and refuse what cannot
//! run with a place and the nearest value that can.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use fabricscope::catalog::Catalog;
use fabricscope::report::TrainingReport;
use fabricscope::sample::{FabricFrame, FabricView, Playback};
use fabricscope::scene::{BundledScene, SceneDocument, Setting, TRAINING_CLAIMS, TRAINING_RUNS, parse_scene};
use fabricscope::session::{Intent, Session};
use fabricscope::solve::solve;
use fabricscope::stage::{Rect, ViewState, stage_cells};
use fabricscope::training::{TrainingResults, solve_training};
use fabricscope::units::Femtos;
use glam::{Vec2, vec2};

/// The verdict on each claim. A change here must be intended.
const CONCLUSIONS: [(&str, &str); 8] = [
    ("months-70b", "Contradicted over"),
    ("months-405b", "Contradicted over"),
    ("months-moe", "Contradicted over"),
    ("blackwell-and-wafers", "Contradicted over"),
    ("tco-70b", "Contradicted over"),
    ("linear-wafers", "Supported in 1, contradicted in 1"),
    ("batch-is-the-interconnect", "Supported over"),
    ("queue", "Supported over"),
];

fn catalog() -> Catalog {
    Catalog::bundled().expect("the catalog")
}

fn solved(scene: &BundledScene, catalog: &Catalog) -> (SceneDocument, TrainingResults) {
    let document = scene.load(catalog).unwrap_or_else(|faults| panic!("{faults}"));
    let results = solve_training(&document.scene, catalog).expect("a training run");
    (document, results)
}

#[test]
fn every_training_scene_has_steps_above_their_floor_whose_parts_add_up() {
    let catalog = catalog();
    for scene in TRAINING_RUNS.iter().chain(&TRAINING_CLAIMS) {
        let (document, results) = solved(scene, &catalog);
        for run in &results.runs {
            let run = run.as_ref().unwrap_or_else(|error| panic!("{}: {error}", scene.file));
            let (floor, perfect) = (run.step.floor, run.perfect.time);
            assert!(floor <= run.step.time && perfect <= run.step.time, "{}", scene.file);
            assert_eq!(run.step.parts.total(), run.step.time, "{}", scene.file);
            for spread in [run.figures.days, run.figures.mwh, run.figures.cost_owned, run.figures.saved_days] {
                assert!(
                    spread.low <= spread.usual && spread.usual <= spread.high && spread.low >= 0.0,
                    "{}",
                    scene.file
                );
            }
        }
        let again = parse_scene("again", &document.to_ron(), &catalog).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(again.scene, document.scene, "{}: written and read back", scene.file);
        assert_eq!(solve_training(&again.scene, &catalog), Some(results), "{}: the same again", scene.file);
    }
}

#[test]
fn every_claim_about_training_has_the_expected_verdict() {
    let catalog = catalog();
    for scene in &TRAINING_CLAIMS {
        let (document, results) = solved(scene, &catalog);
        let report = TrainingReport::new(&document.scene, &results).expect("a report");
        let said = results.verdict.expect("a verdict").join(" ");
        let (_, conclusion) = CONCLUSIONS.iter().find(|(name, _)| scene.file.contains(name)).expect("a conclusion");
        assert!(said.starts_with(conclusion), "{}: {said}", scene.file);
        // In one word for scripts: open if the conditions differ.
        let word = match said.split_once(" over") {
            Some((word, _)) => word.to_lowercase(),
            None => "open".to_owned(),
        };
        assert_eq!(report.scene.ruling, Some(word.as_str()), "{}", scene.file);
    }
}

#[test]
fn a_perfect_network_saves_a_week_or_two_of_months() {
    let catalog = catalog();
    let (document, results) = solved(&TRAINING_RUNS[0], &catalog);
    let run = results.runs[0].as_ref().expect("a run");
    assert!((150.0..180.0).contains(&run.figures.days.usual), "{:?}", run.figures.days);
    assert!(run.figures.saved_days.low < 5.0 && run.figures.saved_days.high < 30.0, "{:?}", run.figures.saved_days);
    let report = TrainingReport::new(&document.scene, &results).expect("a report");
    let figures = report.fabrics[0].figures.as_ref().expect("figures");
    for name in ["step_s", "days", "mwh", "cost_owned", "cost_rented", "saved_days", "exposed_share"] {
        let [low, high] = figures.ranges[name];
        assert!(low < high, "{name}");
    }
    // The same days, power and price.
    assert_eq!(report.matches.len(), 3);
    assert!(figures.uncertain.iter().all(|input| !input.source.is_empty()));
}

#[test]
fn a_slower_network_never_makes_a_step_shorter() {
    let catalog = catalog();
    let document = TRAINING_RUNS[0].load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
    let step = |network: &str| {
        let settings = [format!("fabrics.0.network={network}"), "fabrics.0.timing=ideal".to_owned()];
        let settings = settings.map(|setting| Setting::parse(&setting).expect("a setting"));
        let changed = document.with(&settings, &catalog).unwrap_or_else(|faults| panic!("{faults}"));
        let results = solve_training(&changed.scene, &catalog).expect("a training run");
        results.runs[0].as_ref().expect("a run").step.time
    };
    assert!(step("ib-xdr") <= step("ib-ndr") && step("ib-ndr") <= step("ib-hdr"));
}

#[test]
fn what_cannot_run_is_told_with_its_place_and_the_nearest_value() {
    let catalog = catalog();
    let text = TRAINING_RUNS[0].text;
    for (from, to, path, words) in [
        ("tensor: 4", "tensor: 3", "fabrics.0.parallel.tensor", "nearest that work: 2, 4"),
        (
            "global_batch: 2048",
            "global_batch: 2050",
            "workload.training.global_batch",
            "nearest that work: 2,048, 2,080",
        ),
        ("virtual: 5", "virtual: 50", "fabrics.0.parallel.virtual", "accepted: 1 to 20"),
        ("nodes: 128", "nodes: 127", "fabrics.0.nodes", "nearest that work: 992, 1,024"),
        ("\"llama-3-70b\"", "\"llama-3-71b\"", "workload.training.model", "did you mean `llama-3-70b`"),
        (
            "\"llama-3-70b\"",
            "(layers: 0, width: 64, heads: 8, vocabulary: 100)",
            "workload.training.model.layers",
            "accepted: 1 to 10,000",
        ),
        ("tokens: 15e12", "tokens: -1.0", "workload.training.tokens", "accepted: 1 to 1e18"),
        ("chips: 215", "chips: 3000", "fabrics.1.parallel.chips", "accepted: 1 to 2048"),
        ("chips: 215", "chips: 215, price: -1.0", "fabrics.1.parallel.price", "accepted: 1 to"),
        ("chips: 215", "chips: 215, io: \"1B/s\"", "fabrics.1.parallel.io", "accepted: 1KB/s"),
        ("tensor: 4", "tensor: 4, gradient_bytes: 3.0", "fabrics.0.parallel.gradient_bytes", "1, 2, 4, 8"),
        ("chips: 215", "chips: 215, tensor: 2", "fabrics.1.parallel.tensor", "accepted here: chips"),
        ("weight-streaming", "resident", "fabrics.1.parallel.mode", "accepted: weight-streaming"),
        ("training: (", "message: \"1MiB\", training: (", "workload.message", "leave it out"),
    ] {
        assert!(text.contains(from), "{from}");
        let faults = parse_scene("months", &text.replacen(from, to, 1), &catalog).expect_err(to);
        let fault = faults.faults.iter().find(|fault| fault.path == path).unwrap_or_else(|| panic!("{to}: {faults}"));
        let hint = fault.hint.clone().unwrap_or_default();
        assert!(hint.contains(words), "{to}: {} {hint}", fault.problem);
        assert!(fault.place.is_some(), "{to}");
    }
    // What only warns runs.
    let tight = text.replacen("tensor: 4, pipeline: 4, virtual: 5, context: 2", "tensor: 1, pipeline: 1", 1);
    let document = parse_scene("months", &tight, &catalog).unwrap_or_else(|faults| panic!("{faults}"));
    let results = solve_training(&document.scene, &catalog).expect("a training run");
    let run = results.runs[0].as_ref().expect("a run");
    assert!(run.warnings.iter().any(|warning| warning.contains("would have to keep")), "{:?}", run.warnings);
}

#[test]
fn a_fabric_without_a_step_does_not_keep_the_others_from_running() {
    let catalog = catalog();
    let text = TRAINING_RUNS[0].text.replacen("chips: 215", "chips: 215, io: \"1KB/s\"", 1);
    let document = parse_scene("months", &text, &catalog).unwrap_or_else(|faults| panic!("{faults}"));
    let results = solve_training(&document.scene, &catalog).expect("a training run");
    assert!(results.runs[0].is_ok());
    let error = results.runs[1].as_ref().expect_err("a step of years").to_string();
    assert!(error.contains("too long") && error.contains("accepted"), "{error}");
}

#[test]
fn every_training_scene_draws_a_part_of_its_fabrics() {
    let catalog = catalog();
    for scene in TRAINING_RUNS.iter().chain(&TRAINING_CLAIMS) {
        let document = scene.load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
        let runs = solve(&document.scene);
        let cells = stage_cells(Rect::new(Vec2::ZERO, vec2(1400.0, 800.0)), runs.len(), 0);
        for (run, cell) in runs.iter().zip(cells) {
            let time = run.result().unwrap_or_else(|| panic!("{}: {}", scene.file, run.scene.name)).time;
            let view = FabricView::new(run, cell);
            let mut frame = FabricFrame::default();
            view.frame(run, Femtos(time.0 / 2), Playback::paused(1.0), &ViewState::default(), &mut frame);
            assert_eq!(frame.fills.len(), view.layout.chips.len(), "{}", scene.file);
        }
    }
}

#[test]
fn a_session_holds_the_training_run_and_refuses_what_only_operations_have() {
    let text = TRAINING_RUNS[0].text;
    let mut session = Session::from_text("months.ron", text).unwrap_or_else(|error| panic!("{error}"));
    let step = |session: &Session| {
        let training = session.training.as_ref().expect("a training run");
        training.runs[0].as_ref().expect("a step").step.time
    };
    let before = step(&session);
    session.apply(Intent::Set(vec![Setting::parse("workload.message=1MiB").expect("a setting")]));
    assert!(session.diagnostics.is_some() && step(&session) == before);
    session.apply(Intent::Set(vec![Setting::parse("workload.training.global_batch=4096").expect("a setting")]));
    assert!(step(&session) > before);
    session.apply(Intent::Undo);
    assert_eq!(step(&session), before);
    session.apply(Intent::OpenBundled(0));
    assert!(session.training.is_none() && session.diagnostics.is_none());
}
