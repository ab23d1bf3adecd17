//! The app in a window on the desktop.

mod drafts;
mod drawing;
mod files;
mod paths;
mod perfetto;
mod preferences;
mod progress;
mod recovery;
mod save;
mod speaker;

use bevy::prelude::*;
use bevy::window::PrimaryWindow;

use super::adapter::NoAdapter;
use super::keys;
use super::program::plugin;
use super::schedule::FrameSystems;
use super::state::{OpenSession, PendingIntents};
use super::window::run_window;
use crate::session::{Intent, Session, StoryIntent};

/// How the window begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DesktopStart {
    /// With the question of the first start, once per user.
    Greets,
    /// With the session as it is.
    Opens,
    /// With the talk of the session full screen.
    Presents {
        /// Whether the view of the speaker opens as well.
        speaker: bool,
    },
}

/// Opens the app in a window and runs until the window is closed.
///
/// # Errors
/// [`NoAdapter`] if there is no graphics adapter.
pub fn run_desktop(mut session: Session, start: DesktopStart) -> Result<AppExit, NoAdapter> {
    preferences::restore(&mut session, start == DesktopStart::Greets);
    session.solve_in_background();
    let progress = progress::plugin(&mut session);
    let recovery = recovery::plugin(&mut session);
    run_window(|app| {
        progress(app);
        recovery(app);
        plugin(session)(app);
        if let DesktopStart::Presents { speaker } = start {
            let mut pending = app.world_mut().resource_mut::<PendingIntents>();
            pending.push(Intent::ToggleFullScreen);
            if speaker {
                pending.push(Intent::Story(StoryIntent::ToggleSpeaker));
            }
        }
        app.add_plugins((keys::plugin, files::plugin, speaker::plugin))
            .add_systems(Update, (name_window, preferences::keep_theme).in_set(FrameSystems::Publish));
    })
}

/// The title of the scene is that of the window, so that two windows can be told apart.
fn name_window(open: Res<OpenSession>, mut window: Single<&mut Window, With<PrimaryWindow>>) {
    let title = format!("{} - Fabricscope", open.0.scene().title);
    if window.title != title {
        window.title = title;
    }
}
