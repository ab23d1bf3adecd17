//! The fabrics that a beat does not speak of, dimmed.

use egui::{Painter, Rect};

use crate::session::OpenStory;
use crate::ui::model::Model;
use crate::ui::style::{colour, to_pos};

/// The share of their light that the other fabrics keep.
const LEFT: f32 = 0.35;

/// Lays the colour of the background over all fabrics that the beat does not light.
pub(in crate::ui) fn dim_others(painter: &Painter, model: &Model, open: &OpenStory) {
    let lit = &open.shown.lit;
    if lit.is_empty() || open.at_end {
        return;
    }
    let veil = colour(model.theme().ground).gamma_multiply(1.0 - LEFT);
    for (index, view) in model.views.iter().enumerate() {
        if !lit.contains(&index) {
            let cell = view.layout.cell;
            painter.rect_filled(Rect::from_min_max(to_pos(cell.min), to_pos(cell.max)), 0.0, veil);
        }
    }
}
