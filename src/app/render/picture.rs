//! The picture of the stage, which other systems fill and the layers draw.

use bevy::asset::AssetEventSystems;
use bevy::camera::visibility::VisibilitySystems;
use bevy::prelude::*;
use bevy_egui::EguiPostUpdateSet;

use crate::app::camera::measure_scale;
use crate::draw::{Heat, Pes, Quad};
use crate::style::{Rgba8, Theme, ThemeKind};

/// Everything on the stage, back to front. Systems may change it until the end of the egui pass: it is drawn in the same
/// frame, so that the stage never lags behind the panels.
#[derive(Resource)]
pub struct StagePicture {
    /// Drawn first, in this order.
    pub back: Vec<Quad>,
    /// Drawn over `back`, in this order. An entry should keep its position in the list, which owns a texture.
    pub heats: Vec<Heat>,
    /// Drawn over `heats`, in this order. Positions own textures here too.
    pub pes: Vec<Pes>,
    /// Drawn last, in this order.
    pub front: Vec<Quad>,
    /// The colours of heats and PEs.
    pub theme: &'static Theme,
}

impl Default for StagePicture {
    fn default() -> Self {
        let theme = Theme::new(ThemeKind::Dark);
        Self { back: Vec::new(), heats: Vec::new(), pes: Vec::new(), front: Vec::new(), theme }
    }
}

/// The colour behind everything.
#[derive(Resource, Clone, Copy, PartialEq, Eq)]
pub struct Backdrop(pub Rgba8);

impl Default for Backdrop {
    fn default() -> Self {
        Self(Rgba8::hex(0x0B0E13))
    }
}

/// The systems that turn [`StagePicture`] into meshes and textures.
#[derive(SystemSet, Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub struct DrawSystems;

/// The picture, and the backdrop as the camera's clear colour.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<StagePicture>()
        .init_resource::<Backdrop>()
        .configure_sets(
            PostUpdate,
            DrawSystems
                // The panels may change the picture.
                .after(EguiPostUpdateSet::ProcessOutput)
                .after(measure_scale)
                // Otherwise changes would reach the renderer one frame late.
                .before(AssetEventSystems)
                .before(VisibilitySystems::VisibilityPropagate)
                .before(TransformSystems::Propagate),
        )
        .add_systems(PostUpdate, paint_backdrop.run_if(resource_changed::<Backdrop>).in_set(DrawSystems));
}

fn paint_backdrop(backdrop: Res<Backdrop>, mut clear: ResMut<ClearColor>) {
    let Rgba8([r, g, b, a]) = backdrop.0;
    clear.0 = Color::srgba_u8(r, g, b, a);
}
