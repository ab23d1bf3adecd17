//! The one camera, which draws the stage and the panels over it, in a window or into an image.
//!
//! A second camera would cost another picture to blend on every frame. The shaders of the stage map points to pixels
//! themselves, so the projection of this camera is not used.

use bevy::a11y::AccessibilityRequested;
use bevy::camera::{ImageRenderTarget, RenderTarget};
use bevy::prelude::*;
use bevy::window::WindowRef;
use bevy_egui::{
    EguiContext, EguiGlobalSettings, EguiOutput, EguiPlugin, EguiPostUpdateSet, EguiPreUpdateSet,
    EguiPrimaryContextPass, PrimaryEguiContext, egui,
};

/// The target of all drawing: the primary window unless inserted before [`plugin`].
#[derive(Resource, Clone, Default)]
pub enum Screen {
    /// The primary window.
    #[default]
    Window,
    /// An image, without a window.
    #[cfg_attr(target_arch = "wasm32", expect(dead_code, reason = "a page always has its canvas"))]
    Image {
        /// The image, a render target.
        image: Handle<Image>,
        /// Physical pixels per point.
        scale: f32,
    },
}

/// The fonts of the panels, installed before the first frame. There are no other fonts: without this resource no text is
/// painted.
#[derive(Resource, Clone)]
pub struct EguiFonts(pub egui::FontDefinitions);

/// Physical pixels per point in this frame, zoom included. It is the value that egui uses, so that text and shapes align.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct PixelsPerPoint(pub f32);

/// The area that no panel covers: left, top, right, bottom, in points.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct StageArea(pub [f32; 4]);

impl StageArea {
    /// The area of the root that remains after all panels have been shown in it.
    pub fn new(root: &egui::Ui) -> Self {
        let rect = root.available_rect_before_wrap();
        Self([rect.left(), rect.top(), rect.right(), rect.bottom()])
    }
}

/// Marks the camera.
#[derive(Component)]
pub struct MainCamera;

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
        // The same method of drawing everywhere, including WebGL2.
        .add_plugins(EguiPlugin { bindless_mode_array_size: None })
        // The schedule must exist even without panels: bevy_egui panics otherwise.
        .init_schedule(EguiPrimaryContextPass)
        // Otherwise new glyphs would reach the renderer one frame late.
        .configure_sets(PostUpdate, EguiPostUpdateSet::PostProcessOutput.before(bevy::asset::AssetEventSystems))
        .configure_sets(
            PreUpdate,
            ReadersSystems.after(EguiPreUpdateSet::InitContexts).before(EguiPreUpdateSet::BeginPass),
        )
        .add_systems(PreUpdate, follow_readers.in_set(ReadersSystems))
        .add_systems(Startup, spawn_camera)
        .add_systems(PostUpdate, measure_scale.after(EguiPostUpdateSet::ProcessOutput));
}

fn spawn_camera(mut commands: Commands, screen: Res<Screen>, fonts: Option<Res<EguiFonts>>) {
    let target = match screen.clone() {
        Screen::Window => RenderTarget::Window(WindowRef::Primary),
        Screen::Image { image, scale } => RenderTarget::Image(ImageRenderTarget { handle: image, scale_factor: scale }),
    };
    // No multisampling: the shaders antialias all edges.
    let context = context_with(fonts.as_deref());
    commands.spawn((MainCamera, Camera2d, target, Msaa::Off, context, PrimaryEguiContext));
}

/// A context of egui with the fonts of the panels.
pub(super) fn context_with(fonts: Option<&EguiFonts>) -> EguiContext {
    let mut context = EguiContext::default();
    if let Some(fonts) = fonts {
        context.get_mut().set_fonts(fonts.0.clone());
    }
    context
}

/// Switches egui's tree of controls on and off.
#[derive(SystemSet, Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub(super) struct ReadersSystems;

/// egui makes a tree of all controls in every pass once it was asked to. Only screen readers need it.
fn follow_readers(
    mut context: Single<&mut EguiContext, With<MainCamera>>,
    requested: Option<Res<AccessibilityRequested>>,
) {
    if requested.is_some_and(|requested| requested.get()) {
        context.get_mut().enable_accesskit();
    } else {
        context.get_mut().disable_accesskit();
    }
}

/// Stores the scale of the egui pass that has just run.
pub(super) fn measure_scale(output: Single<&EguiOutput, With<MainCamera>>, mut scale: ResMut<PixelsPerPoint>) {
    scale.set_if_neq(PixelsPerPoint(output.pixels_per_point));
}

/// The transparent root of all panels, over the whole window. The stage shows where no panel covers it.
///
/// Under egui 0.36 panels are shown inside a `Ui`: `Panel::left("id").show(&mut root, ...)`.
pub fn root_ui(context: &egui::Context) -> egui::Ui {
    let builder = egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(context.viewport_rect());
    egui::Ui::new(context.clone(), egui::Id::new("fabricscope root"), builder)
}
