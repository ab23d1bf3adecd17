//! The command palette, and the black screen.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use fabricscope::session::{BlankScreen, Intent};
use fabricscope::style::ThemeKind;
use fabricscope::ui::{Key, KeyAction, KeyPress, Modifier, action_for, shortcuts};

use crate::screen::{Screen, screen};

fn open_palette() -> Harness<'static, Screen> {
    let mut harness = screen();
    harness.state_mut().session.apply(Intent::TogglePalette);
    harness.run();
    harness
}

fn type_text(harness: &mut Harness<'static, Screen>, text: &str) {
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run();
}

#[test]
fn enter_runs_the_command_that_was_found_and_closes_the_palette() {
    let mut harness = open_palette();
    type_text(&mut harness, "light");
    harness.key_press(egui::Key::Enter);
    harness.run();
    let session = &harness.state().session;
    assert_eq!((session.theme, session.palette_open), (ThemeKind::Light, false));
}

#[test]
fn lessons_stories_and_the_course_are_found_by_their_titles() {
    for (typed, found) in [("latency bytes", "lesson"), ("anatomy", "story"), ("course", "course")] {
        let mut harness = open_palette();
        type_text(&mut harness, typed);
        harness.key_press(egui::Key::Enter);
        harness.run();
        let session = &harness.state().session;
        let open = (session.lesson.is_some(), session.story.is_some(), session.course);
        assert_eq!(open, (found == "lesson", found == "story", found == "course"), "{typed}");
    }
}

#[test]
fn arrows_choose_another_command() {
    let mut harness = open_palette();
    type_text(&mut harness, "interface");
    for key in [egui::Key::ArrowDown, egui::Key::ArrowUp, egui::Key::ArrowDown, egui::Key::Enter] {
        harness.key_press(key);
        harness.run();
    }
    assert!(harness.state().session.zoom < 1.0, "smaller stands below larger");
}

#[test]
fn escape_closes_the_palette_and_nothing_else() {
    let mut harness = screen();
    harness.state_mut().session.apply(Intent::ToggleScenes);
    harness.state_mut().session.apply(Intent::TogglePalette);
    harness.run();
    harness.key_press(egui::Key::Escape);
    harness.run();
    let session = &harness.state().session;
    assert!(!session.palette_open && session.scenes);
}

/// Control + K as the window has it: the key table sees the press unless a text is edited, and egui sees the same press in
/// the same frame, again and again as long as the key is held.
fn press_control_k(harness: &mut Harness<'static, Screen>) {
    let session = &mut harness.state_mut().session;
    if !session.palette_open {
        let press = KeyPress { key: Key::Character('k'), modifier: Modifier::Control };
        let action = action_for(press, session).expect("an action");
        let context = fabricscope::ui::KeyContext { session, views: &[], frames: &[] };
        for intent in action.intents(&context) {
            session.apply(intent);
        }
    }
    for pressed in [true, true, true, false] {
        let (key, modifiers) = (egui::Key::K, egui::Modifiers::COMMAND);
        // egui itself tells a press from its repetition.
        harness.event(egui::Event::Key { key, physical_key: None, pressed, repeat: false, modifiers });
        harness.step();
    }
    harness.run();
}

#[test]
fn one_press_of_control_k_opens_the_palette_and_the_next_closes_it() {
    let mut harness = screen();
    for is_open in [true, false, true] {
        press_control_k(&mut harness);
        assert_eq!(harness.state().session.palette_open, is_open);
    }
}

#[test]
fn the_palette_lists_every_action_that_does_something_and_scenes_by_title() {
    let mut harness = open_palette();
    for text in ["Next event", "Undo", "Copy the scene as text"] {
        assert!(harness.query_all_by_label_contains(text).count() > 0, "{text}");
    }
    assert!(harness.query_all_by_label_contains("Fabric C").count() == 0, "there are two fabrics");
    type_text(&mut harness, "one rack");
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert_eq!(harness.state().session.name, "rack.ron");
}

#[test]
fn every_action_is_in_the_palette_or_does_nothing_on_this_scene() {
    let harness = open_palette();
    let labels = shortcuts().filter(|shortcut| {
        !matches!(shortcut.action, KeyAction::ActivateFabric(_) | KeyAction::TogglePanels | KeyAction::ToggleTheme)
            && !matches!(shortcut.action, KeyAction::GoToBottleneck | KeyAction::ClearComparison)
            && !matches!(shortcut.action, KeyAction::TogglePalette | KeyAction::Close)
            // A window has no address.
            && !matches!(shortcut.action, KeyAction::ToggleQrCode | KeyAction::CopyEmbedCode)
    });
    for shortcut in labels {
        let label = shortcut.label[..1].to_uppercase() + &shortcut.label[1..];
        assert!(harness.query_all_by_label_contains(&label).count() > 0, "{label}");
    }
}

#[test]
fn b_blanks_the_screen_in_full_screen_only_and_any_key_ends_it() {
    let mut harness = screen();
    let b = KeyPress::plain(Key::Character('b'));
    let session = &mut harness.state_mut().session;
    assert_eq!(action_for(b, session), Some(KeyAction::GoToBottleneck));
    session.apply(Intent::ToggleFullScreen);
    assert_eq!(action_for(b, session), Some(KeyAction::ToggleBlank));
    session.apply(Intent::Play);
    session.apply(Intent::ToggleBlank(BlankScreen::Black));
    assert!(session.blank.is_some() && !session.clock.playing, "nothing plays unseen");
    let context = fabricscope::ui::KeyContext { session, views: &[], frames: &[] };
    assert_eq!(KeyAction::NextEvent.intents(&context), [Intent::ToggleBlank(BlankScreen::Black)]);
    harness.run();
    harness.get_by_label_contains("Black screen").click();
    harness.run();
    assert!(harness.state().session.blank.is_none());
}

#[test]
fn presenting_begins_at_the_start_without_panels() {
    let mut harness = screen();
    let session = &mut harness.state_mut().session;
    session.apply(Intent::Seek(fabricscope::units::Femtos(100_000_000)));
    session.apply(Intent::Play);
    let context = fabricscope::ui::KeyContext { session, views: &[], frames: &[] };
    for intent in KeyAction::Present.intents(&context) {
        session.apply(intent);
    }
    assert!(session.full_screen && !session.panels && !session.clock.playing);
    assert_eq!(session.clock.at.0, 0);
}
