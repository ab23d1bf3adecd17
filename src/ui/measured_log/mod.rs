//! A real log over the predicted curve: who it is held against, its points, its error, and the verdict in words.
//!
//! | file | what |
//! |---|---|
//! | `cluster` | the controls of the cluster |
//! | `plot` | busbw against message size |

mod cluster;
mod plot;

use egui::{Align2, Context, RichText, Ui, vec2};

use super::Model;
use super::dialogs::{heading, room, window};
use super::style::{colour, mono, semibold, words};
use crate::compare::VerdictState;
use crate::session::{Intent, LogComparison, LogWindow};
use crate::style::Theme;

/// Height of the log's notes, points.
const NOTES: f32 = 64.0;

pub(super) fn show(ctx: &Context, model: &Model, intents: &mut Vec<Intent>) {
    let Some(log) = &model.session.log else { return };
    window("Log", ctx, 860.0).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        heading(ui, model, "A real log against the measured timing", Intent::CloseLog, intents);
        let theme = model.theme();
        ui.label(RichText::new(&log.name).font(mono(Theme::TYPE[0])).color(colour(theme.soft)));
        let height = room(ctx);
        egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
            if let Some(guessed) = &log.guess {
                let text = RichText::new(guessed.sentence()).font(words(Theme::TYPE[1])).color(colour(theme.sum));
                ui.add(egui::Label::new(text).wrap());
            }
            ui.add_space(Theme::STEP);
            cluster::show(ui, model, log, intents);
            ui.add_space(2.0 * Theme::STEP);
            match &log.comparison {
                Ok(held) => {
                    plot::show(ui, theme, held);
                    ui.add_space(Theme::STEP);
                    errors(ui, theme, held);
                }
                Err(problem) => {
                    let text = RichText::new(problem).font(words(Theme::TYPE[2])).color(colour(theme.binding));
                    ui.add(egui::Label::new(text).wrap());
                }
            }
            notes(ui, theme, log);
        });
    });
}

fn errors(ui: &mut Ui, theme: &Theme, held: &LogComparison) {
    let percent = |share: Option<f64>| share.map_or("-".to_owned(), |share| format!("{:.1} %", 100.0 * share));
    let comparison = &held.comparison;
    let ink = match comparison.verdict.state {
        VerdictState::Healthy => theme.done,
        VerdictState::Below => theme.binding,
        VerdictState::SlowBelow32Mib | VerdictState::Faster => theme.sum,
        VerdictState::Unknown => theme.soft,
    };
    let verdict = RichText::new(&comparison.verdict.text).font(semibold(Theme::TYPE[2])).color(colour(ink));
    ui.add(egui::Label::new(verdict).wrap());
    ui.add_space(Theme::STEP);
    let text = format!(
        "error from 1 MiB on {}, over all sizes {}; NCCL's own cost model {}. The error is exp(mean |ln(predicted / \
         measured)|) - 1; the smaller of the two times of a row counts.",
        percent(comparison.error_1mib_up),
        percent(comparison.error_all),
        percent(comparison.nccl_table_error_1mib_up)
    );
    ui.add(egui::Label::new(RichText::new(text).font(words(Theme::TYPE[1])).color(colour(theme.text))).wrap());
    let nvls = if held.has_nvls() {
        ": with NVLS, which puts only S(1+1/n) on a link, it may exceed what the link carries"
    } else if held.cluster.nodes > 1 {
        ": a tree over nodes, which puts 2(k-1)/k of it on their NICs, may exceed these"
    } else {
        ""
    };
    let note = format!(
        "busbw counts 2(n-1)/n of the message whatever the algorithm{nvls}. Constants are fitted on public logs; the picks \
         are the model's, not NCCL's. Ceilings: what the links alone leave."
    );
    ui.add(egui::Label::new(RichText::new(note).font(words(Theme::TYPE[0])).color(colour(theme.soft))).wrap());
}

/// What was left out of the log, by line.
fn notes(ui: &mut Ui, theme: &Theme, log: &LogWindow) {
    if log.log.notes.is_empty() {
        return;
    }
    ui.add_space(Theme::STEP);
    egui::ScrollArea::vertical().id_salt("notes of the log").max_height(NOTES).show(ui, |ui| {
        for note in &log.log.notes {
            let place = note.line.map_or(String::new(), |line| format!("line {line}: "));
            let text = RichText::new(format!("{place}{}", note.text));
            let text = text.font(words(Theme::TYPE[0])).color(colour(theme.soft));
            ui.add(egui::Label::new(text).wrap());
        }
    });
}
