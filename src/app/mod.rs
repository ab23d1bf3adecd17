//! The program around the core: an engine that draws, in a window, in a page, or without either.

mod adapter;
pub mod cameras;
pub mod draw;
#[cfg(not(target_arch = "wasm32"))]
pub mod headless;
pub mod render_errors;

use bevy::app::PluginGroupBuilder;
use bevy::asset::AssetMetaCheck;
use bevy::diagnostic::FrameCount;
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::window::{ExitCondition, WindowResolution};
use bevy::winit::{UpdateMode, WinitSettings};
use core::time::Duration;

pub use adapter::{NoAdapter, check};

/// Whether time runs: if it does not, frames are drawn only when something happens.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Playing(pub bool);

/// Frames drawn one after another at the start, while shaders arrive and egui finds its sizes.
const WARM_UP_FRAMES: u32 = 60;

/// Software rendering, WebGL2's limits and an end in the middle of a frame are nothing to warn of.
const LOG_FILTER: &str = "warn,bevy_render=error,bevy_core_pipeline=error,bevy_ecs=error,wgpu=error,naga=error";

/// Opens the window (in the browser: takes the canvas `#fabricscope`) and runs until it is closed.
///
/// `build` adds the rest of the program: resources such as [`cameras::EguiFonts`], systems that fill
/// [`draw::StagePicture`], and panels, as systems in `EguiPrimaryContextPass` that show into [`cameras::root_ui`].
///
/// # Errors
///
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
    app.add_plugins(engine(Some(window)))
        .add_plugins(stage)
        .init_resource::<Playing>()
        .insert_resource(WinitSettings::continuous())
        .add_systems(Last, pace);
    build(&mut app);
    Ok(app.run())
}

/// Bevy's own plugins, set up the same way in all modes.
fn engine(window: Option<Window>) -> PluginGroupBuilder {
    let exit_condition = match window {
        Some(_) => ExitCondition::OnAllClosed,
        None => ExitCondition::DontExit,
    };
    DefaultPlugins
        .set(WindowPlugin { primary_window: window, exit_condition, ..default() })
        // The first frame is whole, and the same frame is the same picture. No effect in the browser.
        .set(RenderPlugin { synchronous_pipeline_compilation: true, ..default() })
        // Everything is in the program: no request for files beside files.
        .set(AssetPlugin { meta_check: AssetMetaCheck::Never, ..default() })
        .set(LogPlugin { filter: LOG_FILTER.to_owned(), ..default() })
}

/// What all modes share.
fn stage(app: &mut App) {
    app.add_plugins((render_errors::plugin, cameras::plugin, draw::plugin));
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
