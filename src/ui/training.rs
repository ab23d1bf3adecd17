//! The training run of every fabric in the results: step, days, cost, and what a perfect network would save.

use egui::{RichText, Ui};

use super::model::Model;
use super::style::{colour, text_font};
use super::text::{common, training as text};
use super::widgets::{paragraph, row, section};
use crate::style::Theme;
use crate::ui::label::Label;

pub(super) fn training_ui(ui: &mut Ui, model: &Model) {
    let Some(training) = &model.session.training else { return };
    let theme = model.theme();
    section(ui, theme, text::TRAINING);
    for (index, (run, fabric)) in training.runs.iter().zip(&model.session.scene().fabrics).enumerate() {
        let name = RichText::new(common::fabric(index, &fabric.name));
        ui.add(egui::Label::new(name.font(text_font(Theme::TYPE[2])).color(colour(theme.text))).wrap());
        match run {
            Ok(run) => {
                paragraph(ui, theme, &text::chips(run.step.chips));
                for (name, value) in text::figures(run) {
                    row(ui, theme, Label::new(name, ""), &value);
                }
                text::sentences(run).iter().for_each(|words| paragraph(ui, theme, words));
            }
            Err(error) => paragraph(ui, theme, &text::no_step(error)),
        }
        ui.add_space(Theme::STEP);
    }
    training.matches.iter().for_each(|one| paragraph(ui, theme, &one.sentence));
    paragraph(ui, theme, text::SHOWN);
    ui.add_space(Theme::STEP);
}
