//! Bevy's core pipeline without its third dimension.
//!
//! `CorePipelinePlugin` always adds passes for depth, light, transparency by layers and mipmaps, which a stage of two dimensions
//! never runs. They are a part of every download all the same. This plugin adds what `Camera2d` needs and nothing else.

use std::path::{Path, PathBuf};

use bevy::asset::io::embedded::EmbeddedAssetRegistry;
use bevy::core_pipeline::FullscreenShader;
use bevy::core_pipeline::blit::BlitPlugin;
use bevy::core_pipeline::core_2d::Core2dPlugin;
use bevy::core_pipeline::schedule::camera_driver;
use bevy::core_pipeline::tonemapping::TonemappingPlugin;
use bevy::core_pipeline::upscaling::UpscalingPlugin;
use bevy::prelude::*;
use bevy::render::RenderApp;
use bevy::render::renderer::{PendingCommandBuffers, RenderGraph, RenderGraphSystems, RenderQueue};

/// The path under which [`FullscreenShader`] asks for its shader.
const FULLSCREEN_PATH: &str = "bevy_core_pipeline/fullscreen_vertex_shader/fullscreen.wgsl";
const FULLSCREEN: &str = include_str!("../../assets/shaders/fullscreen.wgsl");

/// Cameras of two dimensions, from their passes to the window or picture that they draw into.
///
/// Each window has a camera, so that none is left to be cleared.
pub(super) struct FlatPipelinePlugin;

impl Plugin for FlatPipelinePlugin {
    fn build(&self, app: &mut App) {
        let embedded = app.world().resource::<EmbeddedAssetRegistry>();
        embedded.insert_asset(PathBuf::new(), Path::new(FULLSCREEN_PATH), FULLSCREEN.as_bytes());
        app.add_plugins((Core2dPlugin, BlitPlugin, TonemappingPlugin, UpscalingPlugin));
        let Some(renderer) = app.get_sub_app_mut(RenderApp) else {
            return;
        };
        renderer.init_resource::<FullscreenShader>().add_systems(
            RenderGraph,
            (camera_driver.in_set(RenderGraphSystems::Render), submit.in_set(RenderGraphSystems::Submit)),
        );
    }
}

/// Hands the commands of all cameras to the graphics device.
fn submit(mut pending: ResMut<PendingCommandBuffers>, queue: Res<RenderQueue>) {
    let commands = pending.take();
    if !commands.is_empty() {
        queue.submit(commands);
    }
}
