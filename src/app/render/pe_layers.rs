//! Single PEs: one quad per wafer, whatever the number of PEs. A texture holds the utilisation of each PE's links
//! (`assets/shaders/pes.wgsl`).

use bevy::asset::{RenderAssetUsages, uuid_handle};
use bevy::prelude::*;
use bevy::render::render_resource::{AsBindGroup, ShaderType, TextureFormat};
use bevy::sprite_render::Material2dPlugin;

use super::material::{data_texture, embed_shader, stage_material};
use super::picture::{DrawSystems, StagePicture};
use super::slots::{Slot, Slots, Stores};
use super::uploads::Uploads;
use crate::app::camera::PixelsPerPoint;
use crate::draw::Pes;
use crate::fabric::Direction;
use crate::stage::PeWindow;
use crate::style::{Rgba8, Theme};

const SHADER: Handle<Shader> = uuid_handle!("7d0d5b1e-6a52-4f0c-9a41-3a5c1f6e8b03");

/// Texels of a PE; the shader reads the same number.
const TEXELS: u32 = (Pes::BYTES / 4) as u32;

/// Depth of the first one: over the heat maps, below the layer of quads in front.
const DEPTH: f32 = 1.5;

/// Draws the single PEs of the picture, while they are large enough to be seen. The shader draws cores, routers and links
/// of each visible PE pixel by pixel.
pub(super) fn plugin(app: &mut App) {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shaders/pes.wgsl"));
    embed_shader(app, &SHADER, "pes.wgsl", text);
    app.add_plugins(Material2dPlugin::<PeMaterial>::default())
        .init_resource::<Slots<PeMaterial>>()
        .add_systems(PostUpdate, upload.in_set(DrawSystems));
}

/// In the order of the shader.
#[derive(ShaderType, Clone, Copy, Debug, Default, PartialEq)]
struct PeUniform {
    rect: Vec4,
    clip: Vec4,
    window: Vec4,
    size: Vec4,
    detail: Vec4,
    router: Vec4,
    core: Vec4,
    ramp: Vec4,
    shown: Vec4,
    lane: Vec4,
    ground: Vec4,
    line: Vec4,
    raised: Vec4,
    border: Vec4,
    level: Vec4,
    surface: Vec4,
    done: Vec4,
}

impl PeUniform {
    fn new(pes: &Pes, theme: &Theme, pixels_per_point: f32) -> PeUniform {
        let PeWindow { first, size } = pes.window;
        let numbers = |numbers: [u32; 4]| Vec4::from_array(numbers.map(|number| number as f32));
        let parts = &pes.parts;
        let [from, to] = parts.lane_line(Direction::Ramp);
        let ink = |Rgba8([r, g, b, _]): Rgba8| Vec4::from_array([r, g, b, 255].map(|part| f32::from(part) / 255.0));
        PeUniform {
            rect: Vec4::from_array(pes.rect),
            clip: Vec4::from_array(pes.clip.map(|edge| edge.clamp(-1e6, 1e6))),
            window: numbers([first[0], first[1], size[0], size[1]]),
            size: Vec4::new(pes.size[0] as f32, pes.size[1] as f32, pixels_per_point, 0.0),
            detail: Vec4::new(pes.detail.grid, pes.detail.parts, pes.detail.ground, 0.0),
            router: Vec4::new(parts.router.x, parts.router.y, parts.router_half, parts.lane),
            core: Vec4::new(parts.core.x, parts.core.y, parts.core_half.x, parts.core_half.y),
            ramp: Vec4::new(from.x, from.y, to.x, to.y),
            shown: Vec4::from_array(pes.shown),
            lane: Vec4::new(parts.lane_half, parts.ramp_half, 0.0, 0.0),
            ground: ink(theme.ground),
            line: ink(theme.line),
            raised: ink(theme.raised),
            border: ink(theme.muted),
            level: ink(theme.fill),
            surface: ink(theme.sum),
            done: ink(theme.done),
        }
    }
}

#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
struct PeMaterial {
    #[uniform(0)]
    pes: PeUniform,
    #[texture(1)]
    levels: Handle<Image>,
    #[texture(2)]
    palette: Handle<Image>,
}

stage_material!(PeMaterial, SHADER);

fn upload(
    picture: Res<StagePicture>,
    scale: Res<PixelsPerPoint>,
    mut slots: ResMut<Slots<PeMaterial>>,
    mut stores: Stores<PeMaterial>,
    mut uploads: ResMut<Uploads>,
) {
    let all = &picture.list.pes;
    if !(picture.is_changed() || scale.is_changed()) || (all.is_empty() && slots.list.is_empty()) {
        return;
    }
    let palette = slots.palette(picture.theme, &mut stores);
    while slots.list.len() < all.len() {
        let levels = stores.images.add(levels_image([1, 1]));
        let pes = PeUniform::default();
        let material = PeMaterial { pes, levels: levels.clone(), palette: palette.clone() };
        slots.add(&mut stores, levels, material, DEPTH);
    }
    for (index, slot) in slots.list.iter_mut().enumerate() {
        let pes = all.get(index).filter(|pes| is_drawable(pes));
        if let Some(pes) = pes {
            let uniform = PeUniform::new(pes, picture.theme, scale.0);
            write(slot, pes, uniform, &palette, &mut stores, &mut uploads);
        }
        slot.show(&mut stores.commands, pes.is_some());
    }
}

fn is_drawable(pes: &Pes) -> bool {
    pes.detail.grid > 0.0 && pes.texels.len() == pes.window.len() * Pes::BYTES
}

fn write(
    slot: &mut Slot<PeMaterial>,
    pes: &Pes,
    uniform: PeUniform,
    palette: &Handle<Image>,
    stores: &mut Stores<PeMaterial>,
    uploads: &mut Uploads,
) {
    let [columns, rows] = pes.window.size;
    // The texture grows in powers of two, so that zooming seldom makes a new one.
    let grow = |room: u32, needed: u32| if needed > room { needed.next_power_of_two() } else { room };
    let size = [grow(slot.size[0], columns.max(1)), grow(slot.size[1], rows.max(1))];
    if size != slot.size {
        slot.size = size;
        slot.texture = stores.images.add(levels_image(size));
        slot.shown.clear();
    }
    // The window is part of the uniform: the same bytes in another window need not be sent again.
    if slot.shown != pes.texels && columns > 0 && rows > 0 {
        uploads.write(&slot.texture, [0, 0], [columns * TEXELS, rows], |bytes| bytes.extend_from_slice(&pes.texels));
        slot.shown.clone_from(&pes.texels);
    }
    if let Some(mut material) = stores.materials.get_mut(&slot.material)
        && (material.pes != uniform || material.levels != slot.texture || material.palette != *palette)
    {
        material.pes = uniform;
        material.levels = slot.texture.clone();
        material.palette = palette.clone();
    }
}

fn levels_image([columns, rows]: [u32; 2]) -> Image {
    let texels = vec![0; (columns * TEXELS * 4 * rows) as usize];
    data_texture([columns * TEXELS, rows], texels, TextureFormat::Rgba8Unorm, RenderAssetUsages::RENDER_WORLD)
}
