//! The whole timeline.

use egui::{Align2, Sense, Ui, Vec2};

use super::axis::{AXIS, Axis, footer_height};
use super::{footer, marks, pointer, rows, ruler};
use crate::session::Intent;
use crate::style::Theme;
use crate::ui::frozen::{Follows, PanelPiece, frozen};
use crate::ui::model::Model;
use crate::ui::style::{colour, text_font};
use crate::ui::text::timeline as text;
use crate::ui::widgets::named;

/// Height of the panel in an area of this size, points: enough for every fabric, and at most 29 % of the area.
pub(in crate::ui) fn height(model: &Model, available: Vec2) -> f32 {
    let fabrics = model.session.runs.len() as f32;
    let footer = footer_height(available.x);
    (AXIS + 24.0 + footer + fabrics * 70.0).min(available.y * 0.29).max(100.0 + footer)
}

pub(in crate::ui) fn timeline_ui(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    // Not reachable by Tab: the transport and the keys do what a key could do here.
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::CLICK | Sense::DRAG);
    named(&response, egui::WidgetType::Other, text::TIMELINE, &model.session.clock.at.to_string());
    if model.session.hides_results() {
        let font = text_font(Theme::TYPE[1]);
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, text::HIDDEN, font, colour(theme.soft));
        return;
    }
    let footer = footer_height(ui.ctx().content_rect().width());
    let axis = Axis::new(model, rect, footer);
    // The rows show the whole run: the clock does not change them.
    let piece = PanelPiece { name: "rows", index: 0, follows: Follows::Changes, rect, is_touched: false };
    frozen(&ui.ctx().clone(), ui.layer_id(), &piece, || {
        ruler::paint_ticks(ui, theme, &axis);
        ruler::paint_loop(ui, theme, &axis, model.session.clock.looped);
        for (index, run) in model.session.runs.iter().enumerate() {
            rows::paint_row(ui, model, index, run, &axis);
        }
        rect
    });
    let now = axis.x(model.session.clock.at);
    if axis.area.x_range().contains(now) {
        ruler::paint_playhead(ui, theme, axis.area, now);
    }
    marks::paint_marks(ui, model, &axis);
    pointer::pointer_ui(ui, model, &axis, &response, intents);
    let footer = egui::Rect::from_min_max(egui::pos2(rect.left(), rect.bottom() - footer), rect.max);
    footer::footer_ui(ui, model, footer, intents);
}
