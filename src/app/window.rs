//! The windowed program, on the desktop and in the page.

use core::time::Duration;

use bevy::diagnostic::FrameCount;
use bevy::prelude::*;
use bevy::window::WindowResolution;
use bevy::winit::{UpdateMode, WinitSettings};

use super::adapter::NoAdapter;
use crate::app::adapter;

/// Whether time runs, or a look is on its way: if not, frames are drawn only when something happens.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Playing(pub bool);

/// Frames drawn one after another at the start, while shaders arrive and egui finds its sizes.
const WARM_UP_FRAMES: u32 = 60;

/// Opens the window (in the browser: takes the canvas `#fabricscope`) and runs until it is closed. `build` adds the
/// program.
///
/// # Errors
/// [`NoAdapter`] when nothing can be drawn here.
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
    app.add_plugins(super::engine(Some(window)))
        .add_plugins(super::drawing)
        .init_resource::<Playing>()
        .insert_resource(WinitSettings::continuous())
        .add_systems(Last, pace);
    build(&mut app);
    Ok(app.run())
}

/// Frames on demand while nothing plays; as many as the screen takes while something does.
fn pace(playing: Res<Playing>, frames: Res<FrameCount>, mut settings: ResMut<WinitSettings>) {
    let mode = if playing.0 || frames.0 < WARM_UP_FRAMES {
        UpdateMode::Continuous
    } else {
        // Not for mouse movements outside the window. Once in a while anyway, for a late file or clock.
        UpdateMode::reactive_low_power(Duration::from_secs(5))
    };
    if settings.focused_mode != mode {
        settings.focused_mode = mode;
        // The same without focus: a presenter may point at the picture while another window has it.
        settings.unfocused_mode = mode;
    }
}
