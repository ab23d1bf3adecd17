//! The picture of the stage, which other systems fill and the layers draw.

use bevy::asset::AssetEventSystems;
use bevy::camera::visibility::VisibilitySystems;
use bevy::prelude::*;
use bevy_egui::EguiPostUpdateSet;

use super::links::{StageLinks, StagePackets};
use crate::app::camera::measure_scale;
use crate::draw::DisplayList;
use crate::style::{Rgba8, Theme, ThemeKind};

/// Quads, heat maps and PEs of the stage. Systems may change it until the end of the egui pass: it is drawn in the same
/// frame, so that the stage never lags behind the panels.
#[derive(Resource)]
pub struct StagePicture {
    /// The display list. An entry of `heats` or `pes` should keep its position in the list, which owns a texture.
    pub list: DisplayList,
    /// The colours of heats, PEs, lanes and packets.
    pub theme: &'static Theme,
}

impl Default for StagePicture {
    fn default() -> Self {
        Self { list: DisplayList::default(), theme: Theme::new(ThemeKind::Dark) }
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
        .init_resource::<StageLinks>()
        .init_resource::<StagePackets>()
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
