//! Headings of sections, and text that does not break or overflow.

use egui::{RichText, Ui, vec2};

use crate::style::Theme;
use crate::ui::style::{colour, heading_font, text_font};

/// Size of sentences in panels, points.
const SENTENCE: f32 = 12.0;

/// The small heading of a section.
pub(in crate::ui) fn section(ui: &mut Ui, theme: &Theme, text: &str) {
    section_heading(ui, theme, text);
}

/// The small heading of a section, for a tooltip.
pub(in crate::ui) fn section_heading(ui: &mut Ui, theme: &Theme, text: &str) -> egui::Response {
    ui.add_space(Theme::STEP);
    ui.label(RichText::new(text).font(heading_font(Theme::TYPE[0])).color(colour(theme.soft)))
}

/// A wrapped sentence of secondary importance.
pub(in crate::ui) fn paragraph(ui: &mut Ui, theme: &Theme, text: &str) {
    sentence(ui, theme, text);
}

/// The same, for a tooltip.
pub(in crate::ui) fn sentence(ui: &mut Ui, theme: &Theme, text: &str) -> egui::Response {
    let text = RichText::new(unbroken(text)).font(text_font(SENTENCE)).color(colour(theme.soft));
    ui.add(egui::Label::new(text).wrap())
}

/// The same text, in which no line ends between a number and its unit.
pub(in crate::ui) fn unbroken(text: &str) -> String {
    ["%", "s", "ms", "µs", "ns", "GB/s", "TB/s", "MB/s"].iter().fold(text.to_owned(), |text, unit| {
        let text = match text.strip_suffix(unit).and_then(|number| number.strip_suffix(' ')) {
            Some(number) => format!("{number}\u{a0}{unit}"),
            None => text,
        };
        [" ", ",", ".", ";", ":", ")"]
            .iter()
            .fold(text, |text, end| text.replace(&format!(" {unit}{end}"), &format!("\u{a0}{unit}{end}")))
    })
}

/// Paints a line of text from its left middle, shortened with "…" to a width. Returns the area that it covers.
pub(in crate::ui) fn elided(
    painter: &egui::Painter,
    at: egui::Pos2,
    text: String,
    font: egui::FontId,
    ink: egui::Color32,
    width: f32,
) -> egui::Rect {
    let mut job = egui::text::LayoutJob::simple_singleline(text, font, ink);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(0.0));
    let galley = painter.layout_job(job);
    let rect = egui::Rect::from_min_size(at - vec2(0.0, galley.size().y / 2.0), galley.size());
    painter.galley(rect.min, galley, ink);
    rect
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_on_the_line_of_their_unit() {
        assert_eq!(unbroken("takes 12 µs, 50 % of it"), "takes 12\u{a0}µs, 50\u{a0}% of it");
    }
}
