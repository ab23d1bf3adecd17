//! Single PEs as shapes: routers joined by links that show their use, each with the ramp into its core.

use bevy::prelude::*;

use super::stage::{filled, line};
use crate::view::{FabricLayout, LANE_SHARE, Rect, RouterMark, Shape, Theme};

/// Draws the PEs that are seen.
pub(super) fn routers(layout: &FabricLayout, marks: &[RouterMark], theme: &Theme, shapes: &mut Vec<Shape>) {
    let clip = layout.picture.to_array();
    for mark in marks {
        // A ground of its own: the heat behind it is what its links show one by one.
        let cell = Rect::centered(mark.center, mark.pitch);
        shapes.push(Shape { border: 1.0, border_colour: theme.line, ..filled(cell, theme.ground, clip) });
    }
    for mark in marks {
        let side = mark.pitch.min_element();
        let (lane, width) = (side * LANE_SHARE, side * 0.08);
        let ways = [Vec2::X, Vec2::NEG_X, Vec2::NEG_Y, Vec2::Y];
        for (way, used) in ways.into_iter().zip(mark.links) {
            let Some(used) = used else { continue };
            // To the right of its direction, so that both directions are seen.
            let aside = way.perp() * lane;
            let from = mark.center + aside + way * side * 0.2;
            let to = mark.center + aside + way * (mark.pitch - side * 0.2);
            let ink = if used > 0.0 { theme.heat(used) } else { theme.line };
            shapes.push(line(from, to, width, ink, clip));
        }
    }
    for mark in marks {
        let side = mark.pitch.min_element();
        let router = Rect::centered(mark.center, Vec2::splat(side * 0.36));
        shapes.push(Shape {
            radius: side * 0.06,
            border: 1.0,
            border_colour: theme.muted,
            ..filled(router, theme.raised, clip)
        });
        // The ramp leads down into the core, at the lower left.
        let core = Rect::centered(mark.center + Vec2::new(-0.33, 0.33) * mark.pitch, Vec2::splat(side * 0.2));
        let used = mark.links[4].unwrap_or(0.0);
        let ink = if used > 0.0 { theme.heat(used) } else { theme.line };
        shapes.push(line(mark.center + Vec2::new(-0.14, 0.14) * mark.pitch, core.center(), width_of(side), ink, clip));
        shapes.push(Shape {
            radius: side * 0.04,
            border: 1.0,
            border_colour: theme.muted,
            ..filled(core, theme.panel, clip)
        });
    }
}

fn width_of(side: f32) -> f32 {
    side * 0.07
}
