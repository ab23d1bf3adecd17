//! The window on the desktop, and the canvas in the page.

use bevy::prelude::*;
use bevy::window::WindowResolution;

use super::adapter::{self, NoAdapter};
use super::engine::{drawing, engine};
use super::{pacing, pointer_events};

/// Opens the window (in the browser: takes the canvas `#fabricscope`) and runs until it is closed. `build` adds the
/// program.
///
/// # Errors
/// [`NoAdapter`] if there is no graphics adapter.
pub fn run_window(build: impl FnOnce(&mut App)) -> Result<AppExit, NoAdapter> {
    adapter::check()?;
    let window = Window {
        title: "Fabricscope".to_owned(),
        resolution: WindowResolution::new(1440, 900),
        // The page decides the size, and keeps its own keys (reload, developer tools, Tab).
        canvas: Some("#fabricscope".to_owned()),
        fit_canvas_to_parent: true,
        prevent_default_event_handling: false,
        ..default()
    };
    let mut app = App::new();
    app.add_plugins(engine(Some(window))).add_plugins((drawing, pacing::window_plugin, pointer_events::plugin));
    build(&mut app);
    Ok(app.run())
}
