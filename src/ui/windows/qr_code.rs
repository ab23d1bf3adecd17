//! A link as a QR code, black on white in every theme: cameras expect that.

use egui::{Align2, Color32, Context, Rect, RichText, Ui, pos2, vec2};
use qrcodegen::{QrCode, QrCodeEcc};

use crate::session::Intent;
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, text_font};
use crate::ui::text::windows as text;
use crate::ui::widgets::{heading_ui, named, room, window};

/// Modules of white around a code, which the standard asks for.
const QUIET: i32 = 4;
/// Largest side of the code, points.
const SIDE: f32 = 420.0;

pub(super) fn qr_code_ui(ctx: &Context, model: &Model, link: &str, intents: &mut Vec<Intent>) {
    window("QR code", ctx, SIDE).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        let theme = model.theme();
        heading_ui(ui, theme, text::QR_TITLE, Intent::ToggleQrCode, intents);
        let soft = |text: String| RichText::new(text).font(text_font(Theme::TYPE[0])).color(colour(theme.soft));
        match code(link) {
            Some(code) => {
                let side = ui.available_width().min(room(ctx) - 40.0).max(120.0);
                ui.vertical_centered(|ui| code_ui(ui, &code, side, link));
                ui.add_space(Theme::STEP);
                ui.add(egui::Label::new(soft(text::qr_length(link))).wrap());
            }
            None => {
                ui.add(egui::Label::new(soft(text::too_long_for_qr(link))).wrap());
            }
        }
    });
}

/// The code with the most correction for which there is room; `None` if the link is too long.
fn code(link: &str) -> Option<QrCode> {
    [QrCodeEcc::Medium, QrCodeEcc::Low].into_iter().find_map(|level| QrCode::encode_text(link, level).ok())
}

fn code_ui(ui: &mut Ui, code: &QrCode, side: f32, link: &str) {
    // Modules of whole pixels: others would blur.
    let count = code.size() + 2 * QUIET;
    let pixels = ui.pixels_per_point();
    let module = ((side * pixels / count as f32).floor().max(1.0)) / pixels;
    let (rect, response) = ui.allocate_exact_size(vec2(module, module) * count as f32, egui::Sense::hover());
    named(&response, egui::WidgetType::Label, text::QR_TITLE, link);
    let painter = ui.painter();
    let corner = pos2((rect.left() * pixels).round() / pixels, (rect.top() * pixels).round() / pixels);
    painter.rect_filled(Rect::from_min_size(corner, rect.size()), 0.0, Color32::WHITE);
    for row in 0..code.size() {
        let mut column = 0;
        while column < code.size() {
            let length = (column..code.size()).take_while(|at| code.get_module(*at, row)).count() as i32;
            if length > 0 {
                let at = corner + vec2((column + QUIET) as f32, (row + QUIET) as f32) * module;
                let size = vec2(length as f32 * module, module);
                painter.rect_filled(Rect::from_min_size(at, size), 0.0, Color32::BLACK);
            }
            column += length.max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_that_a_code_can_hold_has_one() {
        assert_eq!(code("https://example.org/#scene=rack").map(|code| code.size()), Some(29));
        assert!(code(&"a".repeat(2953)).is_some());
        assert!(code(&"a".repeat(2954)).is_none());
    }
}
