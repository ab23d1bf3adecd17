//! The window of a log: the cluster that it is compared with, the verdict, its points on the curves of the model, and the details.

use egui::{Align2, Context, RichText, Ui, vec2};

use super::{cluster, plot};
use crate::compare::{VerdictState, headline};
use crate::session::{Intent, LogComparison, LogWindow};
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, number_font, text_font};
use crate::ui::text::log as text;
use crate::ui::widgets::{heading_ui, room, window};

/// Height of the log's notes, points.
const NOTES: f32 = 64.0;

pub(in crate::ui) fn log_ui(ctx: &Context, model: &Model, log: &LogWindow, intents: &mut Vec<Intent>) {
    window("Log", ctx, 860.0).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        let theme = model.theme();
        heading_ui(ui, theme, text::HEADING, Intent::CloseLog, intents);
        ui.label(RichText::new(&log.name).font(number_font(Theme::TYPE[0])).color(colour(theme.soft)));
        let height = room(ctx);
        egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
            if let Some(guessed) = &log.guess {
                let guessed =
                    RichText::new(guessed.sentence()).font(text_font(Theme::TYPE[1])).color(colour(theme.sum));
                ui.add(egui::Label::new(guessed).wrap());
            }
            ui.add_space(Theme::STEP);
            cluster::cluster_ui(ui, model, log, intents);
            ui.add_space(2.0 * Theme::STEP);
            match &log.comparison {
                Ok(held) => {
                    // The answer first: in a small window the plot fills the rest.
                    verdict(ui, theme, held);
                    ui.add_space(Theme::STEP);
                    plot::plot_ui(ui, theme, held);
                    ui.add_space(Theme::STEP);
                    details(ui, theme, held);
                }
                Err(problem) => {
                    let problem = RichText::new(problem).font(text_font(Theme::TYPE[2])).color(colour(theme.binding));
                    ui.add(egui::Label::new(problem).wrap());
                }
            }
            notes(ui, theme, log);
        });
    });
}

/// busbw reached and expected, and the verdict.
fn verdict(ui: &mut Ui, theme: &Theme, held: &LogComparison) {
    let verdict = &held.comparison.verdict;
    let ink = match verdict.state {
        VerdictState::Healthy => theme.done,
        VerdictState::Below | VerdictState::WrongSums => theme.binding,
        VerdictState::SlowBelow32Mib | VerdictState::Faster => theme.sum,
        VerdictState::OtherMachine | VerdictState::Unknown => theme.soft,
    };
    if let Some(headline) = headline(&held.comparison) {
        let headline = RichText::new(headline).font(number_font(Theme::TYPE[3])).color(colour(theme.text));
        ui.add(egui::Label::new(headline).wrap());
    }
    let state = RichText::new(&verdict.text).font(heading_font(Theme::TYPE[2])).color(colour(ink));
    ui.add(egui::Label::new(state).wrap());
}

/// What else there is to say: the details of the verdict, the errors of the model, and how to read busbw.
fn details(ui: &mut Ui, theme: &Theme, held: &LogComparison) {
    for detail in &held.comparison.verdict.details {
        let detail = RichText::new(detail).font(text_font(Theme::TYPE[1])).color(colour(theme.text));
        ui.add(egui::Label::new(detail).wrap());
    }
    ui.add_space(Theme::STEP);
    let errors = RichText::new(text::errors(held)).font(text_font(Theme::TYPE[1])).color(colour(theme.text));
    ui.add(egui::Label::new(errors).wrap());
    let reading = RichText::new(text::reading(&held.cluster, held.has_nvls())).font(text_font(Theme::TYPE[0]));
    ui.add(egui::Label::new(reading.color(colour(theme.soft))).wrap());
}

/// What was left out of the log, by line.
fn notes(ui: &mut Ui, theme: &Theme, log: &LogWindow) {
    if log.log.notes.is_empty() {
        return;
    }
    ui.add_space(Theme::STEP);
    egui::ScrollArea::vertical().id_salt("notes of the log").max_height(NOTES).show(ui, |ui| {
        for note in &log.log.notes {
            let note = RichText::new(text::note(note.line, &note.text)).font(text_font(Theme::TYPE[0]));
            ui.add(egui::Label::new(note.color(colour(theme.soft))).wrap());
        }
    });
}
