//! Draws the stage: shapes, heat maps, single PEs, shapes again, back to front, under the panels.
//!
//! Others fill [`StagePicture`]; nothing here knows what it means.

mod heat;
mod pes;
mod shapes;

use bevy::asset::{AssetEventSystems, RenderAssetUsages};
use bevy::camera::visibility::VisibilitySystems;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::render::render_resource::{BlendState, RenderPipelineDescriptor};
use bevy_egui::EguiPostUpdateSet;

use super::cameras::measure_scale;
use crate::draw::{Heat, Pes, Quad};
use crate::style::{Rgba8, Theme, ThemeKind};

/// Everything on the stage, back to front. Change it in any schedule up to and including the egui pass: it is drawn
/// in the same frame, so that shapes never lag behind the words.
#[derive(Resource)]
pub struct StagePicture {
    /// Drawn first, in this order.
    pub back: Vec<Quad>,
    /// Drawn over `back`, in this order. Keep an entry's place in the list: a place owns a texture.
    pub heats: Vec<Heat>,
    /// Drawn over `heats`, in this order; the same goes for their places.
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

/// Bytes that go to the graphics for a picture: the tables of both layers as a whole, every heat, and the PEs.
pub(super) fn uploaded_bytes(picture: &StagePicture) -> usize {
    let heats: usize = picture.heats.iter().map(|heat| heat.texels.len()).sum();
    let pes: usize = picture.pes.iter().map(|pes| pes.texels.len()).sum();
    shapes::table_bytes(picture.back.len()) + shapes::table_bytes(picture.front.len()) + heats + pes
}

/// The systems that turn [`StagePicture`] into meshes and textures.
#[derive(SystemSet, Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub struct DrawSystems;

/// Adds the resources above and their drawing.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<StagePicture>()
        .init_resource::<Backdrop>()
        .add_plugins((shapes::plugin, heat::plugin, pes::plugin))
        .configure_sets(
            PostUpdate,
            DrawSystems
                // The panels have run: they may still have changed the picture.
                .after(EguiPostUpdateSet::ProcessOutput)
                .after(measure_scale)
                // Else the renderer would hear of it one frame later.
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

/// A mesh of `count` unit quads; each vertex holds its corner (-1 or 1) and the number of its quad.
fn quads(count: usize) -> Mesh {
    let corners = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]];
    let positions: Vec<[f32; 3]> = (0..count).flat_map(|quad| corners.map(|[x, y]| [x, y, quad as f32])).collect();
    let indices = (0..count as u32).flat_map(|quad| [0, 1, 2, 0, 2, 3].map(|corner| 4 * quad + corner)).collect();
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_indices(Indices::U32(indices))
}

/// Puts a shader from the program's own text where materials find it, without a file or a request.
fn embed_shader(app: &mut App, handle: &Handle<Shader>, name: &str, text: &'static str) {
    let mut shaders = app.world_mut().resource_mut::<Assets<Shader>>();
    if shaders.insert(handle, Shader::from_wgsl(text, name)).is_err() {
        error!("could not register the shader {name}");
    }
}

/// The fragment shaders return premultiplied colours: the right thing to mix, and no division.
fn blend_premultiplied(descriptor: &mut RenderPipelineDescriptor) {
    let targets = descriptor.fragment.iter_mut().flat_map(|fragment| &mut fragment.targets);
    for target in targets.flatten() {
        target.blend = Some(BlendState::PREMULTIPLIED_ALPHA_BLENDING);
    }
}
