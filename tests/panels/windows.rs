//! Scenes, errors, logs, sources.

use egui_kittest::kittest::Queryable;
use fabricscope::session::{Intent, LogFigure};

use crate::screen::screen;

#[test]
fn scenes_open_and_errors_can_be_dismissed() {
    let mut harness = screen();
    harness.get_by_label("Scenes").click();
    harness.run();
    let button = egui::accesskit::Role::Button;
    harness.get_by_role_and_label(button, "One rack: ring against in-switch reduction").click();
    harness.run();
    assert_eq!(harness.state().session.name, "rack.ron");
    assert!(!harness.state().session.scenes, "opening a scene closes the window");
    harness.state_mut().session.apply(Intent::Load { name: "bad.ron".to_owned(), text: "(version: 1,".to_owned() });
    harness.run();
    assert_eq!(harness.query_all_by_label_contains("bad.ron").count(), 1);
    harness.get_by_label("Close").click();
    harness.run();
    assert_eq!(harness.state().session.diagnostics, None);
    assert_eq!(harness.state().session.name, "rack.ron");
}

#[test]
fn a_log_is_shown_with_its_verdict_and_closed() {
    let mut harness = screen();
    let text = include_str!("../logs/degraded-a100-1x4-dgx-p2p-disabled.txt").to_owned();
    harness.state_mut().session.apply(Intent::Load { name: "p2p.txt".to_owned(), text });
    harness.run();
    let before = harness.state().session.scene().clone();
    assert!(harness.query_by_label("Log compared with the measured timing").is_some());
    let log = harness.state().session.log.as_ref().expect("the log");
    let verdict = &log.comparison.as_ref().expect("a comparison").comparison.verdict;
    assert_eq!(verdict.state, fabricscope::compare::VerdictState::Below);
    assert_eq!(harness.query_all_by_label(&verdict.text).count(), 1, "the verdict");
    let guessed = log.guess.clone().expect("a guess, because the log does not name the machine");
    assert_eq!(harness.query_all_by_label(&guessed.sentence()).count(), 1, "what the guess rests on");
    assert!(harness.query_all_by_label_contains("ceilings ring").count() > 0, "the summary of the plot");
    harness.get_by_label("More settings of the cluster").click();
    harness.run_steps(8);
    harness.get_by_label("tree").click();
    harness.run_steps(2);
    let log = harness.state().session.log.as_ref().expect("the log");
    assert_eq!((&log.guess, log.flags.algorithms.contains(&"tree".to_owned())), (&None, false));
    assert!(log.comparison.is_ok(), "{:?}", log.comparison.as_ref().err());
    let typed = Intent::TypeLogFigure { figure: LogFigure::Channels, typed: "many".to_owned() };
    harness.state_mut().session.apply(typed);
    harness.run_steps(2);
    assert_eq!(harness.query_all_by_label("`many` is not a whole number; accepted: 1 to 64").count(), 1);
    harness.get_by_label("Close").click();
    harness.run();
    assert!(harness.state().session.log.is_none());
    assert_eq!(&before, harness.state().session.scene(), "a log leaves the scene as it is");

    let broken = Intent::Load { name: "broken.txt".to_owned(), text: "# busbw of nothing".to_owned() };
    harness.state_mut().session.apply(broken);
    harness.run();
    assert!(harness.state().session.diagnostics.is_some() && harness.state().session.log.is_none());
}

#[test]
fn every_figure_leads_to_its_source() {
    let mut harness = screen();
    harness.get_all_by_label("Where do these figures come from?").next().expect("one link per fabric").click();
    harness.run();
    assert_eq!(harness.state().session.sources, Some(0));
    assert!(harness.query_all_by_label_contains("NVLink 5").count() > 0, "the source of the port's rate");
    harness.get_by_label("Close").click();
    harness.run();
    assert_eq!(harness.state().session.sources, None);
}
