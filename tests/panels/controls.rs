//! Transport, parameters, names of all controls.

use egui_kittest::kittest::Queryable;
use fabricscope::scene::ClockMode;
use fabricscope::session::{Intent, Session};
use fabricscope::ui::controls_mirror;

use crate::screen::{screen, tree_of};

#[test]
fn the_transport_plays_pauses_and_steps() {
    let mut harness = screen();
    harness.get_by_label("Play (Space)").click();
    harness.run();
    assert!(harness.state().session.clock.playing);
    harness.get_by_label("Pause (Space)").click();
    harness.run();
    assert!(!harness.state().session.clock.playing);
    harness.get_by_label("Go to the end (End)").click();
    harness.run();
    assert_eq!(harness.state().session.clock.at, harness.state().session.clock.duration);
    harness.get_by_label("Previous event (←)").click();
    harness.run();
    assert!(harness.state().session.clock.at < harness.state().session.clock.duration);
    harness.get_by_label("Normalised").click();
    harness.run();
    assert_eq!(harness.state().session.clock.mode, ClockMode::Normalised);
}

#[test]
fn a_sequence_is_named_as_one_and_offers_only_what_changes_it() {
    let scene = |second: &str| {
        format!(
            "(version: 1, title: \"Two\", workload: (message: \"1MiB\", replicas: 8, sequence: [\
             (name: \"one\", collective: \"all-to-all\", message: \"24KiB\"), {second}]),\
             fabrics: [(name: \"Box\", machine: \"dgx-h100\", algorithm: \"auto\")])"
        )
    };
    let mut harness = screen();
    let text = scene("(name: \"two\", collective: \"all-reduce\", message: \"5MiB\")");
    harness.state_mut().session.apply(Intent::Load { name: "two.ron".to_owned(), text });
    harness.run();
    assert!(harness.state().session.diagnostics.is_none(), "{:?}", harness.state().session.diagnostics);
    assert_eq!(harness.query_all_by_label_contains("Message size").count(), 0, "no operation takes it");
    assert_eq!(harness.query_all_by_label_contains("Operation:").count(), 0);
    harness.state_mut().session.apply(Intent::Load { name: "two.ron".to_owned(), text: scene("(name: \"two\")") });
    harness.run();
    assert!(harness.query_all_by_label_contains("Message size").count() > 0, "one operation takes it");
}

#[test]
fn a_slider_and_a_menu_change_the_scene() {
    let mut harness = screen();
    let before = harness.state().session.report();
    harness.get_by_label("Message size: 1 GiB").focus();
    harness.run();
    harness.key_press(egui::Key::ArrowLeft);
    harness.run();
    assert_eq!(harness.state().session.scene().message.to_string(), "512 MiB");
    assert_ne!(harness.state().session.report(), before);
    harness.get_by_label("Algorithm: NVLS, sum in the switch").click();
    harness.run();
    harness.get_by_label("Ring").click();
    harness.run();
    assert_eq!(harness.state().session.document.file.fabrics[0].algorithm, "ring");
}

#[test]
fn any_machine_can_replace_any_other() {
    let mut harness = screen();
    let machines = ["DGX H100", "HGX B200", "GB200 NVL72", "WSE-2", "WSE-3"];
    let mut current = "HGX B200";
    for machine in machines {
        if machine == current {
            continue;
        }
        harness.query_all_by_label(&format!("Machine: {current}")).next().expect("the menu").click();
        harness.run();
        // The last one of that name is the entry of the menu, which is on top, and may have to be scrolled to.
        harness.query_all_by_label(machine).last().expect("the entry").scroll_to_me();
        harness.run();
        harness.query_all_by_label(machine).last().expect("the entry").click();
        harness.run();
        let session = &harness.state().session;
        assert_eq!(session.diagnostics, None, "{current} to {machine}");
        assert!(session.runs[0].result().is_some(), "{current} to {machine}");
        assert_eq!(session.runs[0].scene.name, machine);
        current = machine;
    }
}

#[test]
fn every_control_has_a_name() {
    use egui_kittest::kittest::NodeT;
    let harness = screen();
    let roles = [egui::accesskit::Role::Button, egui::accesskit::Role::Slider, egui::accesskit::Role::ComboBox];
    for role in roles {
        let controls: Vec<_> = harness.query_all_by_role(role).collect();
        assert!(!controls.is_empty(), "{role:?}");
        for control in controls {
            let node = control.accesskit_node();
            assert!(node.label().is_some_and(|label| !label.is_empty()), "a {role:?} has no name");
        }
    }
}

#[test]
fn screen_readers_meet_every_control_in_the_order_of_the_screen() {
    let session = Session::first_look().expect("the first look");
    let list = controls_mirror(&tree_of(session, [1440.0, 900.0], Some("Scenes")));
    let find = |name: &str| {
        let found = list.controls.iter().position(|control| control.name == name);
        found.unwrap_or_else(|| panic!("{name} is missing"))
    };
    let control = |name: &str| &list.controls[find(name)];
    assert_eq!((control("Scenes").role, control("Scenes").enabled), ("button", true));
    assert_eq!(list.focused.as_ref(), Some(&control("Scenes").id));
    assert_eq!(control("Message size: 1 GiB").role, "slider");
    assert_eq!((control("Same clock").checked, control("Normalised").checked), (Some(true), Some(false)));
    assert_eq!(control("Algorithm: NVLS, sum in the switch").role, "combobox");
    assert!(find("Scenes") < find("Message size: 1 GiB"), "the top bar comes before the parameters");
    for control in &list.controls {
        let twice = list.controls.iter().filter(|other| other.id == control.id).count();
        assert_eq!(twice, 1, "{}", control.name);
    }
}

/// Least width and height of what a pointer hits, points.
const TARGET: f64 = 24.0;

#[test]
fn a_pointer_hits_every_control_of_the_panels() {
    let log = include_str!("../logs/degraded-a100-1x4-dgx-p2p-disabled.txt").to_owned();
    for log in [None, Some(log)] {
        let mut session = Session::first_look().expect("the first look");
        if let Some(text) = log {
            session.apply(Intent::Load { name: "p2p.txt".to_owned(), text });
        }
        let tree = tree_of(session, [1440.0, 900.0], None);
        let controls = controls_mirror(&tree).controls;
        let mut small = Vec::new();
        for control in &controls {
            let node = tree.nodes.iter().find(|(id, _)| id.0.to_string() == control.id).map(|(_, node)| node);
            let Some(bounds) = node.and_then(|node| node.bounds()) else { continue };
            // Half of a point is lost in rounding.
            if bounds.height() + 0.5 < TARGET || bounds.width() + 0.5 < TARGET {
                small.push(format!("{}: {:.0} x {:.0}", control.name, bounds.width(), bounds.height()));
            }
        }
        assert!(small.is_empty(), "{small:#?}");
    }
}
