//! The picture of the stage, made from the entities.

use bevy::prelude::*;

use super::components::{Chip, Fill, Link, Packet, Utilisation};
use crate::app::render::StagePicture;
use crate::app::state::{OpenSession, Views};
use crate::draw::Heat;
use crate::draw::{bottleneck, chips, critical_path, links, packets, pes, selection as selected, wafer};
use crate::fabric::Topology;
use crate::stage::{ChipKind, FabricLayout, LinkPlace, heat_brightness};

/// Makes the picture from the entities.
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
    if open.0.stage.matrix {
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
        picture.pes.extend(pes(&view.layout, mesh, frame, open.0.stage.heat_of, texels));
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
    for packet in packet_entities.iter().filter(|packet| packet.visible) {
        let Some(layout) = views.views.get(packet.fabric).map(|view| &view.layout) else { continue };
        picture.front.push(packets::packet(packet.flow, packet.position, layout, theme));
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
    if open.0.stage.path {
        for (run, view) in open.0.runs.iter().zip(&views.views) {
            if let Some(explained) = &view.explained {
                critical_path::trail(&view.layout, run, explained, open.0.local_time(run), theme, &mut picture.front);
            }
        }
    }
    if let Some(selection) = open.0.stage.selection
        && let Some((run, view)) = open.0.runs.get(selection.fabric).zip(views.views.get(selection.fabric))
    {
        selected::ring(&view.layout, &run.fabric, selection.item, theme, &mut picture.front);
        if let Some(pair) = open.0.stage.pair {
            selected::ends(&view.layout, pair, theme, &mut picture.front);
        }
    }
    links::between_neighbours(&layouts, theme, &mut picture.back);
}

/// Most chips of a fabric of which those at the ends of ringed links are ringed too.
const MAX_RINGED: usize = 160;
