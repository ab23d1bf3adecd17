//! Packets.

use glam::Vec2;

use super::display_list::{Quad, QuadKind, filled};
use crate::collective::Flow;
use crate::stage::{FabricLayout, Rect};
use crate::style::Theme;

/// A diamond for partial sums, a square for copies, with a dark outline that is visible on any heat.
pub fn packet(flow: Flow, at: Vec2, layout: &FabricLayout, theme: &Theme) -> Quad {
    let sum = flow == Flow::Reduce;
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
            Rect::centered(at, Vec2::splat(2.0 * half)),
            if sum { theme.sum } else { theme.copy },
            layout.clip().to_array(),
        )
    }
}
