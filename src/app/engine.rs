//! Bevy's plugins and the drawing that all modes share.

use bevy::app::PluginGroupBuilder;
use bevy::asset::AssetMetaCheck;
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::{ExtractSchedule, RenderApp, RenderPlugin};
use bevy::sprite::SpritePlugin;
use bevy::sprite_render::{Mesh2dRenderPlugin, SpriteRenderPlugin};
use bevy::window::ExitCondition;
use bevy_egui::EguiPrimaryContextPass;

use super::schedule::one_by_one;
use super::{camera, graphics_errors, pacing, render};

/// Leaves out warnings about conditions that are normal here: software rendering, WebGL2's limits, an exit in the middle
/// of a frame, printing a page, and touch without a field for text.
const LOG_FILTER: &str = "warn,bevy_render=error,bevy_core_pipeline=error,bevy_ecs=error,wgpu=error,naga=error,winit=error,\
                          bevy_egui::text_agent=off";

/// Bevy's own plugins with the same settings in all modes; `window` is `None` without a window.
pub(super) fn engine(window: Option<Window>) -> PluginGroupBuilder {
    let exit_condition = match window {
        Some(_) => ExitCondition::OnAllClosed,
        None => ExitCondition::DontExit,
    };
    DefaultPlugins
        .set(WindowPlugin { primary_window: window, exit_condition, ..default() })
        // The first frame is complete, and the same frame gives the same picture. No effect in the browser.
        .set(RenderPlugin { synchronous_pipeline_compilation: true, ..default() })
        // All assets are built into the program: no request for metadata files.
        .set(AssetPlugin { meta_check: AssetMetaCheck::Never, ..default() })
        .set(LogPlugin { filter: LOG_FILTER.to_owned(), ..default() })
        // There are no sprites, tile maps or plain materials; of their plugins only the drawing of meshes is needed.
        .disable::<SpritePlugin>()
        .disable::<SpriteRenderPlugin>()
}

/// Camera, layers of the stage, idle events and graphics errors.
pub(super) fn drawing(app: &mut App) {
    app.add_plugins(Mesh2dRenderPlugin).add_plugins((
        graphics_errors::plugin,
        camera::plugin,
        pacing::events_plugin,
        render::plugin,
    ));
    app.edit_schedule(EguiPrimaryContextPass, one_by_one);
    if let Some(renderer) = app.get_sub_app_mut(RenderApp) {
        renderer.edit_schedule(ExtractSchedule, |schedule| {
            one_by_one(schedule);
            // The renderer applies the commands itself.
            schedule.set_apply_final_deferred(false);
        });
    }
}
