//! Links: their lanes, and the lines between fabrics.

use glam::Vec2;

use super::display_list::{Lane, Quad, line};
use crate::stage::FabricLayout;
use crate::style::{Palette, Theme};

/// Lines between neighbouring fabrics.
pub fn between_neighbours<'a>(
    layouts: impl Iterator<Item = &'a FabricLayout> + Clone,
    theme: &Theme,
    shapes: &mut Vec<Quad>,
) {
    for (left, right) in layouts.clone().zip(layouts.skip(1)) {
        let (left, right) = (left.cell, right.cell);
        if left.min.y == right.min.y && !left.is_empty() && !right.is_empty() {
            let x = right.min.x.round() + 0.5;
            let [top, bottom] = [left.min.y + 20.0, left.max.y - 20.0];
            let everywhere = [f32::MIN, f32::MIN, f32::MAX, f32::MAX];
            shapes.push(line(Vec2::new(x, top), Vec2::new(x, bottom), 1.0, theme.line, everywhere));
        }
    }
}

/// The lanes of all links of a fabric, whose first link has the number `first` among those of all fabrics.
pub fn lanes(layout: &FabricLayout, fabric: u32, first: u32, theme: &Theme, lanes: &mut Vec<Lane>) {
    // A wafer shows its links as heat.
    if layout.wafer.is_some() {
        return;
    }
    for (link, place) in (first..).zip(&layout.links) {
        let lane = |[from, to]: [Vec2; 2], width: f32, is_bed: bool| Lane { from, to, width, link, fabric, is_bed };
        // On a light theme the brightest colours of the other palettes are invisible without a dark background.
        if theme.kind.is_light() && theme.palette != Palette::Amber {
            lanes.extend(place.lanes.iter().map(|&ends| lane(ends, place.width + 1.2, true)));
        }
        lanes.extend(place.lanes.iter().map(|&ends| lane(ends, place.width, false)));
    }
}
