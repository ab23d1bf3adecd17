//! Figures, explanation, claim and verdict.

use egui_kittest::kittest::Queryable;
use fabricscope::session::Intent;
use fabricscope::units::Femtos;

use crate::screen::screen;

/// A text as the panels show it: numbers do not break from their units.
fn unbroken(text: &str) -> String {
    ["%", "ms", "µs", "ns", "GB/s", "TB/s", "MB/s"]
        .iter()
        .fold(text.to_owned(), |text, unit| text.replace(&format!(" {unit}"), &format!("\u{a0}{unit}")))
}

#[test]
fn the_screen_shows_the_numbers_of_the_command_line() {
    let harness = screen();
    for number in ["1,343.2", "271.1", "799.4 GB/s", "1.399 TB/s", "899.3 GB/s", "88.8 %", "99.9 %", "96.7 %"] {
        assert!(harness.query_all_by_label(number).count() >= 1, "{number} is missing on the screen");
    }
}

#[test]
fn every_note_of_a_run_is_shown() {
    let harness = screen();
    let notes = || harness.state().session.runs.iter().flat_map(|run| &run.notes);
    assert!(notes().count() >= 3, "few notes");
    for note in notes() {
        assert_eq!(harness.query_all_by_label_contains(&note.text).count(), 1, "{} is missing", note.text);
    }
}

#[test]
fn the_explanation_is_shown_and_the_path_on_demand() {
    let mut harness = screen();
    harness.state_mut().session.apply(Intent::Seek(Femtos::from_secs(150e-6)));
    harness.run();
    let whole = harness.get_by_label_contains("Where the time goes: serialization on NVLink");
    assert!(format!("{whole:?}").contains("99.9"), "{whole:?}");
    let explained = harness.state().views.1[0].explanation.clone().expect("an explanation");
    assert!(!explained.sentences.is_empty());
    for sentence in &explained.sentences {
        let found = harness.query_all_by_label(&unbroken(sentence)).count();
        assert!(found >= 1, "{sentence} is missing on the screen");
    }
    assert_eq!(harness.query_all_by_label("At this instant").count(), 2, "once for each fabric");
    harness.get_by_label("Critical path: hidden").click();
    harness.run();
    assert!(harness.state().session.view.path);
    // The bottleneck at an instant is explained only while the clock stands.
    harness.state_mut().session.apply(Intent::Play);
    harness.step();
    assert_eq!(harness.query_all_by_label("At this instant").count(), 0);
}

#[test]
fn a_claim_stands_beside_its_verdict() {
    let mut harness = screen();
    harness.state_mut().session.apply(Intent::ToggleScenes);
    harness.run();
    let name = "One slow NIC of eight in one of four nodes";
    harness.get_by_role_and_label(egui::accesskit::Role::Button, name).click_accesskit();
    harness.run();
    let session = &harness.state().session;
    assert!(!session.scenes, "the window closes");
    let claim = session.scene().claim.clone().expect("a claim");
    let verdict = session.verdict.clone().expect("a verdict");
    assert!(harness.query_all_by_label(&claim).count() >= 1);
    assert!(!verdict.is_empty());
    for sentence in &verdict {
        let found = harness.query_all_by_label(&unbroken(sentence)).count();
        assert_eq!(found, 1, "{sentence} is missing on the screen");
    }
}
