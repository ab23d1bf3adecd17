//! The sweep: at the left its setting, figure and progress, at the right the plot.

use egui::{RichText, Ui, vec2};

use super::plot;
use crate::explain::glossary::Term;
use crate::session::{Intent, SweepIntent, SweepJob};
use crate::stage::Item;
use crate::style::Theme;
use crate::sweep::{Subject, Sweep, fastest_changes, untried_changes};
use crate::ui::label::Label;
use crate::ui::model::Model;
use crate::ui::style::{colour, heading_font, number_font, text_font};
use crate::ui::text::{common, sweep as text};
use crate::ui::widgets::{
    OptionStyle, SCROLL_BAR, Tip, choice, named, named_choice, option_button, paragraph, sentence,
};

/// Width of the controls at the left, points.
const CONTROLS: f32 = 264.0;
/// Most crossovers that are listed.
const MAX_CROSSOVERS: usize = 6;

/// Height of the panel, points.
pub(in crate::ui) fn height(available: f32) -> f32 {
    (available * 0.46).clamp(220.0, 460.0)
}

pub(in crate::ui) fn sweep_ui(ui: &mut Ui, model: &Model, sweeping: &SweepJob, intents: &mut Vec<Intent>) {
    let rect = ui.available_rect_before_wrap();
    let (left, right) = rect.split_left_right_at_x(rect.left() + CONTROLS);
    ui.scope_builder(egui::UiBuilder::new().max_rect(left.with_max_x(left.right() - 20.0)), |ui| {
        egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.set_max_width(ui.available_width() - SCROLL_BAR);
            controls(ui, model, sweeping, intents);
        });
    });
    ui.scope_builder(egui::UiBuilder::new().max_rect(right), |ui| match &sweeping.sweep {
        Ok(sweep) => plot::plot_ui(ui, model, sweeping, sweep, intents),
        Err(problem) => {
            let problem = RichText::new(problem).font(text_font(Theme::TYPE[1])).color(colour(model.theme().binding));
            egui::ScrollArea::vertical().show(ui, |ui| ui.add(egui::Label::new(problem).wrap()));
        }
    });
}

fn controls(ui: &mut Ui, model: &Model, sweeping: &SweepJob, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    ui.spacing_mut().item_spacing.y = 6.0;
    ui.horizontal(|ui| {
        ui.label(RichText::new(text::SWEEP).font(heading_font(Theme::TYPE[3])).color(colour(theme.text)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let close = ui.button(common::CLOSE.name);
            named(&close, egui::WidgetType::Button, text::CLOSE.name, "");
            if close.tip(text::CLOSE.tooltip).clicked() {
                intents.push(Intent::ToggleSweep);
            }
        });
    });
    let mut push = |intent: SweepIntent| intents.push(Intent::Sweep(intent));
    let scene = model.session.scene();
    let subjects = subjects(model, sweeping);
    let labelled: Vec<(String, String)> =
        subjects.iter().enumerate().map(|(place, subject)| (place.to_string(), subject.label(scene))).collect();
    let choices: Vec<(&str, String)> = labelled.iter().map(|(id, label)| (id.as_str(), label.clone())).collect();
    let current = subjects.iter().position(|subject| *subject == sweeping.subject).unwrap_or(0).to_string();
    if let Some(chosen) = choice(ui, "swept", text::SETTING, &current, &choices)
        && let Some(subject) = chosen.parse::<usize>().ok().and_then(|place| subjects.get(place))
    {
        push(SweepIntent::SetSubject(subject.clone()));
    }
    if !sweeping.is_of_training() && all_algorithms(ui, theme, sweeping.algorithms) {
        push(SweepIntent::SplitByAlgorithm(!sweeping.algorithms));
    }
    quantities(ui, theme, sweeping, &mut push);
    if let Ok(sweep) = &sweeping.sweep {
        progress(ui, theme, sweeping, sweep, &mut push);
        findings(ui, theme, &sweeping.subject.label(scene), sweep);
        if sweeping.is_of_training() {
            paragraph(ui, theme, text::WITHOUT_RANGES);
        }
    }
}

/// The settings that can be swept, with the capacity of the selected link or of the busiest link.
fn subjects(model: &Model, sweeping: &SweepJob) -> Vec<Subject> {
    let session = model.session;
    let selected = session.view.selection.and_then(|selection| {
        let run = session.runs.get(selection.fabric)?;
        let place = selection.item.fault_place(run).filter(|_| matches!(selection.item, Item::Link(_)))?;
        Some((selection.fabric, place.name().to_owned()))
    });
    let busiest = || {
        let (fabric, run) = session.runs.iter().enumerate().find(|(_, run)| run.result().is_some())?;
        let link = run.result()?.played.busiest_link.1;
        Some((fabric, run.fabric.link_name(link)))
    };
    let mut all = Subject::all(session.latest(), session.catalog(), selected.or_else(busiest));
    if !all.contains(&sweeping.subject) {
        all.push(sweeping.subject.clone());
    }
    all
}

/// Size of the buttons.
const BUTTON: OptionStyle = OptionStyle { text_size: 12.0, size: None };

/// Switches between one curve per fabric and one per algorithm. Returns whether it was clicked.
fn all_algorithms(ui: &mut Ui, theme: &Theme, on: bool) -> bool {
    let Label { name, tooltip, .. } = text::ALL_ALGORITHMS;
    let button = option_button(ui, theme, name, on, BUTTON);
    named(&button, egui::WidgetType::Checkbox, name, if on { text::ON } else { text::OFF });
    button.tip(tooltip).clicked()
}

fn quantities(ui: &mut Ui, theme: &Theme, sweeping: &SweepJob, push: &mut impl FnMut(SweepIntent)) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        ui.spacing_mut().button_padding = vec2(8.0, 3.0);
        for &quantity in sweeping.quantities() {
            let on = quantity == sweeping.shown;
            let label = text::quantity(quantity);
            let name = label.name;
            let button = option_button(ui, theme, name, on, BUTTON);
            named_choice(&button, egui::WidgetType::RadioButton, &text::plot_of(name), on);
            if button.tip_of(label).clicked() && !on {
                push(SweepIntent::Show(quantity));
            }
        }
    });
}

/// Progress, stop or continue, and save.
fn progress(ui: &mut Ui, theme: &Theme, sweeping: &SweepJob, sweep: &Sweep, push: &mut impl FnMut(SweepIntent)) {
    let (done, all) = (sweep.done(), sweep.points());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 4.0), egui::Sense::hover());
    ui.painter().rect_filled(rect, 2.0, colour(theme.line));
    let share = done as f32 / all.max(1) as f32;
    let filled = egui::Rect::from_min_max(rect.min, egui::pos2(rect.left() + rect.width() * share, rect.bottom()));
    ui.painter().rect_filled(filled, 2.0, colour(if done == all { theme.done } else { theme.sum }));
    let state = text::progress(done, all);
    named(&response, egui::WidgetType::ProgressIndicator, text::SWEEP, &state);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        ui.spacing_mut().button_padding = vec2(8.0, 2.0);
        ui.label(RichText::new(state).font(number_font(Theme::TYPE[0])).color(colour(theme.soft)));
        let mut button = |ui: &mut Ui, label: Label, intent: SweepIntent| {
            let button = ui.button(RichText::new(label.name).font(text_font(Theme::TYPE[0])));
            named(&button, egui::WidgetType::Button, &text::button(label.name), "");
            if button.tip(label.tooltip).clicked() {
                push(intent);
            }
        };
        if done < all && sweeping.stopped {
            button(ui, text::CONTINUE, SweepIntent::Resume);
        } else if done < all {
            button(ui, text::STOP, SweepIntent::Stop);
        }
        button(ui, text::CSV, SweepIntent::SaveCsv);
        button(ui, text::JSON, SweepIntent::SaveJson);
    });
}

/// Crossovers, where `auto` could try less, and runs without a result.
fn findings(ui: &mut Ui, theme: &Theme, subject: &str, sweep: &Sweep) {
    let Some(axis) = sweep.axes().first() else { return };
    let changes = fastest_changes(sweep.rows());
    for change in changes.iter().take(MAX_CROSSOVERS) {
        sentence(ui, theme, &text::crossover(subject, axis, change)).tip_of(Label::from_term(Term::Crossover, "", ""));
    }
    if changes.is_empty() && sweep.done() == sweep.points() {
        paragraph(ui, theme, text::NO_CROSSOVER);
    }
    for change in untried_changes(sweep.rows()).iter().take(MAX_CROSSOVERS) {
        paragraph(ui, theme, &change.sentence(axis));
    }
    let failed = || sweep.rows().iter().filter(|row| row.figures.time_s.is_none());
    if let Some(first) = failed().next() {
        let reason = first.note.as_deref().unwrap_or_default();
        paragraph(ui, theme, &text::failed(failed().count(), sweep.rows().len(), reason));
    }
    paragraph(ui, theme, text::CLICK);
}
