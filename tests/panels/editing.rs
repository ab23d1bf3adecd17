//! Values, names and paths that are typed, and the menu of a fabric.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use fabricscope::session::{Completion, Done, FileContent, Intent, PathPurpose, Session};

use crate::screen::{Screen, screen, screen_of, type_over};

#[test]
fn a_typed_value_with_its_unit_replaces_that_of_the_slider() {
    // High enough that no slider is scrolled away.
    let mut harness = screen_of(Session::first_look().expect("the default scene"), [1440.0, 1800.0]);
    type_over(&mut harness, "Type Message size: 1 GiB", "3 MiB");
    assert_eq!(harness.state().session.scene().message.0, 3 << 20);
    type_over(&mut harness, "Type NVLink port, one way: 900 GB/s", "450 GB/s");
    assert_eq!(harness.state().session.file().fabrics[0].params.link_capacity.as_deref(), Some("450 GB/s"));
    type_over(&mut harness, "Type Hop: 1 cycle", "2.5 cycles");
    assert_eq!(harness.state().session.file().fabrics[1].params.hop_cycles, Some(2.5));
    assert_eq!(harness.state().session.diagnostics, None);
}

#[test]
fn a_typed_value_that_is_refused_shows_why_and_keeps_the_old_one() {
    let mut harness = screen();
    let before = harness.state().session.document.clone();
    type_over(&mut harness, "Type Replicas: 8", "9");
    assert_eq!(harness.state().session.document, before);
    assert_eq!(harness.query_all_by_label_contains("workload.replicas = 9").count(), 1);
    harness.get_by_label("Close").click();
    harness.run();
    harness.get_by_label("Type Message size: 1 GiB").click();
    harness.run();
    harness.event(egui::Event::Text("4".to_owned()));
    harness.key_press(egui::Key::Escape);
    harness.run();
    assert_eq!(harness.state().session.document, before, "Esc keeps the value");
    assert!(harness.query_by_label("Type Message size: 1 GiB").is_some());
}

#[test]
fn fabrics_are_renamed_copied_added_and_removed_by_their_menu() {
    // High enough that no menu is scrolled away.
    let mut harness = screen_of(Session::first_look().expect("the default scene"), [1440.0, 1800.0]);
    let menu = |harness: &mut Harness<Screen>, fabric: &str, entry: &str| {
        harness.get_by_label(&format!("Menu of fabric {fabric}")).click();
        harness.run();
        harness.query_all_by_label(entry).last().expect("the entry").click();
        harness.run();
    };
    menu(&mut harness, "A", "Copy");
    let names = |harness: &Harness<Screen>| {
        harness.state().session.scene().fabrics.iter().map(|fabric| fabric.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&harness), ["HGX B200", "HGX B200 (2)", "WSE-3"]);
    menu(&mut harness, "B", "Rename");
    harness.event(egui::Event::Text("Tree".to_owned()));
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert_eq!(names(&harness), ["HGX B200", "Tree", "WSE-3"]);
    menu(&mut harness, "A", "Remove");
    menu(&mut harness, "B", "Remove");
    assert_eq!(names(&harness), ["Tree"]);
    harness.get_by_label("Menu of fabric A").click();
    harness.run();
    harness.get_by_label("Remove").click();
    harness.run();
    assert_eq!((names(&harness).len(), &harness.state().session.diagnostics), (1, &None), "the last one stays");
    for _ in 0..4 {
        harness.state_mut().session.apply(Intent::Undo);
    }
    assert_eq!(names(&harness), ["HGX B200", "WSE-3"]);
}

#[test]
fn the_title_is_edited_in_place() {
    let mut harness = screen();
    let title = harness.state().session.scene().title.clone();
    type_over(&mut harness, &format!("Title of the scene: {title}"), "My lecture");
    assert_eq!(harness.state().session.scene().title, "My lecture");
    harness.state_mut().session.apply(Intent::Undo);
    assert_eq!(harness.state().session.scene().title, title);
}

#[test]
fn a_path_is_typed_completed_and_confirmed() {
    let mut harness = screen();
    let purpose = PathPurpose::Save { content: FileContent::Text("x".to_owned()) };
    harness.state_mut().session.apply(Intent::ShowPathField(purpose, "/tmp/".to_owned()));
    harness.run();
    harness.event(egui::Event::Text("sce".to_owned()));
    harness.run();
    assert_eq!(harness.state().session.path_field.as_ref().map(|field| field.path.as_str()), Some("/tmp/sce"));
    let found = vec![Completion { path: "/tmp/scenes/".to_owned(), name: "scenes/".to_owned() }];
    let shown = Intent::ShowCompletions { path: "/tmp/sce".to_owned(), completions: found };
    harness.state_mut().session.apply(shown);
    harness.run();
    assert!(harness.query_by_label("scenes/").is_some(), "the folder is listed");
    harness.key_press(egui::Key::Tab);
    harness.run();
    assert_eq!(harness.state().session.path_field.as_ref().map(|field| field.path.as_str()), Some("/tmp/scenes/"));
    harness.event(egui::Event::Text("a.ron".to_owned()));
    harness.run();
    harness.state_mut().session.apply(Intent::RequireConfirmation("/tmp/scenes/a.ron".to_owned()));
    harness.run();
    assert!(harness.query_by_label("Replace the file").is_some());
    harness.key_press(egui::Key::Escape);
    harness.run();
    assert_eq!(harness.state().session.path_field, None);
    harness.state_mut().session.apply(Intent::ShowPathField(PathPurpose::Open, "/home/".to_owned()));
    harness.run();
    assert_eq!(harness.state().session.path_field.as_ref().map(|field| field.path.as_str()), Some("/home/"));
}

#[test]
fn what_was_saved_is_told() {
    let mut harness = screen();
    let saved = Done::Saved { path: "/home/a/scene.ron".to_owned(), bytes: 1234 };
    harness.state_mut().session.apply(Intent::ReportDone(saved));
    harness.run();
    assert!(harness.query_by_label("Saved /home/a/scene.ron (1.2 kB)").is_some());
}

#[test]
fn the_arrows_act_on_the_open_list_of_scenes() {
    let mut harness = screen();
    harness.get_by_label("Scenes").click();
    harness.run();
    let opened = harness.state().session.name.clone();
    harness.key_press(egui::Key::ArrowDown);
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert_ne!(harness.state().session.name, opened);
    assert!(!harness.state().session.scenes);
}

#[test]
fn a_graph_and_ranks_of_pes_have_no_slider_of_replicas() {
    let text = r#"(version: 1, title: "PEs", workload: (message: "1KiB", replicas: 8),
        fabrics: [(name: "W", machine: "wse-2", layout: "per-pe", region: "16x16", algorithm: "chain-xy")])"#;
    let session = Session::from_text("pes.ron", text).unwrap_or_else(|error| panic!("{error}"));
    let harness = screen_of(session, [1440.0, 900.0]);
    assert_eq!(harness.query_all_by_label_contains("Replicas").count(), 0);
}
