//! Pointer on stage and timeline, inspector, view controls.

use egui_kittest::kittest::Queryable;
use fabricscope::session::Intent;
use fabricscope::units::Femtos;

use crate::screen::screen;

#[test]
fn a_click_on_the_stage_fills_the_inspector() {
    use fabricscope::stage::Item;
    let mut harness = screen();
    let gpu =
        harness.state().views.1[0].layout.chips.iter().find(|chip| chip.node == Some(3)).expect("GPU 3").rect.center();
    let at = egui::pos2(gpu.x, gpu.y);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run();
    let selection = harness.state().session.view.selection.expect("a selection");
    assert_eq!(selection.fabric, 0);
    assert!(matches!(selection.item, Item::Chip(_, 3)));
    assert!(harness.query_all_by_label("GPU 3").count() > 0, "the title of the inspector");
    assert!(harness.query_by_label("Utilisation over the run").is_some());
    harness.get_by_label("Clear selection").click();
    harness.run();
    assert_eq!(harness.state().session.view.selection, None);
}

#[test]
fn a_click_on_the_timeline_selects_its_link() {
    use egui_kittest::kittest::NodeT;
    use fabricscope::stage::Item;
    let mut harness = screen();
    let bounds = harness.get_by_label_contains("Timeline: 0").accesskit_node().raw_bounds().expect("its bounds");
    // In the upper half of the first fabric's heatmap.
    let at = egui::pos2(bounds.x0 as f32 + 600.0, bounds.y0 as f32 + 26.0 + 24.0);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run();
    let session = &harness.state().session;
    let selection = session.view.selection.expect("a selection");
    assert!(selection.fabric == 0 && matches!(selection.item, Item::Link(_)), "{selection:?}");
    assert!(session.clock.at > Femtos(0) && session.clock.at < session.clock.duration);
}

#[test]
fn a_slowed_link_is_compared_and_undone() {
    use fabricscope::fabric::LinkId;
    use fabricscope::stage::{Item, Selection};
    let mut harness = screen();
    let selection = Selection { fabric: 0, item: Item::Link(LinkId(3)) };
    harness.state_mut().session.apply(Intent::Select(Some(selection)));
    harness.run();
    let whole = harness.state().session.report();
    harness.get_by_label("What if: 50 %").click();
    harness.run();
    assert_eq!(harness.state().session.document.file.fabrics[0].faults.len(), 1);
    assert!(harness.query_all_by_label_contains("now +99.9 %").count() > 0, "the previous run is compared");
    assert!(harness.query_by_label("50 % of its capacity remains").is_some());
    harness.get_by_label("Undo").click();
    harness.run();
    assert_eq!(harness.state().session.report(), whole);
    assert!(harness.query_by_label("What if: Repair").is_none());
}

#[test]
fn a_cut_link_that_the_algorithm_needs_can_be_repaired() {
    use fabricscope::fabric::LinkId;
    use fabricscope::stage::{Item, Selection};
    let mut harness = screen();
    let selection = Selection { fabric: 0, item: Item::Link(LinkId(7)) };
    harness.state_mut().session.apply(Intent::Select(Some(selection)));
    harness.run();
    let whole = harness.state().session.report();
    harness.get_by_label("What if: Cut").click();
    harness.run();
    assert!(harness.state().session.runs[0].result().is_none(), "in-switch reduction needs every port");
    assert_eq!(harness.state().session.view.selection, Some(selection));
    assert!(harness.query_all_by_label_contains("which is down; repair it").count() > 0);
    harness.get_by_label("What if: Repair").click();
    harness.run();
    assert_eq!(harness.state().session.report(), whole);
}

#[test]
fn a_drag_on_the_axis_sets_the_loop() {
    use egui_kittest::kittest::NodeT;
    let mut harness = screen();
    let bounds = harness.get_by_label_contains("Timeline: 0").accesskit_node().raw_bounds().expect("its bounds");
    let at = |x: f32| egui::pos2(bounds.x0 as f32 + x, bounds.y0 as f32 + 8.0);
    harness.drag_at(at(400.0));
    harness.run();
    harness.hover_at(at(500.0));
    harness.run();
    harness.drop_at(at(500.0));
    harness.run();
    let clock = &harness.state().session.clock;
    let (from, to) = clock.looped.expect("a loop");
    assert!(from < to && to < clock.duration);
    harness.state_mut().session.apply(Intent::SetLoop(None));
    assert_eq!(harness.state().session.clock.looped, None);
}

#[test]
fn view_controls_change_stage_and_timeline() {
    use fabricscope::fabric::Direction;
    use fabricscope::stage::TimelineShows;
    let mut harness = screen();
    harness.get_by_label("Matrix").click();
    harness.run();
    assert!(harness.state().session.view.matrix);
    let matrix = harness.state().views.1[0].matrix.as_ref().expect("a matrix");
    assert_eq!((matrix.side, matrix.noun), (8, "GPU"));
    harness.get_by_label("Map").click();
    harness.get_by_label("Since start").click();
    harness.get_by_label("Timeline: classes").click();
    harness.run();
    let stage = &harness.state().session.view;
    assert!(!stage.matrix && stage.accumulated);
    assert_eq!(stage.timeline, TimelineShows::Classes);
    harness.get_by_label("Heat of the wafer: Heat: busiest of four links").click();
    harness.run();
    harness.get_by_label("Heat: links going west").click();
    harness.run();
    assert_eq!(harness.state().session.view.heat_of, Some(Direction::West));
}

/// A finger on the glass, with the pointer that the window makes of the first one.
fn finger(number: u64, phase: egui::TouchPhase, pos: egui::Pos2) -> Vec<egui::Event> {
    let touch =
        egui::Event::Touch { device_id: egui::TouchDeviceId(0), id: egui::TouchId(number), phase, pos, force: None };
    let button = |pressed| egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    match phase {
        _ if number > 0 => vec![touch],
        egui::TouchPhase::Start => vec![touch, egui::Event::PointerMoved(pos), button(true)],
        egui::TouchPhase::Move => vec![touch, egui::Event::PointerMoved(pos)],
        egui::TouchPhase::End | egui::TouchPhase::Cancel => vec![touch, button(false), egui::Event::PointerGone],
    }
}

fn touch(harness: &mut egui_kittest::Harness<'static, crate::screen::Screen>, events: Vec<egui::Event>) {
    events.into_iter().for_each(|event| harness.event(event));
    harness.run();
}

#[test]
fn one_finger_scrubs_from_side_to_side_and_a_tap_selects() {
    use egui::TouchPhase::{End, Move, Start};
    let mut harness = screen();
    let chip = harness.state().views.1[0].layout.chips[3].rect.center();
    let at = egui::pos2(chip.x, chip.y);
    let camera = harness.state().session.camera(0);
    touch(&mut harness, finger(0, Start, at));
    for step in 1..=4 {
        touch(&mut harness, finger(0, Move, at + egui::vec2(20.0 * step as f32, 3.0)));
    }
    touch(&mut harness, finger(0, End, at + egui::vec2(80.0, 3.0)));
    let session = &harness.state().session;
    assert!(session.clock.at > Femtos(0), "the playhead moved");
    assert_eq!(session.camera(0), camera, "and not the picture");
    assert_eq!(session.view.selection, None, "a drag selects nothing");
    touch(&mut harness, finger(0, Start, at));
    touch(&mut harness, finger(0, End, at));
    assert!(harness.state().session.view.selection.is_some());
}

#[test]
fn two_fingers_pan_and_zoom_and_leave_the_clock_alone() {
    use egui::TouchPhase::{End, Move, Start};
    let mut harness = screen();
    let picture = harness.state().views.1[0].layout.picture.center();
    let middle = egui::pos2(picture.x, picture.y);
    let spread = |by: f32| [middle - egui::vec2(by, 0.0), middle + egui::vec2(by, 0.0)];
    let scale = harness.state().session.camera(0).scale;
    for (number, pos) in spread(30.0).into_iter().enumerate() {
        touch(&mut harness, finger(number as u64, Start, pos));
    }
    for step in 1..=5 {
        let both = spread(30.0 + 12.0 * step as f32).into_iter().enumerate();
        touch(&mut harness, both.flat_map(|(number, pos)| finger(number as u64, Move, pos)).collect());
    }
    let both = spread(90.0).into_iter().enumerate();
    touch(&mut harness, both.flat_map(|(number, pos)| finger(number as u64, End, pos)).collect());
    let session = &harness.state().session;
    assert!(session.camera(0).scale > 1.5 * scale, "{} after {scale}", session.camera(0).scale);
    assert_eq!(session.clock.at, Femtos(0));
}
