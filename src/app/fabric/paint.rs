//! The picture of the stage, made from the entities.

use bevy::prelude::*;

use super::components::{Chip, Fill, Link, Packet, Utilisation};
use crate::app::render::StagePicture;
use crate::app::state::{OpenSession, Views};
use crate::draw::{ChipState, DisplayList, FabricScene, LinkState, PacketState, StageScene, draw_stage};

/// Makes the picture from the entities.
pub(super) fn paint(
    open: Res<OpenSession>,
    views: Res<Views>,
    chip_entities: Query<(&Chip, &Fill)>,
    link_entities: Query<(&Link, &Utilisation)>,
    packet_entities: Query<&Packet>,
    picture: ResMut<StagePicture>,
) {
    let picture = picture.into_inner();
    picture.theme = open.0.theme();
    let fabrics: Vec<FabricScene> = (open.0.runs.iter().zip(views.views.iter().zip(&views.frames)))
        .map(|(run, (view, frame))| FabricScene { run, view, frame, at: open.0.local_time(run) })
        .collect();
    let chips: Vec<ChipState> = chip_entities
        .iter()
        .map(|(chip, fill)| ChipState { fabric: chip.fabric, index: chip.index, fill: fill.0 })
        .collect();
    let links: Vec<LinkState> = link_entities
        .iter()
        .map(|(link, used)| LinkState { fabric: link.fabric, index: link.index, utilisation: used.0 })
        .collect();
    let visible = packet_entities.iter().filter(|packet| packet.visible);
    let packets: Vec<PacketState> =
        visible.map(|packet| PacketState { fabric: packet.fabric, flow: packet.flow, at: packet.position }).collect();
    let scene = StageScene {
        theme: picture.theme,
        view: &open.0.view,
        fabrics: &fabrics,
        chips: &chips,
        links: &links,
        packets: &packets,
    };
    let mut list = DisplayList {
        back: std::mem::take(&mut picture.back),
        heats: std::mem::take(&mut picture.heats),
        pes: std::mem::take(&mut picture.pes),
        front: std::mem::take(&mut picture.front),
    };
    draw_stage(&scene, &mut list);
    DisplayList { back: picture.back, heats: picture.heats, pes: picture.pes, front: picture.front } = list;
}
