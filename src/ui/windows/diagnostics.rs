//! Why a scene, a log or a change was rejected. The screen keeps its contents.

use egui::{Align2, Context, RichText, Ui, vec2};

use crate::scene::{Diagnostics, Listed};
use crate::session::Intent;
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, number_font, text_font};
use crate::ui::text::windows as text;
use crate::ui::widgets::{heading_ui, paragraph, scroll_area, window};

/// Share of the screen's height that the list may have.
const MAX_SHARE: f32 = 0.6;

pub(super) fn diagnostics_ui(ctx: &Context, model: &Model, diagnostics: &Diagnostics, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    window("Diagnostics", ctx, 760.0).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        let title = text::rejected(diagnostics.faults.len());
        heading_ui(ui, theme, &title, Intent::DismissDiagnostics, intents);
        let (listed, more) = diagnostics.listed();
        scroll_area(ctx.content_rect().height() * MAX_SHARE).show(ui, |ui| {
            for (place, one) in listed.iter().enumerate() {
                if place > 0 {
                    ui.add_space(2.0 * Theme::STEP);
                }
                listed_ui(ui, theme, place, one);
            }
            if more > 0 {
                paragraph(ui, theme, &text::more_errors(more));
            }
        });
        ui.add_space(Theme::STEP);
        paragraph(ui, theme, text::UNCHANGED);
    });
}

/// The problem, the lines where it is, and what would be accepted. Sentences are wrapped; lines of the text keep their columns.
fn listed_ui(ui: &mut Ui, theme: &Theme, place: usize, listed: &Listed) {
    let sentence = |ui: &mut Ui, text: &str, ink| {
        let text = RichText::new(text).font(text_font(Theme::TYPE[1])).color(colour(ink));
        ui.add(egui::Label::new(text).selectable(true).wrap());
    };
    sentence(ui, &listed.message, theme.text);
    if let Some(lines) = &listed.lines {
        egui::ScrollArea::horizontal().id_salt(place).show(ui, |ui| {
            let lines = RichText::new(lines).font(number_font(12.0)).color(colour(theme.soft));
            ui.add(egui::Label::new(lines).selectable(true).extend());
        });
    }
    if let Some(hint) = &listed.hint {
        sentence(ui, hint, theme.soft);
    }
}
