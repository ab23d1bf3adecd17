//! What the program keeps from start to start: the theme, and that the first start was shown. A folder that cannot be read
//! or written changes nothing else.

use std::path::{Path, PathBuf};

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::app::state::OpenSession;
use crate::session::Session;
use crate::style::ThemeKind;

/// The file with the preferences.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Preferences {
    /// The id of the theme; empty if the user has not chosen one.
    theme: String,
    first_start_shown: bool,
}

/// The folder of the system for preferences, if it has one.
fn folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = if cfg!(windows) {
        variable("APPDATA")
    } else if cfg!(target_os = "macos") {
        std::env::home_dir().map(|home| home.join("Library/Application Support"))
    } else {
        variable("XDG_CONFIG_HOME").or_else(|| std::env::home_dir().map(|home| home.join(".config")))
    };
    folder.map(|folder| folder.join("fabricscope"))
}

fn read(folder: &Path) -> Preferences {
    let text = std::fs::read_to_string(folder.join("preferences.json")).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Whether the preferences were written.
fn write(folder: &Path, preferences: &Preferences) -> bool {
    let text = serde_json::to_string(preferences).unwrap_or_default();
    std::fs::create_dir_all(folder).is_ok()
        && super::save::save(&folder.join("preferences.json"), text.as_bytes()).is_ok()
}

/// Takes over the theme, and begins the first start if it was not shown yet. If that cannot be kept, it is not shown: it
/// would come again each time.
pub(super) fn restore(session: &mut Session, greets: bool) {
    if let Some(folder) = folder() {
        restore_from(&folder, session, greets);
    }
}

fn restore_from(folder: &Path, session: &mut Session, greets: bool) {
    let mut preferences = read(folder);
    if let Some(theme) = ThemeKind::find(&preferences.theme) {
        session.theme = theme;
    }
    if greets && !preferences.first_start_shown {
        preferences.first_start_shown = true;
        if write(folder, &preferences) {
            session.begin_first_start();
        }
    }
}

/// Keeps a theme that the user has chosen.
pub(super) fn keep_theme(open: Res<OpenSession>, mut kept: Local<Option<ThemeKind>>) {
    let theme = open.0.theme;
    if kept.replace(theme).is_some_and(|before| before != theme)
        && let Some(folder) = folder()
    {
        let preferences = Preferences { theme: theme.id().to_owned(), ..read(&folder) };
        // Without it, the next start has the theme of the program.
        let _ = write(&folder, &preferences);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_start_is_shown_once_and_the_theme_is_kept() {
        let folder = std::env::temp_dir().join(format!("fabricscope-preferences-{}", std::process::id()));
        let start = || {
            let mut session = Session::first_look().expect("the first look");
            restore_from(&folder, &mut session, true);
            session
        };
        assert!(start().first_start.is_some());
        assert!(start().first_start.is_none());
        let preferences = Preferences { theme: ThemeKind::BrightRoom.id().to_owned(), ..read(&folder) };
        assert!(write(&folder, &preferences));
        assert_eq!((start().theme, start().first_start), (ThemeKind::BrightRoom, None));
        std::fs::remove_dir_all(&folder).expect("the folder goes");
    }

    #[test]
    fn without_a_place_to_keep_it_the_first_start_is_not_shown() {
        let mut session = Session::first_look().expect("the first look");
        restore_from(Path::new("/dev/null/nowhere"), &mut session, true);
        assert!(session.first_start.is_none() && session.panels);
    }
}
