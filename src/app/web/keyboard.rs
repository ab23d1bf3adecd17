//! Which keys the program uses, so that the page can leave all others to the browser and to the page around a frame.

use std::cell::Cell;

use crate::ui::{Key, KeyPress, Modifier, TabPlace, is_talk_key, shortcut_for};

/// What a key press does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyUse {
    /// The program acts on it; the browser must not.
    Use,
    /// The program does not act on it.
    Pass,
    /// The keyboard leaves the canvas.
    Leave,
    /// The keyboard leaves the controls, and stays on the canvas.
    LeaveControls,
}

impl KeyUse {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            KeyUse::Use => "use",
            KeyUse::Pass => "pass",
            KeyUse::Leave => "leave",
            KeyUse::LeaveControls => "leave-controls",
        }
    }
}

/// What the meaning of a key depends on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KeyboardState {
    /// Where the focus is.
    pub(super) tab: TabPlace,
    /// Whether Escape closes something.
    pub(super) escape_closes: bool,
    /// Whether a story is presented: then its keys come first.
    pub(super) presents: bool,
}

thread_local! {
    static STATE: Cell<KeyboardState> = const { Cell::new(KeyboardState {
        tab: TabPlace { in_control: false, at_start: true, at_end: true },
        escape_closes: false,
        presents: false,
    }) };
}

/// Sets what the meaning of a key depends on, after a frame.
pub(super) fn set_state(state: KeyboardState) {
    STATE.set(state);
}

/// What a key press does. `key` is the `key` of a `KeyboardEvent`, `control` its Control or Command.
pub(super) fn key_use(key: &str, shift: bool, control: bool) -> KeyUse {
    if control {
        return with_control(key, shift);
    }
    let KeyboardState { tab, escape_closes, presents } = STATE.get();
    match key {
        "Tab" if shift && !tab.in_control || !shift && tab.at_end => KeyUse::Leave,
        "Tab" if shift && tab.at_start => KeyUse::LeaveControls,
        "Tab" => KeyUse::Use,
        "Escape" if !escape_closes => KeyUse::Leave,
        "Enter" if tab.in_control => KeyUse::Use,
        _ => match key_of_dom(key) {
            Some(key) if tab.in_control && key.is_for_controls() => KeyUse::Use,
            Some(key) => {
                let press = KeyPress { key, modifier: if shift { Modifier::Shift } else { Modifier::None } };
                // F5 reloads the page, except in a talk, where clickers send it.
                let uses = if presents { is_talk_key(press) } else { key != Key::F5 && shortcut_for(press).is_some() };
                if uses { KeyUse::Use } else { KeyUse::Pass }
            }
            None => KeyUse::Pass,
        },
    }
}

/// What a key does together with Control: the browser keeps most of them.
fn with_control(key: &str, shift: bool) -> KeyUse {
    let modifier = if shift { Modifier::ControlShift } else { Modifier::Control };
    let shortcut = key_of_dom(key).and_then(|key| shortcut_for(KeyPress { key, modifier }));
    if shortcut.is_some_and(|shortcut| shortcut.action.is_for_pages()) { KeyUse::Use } else { KeyUse::Pass }
}

/// A key by its name in a `KeyboardEvent`.
fn key_of_dom(key: &str) -> Option<Key> {
    Some(match key {
        " " => Key::Space,
        "ArrowLeft" => Key::Left,
        "ArrowRight" => Key::Right,
        "ArrowUp" => Key::Up,
        "ArrowDown" => Key::Down,
        "PageUp" => Key::PageUp,
        "PageDown" => Key::PageDown,
        "Home" => Key::Home,
        "End" => Key::End,
        "Escape" => Key::Escape,
        "F1" => Key::F1,
        "F5" => Key::F5,
        "Enter" => Key::Enter,
        "Backspace" => Key::Backspace,
        _ => {
            let mut characters = key.chars();
            let character = characters.next().filter(|_| characters.next().is_none())?;
            Key::Character(character.to_lowercase().next().unwrap_or(character))
        }
    })
}
