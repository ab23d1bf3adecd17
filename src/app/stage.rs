//! The stage as entities: chips, links and packets with components of their own, and the picture made of them.
//!
//! Chips and links live as long as the layout; packets come and go with every frame from a pool. What is drawn by the
//! thousand (lanes, packets) becomes one mesh in `draw`, whatever the number of entities.

use bevy::prelude::*;

use super::draw::StagePicture;
use super::program::{OpenSession, Views};
use crate::collective::Flow;
use crate::draw::Heat;
use crate::draw::{bottleneck, chips, critical_path, links, packets, pes, selection as selected, wafer};
use crate::fabric::Topology;
use crate::stage::{ChipKind, FabricLayout, LinkPlace, heat_brightness};

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
    let theme = open.0.theme();
    let layouts: Vec<&FabricLayout> = views.views.iter().map(|view| &view.layout).collect();
    let picture = picture.into_inner();
    picture.theme = theme;
    picture.back.clear();
    picture.front.clear();
    if open.0.view.matrix {
        // Who sends to whom takes the place of the fabrics.
        picture.heats.clear();
        picture.pes.clear();
        links::between_neighbours(&layouts, theme, &mut picture.back);
        return;
    }
    let mut heats = 0;
    for (run, (view, frame)) in open.0.runs.iter().zip(views.views.iter().zip(&views.frames)) {
        let Some(place) = &view.layout.wafer else { continue };
        let clip = view.layout.picture.to_array();
        let done = run.result().is_some_and(|result| open.0.local_time(run) >= result.time);
        wafer::rim(&view.layout, done, theme, &mut picture.back);
        if picture.heats.len() <= heats {
            picture.heats.push(Heat { rect: [0.0; 4], clip, size: [0; 2], texels: Vec::new(), brightness: 1.0 });
        }
        let heat = &mut picture.heats[heats];
        heat.rect = place.region.to_array();
        heat.clip = clip;
        heat.size = frame.heat.size;
        heat.texels.clone_from(&frame.heat.texels);
        heat.brightness = heat_brightness(&view.layout, !frame.packets.is_empty());
        // Nothing where nothing runs.
        if run.result().is_none() {
            heat.rect = [0.0; 4];
        }
        heats += 1;
    }
    picture.heats.truncate(heats);
    let mut old = std::mem::take(&mut picture.pes);
    for (run, (view, frame)) in open.0.runs.iter().zip(views.views.iter().zip(&views.frames)) {
        let Topology::Mesh(mesh) = &run.fabric.topology else { continue };
        let texels = old.pop().map(|old| old.texels).unwrap_or_default();
        picture.pes.extend(pes(&view.layout, mesh, frame, open.0.view.heat_of, texels));
    }
    for view in &views.views {
        chips::boxes(&view.layout, theme, &mut picture.front);
    }
    let ringed: Vec<Vec<&LinkPlace>> = (open.0.runs.iter().zip(views.views.iter().zip(&views.frames)))
        .map(|(run, (view, frame))| match &frame.binding {
            Some(mark) if view.layout.wafer.is_none() => {
                bottleneck::ringed(&view.layout, &run.fabric.topology, &mark.links)
            }
            _ => Vec::new(),
        })
        .collect();
    for (view, ringed) in views.views.iter().zip(&ringed) {
        ringed.iter().for_each(|place| bottleneck::rims(&view.layout, place, theme, &mut picture.front));
    }
    for (link, utilisation) in &link_entities {
        let Some(layout) = views.views.get(link.fabric).map(|view| &view.layout) else { continue };
        if layout.wafer.is_none() {
            links::lanes(layout, link.index, utilisation.0, theme, &mut picture.front);
        }
    }
    for (run, view) in open.0.runs.iter().zip(&views.views) {
        wafer::lines(&view.layout, run.result().is_none(), theme, &mut picture.front);
    }
    for (chip, fill) in chip_entities.iter().filter(|(chip, _)| chip.kind == ChipKind::Die) {
        if let Some(view) = views.views.get(chip.fabric) {
            wafer::die(&view.layout, chip.index, fill.0, theme, &mut picture.front);
        }
    }
    // Under the chips: a lane may pass behind one.
    for packet in packet_entities.iter().filter(|packet| packet.seen) {
        let Some(layout) = views.views.get(packet.fabric).map(|view| &view.layout) else { continue };
        picture.front.push(packets::packet(packet.flow, packet.at, layout, theme));
    }
    for (chip, fill) in chip_entities.iter().filter(|(chip, _)| chip.kind != ChipKind::Die) {
        let Some(layout) = views.views.get(chip.fabric).map(|view| &view.layout) else { continue };
        let place = layout.chips.get(chip.index).filter(|_| layout.chips.len() <= MAX_RINGED);
        let ringed = place.zip(ringed.get(chip.fabric)).is_some_and(|(place, all)| bottleneck::touches(place, all));
        chips::chip(layout, chip.index, fill.0, ringed, theme, &mut picture.front);
    }
    for (view, frame) in views.views.iter().zip(&views.frames) {
        let levels = view.layout.chips.iter().zip(frame.fills_before.iter().zip(&frame.fills));
        for (place, (before, _)) in levels.filter(|(_, (before, now))| (*before - *now).abs() > 0.01) {
            chips::level_before(place, *before, view.layout.clip().to_array(), theme, &mut picture.front);
        }
    }
    for (run, (view, frame)) in open.0.runs.iter().zip(views.views.iter().zip(&views.frames)) {
        if let (Some(mark), Topology::Mesh(mesh)) = (&frame.binding, &run.fabric.topology) {
            wafer::binding(&view.layout, mesh, frame, mark, theme, &mut picture.front);
        }
    }
    if open.0.view.path {
        for (run, view) in open.0.runs.iter().zip(&views.views) {
            if let Some(explained) = &view.explained {
                critical_path::trail(&view.layout, run, explained, open.0.local_time(run), theme, &mut picture.front);
            }
        }
    }
    if let Some(selection) = open.0.view.selection
        && let Some((run, view)) = open.0.runs.get(selection.fabric).zip(views.views.get(selection.fabric))
    {
        selected::ring(&view.layout, &run.fabric, selection.item, theme, &mut picture.front);
        if let Some(pair) = open.0.view.pair {
            selected::ends(&view.layout, pair, theme, &mut picture.front);
        }
    }
    links::between_neighbours(&layouts, theme, &mut picture.back);
}

/// Most chips of a fabric of which those at the ends of ringed links are ringed too.
const MAX_RINGED: usize = 160;
