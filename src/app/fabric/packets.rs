//! The pool of packets: entities that are reused, because the number of packets changes with every frame.

use bevy::prelude::*;

use super::components::Packet;
use super::lanes::LaneIndex;
use super::systems::WorldSystems;
use crate::app::render::StagePackets;
use crate::app::state::{OpenSession, Shown, Views};
use crate::draw::{PacketDot, PacketPlace, PacketStyle};

/// Packets of the frame as entities, and the records that are drawn of them.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<StagePackets>().add_systems(
        Update,
        (
            sync_packets.in_set(WorldSystems::Sync).after(super::lanes::draw_lanes),
            draw_packets.in_set(WorldSystems::Draw),
        )
            .run_if(resource_changed::<Shown>),
    );
}

fn sync_packets(
    mut commands: Commands,
    open: Res<OpenSession>,
    views: Res<Views>,
    index: Res<LaneIndex>,
    mut packets: Query<&mut Packet>,
) {
    let is_drawn = !open.0.view.matrix;
    let fabrics = views.views.iter().zip(&views.frames).enumerate().filter(|_| is_drawn);
    let mut samples = fabrics.flat_map(|(fabric, (view, frame))| {
        let lanes = index.lanes(fabric);
        frame.packets.iter().map(move |mark| Packet {
            fabric: fabric as u32,
            place: PacketPlace::new(mark, lanes),
            style: PacketStyle::new(mark.flow, &view.layout),
            visible: true,
        })
    });
    for mut packet in &mut packets {
        match samples.next() {
            Some(sample) => *packet = sample,
            None if packet.visible => packet.visible = false,
            None => {}
        }
    }
    let more: Vec<Packet> = samples.collect();
    if !more.is_empty() {
        commands.spawn_batch(more);
    }
}

fn draw_packets(packets: Query<&Packet>, mut drawn: ResMut<StagePackets>) {
    let visible = packets.iter().filter(|packet| packet.visible);
    if visible.clone().next().is_none() && drawn.0.is_empty() {
        return;
    }
    drawn.0.clear();
    drawn.0.extend(visible.map(|&Packet { fabric, place, style, .. }| PacketDot { place, style, fabric }));
}
