//! The window of exports: a button for each format with its use, and what became of the last request.

use egui::{Align2, Context, RichText, Ui, vec2};

use crate::export::ExportFormat;
use crate::session::{Intent, OpenExports, PictureKind, PictureScale, PictureSpec};
use crate::style::{Rgba8, Theme};
use crate::ui::label::Label;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, text_font};
use crate::ui::text::{exports as text, windows};
use crate::ui::widgets::{heading_ui, named, paragraph, room, window};

/// Width of the window, points.
const WIDTH: f32 = 460.0;

pub(super) fn exports_ui(ctx: &Context, model: &Model, open: &OpenExports, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    window("Export", ctx, WIDTH).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        heading_ui(ui, theme, text::EXPORT, Intent::ToggleExports, intents);
        let height = room(ctx);
        egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
            // Above the list: what became of a click is in sight.
            if let Some((done, points)) = model.session.export_progress() {
                sentence(ui, &text::solving(done, points), theme.text);
            }
            if let Some(error) = &open.error {
                sentence(ui, &text::refused(error), theme.binding);
            }
            if let Some(message) = &model.session.done {
                sentence(ui, &windows::done(&message.done), theme.text);
            }
            open.notes.iter().for_each(|note| sentence(ui, note, theme.soft));
            for format in ExportFormat::ALL {
                let Label { name, tooltip, .. } = text::format(format);
                if entry(ui, theme, name, tooltip) {
                    intents.push(Intent::Export(format));
                }
                if format == ExportFormat::ChromeTrace && entry(ui, theme, text::PERFETTO.name, text::PERFETTO.tooltip)
                {
                    intents.push(Intent::OpenInPerfetto);
                }
            }
            pictures_ui(ui, model, open, intents);
            ui.add_space(Theme::STEP);
            paragraph(ui, theme, text::ABOUT);
        });
    });
}

/// Bytes of a picture per pixel, measured on the first look with 1280 x 720 points.
const PICTURE_BYTES_PER_PIXEL: f64 = 0.15;
/// Bytes of a film per pixel and picture, as animated PNG and as WebM, measured in the same way.
const FILM_BYTES_PER_PIXEL: [f64; 2] = [0.1, 0.012];

/// Pictures and films of the window, with their likely sizes, or the film that is being drawn.
fn pictures_ui(ui: &mut Ui, model: &Model, open: &OpenExports, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    if let Some(film) = open.film {
        sentence(ui, &text::film_progress(film), theme.text);
        if ui.button(text::STOP_FILM).clicked() {
            intents.push(Intent::StopFilm);
        }
        return;
    }
    let points = ui.ctx().content_rect().size() * ui.ctx().zoom_factor();
    let points = f64::from(points.x * points.y);
    let screen = f64::from(ui.ctx().native_pixels_per_point().unwrap_or(1.0)).powi(2);
    for scale in PictureScale::ALL {
        let bytes = points * screen * f64::from(scale.factor()).powi(2) * PICTURE_BYTES_PER_PIXEL;
        if entry(ui, theme, text::picture_name(scale), &text::picture_use(scale, bytes)) {
            intents.push(Intent::SavePicture(scale));
        }
    }
    for &kind in &model.session.film_kinds {
        let per_pixel = FILM_BYTES_PER_PIXEL[usize::from(kind == PictureKind::WebM)];
        let bytes = points * f64::from(PictureSpec::new(kind).pictures()) * per_pixel;
        if entry(ui, theme, text::film_name(kind), &text::film_use(kind, bytes)) {
            intents.push(Intent::SaveFilm(kind));
        }
    }
    let mut transparent = open.transparent;
    let label = RichText::new(text::TRANSPARENT).font(text_font(Theme::TYPE[0])).color(colour(theme.text));
    if ui.checkbox(&mut transparent, label).on_hover_text(text::TRANSPARENT_TOOLTIP).changed() {
        intents.push(Intent::SetTransparent(transparent));
    }
}

fn sentence(ui: &mut Ui, sentence: &str, ink: Rgba8) {
    ui.add(egui::Label::new(RichText::new(sentence).font(text_font(Theme::TYPE[0])).color(colour(ink))).wrap());
}

/// Name and use of a format on one button. Returns whether it was clicked.
fn entry(ui: &mut Ui, theme: &Theme, name: &str, tooltip: &str) -> bool {
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
