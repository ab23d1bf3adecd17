//! The stage as entities: chips, links and packets with components of their own, and the picture made of them.
//!
//! Chips and links live as long as the layout; packets come and go with every frame from a pool. What is drawn by the
//! thousand (lanes, packets) becomes one mesh in `draw`, whatever the number of entities.

use bevy::prelude::*;

use super::draw::StagePicture;
use super::pes::pes;
use super::program::{OpenSession, Views};
use super::{binding, path, selected, wafer};
use crate::collective::Flow;
use crate::fabric::Topology;
use crate::view::{
    ChipKind, ChipPlace, FabricLayout, Heat, LinkPlace, Quad, QuadKind, Rect, Rgba8, Theme, ThemeKind, heat_brightness,
};

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
    pub phase: Flow,
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
        frame.packets.iter().map(move |mark| Packet { fabric, phase: mark.phase, at: mark.at, seen: true })
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
    chips: Query<(&Chip, &Fill)>,
    links: Query<(&Link, &Utilisation)>,
    packets: Query<&Packet>,
    picture: ResMut<StagePicture>,
) {
    let theme = open.0.theme();
    let picture = picture.into_inner();
    picture.theme = theme;
    picture.back.clear();
    picture.front.clear();
    if open.0.stage.matrix {
        // Who sends to whom takes the place of the fabrics.
        picture.heats.clear();
        picture.pes.clear();
        between_neighbours(&views, theme, &mut picture.back);
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
        boxes(&view.layout, theme, &mut picture.front);
    }
    let ringed: Vec<Vec<&LinkPlace>> = (open.0.runs.iter().zip(views.views.iter().zip(&views.frames)))
        .map(|(run, (view, frame))| match &frame.binding {
            Some(mark) if view.layout.wafer.is_none() => {
                binding::ringed(&view.layout, &run.fabric.topology, &mark.links)
            }
            _ => Vec::new(),
        })
        .collect();
    for (view, ringed) in views.views.iter().zip(&ringed) {
        ringed.iter().for_each(|place| binding::rims(&view.layout, place, theme, &mut picture.front));
    }
    for (link, utilisation) in &links {
        let Some(layout) = views.views.get(link.fabric).map(|view| &view.layout) else { continue };
        if layout.wafer.is_none() {
            lanes(layout, link.index, utilisation.0, theme, &mut picture.front);
        }
    }
    for (run, view) in open.0.runs.iter().zip(&views.views) {
        wafer::lines(&view.layout, run.result().is_none(), theme, &mut picture.front);
    }
    for (chip, fill) in chips.iter().filter(|(chip, _)| chip.kind == ChipKind::Die) {
        if let Some(view) = views.views.get(chip.fabric) {
            wafer::die(&view.layout, chip.index, fill.0, theme, &mut picture.front);
        }
    }
    // Under the chips: a lane may pass behind one.
    for packet in packets.iter().filter(|packet| packet.seen) {
        let Some(layout) = views.views.get(packet.fabric).map(|view| &view.layout) else { continue };
        picture.front.push(packet_shape(packet, layout, theme));
    }
    for (chip, fill) in chips.iter().filter(|(chip, _)| chip.kind != ChipKind::Die) {
        let Some(layout) = views.views.get(chip.fabric).map(|view| &view.layout) else { continue };
        let place = layout.chips.get(chip.index).filter(|_| layout.chips.len() <= MAX_RINGED);
        let ringed = place.zip(ringed.get(chip.fabric)).is_some_and(|(place, all)| binding::touches(place, all));
        draw_chip(layout, chip, fill.0, ringed, theme, &mut picture.front);
    }
    for (view, frame) in views.views.iter().zip(&views.frames) {
        let levels = view.layout.chips.iter().zip(frame.fills_before.iter().zip(&frame.fills));
        for (place, (before, _)) in levels.filter(|(_, (before, now))| (*before - *now).abs() > 0.01) {
            level_before(place, *before, view.layout.clip().to_array(), theme, &mut picture.front);
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
                path::trail(&view.layout, run, explained, open.0.local_time(run), theme, &mut picture.front);
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
    between_neighbours(&views, theme, &mut picture.back);
}

/// A line between neighbours on the stage.
fn between_neighbours(views: &Views, theme: &Theme, shapes: &mut Vec<Quad>) {
    for pair in views.views.windows(2) {
        let (left, right) = (pair[0].layout.cell, pair[1].layout.cell);
        if left.min.y == right.min.y && !left.is_empty() && !right.is_empty() {
            let x = right.min.x.round() + 0.5;
            let [top, bottom] = [left.min.y + 20.0, left.max.y - 20.0];
            let everywhere = [f32::MIN, f32::MIN, f32::MAX, f32::MAX];
            shapes.push(line(Vec2::new(x, top), Vec2::new(x, bottom), 1.0, theme.line, everywhere));
        }
    }
}

pub(super) fn filled(rect: Rect, fill: Rgba8, clip: [f32; 4]) -> Quad {
    Quad {
        kind: QuadKind::Box,
        center: rect.center(),
        half: rect.size() / 2.0,
        rotation: Vec2::X,
        radius: 0.0,
        border: 0.0,
        fill,
        border_colour: Rgba8::CLEAR,
        level: 0.0,
        level_colour: Rgba8::CLEAR,
        clip,
    }
}

/// A straight line of a width.
pub(super) fn line(from: Vec2, to: Vec2, width: f32, ink: Rgba8, clip: [f32; 4]) -> Quad {
    let along = to - from;
    Quad {
        center: (from + to) / 2.0,
        half: Vec2::new(along.length() / 2.0, width / 2.0),
        rotation: along.normalize_or(Vec2::X),
        ..filled(Rect::new(from, to), ink, clip)
    }
}

/// Boxes round what belongs together: a tray, a node, a unit.
fn boxes(layout: &FabricLayout, theme: &Theme, shapes: &mut Vec<Quad>) {
    let clip = layout.clip().to_array();
    shapes.extend(layout.boxes.iter().map(|rect| Quad {
        radius: if rect.size().min_element() < 40.0 { 3.0 } else { Theme::CORNER },
        border: 1.0,
        border_colour: theme.line,
        ..filled(*rect, theme.panel, clip)
    }));
}

/// The lanes of a port: lit by its utilisation, faint while idle.
fn lanes(layout: &FabricLayout, index: usize, utilisation: f32, theme: &Theme, shapes: &mut Vec<Quad>) {
    let Some(place) = layout.links.get(index) else { return };
    let clip = layout.clip().to_array();
    let ink = if utilisation > 0.0 { theme.heat(utilisation) } else { theme.line };
    let alpha = match (place.width < 1.0, utilisation > 0.0) {
        (true, true) => 64,
        (true, false) => 56,
        (false, _) => 255,
    };
    let ink = ink.with_alpha(alpha);
    // On paper the brightest heat would vanish: lit lanes lie on a dark bed.
    if theme.kind == ThemeKind::Light && utilisation > 0.0 {
        let bed = theme.heat(0.0).with_alpha(alpha);
        shapes.extend(place.lanes.iter().map(|&[from, to]| line(from, to, place.width + 1.2, bed, clip)));
    }
    shapes.extend(place.lanes.iter().map(|&[from, to]| line(from, to, place.width, ink, clip)));
}

fn draw_chip(layout: &FabricLayout, chip: &Chip, fill: f32, ringed: bool, theme: &Theme, shapes: &mut Vec<Quad>) {
    let Some(place) = layout.chips.get(chip.index) else { return };
    let clip = layout.clip().to_array();
    let size = place.rect.size();
    let small = size.x < 30.0;
    let full = chip.kind.holds() && fill >= 0.999;
    let border_colour = match (ringed, full) {
        (true, _) => theme.binding,
        (false, true) => theme.done,
        (false, false) => theme.muted.with_alpha(150),
    };
    shapes.push(Quad {
        radius: corner(size),
        border: if ringed && !small { 2.0 } else { 1.0 },
        border_colour,
        level: if chip.kind.holds() { fill.clamp(0.0, 1.0) } else { 0.0 },
        level_colour: theme.fill,
        ..filled(place.rect, if chip.kind.holds() { theme.raised } else { theme.line }, clip)
    });
    if chip.kind == ChipKind::Wafer && size.x >= DIES_FROM {
        // The dies, as fine lines.
        let ink = theme.ground.with_alpha(150);
        let at = |share: Vec2| place.rect.min + size * share;
        for part in 1..12 {
            let x = part as f32 / 12.0;
            shapes.push(line(at(Vec2::new(x, 0.02)), at(Vec2::new(x, 0.98)), 1.0, ink, clip));
        }
        for part in 1..7 {
            let y = part as f32 / 7.0;
            shapes.push(line(at(Vec2::new(0.02, y)), at(Vec2::new(0.98, y)), 1.0, ink, clip));
        }
    }
}

/// How full a chip was at this instant in the run before the last change: notches at both sides, for words stand between.
fn level_before(place: &ChipPlace, before: f32, clip: [f32; 4], theme: &Theme, shapes: &mut Vec<Quad>) {
    let size = place.rect.size();
    if !place.kind.holds() || size.y < LEAST_LEVEL {
        return;
    }
    let y = place.rect.max.y - size.y * before.clamp(0.0, 1.0);
    let inside = (size.x * 0.16).clamp(2.0, 10.0);
    for (edge, inwards) in [(place.rect.min.x, inside), (place.rect.max.x, -inside)] {
        let ends = [Vec2::new(edge - 0.4 * inwards, y), Vec2::new(edge + inwards, y)];
        shapes.push(line(ends[0], ends[1], 3.0, theme.text, clip));
    }
}

/// Lower chips show no level of the run before, points.
const LEAST_LEVEL: f32 = 14.0;

/// Width of a wafer of many from which its dies (12 x 7) are drawn, points.
const DIES_FROM: f32 = 56.0;

/// Of small chips the corners are less round: else a box of a few points would be a dot.
fn corner(size: Vec2) -> f32 {
    match size.min_element() {
        least if least < 8.0 => 1.0,
        least if least < 18.0 || size.x < 30.0 => 3.0,
        _ => Theme::CORNER,
    }
}

/// Most chips of a fabric of which those at the ends of ringed links are ringed too.
const MAX_RINGED: usize = 160;

/// Diamond for a sum, square for a copy, with a dark outline so that both read on any heat.
fn packet_shape(packet: &Packet, layout: &FabricLayout, theme: &Theme) -> Quad {
    let sum = packet.phase == Flow::Reduce;
    let small = layout.wafer.is_none() && layout.chips.len() > 40;
    let half = match (sum, small) {
        (true, false) => 5.5,
        (false, false) => 4.0,
        (true, true) => 3.5,
        (false, true) => 2.5,
    };
    Quad {
        kind: if sum { QuadKind::Diamond } else { QuadKind::Box },
        border: 1.0,
        border_colour: theme.outline,
        ..filled(
            Rect::centered(packet.at, Vec2::splat(2.0 * half)),
            if sum { theme.sum } else { theme.copy },
            layout.clip().to_array(),
        )
    }
}
