//! The timeline as one line, for low windows.

use egui::{Align2, Rect, Sense, Stroke, Ui, pos2, vec2};

use crate::scene::{ClockMode, letter};
use crate::session::Intent;
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, text_font};
use crate::ui::text::timeline as text;
use crate::ui::widgets::{TOUCH, named};
use crate::units::Femtos;

/// Height of the line, points.
pub(in crate::ui) const STRIP: f32 = TOUCH;

/// The timeline as one line: the end of every fabric, and the playhead.
pub(in crate::ui) fn strip_ui(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::CLICK | Sense::DRAG);
    named(&response, egui::WidgetType::Slider, text::TIMELINE, &model.session.clock.at.to_string());
    let duration = model.session.clock.duration;
    let rail = Rect::from_center_size(rect.center(), vec2(rect.width() - 8.0, 4.0));
    let x = |share: f64| rail.left() + rail.width() * share as f32;
    let painter = ui.painter();
    painter.rect_filled(rail, 2.0, colour(theme.line));
    let share = |at: Femtos| at.0 as f64 / duration.0.max(1) as f64;
    let now = x(share(model.session.clock.at));
    painter.rect_filled(rail.with_max_x(now), 2.0, colour(theme.sum));
    let mut last = f32::NEG_INFINITY;
    // Before a prediction, the line has no ends.
    let shown = if model.session.hides_results() { &[][..] } else { model.session.runs.as_slice() };
    for (index, run) in shown.iter().enumerate() {
        let Some(result) = run.result() else { continue };
        let end = match model.session.clock.mode {
            ClockMode::Same => x(share(result.time)),
            ClockMode::Normalised => continue,
        };
        painter.vline(end, rail.top() - 4.0..=rail.bottom() + 4.0, Stroke::new(2.0, colour(theme.done)));
        let at = pos2(end, rail.bottom() + 9.0);
        if (end - last).abs() > 10.0 && end < rect.right() - 12.0 {
            painter.text(at, Align2::CENTER_CENTER, letter(index), text_font(Theme::TYPE[0]), colour(theme.done));
            last = end;
        }
    }
    painter.circle(pos2(now, rail.center().y), 6.0, colour(theme.text), Stroke::new(2.0, colour(theme.panel)));
    if (response.dragged() || response.clicked())
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let share = f64::from(((pointer.x - rail.left()) / rail.width().max(1.0)).clamp(0.0, 1.0));
        intents.push(Intent::Seek(Femtos((share * duration.0 as f64) as u64)));
    }
}
