//! The stage as entities: chips, links and packets with components of their own, and the picture made of them.
//!
//! Chips and links live as long as the layout; packets come and go with every frame from a pool. What is drawn by the
//! thousand (lanes, packets) becomes one mesh in `draw`, whatever the number of entities.

use bevy::prelude::*;

use super::draw::StagePicture;
use super::path;
use super::program::{Open, Views};
use super::routers::routers;
use super::selected;
use crate::collective::Phase;
use crate::fabric::{Direction, Fabric, LinkId, Shape as FabricShape};
use crate::view::{ChipKind, FabricLayout, Heat, Rect, Rgba8, Shape, ShapeKind, Theme, ThemeKind};

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
    pub phase: Phase,
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
    open: Res<Open>,
    views: Res<Views>,
    chips: Query<(&Chip, &Fill)>,
    links: Query<(&Link, &Utilisation)>,
    packets: Query<&Packet>,
    picture: ResMut<StagePicture>,
) {
    let theme = open.0.theme();
    let picture = picture.into_inner();
    picture.palette = theme.palette;
    picture.back.clear();
    picture.front.clear();
    if open.0.stage.matrix {
        // Who sends to whom takes the place of the fabrics.
        picture.heats.clear();
        between_neighbours(&views, theme, &mut picture.back);
        return;
    }
    let mut heats = 0;
    for (run, (view, frame)) in open.0.runs.iter().zip(views.views.iter().zip(&views.frames)) {
        let Some(wafer) = &view.layout.wafer else { continue };
        let clip = view.layout.picture.to_array();
        let rim = Rect::new(wafer.rect.min - 10.0, wafer.rect.max + 10.0);
        picture.back.push(Shape {
            radius: Theme::CORNER_LARGE,
            border: 1.0,
            border_colour: theme.line,
            ..filled(rim, theme.panel, clip)
        });
        if picture.heats.len() <= heats {
            picture.heats.push(Heat { rect: [0.0; 4], clip, size: [0; 2], texels: Vec::new(), brightness: 1.0 });
        }
        let heat = &mut picture.heats[heats];
        heat.rect = wafer.region.to_array();
        heat.clip = clip;
        heat.size = frame.heat.size;
        heat.texels.clone_from(&frame.heat.texels);
        // Darker by a third, so that packets on it read well; nothing where nothing runs.
        heat.brightness = 0.67;
        if run.result().is_none() {
            heat.rect = [0.0; 4];
        }
        heats += 1;
    }
    picture.heats.truncate(heats);
    for view in &views.views {
        boxes(&view.layout, theme, &mut picture.front);
    }
    for (link, utilisation) in &links {
        let Some(layout) = views.views.get(link.fabric).map(|view| &view.layout) else { continue };
        if layout.wafer.is_none() {
            lanes(layout, link.index, utilisation.0, theme, &mut picture.front);
        }
    }
    for (run, view) in open.0.runs.iter().zip(&views.views) {
        wafer_lines(&view.layout, run.result().is_none(), theme, &mut picture.front);
    }
    for (view, frame) in views.views.iter().zip(&views.frames) {
        routers(&view.layout, &frame.routers, theme, &mut picture.front);
    }
    // Under the chips: a lane may pass behind one.
    for packet in packets.iter().filter(|packet| packet.seen) {
        let Some(layout) = views.views.get(packet.fabric).map(|view| &view.layout) else { continue };
        picture.front.push(packet_shape(packet, layout, theme));
    }
    for (chip, fill) in &chips {
        let Some(layout) = views.views.get(chip.fabric).map(|view| &view.layout) else { continue };
        let frame = views.frames.get(chip.fabric);
        let bound = frame.and_then(|frame| frame.binding.as_ref()).zip(open.0.runs.get(chip.fabric));
        let ringed = bound.is_some_and(|(binding, run)| owns(&run.fabric, chip, layout, &binding.links));
        draw_chip(layout, chip, fill.0, ringed, theme, &mut picture.front);
    }
    for (run, (view, frame)) in open.0.runs.iter().zip(views.views.iter().zip(&views.frames)) {
        if let Some(binding) = &frame.binding {
            for &link in &binding.links {
                wafer_binding(&view.layout, &run.fabric, link, theme, &mut picture.front);
            }
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
    }
    between_neighbours(&views, theme, &mut picture.back);
}

/// A line between neighbours on the stage.
fn between_neighbours(views: &Views, theme: &Theme, shapes: &mut Vec<Shape>) {
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

pub(super) fn filled(rect: Rect, fill: Rgba8, clip: [f32; 4]) -> Shape {
    Shape {
        kind: ShapeKind::Box,
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
pub(super) fn line(from: Vec2, to: Vec2, width: f32, ink: Rgba8, clip: [f32; 4]) -> Shape {
    let along = to - from;
    Shape {
        center: (from + to) / 2.0,
        half: Vec2::new(along.length() / 2.0, width / 2.0),
        rotation: along.normalize_or(Vec2::X),
        ..filled(Rect::new(from, to), ink, clip)
    }
}

/// Boxes round what belongs together: a tray, a node, a unit.
fn boxes(layout: &FabricLayout, theme: &Theme, shapes: &mut Vec<Shape>) {
    let clip = layout.clip().to_array();
    shapes.extend(layout.boxes.iter().map(|rect| Shape {
        radius: if rect.size().min_element() < 40.0 { 3.0 } else { Theme::CORNER },
        border: 1.0,
        border_colour: theme.line,
        ..filled(*rect, theme.panel, clip)
    }));
}

/// The lanes of a port: lit by its utilisation, faint while idle.
fn lanes(layout: &FabricLayout, index: usize, utilisation: f32, theme: &Theme, shapes: &mut Vec<Shape>) {
    let Some(place) = layout.links.get(index) else { return };
    let clip = layout.clip().to_array();
    let ink = if utilisation > 0.0 { theme.heat(utilisation) } else { theme.line };
    let alpha = match (place.width < 1.0, utilisation > 0.0) {
        (true, true) => 64,
        (true, false) => 56,
        (false, _) => 230,
    };
    let ink = ink.with_alpha(alpha);
    // On paper the brightest heat would vanish: lit lanes lie on a dark bed.
    if theme.kind == ThemeKind::Light && utilisation > 0.0 {
        let bed = theme.heat(0.0).with_alpha(alpha);
        shapes.extend(place.lanes.iter().map(|&[from, to]| line(from, to, place.width + 1.2, bed, clip)));
    }
    shapes.extend(place.lanes.iter().map(|&[from, to]| line(from, to, place.width, ink, clip)));
}

fn draw_chip(layout: &FabricLayout, chip: &Chip, fill: f32, ringed: bool, theme: &Theme, shapes: &mut Vec<Shape>) {
    let Some(place) = layout.chips.get(chip.index) else { return };
    let clip = layout.clip().to_array();
    let size = place.rect.size();
    if chip.kind == ChipKind::Die {
        // A bar along the lower edge of the die, as wide as its share of the finished sum.
        if fill > 0.0 {
            // Of a die that is used in part, only the used part.
            let used = layout.wafer.as_ref().map_or(place.rect, |wafer| place.rect.meet(&wafer.region));
            let clip = layout.picture.to_array();
            let min = Vec2::new(used.min.x + 4.0, used.max.y - 6.0).round();
            let width = (used.size().x - 8.0).max(0.0);
            let bar = |share: f32| Rect::new(min, min + Vec2::new(width * share, 3.0));
            shapes.push(Shape { radius: 1.5, ..filled(bar(1.0), theme.ground.with_alpha(190), clip) });
            let ink = if fill >= 0.999 { theme.done } else { theme.selection };
            shapes.push(Shape { radius: 1.5, ..filled(bar(fill.min(1.0)), ink, clip) });
        }
        return;
    }
    let small = size.x < 30.0;
    let full = chip.kind.holds() && fill >= 0.999;
    let border_colour = match (ringed, full) {
        (true, _) => theme.binding,
        (false, true) => theme.done,
        (false, false) => theme.muted.with_alpha(150),
    };
    shapes.push(Shape {
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

/// Most chips of a fabric of which those with binding links are ringed.
const MAX_RINGED: usize = 160;

/// Whether one of the binding links is a port of this chip.
fn owns(fabric: &Fabric, chip: &Chip, layout: &FabricLayout, links: &[LinkId]) -> bool {
    // Of very many chips a ring round each would be noise.
    if layout.chips.len() > MAX_RINGED {
        return false;
    }
    let place = layout.chips.get(chip.index).filter(|_| chip.kind.is_rank());
    let Some(node) = place.and_then(|place| place.node) else { return false };
    let touches = |&link: &LinkId| fabric.shape.ends(link).is_some_and(|(from, to)| from.0 == node || to.0 == node);
    links.iter().any(touches)
}

/// Lines between dies.
fn wafer_lines(layout: &FabricLayout, idle: bool, theme: &Theme, shapes: &mut Vec<Shape>) {
    let Some(wafer) = &layout.wafer else { return };
    let clip = layout.picture.to_array();
    let pitch = wafer.rect.size() / Vec2::new(wafer.size[0] as f32, wafer.size[1] as f32);
    let ink = match (theme.kind, idle) {
        (_, true) => theme.line,
        (ThemeKind::Dark, false) => theme.ground,
        (ThemeKind::Light, false) => theme.panel,
    };
    let [columns, rows] = &wafer.die_lines;
    let inner = |lines: &[u32]| lines.iter().copied().filter(|&at| at > 0).collect::<Vec<_>>();
    for column in inner(columns) {
        let x = (wafer.rect.min.x + column as f32 * pitch.x).round();
        if x < wafer.rect.max.x - 1.0 {
            shapes.push(line(Vec2::new(x, wafer.rect.min.y), Vec2::new(x, wafer.rect.max.y), 1.0, ink, clip));
        }
    }
    for row in inner(rows) {
        let y = (wafer.rect.min.y + row as f32 * pitch.y).round();
        if y < wafer.rect.max.y - 1.0 {
            shapes.push(line(Vec2::new(wafer.rect.min.x, y), Vec2::new(wafer.rect.max.x, y), 1.0, ink, clip));
        }
    }
    // Where only a part of the wafer is used, its edge.
    if wafer.region != wafer.rect {
        shapes.push(Shape {
            border: 1.0,
            border_colour: theme.soft,
            ..filled(Rect::new(wafer.region.min - 1.0, wafer.region.max + 1.0), Rgba8::CLEAR, clip)
        });
    }
}

/// The binding links of a wafer: a line through all alike.
fn wafer_binding(layout: &FabricLayout, fabric: &Fabric, link: LinkId, theme: &Theme, shapes: &mut Vec<Shape>) {
    let (Some(wafer), FabricShape::Mesh(mesh)) = (&layout.wafer, &fabric.shape) else { return };
    let Some((x, y, direction)) = mesh.place(link) else { return };
    let clip = layout.picture.to_array();
    let pitch = wafer.rect.size() / Vec2::new(wafer.size[0] as f32, wafer.size[1] as f32);
    let at = |x: f32, y: f32| wafer.region.min + Vec2::new(x, y) * pitch;
    let (x, y) = (x as f32, y as f32);
    match direction {
        // Rows do the same on links of their own: the line goes through all of them.
        Direction::East | Direction::West => {
            let x = at(if direction == Direction::East { x + 1.0 } else { x }, 0.0).x.round();
            let (top, bottom) = (wafer.region.min.y, wafer.region.max.y);
            // Dark on both sides, so that it reads on any heat.
            let ends = [Vec2::new(x, top), Vec2::new(x, bottom)];
            shapes.push(line(ends[0], ends[1], 3.5, Theme::DARK.ground.with_alpha(150), clip));
            shapes.push(line(ends[0], ends[1], 1.5, Theme::DARK.binding, clip));
        }
        Direction::North | Direction::South | Direction::Ramp => {
            let ring = Rect::centered(at(x + 0.5, y + 0.5), Vec2::splat(14.0));
            shapes.push(Shape {
                radius: 7.0,
                border: 2.0,
                border_colour: theme.binding,
                ..filled(ring, Rgba8::CLEAR, clip)
            });
        }
    }
}

/// Diamond for a sum, square for a copy, with a dark outline so that both read on any heat.
fn packet_shape(packet: &Packet, layout: &FabricLayout, theme: &Theme) -> Shape {
    let sum = packet.phase == Phase::Sum;
    let small = layout.wafer.is_none() && layout.chips.len() > 40;
    let half = match (sum, small) {
        (true, false) => 5.5,
        (false, false) => 4.0,
        (true, true) => 3.5,
        (false, true) => 2.5,
    };
    Shape {
        kind: if sum { ShapeKind::Diamond } else { ShapeKind::Box },
        border: 1.0,
        border_colour: theme.outline,
        ..filled(
            Rect::centered(packet.at, Vec2::splat(2.0 * half)),
            if sum { theme.sum } else { theme.copy },
            layout.clip().to_array(),
        )
    }
}
