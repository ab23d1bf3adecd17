//! Elapsed and planned time as two bars to one scale.

use egui::{Align2, Rect, Sense, Ui, WidgetType, pos2, vec2};

use crate::session::SpeakerTime;
use crate::style::Theme;
use crate::ui::style::{colour, number_font, text_font};
use crate::ui::text::speaker as text;
use crate::ui::widgets::named;

/// Height of a bar with its text, points.
const LINE: f32 = 24.0;
/// Height of a bar, points.
const BAR: f32 = 12.0;
/// Width of the names at the left, points.
const NAMES: f32 = 76.0;
/// Width of the figures at the right, points.
const FIGURES: f32 = 300.0;
/// Size of the text, points.
const SIZE: f32 = 16.0;

/// Two bars: how long the talk has lasted, and when the beat is planned to stand.
pub(super) fn time_ui(ui: &mut Ui, theme: &Theme, time: SpeakerTime) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 2.0 * LINE), Sense::hover());
    let words = format!("{} {}, {} {}", text::elapsed(time), text::ELAPSED, text::PLANNED, text::planned(time));
    named(&response, WidgetType::Label, &words, "");
    let (start_s, end_s) = planned_span_s(time);
    let whole_s = f64::from(time.planned_total_s).max(time.elapsed_s).max(1.0);
    let bars = Rect::from_min_max(pos2(rect.left() + NAMES, rect.top()), pos2(rect.right() - FIGURES, rect.bottom()));
    let x = |seconds: f64| bars.left() + bars.width() * (seconds / whole_s) as f32;
    let painter = ui.painter();
    let is_late = time.elapsed_s > end_s;
    let ink = if is_late { theme.binding } else { theme.selection };
    let lines = [
        (text::ELAPSED, format!("{} · {}", text::elapsed(time), text::beat(time)), [0.0, time.elapsed_s], ink),
        (text::PLANNED, text::planned(time), [start_s, end_s], theme.done),
    ];
    for (number, (name, figures, [from_s, until_s], ink)) in lines.into_iter().enumerate() {
        let middle = rect.top() + LINE * (number as f32 + 0.5);
        let bar = |from: f32, until: f32| {
            Rect::from_min_max(pos2(from, middle - BAR / 2.0), pos2(until.max(from + 2.0), middle + BAR / 2.0))
        };
        painter.text(pos2(rect.left(), middle), Align2::LEFT_CENTER, name, text_font(SIZE), colour(theme.soft));
        painter.rect_filled(bar(bars.left(), bars.right()), 3.0, colour(theme.raised));
        painter.rect_filled(bar(x(from_s), x(until_s)), 3.0, colour(ink));
        let right = pos2(bars.right() + 12.0, middle);
        painter.text(right, Align2::LEFT_CENTER, figures, number_font(SIZE), colour(theme.text));
    }
}

/// When the open beat is planned to stand.
fn planned_span_s(time: SpeakerTime) -> (f64, f64) {
    let start_s = f64::from(time.planned_start_s);
    (start_s, start_s + f64::from(time.planned_beat_s))
}
