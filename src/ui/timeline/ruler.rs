//! Ticks, loop and playhead.

use egui::{Align2, Rect, Stroke, Ui, pos2, vec2};

use super::axis::Axis;
use crate::sample::time_ticks;
use crate::scene::ClockMode;
use crate::style::Theme;
use crate::ui::style::{colour, number_font};
use crate::ui::text::timeline as text;
use crate::units::Femtos;

/// Paints round times of the clock, or round shares of it.
pub(super) fn paint_ticks(ui: &Ui, theme: &Theme, axis: &Axis) {
    let painter = ui.painter();
    let area = axis.area;
    let max_ticks = (area.width() / 84.0) as usize;
    let marks = match axis.mode {
        ClockMode::Same => time_ticks(axis.span, max_ticks),
        ClockMode::Normalised => percent_ticks(axis, max_ticks),
    };
    for (at, label) in marks {
        let x = axis.x(at);
        painter.vline(x, area.top() + 18.0..=area.bottom(), Stroke::new(1.0, colour(theme.line)));
        let anchor = if x < area.left() + 20.0 { Align2::LEFT_TOP } else { Align2::CENTER_TOP };
        // A label at the right end would be cut off.
        if x < area.right() - 20.0 || at.0 == 0 {
            painter.text(pos2(x, area.top()), anchor, label, number_font(Theme::TYPE[0]), colour(theme.soft));
        }
    }
}

/// Round shares of the runs, because fabrics on the normalised clock have no common instant.
fn percent_ticks(axis: &Axis, max_ticks: usize) -> Vec<(Femtos, String)> {
    let percent = |at: Femtos| 100.0 * at.0 as f64 / axis.duration.0.max(1) as f64;
    let (from, to) = (percent(axis.span.0), percent(axis.span.1));
    let step = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0]
        .into_iter()
        .find(|step| (to - from) / step <= max_ticks as f64)
        .unwrap_or(50.0);
    let instant = |percent: f64| Femtos((percent / 100.0 * axis.duration.0 as f64) as u64);
    let tick = |number: u32| f64::from(number) * step;
    let all = (0..=(100.0 / step) as u32).map(tick).filter(|percent| (from..=to).contains(percent));
    all.map(|percent| (instant(percent), text::percent(percent))).collect()
}

/// Paints the span that is looped.
pub(super) fn paint_loop(ui: &Ui, theme: &Theme, axis: &Axis, looped: Option<(Femtos, Femtos)>) {
    let Some((from, to)) = looped else { return };
    let area = axis.area;
    let band =
        Rect::from_min_max(pos2(axis.x(from), area.top() + 16.0), pos2(axis.x(to), area.bottom())).intersect(area);
    if !band.is_positive() {
        return;
    }
    ui.painter().rect_filled(band, 0.0, colour(theme.selection.with_alpha(28)));
    let rail = Rect::from_min_max(band.min, pos2(band.right(), band.top() + 3.0));
    ui.painter().rect_filled(rail, 1.0, colour(theme.selection));
}

/// Paints the playhead.
pub(super) fn paint_playhead(ui: &Ui, theme: &Theme, area: Rect, x: f32) {
    let painter = ui.painter();
    painter.vline(x, area.top() + 16.0..=area.bottom(), Stroke::new(2.0, colour(theme.text)));
    let tip = pos2(x, area.top() + 24.0);
    let head = vec![tip, tip + vec2(-6.0, -9.0), tip + vec2(6.0, -9.0)];
    painter.add(egui::Shape::convex_polygon(head, colour(theme.text), Stroke::NONE));
}
