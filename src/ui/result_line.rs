//! The results in one or two lines, where there is no room for the side panels.

use egui::{Rect, Sense, Ui, pos2};

use super::model::Model;
use super::style::{colour, heading_font, number_font};
use super::summary;
use super::text::summary as text;
use super::widgets::{elided, named};
use crate::style::Theme;

/// Height of a line, points.
const LINE: f32 = 30.0;
/// Width that the time of a fabric takes, points.
const TIME: f32 = 100.0;
/// Width that the comparison takes, points.
const COMPARISON: f32 = 190.0;

/// Height of the results in a window of this width, points: the times have a line of their own if they would be cut.
pub(super) fn height(model: &Model, width: f32) -> f32 {
    if is_narrow(model, width) { 1.8 * LINE } else { LINE }
}

fn is_narrow(model: &Model, width: f32) -> bool {
    model.session.runs.len() > 2 && model.session.runs.len() as f32 * TIME + COMPARISON > width
}

pub(super) fn result_line_ui(ui: &mut Ui, model: &Model) {
    let theme = model.theme();
    let narrow = is_narrow(model, ui.ctx().content_rect().width());
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let times = summary::each_time(model.session).join(if narrow { "  " } else { "   " });
    let fastest = summary::fastest(model.session).unwrap_or_default();
    named(&response, egui::WidgetType::Label, text::RESULTS, &format!("{times}   {fastest}"));
    let painter = ui.painter();
    let galley = painter.layout_no_wrap(fastest, heading_font(Theme::TYPE[2]), colour(theme.done));
    let (of_fastest, of_times) = if narrow {
        let (above, below) = rect.shrink2(egui::vec2(0.0, 4.0)).split_top_bottom_at_fraction(0.5);
        (above, below)
    } else {
        let right = (rect.right() - galley.size().x).max(rect.left());
        let times = Rect::from_min_max(rect.min, pos2(right - 12.0, rect.bottom()));
        (rect.with_min_x(right), times)
    };
    painter.galley(of_fastest.left_center() - egui::vec2(0.0, galley.size().y / 2.0), galley, colour(theme.done));
    let font = number_font(Theme::TYPE[if narrow { 0 } else { 1 }]);
    elided(painter, of_times.left_center(), times, font, colour(theme.text), of_times.width());
}
