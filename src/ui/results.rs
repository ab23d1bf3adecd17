//! The right panel: the numbers of every fabric, and what must be said beside them.

use egui::{Align, Layout, RichText, Ui};

use super::Model;
use super::style::{colour, mono, semibold, words};
use super::widgets::{SCROLL_BAR, named, row, section, unbroken};
use crate::scene::FabricKind;
use crate::scene::letter;
use crate::session::Intent;
use crate::solve::{FabricRun, Outcome, RunResult};
use crate::style::Theme;
use crate::units::{BytesPerSec, time_parts};

/// Most runs that have room for all their figures.
const ROOMY: usize = 2;

pub(super) fn show(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        // The bar stands beside what it moves, not over it.
        ui.set_max_width(ui.available_width() - SCROLL_BAR);
        if model.session.view.selection.is_some() {
            section(ui, theme, "SELECTED");
            super::card::show(ui, model, intents);
        }
        claim(ui, model);
        section(ui, theme, "RESULT");
        edits(ui, model, intents);
        for (index, run) in model.session.runs.iter().enumerate() {
            card(ui, model, index, run, intents);
        }
        super::why::show(ui, model, intents);
        section(ui, theme, "NOTES");
        for (index, run) in model.session.runs.iter().enumerate() {
            // Why a fabric cannot run stands on its card.
            for note in run.notes.iter().filter(|note| note.code != crate::solve::NoteCode::DoesNotFit) {
                said(ui, theme, &format!("{}   {}", letter(index), note.text), note.code.as_str());
            }
        }
    });
}

/// The claim that the scene puts to the test, and what its figures say.
fn claim(ui: &mut Ui, model: &Model) {
    let theme = model.theme();
    let (Some(claim), Some(verdict)) = (&model.session.scene().claim, &model.session.verdict) else { return };
    section(ui, theme, "CLAIM");
    let claim = RichText::new(claim).font(semibold(Theme::TYPE[2])).color(colour(theme.text));
    ui.add(egui::Label::new(claim).wrap());
    section(ui, theme, "VERDICT OF THE FIGURES");
    for sentence in verdict {
        let sentence = RichText::new(unbroken(sentence)).font(words(Theme::TYPE[1])).color(colour(theme.text));
        ui.add(egui::Label::new(sentence).wrap());
    }
    ui.add_space(Theme::STEP);
}

/// Take back, do again, and forget the runs before.
fn edits(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let edits = &model.session.undo;
    let compares = (0..model.session.runs.len()).any(|fabric| edits.before(fabric).is_some());
    if !(edits.can_undo() || edits.can_redo() || compares) {
        return;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.spacing_mut().button_padding = egui::vec2(8.0, 2.0);
        for (name, explanation, enabled, intent) in [
            ("Take back", "The last change (U)", edits.can_undo(), Intent::Undo),
            ("Again", "What was taken back (Shift + U)", edits.can_redo(), Intent::Redo),
            ("Compare no longer", "Forget the runs before the last change", compares, Intent::ClearComparison),
        ] {
            let button = ui.add_enabled(enabled, egui::Button::new(RichText::new(name).font(words(Theme::TYPE[0]))));
            named(&button, egui::WidgetType::Button, name, "");
            if button.on_hover_text(explanation).clicked() {
                intents.push(intent);
            }
        }
    });
}

/// How a run compares with the one before the last change: "1.343 ms, now +11.7 %".
pub(super) fn compared_with_before(model: &Model, index: usize, run: &FabricRun) -> Option<String> {
    let now = run.result()?.time;
    let before = model.session.undo.before(index)?;
    match before.result().map(|result| result.time) {
        Some(before) if before == now => None,
        Some(before) => {
            let change = 100.0 * (now.0 as f64 / before.0.max(1) as f64 - 1.0);
            Some(format!("{before}, now {change:+.1} %"))
        }
        None => Some("could not run".to_owned()),
    }
}

/// One sentence; those that change how a number is read stand out.
fn said(ui: &mut Ui, theme: &Theme, text: &str, code: &str) {
    let ink =
        if matches!(code, "launch" | "ranks-differ" | "strips-derived" | "colours") { theme.text } else { theme.soft };
    let text = RichText::new(text).font(words(12.0)).color(colour(ink));
    ui.add(egui::Label::new(text).wrap());
}

fn card(ui: &mut Ui, model: &Model, index: usize, run: &FabricRun, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let done = run.result().is_some_and(|result| model.session.local_time(run) >= result.time);
    let border = if done { theme.done } else { theme.line };
    egui::Frame::new()
        .fill(colour(theme.raised))
        .stroke(egui::Stroke::new(1.0, colour(border)))
        .corner_radius(Theme::CORNER_LARGE)
        .inner_margin(egui::Margin::symmetric(14, 12))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 4.0;
            ui.spacing_mut().interact_size.y = 19.0;
            ui.horizontal(|ui| {
                let name = format!("{}   {}", letter(index), run.scene.name);
                let badge_width = 74.0;
                ui.scope(|ui| {
                    ui.set_max_width(ui.available_width() - badge_width);
                    let name = RichText::new(name).font(words(Theme::TYPE[2])).color(colour(theme.text));
                    ui.add(egui::Label::new(name).truncate());
                });
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| badge(ui, model, run, done));
            });
            match &run.outcome {
                Outcome::Ran(result) => {
                    if let Some(text) = compared_with_before(model, index, run) {
                        row(ui, theme, "before", &text, "The run before the last change");
                    }
                    let compact = model.session.runs.len() > ROOMY;
                    if numbers(ui, theme, run, result, compact) {
                        intents.push(Intent::ShowSources(Some(index)));
                    }
                }
                Outcome::CannotRun => stopped(ui, theme, "does not fit", &why_not(run)),
                Outcome::Failed(_) => stopped(ui, theme, "cannot run", &why_not(run)),
            }
        });
    ui.add_space(Theme::STEP);
}

/// A way to the sources of all figures.
fn sources(ui: &mut Ui, theme: &Theme) -> bool {
    let text =
        RichText::new("Where do these figures come from?").font(words(Theme::TYPE[0])).color(colour(theme.selection));
    let link = ui.add(egui::Label::new(text).sense(egui::Sense::click()));
    named(&link, egui::WidgetType::Link, "Where do these figures come from?", "");
    link.on_hover_cursor(egui::CursorIcon::PointingHand).clicked()
}

fn badge(ui: &mut Ui, model: &Model, run: &FabricRun, done: bool) {
    let theme = model.theme();
    let Some(result) = run.result() else { return };
    let share = model.session.local_time(run).0 as f64 / result.time.0.max(1) as f64;
    let (text, ink) =
        if done { ("done".to_owned(), theme.done) } else { (format!("{:.0} % of time", share * 100.0), theme.soft) };
    ui.label(RichText::new(text).font(words(Theme::TYPE[0])).color(colour(ink)));
}

/// Why a fabric has no result, in words.
pub(super) fn why_not(run: &FabricRun) -> String {
    if let Outcome::Failed(error) = &run.outcome {
        return error.to_string();
    }
    let words = run.notes.first().map_or("", |note| note.text.as_str());
    let words = words.strip_prefix("does not fit: ").unwrap_or(words);
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn stopped(ui: &mut Ui, theme: &Theme, headline: &str, why: &str) {
    ui.label(RichText::new(headline).font(semibold(Theme::TYPE[4])).color(colour(theme.binding)));
    let why = RichText::new(why).font(words(12.0)).color(colour(theme.soft));
    ui.add(egui::Label::new(why).wrap());
}

/// The figures of a run, in fewer lines where there are many runs. Answers whether one was clicked, or the way to their
/// sources.
fn numbers(ui: &mut Ui, theme: &Theme, run: &FabricRun, result: &RunResult, compact: bool) -> bool {
    let (number, unit) = time_parts(result.time.secs());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let size = Theme::TYPE[if compact { 4 } else { 5 }];
        ui.label(RichText::new(number).font(mono(size)).color(colour(theme.text)));
        let unit = RichText::new(unit).font(words(Theme::TYPE[3])).color(colour(theme.soft));
        ui.with_layout(Layout::left_to_right(Align::BOTTOM), |ui| ui.label(unit));
    });
    let rate = |bytes_per_sec: f64| BytesPerSec(bytes_per_sec).to_string();
    let capacity = run.fabric.link(result.played.busiest_link.1).map_or(0.0, |link| link.capacity.0);
    let busiest = run.fabric.link_name(result.played.busiest_link.1);
    let share = |bound_s: f64| format!("{:.1} %", 100.0 * bound_s / result.time.secs());
    let (algbw, busbw) = (rate(result.algbw(run.message)), rate(result.busbw(run.message, run.ranks)));
    let about_algbw = "message over time, S / t (nccl-tests)";
    let about_busbw = format!(
        "algbw x 2(n-1)/n, n = {} ranks (nccl-tests). Blind to the algorithm: in-switch reduction puts only \
         S (1 + 1/n) on a link, so busbw may exceed what a link can carry. The wire rate cannot.",
        run.ranks
    );
    let mut clicked = if compact {
        row(ui, theme, "busbw", &busbw, &format!("{about_busbw}\nalgbw, {about_algbw}: {algbw}."))
    } else {
        row(ui, theme, "algbw", &algbw, about_algbw) | row(ui, theme, "busbw", &busbw, &about_busbw)
    };
    let wire = format!("The most bytes over any one link, over the time. Here: {busiest}, of {}.", rate(capacity));
    let mut shown = rate(result.wire());
    if ui.available_width() > 250.0 {
        shown = format!("{shown} of {}", rate(capacity));
    }
    clicked |= row(ui, theme, "wire rate", &shown, &wire);
    let fabric_bound = match &run.scene.kind {
        FabricKind::Chips(_) => {
            "Message over the capacity of a rank's port and of every cut, the least for any algorithm on this fabric."
        }
        FabricKind::Wafers(_) => "Message over a wafer's link, the least for any algorithm on this fabric.",
        FabricKind::Wafer(_) => {
            "Message over the capacity of the narrowest cut, the least for any algorithm on this layout."
        }
    };
    let fabric_bound = format!("{fabric_bound} {} µs.", micros(run.bound_s));
    let plan_bound =
        format!("The longest path and the busiest link of this very plan: {} µs.", micros(result.plan_bound_s));
    if compact {
        let shares = format!("{}, {}", share(run.bound_s), share(result.plan_bound_s));
        let about = format!("Of the fabric: {fabric_bound}\nOf the plan: {plan_bound}");
        clicked |= row(ui, theme, "of bounds", &shares, &about);
    } else {
        clicked |= row(ui, theme, "share of fabric bound", &share(run.bound_s), &fabric_bound);
        clicked |= row(ui, theme, "share of plan bound", &share(result.plan_bound_s), &plan_bound);
    }
    clicked | sources(ui, theme)
}

fn micros(seconds: f64) -> String {
    format!("{:.3}", seconds * 1e6)
}
