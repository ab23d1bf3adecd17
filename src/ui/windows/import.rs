//! The report of an imported file: what was read, what is wrong, what was guessed and left out.

use egui::{Align2, Context, RichText, Ui, vec2};

use crate::session::{Intent, OpenImport};
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, text_font};
use crate::ui::text::windows as text;
use crate::ui::widgets::{heading_ui, room, window};

/// Width of the window, points.
const WIDTH: f32 = 560.0;

pub(super) fn import_ui(ctx: &Context, model: &Model, open: &OpenImport, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    // At the side, so that the machine stays in view.
    window("Import", ctx, WIDTH).anchor(Align2::RIGHT_BOTTOM, vec2(-24.0, -24.0)).show(ctx, |ui| {
        heading_ui(ui, theme, &text::imported(open.form.label()), Intent::CloseImport, intents);
        let report = &open.report;
        let height = (room(ctx) * 0.6).max(120.0);
        egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
            let sections = [
                (text::IMPORT_WARNINGS, &report.warnings, theme.binding),
                (text::IMPORT_GUESSED, &report.guessed, theme.text),
                (text::IMPORT_LEFT_OUT, &report.left_out, theme.soft),
            ];
            section(ui, theme, text::IMPORT_READ);
            for finding in &report.read {
                let line = format!("{}  {}", finding.what, finding.value);
                ui.add(
                    egui::Label::new(RichText::new(line).font(text_font(Theme::TYPE[0])).color(colour(theme.text)))
                        .wrap(),
                );
            }
            for (heading, sentences, shade) in sections.into_iter().filter(|(_, sentences, _)| !sentences.is_empty()) {
                section(ui, theme, heading);
                for sentence in sentences {
                    let sentence = RichText::new(sentence).font(text_font(Theme::TYPE[0])).color(colour(shade));
                    ui.add(egui::Label::new(sentence).wrap());
                }
            }
        });
    });
}

fn section(ui: &mut Ui, theme: &Theme, heading: &str) {
    ui.add_space(Theme::STEP);
    ui.label(RichText::new(heading).font(heading_font(Theme::TYPE[0])).color(colour(theme.soft)));
}
