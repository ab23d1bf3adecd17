//! The days of a run as a waterfall: compute at the peak, what is added to it, and the line of a perfect network.

use egui::{Align2, Rect, Sense, Stroke, Ui, pos2, vec2};

use super::mix_bar::{Ink, paint_ink};
use crate::style::Theme;
use crate::training::{StepPart, TrainingRun, WaterfallBar, WaterfallPart, perfect_days, waterfall};
use crate::ui::model::Model;
use crate::ui::style::{colour, number_font, text_font};
use crate::ui::text::run as text;
use crate::ui::widgets::{Tip, elided, named};

/// Height of a line, points.
const LINE: f32 = 17.0;
/// Width of the names, points.
const NAMES: f32 = 92.0;
/// Width of the days, points.
const DAYS: f32 = 42.0;

/// The ink of a bar.
fn ink(bar: &WaterfallBar) -> Ink {
    match bar.part {
        WaterfallPart::Lost => Ink::Lost,
        WaterfallPart::Step(StepPart::Bubble) => Ink::Bubble,
        WaterfallPart::Step(StepPart::Ideal) => Ink::Forward,
        WaterfallPart::Step(StepPart::Kernels) => Ink::Backward,
        WaterfallPart::Step(StepPart::Optimizer) => Ink::Optimizer,
        WaterfallPart::Step(
            StepPart::Tensor
            | StepPart::Context
            | StepPart::Expert
            | StepPart::SlowDown
            | StepPart::Sends
            | StepPart::Data
            | StepPart::WaferIo
            | StepPart::Straggler,
        ) => Ink::Exposed,
    }
}

/// The waterfall of a run over the width of `ui`, to the scale of the longest run.
pub(super) fn waterfall_ui(ui: &mut Ui, model: &Model, run: &TrainingRun, most_days: f64) {
    let theme = model.theme();
    let bars = waterfall(run);
    let height = LINE * (bars.len() as f32 + 2.0);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let spoken: Vec<String> = bars.iter().map(text::waterfall_spoken).collect();
    named(&response, egui::WidgetType::Label, text::WATERFALL, &spoken.join(", "));
    let area = Rect::from_min_max(pos2(rect.left() + NAMES, rect.top()), pos2(rect.right() - DAYS, rect.bottom()));
    let x = |days: f64| area.left() + area.width() * (days / most_days.max(1e-9)) as f32;
    let painter = ui.painter();
    let line_of = |number: usize| area.top() + LINE * (number as f32 + 0.5);
    let row = |number: usize, name: &str, days: &str, strong: bool| {
        let tone = if strong { theme.text } else { theme.soft };
        let at = pos2(rect.left(), line_of(number));
        elided(painter, at, name.to_owned(), text_font(Theme::TYPE[0]), colour(tone), NAMES - 6.0);
        let at = pos2(rect.right(), line_of(number));
        painter.text(at, Align2::RIGHT_CENTER, days, number_font(Theme::TYPE[0]), colour(theme.text));
    };
    for (number, bar) in bars.iter().enumerate() {
        let y = line_of(number);
        let left = x(bar.from);
        let right = x(bar.from + bar.days).max(left + 1.5);
        let shape = Rect::from_min_max(pos2(left, y - 5.0), pos2(right, y + 5.0));
        paint_ink(painter, theme, shape, ink(bar));
        if matches!(ink(bar), Ink::Lost | Ink::Bubble) {
            painter.rect_stroke(shape, 0.0, Stroke::new(1.0, colour(theme.muted)), egui::StrokeKind::Inside);
        }
        if number > 0 {
            painter.vline(left, y - LINE + 5.0..=y - 5.0, Stroke::new(1.0, colour(theme.muted)));
        }
        row(number, text::part(&bar.part), &text::days(bar.days), bar.part.is_network());
    }
    let total = run.figures.days.usual;
    let y = line_of(bars.len());
    let whole = Rect::from_min_max(pos2(x(0.0), y - 5.0), pos2(x(total), y + 5.0));
    painter.rect_filled(whole, 0.0, colour(theme.text));
    row(bars.len(), text::TOTAL, &text::days(total), true);
    // The line of a perfect network, through all bars.
    let perfect = perfect_days(run);
    let at = x(perfect);
    painter.vline(at, area.top()..=line_of(bars.len() + 1) - 4.0, Stroke::new(1.5, colour(theme.sum)));
    let y = line_of(bars.len() + 1);
    painter.line_segment([pos2(area.left(), y), pos2(at, y)], Stroke::new(1.5, colour(theme.sum)));
    row(bars.len() + 1, text::PERFECT, &text::days(perfect), true);
    response.tip(text::WATERFALL_TOOLTIP);
}
