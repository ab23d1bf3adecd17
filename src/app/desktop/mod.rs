//! The app in a window on the desktop.

mod files;
mod paths;
mod preferences;
mod progress;
mod save;

use bevy::prelude::*;
use bevy::window::PrimaryWindow;

use super::adapter::NoAdapter;
use super::keys;
use super::program::plugin;
use super::schedule::FrameSystems;
use super::state::OpenSession;
use super::window::run_window;
use crate::session::Session;

/// Opens the app in a window and runs until the window is closed. With `greets`, it begins with the question of the first
/// start, once per user.
///
/// # Errors
/// [`NoAdapter`] if there is no graphics adapter.
pub fn run_desktop(mut session: Session, greets: bool) -> Result<AppExit, NoAdapter> {
    preferences::restore(&mut session, greets);
    session.solve_in_background();
    let progress = progress::plugin(&mut session);
    run_window(|app| {
        progress(app);
        plugin(session)(app);
        app.add_plugins((keys::plugin, files::plugin))
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
