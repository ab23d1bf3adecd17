//! A wafer: its rim, lines between dies, levels of dies, the locator, and its bottleneck links.

use glam::Vec2;

use super::display_list::Quad;
use super::display_list::{filled, line};
use crate::fabric::{Direction, Mesh};
use crate::sample::{BottleneckMark, FabricFrame};
use crate::stage::{FabricLayout, PeDetail, PeParts, Rect, WaferPlace};
use crate::style::{Rgba8, Theme};

/// Space between the PEs and the rim, points.
const RIM: f32 = 9.0;
/// Smallest width of a die with a frame, points.
const FRAMED: f32 = 20.0;
/// A die with this share is full.
const FULL: f32 = 0.999;

/// The rim behind the heat; its colour shows whether the run is complete.
pub fn rim(layout: &FabricLayout, done: bool, theme: &Theme, shapes: &mut Vec<Quad>) {
    let Some(wafer) = &layout.wafer else { return };
    let clip = layout.picture.to_array();
    let rim = Rect::new(wafer.region.min - RIM, wafer.region.max + RIM);
    let border_colour = if done { theme.done } else { theme.muted.with_alpha(120) };
    shapes.push(Quad {
        radius: Theme::CORNER_LARGE,
        border: if done { 1.5 } else { 1.0 },
        border_colour,
        ..filled(rim, theme.panel, clip)
    });
    locator(layout, wafer, theme, shapes);
}

/// The locator: the whole wafer, small, with the used region.
fn locator(layout: &FabricLayout, wafer: &WaferPlace, theme: &Theme, shapes: &mut Vec<Quad>) {
    let Some(all) = layout.locator() else { return };
    let clip = layout.cell.to_array();
    let border_colour = theme.muted.with_alpha(160);
    shapes.push(Quad { radius: 3.0, border: 1.0, border_colour, ..filled(all, theme.idle, clip) });
    let place = |point: Vec2| all.min + (point - wafer.rect.min) / wafer.rect.size() * all.size();
    let used = Rect::new(place(wafer.region.min), place(wafer.region.max));
    let used = Rect::centered(used.center(), used.size().max(Vec2::splat(4.0)));
    shapes.push(filled(used, theme.selection, clip));
}

/// Lines between dies.
pub fn lines(layout: &FabricLayout, idle: bool, theme: &Theme, shapes: &mut Vec<Quad>) {
    let Some(wafer) = &layout.wafer else { return };
    let (clip, region, pitch) = (layout.picture.to_array(), wafer.region, wafer.pitch());
    let ink = match idle {
        true => theme.line,
        false if theme.kind.is_light() => theme.panel,
        false => theme.ground,
    };
    // Thicker between routers, to be visible among the lines of the grid.
    let width = 1.0 + PeDetail::new(pitch).grid;
    let [columns, rows] = &wafer.die_lines;
    let (min, max) = (region.min, region.max);
    for &column in columns {
        let x = (wafer.rect.min.x + column as f32 * pitch.x).round();
        if x > min.x + 1.0 && x < max.x - 1.0 {
            shapes.push(line(Vec2::new(x, min.y), Vec2::new(x, max.y), width, ink, clip));
        }
    }
    for &row in rows {
        let y = (wafer.rect.min.y + row as f32 * pitch.y).round();
        if y > min.y + 1.0 && y < max.y - 1.0 {
            shapes.push(line(Vec2::new(min.x, y), Vec2::new(max.x, y), width, ink, clip));
        }
    }
}

/// The share of the finished sum that the cores of a die hold: the die fills from below and gets a frame when full.
pub fn die(layout: &FabricLayout, index: usize, fill: f32, theme: &Theme, shapes: &mut Vec<Quad>) {
    let (Some(wafer), Some(place)) = (&layout.wafer, layout.chips.get(index)) else { return };
    // Zoomed in, the cores show their own levels.
    let shown = 1.0 - PeDetail::new(wafer.pitch()).grid;
    let used = place.rect.meet(&wafer.region);
    let size = used.size();
    if fill <= 0.0 || shown <= 0.0 || size.min_element() < 6.0 || !used.touches(&layout.picture) {
        return;
    }
    let clip = used.meet(&layout.picture).to_array();
    let alpha = |alpha: f32| (alpha * shown) as u8;
    if fill >= FULL {
        // A frame would hide a small die.
        let (space, border) = if size.min_element() < FRAMED { (0.5, 0.0) } else { (1.5, 1.5) };
        let inner = Rect::new(used.min + space, used.max - space);
        shapes.push(Quad {
            radius: if border > 0.0 { 2.0 } else { 0.0 },
            border,
            border_colour: theme.done.with_alpha(alpha(160.0)),
            ..filled(inner, theme.done_fill.with_alpha(alpha(210.0)), clip)
        });
        return;
    }
    let y = (used.max.y - size.y * fill.clamp(0.0, 1.0)).round();
    let below = Rect::new(Vec2::new(used.min.x, y), used.max);
    shapes.push(filled(below, theme.fill.with_alpha(alpha(70.0)), clip));
    let level = [Vec2::new(used.min.x + 2.0, y), Vec2::new(used.max.x - 2.0, y)];
    // Dark on both sides, so that it is visible on any heat.
    shapes.push(line(level[0], level[1], 4.0, theme.ground.with_alpha(alpha(190.0)), clip));
    shapes.push(line(level[0], level[1], 2.0, theme.sum.with_alpha(alpha(255.0)), clip));
}

/// The bottleneck links: zoomed out, a line through all identical ones; zoomed in, a rim around each.
pub fn bottleneck(
    layout: &FabricLayout,
    mesh: &Mesh,
    frame: &FabricFrame,
    mark: &BottleneckMark,
    theme: &Theme,
    shapes: &mut Vec<Quad>,
) {
    let Some(wafer) = &layout.wafer else { return };
    let near = PeDetail::new(wafer.pitch()).parts;
    for &link in &mark.links {
        let Some(place) = mesh.place(link) else { continue };
        if near < 1.0 {
            from_far(layout, wafer, mark, place, 1.0 - near, theme, shapes);
        }
        if near > 0.0 {
            closer_by(layout, wafer, frame, mark, place, near, theme, shapes);
        }
    }
}

/// Whether the links beside one are identical: along a column for links of rows, along a row for links of columns.
fn is_many(mark: &BottleneckMark) -> bool {
    mark.identical > 1
}

fn from_far(
    layout: &FabricLayout,
    wafer: &WaferPlace,
    mark: &BottleneckMark,
    (x, y, direction): (u32, u32, Direction),
    shown: f32,
    theme: &Theme,
    shapes: &mut Vec<Quad>,
) {
    let (clip, region) = (layout.picture.to_array(), wafer.region);
    let center = wafer.pe([x, y]) + PeParts::new(wafer.pitch()).router;
    let middle = center + crate::stage::step(direction) * wafer.pitch() / 2.0;
    if !is_many(mark) {
        let ring = Rect::centered(middle, Vec2::splat(16.0));
        let dark = theme.ground.with_alpha((150.0 * shown) as u8);
        let around = Rect::new(ring.min - 1.5, ring.max + 1.5);
        shapes.push(Quad { radius: 9.5, border: 5.0, border_colour: dark, ..filled(around, Rgba8::CLEAR, clip) });
        let border_colour = theme.binding.with_alpha((255.0 * shown) as u8);
        shapes.push(Quad { radius: 8.0, border: 2.0, border_colour, ..filled(ring, Rgba8::CLEAR, clip) });
        return;
    }
    let ends = match direction {
        Direction::North | Direction::South => {
            let y = middle.y.round();
            [Vec2::new(region.min.x, y), Vec2::new(region.max.x, y)]
        }
        Direction::East | Direction::West | Direction::Ramp => {
            let x = middle.x.round();
            [Vec2::new(x, region.min.y), Vec2::new(x, region.max.y)]
        }
    };
    // Dark on both sides, so that it is visible on any heat.
    shapes.push(line(ends[0], ends[1], 4.0, theme.ground.with_alpha((170.0 * shown) as u8), clip));
    let ink = theme.binding;
    shapes.push(line(ends[0], ends[1], 2.0, ink.with_alpha((255.0 * shown) as u8), clip));
}

#[expect(clippy::too_many_arguments, reason = "layout, frame, mark and colours of one link")]
fn closer_by(
    layout: &FabricLayout,
    wafer: &WaferPlace,
    frame: &FabricFrame,
    mark: &BottleneckMark,
    (x, y, direction): (u32, u32, Direction),
    shown: f32,
    theme: &Theme,
    shapes: &mut Vec<Quad>,
) {
    let window = frame.ports.window;
    let parts = PeParts::new(wafer.pitch());
    let clip = layout.picture.to_array();
    let [from, to] = parts.lane_line(direction);
    let [left, top] = window.first;
    let identical: Vec<[u32; 2]> = match direction {
        _ if !is_many(mark) => vec![[x, y]],
        Direction::North | Direction::South => (left..left + window.size[0]).map(|x| [x, y]).collect(),
        Direction::East | Direction::West | Direction::Ramp => (top..top + window.size[1]).map(|y| [x, y]).collect(),
    };
    for pe in identical.into_iter().filter(|&pe| window.place(pe).is_some()) {
        let center = wafer.pe(pe);
        let (along, middle) = (to - from, center + (from + to) / 2.0);
        let half = parts.half_width(direction);
        let border = (half * 0.5).clamp(1.0, 2.5);
        shapes.push(Quad {
            half: Vec2::new(along.length() / 2.0 + border, half + border),
            rotation: along.normalize_or(Vec2::X),
            center: middle,
            radius: border * 1.5,
            border,
            border_colour: theme.binding.with_alpha((255.0 * shown) as u8),
            ..filled(Rect::centered(middle, Vec2::ONE), Rgba8::CLEAR, clip)
        });
    }
}
