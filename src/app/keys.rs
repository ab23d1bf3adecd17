//! The keyboard: keys as typed, so that they mean the same on every layout, and those that clickers send.

use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::prelude::*;
use bevy_egui::EguiContexts;

use super::schedule::FrameSystems;
use super::state::{OpenSession, PendingIntents, Views};
use crate::scene::ClockMode;
use crate::session::{Intent, Session, go_to_bottleneck};
use crate::units::Femtos;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, keys.in_set(FrameSystems::Input));
}

fn keys(
    mut messages: MessageReader<KeyboardInput>,
    held: Res<ButtonInput<KeyCode>>,
    mut contexts: EguiContexts,
    (open, views): (Res<OpenSession>, Res<Views>),
    mut wanted: ResMut<PendingIntents>,
) -> Result {
    let context = contexts.ctx_mut()?;
    // A control that was reached by Tab takes Space, Enter and arrows for itself.
    let control_has_focus = context.memory(|memory| memory.focused().is_some());
    let command =
        [KeyCode::ControlLeft, KeyCode::ControlRight, KeyCode::SuperLeft, KeyCode::SuperRight, KeyCode::AltLeft];
    let with_command = held.any_pressed(command);
    for message in messages.read().filter(|message| message.state.is_pressed() && !with_command) {
        if control_has_focus && is_for_controls(&message.logical_key) {
            continue;
        }
        let shift = held.any_pressed([KeyCode::ShiftLeft, KeyCode::ShiftRight]);
        if let Some(by) = pan(&message.logical_key).filter(|_| shift) {
            wanted.push(Intent::PanCamera(by));
            continue;
        }
        if matches!(&message.logical_key, Key::Character(key) if key.eq_ignore_ascii_case("b")) {
            let fabric = open.0.view.active;
            let known = open.0.runs.get(fabric).zip(views.views.get(fabric)).zip(views.frames.get(fabric));
            for intent in known.map_or(Vec::new(), |((run, view), frame)| go_to_bottleneck(run, view, frame, fabric)) {
                wanted.push(intent);
            }
            continue;
        }
        if let Some(intent) = meaning(&message.logical_key, &open.0).filter(|intent| !message.repeat || repeats(intent))
        {
            wanted.push(intent);
        }
    }
    Ok(())
}

fn is_for_controls(key: &Key) -> bool {
    matches!(key, Key::Space | Key::Enter | Key::ArrowUp | Key::ArrowDown | Key::ArrowLeft | Key::ArrowRight)
}

/// A quarter of the picture in the direction of an arrow.
fn pan(key: &Key) -> Option<Vec2> {
    let by = match key {
        Key::ArrowLeft => Vec2::new(-0.25, 0.0),
        Key::ArrowRight => Vec2::new(0.25, 0.0),
        Key::ArrowUp => Vec2::new(0.0, -0.25),
        Key::ArrowDown => Vec2::new(0.0, 0.25),
        _ => return None,
    };
    Some(by)
}

/// Whether holding the key down says it again; what toggles would flicker.
fn repeats(intent: &Intent) -> bool {
    matches!(intent, Intent::Step(_) | Intent::SetSpeed(_) | Intent::SetInterfaceScale(_) | Intent::ZoomCamera(_))
}

/// What a key wants; `None` for keys without a meaning.
fn meaning(key: &Key, session: &Session) -> Option<Intent> {
    let clock = &session.clock;
    let character = match key {
        Key::Space => return Some(Intent::TogglePlay),
        Key::ArrowRight | Key::PageDown => return Some(Intent::Step(true)),
        Key::ArrowLeft | Key::PageUp => return Some(Intent::Step(false)),
        Key::Home => return Some(Intent::Seek(Femtos(0))),
        Key::End => return Some(Intent::Seek(clock.duration)),
        Key::ArrowUp => return Some(Intent::SetSpeed(clock.speed * 1.5)),
        Key::ArrowDown => return Some(Intent::SetSpeed(clock.speed / 1.5)),
        Key::Escape => return escape(session),
        Key::Character(character) => character.to_lowercase(),
        _ => return None,
    };
    match character.as_str() {
        " " => Some(Intent::TogglePlay),
        "n" => Some(Intent::Step(true)),
        "p" => Some(Intent::Step(false)),
        "c" => Some(Intent::SetClockMode(match clock.mode {
            ClockMode::Same => ClockMode::Normalised,
            ClockMode::Normalised => ClockMode::Same,
        })),
        "u" if *key == Key::Character("U".into()) => Some(Intent::Redo),
        "u" => Some(Intent::Undo),
        "j" => Some(Intent::PlayBackwards),
        "l" => Some(Intent::Play),
        "[" => Some(Intent::SetLoop(Some((clock.at, clock.looped.map_or(clock.duration, |span| span.1))))),
        "]" => Some(Intent::SetLoop(Some((clock.looped.map_or(Femtos(0), |span| span.0), clock.at)))),
        "\\" => Some(Intent::SetLoop(None)),
        "z" => Some(Intent::ZoomCamera(1.5)),
        "x" => Some(Intent::ZoomCamera(1.0 / 1.5)),
        "v" => Some(Intent::ShowWholeFabric),
        "g" => Some(Intent::ReduceMotion(!session.view.reduced_motion)),
        "m" => Some(Intent::ShowMatrix(!session.view.matrix)),
        "k" => Some(Intent::ShowPath(!session.view.path)),
        "a" => Some(Intent::Accumulate(!session.view.accumulated)),
        "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" => {
            let number: usize = character.parse().unwrap_or(1);
            (number <= session.runs.len()).then(|| Intent::Activate(number - 1))
        }
        "h" => Some(Intent::TogglePanels),
        "s" => Some(Intent::ToggleScenes),
        "w" => Some(Intent::ToggleSweep),
        "o" => Some(Intent::OpenDialog),
        "r" => Some(Intent::Reset),
        "f" => Some(Intent::ToggleFullScreen),
        "t" => Some(Intent::ToggleTheme),
        "?" => Some(Intent::ToggleHelp),
        "+" | "=" => Some(Intent::SetInterfaceScale(session.zoom * 1.1)),
        "-" => Some(Intent::SetInterfaceScale(session.zoom / 1.1)),
        "0" => Some(Intent::SetInterfaceScale(1.0)),
        _ => None,
    }
}

/// Closes what stands on top.
fn escape(session: &Session) -> Option<Intent> {
    if session.diagnostics.is_some() {
        Some(Intent::DismissDiagnostics)
    } else if session.help {
        Some(Intent::ToggleHelp)
    } else if session.sources.is_some() {
        Some(Intent::ShowSources(None))
    } else if session.log.is_some() {
        Some(Intent::CloseLog)
    } else {
        let selected = session.view.selection.is_some().then_some(Intent::Select(None));
        let sweep = session.sweep_job.is_some().then_some(Intent::ToggleSweep);
        session.scenes.then_some(Intent::ToggleScenes).or(selected).or(sweep)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clickers_and_letters_step_and_escape_closes_the_uppermost() {
        let mut session = Session::first_look().expect("the first look");
        for key in [Key::PageDown, Key::ArrowRight, Key::Character("n".into()), Key::Character("N".into())] {
            assert_eq!(meaning(&key, &session), Some(Intent::Step(true)), "{key:?}");
        }
        assert_eq!(meaning(&Key::Escape, &session), None);
        session.apply(Intent::ToggleHelp);
        assert_eq!(meaning(&Key::Escape, &session), Some(Intent::ToggleHelp));
        session.apply(Intent::Load { name: "x".to_owned(), text: "(".to_owned() });
        assert_eq!(meaning(&Key::Escape, &session), Some(Intent::DismissDiagnostics));
    }
}
