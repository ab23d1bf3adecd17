//! Sentences and notes of a step.

use egui::{RichText, Ui};

use crate::style::Theme;
use crate::ui::style::{colour, text_font};
use crate::ui::widgets::unbroken;

/// Size of the text of a step, points.
pub(super) const TEXT: f32 = 14.0;

pub(super) fn sentence(ui: &mut Ui, theme: &Theme, text: &str) {
    let text = RichText::new(unbroken(text)).font(text_font(TEXT)).color(colour(theme.text));
    ui.add(egui::Label::new(text).wrap());
}

pub(super) fn note(ui: &mut Ui, theme: &Theme, text: &str) {
    let text = RichText::new(unbroken(text)).font(text_font(Theme::TYPE[1])).color(colour(theme.soft));
    ui.add(egui::Label::new(text).wrap());
}
