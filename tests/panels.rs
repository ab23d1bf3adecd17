//! The panels by label and role, as a screen reader meets them: no window, no renderer.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use fabricscope::scene::ClockMode;
use fabricscope::ui::{CarpetTextures, Model, fonts, panels, style};
use fabricscope::units::Femtos;
use fabricscope::view::{FabricFrame, FabricView, Intent, Rect, Session, stage_cells};
use glam::{Vec2, vec2};

/// A session with its panels; intents are applied as the app does.
struct Screen {
    session: Session,
    carpets: CarpetTextures,
    /// Made for this revision of the session.
    views: (u64, Vec<FabricView>),
    ready: bool,
}

fn show(ui: &mut egui::Ui, screen: &mut Screen) {
    if !screen.ready {
        screen.ready = true;
        ui.ctx().set_fonts(fonts());
        ui.ctx().set_global_style(style(screen.session.theme));
        return;
    }
    let session = &screen.session;
    let cells = stage_cells(Rect::new(Vec2::ZERO, vec2(900.0, 600.0)), session.runs.len());
    if screen.views.0 != session.revision {
        let views = session.runs.iter().zip(cells).map(|(run, cell)| FabricView::of(run, cell));
        screen.views = (session.revision, views.collect());
    }
    let views = &screen.views.1;
    let mut frames = vec![FabricFrame::default(); views.len()];
    for ((run, view), frame) in session.runs.iter().zip(views).zip(&mut frames) {
        let own = run.result().map_or(Femtos(0), |result| result.time);
        view.frame(run, session.clock.local(own), session.clock.local_speed(own), frame);
    }
    screen.carpets.update(ui.ctx(), session.revision, views);
    let model = Model { session, views, frames: &frames, carpets: &screen.carpets };
    for intent in panels(ui, &model) {
        screen.session.apply(intent);
    }
}

fn screen() -> Harness<'static, Screen> {
    let mut session = Session::first_look().expect("the first look");
    session.apply(Intent::Pause);
    let screen = Screen { session, carpets: CarpetTextures::default(), views: (0, Vec::new()), ready: false };
    let mut harness = Harness::builder().with_size([1440.0, 900.0]).build_ui_state(show, screen);
    harness.run();
    harness
}

#[test]
fn the_transport_is_named_and_works() {
    let mut harness = screen();
    harness.get_by_label("Play (Space)").click();
    harness.run();
    assert!(harness.state().session.clock.playing);
    harness.get_by_label("Pause (Space)").click();
    harness.run();
    assert!(!harness.state().session.clock.playing);
    harness.get_by_label("To the end (End)").click();
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
fn the_numbers_of_the_command_line_are_on_the_screen() {
    let harness = screen();
    for words in ["1.343", "271.1", "799.4 GB/s", "1.399 TB/s", "899.3 GB/s", "88.8 %", "99.9 %", "96.7 %"] {
        assert!(harness.query_all_by_label(words).count() >= 1, "{words} is not on the screen");
    }
    assert_eq!(harness.query_all_by_label_contains("derived, never measured on silicon").count(), 1);
    assert_eq!(harness.query_all_by_label_contains("3 of 755 columns stay idle").count(), 1);
}

#[test]
fn a_slider_moves_the_scene_and_a_menu_changes_the_algorithm() {
    let mut harness = screen();
    let before = harness.state().session.report();
    harness.get_by_label("Gradient per replica: 1 GiB").focus();
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
fn any_machine_can_stand_in_for_any_other() {
    let mut harness = screen();
    let machines = ["DGX H100", "HGX B200", "GB200 NVL72", "WSE-2", "WSE-3"];
    let mut current = "HGX B200";
    for machine in machines {
        if machine == current {
            continue;
        }
        harness.query_all_by_label(&format!("Machine: {current}")).next().expect("the menu").click();
        harness.run();
        // The last one of that name is the menu's entry, above everything else.
        harness.query_all_by_label(machine).last().expect("the entry").click();
        harness.run();
        let session = &harness.state().session;
        assert_eq!(session.faults, None, "{current} to {machine}");
        assert!(session.runs[0].result().is_some(), "{current} to {machine}");
        assert_eq!(session.runs[0].scene.name, machine);
        current = machine;
    }
}

#[test]
fn the_scene_menu_opens_scenes_and_faults_can_be_dismissed() {
    let mut harness = screen();
    harness.get_by_label("Scenes").click();
    harness.run();
    let button = egui::accesskit::Role::Button;
    harness.get_by_role_and_label(button, "One rack: ring against in-switch reduction").click();
    harness.run();
    assert_eq!(harness.state().session.name, "rack.ron");
    assert!(!harness.state().session.scenes, "an opened scene closes the menu");
    harness.state_mut().session.apply(Intent::Load { name: "bad.ron".to_owned(), text: "(version: 1,".to_owned() });
    harness.run();
    assert_eq!(harness.query_all_by_label_contains("bad.ron").count(), 1);
    harness.get_by_label("Close").click();
    harness.run();
    assert_eq!(harness.state().session.faults, None);
    assert_eq!(harness.state().session.name, "rack.ron");
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
