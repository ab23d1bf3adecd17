//! Packets: 8 bytes each, moved along the lanes by the shader (`assets/shaders/packets.wgsl`).

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

/// Packets in a row of the texture; the shader uses the same number.
const PACKETS_PER_ROW: usize = 512;
/// 2048 rows: the largest texture side that every WebGL2 has.
const MAX_PACKETS: usize = 2048 * PACKETS_PER_ROW;
/// Bytes of a packet: the two numbers of a texel.
const BYTES: usize = 8;
/// Set in the style of a packet that is on a lane; the shader uses the same number.
const ON_LANE: u32 = 8;
/// Points around the part of a fabric in which packets can be; farther ones are not drawn. The shader uses the same number.
const AROUND: f32 = 16.0;

/// Depth of the packets: over the lines of dies, below the chips.
const DEPTH: f32 = 3.5;

/// Draws the packets.
///
/// A packet is one texel of two numbers. The first contains its style, its fabric and its lane, the second the share of the
/// lane's length, or a point as shares of the fabric's part of the window.
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
    /// Packets that texture and mesh have room for: a power of two.
    capacity: usize,
    /// Packets in the texture; the rest of it is zero.
    used: usize,
}

fn create_layer(lanes: Res<LaneLayer>, mut stores: Stores<PacketMaterial>) {
    let table = stores.images.add(table(PACKETS_PER_ROW));
    let material =
        PacketMaterial { packets: PacketUniform::default(), table: table.clone(), lanes: lanes.table.clone() };
    let material = stores.materials.add(material);
    let mesh = stores.meshes.add(quads(PACKETS_PER_ROW));
    let entity = stores.spawn(mesh, material.clone(), DEPTH, Visibility::Hidden);
    stores.commands.insert_resource(PacketLayer { entity, material, table, capacity: PACKETS_PER_ROW, used: 0 });
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
        let packets = &packets[..packets.len().min(MAX_PACKETS)];
        if packets.is_empty() != (self.used == 0) {
            let visibility = if packets.is_empty() { Visibility::Hidden } else { Visibility::Inherited };
            stores.commands.entity(self.entity).insert(visibility);
        }
        if packets.len() > self.capacity {
            self.capacity = packets.len().next_power_of_two();
            self.used = 0;
            self.table = stores.images.add(table(self.capacity));
            let mesh = Mesh2d(stores.meshes.add(quads(self.capacity)));
            stores.commands.entity(self.entity).insert(mesh);
        }
        // Whole rows, whose unused texels become zero.
        let count = packets.len().max(self.used);
        if count > 0 {
            let rows = count.div_ceil(PACKETS_PER_ROW);
            uploads.write(&self.table, [0, 0], [PACKETS_PER_ROW as u32, rows as u32], |bytes| {
                let first = bytes.len();
                bytes.resize(first + rows * PACKETS_PER_ROW * BYTES, 0);
                for (texel, packet) in bytes[first..].as_chunks_mut::<BYTES>().0.iter_mut().zip(packets) {
                    *texel = pack(packet, clips);
                }
            });
        }
        self.used = packets.len();
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

/// The texel of a packet.
fn pack(packet: &PacketDot, clips: &[Vec4; MAX_CLIPS]) -> [u8; BYTES] {
    let PacketStyle { flow, small } = packet.style;
    let style = match (flow, small) {
        (Flow::Reduce, false) => 1,
        (Flow::Reduce, true) => 2,
        (Flow::Broadcast, false) => 3,
        (Flow::Broadcast, true) => 4,
    };
    let fabric = packet.fabric.min(MAX_CLIPS as u32 - 1);
    let share = |share: f32| (share.clamp(0.0, 1.0) * f32::from(u16::MAX)).round() as u32;
    let [first, second] = match packet.place {
        PacketPlace::Lane(lane, along) => [lane << 8 | fabric << 4 | ON_LANE | style, share(along)],
        PacketPlace::Point(at) => {
            let clip = clips[fabric as usize];
            let low = clip.xy() - AROUND;
            let part = (at - low) / (clip.zw() + AROUND - low);
            let is_near = part.cmpge(Vec2::ZERO).all() && part.cmple(Vec2::ONE).all();
            if is_near { [fabric << 4 | style, share(part.x) | share(part.y) << 16] } else { [0, 0] }
        }
    };
    let mut texel = [0; BYTES];
    texel[..4].copy_from_slice(&first.to_ne_bytes());
    texel[4..].copy_from_slice(&second.to_ne_bytes());
    texel
}

fn table(packets: usize) -> Image {
    let size = [PACKETS_PER_ROW as u32, packets.div_ceil(PACKETS_PER_ROW) as u32];
    let texels = vec![0; size[0] as usize * size[1] as usize * BYTES];
    data_texture(size, texels, TextureFormat::Rg32Uint, RenderAssetUsages::RENDER_WORLD)
}
