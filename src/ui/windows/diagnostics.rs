//! Why a scene, a log or a change was rejected. The screen keeps its contents.

use egui::{Align2, Context, RichText, vec2};

use crate::scene::Diagnostics;
use crate::session::Intent;
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, number_font};
use crate::ui::text::windows as text;
use crate::ui::widgets::{heading_ui, paragraph, window};

/// Height of a line, points.
const LINE: f32 = 17.0;

pub(super) fn diagnostics_ui(ctx: &Context, model: &Model, diagnostics: &Diagnostics, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    window("Diagnostics", ctx, 760.0).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        let title = text::rejected(diagnostics.faults.len());
        heading_ui(ui, theme, &title, Intent::DismissDiagnostics, intents);
        let listing = diagnostics.to_string();
        // As high as the text, as far as the window has room.
        let height = (listing.lines().count() as f32 * LINE + 20.0).min(ctx.content_rect().height() * 0.6);
        egui::ScrollArea::both().max_height(height).min_scrolled_height(height).show(ui, |ui| {
            let listing = RichText::new(listing).font(number_font(12.0)).color(colour(theme.text));
            ui.add(egui::Label::new(listing).selectable(true).extend());
        });
        ui.add_space(Theme::STEP);
        paragraph(ui, theme, text::UNCHANGED);
    });
}
