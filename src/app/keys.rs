//! The keyboard: translates the window's key events into presses of the key table. Keys count as typed, so that they
//! mean the same on every layout.

use bevy::input::keyboard::{Key as TypedKey, KeyboardInput};
use bevy::prelude::*;
use bevy_egui::EguiContexts;

use super::schedule::FrameSystems;
use super::state::{OpenSession, PendingIntents, Views};
use crate::session::Intent;
use crate::ui::{Key, KeyContext, KeyPress, Modifier, action_for};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, press_keys.in_set(FrameSystems::Input));
}

/// The modifier keys at one key event. Bevy tells those of the end of a frame only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct HeldModifiers {
    shift: bool,
    control: bool,
    /// A key of the window system or the browser: no shortcut has it.
    other: bool,
}

/// The key of shortcuts: Command on a Mac, Control elsewhere.
const CONTROL: &[KeyCode] = if cfg!(target_os = "macos") {
    &[KeyCode::SuperLeft, KeyCode::SuperRight]
} else if cfg!(target_arch = "wasm32") {
    // A page does not know the system.
    &[KeyCode::ControlLeft, KeyCode::ControlRight, KeyCode::SuperLeft, KeyCode::SuperRight]
} else {
    &[KeyCode::ControlLeft, KeyCode::ControlRight]
};
const OTHER: &[KeyCode] = if cfg!(target_os = "macos") {
    &[KeyCode::ControlLeft, KeyCode::ControlRight, KeyCode::AltLeft]
} else if cfg!(target_arch = "wasm32") {
    &[KeyCode::AltLeft]
} else {
    &[KeyCode::SuperLeft, KeyCode::SuperRight, KeyCode::AltLeft]
};
const SHIFT: &[KeyCode] = &[KeyCode::ShiftLeft, KeyCode::ShiftRight];

impl HeldModifiers {
    fn from_keys(keys: &ButtonInput<KeyCode>) -> HeldModifiers {
        HeldModifiers {
            shift: keys.any_pressed(SHIFT.iter().copied()),
            control: keys.any_pressed(CONTROL.iter().copied()),
            other: keys.any_pressed(OTHER.iter().copied()),
        }
    }

    /// Takes a key event into account, if it is of a modifier key.
    fn update(&mut self, key: KeyCode, pressed: bool) {
        if SHIFT.contains(&key) {
            self.shift = pressed;
        } else if CONTROL.contains(&key) {
            self.control = pressed;
        } else if OTHER.contains(&key) {
            self.other = pressed;
        }
    }

    fn modifier(self) -> Modifier {
        match (self.control, self.shift) {
            (false, false) => Modifier::None,
            (false, true) => Modifier::Shift,
            (true, false) => Modifier::Control,
            (true, true) => Modifier::ControlShift,
        }
    }
}

fn press_keys(
    mut messages: MessageReader<KeyboardInput>,
    keys: Res<ButtonInput<KeyCode>>,
    mut before: Local<HeldModifiers>,
    mut contexts: EguiContexts,
    (open, views): (Res<OpenSession>, Res<Views>),
    mut pending: ResMut<PendingIntents>,
) -> Result {
    let mut held = core::mem::replace(&mut *before, HeldModifiers::from_keys(&keys));
    let egui = contexts.ctx_mut()?;
    let used = UsedKeys {
        all: egui.text_edit_focused(),
        // A control that was reached by Tab uses Space and arrows itself.
        // A clicker in a talk is never for a control.
        by_control: egui.memory(|memory| memory.focused().is_some()) && (open.0.story.is_none() || open.0.panels),
        by_list: open.0.scenes,
        by_menu: egui::Popup::is_any_open(egui),
    };
    let context = KeyContext { session: &open.0, views: &views.views, frames: &views.frames };
    for message in messages.read() {
        held.update(message.key_code, message.state.is_pressed());
        if !message.state.is_pressed() || held.other {
            continue;
        }
        // Any key ends a black or white screen and does nothing else.
        if let Some(screen) = open.0.blank {
            if !message.repeat {
                pending.push(Intent::ToggleBlank(screen));
            }
            break;
        }
        let Some(press) = key_press(&message.logical_key, held.modifier()) else { continue };
        // Any key ends the first start, but those that reach and press its buttons.
        if open.0.first_start.is_some() {
            if !message.repeat && !used.uses(press.key) {
                pending.push(Intent::EndFirstStart);
            }
            continue;
        }
        let Some(action) = action_for(press, &open.0).filter(|_| !used.uses(press.key)) else { continue };
        if message.repeat && !action.repeats() {
            continue;
        }
        // The browser has its own Control + S and O.
        if cfg!(target_arch = "wasm32") && held.control && !action.is_for_pages() {
            continue;
        }
        for intent in action.intents(&context) {
            pending.push(intent);
        }
    }
    Ok(())
}

/// Who uses keys before the key table.
#[derive(Clone, Copy, Debug, Default)]
struct UsedKeys {
    /// A text is being edited.
    all: bool,
    /// A control has the keyboard.
    by_control: bool,
    /// A list is open.
    by_list: bool,
    /// A menu is open: arrows move in it, Esc closes it.
    by_menu: bool,
}

impl UsedKeys {
    fn uses(self, key: Key) -> bool {
        self.all
            || (self.by_control && key.is_for_controls())
            || (self.by_list && key.is_for_lists())
            || (self.by_menu && (key == Key::Escape || key.is_for_lists()))
    }
}

/// A typed key as the table writes it. A capital letter means Shift, even by Caps Lock.
#[expect(clippy::wildcard_enum_match_arm, reason = "keys of Bevy; most have no shortcut")]
fn key_press(typed: &TypedKey, modifier: Modifier) -> Option<KeyPress> {
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
        TypedKey::Enter => Key::Enter,
        TypedKey::Backspace => Key::Backspace,
        TypedKey::F1 => Key::F1,
        TypedKey::F5 => Key::F5,
        TypedKey::F11 => Key::F11,
        TypedKey::Character(text) => return character_press(text, modifier),
        _ => return None,
    };
    Some(KeyPress { key, modifier })
}

fn character_press(text: &str, modifier: Modifier) -> Option<KeyPress> {
    let mut characters = text.chars();
    let (character, rest) = (characters.next()?, characters.next());
    if rest.is_some() {
        return None;
    }
    if character == ' ' {
        return Some(KeyPress::plain(Key::Space));
    }
    let key = Key::Character(character.to_lowercase().next().unwrap_or(character));
    // Signs that need Shift on some layouts count as typed without it.
    let modifier = match (modifier, character.is_uppercase()) {
        (Modifier::Control, true) | (Modifier::ControlShift, _) => Modifier::ControlShift,
        (Modifier::Control, false) => Modifier::Control,
        (Modifier::None | Modifier::Shift, true) => Modifier::Shift,
        (Modifier::None | Modifier::Shift, false) => Modifier::None,
    };
    Some(KeyPress { key, modifier })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::{KeyAction, shortcut_for};

    fn action(typed: TypedKey, with_shift: bool) -> Option<KeyAction> {
        let modifier = if with_shift { Modifier::Shift } else { Modifier::None };
        Some(shortcut_for(key_press(&typed, modifier)?)?.action)
    }

    #[test]
    fn a_modifier_counts_from_its_own_event_on() {
        let mut held = HeldModifiers::default();
        held.update(KeyCode::ShiftLeft, true);
        assert_eq!(held.modifier(), Modifier::Shift, "Shift and an arrow in one frame");
        held.update(KeyCode::ControlRight, true);
        held.update(KeyCode::ShiftLeft, false);
        assert_eq!(held.modifier(), if cfg!(target_os = "macos") { Modifier::None } else { Modifier::Control });
    }

    #[test]
    fn control_keys_undo_redo_and_save() {
        let action =
            |text: &str, modifier| Some(shortcut_for(key_press(&TypedKey::Character(text.into()), modifier)?)?.action);
        assert_eq!(action("z", Modifier::Control), Some(KeyAction::Undo));
        assert_eq!(action("Z", Modifier::ControlShift), Some(KeyAction::Redo));
        assert_eq!(action("s", Modifier::Control), Some(KeyAction::SaveScene));
        assert_eq!(action("h", Modifier::Control), None);
    }

    #[test]
    fn lists_texts_and_menus_use_their_keys_first() {
        let by_list = UsedKeys { by_list: true, ..UsedKeys::default() };
        assert!(by_list.uses(Key::Down) && by_list.uses(Key::PageDown) && !by_list.uses(Key::Escape));
        let by_menu = UsedKeys { by_menu: true, ..UsedKeys::default() };
        assert!(by_menu.uses(Key::Escape) && by_menu.uses(Key::Down) && !by_menu.uses(Key::Character('t')));
        let text = UsedKeys { all: true, ..UsedKeys::default() };
        assert!(text.uses(Key::Character('t')) && text.uses(Key::Escape));
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
