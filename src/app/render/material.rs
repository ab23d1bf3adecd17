//! What all materials of the stage have in common: meshes of numbered quads, data textures, shaders, blending.

use bevy::asset::{RenderAssetUsages, uuid_handle};
use bevy::image::ImageSampler;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::render::render_resource::{BlendState, Extent3d, RenderPipelineDescriptor, TextureDimension, TextureFormat};

/// What the shaders import: colours, and the coverage of pixels.
const COVERAGE: Handle<Shader> = uuid_handle!("7d0d5b1e-6a52-4f0c-9a41-3a5c1f6e8b06");

/// Registers the functions that all shaders of the stage share.
pub(super) fn plugin(app: &mut App) {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shaders/coverage.wgsl"));
    embed_shader(app, &COVERAGE, "coverage.wgsl", text);
}

/// Implements `Material2d` for a material whose vertex and fragment shaders are in one file and return premultiplied
/// colours.
macro_rules! stage_material {
    ($material:ty, $shader:expr) => {
        impl bevy::sprite_render::Material2d for $material {
            fn vertex_shader() -> bevy::shader::ShaderRef {
                $shader.into()
            }

            fn fragment_shader() -> bevy::shader::ShaderRef {
                $shader.into()
            }

            fn alpha_mode(&self) -> bevy::sprite_render::AlphaMode2d {
                bevy::sprite_render::AlphaMode2d::Blend
            }

            fn specialize(
                descriptor: &mut bevy::render::render_resource::RenderPipelineDescriptor,
                _: &bevy::mesh::MeshVertexBufferLayoutRef,
                _: bevy::sprite_render::Material2dKey<Self>,
            ) -> Result<(), bevy::render::render_resource::SpecializedMeshPipelineError> {
                $crate::app::render::material::blend_premultiplied(descriptor);
                Ok(())
            }
        }
    };
}
pub(super) use stage_material;

/// A mesh of `count` unit quads; each vertex holds its corner (-1 or 1) and the number of its quad.
pub(super) fn quads(count: usize) -> Mesh {
    let corners = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]];
    let positions: Vec<[f32; 3]> = (0..count).flat_map(|quad| corners.map(|[x, y]| [x, y, quad as f32])).collect();
    let indices = (0..count as u32).flat_map(|quad| [0, 1, 2, 0, 2, 3].map(|corner| 4 * quad + corner)).collect();
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_indices(Indices::U32(indices))
}

/// Registers a shader from the text in the program, without a file or a request.
pub(super) fn embed_shader(app: &mut App, handle: &Handle<Shader>, name: &str, text: &'static str) {
    let mut shaders = app.world_mut().resource_mut::<Assets<Shader>>();
    if shaders.insert(handle, Shader::from_wgsl(text, name)).is_err() {
        error!("cannot register the shader {name}");
    }
}

/// The fragment shaders return premultiplied colours, which blend correctly and need no division.
pub(super) fn blend_premultiplied(descriptor: &mut RenderPipelineDescriptor) {
    let targets = descriptor.fragment.iter_mut().flat_map(|fragment| &mut fragment.targets);
    for target in targets.flatten() {
        target.blend = Some(BlendState::PREMULTIPLIED_ALPHA_BLENDING);
    }
}

/// An image whose texels are data: no filtering.
pub(super) fn data_texture(
    [width, height]: [u32; 2],
    texels: Vec<u8>,
    format: TextureFormat,
    usage: RenderAssetUsages,
) -> Image {
    let size = Extent3d { width, height, depth_or_array_layers: 1 };
    let mut image = Image::new(size, TextureDimension::D2, texels, format, usage);
    image.sampler = ImageSampler::nearest();
    image
}
