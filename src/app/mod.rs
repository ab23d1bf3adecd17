//! The program around the core: an engine that draws, in a window, in a page, or without either.
//!
//! | file | what |
//! |---|---|
//! | `program` | the plugin that all modes share: session, panels, order of the systems |
//! | `stage` | chips, links and packets as entities, and the picture made of them |
//! | `sweeper` | solves the points of the sweep that is shown |
//! | `keys` | the keyboard |
//! | `files` | dialogs, dropped files, the clipboard (native) |
//! | `page` | the page round the browser build |
//! | `window` | the windowed program |
//! | `render` | `fabricscope render` |
//! | `headless` | the engine without a window |
//! | `cameras`, `draw` | the camera, and how shapes become pixels |
//! | `draw_cost` | what a frame costs |
//! | `adapter`, `render_errors` | when nothing can be drawn |

mod adapter;
mod cameras;
mod draw;
mod draw_cost;
#[cfg(not(target_arch = "wasm32"))]
mod files;
#[cfg(not(target_arch = "wasm32"))]
mod headless;
mod keys;
#[cfg(target_arch = "wasm32")]
mod page;
mod program;
#[cfg(not(target_arch = "wasm32"))]
mod render;
mod render_errors;
mod stage;
mod sweeper;
#[cfg(target_arch = "wasm32")]
mod web;
mod window;

pub use adapter::NoAdapter;
pub use draw_cost::DrawReport;
#[cfg(not(target_arch = "wasm32"))]
pub use headless::{Headless, HeadlessError, Picture};
#[cfg(target_arch = "wasm32")]
pub use page::run as run_in_page;
pub use program::{OpenSession, plugin};
#[cfg(not(target_arch = "wasm32"))]
pub use render::{RenderArguments, RenderFault, render};
pub use stage::{Chip, Fill, Link, Packet, Utilisation};
pub use window::{Playing, run_window};

use bevy::app::PluginGroupBuilder;
use bevy::asset::AssetMetaCheck;
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::window::ExitCondition;

/// Opens the app in a window on the desktop and runs until it is closed.
///
/// # Errors
/// [`NoAdapter`] when nothing can be drawn here.
#[cfg(not(target_arch = "wasm32"))]
pub fn run_desktop(session: crate::session::Session) -> Result<AppExit, NoAdapter> {
    run_window(|app| {
        plugin(session)(app);
        app.add_plugins((keys::plugin, files::plugin));
    })
}

/// Software rendering, WebGL2's limits and an end in the middle of a frame are nothing to warn of.
const LOG_FILTER: &str = "warn,bevy_render=error,bevy_core_pipeline=error,bevy_ecs=error,wgpu=error,naga=error";

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
fn drawing(app: &mut App) {
    app.add_plugins((render_errors::plugin, cameras::plugin, draw::plugin));
}
