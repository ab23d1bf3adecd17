//! Packets: 4 bytes each on a lane, 8 elsewhere, placed by the shader (`assets/shaders/packets.wgsl`).

use bevy::asset::{RenderAssetUsages, uuid_handle};
use bevy::math::Vec4Swizzles;
use bevy::prelude::*;
use bevy::render::render_resource::{AsBindGroup, ShaderType, TextureFormat};
use bevy::sprite_render::Material2dPlugin;

use super::lane_layer::{LaneLayer, LaneSystems};
use super::links::{MAX_CLIPS, StageLinks, StagePackets};
use super::material::{data_texture, embed_shader, quads, stage_material};
use super::picture::{DrawSystems, StagePicture};
use super::slots::Stores;
use super::uploads::Uploads;
use crate::app::camera::PixelsPerPoint;
use crate::collective::Flow;
use crate::draw::{PacketDot, PacketPlace, PacketStyle};
use crate::style::{Rgba8, Theme};

const SHADER: Handle<Shader> = uuid_handle!("7d0d5b1e-6a52-4f0c-9a41-3a5c1f6e8b05");

// The layout of the texture; the shader uses the same numbers.
const TEXELS_PER_ROW: usize = 512;
/// Bits of the kind of a texel: nothing, a style on a lane, the beginning or the end of a packet elsewhere.
const KIND_BITS: u32 = 3;
const POINT: u32 = 5;
const PLACE: u32 = 7;
/// Bits of the share of a lane's length: half a pixel of the longest.
const ALONG_BITS: u32 = 10;
/// Bits of a share of the fabric's part of the window.
const SHARE_BITS: u32 = 14;

/// 2048 rows: the largest texture side that every WebGL2 has.
const MAX_TEXELS: usize = 2048 * TEXELS_PER_ROW;
/// Bytes of a texel.
const BYTES: usize = 4;
/// Points around the part of a fabric in which packets can be; farther ones are not drawn. The shader uses the same number.
const AROUND: f32 = 16.0;

/// Depth of the packets: over the lines of dies, below the chips.
const DEPTH: f32 = 3.5;

/// Draws the packets.
///
/// A packet on a lane is one texel: its style, the share of the lane's length, and the lane, which knows its fabric. A packet
/// elsewhere is two: style and fabric, then its point as shares of the fabric's part of the window.
pub(super) fn plugin(app: &mut App) {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shaders/packets.wgsl"));
    embed_shader(app, &SHADER, "packets.wgsl", text);
    app.add_plugins(Material2dPlugin::<PacketMaterial>::default())
        .add_systems(PostStartup, create_layer)
        .add_systems(PostUpdate, upload.in_set(DrawSystems).after(LaneSystems));
}

/// In the order of the shader.
#[derive(ShaderType, Clone, Copy, Debug, Default, PartialEq)]
struct PacketUniform {
    /// x: pixels per point.
    scale: Vec4,
    /// sRGB.
    sum: Vec4,
    copy: Vec4,
    outline: Vec4,
    /// Half of the size of sums, small sums, copies and small copies, points.
    halves: Vec4,
    /// By fabric.
    clips: [Vec4; MAX_CLIPS],
}

#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
struct PacketMaterial {
    #[uniform(0)]
    packets: PacketUniform,
    #[texture(1, sample_type = "u_int", visibility(vertex))]
    table: Handle<Image>,
    #[texture(2, sample_type = "float", filterable = false, visibility(vertex))]
    lanes: Handle<Image>,
}

stage_material!(PacketMaterial, SHADER);

#[derive(Resource)]
struct PacketLayer {
    entity: Entity,
    material: Handle<PacketMaterial>,
    table: Handle<Image>,
    /// Texels that texture and mesh have room for: a power of two.
    capacity: usize,
    /// Texels in use; the rest of them is zero.
    used: usize,
    /// The texels of a frame; kept for its memory.
    texels: Vec<u32>,
}

fn create_layer(lanes: Res<LaneLayer>, mut stores: Stores<PacketMaterial>) {
    let table = stores.images.add(table(TEXELS_PER_ROW));
    let material =
        PacketMaterial { packets: PacketUniform::default(), table: table.clone(), lanes: lanes.table.clone() };
    let material = stores.materials.add(material);
    let mesh = stores.meshes.add(quads(TEXELS_PER_ROW));
    let entity = stores.spawn(mesh, material.clone(), DEPTH, Visibility::Hidden);
    let (capacity, used, texels) = (TEXELS_PER_ROW, 0, Vec::new());
    stores.commands.insert_resource(PacketLayer { entity, material, table, capacity, used, texels });
}

#[expect(clippy::too_many_arguments, reason = "a system: the picture, its layer, and the stores that it writes")]
fn upload(
    picture: Res<StagePicture>,
    scale: Res<PixelsPerPoint>,
    packets: Res<StagePackets>,
    links: Res<StageLinks>,
    lanes: Option<Res<LaneLayer>>,
    layer: Option<ResMut<PacketLayer>>,
    mut stores: Stores<PacketMaterial>,
    mut uploads: ResMut<Uploads>,
) {
    let (Some(lanes), Some(mut layer)) = (lanes, layer) else { return };
    if packets.is_changed() {
        layer.send(&packets.0, &links.clips, &mut stores, &mut uploads);
    }
    if packets.is_changed() || links.is_changed() || scale.is_changed() || picture.is_changed() {
        layer.update_material(picture.theme, &links, &lanes.table, scale.0, &mut stores);
    }
}

impl PacketLayer {
    fn send(
        &mut self,
        packets: &[PacketDot],
        clips: &[Vec4; MAX_CLIPS],
        stores: &mut Stores<PacketMaterial>,
        uploads: &mut Uploads,
    ) {
        self.texels.clear();
        packets.iter().for_each(|packet| pack(packet, clips, &mut self.texels));
        self.texels.truncate(MAX_TEXELS);
        let texels = &self.texels;
        if texels.is_empty() != (self.used == 0) {
            let visibility = if texels.is_empty() { Visibility::Hidden } else { Visibility::Inherited };
            stores.commands.entity(self.entity).insert(visibility);
        }
        if texels.len() > self.capacity {
            self.capacity = texels.len().next_power_of_two();
            self.used = 0;
            self.table = stores.images.add(table(self.capacity));
            let mesh = Mesh2d(stores.meshes.add(quads(self.capacity)));
            stores.commands.entity(self.entity).insert(mesh);
        }
        // Whole rows, whose unused texels become zero.
        let count = texels.len().max(self.used);
        if count > 0 {
            let rows = count.div_ceil(TEXELS_PER_ROW);
            uploads.write(&self.table, [0, 0], [TEXELS_PER_ROW as u32, rows as u32], |bytes| {
                let first = bytes.len();
                bytes.resize(first + rows * TEXELS_PER_ROW * BYTES, 0);
                for (place, texel) in bytes[first..].as_chunks_mut::<BYTES>().0.iter_mut().zip(texels) {
                    *place = texel.to_ne_bytes();
                }
            });
        }
        self.used = texels.len();
    }

    fn update_material(
        &mut self,
        theme: &Theme,
        links: &StageLinks,
        lanes: &Handle<Image>,
        pixels_per_point: f32,
        stores: &mut Stores<PacketMaterial>,
    ) {
        let colour = |Rgba8(bytes): Rgba8| Vec4::from_array(bytes.map(|part| f32::from(part) / 255.0));
        let half = |flow: Flow, small: bool| PacketStyle { flow, small }.half();
        let packets = PacketUniform {
            scale: Vec4::splat(pixels_per_point),
            sum: colour(theme.sum),
            copy: colour(theme.copy),
            outline: colour(theme.outline),
            halves: Vec4::new(
                half(Flow::Reduce, false),
                half(Flow::Reduce, true),
                half(Flow::Broadcast, false),
                half(Flow::Broadcast, true),
            ),
            clips: links.clips,
        };
        if let Some(mut material) = stores.materials.get_mut(&self.material)
            && (material.packets != packets || material.table != self.table || material.lanes != *lanes)
        {
            material.packets = packets;
            material.table = self.table.clone();
            material.lanes = lanes.clone();
        }
    }
}

/// Adds the texels of a packet; none where it cannot be seen.
#[inline]
fn pack(packet: &PacketDot, clips: &[Vec4; MAX_CLIPS], texels: &mut Vec<u32>) {
    let PacketStyle { flow, small } = packet.style;
    let style = match (flow, small) {
        (Flow::Reduce, false) => 1,
        (Flow::Reduce, true) => 2,
        (Flow::Broadcast, false) => 3,
        (Flow::Broadcast, true) => 4,
    };
    let share = |share: f32, bits: u32| (share.clamp(0.0, 1.0) * ((1 << bits) - 1) as f32).round() as u32;
    match packet.place {
        PacketPlace::Lane(lane, along) => {
            if lane < 1 << (u32::BITS - KIND_BITS - ALONG_BITS) {
                texels.push(lane << (KIND_BITS + ALONG_BITS) | share(along, ALONG_BITS) << KIND_BITS | style);
            }
        }
        PacketPlace::Point(at) => {
            let fabric = packet.fabric.min(MAX_CLIPS as u32 - 1);
            let clip = clips[fabric as usize];
            let low = clip.xy() - AROUND;
            let part = (at - low) / (clip.zw() + AROUND - low);
            if part.cmpge(Vec2::ZERO).all() && part.cmple(Vec2::ONE).all() {
                let [x, y] = [share(part.x, SHARE_BITS), share(part.y, SHARE_BITS)];
                texels.push(fabric << (2 * KIND_BITS) | style << KIND_BITS | POINT);
                texels.push(y << (KIND_BITS + SHARE_BITS) | x << KIND_BITS | PLACE);
            }
        }
    }
}

fn table(texels: usize) -> Image {
    let size = [TEXELS_PER_ROW as u32, texels.div_ceil(TEXELS_PER_ROW) as u32];
    let bytes = vec![0; size[0] as usize * size[1] as usize * BYTES];
    data_texture(size, bytes, TextureFormat::R32Uint, RenderAssetUsages::RENDER_WORLD)
}

#[cfg(test)]
mod tests {
    use super::super::lane_layer::MAX_LANES;
    use super::*;

    fn texels(fabric: u32, place: PacketPlace) -> Vec<u32> {
        let mut texels = Vec::new();
        let clips = [Vec4::new(100.0, 50.0, 900.0, 450.0); MAX_CLIPS];
        let style = PacketStyle { flow: Flow::Broadcast, small: false };
        pack(&PacketDot { fabric, place, style }, &clips, &mut texels);
        texels
    }

    #[test]
    fn a_packet_on_any_lane_is_one_texel() {
        let last = MAX_LANES as u32 - 1;
        for (lane, along) in [(0, 0.0), (last, 0.5), (last, 1.0)] {
            let [texel] = texels(2, PacketPlace::Lane(lane, along))[..] else { panic!("one texel") };
            assert_eq!((texel & 7, texel >> 13), (3, lane));
            assert!((((texel >> 3) & 1023) as f32 / 1023.0 - along).abs() < 1e-3);
        }
        assert!(texels(2, PacketPlace::Lane(last + 1, 0.5)).is_empty(), "lanes that are not drawn");
    }

    #[test]
    fn a_packet_elsewhere_is_two_texels_or_out_of_sight() {
        let [first, second] = texels(9, PacketPlace::Point(Vec2::new(500.0, 250.0)))[..] else { panic!("two texels") };
        assert_eq!((first & 7, (first >> 3) & 7, first >> 6, second & 7), (POINT, 3, 9, PLACE));
        let shares = [(second >> 3) & 16_383, second >> 17].map(|share| share as f32 / 16_383.0);
        assert!(shares.iter().all(|share| (share - 0.5).abs() < 1e-4), "{shares:?}");
        assert!(texels(9, PacketPlace::Point(Vec2::new(950.0, 250.0))).is_empty());
    }
}
