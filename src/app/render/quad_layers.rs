//! Quads: any number of them in one draw call per layer, on WebGL2 too.
//!
//! A layer is one mesh of N numbered quads and one texture with the data of N quads, which the vertex shader reads
//! (`assets/shaders/shapes.wgsl`). A frame writes the texture and nothing else.

use bevy::asset::uuid_handle;
use bevy::prelude::*;
use bevy::render::render_resource::{AsBindGroup, TextureFormat};
use bevy::sprite_render::Material2dPlugin;

use super::material::{WRITTEN_IN_PLACE, data_texture, embed_shader, quads, stage_material};
use super::picture::{DrawSystems, StagePicture};
use super::slots::Stores;
use crate::app::camera::PixelsPerPoint;
use crate::draw::{Quad, QuadKind};
use crate::style::Rgba8;

const SHADER: Handle<Shader> = uuid_handle!("7d0d5b1e-6a52-4f0c-9a41-3a5c1f6e8b01");

// The layout of the texture; the shader uses the same numbers.
const QUADS_PER_ROW: usize = 256;
const TEXELS_PER_QUAD: usize = 5;
const FLOATS: usize = 4 * TEXELS_PER_QUAD;
const BYTES: usize = 4 * FLOATS;
/// 2048 rows: the largest texture side that every WebGL2 has.
const MAX_QUADS: usize = 2048 * QUADS_PER_ROW;

/// Depth of the layer behind the heat maps.
const BACK_DEPTH: f32 = 0.0;
/// Depth of the layer in front of heat maps and PEs.
const FRONT_DEPTH: f32 = 2.0;

/// Draws the quads behind and in front of the wafers.
///
/// The texture of a layer grows in powers of two and never shrinks. Quads that are no longer used become zero, which the
/// shader draws as nothing.
pub(super) fn plugin(app: &mut App) {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shaders/shapes.wgsl"));
    embed_shader(app, &SHADER, "shapes.wgsl", text);
    app.add_plugins(Material2dPlugin::<QuadMaterial>::default())
        .add_systems(Startup, create_layers)
        .add_systems(PostUpdate, upload.in_set(DrawSystems));
}

#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
struct QuadMaterial {
    /// x: pixels per point.
    #[uniform(0)]
    scale: Vec4,
    #[texture(1, sample_type = "float", filterable = false, visibility(vertex))]
    table: Handle<Image>,
}

stage_material!(QuadMaterial, SHADER);

/// One mesh, one texture, one draw call.
struct Layer {
    entity: Entity,
    material: Handle<QuadMaterial>,
    table: Handle<Image>,
    /// Quads that texture and mesh have room for: a power of two.
    capacity: usize,
    /// Quads written last time; the rest of the texture is zero.
    used: usize,
}

#[derive(Resource)]
struct Layers {
    back: Layer,
    front: Layer,
}

fn create_layers(mut stores: Stores<QuadMaterial>) {
    let back = create_layer(&mut stores, BACK_DEPTH);
    let front = create_layer(&mut stores, FRONT_DEPTH);
    stores.commands.insert_resource(Layers { back, front });
}

fn create_layer(stores: &mut Stores<QuadMaterial>, z: f32) -> Layer {
    let capacity = QUADS_PER_ROW;
    let table = stores.images.add(empty_table(capacity));
    let material = stores.materials.add(QuadMaterial { scale: Vec4::ONE, table: table.clone() });
    let mesh = stores.meshes.add(quads(capacity));
    let entity = stores.spawn(mesh, material.clone(), z, Visibility::Inherited);
    Layer { entity, material, table, capacity, used: 0 }
}

impl Layer {
    fn grow(&mut self, count: usize, stores: &mut Stores<QuadMaterial>) {
        self.capacity = count.next_power_of_two().min(MAX_QUADS);
        self.used = 0;
        self.table = stores.images.add(empty_table(self.capacity));
        let mesh = Mesh2d(stores.meshes.add(quads(self.capacity)));
        stores.commands.entity(self.entity).insert(mesh);
        if let Some(mut material) = stores.materials.get_mut(&self.material) {
            material.table = self.table.clone();
        }
    }

    fn write(&mut self, quads: &[Quad], pixels_per_point: f32, stores: &mut Stores<QuadMaterial>) {
        if quads.len() > MAX_QUADS {
            warn_once!("{} quads in one layer: only {MAX_QUADS} are drawn", quads.len());
        }
        let quads = &quads[..quads.len().min(MAX_QUADS)];
        if quads.len() > self.capacity {
            self.grow(quads.len(), stores);
        }
        // The guard marks the material as changed only if it is written to.
        if let Some(mut material) = stores.materials.get_mut(&self.material)
            && material.scale.x != pixels_per_point
        {
            material.scale.x = pixels_per_point;
        }
        if quads.is_empty() && self.used == 0 {
            return;
        }
        let Some(mut image) = stores.images.get_mut(&self.table) else { return };
        let Some(data) = image.data.as_mut() else { return };
        for (record, quad) in data.chunks_exact_mut(BYTES).zip(quads) {
            for (bytes, number) in record.as_chunks_mut::<4>().0.iter_mut().zip(pack(quad)) {
                *bytes = number.to_ne_bytes();
            }
        }
        if let Some(stale) = data.get_mut(quads.len() * BYTES..self.used * BYTES) {
            stale.fill(0);
        }
        self.used = quads.len();
    }
}

fn upload(
    picture: Res<StagePicture>,
    scale: Res<PixelsPerPoint>,
    layers: Option<ResMut<Layers>>,
    mut stores: Stores<QuadMaterial>,
) {
    let Some(mut layers) = layers else { return };
    if !(picture.is_changed() || scale.is_changed() || layers.is_added()) {
        return;
    }
    layers.back.write(&picture.back, scale.0, &mut stores);
    layers.front.write(&picture.front, scale.0, &mut stores);
}

/// Bytes of the texture of a layer with this many quads. It is sent as a whole.
pub(super) fn table_bytes(quads: usize) -> usize {
    if quads == 0 { 0 } else { quads.next_power_of_two().clamp(QUADS_PER_ROW, MAX_QUADS) * BYTES }
}

fn empty_table(capacity: usize) -> Image {
    let size = [(QUADS_PER_ROW * TEXELS_PER_QUAD) as u32, capacity.div_ceil(QUADS_PER_ROW) as u32];
    data_texture(size, vec![0; size[0] as usize * size[1] as usize * 16], TextureFormat::Rgba32Float, WRITTEN_IN_PLACE)
}

/// The data of a quad in the order of the shader.
fn pack(quad: &Quad) -> [f32; FLOATS] {
    // "No clip" may be infinity, which shaders need not support.
    let clip = quad.clip.map(|edge| edge.clamp(-1e6, 1e6));
    let kind = match quad.kind {
        QuadKind::Box => 0.0,
        QuadKind::Diamond => 1.0,
    };
    let alpha = |colour: Rgba8| colour.0[3];
    [
        quad.center.x,
        quad.center.y,
        quad.half.x,
        quad.half.y,
        quad.rotation.x,
        quad.rotation.y,
        quad.radius,
        quad.border,
        clip[0],
        clip[1],
        clip[2],
        clip[3],
        pack_bytes(quad.fill.0[0], quad.fill.0[1], quad.fill.0[2]),
        pack_bytes(quad.border_colour.0[0], quad.border_colour.0[1], quad.border_colour.0[2]),
        pack_bytes(quad.level_colour.0[0], quad.level_colour.0[1], quad.level_colour.0[2]),
        quad.level.clamp(0.0, 1.0),
        pack_bytes(alpha(quad.fill), alpha(quad.border_colour), alpha(quad.level_colour)),
        kind,
        0.0,
        0.0,
    ]
}

/// 24 bits as a whole number, which a float holds exactly. Raw bits could be a NaN, which drivers may change.
fn pack_bytes(high: u8, middle: u8, low: u8) -> f32 {
    ((u32::from(high) << 16) | (u32::from(middle) << 8) | u32::from(low)) as f32
}
