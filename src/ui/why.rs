//! Why a run takes as long as it does: its critical path added up as a bar and in words, what the figures are worth,
//! and what happens at the instant at which the clock stands.

use egui::{RichText, Sense, Ui, vec2};

use super::Model;
use super::style::{colour, mono, semibold, words};
use super::widgets::{named, section, unbroken};
use crate::explain::{TimeShare, can_replay, parameter_label, parameter_of, percent, share_label};
use crate::sample::{BottleneckMark, Explanation};
use crate::scene::letter;
use crate::session::Intent;
use crate::solve::FabricRun;
use crate::style::Theme;
use crate::units::Femtos;

/// Height of the bar, points.
const BAR: f32 = 10.0;
/// Parts below this share have no line of their own.
const MIN_SHARE: f64 = 0.005;
/// Most parts with a line.
const MAX_LINES: usize = 5;

pub(super) fn show(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let explained = |index: usize| model.views.get(index).and_then(|view| view.explanation.as_ref());
    // While views are made anew nothing is explained yet.
    if model.views.is_empty() || model.session.runs.iter().all(|run| run.result().is_none()) {
        return;
    }
    ui.horizontal(|ui| {
        section(ui, theme, "WHY");
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| path_switch(ui, model, intents));
    });
    for (index, run) in model.session.runs.iter().enumerate() {
        let Some(result) = run.result() else { continue };
        let Some(explained) = explained(index) else {
            if index < model.views.len() {
                not_explained(ui, theme, index, run);
            }
            continue;
        };
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            ui.spacing_mut().interact_size.y = 16.0;
            title(ui, theme, index, run);
            ui.add_space(2.0);
            bar(ui, theme, run, explained, result.time);
            for part in explained.parts.iter().take(MAX_LINES).filter(|part| share(part, result.time) >= MIN_SHARE) {
                line(ui, theme, run, explained, part, result.time);
            }
            ui.add_space(2.0);
            for sentence in &explained.sentences {
                said(ui, theme, sentence);
            }
            let note = match (&explained.elasticities, explained.is_working()) {
                (None, true) => Some("What the figures are worth is being tried."),
                (None, false) if !can_replay(run) => Some("Too large a run to be played again with other figures."),
                (Some(all), _) if all.path_changes(&explained.parts) => {
                    Some("Within one percent another path takes over, or two classes of links bind alike.")
                }
                _ => None,
            };
            note.into_iter().for_each(|text| said(ui, theme, text));
            if !model.session.clock.playing {
                let shown = model.frames.get(index).and_then(|frame| frame.bottleneck.as_ref());
                now(ui, theme, run, explained, shown);
            }
        });
        ui.add_space(2.0 * Theme::STEP);
    }
}

fn title(ui: &mut Ui, theme: &Theme, index: usize, run: &FabricRun) {
    let name = format!("{}   {}", letter(index), run.scene.name);
    ui.label(RichText::new(name).font(words(Theme::TYPE[1])).color(colour(theme.text)));
}

/// A run whose path would be too long, or take too long to find, says so, instead of being left out.
fn not_explained(ui: &mut Ui, theme: &Theme, index: usize, run: &FabricRun) {
    title(ui, theme, index, run);
    said(ui, theme, "Not explained here: the run is too large. The command explain may still do it, in its time.");
    ui.add_space(2.0 * Theme::STEP);
}

fn share(part: &TimeShare, time: Femtos) -> f64 {
    part.time.secs() / time.secs()
}

/// Shows the critical path over stage and timeline, or no longer.
fn path_switch(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let (theme, on) = (model.theme(), model.session.view.path);
    ui.spacing_mut().button_padding = vec2(8.0, 2.0);
    ui.spacing_mut().interact_size.y = 20.0;
    let ink = if on { theme.path } else { theme.soft };
    let text = RichText::new("critical path").font(words(Theme::TYPE[0])).color(colour(ink));
    let fill = colour(if on { theme.chosen } else { theme.raised });
    let button = ui.add(egui::Button::new(text).fill(fill).corner_radius(5.0));
    named(&button, egui::WidgetType::Checkbox, "Critical path", if on { "shown" } else { "hidden" });
    let explanation = "The chain of waiting that makes the run as long as it is: on the stage the stream that it is in \
                       now and those before, on the timeline what its time is spent on (K)";
    if button.on_hover_text(explanation).clicked() {
        intents.push(Intent::ShowPath(!on));
    }
}

/// The whole time as a bar of its parts, the longest at the left.
fn bar(ui: &mut Ui, theme: &Theme, run: &FabricRun, explained: &Explanation, time: Femtos) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), BAR), Sense::hover());
    let painter = ui.painter().with_clip_rect(rect);
    let mut left = rect.left();
    for part in &explained.parts {
        let right = left + rect.width() * share(part, time) as f32;
        let piece = egui::Rect::from_x_y_ranges(left..=right, rect.y_range());
        painter.rect_filled(piece, 0.0, colour(theme.part(part.kind)));
        // Neighbours of one kind are told apart by a gap.
        painter.vline(right, rect.y_range(), egui::Stroke::new(1.0, colour(theme.panel)));
        left = right;
    }
    let told: Vec<String> = explained
        .parts
        .iter()
        .map(|part| format!("{}: {} ({})", share_label(run, part), part.time, percent(share(part, time))))
        .collect();
    named(&response, egui::WidgetType::ProgressIndicator, "Where the time goes", &told.join(", "));
    response.on_hover_text(told.join("\n"));
}

/// A part of the time: its colour, its name, how long, which share. Under the pointer what its figure is worth.
fn line(ui: &mut Ui, theme: &Theme, run: &FabricRun, explained: &Explanation, part: &TimeShare, time: Femtos) {
    let inner = ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 7.0;
        let (mark, _) = ui.allocate_exact_size(vec2(9.0, 9.0), Sense::hover());
        ui.painter().rect_filled(mark, 2.0, colour(theme.part(part.kind)));
        let value = format!("{}  {}", part.time, percent(share(part, time)));
        let width = ui.available_width() - 7.2 * value.chars().count() as f32 - 10.0;
        ui.scope(|ui| {
            ui.set_max_width(width.max(40.0));
            let text = RichText::new(share_label(run, part)).font(words(12.0)).color(colour(theme.text));
            ui.add(egui::Label::new(text).truncate());
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.label(RichText::new(value).font(mono(12.0)).color(colour(theme.soft)));
        });
    });
    let parameter = parameter_of(part);
    let found = explained.elasticities.as_ref().and_then(|all| all.all.iter().find(|one| one.parameter == parameter));
    if let Some(one) = found {
        let text = format!(
            "Elasticity of the {}: {:.3}. The time changes by so many percent for one percent of it; found by playing the \
             run with 1 % more and 1 % less.",
            parameter_label(run, parameter),
            one.value
        );
        inner.response.on_hover_text(text);
    }
}

fn said(ui: &mut Ui, theme: &Theme, text: &str) {
    let text = RichText::new(unbroken(text)).font(words(12.0)).color(colour(theme.soft));
    ui.add(egui::Label::new(text).wrap());
}

/// What happens at the instant at which the clock stands.
fn now(ui: &mut Ui, theme: &Theme, run: &FabricRun, explained: &Explanation, shown: Option<&BottleneckMark>) {
    let lines = explained.now(run, shown);
    if lines.is_empty() {
        return;
    }
    ui.add_space(2.0);
    ui.label(RichText::new("At this instant").font(semibold(Theme::TYPE[0])).color(colour(theme.soft)));
    lines.iter().for_each(|line| said(ui, theme, line));
}
