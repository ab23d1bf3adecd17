//! The panel of a log: its verdict, its causes on the stage, its runs.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use fabricscope::compare::ClusterFlags;
use fabricscope::session::{Intent, LogFigure, OpenLog};

use crate::screen::{Screen, screen};

/// A screen with the log of a run that a missing P2P slows down, and with the cluster that the user has chosen for it.
fn screen_with_log() -> Harness<'static, Screen> {
    let mut harness = screen_with_guessed_log();
    let flags = log(&harness).flags;
    let flags = ClusterFlags { machine: "dgx-a100".to_owned(), nodes: Some(1), gpus_per_node: Some(4), ..flags };
    harness.state_mut().session.apply(Intent::CompareLog(flags));
    harness.run();
    harness
}

/// The same before the choice: the log does not name its GPUs.
fn screen_with_guessed_log() -> Harness<'static, Screen> {
    let mut harness = screen();
    let text = include_str!("../logs/degraded-a100-1x4-dgx-p2p-disabled.txt").to_owned();
    harness.state_mut().session.apply(Intent::Load { name: "p2p.txt".to_owned(), text });
    harness.run();
    harness
}

fn log(harness: &Harness<'static, Screen>) -> OpenLog {
    harness.state().session.log.clone().expect("the log")
}

#[test]
fn the_panel_of_a_log_shows_its_verdict_with_busbw_reached_and_expected() {
    let mut harness = screen_with_log();
    let verdict = log(&harness).comparison.expect("a comparison").comparison.verdict;
    assert_eq!(verdict.state, fabricscope::compare::VerdictState::Below);
    assert_eq!(harness.query_all_by_label("Below expectation").count(), 1, "the stamp");
    assert_eq!(harness.query_all_by_label(&verdict.text).count(), 1, "the verdict");
    let headline = verdict.headline.expect("figures of the largest message");
    for gb_s in [headline.busbw_gb_s, headline.expected_busbw_gb_s] {
        let shown = if gb_s < 10.0 { format!("{gb_s:.3} GB/s") } else { format!("{gb_s:.0} GB/s") };
        assert_eq!(harness.query_all_by_label(&shown).count(), 1, "{shown}");
    }
    assert!(harness.query_all_by_label_contains("ceilings ring").count() > 0, "the summary of the plot");
    harness.get_by_label("Close").click();
    harness.run();
    assert!(harness.state().session.log.is_none());
}

#[test]
fn a_log_that_names_no_gpus_has_no_verdict_until_the_machine_is_chosen() {
    let mut harness = screen_with_guessed_log();
    let verdict = log(&harness).comparison.expect("a comparison").comparison.verdict;
    assert_eq!(verdict.state, fabricscope::compare::VerdictState::Unknown);
    assert_eq!(harness.query_all_by_label(&verdict.text).count(), 1, "the verdict");
    let guessed = log(&harness).guess.expect("a guess, because the log does not name the machine");
    assert_eq!(harness.query_all_by_label(&guessed.sentence()).count(), 1, "what the guess rests on");
    // The assumed machine can be the right one.
    let combo = format!("{} (assumed)", guessed.machine);
    harness.get_by_label(&format!("Machine: {combo}")).scroll_to_me();
    harness.run();
    harness.get_by_label(&format!("Machine: {combo}")).click();
    harness.run();
    harness.get_by_label(&guessed.machine).click();
    harness.run();
    assert_eq!(log(&harness).guess, None);
    let verdict = log(&harness).comparison.expect("a comparison").comparison.verdict;
    assert_ne!(verdict.state, fabricscope::compare::VerdictState::Unknown, "{}", verdict.text);
}

#[test]
fn a_log_stands_beside_the_stage_and_covers_none_of_it() {
    let mut harness = screen_with_log();
    let panel = harness.get_by_label("Close").rect();
    let stages: Vec<egui::Rect> = harness.query_all_by_label_contains("Stage: ").map(|stage| stage.rect()).collect();
    assert_eq!(stages.len(), 2, "the cluster as expected, and with the change");
    assert!(stages.iter().all(|stage| stage.left() >= panel.right()), "{stages:?} behind {panel:?}");
    harness.state_mut().session.apply(Intent::CloseLog);
    harness.run();
    assert!(harness.query_all_by_label_contains("Message size").count() > 0, "the parameters are back");
}

#[test]
fn a_cause_plays_on_the_stage_beside_the_cluster_as_expected() {
    let mut harness = screen_with_log();
    let before = "One gradient, eight replicas: Blackwell box against wafer";
    let causes: Vec<String> = log(&harness).root_causes().map(|cause| cause.title()).collect();
    let best = causes[0].clone();
    let names = |harness: &Harness<'static, Screen>| -> Vec<String> {
        harness.state().session.scene().fabrics.iter().map(|fabric| fabric.name.clone()).collect()
    };
    assert_eq!(names(&harness), ["Expected".to_owned(), best], "the most likely one plays first");
    harness.get_by_label("As expected").click();
    harness.run();
    assert_eq!(names(&harness), ["Expected"]);
    let title = causes[causes.len() - 1].clone();
    harness.get_by_label(&format!("Play {title}")).click();
    harness.run();
    assert_eq!(names(&harness), ["Expected".to_owned(), title]);
    let session = &harness.state().session;
    let times: Vec<f64> = session.runs.iter().map(|run| run.result().expect("a result").time.secs()).collect();
    let headline = log(&harness).comparison.expect("a comparison").comparison.verdict.headline.expect("figures");
    let share = headline.busbw_gb_s / headline.expected_busbw_gb_s;
    assert!((times[0] / times[1] / share - 1.0).abs() < 0.15, "{times:?} against {share}");
    harness.state_mut().session.apply(Intent::Undo);
    assert_eq!(names(&harness), ["Expected"], "each play is one undo step");
    harness.state_mut().session.apply(Intent::Redo);
    harness.run();
    harness.get_by_label("Back to the scene").click();
    harness.run();
    assert_eq!(harness.state().session.scene().title, before);
    assert!(harness.query_by_label("Back to the scene").is_none() && harness.state().session.log.is_some());
}

#[test]
fn the_stage_follows_the_cluster_of_the_log() {
    let mut harness = screen_with_log();
    let channels = |harness: &Harness<'static, Screen>| {
        harness.state().session.file().fabrics.iter().map(|fabric| fabric.params.channels).collect::<Vec<_>>()
    };
    let typed = Intent::TypeLogFigure { figure: LogFigure::Channels, typed: "2".to_owned() };
    harness.state_mut().session.apply(typed);
    harness.run();
    assert!(channels(&harness).iter().all(|channels| *channels == Some(2)), "{:?}", channels(&harness));
    let typed = Intent::TypeLogFigure { figure: LogFigure::Channels, typed: "many".to_owned() };
    harness.state_mut().session.apply(typed);
    harness.run_steps(2);
    harness.get_by_label("More settings of the cluster").scroll_to_me();
    harness.run_steps(8);
    harness.get_by_label("More settings of the cluster").click();
    harness.run_steps(8);
    assert_eq!(harness.query_all_by_label("`many` is not a whole number; accepted: 1 to 64").count(), 1);
    harness.get_by_label("tree").scroll_to_me();
    harness.run_steps(2);
    harness.get_by_label("tree").click();
    harness.run_steps(2);
    let log = log(&harness);
    assert_eq!((&log.guess, log.flags.algorithms.contains(&"tree".to_owned())), (&None, false));
    assert!(log.comparison.is_ok(), "{:?}", log.comparison.as_ref().err());
}

#[test]
fn runs_of_a_log_are_curves_with_names_and_a_click_compares_another() {
    let mut harness = screen();
    let text = include_str!("../logs/questions/29-h100nvl-2x2-slingshot-before-after.txt").to_owned();
    harness.state_mut().session.apply(Intent::Load { name: "two.txt".to_owned(), text });
    harness.run();
    let names: Vec<String> = log(&harness).runs.iter().map(|run| run.name.clone()).collect();
    assert_eq!(names, ["BAD RESULTS", "GOOD RESULTS"]);
    assert!(harness.query_all_by_label_contains("BAD RESULTS takes").count() > 0, "what tells them apart");
    let button = egui::accesskit::Role::Button;
    harness.get_by_role_and_label(button, "GOOD RESULTS").scroll_to_me();
    harness.run();
    harness.get_by_role_and_label(button, "GOOD RESULTS").click();
    harness.run();
    assert_eq!(log(&harness).run, 1);
    let run = log(&harness).comparison.expect("a comparison").comparison.run;
    assert_eq!(run.as_deref(), Some("GOOD RESULTS"));
}

#[test]
fn a_log_that_cannot_be_read_opens_no_panel() {
    let mut harness = screen();
    let broken = Intent::Load { name: "broken.txt".to_owned(), text: "# busbw of nothing".to_owned() };
    harness.state_mut().session.apply(broken);
    harness.run();
    assert!(harness.state().session.diagnostics.is_some() && harness.state().session.log.is_none());
}
