//! The window of exports: a button for each format with its use, and what became of the last request.

use egui::{Align2, Context, RichText, Ui, vec2};

use crate::export::ExportFormat;
use crate::session::{Intent, OpenExports, PictureScale};
use crate::style::{Rgba8, Theme};
use crate::ui::label::Label;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, text_font};
use crate::ui::text::exports as text;
use crate::ui::widgets::{heading_ui, named, paragraph, room, window};

/// Width of the window, points.
const WIDTH: f32 = 460.0;

pub(super) fn exports_ui(ctx: &Context, model: &Model, open: &OpenExports, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    window("Export", ctx, WIDTH).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        heading_ui(ui, theme, text::EXPORT, Intent::ToggleExports, intents);
        let height = room(ctx);
        egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
            for format in ExportFormat::ALL {
                if entry(ui, theme, text::format(format)) {
                    intents.push(Intent::Export(format));
                }
            }
            for scale in PictureScale::ALL.into_iter().filter(|_| text::HAS_PICTURES) {
                if entry(ui, theme, text::picture(scale)) {
                    intents.push(Intent::SavePicture(scale));
                }
            }
            ui.add_space(Theme::STEP);
            if let Some(error) = &open.error {
                sentence(ui, &text::refused(error), theme.binding);
            }
            open.notes.iter().for_each(|note| sentence(ui, note, theme.soft));
            paragraph(ui, theme, text::ABOUT);
        });
    });
}

fn sentence(ui: &mut Ui, sentence: &str, ink: Rgba8) {
    ui.add(egui::Label::new(RichText::new(sentence).font(text_font(Theme::TYPE[0])).color(colour(ink))).wrap());
}

/// Name and use of a format on one button. Returns whether it was clicked.
fn entry(ui: &mut Ui, theme: &Theme, Label { name, tooltip, .. }: Label<'_>) -> bool {
    let contents = |ui: &mut Ui| {
        ui.set_width(ui.available_width());
        ui.add(
            egui::Label::new(RichText::new(name).font(heading_font(Theme::TYPE[1])).color(colour(theme.text)))
                .selectable(false),
        );
        let second = RichText::new(tooltip).font(text_font(12.0)).color(colour(theme.soft));
        ui.add(egui::Label::new(second).wrap().selectable(false));
    };
    let frame = egui::Frame::new().fill(colour(theme.raised)).corner_radius(Theme::CORNER).inner_margin(10.0);
    let rect = frame.show(ui, contents).response.rect;
    let response = ui.interact(rect, ui.id().with(name), egui::Sense::click());
    named(&response, egui::WidgetType::Button, name, "");
    if response.hovered() || response.has_focus() {
        let ring = egui::Stroke::new(1.0, colour(theme.selection));
        ui.painter().rect_stroke(rect, Theme::CORNER, ring, egui::StrokeKind::Inside);
    }
    response.clicked()
}
