//! Why a run takes as long as it does: its critical path added up as a bar and in sentences, the elasticities of its
//! figures, and the bottleneck at the current instant.

use egui::{RichText, Sense, Ui, vec2};

use super::label::Label;
use super::model::Model;
use super::style::{colour, heading_font, number_font, text_font};
use super::text::{common, terms, why as text};
use super::widgets::{
    OptionStyle, TARGET, Tip, hatched, mark_term, named, option_button, paragraph, request_glossary, section,
};
use crate::explain::glossary::Term;
use crate::explain::{TimeShare, has_elasticities, parameter_label, parameter_of, percent, share_label};
use crate::sample::Explanation;
use crate::session::Intent;
use crate::solve::FabricRun;
use crate::style::Theme;
use crate::units::Femtos;

/// Height of the bar, points.
const BAR: f32 = 10.0;
/// Parts below this share of the time have no line of their own.
const MIN_SHARE: f64 = 0.005;
/// Most parts with a line of their own.
const MAX_LINES: usize = 5;

pub(super) fn why_ui(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    // While views are prepared anew, there is nothing to explain yet.
    if model.views.is_empty() || model.session.runs.iter().all(|run| run.result().is_none()) {
        return;
    }
    ui.horizontal(|ui| {
        section(ui, theme, text::WHY);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| path_switch(ui, model, intents));
    });
    for (index, (run, view)) in model.session.runs.iter().zip(model.views).enumerate() {
        if run.result().is_none() {
            continue;
        }
        let Some(explained) = &view.explanation else {
            title(ui, theme, index, run);
            paragraph(ui, theme, text::TOO_LARGE);
            ui.add_space(2.0 * Theme::STEP);
            continue;
        };
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            ui.spacing_mut().interact_size.y = 16.0;
            title(ui, theme, index, run);
            ui.add_space(2.0);
            explanation_ui(ui, theme, run, explained);
            if !model.session.clock.playing {
                at_this_instant(ui, theme, run, explained);
            }
        });
        ui.add_space(2.0 * Theme::STEP);
    }
}

fn title(ui: &mut Ui, theme: &Theme, index: usize, run: &FabricRun) {
    let name = RichText::new(common::fabric(index, &run.scene.name)).font(text_font(Theme::TYPE[1]));
    ui.label(name.color(colour(theme.text)));
}

/// The parts of the time as a bar and as lines, and the sentences about them.
fn explanation_ui(ui: &mut Ui, theme: &Theme, run: &FabricRun, explained: &Explanation) {
    let Some(result) = run.result() else { return };
    bar(ui, theme, run, explained, result.time);
    for part in explained.parts.iter().take(MAX_LINES).filter(|part| share(part, result.time) >= MIN_SHARE) {
        line(ui, theme, run, explained, part, result.time);
    }
    ui.add_space(2.0);
    for sentence in &explained.sentences {
        paragraph(ui, theme, sentence);
    }
    if let Some(state) = analysis_state(run, explained) {
        paragraph(ui, theme, state);
    }
}

/// What the reader must know about the sensitivity analysis.
fn analysis_state(run: &FabricRun, explained: &Explanation) -> Option<&'static str> {
    match &explained.elasticities {
        None if explained.is_working() => Some(text::WORKING),
        None if !has_elasticities(run) => Some(text::NO_ANALYSIS),
        Some(all) if all.path_changes(&explained.parts) => Some(text::PATH_CHANGES),
        None | Some(_) => None,
    }
}

fn share(part: &TimeShare, time: Femtos) -> f64 {
    part.time.secs() / time.secs()
}

/// Shows or hides the critical path on stage and timeline.
fn path_switch(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let (theme, on) = (model.theme(), model.session.view.path);
    let tooltip = text::critical_path_tooltip();
    ui.spacing_mut().button_padding = vec2(8.0, 2.0);
    ui.spacing_mut().interact_size.y = TARGET;
    let style = OptionStyle { text_size: Theme::TYPE[0], size: None };
    let button = option_button(ui, theme, text::CRITICAL_PATH, on, style);
    let state = if on { text::SHOWN } else { text::HIDDEN };
    named(&button, egui::WidgetType::Checkbox, text::CRITICAL_PATH, state);
    let label = Label::from_term(Term::CriticalPath, text::CRITICAL_PATH, &tooltip);
    if button.tip_of(label).clicked() {
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
        hatched(&painter, theme, piece, part.kind);
        // A gap separates neighbours of one kind.
        painter.vline(right, rect.y_range(), egui::Stroke::new(1.0, colour(theme.panel)));
        left = right;
    }
    let part =
        |part: &TimeShare| text::part(&share_label(run, part), &part.time.to_string(), &percent(share(part, time)));
    let listed: Vec<String> = explained.parts.iter().map(part).collect();
    named(&response, egui::WidgetType::ProgressIndicator, text::PARTS, &listed.join(", "));
    response.tip(listed.join("\n"));
}

/// A part of the time: its colour, name, duration and share. The tooltip is the elasticity of its figure.
fn line(ui: &mut Ui, theme: &Theme, run: &FabricRun, explained: &Explanation, part: &TimeShare, time: Femtos) {
    let term = terms::of_cost(part.kind);
    let inner = ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 7.0;
        let (mark, _) = ui.allocate_exact_size(vec2(9.0, 9.0), Sense::hover());
        hatched(ui.painter(), theme, mark, part.kind);
        let value = format!("{}  {}", part.time, percent(share(part, time)));
        let value = ui.painter().layout_no_wrap(value, number_font(12.0), colour(theme.soft));
        let width = ui.available_width() - value.size().x - 10.0;
        ui.scope(|ui| {
            ui.set_max_width(width.max(40.0));
            let name = RichText::new(share_label(run, part)).font(text_font(12.0)).color(colour(theme.text));
            // A long name takes two lines.
            let name = ui.add(egui::Label::new(name).wrap());
            mark_term(ui, theme, term, &name);
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add(egui::Label::new(value));
        });
    });
    let parameter = parameter_of(part);
    let found = explained.elasticities.as_ref().and_then(|all| all.all.iter().find(|one| one.parameter == parameter));
    let of_time = text::of_time(part.time, time, &percent(share(part, time)));
    let more = match found {
        Some(one) => format!("{of_time}\n{}", text::elasticity(&parameter_label(run, parameter), one.value)),
        None => of_time,
    };
    let response = inner.response.interact(Sense::CLICK);
    if response.clicked() {
        request_glossary(ui.ctx(), term);
    }
    response.tip_of(Label::from_term(term, "", &more));
}

/// What happens at the current instant.
fn at_this_instant(ui: &mut Ui, theme: &Theme, run: &FabricRun, explained: &Explanation) {
    let lines = explained.now(run);
    if lines.is_empty() {
        return;
    }
    ui.add_space(2.0);
    let heading = RichText::new(text::AT_THIS_INSTANT).font(heading_font(Theme::TYPE[0]));
    ui.label(heading.color(colour(theme.soft)));
    lines.iter().for_each(|line| paragraph(ui, theme, line));
}
