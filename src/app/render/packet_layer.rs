//! Packets: 16 bytes each, moved along the lanes by the shader (`assets/shaders/packets.wgsl`).

use bevy::asset::{RenderAssetUsages, uuid_handle};
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
/// Added to the style of a packet that is on a lane; the shader uses the same number.
const ON_LANE: f32 = 8.0;

/// Depth of the packets: over the lines of dies, below the chips.
const DEPTH: f32 = 3.5;

/// Draws the packets.
///
/// A packet is one texel: the number of its lane and the share of its length, or a point; its style; its fabric.
pub(super) fn plugin(app: &mut App) {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/shaders/packets.wgsl"));
    embed_shader(app, &SHADER, "packets.wgsl", text);
    app.add_plugins(Material2dPlugin::<PacketMaterial>::default())
        .add_systems(Startup, create_layer)
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
    #[texture(1, sample_type = "float", filterable = false, visibility(vertex))]
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

fn create_layer(mut stores: Stores<PacketMaterial>) {
    let table = stores.images.add(table(PACKETS_PER_ROW));
    let material = PacketMaterial { packets: PacketUniform::default(), table: table.clone(), lanes: table.clone() };
    let material = stores.materials.add(material);
    let mesh = stores.meshes.add(quads(PACKETS_PER_ROW));
    let entity = stores.spawn(mesh, material.clone(), DEPTH, Visibility::Hidden);
    stores.commands.insert_resource(PacketLayer { entity, material, table, capacity: PACKETS_PER_ROW, used: 0 });
}

#[expect(clippy::too_many_arguments, reason = "a system: what is drawn, the layer, and where it is written")]
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
        layer.send(&packets.0, &mut stores, &mut uploads);
    }
    if packets.is_changed() || links.is_changed() || scale.is_changed() || picture.is_changed() {
        layer.update_material(picture.theme, &links, &lanes.table, scale.0, &mut stores);
    }
}

impl PacketLayer {
    fn send(&mut self, packets: &[PacketDot], stores: &mut Stores<PacketMaterial>, uploads: &mut Uploads) {
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
                bytes.resize(first + rows * PACKETS_PER_ROW * 16, 0);
                for (texel, packet) in bytes[first..].as_chunks_mut::<16>().0.iter_mut().zip(packets) {
                    *texel = pack(packet);
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
fn pack(packet: &PacketDot) -> [u8; 16] {
    let PacketStyle { flow, small } = packet.style;
    let style = match (flow, small) {
        (Flow::Reduce, false) => 1.0,
        (Flow::Reduce, true) => 2.0,
        (Flow::Broadcast, false) => 3.0,
        (Flow::Broadcast, true) => 4.0,
    };
    let [a, b, style] = match packet.place {
        PacketPlace::Lane(lane, share) => [lane as f32, share, style + ON_LANE],
        PacketPlace::Point(at) => [at.x, at.y, style],
    };
    let mut texel = [0; 16];
    for (bytes, number) in texel.as_chunks_mut::<4>().0.iter_mut().zip([a, b, style, packet.fabric as f32]) {
        *bytes = number.to_ne_bytes();
    }
    texel
}

fn table(packets: usize) -> Image {
    let size = [PACKETS_PER_ROW as u32, packets.div_ceil(PACKETS_PER_ROW) as u32];
    let texels = vec![0; size[0] as usize * size[1] as usize * 16];
    data_texture(size, texels, TextureFormat::Rgba32Float, RenderAssetUsages::RENDER_WORLD)
}
