//! Quads: any number of them in one draw call per layer, on WebGL2 too.
//!
//! A layer is one mesh of N numbered quads and one texture with the data of N quads, which the vertex shader reads
//! (`assets/shaders/shapes.wgsl`).

use bevy::asset::{RenderAssetUsages, uuid_handle};
use bevy::prelude::*;
use bevy::render::render_resource::{AsBindGroup, TextureFormat};
use bevy::sprite_render::Material2dPlugin;

use super::material::{data_texture, embed_shader, quads, stage_material};
use super::picture::{DrawSystems, StagePicture};
use super::slots::Stores;
use super::uploads::Uploads;
use crate::app::camera::PixelsPerPoint;
use crate::draw::{DisplayList, Quad, QuadKind};
use crate::style::Rgba8;

const SHADER: Handle<Shader> = uuid_handle!("7d0d5b1e-6a52-4f0c-9a41-3a5c1f6e8b01");

// The layout of the texture; the shader uses the same numbers.
const QUADS_PER_ROW: usize = 256;
const TEXELS_PER_QUAD: usize = 5;
const FLOATS: usize = 4 * TEXELS_PER_QUAD;
const BYTES: usize = 4 * FLOATS;
/// 2048 rows: the largest texture side that every WebGL2 has.
const MAX_QUADS: usize = 2048 * QUADS_PER_ROW;

/// The quads of a layer in a display list.
type QuadsOf = fn(&DisplayList) -> &[Quad];

/// The layers of quads with their depths. Heat maps and PEs are between the first and the second, lanes between the second
/// and the third, packets between the third and the fourth.
const LAYERS: [(f32, QuadsOf); 5] = [
    (0.0, |list| &list.back),
    (2.0, |list| &list.under_links),
    (3.0, |list| &list.over_links),
    (4.0, |list| &list.chips),
    (5.0, |list| &list.marks),
];

/// Draws the quads of the picture.
///
/// The texture of a layer grows in powers of two and never shrinks. Of its rows only those are sent whose quads have
/// changed. Quads that are no longer used become zero, which the shader draws as nothing.
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
    /// The quads in the texture; the rest of it is zero.
    shown: Vec<Quad>,
}

#[derive(Resource)]
struct Layers([Layer; LAYERS.len()]);

fn create_layers(mut stores: Stores<QuadMaterial>) {
    let layers = LAYERS.map(|(depth, _)| create_layer(&mut stores, depth));
    stores.commands.insert_resource(Layers(layers));
}

fn create_layer(stores: &mut Stores<QuadMaterial>, z: f32) -> Layer {
    let capacity = QUADS_PER_ROW;
    let table = stores.images.add(empty_table(capacity));
    let material = stores.materials.add(QuadMaterial { scale: Vec4::ONE, table: table.clone() });
    let mesh = stores.meshes.add(quads(capacity));
    let entity = stores.spawn(mesh, material.clone(), z, Visibility::Hidden);
    Layer { entity, material, table, capacity, shown: Vec::new() }
}

impl Layer {
    fn grow(&mut self, count: usize, stores: &mut Stores<QuadMaterial>) {
        self.capacity = count.next_power_of_two().min(MAX_QUADS);
        self.shown.clear();
        self.table = stores.images.add(empty_table(self.capacity));
        let mesh = Mesh2d(stores.meshes.add(quads(self.capacity)));
        stores.commands.entity(self.entity).insert(mesh);
        if let Some(mut material) = stores.materials.get_mut(&self.material) {
            material.table = self.table.clone();
        }
    }

    fn write(&mut self, quads: &[Quad], scale: f32, stores: &mut Stores<QuadMaterial>, uploads: &mut Uploads) {
        if quads.len() > MAX_QUADS {
            warn_once!("{} quads in one layer: only {MAX_QUADS} are drawn", quads.len());
        }
        let quads = &quads[..quads.len().min(MAX_QUADS)];
        if quads.is_empty() != self.shown.is_empty() {
            let visibility = if quads.is_empty() { Visibility::Hidden } else { Visibility::Inherited };
            stores.commands.entity(self.entity).insert(visibility);
        }
        if quads.len() > self.capacity {
            self.grow(quads.len(), stores);
        }
        // The guard marks the material as changed only if it is written to.
        if let Some(mut material) = stores.materials.get_mut(&self.material)
            && material.scale.x != scale
        {
            material.scale.x = scale;
        }
        let rows = quads.len().max(self.shown.len()).div_ceil(QUADS_PER_ROW);
        for row in 0..rows {
            let (new, old) = (row_of(quads, row), row_of(&self.shown, row));
            if new == old {
                continue;
            }
            let width = (new.len().max(old.len()) * TEXELS_PER_QUAD) as u32;
            uploads.write(&self.table, [0, row as u32], [width, 1], |bytes| {
                new.iter().for_each(|quad| pack(quad).iter().for_each(|number| bytes.extend(number.to_ne_bytes())));
                bytes.extend((new.len() * BYTES..width as usize * 16).map(|_| 0));
            });
        }
        self.shown.clear();
        self.shown.extend_from_slice(quads);
    }
}

/// The quads of a row of the texture.
fn row_of(quads: &[Quad], row: usize) -> &[Quad] {
    let first = (row * QUADS_PER_ROW).min(quads.len());
    &quads[first..(first + QUADS_PER_ROW).min(quads.len())]
}

fn upload(
    picture: Res<StagePicture>,
    scale: Res<PixelsPerPoint>,
    layers: Option<ResMut<Layers>>,
    mut stores: Stores<QuadMaterial>,
    mut uploads: ResMut<Uploads>,
) {
    let Some(mut layers) = layers else { return };
    if !(picture.is_changed() || scale.is_changed() || layers.is_added()) {
        return;
    }
    for (layer, (_, quads)) in layers.0.iter_mut().zip(LAYERS) {
        layer.write(quads(&picture.list), scale.0, &mut stores, &mut uploads);
    }
}

fn empty_table(capacity: usize) -> Image {
    let size = [(QUADS_PER_ROW * TEXELS_PER_QUAD) as u32, capacity.div_ceil(QUADS_PER_ROW) as u32];
    let texels = vec![0; size[0] as usize * size[1] as usize * 16];
    data_texture(size, texels, TextureFormat::Rgba32Float, RenderAssetUsages::RENDER_WORLD)
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
