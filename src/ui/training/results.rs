//! The training run of every fabric in the results: waterfall of days, figures with their ranges, and what should be known.

use egui::{RichText, Ui};

use super::uncertain::ranged_ui;
use super::waterfall::waterfall_ui;
use crate::style::Theme;
use crate::ui::label::Label;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font};
use crate::ui::text::{common, training as text};
use crate::ui::widgets::{paragraph, row, section};

pub(in crate::ui) fn training_ui(ui: &mut Ui, model: &Model) {
    let Some(training) = &model.session.training else { return };
    let theme = model.theme();
    section(ui, theme, text::TRAINING);
    let days = training.runs.iter().flatten().map(|run| run.figures.days.usual);
    let most_days = days.fold(0.0, f64::max);
    for (index, (run, fabric)) in training.runs.iter().zip(&model.session.scene().fabrics).enumerate() {
        ui.push_id(("training run", index), |ui| {
            let name = RichText::new(common::fabric(index, &fabric.name));
            ui.add(egui::Label::new(name.font(heading_font(Theme::TYPE[1])).color(colour(theme.text))).wrap());
            match run {
                Ok(run) => {
                    waterfall_ui(ui, model, run, most_days);
                    for figure in text::ranged_figures(run) {
                        ranged_ui(ui, theme, figure.name, &figure.value, &figure.range, run);
                    }
                    for (name, value) in text::certain_figures(run) {
                        row(ui, theme, Label::new(name, ""), &value);
                    }
                    text::sentences(run).iter().for_each(|words| paragraph(ui, theme, words));
                }
                Err(error) => paragraph(ui, theme, &text::no_step(error)),
            }
            ui.add_space(2.0 * Theme::STEP);
        });
    }
    training.matches.iter().for_each(|one| paragraph(ui, theme, &one.sentence));
    ui.add_space(Theme::STEP);
}
