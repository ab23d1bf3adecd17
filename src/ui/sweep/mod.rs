//! The sweep in the place of the timeline: at the left what is swept and how far it is, at the right the plot.
//!
//! | file | what |
//! |---|---|
//! | `plot` | curves, where the fastest changes, where the scene stands |
//! | `axes` | logarithmic axes with round marks |

mod axes;
mod plot;

use egui::{RichText, Ui, vec2};

use super::Model;
use super::style::{colour, mono, semibold, words};
use super::widgets::{SCROLL_BAR, choice, named};
use crate::session::{Intent, Quantity, SweepIntent, SweepJob};
use crate::stage::Item;
use crate::style::Theme;
use crate::sweep::{Subject, Sweep, fastest_changes};

/// Width of the controls at the left, points.
const CONTROLS: f32 = 264.0;
/// Most changes of the fastest that are told in words.
const MAX_CHANGES: usize = 6;

/// How high the panel is.
pub(super) fn height(available: f32) -> f32 {
    (available * 0.46).clamp(220.0, 460.0)
}

pub(super) fn show(ui: &mut Ui, model: &Model, sweeping: &SweepJob, intents: &mut Vec<Intent>) {
    let rect = ui.available_rect_before_wrap();
    let (left, right) = rect.split_left_right_at_x(rect.left() + CONTROLS);
    ui.scope_builder(egui::UiBuilder::new().max_rect(left.with_max_x(left.right() - 20.0)), |ui| {
        egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.set_max_width(ui.available_width() - SCROLL_BAR);
            controls(ui, model, sweeping, intents);
        });
    });
    ui.scope_builder(egui::UiBuilder::new().max_rect(right), |ui| match &sweeping.sweep {
        Ok(sweep) => plot::show(ui, model, sweeping, sweep, intents),
        Err(problem) => {
            let text = RichText::new(problem).font(mono(12.0)).color(colour(model.theme().binding));
            egui::ScrollArea::both().show(ui, |ui| ui.add(egui::Label::new(text).extend()));
        }
    });
}

fn controls(ui: &mut Ui, model: &Model, sweeping: &SweepJob, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    ui.spacing_mut().item_spacing.y = 6.0;
    ui.horizontal(|ui| {
        ui.label(RichText::new("Sweep").font(semibold(Theme::TYPE[3])).color(colour(theme.text)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let close = ui.button("Close");
            named(&close, egui::WidgetType::Button, "Close the sweep", "");
            if close.on_hover_text("Back to the timeline (W, Esc)").clicked() {
                intents.push(Intent::ToggleSweep);
            }
        });
    });
    let mut want = |intent: SweepIntent| intents.push(Intent::Sweep(intent));
    let scene = model.session.scene();
    let subjects = subjects(model, sweeping);
    let named_subjects: Vec<(String, String)> =
        subjects.iter().enumerate().map(|(place, subject)| (place.to_string(), subject.label(scene))).collect();
    let choices: Vec<(&str, String)> = named_subjects.iter().map(|(id, words)| (id.as_str(), words.clone())).collect();
    let current = subjects.iter().position(|subject| *subject == sweeping.subject).unwrap_or(0).to_string();
    if let Some(chosen) = choice(ui, "swept", "What is swept", &current, &choices)
        && let Some(subject) = chosen.parse::<usize>().ok().and_then(|place| subjects.get(place))
    {
        want(SweepIntent::SetSubject(subject.clone()));
    }
    if toggle(ui, theme, sweeping.algorithms, "every algorithm", "A curve for every algorithm of every fabric") {
        want(SweepIntent::SplitByAlgorithm(!sweeping.algorithms));
    }
    quantities(ui, theme, sweeping.shown, &mut want);
    if let Ok(sweep) = &sweeping.sweep {
        progress(ui, theme, sweeping, sweep, &mut want);
        told(ui, theme, sweep);
    }
}

/// What can be swept; a link that is selected, or the busiest of each fabric, may be slow.
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
    let mut all = Subject::all(session.scene(), selected.or_else(busiest));
    if !all.contains(&sweeping.subject) {
        all.push(sweeping.subject.clone());
    }
    all
}

/// A button that stays pressed. Answers whether it was clicked.
fn toggle(ui: &mut Ui, theme: &Theme, on: bool, name: &str, explanation: &str) -> bool {
    let ink = colour(if on { theme.text } else { theme.soft });
    let fill = colour(if on { theme.chosen } else { theme.raised });
    let text = RichText::new(name).font(words(12.0)).color(ink);
    let button = ui.add(egui::Button::new(text).fill(fill).corner_radius(6.0));
    named(&button, egui::WidgetType::Checkbox, name, if on { "on" } else { "off" });
    button.on_hover_text(explanation).clicked()
}

fn quantities(ui: &mut Ui, theme: &Theme, shown: Quantity, want: &mut impl FnMut(SweepIntent)) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        ui.spacing_mut().button_padding = vec2(8.0, 3.0);
        for quantity in Quantity::ALL {
            let on = quantity == shown;
            let ink = colour(if on { theme.text } else { theme.soft });
            let fill = colour(if on { theme.chosen } else { theme.raised });
            let text = RichText::new(quantity.label()).font(words(12.0)).color(ink);
            let button = ui.add(egui::Button::new(text).fill(fill).corner_radius(6.0));
            named(&button, egui::WidgetType::RadioButton, &format!("Plot: {}", quantity.label()), "");
            if button.on_hover_text(quantity.explanation()).clicked() && !on {
                want(SweepIntent::Show(quantity));
            }
        }
    });
}

/// How far it is, stop and go on, and save.
fn progress(ui: &mut Ui, theme: &Theme, sweeping: &SweepJob, sweep: &Sweep, want: &mut impl FnMut(SweepIntent)) {
    let (done, all) = (sweep.done(), sweep.points());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 4.0), egui::Sense::hover());
    ui.painter().rect_filled(rect, 2.0, colour(theme.line));
    let share = done as f32 / all.max(1) as f32;
    let filled = egui::Rect::from_min_max(rect.min, egui::pos2(rect.left() + rect.width() * share, rect.bottom()));
    ui.painter().rect_filled(filled, 2.0, colour(if done == all { theme.done } else { theme.selection }));
    let text = format!("{done} of {all} points");
    named(&response, egui::WidgetType::ProgressIndicator, "Sweep", &text);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.spacing_mut().button_padding = vec2(8.0, 2.0);
        ui.label(RichText::new(text).font(mono(Theme::TYPE[0])).color(colour(theme.soft)));
        let mut button = |ui: &mut Ui, name: &str, explanation: &str, intent: SweepIntent| {
            let button = ui.button(RichText::new(name).font(words(Theme::TYPE[0])));
            named(&button, egui::WidgetType::Button, &format!("Sweep: {name}"), "");
            if button.on_hover_text(explanation).clicked() {
                want(intent);
            }
        };
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            button(ui, "JSON…", "Save the rows as JSON", SweepIntent::SaveJson);
            button(ui, "CSV…", "Save the rows as CSV", SweepIntent::SaveCsv);
            if done < all && sweeping.stopped {
                button(ui, "Go on", "Solve the points that are left", SweepIntent::Resume);
            } else if done < all {
                button(ui, "Stop", "What is solved stays", SweepIntent::Stop);
            }
        });
    });
}

/// Where the fastest changes, and what cannot run.
fn told(ui: &mut Ui, theme: &Theme, sweep: &Sweep) {
    let said = |ui: &mut Ui, text: String| {
        let text = RichText::new(text).font(words(12.0)).color(colour(theme.soft));
        ui.add(egui::Label::new(text).wrap());
    };
    let Some(axis) = sweep.axes().first() else { return };
    let changes = fastest_changes(sweep.rows());
    for change in changes.iter().take(MAX_CHANGES) {
        said(
            ui,
            format!(
                "Below about {} {} is the fastest, above it {}.",
                axis.about(change.at),
                change.faster_below,
                change.faster_above
            ),
        );
    }
    if changes.is_empty() && sweep.done() == sweep.points() {
        said(ui, "Nowhere here does another one become the fastest.".to_owned());
    }
    let stopped = sweep.rows().iter().filter(|row| row.figures.time_s.is_none()).count();
    if stopped > 0 {
        let first = sweep.rows().iter().find_map(|row| row.note.as_ref().filter(|_| row.figures.time_s.is_none()));
        said(ui, format!("{stopped} of {} runs cannot be: {}", sweep.rows().len(), first.map_or("", String::as_str)));
    }
    said(ui, "A click on a point makes the scene that of the point.".to_owned());
}
