//! Chips: boxes that fill up with the finished sum, and boxes around trays, nodes and units.

use glam::Vec2;

use super::display_list::{Quad, filled, line};
use crate::stage::{ChipKind, ChipPlace, FabricLayout};
use crate::style::Theme;

/// Boxes around trays, nodes and units.
pub fn boxes(layout: &FabricLayout, theme: &Theme, shapes: &mut Vec<Quad>) {
    let clip = layout.clip().to_array();
    shapes.extend(layout.boxes.iter().map(|rect| Quad {
        radius: if rect.size().min_element() < 40.0 { 3.0 } else { Theme::CORNER },
        border: 1.0,
        border_colour: theme.line,
        ..filled(*rect, theme.panel, clip)
    }));
}

/// A chip, filled to its share of the finished sum, with a rim if one of its links is the bottleneck.
pub fn chip(layout: &FabricLayout, index: usize, fill: f32, ringed: bool, theme: &Theme, shapes: &mut Vec<Quad>) {
    let Some(place) = layout.chips.get(index) else { return };
    let clip = layout.clip().to_array();
    let size = place.rect.size();
    let small = size.x < 30.0;
    let full = place.kind.holds() && fill >= 0.999;
    let border_colour = match (ringed, full) {
        (true, _) => theme.binding,
        (false, true) => theme.done,
        (false, false) => theme.muted.with_alpha(150),
    };
    shapes.push(Quad {
        radius: corner(size),
        border: if ringed && !small { 2.0 } else { 1.0 },
        border_colour,
        level: if place.kind.holds() { fill.clamp(0.0, 1.0) } else { 0.0 },
        level_colour: if full { theme.done_fill } else { theme.fill },
        ..filled(place.rect, if place.kind.holds() { theme.raised } else { theme.line }, clip)
    });
    if place.kind == ChipKind::Wafer && size.x >= DIES_FROM {
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

/// The level of a chip at this instant in the run before the last change: notches on both sides, beside the text.
pub fn level_before(place: &ChipPlace, before: f32, clip: [f32; 4], theme: &Theme, shapes: &mut Vec<Quad>) {
    let size = place.rect.size();
    if !place.kind.holds() || size.y < MIN_LEVEL {
        return;
    }
    let y = place.rect.max.y - size.y * before.clamp(0.0, 1.0);
    let inside = (size.x * 0.16).clamp(2.0, 10.0);
    for (edge, inwards) in [(place.rect.min.x, inside), (place.rect.max.x, -inside)] {
        let ends = [Vec2::new(edge - 0.4 * inwards, y), Vec2::new(edge + inwards, y)];
        shapes.push(line(ends[0], ends[1], 3.0, theme.text, clip));
    }
}

/// Smallest height of a chip that shows the level of the previous run, points.
const MIN_LEVEL: f32 = 14.0;

/// Smallest width of a whole wafer that shows its 12 x 7 dies, points.
const DIES_FROM: f32 = 56.0;

/// Small chips have sharper corners. Otherwise a box of a few points is a dot.
fn corner(size: Vec2) -> f32 {
    match size.min_element() {
        least if least < 8.0 => 1.0,
        least if least < 18.0 || size.x < 30.0 => 3.0,
        _ => Theme::CORNER,
    }
}
