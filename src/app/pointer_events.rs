//! Pointer events as egui can use them: with the present time, and never a press together with what follows it.
//!
//! egui decides by time and by the hit test of a pass whether a press is a click, a drag or a long touch. Two properties of
//! a window would mislead it:
//!
//! - The time of Bevy is that at which the last frame was drawn. While the app rests, that can be seconds ago: a tap would
//!   last as long as the rest before it, and egui would take it for a long touch.
//! - Several events can arrive between two frames. A finger that presses, moves and leaves at once would drag whatever
//!   lies at its last position, or nothing; a slider would follow the pointer after it was let go; and what is typed after
//!   Tab would go into the field that it has left.

use std::collections::VecDeque;

use bevy::prelude::*;
use bevy::time::Real;
use bevy::window::RequestRedraw;
use bevy_egui::{EguiContext, EguiInput, EguiPreUpdateSet, egui};
use egui::Event;

/// A distance that no click moves, points.
const FAR: egui::Vec2 = egui::vec2(10_000.0, 0.0);
/// The most between two places that are the same, points.
const SAME_PLACE: f32 = 4.0;

/// Events for later passes of egui, in order, and where the pointer is in the pass before them. Of the camera of a window.
#[derive(Component, Default)]
pub(super) struct Waiting(VecDeque<Event>, Option<egui::Pos2>);

/// Hands the events of a window to egui.
pub(super) fn plugin(app: &mut App) {
    app.register_required_components::<EguiContext, Waiting>().add_systems(
        PreUpdate,
        (hand_over, set_time)
            .chain()
            .after(EguiPreUpdateSet::ProcessInput)
            .after(super::pacing::drop_idle_events)
            .before(EguiPreUpdateSet::BeginPass),
    );
}

fn hand_over(mut windows: Query<(&mut EguiInput, &mut Waiting)>, mut redraw: MessageWriter<RequestRedraw>) {
    for (mut input, mut waiting) in &mut windows {
        if input.events.is_empty() && waiting.0.is_empty() {
            continue;
        }
        waiting.0.extend(input.events.drain(..));
        let Waiting(events, pointer) = &mut *waiting;
        input.events = next_pass(events, pointer);
        if !waiting.0.is_empty() {
            redraw.write(RequestRedraw);
        }
    }
}

fn set_time(mut windows: Query<&mut EguiInput>, time: Res<Time<Real>>) {
    for mut input in &mut windows {
        input.time = Some(time.startup().elapsed().as_secs_f64());
    }
}

/// Takes the events of one pass: nothing of the pointer follows a press, a release follows no movement and no movement a
/// release, and nothing is typed after Tab. A press comes after a pass with the pointer at its place, which thaws the panel that it hits (`ui::frozen`).
fn next_pass(waiting: &mut VecDeque<Event>, pointer: &mut Option<egui::Pos2>) -> Vec<Event> {
    let mut pass: Vec<Event> = Vec::new();
    let before = *pointer;
    let (mut pressed, mut moved, mut released, mut tabbed) = (false, false, false, false);
    while let Some(event) = waiting.pop_front() {
        let is_of_pointer = matches!(
            event,
            Event::PointerMoved(_) | Event::PointerButton { .. } | Event::PointerGone | Event::Touch { .. }
        );
        let releases = matches!(event, Event::PointerButton { pressed: false, .. });
        let moves = matches!(event, Event::PointerMoved(_));
        let is_typed = matches!(event, Event::Key { .. } | Event::Text(_) | Event::Paste(_));
        if is_of_pointer && pressed || releases && moved || moves && released || is_typed && tabbed {
            waiting.push_front(event);
            break;
        }
        if let Event::PointerButton { pos, pressed: true, .. } = event
            && before.is_none_or(|at| at.distance(pos) > SAME_PLACE)
        {
            *pointer = Some(pos);
            waiting.push_front(event);
            if pass.last() != Some(&Event::PointerMoved(pos)) {
                pass.push(Event::PointerMoved(pos));
            }
            break;
        }
        if let Event::PointerMoved(pos) | Event::PointerButton { pos, .. } = event {
            *pointer = Some(pos);
        } else if event == Event::PointerGone {
            *pointer = None;
        }
        pressed |= matches!(event, Event::PointerButton { pressed: true, .. });
        moved |= moves;
        released |= releases;
        tabbed |= matches!(event, Event::Key { key: egui::Key::Tab, pressed: true, .. });
        match (&event, waiting.front()) {
            // The browser takes over the finger to scroll, and bevy_egui does not release it. It is released where it is;
            // the movement to a far place and back keeps it from being a click.
            (&Event::Touch { phase: egui::TouchPhase::Cancel, pos, .. }, Some(Event::PointerGone)) => {
                let up = Event::PointerButton {
                    pos,
                    button: egui::PointerButton::Primary,
                    pressed: false,
                    modifiers: egui::Modifiers::NONE,
                };
                pass.extend([event, Event::PointerMoved(pos + FAR), Event::PointerMoved(pos), up]);
            }
            _ => pass.push(event),
        }
    }
    pass
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{PointerButton, TouchPhase, pos2};

    fn button(pressed: bool) -> Event {
        let button = PointerButton::Primary;
        Event::PointerButton { pos: pos2(5.0, 5.0), button, pressed, modifiers: egui::Modifiers::NONE }
    }

    fn touch(phase: TouchPhase) -> Event {
        let (device_id, id) = (egui::TouchDeviceId(1), egui::TouchId(2));
        Event::Touch { device_id, id, phase, pos: pos2(5.0, 5.0), force: None }
    }

    fn passes(events: &[Event]) -> Vec<Vec<Event>> {
        let mut waiting: VecDeque<Event> = events.iter().cloned().collect();
        let (mut passes, mut pointer) = (Vec::new(), Some(pos2(5.0, 5.0)));
        while !waiting.is_empty() {
            passes.push(next_pass(&mut waiting, &mut pointer));
        }
        passes
    }

    #[test]
    fn a_press_and_its_release_are_in_different_passes() {
        let down = [touch(TouchPhase::Start), Event::PointerMoved(pos2(5.0, 5.0)), button(true)];
        let up = [touch(TouchPhase::End), button(false), Event::PointerGone];
        assert_eq!(passes(&[&down[..], &up[..]].concat()), [down.to_vec(), up.to_vec()]);
    }

    #[test]
    fn a_drag_has_a_pass_between_its_press_and_its_release() {
        let moves = [Event::PointerMoved(pos2(6.0, 5.0)), Event::PointerMoved(pos2(9.0, 5.0))];
        let events = [&[button(true)], &moves[..], &[button(false)]].concat();
        assert_eq!(passes(&events), [vec![button(true)], moves.to_vec(), vec![button(false)]]);
    }

    #[test]
    fn a_press_elsewhere_comes_after_the_pointer() {
        let there = Event::PointerMoved(pos2(50.0, 50.0));
        let button = PointerButton::Primary;
        let press =
            Event::PointerButton { pos: pos2(50.0, 50.0), button, pressed: true, modifiers: egui::Modifiers::NONE };
        assert_eq!(passes(&[there.clone(), press.clone()]), [vec![there.clone()], vec![press.clone()]]);
        assert_eq!(passes(std::slice::from_ref(&press)), [vec![there], vec![press.clone()]], "a finger");
    }

    #[test]
    fn what_follows_a_release_or_tab_comes_later() {
        let away = Event::PointerMoved(pos2(90.0, 5.0));
        assert_eq!(passes(&[button(false), away.clone()]), [vec![button(false)], vec![away]]);
        let key = |key: egui::Key| Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: egui::Modifiers::NONE,
        };
        let text = |text: &str| Event::Text(text.to_owned());
        let typed = [text("1"), key(egui::Key::Tab), key(egui::Key::Num2), text("2"), key(egui::Key::Tab), text("3")];
        assert_eq!(passes(&typed), [typed[..2].to_vec(), typed[2..5].to_vec(), typed[5..].to_vec()]);
    }

    #[test]
    fn keys_wait_for_nothing_of_the_pointer() {
        assert_eq!(passes(&[button(true), Event::Copy, Event::Cut]), [[button(true), Event::Copy, Event::Cut]]);
    }

    #[test]
    fn a_finger_that_scrolls_the_page_is_lifted_without_a_click() {
        let taken = passes(&[touch(TouchPhase::Cancel), Event::PointerGone]);
        assert_eq!(taken.len(), 1, "a pass of its own, so that nothing is dragged to a place far away");
        assert!(taken[0].contains(&button(false)));
        assert!(taken[0].contains(&Event::PointerMoved(pos2(5.0, 5.0) + FAR)));
        assert_eq!(taken[0].last(), Some(&Event::PointerGone));
    }
}
