//! Links: the lanes of a port, and the lines between fabrics.

use glam::Vec2;

use super::display_list::{Quad, line};
use crate::stage::FabricLayout;
use crate::style::{Theme, ThemeKind};

/// Lines between neighbouring fabrics.
pub fn between_neighbours(layouts: &[&FabricLayout], theme: &Theme, shapes: &mut Vec<Quad>) {
    for pair in layouts.windows(2) {
        let (left, right) = (pair[0].cell, pair[1].cell);
        if left.min.y == right.min.y && !left.is_empty() && !right.is_empty() {
            let x = right.min.x.round() + 0.5;
            let [top, bottom] = [left.min.y + 20.0, left.max.y - 20.0];
            let everywhere = [f32::MIN, f32::MIN, f32::MAX, f32::MAX];
            shapes.push(line(Vec2::new(x, top), Vec2::new(x, bottom), 1.0, theme.line, everywhere));
        }
    }
}

/// The lanes of a link: coloured by utilisation, faint while idle.
pub fn lanes(layout: &FabricLayout, index: usize, utilisation: f32, theme: &Theme, shapes: &mut Vec<Quad>) {
    let Some(place) = layout.links.get(index) else { return };
    let clip = layout.clip().to_array();
    let ink = if utilisation > 0.0 { theme.heat(utilisation) } else { theme.line };
    let alpha = match (place.width < 1.0, utilisation > 0.0) {
        (true, true) => 64,
        (true, false) => 56,
        (false, _) => 255,
    };
    let ink = ink.with_alpha(alpha);
    // On the light theme the brightest heat is invisible without a dark background.
    if theme.kind == ThemeKind::Light && utilisation > 0.0 {
        let bed = theme.heat(0.0).with_alpha(alpha);
        shapes.extend(place.lanes.iter().map(|&[from, to]| line(from, to, place.width + 1.2, bed, clip)));
    }
    shapes.extend(place.lanes.iter().map(|&[from, to]| line(from, to, place.width, ink, clip)));
}
