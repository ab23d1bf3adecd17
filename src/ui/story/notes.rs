//! What only the speaker needs: notes, the next caption, and how the talk is on time. It is shown on the one screen
//! that there is, and hidden by the same key.

use core::time::Duration;

use egui::{Id, RichText, ScrollArea, Ui};

use crate::session::OpenStory;
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, text_font};
use crate::ui::text::story as text;
use crate::ui::widgets::{section, unbroken};

/// Width of the notes as a share of the window.
const SHARE: f32 = 0.32;

/// When the talk was begun, seconds of the interface.
#[derive(Clone, Copy)]
struct Begun(f64);

/// Seconds since the story was opened, or since it was last at its first beat.
fn elapsed_s(ui: &Ui, open: &OpenStory) -> f64 {
    let id = Id::new(("story begun", &open.file.id));
    let now = ui.input(|input| input.time);
    let Begun(begun) = ui.data_mut(|data| *data.get_temp_mut_or_insert_with(id, || Begun(now)));
    if open.beat == 0 {
        ui.data_mut(|data| data.insert_temp(id, Begun(now)));
        return 0.0;
    }
    now - begun
}

/// Notes of the open beat at the right, if the speaker wants them. The time is kept in any case.
pub(in crate::ui) fn notes_ui(root: &mut Ui, model: &Model, open: &OpenStory) {
    let elapsed_s = elapsed_s(root, open);
    if !open.notes {
        return;
    }
    // The time goes on while the picture stands.
    root.ctx().request_repaint_after(Duration::from_secs(1));
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
            let next = open.next_caption.as_deref().unwrap_or(text::END);
            let next = RichText::new(unbroken(next)).font(heading_font(Theme::TYPE[1])).color(colour(theme.soft));
            ui.add(egui::Label::new(next).wrap());
            section(ui, theme, text::TIME);
            line(ui, &text::elapsed(elapsed_s as u32, open.planned_start_s()), Theme::TYPE[0]);
            line(ui, &text::beat_time(open.planned_s()), Theme::TYPE[0]);
        });
    });
}
