//! The app in a window on the desktop.

mod files;
mod paths;
mod save;

use bevy::prelude::*;

use super::adapter::NoAdapter;
use super::keys;
use super::program::plugin;
use super::window::run_window;
use crate::session::Session;

/// Opens the app in a window and runs until the window is closed.
///
/// # Errors
/// [`NoAdapter`] if there is no graphics adapter.
pub fn run_desktop(session: Session) -> Result<AppExit, NoAdapter> {
    run_window(|app| {
        plugin(session)(app);
        app.add_plugins((keys::plugin, files::plugin));
    })
}
