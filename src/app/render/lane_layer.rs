//! Lanes of links: geometry that stays, and one byte per link that changes (`assets/shaders/lanes.wgsl`).

use bevy::asset::{RenderAssetUsages, uuid_handle};
use bevy::prelude::*;
use bevy::render::render_resource::{AsBindGroup, ShaderType, TextureFormat};
use bevy::sprite_render::Material2dPlugin;

use super::links::{MAX_CLIPS, StageLinks};
use super::material::{data_texture, embed_shader, quads, stage_material};
use super::picture::{DrawSystems, StagePicture};
use super::slots::{Stores, palette_image};
use super::uploads::Uploads;
use crate::app::camera::PixelsPerPoint;
use crate::draw::Lane;
use crate::style::{Rgba8, Theme};

const SHADER: Handle<Shader> = uuid_handle!("7d0d5b1e-6a52-4f0c-9a41-3a5c1f6e8b04");

// The layout of the textures; the shader uses the same numbers.
const LANES_PER_ROW: usize = 256;
const TEXELS_PER_LANE: usize = 2;
const LEVELS_PER_ROW: usize = 256;
/// 2048 rows: the largest texture side that every WebGL2 has.
pub(super) const MAX_LANES: usize = 2048 * LANES_PER_ROW;

/// Depth of the lanes: between the quads under and over them.
const DEPTH: f32 = 2.5;

/// Draws the lanes of all links.
///
/// Their geometry is sent when the layout or the theme changes. In other frames the levels of the links are sent that have
/// changed, one byte each; the shader finds the colours.
pub(super) fn plugin(app: &mut App) {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shaders/lanes.wgsl"));
    embed_shader(app, &SHADER, "lanes.wgsl", text);
    app.add_plugins(Material2dPlugin::<LaneMaterial>::default())
        .add_systems(Startup, create_layer)
        .add_systems(PostUpdate, upload.in_set(LaneSystems).in_set(DrawSystems));
}

/// Sends the lanes, on which packets are placed.
#[derive(SystemSet, Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub(super) struct LaneSystems;

/// In the order of the shader.
#[derive(ShaderType, Clone, Copy, Debug, Default, PartialEq)]
struct LaneUniform {
    /// x: pixels per point.
    scale: Vec4,
    /// sRGB.
    idle: Vec4,
    bed: Vec4,
    /// By fabric.
    clips: [Vec4; MAX_CLIPS],
}

#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
struct LaneMaterial {
    #[uniform(0)]
    lanes: LaneUniform,
    #[texture(1, sample_type = "float", filterable = false, visibility(vertex))]
    table: Handle<Image>,
    #[texture(2, visibility(vertex))]
    levels: Handle<Image>,
    #[texture(3, visibility(vertex))]
    palette: Handle<Image>,
}

stage_material!(LaneMaterial, SHADER);

/// The lanes as a mesh and textures. Packets read the same geometry.
#[derive(Resource)]
pub(super) struct LaneLayer {
    entity: Entity,
    material: Handle<LaneMaterial>,
    pub(super) table: Handle<Image>,
    levels: Handle<Image>,
    /// Lanes and links that the textures have room for: powers of two.
    capacity: [usize; 2],
    theme: Option<&'static Theme>,
}

fn create_layer(mut stores: Stores<LaneMaterial>) {
    let (table, levels) = (stores.images.add(table(0)), stores.images.add(levels(0)));
    let palette = stores.images.add(palette_image(&Theme::DARK));
    let material =
        LaneMaterial { lanes: LaneUniform::default(), table: table.clone(), levels: levels.clone(), palette };
    let material = stores.materials.add(material);
    let mesh = stores.meshes.add(quads(LANES_PER_ROW));
    let entity = stores.spawn(mesh, material.clone(), DEPTH, Visibility::Hidden);
    let capacity = [LANES_PER_ROW, LEVELS_PER_ROW];
    stores.commands.insert_resource(LaneLayer { entity, material, table, levels, capacity, theme: None });
}

fn upload(
    picture: Res<StagePicture>,
    scale: Res<PixelsPerPoint>,
    mut links: ResMut<StageLinks>,
    layer: Option<ResMut<LaneLayer>>,
    mut stores: Stores<LaneMaterial>,
    mut uploads: ResMut<Uploads>,
) {
    let Some(mut layer) = layer else { return };
    if !(links.is_changed() || scale.is_changed() || picture.is_changed()) {
        return;
    }
    let links = links.bypass_change_detection();
    if links.has_new_lanes {
        links.has_new_lanes = false;
        links.changed = Some([0, links.levels.len()]);
        layer.send_lanes(&links.lanes, links.levels.len(), &mut stores, &mut uploads);
    }
    if let Some([first, end]) = links.changed.take() {
        layer.send_levels(&links.levels, [first, end], &mut uploads);
    }
    layer.update_material(picture.theme, links, scale.0, &mut stores);
}

impl LaneLayer {
    fn send_lanes(&mut self, all: &[Lane], links: usize, stores: &mut Stores<LaneMaterial>, uploads: &mut Uploads) {
        if all.len() > MAX_LANES {
            warn_once!("{} lanes: only {MAX_LANES} are drawn", all.len());
        }
        let all = &all[..all.len().min(MAX_LANES)];
        let visibility = if all.is_empty() { Visibility::Hidden } else { Visibility::Inherited };
        stores.commands.entity(self.entity).insert(visibility);
        let [lanes_room, links_room] = self.capacity;
        let room = [all.len().max(lanes_room).next_power_of_two(), links.max(links_room).next_power_of_two()];
        if room != self.capacity {
            self.capacity = room;
            self.table = stores.images.add(table(room[0]));
            self.levels = stores.images.add(levels(room[1]));
            let mesh = Mesh2d(stores.meshes.add(quads(room[0])));
            stores.commands.entity(self.entity).insert(mesh);
        }
        let end = Lane { from: Vec2::ZERO, to: Vec2::ZERO, width: 0.0, link: 0, fabric: 0, is_bed: false };
        // Lanes of an earlier layout become lanes without width.
        for row in 0..room[0] / LANES_PER_ROW {
            uploads.write(&self.table, [0, row as u32], [(LANES_PER_ROW * TEXELS_PER_LANE) as u32, 1], |bytes| {
                for lane in row * LANES_PER_ROW..(row + 1) * LANES_PER_ROW {
                    let Lane { from, to, width, link, fabric, is_bed } = all.get(lane).copied().unwrap_or(end);
                    let numbers =
                        [from.x, from.y, to.x, to.y, width, link as f32, fabric as f32, f32::from(u8::from(is_bed))];
                    numbers.iter().for_each(|number| bytes.extend(number.to_ne_bytes()));
                }
            });
        }
    }

    /// Sends the rows of levels that contain a span of links.
    fn send_levels(&self, levels: &[u8], [first, end]: [usize; 2], uploads: &mut Uploads) {
        for row in first / LEVELS_PER_ROW..end.div_ceil(LEVELS_PER_ROW) {
            let from = row * LEVELS_PER_ROW;
            let row_levels = &levels[from.min(levels.len())..(from + LEVELS_PER_ROW).min(levels.len())];
            if !row_levels.is_empty() {
                let size = [row_levels.len() as u32, 1];
                uploads.write(&self.levels, [0, row as u32], size, |bytes| bytes.extend_from_slice(row_levels));
            }
        }
    }

    fn update_material(
        &mut self,
        theme: &'static Theme,
        links: &StageLinks,
        pixels_per_point: f32,
        stores: &mut Stores<LaneMaterial>,
    ) {
        let colour = |Rgba8(bytes): Rgba8| Vec4::from_array(bytes.map(|part| f32::from(part) / 255.0));
        let lanes = LaneUniform {
            scale: Vec4::splat(pixels_per_point),
            idle: colour(theme.line),
            bed: colour(theme.heat(0.0)),
            clips: links.clips,
        };
        let palette = (self.theme != Some(theme)).then(|| stores.images.add(palette_image(theme)));
        self.theme = Some(theme);
        if let Some(mut material) = stores.materials.get_mut(&self.material)
            && (material.lanes != lanes || material.table != self.table || palette.is_some())
        {
            material.lanes = lanes;
            material.table = self.table.clone();
            material.levels = self.levels.clone();
            if let Some(palette) = palette {
                material.palette = palette;
            }
        }
    }
}

fn table(lanes: usize) -> Image {
    let size = [(LANES_PER_ROW * TEXELS_PER_LANE) as u32, lanes.div_ceil(LANES_PER_ROW).max(1) as u32];
    let texels = vec![0; size[0] as usize * size[1] as usize * 16];
    data_texture(size, texels, TextureFormat::Rgba32Float, RenderAssetUsages::RENDER_WORLD)
}

fn levels(links: usize) -> Image {
    let size = [LEVELS_PER_ROW as u32, links.div_ceil(LEVELS_PER_ROW).max(1) as u32];
    let texels = vec![0; size[0] as usize * size[1] as usize];
    data_texture(size, texels, TextureFormat::R8Unorm, RenderAssetUsages::RENDER_WORLD)
}
