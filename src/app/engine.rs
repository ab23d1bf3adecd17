//! Bevy's plugins and the drawing that all modes share.

#[cfg(not(target_arch = "wasm32"))]
use std::sync::atomic::{AtomicBool, Ordering};

use bevy::a11y::AccessibilityPlugin;
use bevy::app::{PanicHandlerPlugin, PluginGroupBuilder, TaskPoolPlugin};
use bevy::asset::AssetMetaCheck;
use bevy::camera::CameraPlugin;
use bevy::diagnostic::{DiagnosticsPlugin, FrameCountPlugin};
use bevy::input::InputPlugin;
use bevy::mesh::MeshPlugin;
use bevy::prelude::*;
use bevy::render::{ExtractSchedule, RenderApp, RenderPlugin};
use bevy::sprite_render::Mesh2dRenderPlugin;
use bevy::time::TimePlugin;
use bevy::window::ExitCondition;
use bevy::winit::WinitPlugin;
use bevy_egui::EguiPrimaryContextPass;

use super::flat_pipeline::FlatPipelinePlugin;
use super::schedule::one_by_one;
use super::{camera, graphics_errors, pacing, render};

/// Leaves out warnings about conditions that are normal here: software rendering, WebGL2's limits, an exit in the middle
/// of a frame, printing a page, and touch without a field for text.
const LOG_FILTER: &str = "warn,bevy_render=error,bevy_core_pipeline=error,bevy_ecs=error,wgpu=error,naga=error,winit=error,\
                          bevy_egui::text_agent=off";

/// Bevy's own plugins with the same settings in all modes; `window` is `None` without a window.
///
/// A list of its own and not [`DefaultPlugins`]: lights, sprites and others are never used, and a plugin that is only switched
/// off still is a part of the page.
pub(super) fn engine(window: Option<Window>) -> PluginGroupBuilder {
    let exit_condition = match window {
        // Without its stage, a view of the speaker is nothing.
        Some(_) => ExitCondition::OnPrimaryClosed,
        None => ExitCondition::DontExit,
    };
    let group = PluginGroupBuilder::start::<DefaultPlugins>().add(PanicHandlerPlugin);
    let group = log(group)
        .add(TaskPoolPlugin::default())
        .add(FrameCountPlugin)
        .add(TimePlugin)
        .add(TransformPlugin)
        .add(DiagnosticsPlugin)
        .add(InputPlugin)
        .add(WindowPlugin { primary_window: window, exit_condition, ..default() })
        .add(AccessibilityPlugin);
    #[cfg(any(unix, windows))]
    let group = group.add(bevy::app::TerminalCtrlCHandlerPlugin);
    // All assets are built into the program: no request for metadata files.
    let group = group
        .add(AssetPlugin { meta_check: AssetMetaCheck::Never, ..default() })
        .add(WinitPlugin::default())
        // The first frame is complete, and the same frame gives the same picture. No effect in the browser.
        .add(RenderPlugin { synchronous_pipeline_compilation: true, ..default() })
        .add(ImagePlugin::default())
        .add(MeshPlugin)
        .add(CameraPlugin);
    #[cfg(not(target_arch = "wasm32"))]
    let group = group.add(bevy::render::pipelined_rendering::PipelinedRenderingPlugin);
    group.add(FlatPipelinePlugin)
}

/// The log belongs to the process: its first app sets it up.
#[cfg(not(target_arch = "wasm32"))]
fn log(group: PluginGroupBuilder) -> PluginGroupBuilder {
    static IS_SET_UP: AtomicBool = AtomicBool::new(false);
    if IS_SET_UP.swap(true, Ordering::Relaxed) {
        return group;
    }
    group.add(bevy::log::LogPlugin { filter: LOG_FILTER.to_owned(), ..default() })
}

/// Bevy's own filter brings a machine for regular expressions.
#[cfg(target_arch = "wasm32")]
fn log(group: PluginGroupBuilder) -> PluginGroupBuilder {
    group.add(super::console::ConsolePlugin { filter: LOG_FILTER })
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
