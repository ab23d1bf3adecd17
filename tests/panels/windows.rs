//! Scenes, errors, sources.

use egui_kittest::kittest::Queryable;
use fabricscope::session::{Intent, PathPurpose};

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

#[test]
fn exports_are_reached_from_the_scenes_and_say_what_they_are_doing() {
    let mut harness = screen();
    harness.get_by_label("Scenes").click();
    harness.run();
    harness.get_by_label("Export…").click();
    harness.run();
    assert!(harness.state().session.exports.is_some() && !harness.state().session.scenes);
    harness.get_by_role_and_label(egui::accesskit::Role::Button, "Bandwidth curve (SVG)").click();
    harness.run();
    assert!(harness.state().session.export_progress().is_some(), "the sizes are solved first");
    assert_eq!(harness.query_all_by_label_contains("Message sizes solved: 0 of 21").count(), 1);
    harness.get_by_label("Transparent background").scroll_to_me();
    harness.run();
    harness.get_by_label("Transparent background").click();
    harness.run();
    assert!(harness.state().session.exports.as_ref().is_some_and(|open| open.transparent));
    assert!(harness.query_all_by_label_contains("Film (animated PNG)").count() > 0);
    harness.get_by_label("Close").click();
    harness.run();
    assert_eq!(harness.state().session.exports, None);
}

#[test]
fn a_pasted_text_is_opened_unless_a_field_has_the_keyboard() {
    let matrix = "\tGPU0\tGPU1\tCPU Affinity\nGPU0\t X \tNV12\t0-31\nGPU1\tNV12\t X \t0-31\n";
    // A browser tells of a paste. A window hands over one long typed text.
    for event in [egui::Event::Paste(matrix.to_owned()), egui::Event::Text(matrix.to_owned())] {
        let mut harness = screen();
        // A button keeps the focus after a click.
        harness.get_by_label("Scenes").click();
        harness.run();
        harness.get_by_label("Close").click();
        harness.run();
        harness.event(event.clone());
        harness.run();
        assert!(harness.state().session.import.is_some(), "{event:?} with a button in focus");
        let mut harness = screen();
        harness.state_mut().session.apply(Intent::ShowPathField(PathPurpose::Open, String::new()));
        harness.run();
        harness.event(event.clone());
        harness.run();
        let session = &harness.state().session;
        assert!(session.import.is_none() && session.path_field.is_some(), "{event:?} in a field");
    }
}
