//! The first start on the stage: one sentence with its buttons above, the outcome below. Every other key and click ends it.

use egui::{Align, Layout, Margin, RichText, Ui};

use super::label::Label;
use super::model::Model;
use super::style::{colour, heading_font, text_font};
use super::text::{first_start as text, parameters};
use super::widgets::{OptionStyle, SliderChange, SliderScale, Tip, drag_or_set, named, option_button, slider};
use super::{hero, key_intents};
use crate::explain::glossary::Term;
use crate::scene::{FabricKind, Setting, TimingChoice};
use crate::session::{FirstStart, FirstStep, Intent, LessonIntent};
use crate::solve::FabricRun;
use crate::style::Theme;
use crate::units::{Bytes, Femtos};

/// Height of the sentence and its buttons, points.
const TOP: f32 = 58.0;
/// Below this width, points, the buttons stand under the sentence: on a phone.
const MIN_WIDTH_OF_A_LINE: f32 = 500.0;
/// Height of the line at the bottom, points.
const BOTTOM: f32 = 18.0;
/// Space at the left and at the right, points.
const SIDE: i8 = 16;
/// Width of the slider, points.
const SLIDER: f32 = 190.0;
/// Height of a button, points.
const BUTTON: f32 = 30.0;
/// The fabrics of the first look.
const GPUS: usize = 0;
const WAFER: usize = 1;
/// Largest message of the slider as a power of two: 4 GiB.
const MAX_EXPONENT: i64 = 32;

pub(super) fn first_start_ui(root: &mut Ui, model: &Model, first: FirstStart, intents: &mut Vec<Intent>) {
    let frame = || egui::Frame::new().inner_margin(Margin::symmetric(SIDE, 0));
    let words = sentence(model, first);
    let is_narrow = root.available_width() < MIN_WIDTH_OF_A_LINE;
    let height = if is_narrow {
        let width = root.available_width() - 2.0 * f32::from(SIDE);
        let lines = root.painter().layout(words.clone(), heading_font(Theme::TYPE[2]), egui::Color32::WHITE, width);
        lines.size().y + TOP + 2.0 * Theme::STEP
    } else {
        TOP
    };
    let words = RichText::new(words).font(heading_font(Theme::TYPE[2])).color(colour(model.theme().text));
    egui::Panel::top("first start").exact_size(height).resizable(false).frame(frame()).show(root, |ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        if is_narrow {
            ui.add_space(2.0 * Theme::STEP);
            ui.add(egui::Label::new(words).wrap());
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| controls(ui, model, first, intents));
            return;
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            controls(ui, model, first, intents);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| ui.add(egui::Label::new(words).wrap()));
        });
    });
    egui::Panel::bottom("any key").exact_size(BOTTOM).resizable(false).show_separator_line(false).frame(frame()).show(
        root,
        |ui| {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let hint = if is_narrow { text::ANY_TAP } else { text::ANY_KEY };
                let hint = RichText::new(hint).font(text_font(Theme::TYPE[0]));
                ui.label(hint.color(colour(model.theme().soft)));
            });
        },
    );
    if matches!(first.step, FirstStep::Question | FirstStep::Plays) {
        return;
    }
    if let Some(outcome) = hero::Outcome::new(model.session) {
        egui::Panel::bottom("hero").exact_size(hero::height(&outcome)).resizable(false).frame(frame()).show(
            root,
            |ui| {
                hero::hero_ui(ui, model.theme(), &outcome);
            },
        );
    }
}

fn sentence(model: &Model, first: FirstStart) -> String {
    let session = model.session;
    match first.step {
        FirstStep::Question | FirstStep::Plays => text::question(&session.scene().message.to_string()),
        FirstStep::Outcome => {
            let wafer_first = time(model, WAFER) <= time(model, GPUS);
            let is_right = first.guess.map(|guess| (guess == WAFER) == wafer_first);
            text::outcome(is_right, wafer_first, share_held(model))
        }
        FirstStep::Why => match (session.runs.get(GPUS), session.runs.get(WAFER)) {
            (Some(gpus), Some(wafer)) => text::reason(gpus, wafer),
            _ => String::new(),
        },
        FirstStep::Message if time(model, GPUS) < time(model, WAFER) => {
            text::message_done(&session.latest().scene.message.to_string())
        }
        FirstStep::Message => text::MESSAGE_TASK.to_owned(),
        FirstStep::Timing if is_measured(model) => text::TIMING_DONE.to_owned(),
        FirstStep::Timing => text::TIMING_TASK.to_owned(),
        FirstStep::Doors => text::DOORS.to_owned(),
    }
}

/// Whether the GPUs have measured timing.
fn is_measured(model: &Model) -> bool {
    let gpus = model.session.latest().scene.fabrics.get(GPUS);
    gpus.is_some_and(|gpus| matches!(&gpus.kind, FabricKind::Chips(chips) if chips.measured.is_some()))
}

/// The time of a fabric.
fn time(model: &Model, fabric: usize) -> Femtos {
    let result = model.session.runs.get(fabric).and_then(FabricRun::result);
    result.map_or(Femtos(u64::MAX), |result| result.time)
}

/// The share of the sum that the GPUs hold now, on average.
fn share_held(model: &Model) -> f32 {
    let (Some(view), Some(frame)) = (model.views.get(GPUS), model.frames.get(GPUS)) else { return 0.0 };
    let ranks = view.layout.chips.iter().zip(&frame.fills).filter(|(chip, _)| chip.kind.is_rank());
    let (sum, count) = ranks.fold((0.0, 0.0), |(sum, count), (_, fill)| (sum + fill, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

/// The buttons of a step, from right to left.
fn controls(ui: &mut Ui, model: &Model, first: FirstStart, intents: &mut Vec<Intent>) {
    let mut on_click = |ui: &mut Ui, label: Label, intent: Intent| {
        if button(ui, model.theme(), label) {
            intents.push(intent);
        }
    };
    let plain = |name: &'static str| Label::new(name, "");
    match first.step {
        FirstStep::Question => {
            on_click(ui, plain(text::SHOW), Intent::AnswerFirstStart(None));
            on_click(ui, plain(text::WAFER), Intent::AnswerFirstStart(Some(WAFER)));
            on_click(ui, plain(text::GPUS), Intent::AnswerFirstStart(Some(GPUS)));
        }
        FirstStep::Plays => {}
        FirstStep::Outcome => on_click(ui, plain(text::WHY), Intent::ContinueFirstStart),
        FirstStep::Why => on_click(ui, plain(text::GPUS_WIN), Intent::ContinueFirstStart),
        FirstStep::Message => {
            on_click(ui, plain(text::CONTINUE), Intent::ContinueFirstStart);
            message(ui, model, intents);
        }
        FirstStep::Timing => {
            on_click(ui, plain(text::CONTINUE), Intent::ContinueFirstStart);
            timing(ui, model, intents);
        }
        FirstStep::Doors => {
            let course = Intent::Lesson(LessonIntent::ToggleCourse);
            on_click(ui, Label::new(text::LEARN, text::LEARN_TOOLTIP), course);
            on_click(ui, Label::new(text::EXPLORE, text::EXPLORE_TOOLTIP), Intent::EndFirstStart);
            if button(ui, model.theme(), Label::new(text::PRESENT, text::PRESENT_TOOLTIP)) {
                intents.push(Intent::EndFirstStart);
                intents.extend(key_intents::present_after_first_start(model.session));
            }
        }
    }
}

/// A button that a finger hits. Returns whether it was clicked.
fn button(ui: &mut Ui, theme: &Theme, label: Label) -> bool {
    let name = RichText::new(label.name).font(text_font(Theme::TYPE[1])).color(colour(theme.text));
    let button = ui.add(egui::Button::new(name).min_size(egui::vec2(0.0, BUTTON)));
    named(&button, egui::WidgetType::Button, label.name, "");
    button.tip_of(label).clicked()
}

fn message(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let message = model.session.latest().scene.message;
    let exponent = i64::from(message.0.max(1).ilog2());
    let set = |value: String| Intent::Set(vec![Setting { path: "workload.message".to_owned(), value }]);
    ui.allocate_ui_with_layout(egui::vec2(SLIDER, TOP), Layout::top_down(Align::LEFT), |ui| {
        ui.add_space(4.0);
        let label = Label::from_term(Term::MessageSize, parameters::MESSAGE, "");
        match slider(ui, model.theme(), label, &message.to_string(), exponent, (0..=MAX_EXPONENT, SliderScale::Linear))
        {
            Some(SliderChange::Step(exponent)) => {
                let change = set(Bytes(1 << exponent).to_field());
                intents.push(drag_or_set(ui, change));
            }
            Some(SliderChange::Typed(typed)) => intents.push(set(typed)),
            None => {}
        }
    });
}

fn timing(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let latest = model.session.latest();
    let is_measured = is_measured(model);
    let style = OptionStyle { text_size: Theme::TYPE[1], size: None };
    ui.spacing_mut().interact_size.y = BUTTON;
    for (choice, name, on, term) in [
        (TimingChoice::Measured, parameters::MEASURED_TIMING, is_measured, Term::MeasuredTiming),
        (TimingChoice::Ideal, parameters::IDEAL_TIMING, !is_measured, Term::IdealTiming),
    ] {
        let button = option_button(ui, model.theme(), name, on, style);
        super::widgets::named_choice(&button, egui::WidgetType::RadioButton, name, on);
        if button.tip_of(Label::from_term(term, name, "")).clicked() && !on {
            let change = latest.timing_change(GPUS, choice, model.session.catalog());
            intents.push(Intent::Set(change.settings));
        }
    }
}
