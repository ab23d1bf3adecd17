//! The results in one line, where there is no room for the side panels.

use egui::{Rect, Sense, Ui, pos2};

use super::model::Model;
use super::style::{colour, heading_font, number_font};
use super::summary;
use super::text::summary as text;
use super::widgets::{elided, named};
use crate::style::Theme;

/// Height of the line, points.
pub(super) const HEIGHT: f32 = 30.0;

pub(super) fn result_line_ui(ui: &mut Ui, model: &Model) {
    let theme = model.theme();
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let times: Vec<String> = model.session.runs.iter().enumerate().map(|(index, run)| text::time(index, run)).collect();
    let times = times.join("   ");
    let fastest = summary::fastest(model.session).unwrap_or_default();
    named(&response, egui::WidgetType::Label, text::RESULTS, &format!("{times}   {fastest}"));
    let headline = heading_font(Theme::TYPE[2]);
    let painter = ui.painter();
    let galley = painter.layout_no_wrap(fastest, headline, colour(theme.done));
    let left = (rect.right() - galley.size().x).max(rect.left());
    let of_times = Rect::from_min_max(rect.min, pos2(left - 12.0, rect.bottom()));
    painter.galley(pos2(left, rect.center().y - galley.size().y / 2.0), galley, colour(theme.done));
    let font = number_font(Theme::TYPE[1]);
    elided(painter, of_times.left_center(), times, font, colour(theme.text), of_times.width());
}
