//! Heat maps: one quad per wafer, one byte per cell, coloured by the shader (`assets/shaders/heat.wgsl`).

use bevy::asset::{RenderAssetUsages, uuid_handle};
use bevy::prelude::*;
use bevy::render::render_resource::{AsBindGroup, ShaderType, TextureFormat};
use bevy::sprite_render::Material2dPlugin;

use super::material::{data_texture, embed_shader, stage_material};
use super::picture::{DrawSystems, StagePicture};
use super::slots::{Slot, Slots, Stores};
use super::uploads::Uploads;
use crate::app::camera::PixelsPerPoint;
use crate::draw::Heat;

const SHADER: Handle<Shader> = uuid_handle!("7d0d5b1e-6a52-4f0c-9a41-3a5c1f6e8b02");

/// The largest texture side that every WebGL2 has.
const MAX_TEXELS: u32 = 2048;

/// Depth of the first heat map: between the layers of quads at 0 and 2.
const DEPTH: f32 = 1.0;

/// Draws the heat maps of the picture. The position in the list decides which texture is written; the size of the texture
/// follows the heat map, whose rows are one if all are the same. Only rows that have changed are sent.
pub(super) fn plugin(app: &mut App) {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shaders/heat.wgsl"));
    embed_shader(app, &SHADER, "heat.wgsl", text);
    app.add_plugins(Material2dPlugin::<HeatMaterial>::default())
        .init_resource::<Slots<HeatMaterial>>()
        .add_systems(PostUpdate, upload.in_set(DrawSystems));
}

/// In the order of the shader.
#[derive(ShaderType, Clone, Copy, Debug, Default, PartialEq)]
struct HeatUniform {
    rect: Vec4,
    clip: Vec4,
    /// Nothing, pixels per point, columns, rows.
    display: Vec4,
}

#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
struct HeatMaterial {
    #[uniform(0)]
    heat: HeatUniform,
    #[texture(1)]
    cells: Handle<Image>,
    #[texture(2)]
    palette: Handle<Image>,
}

stage_material!(HeatMaterial, SHADER);

fn upload(
    picture: Res<StagePicture>,
    scale: Res<PixelsPerPoint>,
    mut slots: ResMut<Slots<HeatMaterial>>,
    mut stores: Stores<HeatMaterial>,
    mut uploads: ResMut<Uploads>,
) {
    let heats = &picture.list.heats;
    if !(picture.is_changed() || scale.is_changed()) || (heats.is_empty() && slots.list.is_empty()) {
        return;
    }
    let palette = slots.palette(picture.theme, &mut stores);
    while slots.list.len() < heats.len() {
        let cells = stores.images.add(cells_image([1, 1]));
        let heat = HeatUniform::default();
        let material = HeatMaterial { heat, cells: cells.clone(), palette: palette.clone() };
        slots.add(&mut stores, cells, material, DEPTH);
    }
    for (index, slot) in slots.list.iter_mut().enumerate() {
        let heat = heats.get(index).filter(|heat| is_drawable(heat));
        if let Some(heat) = heat {
            write(slot, heat, scale.0, &palette, &mut stores, &mut uploads);
        }
        slot.show(&mut stores.commands, heat.is_some());
    }
}

fn is_drawable(heat: &Heat) -> bool {
    let [columns, rows] = heat.size;
    let values = heat.texels.len() as u64;
    let whole = values == u64::from(columns) * u64::from(rows) || values == u64::from(columns);
    let fits = columns.max(rows) <= MAX_TEXELS;
    if !(whole && fits) {
        warn_once!(
            "heat map not drawn: {columns} x {rows} cells, but {} values; the largest side is {MAX_TEXELS}",
            heat.texels.len()
        );
    }
    let [left, top, right, bottom] = heat.rect;
    whole && fits && !heat.texels.is_empty() && left < right && top < bottom
}

fn write(
    slot: &mut Slot<HeatMaterial>,
    heat: &Heat,
    pixels_per_point: f32,
    palette: &Handle<Image>,
    stores: &mut Stores<HeatMaterial>,
    uploads: &mut Uploads,
) {
    let width = heat.size[0] as usize;
    let stored = [heat.size[0], (heat.texels.len() / width) as u32];
    if slot.size != stored {
        slot.size = stored;
        slot.texture = stores.images.add(cells_image(stored));
        slot.shown.clear();
    }
    let known = slot.shown.len() == heat.texels.len();
    let rows = || heat.texels.chunks_exact(width).zip(slot.shown.chunks_exact(width));
    let differs = |(new, shown): (&[u8], &[u8])| new != shown;
    let band = match (known, rows().position(differs), rows().rposition(differs)) {
        (false, ..) => Some((0, stored[1] as usize - 1)),
        (true, first, last) => first.zip(last),
    };
    if let Some((first, last)) = band {
        let texels = &heat.texels[first * width..(last + 1) * width];
        uploads.write(&slot.texture, [0, first as u32], [stored[0], (last + 1 - first) as u32], |bytes| {
            bytes.extend_from_slice(texels);
        });
        slot.shown.clone_from(&heat.texels);
    }

    let [columns, rows] = heat.size.map(|side| side as f32);
    let uniform = HeatUniform {
        rect: Vec4::from_array(heat.rect),
        clip: Vec4::from_array(heat.clip.map(|edge| edge.clamp(-1e6, 1e6))),
        display: Vec4::new(0.0, pixels_per_point, columns, rows),
    };
    if let Some(mut material) = stores.materials.get_mut(&slot.material)
        && (material.heat != uniform || material.cells != slot.texture || material.palette != *palette)
    {
        material.heat = uniform;
        material.cells = slot.texture.clone();
        material.palette = palette.clone();
    }
}

fn cells_image([columns, rows]: [u32; 2]) -> Image {
    let texels = vec![0; columns as usize * rows as usize];
    data_texture([columns, rows], texels, TextureFormat::R8Unorm, RenderAssetUsages::RENDER_WORLD)
}
