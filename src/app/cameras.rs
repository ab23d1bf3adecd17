//! The one camera, which draws the stage and the panels over it, in a window or into an image.
//!
//! One camera for both: a second one would cost another picture to mix on every frame. The shaders of the stage map
//! points to pixels by themselves, so the camera's own projection means nothing here.

use bevy::camera::{ImageRenderTarget, RenderTarget};
use bevy::prelude::*;
use bevy::window::WindowRef;
use bevy_egui::{
    EguiContext, EguiGlobalSettings, EguiInput, EguiOutput, EguiPlugin, EguiPostUpdateSet, EguiPreUpdateSet,
    EguiPrimaryContextPass, PrimaryEguiContext, egui,
};

/// Where everything is drawn. Insert it before [`plugin`]; without it, it is the primary window.
#[derive(Resource, Clone, Default)]
pub enum Screen {
    /// The primary window.
    #[default]
    Window,
    /// An image of our own, without any window.
    #[cfg_attr(target_arch = "wasm32", expect(dead_code, reason = "a page always has its canvas"))]
    Image {
        /// The image, made to be drawn into.
        image: Handle<Image>,
        /// Physical pixels per point.
        scale: f32,
    },
}

/// The panels' fonts, installed once, before the first frame. The program brings no other fonts: without this
/// resource no word is painted.
#[derive(Resource, Clone)]
pub struct EguiFonts(pub egui::FontDefinitions);

/// Physical pixels per point in this frame, zoom included: what egui uses, so that words and shapes meet exactly.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct PixelsPerPoint(pub f32);

/// The part of the window that the panels left free: left, top, right, bottom, in points.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct StageArea(pub [f32; 4]);

impl StageArea {
    /// What is left of the root after all panels have been shown in it.
    pub fn new(root: &egui::Ui) -> Self {
        let rect = root.available_rect_before_wrap();
        Self([rect.left(), rect.top(), rect.right(), rect.bottom()])
    }
}

/// Marks the camera.
#[derive(Component)]
pub struct StageCamera;

/// Adds the camera, egui on it, and [`PixelsPerPoint`].
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Screen>()
        .init_resource::<StageArea>()
        .insert_resource(PixelsPerPoint(1.0))
        .insert_resource(EguiGlobalSettings {
            // The context comes with our camera, fonts included.
            auto_create_primary_context: false,
            ..default()
        })
        // One way of drawing on all machines, the one that WebGL2 has too.
        .add_plugins(EguiPlugin { bindless_mode_array_size: None })
        // Without any panel there would be no such schedule, and bevy_egui would panic.
        .init_schedule(EguiPrimaryContextPass)
        // Else the renderer would hear of new glyphs one frame late.
        .configure_sets(PostUpdate, EguiPostUpdateSet::PostProcessOutput.before(bevy::asset::AssetEventSystems))
        .add_systems(Startup, spawn_camera)
        .add_systems(
            PreUpdate,
            drop_idle_events.after(EguiPreUpdateSet::ProcessInput).before(EguiPreUpdateSet::BeginPass),
        )
        .add_systems(PostUpdate, measure_scale.after(EguiPostUpdateSet::ProcessOutput));
}

fn spawn_camera(mut commands: Commands, screen: Res<Screen>, fonts: Option<Res<EguiFonts>>) {
    let mut context = EguiContext::default();
    if let Some(fonts) = fonts {
        context.get_mut().set_fonts(fonts.0.clone());
    }
    let target = match screen.clone() {
        Screen::Window => RenderTarget::Window(WindowRef::Primary),
        Screen::Image { image, scale } => RenderTarget::Image(ImageRenderTarget { handle: image, scale_factor: scale }),
    };
    // Multisampling off: all edges are antialiased by their shaders.
    commands.spawn((StageCamera, Camera2d, target, Msaa::Off, context, PrimaryEguiContext));
}

/// bevy_egui 0.42 tells egui the modifier keys on every frame; egui takes any event as a reason for another frame, so
/// that a window at rest would never come to rest. Only changes pass.
fn drop_idle_events(mut input: Single<&mut EguiInput, With<StageCamera>>, mut last: Local<egui::Modifiers>) {
    input.events.retain(|event| match event {
        egui::Event::ModifiersChanged(now) => core::mem::replace(&mut *last, *now) != *now,
        _ => true,
    });
}

/// Takes the scale that egui has just drawn with.
pub(super) fn measure_scale(output: Single<&EguiOutput, With<StageCamera>>, mut scale: ResMut<PixelsPerPoint>) {
    scale.set_if_neq(PixelsPerPoint(output.pixels_per_point));
}

/// The root of all panels, over the whole window and transparent: what no panel covers shows the stage.
///
/// Under egui 0.36 panels are shown inside a `Ui`: `Panel::left("id").show(&mut root, ...)`.
pub fn root_ui(context: &egui::Context) -> egui::Ui {
    let builder = egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(context.viewport_rect());
    egui::Ui::new(context.clone(), egui::Id::new("fabricscope root"), builder)
}
