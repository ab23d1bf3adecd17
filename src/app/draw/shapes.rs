//! Shapes: any number of them in one draw call per layer, on WebGL2 too.
//!
//! A layer is one mesh of N numbered quads and one texture that holds the numbers of N shapes, which the vertex
//! shader reads (`assets/shaders/shapes.wgsl`). A frame writes the texture and nothing else.

use bevy::asset::{RenderAssetUsages, uuid_handle};
use bevy::camera::visibility::NoFrustumCulling;
use bevy::ecs::system::SystemParam;
use bevy::image::ImageSampler;
use bevy::mesh::MeshVertexBufferLayoutRef;
use bevy::prelude::*;
use bevy::render::render_resource::{
    AsBindGroup, Extent3d, RenderPipelineDescriptor, SpecializedMeshPipelineError, TextureDimension, TextureFormat,
};
use bevy::shader::ShaderRef;
use bevy::sprite_render::{AlphaMode2d, Material2d, Material2dKey, Material2dPlugin};

use super::{DrawSystems, StagePicture, embed_shader, quads};
use crate::app::cameras::PixelsPerPoint;
use crate::draw::{Quad, QuadKind};
use crate::style::Rgba8;

const SHADER: Handle<Shader> = uuid_handle!("7d0d5b1e-6a52-4f0c-9a41-3a5c1f6e8b01");

// The layout of the table; the shader reads the same numbers.
const SHAPES_PER_ROW: usize = 256;
const TEXELS_PER_SHAPE: usize = 5;
const FLOATS: usize = 4 * TEXELS_PER_SHAPE;
const BYTES: usize = 4 * FLOATS;
/// 2048 rows: the largest texture that every WebGL2 has.
const MAX_SHAPES: usize = 2048 * SHAPES_PER_ROW;

pub(super) fn plugin(app: &mut App) {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shaders/shapes.wgsl"));
    embed_shader(app, &SHADER, "shapes.wgsl", text);
    app.add_plugins(Material2dPlugin::<ShapeMaterial>::default())
        .add_systems(Startup, create_layers)
        .add_systems(PostUpdate, upload.in_set(DrawSystems));
}

#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
struct ShapeMaterial {
    /// x: pixels per point.
    #[uniform(0)]
    scale: Vec4,
    #[texture(1, sample_type = "float", filterable = false, visibility(vertex))]
    table: Handle<Image>,
}

impl Material2d for ShapeMaterial {
    fn vertex_shader() -> ShaderRef {
        SHADER.into()
    }

    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    fn alpha_mode(&self) -> AlphaMode2d {
        AlphaMode2d::Blend
    }

    fn specialize(
        descriptor: &mut RenderPipelineDescriptor,
        _: &MeshVertexBufferLayoutRef,
        _: Material2dKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        super::blend_premultiplied(descriptor);
        Ok(())
    }
}

/// One mesh, one table, one draw call.
struct Layer {
    entity: Entity,
    material: Handle<ShapeMaterial>,
    table: Handle<Image>,
    /// Shapes that the table and the mesh have room for: a power of two.
    capacity: usize,
    /// Shapes written last time; what is beyond them is zero.
    used: usize,
}

#[derive(Resource)]
struct Layers {
    back: Layer,
    front: Layer,
}

#[derive(SystemParam)]
struct Stores<'w, 's> {
    commands: Commands<'w, 's>,
    meshes: ResMut<'w, Assets<Mesh>>,
    images: ResMut<'w, Assets<Image>>,
    materials: ResMut<'w, Assets<ShapeMaterial>>,
}

fn create_layers(mut stores: Stores) {
    // Heats lie between at z = 1 (heat.rs).
    let back = stores.create_layer(0.0);
    let front = stores.create_layer(2.0);
    stores.commands.insert_resource(Layers { back, front });
}

impl Stores<'_, '_> {
    fn create_layer(&mut self, z: f32) -> Layer {
        let capacity = SHAPES_PER_ROW;
        let table = self.images.add(empty_table(capacity));
        let material = self.materials.add(ShapeMaterial { scale: Vec4::ONE, table: table.clone() });
        let entity = self
            .commands
            .spawn((
                Mesh2d(self.meshes.add(quads(capacity))),
                MeshMaterial2d(material.clone()),
                Transform::from_xyz(0.0, 0.0, z),
                // The mesh's own positions say nothing about where the shapes are.
                NoFrustumCulling,
            ))
            .id();
        Layer { entity, material, table, capacity, used: 0 }
    }

    fn grow(&mut self, layer: &mut Layer, count: usize) {
        layer.capacity = count.next_power_of_two().min(MAX_SHAPES);
        layer.used = 0;
        layer.table = self.images.add(empty_table(layer.capacity));
        let mesh = Mesh2d(self.meshes.add(quads(layer.capacity)));
        self.commands.entity(layer.entity).insert(mesh);
        if let Some(mut material) = self.materials.get_mut(&layer.material) {
            material.table = layer.table.clone();
        }
    }

    fn write(&mut self, layer: &mut Layer, shapes: &[Quad], pixels_per_point: f32) {
        if shapes.len() > MAX_SHAPES {
            warn_once!("{} shapes in one layer: only {MAX_SHAPES} are drawn", shapes.len());
        }
        let shapes = &shapes[..shapes.len().min(MAX_SHAPES)];
        if shapes.len() > layer.capacity {
            self.grow(layer, shapes.len());
        }
        // The guard marks the material as changed only if it is written to.
        if let Some(mut material) = self.materials.get_mut(&layer.material)
            && material.scale.x != pixels_per_point
        {
            material.scale.x = pixels_per_point;
        }
        if shapes.is_empty() && layer.used == 0 {
            return;
        }
        let Some(mut image) = self.images.get_mut(&layer.table) else {
            return;
        };
        let Some(data) = image.data.as_mut() else { return };
        for (slot, shape) in data.chunks_exact_mut(BYTES).zip(shapes) {
            for (bytes, number) in slot.as_chunks_mut::<4>().0.iter_mut().zip(pack(shape)) {
                *bytes = number.to_ne_bytes();
            }
        }
        if let Some(stale) = data.get_mut(shapes.len() * BYTES..layer.used * BYTES) {
            stale.fill(0);
        }
        layer.used = shapes.len();
    }
}

fn upload(picture: Res<StagePicture>, scale: Res<PixelsPerPoint>, layers: Option<ResMut<Layers>>, mut stores: Stores) {
    let Some(mut layers) = layers else { return };
    if !(picture.is_changed() || scale.is_changed() || layers.is_added()) {
        return;
    }
    stores.write(&mut layers.back, &picture.back, scale.0);
    stores.write(&mut layers.front, &picture.front, scale.0);
}

/// Bytes of the table of so many shapes, which is sent as a whole.
pub(super) fn table_bytes(shapes: usize) -> usize {
    if shapes == 0 { 0 } else { shapes.next_power_of_two().clamp(SHAPES_PER_ROW, MAX_SHAPES) * BYTES }
}

fn empty_table(capacity: usize) -> Image {
    let rows = capacity.div_ceil(SHAPES_PER_ROW);
    let mut image = Image::new_fill(
        Extent3d { width: (SHAPES_PER_ROW * TEXELS_PER_SHAPE) as u32, height: rows as u32, depth_or_array_layers: 1 },
        TextureDimension::D2,
        &[0; 16],
        TextureFormat::Rgba32Float,
        // Kept on this side too: it is written in place, and the GPU texture stays the same one.
        RenderAssetUsages::MAIN_WORLD | RenderAssetUsages::RENDER_WORLD,
    );
    image.sampler = ImageSampler::nearest();
    image
}

fn pack(shape: &Quad) -> [f32; FLOATS] {
    // "No clip" may come as infinity, which shaders need not understand.
    let clip = shape.clip.map(|edge| edge.clamp(-1e6, 1e6));
    let kind = match shape.kind {
        QuadKind::Box => 0.0,
        QuadKind::Diamond => 1.0,
    };
    let alpha = |colour: Rgba8| colour.0[3];
    [
        shape.center.x,
        shape.center.y,
        shape.half.x,
        shape.half.y,
        shape.rotation.x,
        shape.rotation.y,
        shape.radius,
        shape.border,
        clip[0],
        clip[1],
        clip[2],
        clip[3],
        pack_bytes(shape.fill.0[0], shape.fill.0[1], shape.fill.0[2]),
        pack_bytes(shape.border_colour.0[0], shape.border_colour.0[1], shape.border_colour.0[2]),
        pack_bytes(shape.level_colour.0[0], shape.level_colour.0[1], shape.level_colour.0[2]),
        shape.level.clamp(0.0, 1.0),
        pack_bytes(alpha(shape.fill), alpha(shape.border_colour), alpha(shape.level_colour)),
        kind,
        0.0,
        0.0,
    ]
}

/// 24 bits as a whole number, which a float holds exactly; raw bits could come out as NaN and be rewritten.
fn pack_bytes(high: u8, middle: u8, low: u8) -> f32 {
    ((u32::from(high) << 16) | (u32::from(middle) << 8) | u32::from(low)) as f32
}
