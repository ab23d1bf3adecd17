//! The panel of a log: the verdict, what would explain it, the points of its runs on the curves of the model, the cluster that
//! it is compared with, and the details.

use egui::{Align2, Context, RichText, Ui, vec2};

use super::{causes, cluster, plot, stamp};
use crate::session::{Intent, LogComparison, OpenLog, run_name};
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, number_font, text_font};
use crate::ui::text::log as text;
use crate::ui::widgets::{Tip, choice, heading_ui, room, section, window};

/// Height of the log's notes, points.
const NOTES: f32 = 96.0;
/// Least and largest width of the panel, points.
const WIDTHS: std::ops::RangeInclusive<f32> = 340.0..=760.0;
/// Width of the panel at first, as a share of the window.
const SHARE: f32 = 0.31;

/// The panel, in the place of the parameters.
pub(in crate::ui) fn log_panel_ui(root: &mut Ui, model: &Model, log: &OpenLog, intents: &mut Vec<Intent>) {
    let width = root.available_width();
    egui::Panel::left("log")
        .resizable(true)
        .default_size((width * SHARE).clamp(380.0, 520.0))
        .size_range(*WIDTHS.start()..=WIDTHS.end().min(width * 0.5))
        .frame(egui::Frame::new().fill(colour(model.theme().panel)).inner_margin(egui::Margin {
            left: 20,
            right: 8,
            top: 16,
            bottom: 16,
        }))
        .show(root, |ui| {
            ui.set_min_width(ui.available_width());
            heading(ui, model, log, intents);
            egui::ScrollArea::vertical().auto_shrink([false; 2]).show(ui, |ui| {
                // Room for the scroll bar.
                ui.set_max_width(ui.available_width() - 12.0);
                contents(ui, model, log, intents);
            });
        });
}

/// The same in a window, where the window of the program has no room for side panels.
pub(in crate::ui) fn log_window_ui(ctx: &Context, model: &Model, log: &OpenLog, intents: &mut Vec<Intent>) {
    window("Log", ctx, 520.0).anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ctx, |ui| {
        heading(ui, model, log, intents);
        let height = room(ctx);
        egui::ScrollArea::vertical()
            .max_height(height)
            .min_scrolled_height(height)
            .show(ui, |ui| contents(ui, model, log, intents));
    });
}

fn heading(ui: &mut Ui, model: &Model, log: &OpenLog, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    heading_ui(ui, theme, text::HEADING, Intent::CloseLog, intents);
    let name = RichText::new(&log.name).font(number_font(Theme::TYPE[0])).color(colour(theme.soft));
    ui.add(egui::Label::new(name).truncate()).tip(&log.name);
    ui.add_space(Theme::STEP);
}

fn contents(ui: &mut Ui, model: &Model, log: &OpenLog, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    if log.log.runs.len() > 1 {
        run_choice(ui, log, intents);
    }
    match &log.comparison {
        Ok(held) => {
            stamp::stamp_ui(ui, theme, held, cluster::assumed_network(log, model.session.catalog()));
            causes::causes_ui(ui, model, log, intents);
            section(ui, theme, text::PLOT_SECTION);
            plot::plot_ui(ui, theme, log, held, intents);
            for difference in &log.differences {
                wrapped(ui, difference, theme);
            }
            section(ui, theme, text::DETAILS);
            details(ui, theme, held);
        }
        Err(problem) => {
            let problem = RichText::new(problem).font(text_font(Theme::TYPE[2])).color(colour(theme.binding));
            ui.add(egui::Label::new(problem).wrap());
        }
    }
    section(ui, theme, text::CLUSTER);
    if let Some(guessed) = &log.guess {
        wrapped(ui, &guessed.sentence(), theme);
    }
    cluster::cluster_ui(ui, model, log, intents);
    notes(ui, theme, log);
}

fn wrapped(ui: &mut Ui, sentence: &str, theme: &Theme) {
    let sentence = RichText::new(sentence).font(text_font(Theme::TYPE[1])).color(colour(theme.text));
    ui.add(egui::Label::new(sentence).wrap());
}

/// A menu of all runs: a plot shows only the first of many.
fn run_choice(ui: &mut Ui, log: &OpenLog, intents: &mut Vec<Intent>) {
    let numbers: Vec<String> = (0..log.log.runs.len()).map(|at| at.to_string()).collect();
    let runs = log.log.runs.iter().enumerate();
    let runs: Vec<(&str, String)> =
        numbers.iter().map(String::as_str).zip(runs.map(|(at, run)| text::run(&run_name(run, at)))).collect();
    let chosen = choice(ui, "run of the log", text::RUN, &log.run.to_string(), &runs);
    if let Some(run) = chosen.and_then(|run| run.parse().ok()) {
        intents.push(Intent::SelectLogRun(run));
    }
    ui.add_space(Theme::STEP);
}

/// What else there is to say: the details of the verdict, the errors of the model, and how to read busbw.
fn details(ui: &mut Ui, theme: &Theme, held: &LogComparison) {
    for detail in &held.comparison.verdict.details {
        wrapped(ui, detail, theme);
    }
    wrapped(ui, &text::errors(held), theme);
    let reading = RichText::new(text::reading(&held.cluster, held.has_nvls())).font(text_font(Theme::TYPE[0]));
    ui.add(egui::Label::new(reading.color(colour(theme.soft))).wrap());
}

/// What was left out of the log, by line.
fn notes(ui: &mut Ui, theme: &Theme, log: &OpenLog) {
    if log.log.notes.is_empty() {
        return;
    }
    section(ui, theme, text::NOTES);
    egui::ScrollArea::vertical().id_salt("notes of the log").max_height(NOTES).show(ui, |ui| {
        for note in &log.log.notes {
            let note = RichText::new(text::note(note.line, &note.text)).font(text_font(Theme::TYPE[0]));
            ui.add(egui::Label::new(note.color(colour(theme.soft))).wrap());
        }
    });
}
