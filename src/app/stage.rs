//! The stage as entities: chips, links and packets with components of their own, and the picture made of them.
//!
//! Chips and links live as long as the layout; packets come and go with every frame from a pool. What is drawn by the
//! thousand (lanes, packets) becomes one mesh in `draw`, whatever the number of entities.

use bevy::prelude::*;

use super::draw::StagePicture;
use super::program::{OpenSession, Views};
use crate::collective::Flow;
use crate::draw::{ChipState, DisplayList, FabricScene, LinkState, PacketState, StageScene, draw_stage};
use crate::stage::ChipKind;

/// A GPU, a switch or a die.
#[derive(Component, Clone, Copy, Debug)]
pub struct Chip {
    /// Place of its fabric in the scene.
    pub fabric: usize,
    /// Its place in the fabric's layout.
    pub index: usize,
    /// What it is.
    pub kind: ChipKind,
}

/// Share of the finished sum that a chip holds.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct Fill(pub f32);

/// A link, or on a whole wafer the bundle between two dies.
#[derive(Component, Clone, Copy, Debug)]
pub struct Link {
    /// Place of its fabric in the scene.
    pub fabric: usize,
    /// Its place in the fabric's layout.
    pub index: usize,
}

/// Share of a link's capacity in use.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct Utilisation(pub f32);

/// A sample of a stream. Those not needed now wait in the pool, unseen.
#[derive(Component, Clone, Copy, Debug)]
pub struct Packet {
    /// Place of its fabric in the scene.
    pub fabric: usize,
    /// Sum or copy.
    pub flow: Flow,
    /// Where it is, points.
    pub at: Vec2,
    /// It is on the stage.
    pub seen: bool,
}

/// Makes entities anew with the layout, and lets them follow the frame.
pub(super) fn follow(
    views: Res<Views>,
    mut made_for: Local<u64>,
    mut commands: Commands,
    mut chips: Query<(Entity, &Chip, &mut Fill)>,
    mut links: Query<(Entity, &Link, &mut Utilisation)>,
    mut packets: Query<&mut Packet>,
) {
    if *made_for != views.layouts {
        *made_for = views.layouts;
        chips.iter().for_each(|(entity, ..)| commands.entity(entity).despawn());
        links.iter().for_each(|(entity, ..)| commands.entity(entity).despawn());
        for (fabric, (view, frame)) in views.views.iter().zip(&views.frames).enumerate() {
            for (index, _) in view.layout.links.iter().enumerate() {
                let utilisation = Utilisation(frame.utilisations.get(index).copied().unwrap_or(0.0));
                commands.spawn((Link { fabric, index }, utilisation));
            }
            for (index, chip) in view.layout.chips.iter().enumerate() {
                let fill = Fill(frame.fills.get(index).copied().unwrap_or(0.0));
                commands.spawn((Chip { fabric, index, kind: chip.kind }, fill));
            }
        }
    } else {
        for (_, chip, mut fill) in &mut chips {
            let frame = views.frames.get(chip.fabric);
            fill.0 = frame.and_then(|frame| frame.fills.get(chip.index)).copied().unwrap_or(0.0);
        }
        for (_, link, mut utilisation) in &mut links {
            let frame = views.frames.get(link.fabric);
            utilisation.0 = frame.and_then(|frame| frame.utilisations.get(link.index)).copied().unwrap_or(0.0);
        }
    }
    let mut marks = views.frames.iter().enumerate().flat_map(|(fabric, frame)| {
        frame.packets.iter().map(move |mark| Packet { fabric, flow: mark.flow, at: mark.at, seen: true })
    });
    for mut packet in &mut packets {
        match marks.next() {
            Some(mark) => *packet = mark,
            None if packet.seen => packet.seen = false,
            None => {}
        }
    }
    commands.spawn_batch(marks.collect::<Vec<_>>());
}

/// Makes the picture of the entities.
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
    let visible = packet_entities.iter().filter(|packet| packet.seen);
    let packets: Vec<PacketState> =
        visible.map(|packet| PacketState { fabric: packet.fabric, flow: packet.flow, at: packet.at }).collect();
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
