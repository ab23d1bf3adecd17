//! The right panel: inspector, claim and verdict, the figures of every fabric, why, and notes.

use egui::{Align, Id, Layout, RichText, Ui};

use super::model::Model;
use super::previous_run::previous_run;
use super::style::{colour, heading_font, number_font, text_font};
use super::text::{common, hero as hero_text, results as text, terms};
use super::widgets::{SCROLL_BAR, TARGET, Tip, named, paragraph, row, section};
use super::{claim, hero, inspector, training, why};
use crate::explain::glossary::Term;
use crate::session::Intent;
use crate::solve::{FabricRun, NoteCode, Outcome, RunResult};
use crate::stage::Selection;
use crate::style::Theme;
use crate::ui::label::Label;
use crate::units::{BytesPerSec, capitalised, time_parts};

/// Up to this many runs, each has room for all its figures.
const MAX_ROOMY: usize = 2;
/// From this width on, points, a rate stands beside its capacity.
const ROOM_FOR_CAPACITY: f32 = 250.0;
/// Notes that change how a number is read. They stand out.
const PROMINENT: [NoteCode; 4] = [NoteCode::Launch, NoteCode::RanksDiffer, NoteCode::StripsDerived, NoteCode::Colours];

pub(super) fn results_ui(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        // The scroll bar stands beside the figures, not over them.
        ui.set_max_width(ui.available_width() - SCROLL_BAR);
        scroll_to_selection(ui, model.session.view.selection);
        if model.session.view.selection.is_some() {
            section(ui, theme, text::SELECTED);
        }
        inspector::inspector_ui(ui, model, intents);
        if model.session.hides_results() {
            section(ui, theme, text::RESULT);
            paragraph(ui, theme, hero_text::HIDDEN_BASIS);
            return;
        }
        claim::claim_ui(ui, model);
        training::training_ui(ui, model);
        if model.session.training.is_some() {
            undo_and_compare(ui, model, intents);
            return;
        }
        section(ui, theme, text::RESULT);
        undo_and_compare(ui, model, intents);
        for (index, run) in model.session.runs.iter().enumerate() {
            result_ui(ui, model, index, run, intents);
        }
        why::why_ui(ui, model, intents);
        // Why a fabric cannot run stands with its result.
        let notes = |run: &FabricRun| run.notes.iter().any(|note| note.code != NoteCode::DoesNotFit);
        if model.session.runs.iter().any(notes) {
            section(ui, theme, text::NOTES);
        }
        for (index, run) in model.session.runs.iter().enumerate() {
            for shown in run.notes.iter().filter(|note| note.code != NoteCode::DoesNotFit) {
                let is_prominent = PROMINENT.contains(&shown.code) || shown.code == NoteCode::Auto && has_unknown(run);
                note(ui, theme, (index, &shown.text), is_prominent);
            }
        }
    });
}

fn undo_and_compare(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let edits = &model.session.undo;
    let compares = (0..model.session.runs.len()).any(|fabric| edits.before(fabric).is_some());
    if !(edits.can_undo() || edits.can_redo() || compares) {
        return;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.spacing_mut().button_padding = egui::vec2(8.0, 2.0);
        let mut button = |name: &str, tooltip: &str, enabled: bool, intent: Intent| {
            let label = RichText::new(name).font(text_font(Theme::TYPE[0]));
            let button = ui.add_enabled(enabled, egui::Button::new(label));
            named(&button, egui::WidgetType::Button, name, "");
            if button.tip(tooltip).clicked() {
                intents.push(intent);
            }
        };
        button(text::UNDO, &text::undo_tooltip(), edits.can_undo(), Intent::Undo);
        button(text::REDO, &text::redo_tooltip(), edits.can_redo(), Intent::Redo);
        let Label { name, tooltip, .. } = text::STOP_COMPARING;
        button(name, tooltip, compares, Intent::ClearComparison);
    });
}

/// Whether `auto` does not know the time of some algorithms.
fn has_unknown(run: &FabricRun) -> bool {
    run.choice.as_ref().is_some_and(|choice| !choice.unknown().is_empty())
}

fn note(ui: &mut Ui, theme: &Theme, (index, text): (usize, &str), is_prominent: bool) {
    let ink = if is_prominent { theme.text } else { theme.soft };
    let text = RichText::new(common::fabric(index, text)).font(text_font(12.0)).color(colour(ink));
    ui.add(egui::Label::new(text).wrap());
}

fn result_ui(ui: &mut Ui, model: &Model, index: usize, run: &FabricRun, intents: &mut Vec<Intent>) {
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
                let badge_width = 74.0;
                ui.scope(|ui| {
                    ui.set_max_width(ui.available_width() - badge_width);
                    let name = RichText::new(common::fabric(index, &run.scene.name));
                    let name = name.font(text_font(Theme::TYPE[2])).color(colour(theme.text));
                    ui.add(egui::Label::new(name).wrap());
                });
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| badge(ui, model, run, done));
            });
            let Outcome::Ran(result) = &run.outcome else {
                cannot_run(ui, theme, run);
                return;
            };
            if let Some(value) = previous_run(model, index, run) {
                row(ui, theme, text::PREVIOUS_RUN, &value);
            }
            let compact = model.session.runs.len() > MAX_ROOMY;
            if figures(ui, model, run, result, compact) {
                intents.push(Intent::ShowSources(Some(index)));
            }
        });
    ui.add_space(Theme::STEP);
}

fn badge(ui: &mut Ui, model: &Model, run: &FabricRun, done: bool) {
    let theme = model.theme();
    let Some(result) = run.result() else { return };
    let share = model.session.local_time(run).0 as f64 / result.time.0.max(1) as f64;
    let (label, ink) = if done { (text::DONE.to_owned(), theme.done) } else { (text::progress(share), theme.soft) };
    ui.label(RichText::new(label).font(text_font(Theme::TYPE[0])).color(colour(ink)));
}

/// Why a fabric has no result: the error of the engine, or the note that says what does not fit.
pub(super) fn reason(run: &FabricRun) -> String {
    match &run.outcome {
        Outcome::Failed(error) => capitalised(&error.to_string()),
        Outcome::CannotRun | Outcome::Ran(_) => {
            let note = run.notes.iter().find(|note| note.code == NoteCode::DoesNotFit);
            note.map_or(String::new(), |note| capitalised(&note.text))
        }
    }
}

fn cannot_run(ui: &mut Ui, theme: &Theme, run: &FabricRun) {
    let headline = RichText::new(common::CANNOT_RUN).font(heading_font(Theme::TYPE[4])).color(colour(theme.binding));
    ui.label(headline);
    paragraph(ui, theme, &reason(run));
}

/// The figures of a run, in fewer lines if there are many runs. Returns whether one of them, or the link to their sources,
/// was clicked.
fn figures(ui: &mut Ui, model: &Model, run: &FabricRun, result: &RunResult, compact: bool) -> bool {
    let theme = model.theme();
    let (number, unit) = hero::time_scale(model.session, 4)
        .map_or_else(|| time_parts(result.time.secs()), |scale| (scale.number(result.time), scale.unit()));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let size = Theme::TYPE[if compact { 4 } else { 5 }];
        let number = ui.label(RichText::new(number).font(number_font(size)).color(colour(theme.text)));
        number.tip_of(Label::from_term(Term::Time, "", ""));
        let unit = RichText::new(unit).font(text_font(Theme::TYPE[3])).color(colour(theme.soft));
        ui.with_layout(Layout::left_to_right(Align::BOTTOM), |ui| ui.label(unit));
    });
    let figure = |ui: &mut Ui, term: Term, name: &str, more: &str, value: &str| {
        row(ui, theme, Label::from_term(term, name, more), value)
    };
    let algbw = BytesPerSec(result.algbw(run.message)).to_string();
    let busbw = BytesPerSec(result.busbw(run.scene.collective, run.message, run.ranks)).to_string();
    let mut clicked = if let Some(sequence) = &run.scene.sequence {
        // Operations of several sizes have no common bandwidth.
        let label = Label::new(text::OPERATIONS, text::OPERATIONS_TOOLTIP);
        row(ui, theme, label, &sequence.operations.len().to_string())
    } else if compact {
        figure(ui, Term::Busbw, text::BUSBW, &text::bandwidths_tooltip(run, result), &busbw)
    } else {
        figure(ui, Term::Algbw, text::ALGBW, &terms::algbw(run, result), &algbw)
            | figure(ui, Term::Busbw, text::BUSBW, &text::busbw_tooltip(run, result), &busbw)
    };
    let busiest = result.played.busiest_link.1;
    let capacity = BytesPerSec(run.fabric.link(busiest).map_or(0.0, |link| link.capacity.0));
    let wire = BytesPerSec(result.wire());
    let has_room = ui.available_width() > ROOM_FOR_CAPACITY;
    let wire = if has_room { text::rate_of_capacity(wire, capacity) } else { wire.to_string() };
    let wire_tooltip = text::wire_rate_tooltip(result, &run.fabric.link_name(busiest), capacity);
    clicked |= figure(ui, Term::WireRate, text::WIRE_RATE, &wire_tooltip, &wire);
    let share = |bound_s: f64| text::share(bound_s / result.time.secs());
    let (fabric_share, plan_share) = (share(run.bound_s), share(result.plan_bound_s));
    let fabric_tooltip = text::bound_tooltip(run.bound_s, result, &fabric_share);
    let plan_tooltip = text::bound_tooltip(result.plan_bound_s, result, &plan_share);
    let fabric_tooltip = format!("{fabric_tooltip}\n{}", text::fabric_bound_of(run));
    if compact {
        let tooltip = format!("{fabric_tooltip}\n{}", text::plan_bound_share(&plan_share));
        let shares = format!("{fabric_share}, {plan_share}");
        clicked |= figure(ui, Term::FabricBound, text::SHARES_OF_BOUNDS, &tooltip, &shares);
    } else {
        clicked |= figure(ui, Term::FabricBound, text::SHARE_OF_FABRIC_BOUND, &fabric_tooltip, &fabric_share);
        clicked |= figure(ui, Term::PlanBound, text::SHARE_OF_PLAN_BOUND, &plan_tooltip, &plan_share);
    }
    clicked | sources_link(ui, theme)
}

/// The link to the sources of all figures. Returns whether it was clicked.
fn sources_link(ui: &mut Ui, theme: &Theme) -> bool {
    let label = RichText::new(text::SOURCES).font(text_font(Theme::TYPE[0])).color(colour(theme.selection));
    ui.spacing_mut().button_padding.x = 0.0;
    let link = ui.add(egui::Button::new(label).frame(false).min_size(egui::vec2(0.0, TARGET)));
    named(&link, egui::WidgetType::Link, text::SOURCES, "");
    link.on_hover_cursor(egui::CursorIcon::PointingHand).clicked()
}

/// A panel that was scrolled down goes to the inspector when something else is selected: it would come unseen.
fn scroll_to_selection(ui: &Ui, selection: Option<Selection>) {
    let shown = Id::new("shown selection");
    if ui.data(|data| data.get_temp(shown)) == Some(selection) {
        return;
    }
    ui.data_mut(|data| data.insert_temp(shown, selection));
    if selection.is_some() {
        ui.scroll_to_cursor(Some(Align::TOP));
    }
}
