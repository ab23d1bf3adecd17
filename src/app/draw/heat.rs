//! Heat maps: one byte per place of a fabric, coloured by the shader (`assets/shaders/heat.wgsl`).

use bevy::asset::{RenderAssetUsages, uuid_handle};
use bevy::camera::visibility::NoFrustumCulling;
use bevy::ecs::system::SystemParam;
use bevy::image::ImageSampler;
use bevy::mesh::MeshVertexBufferLayoutRef;
use bevy::prelude::*;
use bevy::render::render_resource::{
    AsBindGroup, Extent3d, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError, TextureDimension,
    TextureFormat,
};
use bevy::shader::ShaderRef;
use bevy::sprite_render::{AlphaMode2d, Material2d, Material2dKey, Material2dPlugin};

use super::{DrawSystems, StagePicture, embed_shader, quads};
use crate::app::cameras::PixelsPerPoint;
use crate::draw::Heat;
use crate::style::{Rgba8, Theme};

const SHADER: Handle<Shader> = uuid_handle!("7d0d5b1e-6a52-4f0c-9a41-3a5c1f6e8b02");

/// The largest texture side that every WebGL2 has.
const MAX_TEXELS: u32 = 2048;

pub(super) fn plugin(app: &mut App) {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shaders/heat.wgsl"));
    embed_shader(app, &SHADER, "heat.wgsl", text);
    app.add_plugins(Material2dPlugin::<HeatMaterial>::default())
        .init_resource::<Slots>()
        .add_systems(PostUpdate, upload.in_set(DrawSystems));
}

#[derive(ShaderType, Clone, Copy, Debug, Default, PartialEq)]
struct HeatUniform {
    rect: Vec4,
    clip: Vec4,
    /// Brightness, pixels per point, columns, rows.
    look: Vec4,
}

#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
struct HeatMaterial {
    #[uniform(0)]
    heat: HeatUniform,
    #[texture(1)]
    places: Handle<Image>,
    #[texture(2)]
    palette: Handle<Image>,
}

impl Material2d for HeatMaterial {
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

/// What one place in the list of heats owns.
struct Slot {
    entity: Entity,
    material: Handle<HeatMaterial>,
    places: Handle<Image>,
    size: [u32; 2],
    shown: bool,
}

/// Slots are made when needed and kept: a heat that comes back finds its texture.
#[derive(Resource, Default)]
struct Slots {
    list: Vec<Slot>,
    /// Shared by all slots; made with the first, the colours anew when others are chosen.
    shared: Option<(Handle<Mesh>, Handle<Image>)>,
    theme: Option<&'static Theme>,
}

#[derive(SystemParam)]
struct Stores<'w, 's> {
    commands: Commands<'w, 's>,
    meshes: ResMut<'w, Assets<Mesh>>,
    images: ResMut<'w, Assets<Image>>,
    materials: ResMut<'w, Assets<HeatMaterial>>,
}

fn upload(picture: Res<StagePicture>, scale: Res<PixelsPerPoint>, mut slots: ResMut<Slots>, mut stores: Stores) {
    if !(picture.is_changed() || scale.is_changed()) {
        return;
    }
    if slots.theme != Some(picture.theme) {
        slots.theme = Some(picture.theme);
        if let Some((_, colours)) = &mut slots.shared {
            *colours = stores.images.add(colours_of(picture.theme));
        }
    }
    for (index, heat) in picture.heats.iter().enumerate() {
        if index == slots.list.len() {
            let slot = stores.create_slot(&mut slots, picture.theme, index);
            slots.list.push(slot);
        }
        let Slots { list, shared, .. } = &mut *slots;
        let slot = &mut list[index];
        let drawable = is_drawable(heat);
        if let Some((_, colours)) = shared.as_ref().filter(|_| drawable) {
            stores.write(slot, heat, scale.0, colours);
        }
        stores.show(slot, drawable);
    }
    for slot in slots.list.iter_mut().skip(picture.heats.len()) {
        stores.show(slot, false);
    }
}

fn is_drawable(heat: &Heat) -> bool {
    let [columns, rows] = heat.size;
    let whole = heat.texels.len() as u64 == u64::from(columns) * u64::from(rows);
    let fits = columns.max(rows) <= MAX_TEXELS;
    if !(whole && fits) {
        warn_once!("a heat of {columns} x {rows} places with {} values is not drawn", heat.texels.len());
    }
    let [left, top, right, bottom] = heat.rect;
    whole && fits && !heat.texels.is_empty() && left < right && top < bottom
}

impl Stores<'_, '_> {
    fn create_slot(&mut self, slots: &mut Slots, theme: &Theme, index: usize) -> Slot {
        let (mesh, palette) =
            slots.shared.get_or_insert_with(|| (self.meshes.add(quads(1)), self.images.add(colours_of(theme)))).clone();
        let size = [1, 1];
        let places = self.images.add(places_image(size, vec![0]));
        let material =
            self.materials.add(HeatMaterial { heat: HeatUniform::default(), places: places.clone(), palette });
        // Between the back layer of shapes at 0 and the front layer at 2, in the order of the list.
        let z = 1.0 + index as f32 / 1024.0;
        let entity = self
            .commands
            .spawn((
                Mesh2d(mesh),
                MeshMaterial2d(material.clone()),
                Transform::from_xyz(0.0, 0.0, z),
                Visibility::Hidden,
                NoFrustumCulling,
            ))
            .id();
        Slot { entity, material, places, size, shown: false }
    }

    fn show(&mut self, slot: &mut Slot, shown: bool) {
        if slot.shown != shown {
            slot.shown = shown;
            let visibility = if shown { Visibility::Visible } else { Visibility::Hidden };
            self.commands.entity(slot.entity).insert(visibility);
        }
    }

    fn write(&mut self, slot: &mut Slot, heat: &Heat, pixels_per_point: f32, colours: &Handle<Image>) {
        if slot.size != heat.size {
            slot.size = heat.size;
            slot.places = self.images.add(places_image(heat.size, heat.texels.clone()));
        } else if let Some(mut image) = self.images.get_mut(&slot.places)
            // Same size: the renderer writes into the texture that it has. Same values: it does nothing.
            && image.data.as_ref().is_some_and(|data| *data != heat.texels)
            && let Some(data) = image.data.as_mut()
        {
            data.copy_from_slice(&heat.texels);
        }

        let [columns, rows] = heat.size.map(|side| side as f32);
        let uniform = HeatUniform {
            rect: Vec4::from_array(heat.rect),
            clip: Vec4::from_array(heat.clip.map(|edge| edge.clamp(-1e6, 1e6))),
            look: Vec4::new(heat.brightness, pixels_per_point, columns, rows),
        };
        if let Some(mut material) = self.materials.get_mut(&slot.material)
            && (material.heat != uniform || material.places != slot.places || material.palette != *colours)
        {
            material.heat = uniform;
            material.places = slot.places.clone();
            material.palette = colours.clone();
        }
    }
}

fn places_image(size: [u32; 2], texels: Vec<u8>) -> Image {
    table(size, texels, TextureFormat::R8Unorm, RenderAssetUsages::MAIN_WORLD | RenderAssetUsages::RENDER_WORLD)
}

/// The colours of 0 (idle) to 255 (full).
pub(super) fn colours_of(theme: &Theme) -> Image {
    let colour = |entry: u16| if entry == 0 { theme.idle } else { theme.heat(f32::from(entry) / 255.0) };
    let texels = (0..256)
        .flat_map(|entry| {
            let Rgba8(bytes) = colour(entry);
            bytes
        })
        .collect();
    // Not an sRGB format: the shader darkens the sRGB numbers before it converts them.
    table([256, 1], texels, TextureFormat::Rgba8Unorm, RenderAssetUsages::RENDER_WORLD)
}

pub(super) fn table(
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
