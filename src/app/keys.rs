//! The keyboard: translates the window's key events into presses of the key table. Keys count as typed, so that they
//! mean the same on every layout.

use bevy::input::keyboard::{Key as TypedKey, KeyboardInput};
use bevy::prelude::*;
use bevy_egui::EguiContexts;

use super::schedule::FrameSystems;
use super::state::{OpenSession, PendingIntents, Views};
use crate::ui::{Key, KeyContext, KeyPress, Modifier, shortcut_for};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, press_keys.in_set(FrameSystems::Input));
}

/// Held keys that belong to the window system or the browser.
const COMMAND_KEYS: [KeyCode; 5] =
    [KeyCode::ControlLeft, KeyCode::ControlRight, KeyCode::SuperLeft, KeyCode::SuperRight, KeyCode::AltLeft];

fn press_keys(
    mut messages: MessageReader<KeyboardInput>,
    held: Res<ButtonInput<KeyCode>>,
    mut contexts: EguiContexts,
    (open, views): (Res<OpenSession>, Res<Views>),
    mut pending: ResMut<PendingIntents>,
) -> Result {
    let context = contexts.ctx_mut()?;
    // A control that was reached by Tab uses Space and arrows itself.
    let control_has_focus = context.memory(|memory| memory.focused().is_some());
    let with_command = held.any_pressed(COMMAND_KEYS);
    let with_shift = held.any_pressed([KeyCode::ShiftLeft, KeyCode::ShiftRight]);
    let context = KeyContext { session: &open.0, views: &views.views, frames: &views.frames };
    for message in messages.read().filter(|message| message.state.is_pressed() && !with_command) {
        let Some(press) = key_press(&message.logical_key, with_shift) else { continue };
        if control_has_focus && press.key.is_for_controls() {
            continue;
        }
        let Some(shortcut) = shortcut_for(press) else { continue };
        if message.repeat && !shortcut.action.repeats() {
            continue;
        }
        for intent in shortcut.action.intents(&context) {
            pending.push(intent);
        }
    }
    Ok(())
}

/// A typed key as the table writes it. A capital letter means Shift, even by Caps Lock.
#[expect(clippy::wildcard_enum_match_arm, reason = "keys of Bevy; most have no shortcut")]
fn key_press(typed: &TypedKey, with_shift: bool) -> Option<KeyPress> {
    let key = match typed {
        TypedKey::Space => Key::Space,
        TypedKey::ArrowLeft => Key::Left,
        TypedKey::ArrowRight => Key::Right,
        TypedKey::ArrowUp => Key::Up,
        TypedKey::ArrowDown => Key::Down,
        TypedKey::PageUp => Key::PageUp,
        TypedKey::PageDown => Key::PageDown,
        TypedKey::Home => Key::Home,
        TypedKey::End => Key::End,
        TypedKey::Escape => Key::Escape,
        TypedKey::Character(text) => return character_press(text),
        _ => return None,
    };
    Some(KeyPress { key, modifier: if with_shift { Modifier::Shift } else { Modifier::None } })
}

fn character_press(text: &str) -> Option<KeyPress> {
    let mut characters = text.chars();
    let (character, rest) = (characters.next()?, characters.next());
    if rest.is_some() {
        return None;
    }
    if character == ' ' {
        return Some(KeyPress::plain(Key::Space));
    }
    let key = Key::Character(character.to_lowercase().next().unwrap_or(character));
    Some(if character.is_uppercase() { KeyPress::shift(key) } else { KeyPress::plain(key) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::KeyAction;

    fn action(typed: TypedKey, with_shift: bool) -> Option<KeyAction> {
        Some(shortcut_for(key_press(&typed, with_shift)?)?.action)
    }

    #[test]
    fn keys_of_clickers_step_through_events() {
        for typed in [TypedKey::PageDown, TypedKey::ArrowRight, TypedKey::Character("n".into())] {
            assert_eq!(action(typed.clone(), false), Some(KeyAction::NextEvent), "{typed:?}");
        }
        assert_eq!(action(TypedKey::PageUp, false), Some(KeyAction::PreviousEvent));
    }

    #[test]
    fn capital_letters_act_like_small_ones_except_redo() {
        assert_eq!(action(TypedKey::Character("N".into()), true), Some(KeyAction::NextEvent));
        assert_eq!(action(TypedKey::Character("u".into()), false), Some(KeyAction::Undo));
        assert_eq!(action(TypedKey::Character("U".into()), true), Some(KeyAction::Redo));
    }

    #[test]
    fn signs_typed_with_shift_keep_their_action() {
        assert_eq!(action(TypedKey::Character("?".into()), true), Some(KeyAction::ToggleHelp));
        assert_eq!(action(TypedKey::Character("+".into()), true), Some(KeyAction::LargerInterface));
        assert_eq!(action(TypedKey::Character(" ".into()), false), Some(KeyAction::TogglePlay));
    }

    #[test]
    fn shift_changes_arrows_from_steps_to_pans() {
        use crate::ui::PanDirection;
        assert_eq!(action(TypedKey::ArrowLeft, false), Some(KeyAction::PreviousEvent));
        assert_eq!(action(TypedKey::ArrowLeft, true), Some(KeyAction::Pan(PanDirection::Left)));
        assert_eq!(action(TypedKey::PageUp, true), Some(KeyAction::PreviousEvent));
    }

    #[test]
    fn keys_without_an_entry_do_nothing() {
        assert_eq!(action(TypedKey::Character("q".into()), false), None);
        assert_eq!(action(TypedKey::Tab, false), None);
    }
}
