//! Paints the hero line.

use egui::{Align2, Painter, Rect, Sense, Ui, pos2, vec2};

use super::outcome::{Bar, Outcome};
use crate::scene::letter;
use crate::style::Theme;
use crate::ui::style::{colour, heading_font, number_font, text_font};
use crate::ui::widgets::{elided, named};

/// Height of a bar with the space below it, points; of many bars.
const BAR: [f32; 2] = [19.0, 15.0];
/// From this number on, bars are many.
const MANY_BARS: usize = 4;
/// The most bars.
const MAX_BARS: usize = 6;
/// Space above and below, points.
const MARGIN: f32 = 10.0;
/// Height of the sentence with the space below it, points.
const SENTENCE: f32 = 23.0;
/// Narrower lines have no bars, points.
const ROOM_FOR_BARS: f32 = 460.0;

/// Height of the line, points.
pub(in crate::ui) fn height(outcome: &Outcome) -> f32 {
    let bars = outcome.bars.len().min(MAX_BARS);
    (bars as f32 * bar_height(bars)).max(2.0 * BAR[0] + 2.0) + 2.0 * MARGIN
}

fn bar_height(bars: usize) -> f32 {
    BAR[usize::from(bars >= MANY_BARS)]
}

/// The hero line in the whole room of `ui`.
pub(in crate::ui) fn hero_ui(ui: &mut Ui, theme: &Theme, outcome: &Outcome) {
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let spoken = format!("{} {}", outcome.number, outcome.sentence);
    named(&response, egui::WidgetType::Label, &spoken, &outcome.basis);
    let painter = ui.painter();
    let middle = rect.center().y;
    let number = painter.layout_no_wrap(outcome.number.clone(), heading_font(Theme::TYPE[5]), colour(theme.text));
    // A beat without a figure begins where its caption does.
    let left = rect.left() + if outcome.number.is_empty() { 0.0 } else { number.size().x + 18.0 };
    painter.galley(pos2(rect.left(), middle - number.size().y / 2.0), number, colour(theme.text));
    let bars = if rect.width() >= ROOM_FOR_BARS { (rect.width() * 0.38).min(560.0) } else { 0.0 };
    let right = rect.right() - if bars > 0.0 { bars + 24.0 } else { 0.0 };
    paint_sentence(painter, theme, outcome, Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom())));
    if bars > 0.0 {
        paint_bars(painter, theme, &outcome.bars, Rect::from_min_max(pos2(rect.right() - bars, rect.top()), rect.max));
    }
}

/// The sentence, as long as there is room for, and below it what it rests on, in as many lines as there is room for.
fn paint_sentence(painter: &Painter, theme: &Theme, outcome: &Outcome, room: Rect) {
    let font = || heading_font(Theme::TYPE[3]);
    let fits =
        |text: &str| painter.layout_no_wrap(text.to_owned(), font(), colour(theme.text)).size().x <= room.width();
    let sentence = [&outcome.sentence, &outcome.short].into_iter().find(|text| fits(text)).unwrap_or(&outcome.short);
    let mut job = egui::text::LayoutJob::simple(
        outcome.basis.clone(),
        text_font(Theme::TYPE[0]),
        colour(theme.soft),
        room.width().max(1.0),
    );
    job.wrap.max_rows = if sentence.is_empty() { 3 } else { 2 };
    let basis = painter.layout_job(job);
    if sentence.is_empty() {
        painter.galley(pos2(room.left(), room.center().y - basis.size().y / 2.0), basis, colour(theme.soft));
        return;
    }
    let top = room.center().y - (SENTENCE + basis.size().y) / 2.0;
    let at = pos2(room.left(), top + SENTENCE / 2.0 - 1.0);
    elided(painter, at, sentence.clone(), font(), colour(theme.text), room.width());
    painter.galley(pos2(room.left(), top + SENTENCE), basis, colour(theme.soft));
}

/// Bars to one scale, each with its fabric's letter before it and its time behind it.
fn paint_bars(painter: &Painter, theme: &Theme, bars: &[Bar], area: Rect) {
    let shown = &bars[..bars.len().min(MAX_BARS)];
    let high = bar_height(shown.len());
    let size = Theme::TYPE[usize::from(shown.len() < MANY_BARS)];
    let font = || number_font(size);
    let width = |bar: &Bar| painter.layout_no_wrap(bar.time.clone(), font(), colour(theme.text)).size().x;
    let times = shown.iter().map(width).fold(0.0, f32::max);
    let (left, right) = (area.left() + 22.0, area.right() - times - 12.0);
    let top = area.center().y - high * shown.len() as f32 / 2.0;
    for (line, bar) in shown.iter().enumerate() {
        let y = top + high * (line as f32 + 0.5);
        painter.text(
            pos2(area.left(), y),
            Align2::LEFT_CENTER,
            letter(bar.fabric),
            heading_font(size),
            colour(theme.text),
        );
        let whole = Rect::from_min_size(pos2(left, y - 4.0), vec2(((right - left) * bar.length).max(2.0), 8.0));
        let done = bar.progress >= 1.0;
        painter.rect_filled(whole, 3.0, colour(theme.line));
        if let Some((kind, share)) = bar.lit {
            let lit = whole.with_max_x(whole.left() + (whole.width() * share).max(2.0));
            painter.rect_filled(lit, 3.0, colour(theme.part(kind)));
            painter.text(pos2(area.right(), y), Align2::RIGHT_CENTER, &bar.time, font(), colour(theme.text));
            continue;
        }
        let over = whole.with_max_x(whole.left() + whole.width() * bar.progress);
        painter.rect_filled(over, 3.0, colour(if done { theme.done } else { theme.sum }));
        let ink = colour(if done { theme.done } else { theme.text });
        painter.text(pos2(area.right(), y), Align2::RIGHT_CENTER, &bar.time, font(), ink);
    }
}
