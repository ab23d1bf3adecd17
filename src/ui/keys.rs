//! Keys as typed, so that they mean the same on every keyboard layout, and how they are written.

use std::fmt;

/// A key that can have an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The space bar.
    Space,
    /// Arrow to the left.
    Left,
    /// Arrow to the right.
    Right,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Page up, also sent by clickers.
    PageUp,
    /// Page down, also sent by clickers.
    PageDown,
    /// Home.
    Home,
    /// End.
    End,
    /// Escape.
    Escape,
    /// Enter.
    Enter,
    /// Backspace.
    Backspace,
    /// The function key F1.
    F1,
    /// The function key F5.
    F5,
    /// The function key F11.
    F11,
    /// A letter in lower case, a digit or a sign.
    Character(char),
}

impl Key {
    /// Whether a control that has the keyboard focus uses this key itself.
    pub fn is_for_controls(self) -> bool {
        matches!(self, Key::Space | Key::Enter | Key::Left | Key::Right | Key::Up | Key::Down)
    }

    /// Whether a list on the screen uses this key itself.
    pub fn is_for_lists(self) -> bool {
        self.is_for_controls() || matches!(self, Key::PageUp | Key::PageDown | Key::Home | Key::End)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Key::Space => "Space",
            Key::Left => "←",
            Key::Right => "→",
            Key::Up => "↑",
            Key::Down => "↓",
            Key::PageUp => "PageUp",
            Key::PageDown => "PageDown",
            Key::Home => "Home",
            Key::End => "End",
            Key::Escape => "Esc",
            Key::Enter => "Enter",
            Key::Backspace => "Backspace",
            Key::F1 => "F1",
            Key::F5 => "F5",
            Key::F11 => "F11",
            // The minus sign is as wide as the plus sign.
            Key::Character('-') => "−",
            Key::Character(character) => return write!(formatter, "{}", character.to_uppercase()),
        };
        formatter.write_str(name)
    }
}

/// The key that is held down together with another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifier {
    /// Nothing. Signs that need Shift on some layouts count as typed without it.
    None,
    /// Shift.
    Shift,
    /// Control; Command on a Mac.
    Control,
    /// Control and Shift.
    ControlShift,
}

/// A key together with its modifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPress {
    /// The key.
    pub key: Key,
    /// The key that is held down with it.
    pub modifier: Modifier,
}

impl KeyPress {
    /// A key by itself.
    pub const fn plain(key: Key) -> KeyPress {
        KeyPress { key, modifier: Modifier::None }
    }

    /// A key together with Shift.
    pub const fn shift(key: Key) -> KeyPress {
        KeyPress { key, modifier: Modifier::Shift }
    }

    /// A key together with Control.
    pub const fn control(key: Key) -> KeyPress {
        KeyPress { key, modifier: Modifier::Control }
    }

    /// A key together with Control and Shift.
    pub const fn control_shift(key: Key) -> KeyPress {
        KeyPress { key, modifier: Modifier::ControlShift }
    }
}

impl fmt::Display for KeyPress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.modifier {
            Modifier::None => write!(formatter, "{}", self.key),
            Modifier::Shift => write!(formatter, "Shift + {}", self.key),
            Modifier::Control => write!(formatter, "Ctrl + {}", self.key),
            Modifier::ControlShift => write!(formatter, "Ctrl + Shift + {}", self.key),
        }
    }
}
