//! Texts of the top bar and of the View menu.

use super::common::with_key;
use crate::scene::ClockMode;
use crate::session::Session;
use crate::style::ThemeKind;
use crate::ui::key_action::KeyAction;
use crate::ui::key_table::Shortcut;
use crate::ui::label::Label;
use crate::units::capitalised;

pub(in crate::ui) const TIME: Label = Label::new("Time", "Simulated time of the slowest fabric");
pub(in crate::ui) const TITLE: &str = "Title of the scene";
pub(in crate::ui) const SPEED: &str = "Speed";
pub(in crate::ui) const SCENES: &str = "Scenes";
pub(in crate::ui) const SWEEP: &str = "Sweep";
pub(in crate::ui) const PARAMETERS: Label =
    Label::new("Parameters", "Message, machine, algorithm and timing, in a window over the stage");
pub(in crate::ui) const HELP: &str = "?";
pub(in crate::ui) const VIEW: Label = Label::new("View", "All commands with their keys");

/// The mark of a scene that has been edited, so that its title may tell what is no longer so.
const EDITED: &str = "(changed)";

/// The title of a scene.
pub(in crate::ui) fn title(title: &str, is_edited: bool) -> String {
    if is_edited { format!("{title} {EDITED}") } else { title.to_owned() }
}

/// The title of a scene where it is cut at its end: the mark comes first.
pub(in crate::ui) fn cut_title(title: &str, is_edited: bool) -> String {
    if is_edited { format!("{EDITED} {title}") } else { title.to_owned() }
}

/// What the scene teaches, and how its title is changed.
pub(in crate::ui) fn title_tooltip(teaches: &str) -> String {
    if teaches.is_empty() {
        "Click to edit the title".to_owned()
    } else {
        format!("{teaches}\n\nClick to edit the title")
    }
}

pub(in crate::ui) fn go_to_start() -> String {
    with_key("Go to the start", KeyAction::GoToStart)
}

pub(in crate::ui) fn previous_event() -> String {
    with_key("Previous event", KeyAction::PreviousEvent)
}

pub(in crate::ui) fn play_or_pause(playing: bool) -> String {
    with_key(if playing { "Pause" } else { "Play" }, KeyAction::TogglePlay)
}

pub(in crate::ui) fn next_event() -> String {
    with_key("Next event", KeyAction::NextEvent)
}

pub(in crate::ui) fn go_to_end() -> String {
    with_key("Go to the end", KeyAction::GoToEnd)
}

pub(in crate::ui) fn clock_mode(mode: ClockMode) -> Label<'static> {
    match mode {
        ClockMode::Same => Label::new("Same clock", "All fabrics at the same simulated instant"),
        ClockMode::Normalised => Label::new("Normalised", "Each fabric from 0 to 100 % of its own time"),
    }
}

/// Playback speed: `1 s shows 112 µs`.
pub(in crate::ui) fn speed(simulated: &str) -> String {
    format!("1 s shows {simulated}")
}

pub(in crate::ui) const AUTOMATIC_SPEED: &str = "Automatic: the run takes 12 s";

pub(in crate::ui) fn speed_tooltip(automatic: bool) -> String {
    let now = if automatic {
        "It follows the length of the run, which takes 12 s to play"
    } else {
        "It was chosen for this scene. D: automatic again"
    };
    format!("Simulated time per second of playback (↑ faster, ↓ slower)\n{now}")
}

pub(in crate::ui) fn help_tooltip() -> String {
    with_key("Keys and symbols", KeyAction::ToggleHelp)
}

pub(in crate::ui) fn scenes_tooltip() -> String {
    with_key("Open, save, copy or reset a scene", KeyAction::ToggleScenes)
}

pub(in crate::ui) fn sweep_tooltip() -> String {
    with_key("Curves over all values of a setting", KeyAction::ToggleSweep)
}

/// An entry of the View menu. Toggles of the window name what they will do.
pub(in crate::ui) fn menu_entry(shortcut: &Shortcut, session: &Session) -> String {
    if shortcut.action == KeyAction::TogglePanels {
        return if session.panels { "Hide the panels" } else { "Show the panels" }.to_owned();
    }
    if shortcut.action == KeyAction::ToggleTheme {
        return match session.theme.next() {
            ThemeKind::Dark => "Dark theme",
            ThemeKind::Light => "Light theme",
            ThemeKind::BrightRoom => "Theme for bright rooms",
        }
        .to_owned();
    }
    if let KeyAction::ActivateFabric(fabric) = shortcut.action {
        return format!("Fabric {}", crate::scene::letter(usize::from(fabric)));
    }
    capitalised(shortcut.label)
}
