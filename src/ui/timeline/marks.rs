//! Where chips and fabrics are done.

use egui::{Pos2, Stroke, Ui, pos2, vec2};

use super::axis::Axis;
use crate::scene::ClockMode;
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::colour;

/// Paints where the first chip and where all chips of each fabric are done, with a line where those are done that are faster
/// than the slowest.
pub(super) fn paint_marks(ui: &Ui, model: &Model, axis: &Axis) {
    let theme = model.theme();
    let area = axis.area;
    let painter = ui.painter().with_clip_rect(area.expand2(vec2(6.0, 0.0)));
    for (index, run) in model.session.runs.iter().enumerate() {
        let Some(result) = run.result() else { continue };
        let row = axis.row(index);
        let first = model.views.get(index).and_then(|view| view.first_done);
        if let Some(first) = first.filter(|first| *first < result.time) {
            mark(&painter, theme, pos2(axis.x_local(first, result.time), row.top() + 1.0), false);
        }
        let x = axis.x_local(result.time, result.time);
        mark(&painter, theme, pos2(x, row.top() + 1.0), true);
        if axis.mode == ClockMode::Normalised || result.time == axis.duration || !area.x_range().contains(x) {
            continue;
        }
        let stroke = Stroke::new(1.0, colour(theme.done));
        painter.add(egui::Shape::dashed_line(&[pos2(x, area.top() + 18.0), pos2(x, area.bottom())], stroke, 4.0, 4.0));
    }
}

/// A triangle that points down at an instant: outlined for the first chip, filled for all chips.
fn mark(painter: &egui::Painter, theme: &Theme, tip: Pos2, filled: bool) {
    let points = vec![tip, tip + vec2(-4.0, -6.0), tip + vec2(4.0, -6.0)];
    let ink = colour(theme.done);
    let fill = if filled { ink } else { colour(theme.panel) };
    painter.add(egui::Shape::convex_polygon(points, fill, Stroke::new(1.0, ink)));
}
