//! What only the speaker needs: notes, the next caption, and how the talk is on time. It is shown on the one screen
//! that there is, and hidden by the same key.

use egui::{RichText, ScrollArea, Ui};

use crate::session::OpenStory;
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, text_font};
use crate::ui::text::story as text;
use crate::ui::widgets::{section, unbroken};

/// Width of the notes as a share of the window.
const SHARE: f32 = 0.32;

/// Notes of the open beat at the right, if the speaker wants them there.
pub(in crate::ui) fn notes_ui(root: &mut Ui, model: &Model, open: &OpenStory) {
    if !open.shows_notes() {
        return;
    }
    let theme = model.theme();
    let width = root.available_width() * SHARE;
    let frame = egui::Frame::new().fill(colour(theme.panel)).inner_margin(egui::Margin::symmetric(12, 8));
    egui::Panel::right("notes").exact_size(width).resizable(false).frame(frame).show(root, |ui| {
        ScrollArea::vertical().show(ui, |ui| {
            let line = |ui: &mut Ui, words: &str, size: f32| {
                let words = RichText::new(unbroken(words)).font(text_font(size)).color(colour(theme.text));
                ui.add(egui::Label::new(words).wrap());
            };
            section(ui, theme, text::NOTES);
            let notes = if open.shown.notes.is_empty() { text::NO_NOTES } else { &open.shown.notes };
            line(ui, notes, Theme::TYPE[1]);
            section(ui, theme, text::NEXT_BEAT);
            let next = open.next_caption().unwrap_or(text::END);
            let next = RichText::new(unbroken(next)).font(heading_font(Theme::TYPE[1])).color(colour(theme.soft));
            ui.add(egui::Label::new(next).wrap());
            section(ui, theme, text::TIME);
            line(ui, &text::elapsed(open.time.elapsed_s() as u32, open.planned_start_s()), Theme::TYPE[0]);
            line(ui, &text::beat_time(open.planned_s()), Theme::TYPE[0]);
        });
    });
}
