//! The one table of actions: which key does what, with which label. The keyboard, the help, the View menu, the command
//! palette, the tooltips and the table in README are made from it.

use super::key_action::{KeyAction, PanDirection};
use super::keys::{Key, KeyPress, Modifier};

/// Groups of keys, in the order of the help and of the View menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyGroup {
    /// The clock.
    Playback,
    /// The part of a fabric that is visible.
    Camera,
    /// What the stage shows.
    Stage,
    /// Scenes and changes of them.
    Scene,
    /// Panels, theme, size.
    Window,
    /// The talk with a story; these are keys of their own.
    Presenting,
    /// An open lesson; so are these.
    Learning,
}

impl KeyGroup {
    /// The groups of the workbench, in order.
    pub const ALL: [KeyGroup; 5] =
        [KeyGroup::Playback, KeyGroup::Camera, KeyGroup::Stage, KeyGroup::Scene, KeyGroup::Window];

    /// Its heading.
    pub fn label(self) -> &'static str {
        match self {
            KeyGroup::Playback => "Playback",
            KeyGroup::Camera => "Camera",
            KeyGroup::Stage => "Stage",
            KeyGroup::Scene => "Scene",
            KeyGroup::Window => "Window",
            KeyGroup::Presenting => "Presenting",
            KeyGroup::Learning => "Learning",
        }
    }
}

/// An action with its keys and its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortcut {
    /// What it does.
    pub action: KeyAction,
    /// The keys; each of them does the same. The first one is shown in menus and tooltips. None if only menus and the
    /// command palette have the action.
    pub keys: &'static [KeyPress],
    /// What it does, as a verb or a noun in lower case.
    pub label: &'static str,
}

/// One line of the table: shortcuts that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyLine {
    /// The group that it stands in.
    pub group: KeyGroup,
    /// The shortcuts of the line.
    pub shortcuts: &'static [Shortcut],
    /// One text for all shortcuts of the line, where a list of them would be long.
    pub summary: Option<LineSummary>,
}

/// The text of a line as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineSummary {
    /// The keys.
    pub keys: &'static str,
    /// What they do.
    pub label: &'static str,
}

impl KeyLine {
    /// The keys of the line: `→ N PageDown, ← P PageUp`. Empty if menus and the command palette alone have its actions.
    pub fn keys(&self) -> String {
        if let Some(summary) = self.summary {
            return summary.keys.to_owned();
        }
        let of_one = |shortcut: &Shortcut| {
            let is_plain = |press: &KeyPress| press.modifier == Modifier::None;
            let between = if shortcut.keys.iter().all(is_plain) { " " } else { " or " };
            shortcut.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(between)
        };
        self.shortcuts.iter().map(of_one).collect::<Vec<_>>().join(", ")
    }

    /// What they do: `next event, previous event`.
    pub fn label(&self) -> String {
        if let Some(summary) = self.summary {
            return summary.label.to_owned();
        }
        self.shortcuts.iter().map(|shortcut| shortcut.label).collect::<Vec<_>>().join(", ")
    }
}

pub(super) const fn plain(key: Key) -> KeyPress {
    KeyPress::plain(key)
}

pub(super) const fn letter(character: char) -> KeyPress {
    KeyPress::plain(Key::Character(character))
}

const fn control(character: char) -> KeyPress {
    KeyPress::control(Key::Character(character))
}

pub(super) const fn shortcut(action: KeyAction, keys: &'static [KeyPress], label: &'static str) -> Shortcut {
    Shortcut { action, keys, label }
}

pub(super) const fn line(group: KeyGroup, shortcuts: &'static [Shortcut]) -> KeyLine {
    KeyLine { group, shortcuts, summary: None }
}

const fn fabric(number: u8, digit: &'static [KeyPress]) -> Shortcut {
    shortcut(KeyAction::ActivateFabric(number), digit, "active fabric")
}

/// All keys. The lines of a group stand together.
pub const KEYS: &[KeyLine] = &[
    line(KeyGroup::Playback, &[shortcut(KeyAction::TogglePlay, &[plain(Key::Space)], "play or pause")]),
    line(
        KeyGroup::Playback,
        &[
            shortcut(KeyAction::NextEvent, &[plain(Key::Right), letter('n'), plain(Key::PageDown)], "next event"),
            shortcut(KeyAction::PreviousEvent, &[plain(Key::Left), letter('p'), plain(Key::PageUp)], "previous event"),
        ],
    ),
    line(
        KeyGroup::Playback,
        &[
            shortcut(KeyAction::GoToStart, &[plain(Key::Home)], "go to the start"),
            shortcut(KeyAction::GoToEnd, &[plain(Key::End)], "go to the end"),
        ],
    ),
    line(
        KeyGroup::Playback,
        &[
            shortcut(KeyAction::Faster, &[plain(Key::Up)], "faster"),
            shortcut(KeyAction::Slower, &[plain(Key::Down)], "slower"),
            shortcut(KeyAction::AutomaticSpeed, &[letter('d')], "automatic speed"),
        ],
    ),
    line(
        KeyGroup::Playback,
        &[
            shortcut(KeyAction::PlayBackwards, &[letter('j')], "play backwards"),
            shortcut(KeyAction::PlayForwards, &[letter('l')], "play forwards"),
        ],
    ),
    line(
        KeyGroup::Playback,
        &[
            shortcut(KeyAction::StartLoop, &[letter('[')], "start of the loop"),
            shortcut(KeyAction::EndLoop, &[letter(']')], "end of the loop"),
            shortcut(KeyAction::ClearLoop, &[letter('\\')], "no loop"),
        ],
    ),
    line(KeyGroup::Playback, &[shortcut(KeyAction::ToggleClock, &[letter('c')], "same or normalised clock")]),
    line(
        KeyGroup::Camera,
        &[
            shortcut(KeyAction::ZoomIn, &[letter('z')], "zoom in"),
            shortcut(KeyAction::ZoomOut, &[letter('x')], "zoom out"),
            shortcut(KeyAction::WholeFabric, &[letter('v')], "whole fabric"),
        ],
    ),
    KeyLine {
        group: KeyGroup::Camera,
        shortcuts: &[
            shortcut(KeyAction::Pan(PanDirection::Left), &[KeyPress::shift(Key::Left)], "pan left"),
            shortcut(KeyAction::Pan(PanDirection::Right), &[KeyPress::shift(Key::Right)], "pan right"),
            shortcut(KeyAction::Pan(PanDirection::Up), &[KeyPress::shift(Key::Up)], "pan up"),
            shortcut(KeyAction::Pan(PanDirection::Down), &[KeyPress::shift(Key::Down)], "pan down"),
        ],
        summary: Some(LineSummary { keys: "Shift + arrows", label: "pan" }),
    },
    line(
        KeyGroup::Camera,
        &[shortcut(KeyAction::GoToBottleneck, &[letter('b')], "go to the bottleneck and select it")],
    ),
    KeyLine {
        group: KeyGroup::Stage,
        shortcuts: &[
            fabric(0, &[letter('1')]),
            fabric(1, &[letter('2')]),
            fabric(2, &[letter('3')]),
            fabric(3, &[letter('4')]),
            fabric(4, &[letter('5')]),
            fabric(5, &[letter('6')]),
            fabric(6, &[letter('7')]),
            fabric(7, &[letter('8')]),
            fabric(8, &[letter('9')]),
        ],
        summary: Some(LineSummary { keys: "1 … 9", label: "active fabric" }),
    },
    line(KeyGroup::Stage, &[shortcut(KeyAction::ToggleMatrix, &[letter('m')], "map or traffic matrix")]),
    line(
        KeyGroup::Stage,
        &[shortcut(KeyAction::ToggleAccumulated, &[letter('a')], "utilisation now or mean since the start")],
    ),
    line(KeyGroup::Stage, &[shortcut(KeyAction::ToggleCriticalPath, &[letter('k')], "show or hide the critical path")]),
    line(KeyGroup::Stage, &[shortcut(KeyAction::ToggleReducedMotion, &[letter('g')], "reduced motion on or off")]),
    line(
        KeyGroup::Scene,
        &[
            shortcut(KeyAction::Undo, &[letter('u'), control('z')], "undo"),
            shortcut(
                KeyAction::Redo,
                &[KeyPress::shift(Key::Character('u')), KeyPress::control_shift(Key::Character('z')), control('y')],
                "redo",
            ),
        ],
    ),
    line(KeyGroup::Scene, &[shortcut(KeyAction::ToggleSweep, &[letter('w')], "sweep over the values of a setting")]),
    line(
        KeyGroup::Scene,
        &[
            shortcut(KeyAction::ToggleScenes, &[letter('s')], "scenes"),
            shortcut(KeyAction::OpenFile, &[letter('o'), control('o')], "open a file"),
            shortcut(KeyAction::SaveScene, &[control('s')], "save the scene"),
            shortcut(KeyAction::ResetScene, &[letter('r')], "reset the scene"),
        ],
    ),
    line(
        KeyGroup::Scene,
        &[shortcut(KeyAction::ToggleParameters, &[], "parameters: message, machine, algorithm, timing")],
    ),
    line(KeyGroup::Scene, &[shortcut(KeyAction::ToggleExports, &[], "export: PNG, SVG, film, CSV, Perfetto")]),
    line(KeyGroup::Scene, &[shortcut(KeyAction::CopyLink, &[], "copy a link to this view")]),
    line(KeyGroup::Scene, &[shortcut(KeyAction::SaveBeat, &[], "save this view as a beat of a story")]),
    line(KeyGroup::Scene, &[shortcut(KeyAction::SaveStep, &[], "save this view as a step of a lesson")]),
    line(KeyGroup::Scene, &[shortcut(KeyAction::ToggleQrCode, &[], "show a link to this view as a QR code")]),
    line(
        KeyGroup::Scene,
        &[shortcut(KeyAction::CopyEmbedCode, &[], "copy the embed code, the HTML of a frame with this view")],
    ),
    line(KeyGroup::Scene, &[shortcut(KeyAction::CopyScene, &[], "copy the scene as text")]),
    line(KeyGroup::Scene, &[shortcut(KeyAction::ClearComparison, &[], "stop comparing with the previous run")]),
    line(KeyGroup::Scene, &[shortcut(KeyAction::ShowSources, &[], "sources of the figures of the active fabric")]),
    line(KeyGroup::Window, &[shortcut(KeyAction::TogglePalette, &[control('k')], "find a command")]),
    line(KeyGroup::Window, &[shortcut(KeyAction::TogglePanels, &[letter('h')], "hide or show the panels")]),
    line(
        KeyGroup::Window,
        &[shortcut(KeyAction::ToggleTheme, &[letter('t')], "next theme: dark, light, for bright rooms")],
    ),
    line(KeyGroup::Window, &[shortcut(KeyAction::ToggleFullScreen, &[letter('f'), plain(Key::F11)], "full screen")]),
    line(
        KeyGroup::Window,
        &[shortcut(KeyAction::Present, &[plain(Key::F5)], "present: full screen without panels, from the start")],
    ),
    KeyLine {
        group: KeyGroup::Window,
        shortcuts: &[shortcut(
            KeyAction::ToggleBlank,
            &[letter('.')],
            "black screen, in full screen or without panels",
        )],
        summary: Some(LineSummary {
            keys: ". (in full screen B, too)",
            label: "black screen, in full screen or without panels",
        }),
    },
    line(
        KeyGroup::Window,
        &[
            shortcut(KeyAction::LargerInterface, &[letter('+'), letter('=')], "larger interface"),
            shortcut(KeyAction::SmallerInterface, &[letter('-')], "smaller interface"),
            shortcut(KeyAction::DesignedSize, &[letter('0')], "designed size"),
        ],
    ),
    line(
        KeyGroup::Window,
        &[
            shortcut(KeyAction::ToggleHelp, &[letter('?'), plain(Key::F1)], "help"),
            shortcut(KeyAction::ToggleGlossary, &[letter('i')], "glossary: all terms"),
            shortcut(
                KeyAction::Close,
                &[plain(Key::Escape)],
                "close the window on top, deselect, or leave full screen",
            ),
        ],
    ),
];

/// All shortcuts, line by line.
pub fn shortcuts() -> impl Iterator<Item = &'static Shortcut> {
    KEYS.iter().flat_map(|line| line.shortcuts)
}

/// The shortcut of a key press. Shift is ignored where only the key without it has an action; Control never is.
pub fn shortcut_for(press: KeyPress) -> Option<&'static Shortcut> {
    let exact = |press: KeyPress| shortcuts().find(|shortcut| shortcut.keys.contains(&press));
    let without_shift = (press.modifier == Modifier::Shift).then(|| KeyPress::plain(press.key));
    exact(press).or_else(|| exact(without_shift?))
}

/// The first key of an action, as shown in menus and tooltips.
pub(super) fn key_of(action: KeyAction) -> String {
    let found = shortcuts().find(|shortcut| shortcut.action == action);
    found.and_then(|shortcut| shortcut.keys.first()).map_or(String::new(), ToString::to_string)
}
