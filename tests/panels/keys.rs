//! Keys on the screen: the help and the View menu list all of them, and B needs a prepared view.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use fabricscope::sample::FabricFrame;
use fabricscope::session::{Intent, Session};
use fabricscope::ui::{KEYS, Key, KeyAction, KeyContext, KeyGroup, KeyPress, shortcut_for};
use fabricscope::units::Femtos;

use crate::screen::{Screen, screen, screen_of};

#[test]
fn the_help_lists_every_key_of_the_table() {
    // High enough that nothing is scrolled away.
    let mut harness = screen_of(Session::first_look().expect("the default scene"), [1440.0, 1600.0]);
    harness.state_mut().session.apply(Intent::ToggleHelp);
    harness.run();
    for line in KEYS.iter().filter(|line| !line.keys().is_empty()) {
        assert!(harness.query_all_by_label(&line.keys()).count() > 0, "{} is missing in the help", line.keys());
        assert!(harness.query_all_by_label(&line.label()).count() > 0, "{} is missing in the help", line.label());
    }
}

fn open_view_menu() -> Harness<'static, Screen> {
    let mut harness = screen();
    harness.get_by_label("View").click();
    harness.run();
    harness
}

/// The entry of an action as the menu writes it, on the default scene.
fn entry(action: KeyAction, label: &str) -> String {
    match action {
        KeyAction::TogglePanels => "Hide the panels".to_owned(),
        KeyAction::ToggleTheme => "Light theme".to_owned(),
        KeyAction::ActivateFabric(fabric) => format!("Fabric {}", char::from(b'A' + fabric)),
        _ => label[..1].to_uppercase() + &label[1..],
    }
}

#[test]
fn the_view_menu_has_an_entry_for_every_action() {
    for group in KeyGroup::ALL {
        let mut harness = open_view_menu();
        if harness.query_all_by_label("Zoom in").count() == 0 {
            panic!("the menu is closed");
        }
        if !matches!(group, KeyGroup::Camera | KeyGroup::Window) {
            harness.get_by_label(group.label()).click();
            harness.run();
        }
        for shortcut in KEYS.iter().filter(|line| line.group == group).flat_map(|line| line.shortcuts) {
            let entry = entry(shortcut.action, shortcut.label);
            assert!(harness.query_all_by_label(&entry).count() > 0, "{entry} is missing in the View menu");
        }
    }
}

#[test]
fn an_entry_of_the_view_menu_does_what_its_key_does() {
    let mut harness = open_view_menu();
    harness.get_by_label("Light theme").click();
    harness.run();
    assert_eq!(harness.state().session.theme, fabricscope::style::ThemeKind::Light);
}

#[test]
fn b_goes_to_the_bottleneck_and_selects_it() {
    let mut harness = screen();
    harness.state_mut().session.apply(Intent::Seek(Femtos::from_secs(150e-6)));
    harness.run();
    let screen = harness.state();
    let mut frames = vec![FabricFrame::default(); screen.views.1.len()];
    for ((run, view), frame) in screen.session.runs.iter().zip(&screen.views.1).zip(&mut frames) {
        let own = run.result().map_or(Femtos(0), |result| result.time);
        let clock = &screen.session.clock;
        view.frame(run, clock.local(own), clock.playback(own), &screen.session.view, frame);
    }
    let context = KeyContext { session: &screen.session, views: &screen.views.1, frames: &frames };
    let b = shortcut_for(KeyPress::plain(Key::Character('b'))).expect("a shortcut");
    let intents = b.action.intents(&context);
    assert!(matches!(intents[..], [Intent::MoveCamera(0, _), Intent::Select(Some(_))]), "{intents:?}");
}
