//! Small windows and the keyboard: controls that a finger hits, results without side panels, and the ends of Tab.

use egui_kittest::kittest::Queryable;
use fabricscope::session::{Intent, LessonIntent, Session};
use fabricscope::ui::tab_place;

use crate::screen::{screen, screen_of};

fn first_look() -> Session {
    Session::first_look().expect("the first look")
}

#[test]
fn on_a_telephone_a_finger_hits_every_button() {
    for size in [[360.0, 640.0], [390.0, 844.0], [844.0, 390.0]] {
        let harness = screen_of(first_look(), size);
        // All of the help is in the View menu as well.
        let last = if size[0] >= 380.0 { "Parameters" } else { "?" };
        for name in ["Play (Space)", "Next event (→)", "Previous event (←)", last, "Scenes"] {
            let rect = harness.get_by_label(name).rect();
            assert!(rect.width() >= 44.0 && rect.height() >= 44.0, "{name} at {size:?}: {rect:?}");
            assert!(rect.right() <= size[0], "{name} at {size:?}: {rect:?}");
        }
        // A low window has a line instead.
        let modes = ["links", "busiest", "classes"].map(|mode| format!("Timeline: {mode}"));
        for mode in modes.iter().filter(|_| size[1] > 420.0) {
            let rect = harness.get_by_label(mode).rect();
            assert!(rect.width() >= 44.0 && rect.height() >= 44.0, "{mode} at {size:?}: {rect:?}");
        }
        let (play, help) = (harness.get_by_label("Next event (→)").rect(), harness.get_by_label("Scenes").rect());
        assert!(play.right() <= help.left(), "{size:?}: the menus cover the transport");
    }
}

#[test]
fn without_side_panels_the_results_stand_in_a_line() {
    for size in [[390.0, 844.0], [844.0, 390.0], [640.0, 360.0]] {
        let harness = screen_of(first_look(), size);
        let line = harness.query_all_by_label_contains("B is 5.0x faster").count();
        assert_eq!(line, 1, "{size:?}");
    }
    assert_eq!(screen().query_all_by_label_contains("B is 5.0x faster").count(), 0, "the side panels have them");
}

#[test]
fn tab_passes_every_control_and_comes_to_an_end() {
    let mut harness = screen();
    assert!(!tab_place(&harness.ctx).in_control);
    let mut stops = 0;
    loop {
        harness.key_press(egui::Key::Tab);
        harness.run();
        stops += 1;
        let place = tab_place(&harness.ctx);
        assert!(place.in_control, "after {stops} stops");
        assert_eq!(place.at_start, stops == 1, "after {stops} stops");
        if place.at_end {
            break;
        }
        assert!(stops < 200, "there is no end");
    }
    assert!(stops > 20, "only {stops} stops");
    harness.key_press(egui::Key::Tab);
    harness.run();
    assert!(tab_place(&harness.ctx).at_start, "one more Tab begins again: the end was the end");
}

#[test]
fn a_window_over_the_stage_comes_last() {
    let mut harness = screen();
    harness.state_mut().session.apply(Intent::ToggleScenes);
    harness.run();
    let mut stops = 0;
    while !tab_place(&harness.ctx).at_end {
        harness.key_press(egui::Key::Tab);
        harness.run();
        stops += 1;
        assert!(stops < 200, "there is no end");
    }
    harness.key_press(egui::Key::Tab);
    harness.run();
    assert!(tab_place(&harness.ctx).at_start);
}

#[test]
fn a_phone_changes_the_algorithm_in_a_window_of_parameters() {
    let size = [390.0, 844.0];
    let mut harness = screen_of(first_look(), size);
    assert!(harness.query_by_label_contains("Message size").is_none(), "there are no side panels");
    harness.get_by_label("Parameters").click();
    harness.run();
    let message = harness.get_all_by_label_contains("Message size").next().expect("the slider").rect();
    assert!(message.top() > size[1] / 2.0 && message.right() < size[0], "the stage stays in sight: {message:?}");
    let before = harness.state().session.report();
    harness.get_by_label_contains(": NVLS, sum in the switch").click();
    harness.run();
    harness.get_by_label("Ring").click();
    harness.run();
    assert_ne!(harness.state().session.report(), before);
    // A lesson decides what may change.
    harness.state_mut().session.apply(Intent::Lesson(LessonIntent::Open("ring-steps".to_owned())));
    harness.run();
    assert!(harness.query_by_label("Parameters").is_none());
}
