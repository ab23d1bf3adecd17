//! The open step of a lesson: one thought at a time, and every step can be skipped.

use egui::{Align2, Context, Id, RichText, Ui, vec2};

use super::question::question_ui;
use super::sentence::{TEXT, note, sentence};
use crate::lesson::{ActionFile, Prediction, StepFile, log_setting};
use crate::scene::Setting;
use crate::session::{GivenAnswer, Intent, LessonIntent, OpenLesson};
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::parameters;
use crate::ui::style::{colour, heading_font, text_font};
use crate::ui::text::{lesson as text, parameters as parameters_text};
use crate::ui::widgets::{SCROLL_BAR, TARGET, Tip, named, named_choice, scroll_area, typed_field, unbroken, window};

/// Distance of the window from the bottom, points: the clock stands there.
const BOTTOM: f32 = 64.0;
/// What a window with controls takes from the height of the screen beside its text, points: its margins, its buttons, and
/// the bar at the top of the stage.
const AROUND_TEXT: f32 = 104.0;
/// Space between the border of the window and what it shows, points.
const MARGIN: f32 = 14.0;
/// The least height of the text in a window, points.
const MIN_TEXT: f32 = 100.0;

/// The step in the left panel.
pub(in crate::ui) fn lesson_panel_ui(ui: &mut Ui, model: &Model, open: &OpenLesson, intents: &mut Vec<Intent>) {
    let share = if open.has_controls() { 0.55 } else { 1.0 };
    let height = share * ui.available_height();
    egui::ScrollArea::vertical().id_salt("lesson").max_height(height).show(ui, |ui| {
        step_ui(ui, model, (open, false), intents);
        ui.horizontal_wrapped(|ui| task_buttons_ui(ui, open, intents));
        ui.add_space(Theme::STEP);
        ui.horizontal_wrapped(|ui| navigation_ui(ui, model, open, intents));
    });
}

/// The step over the stage, where side panels have no room or are hidden, with the controls that stand beside it otherwise.
pub(in crate::ui) fn lesson_window_ui(ctx: &Context, model: &Model, open: &OpenLesson, intents: &mut Vec<Intent>) {
    let frame = egui::Frame::window(&ctx.global_style()).inner_margin(MARGIN);
    window("Lesson", ctx, 420.0).frame(frame).anchor(Align2::LEFT_BOTTOM, vec2(16.0, -BOTTOM)).show(ctx, |ui| {
        let screen = ctx.content_rect().height();
        let height = if open.has_controls() { screen - BOTTOM - AROUND_TEXT } else { screen * 0.5 };
        let height = height.max(MIN_TEXT);
        // The window begins without a height, so that the text asks for what it needs.
        scroll_area(height).show(ui, |ui| {
            ui.set_max_width(ui.available_width() - SCROLL_BAR);
            step_ui(ui, model, (open, true), intents);
        });
        ui.add_space(Theme::STEP);
        // Always in view, however long the text is.
        ui.horizontal_wrapped(|ui| {
            task_buttons_ui(ui, open, intents);
            navigation_ui(ui, model, open, intents);
        });
    });
}

fn step_ui(ui: &mut Ui, model: &Model, (open, with_controls): (&OpenLesson, bool), intents: &mut Vec<Intent>) {
    let theme = model.theme();
    ui.spacing_mut().item_spacing.y = Theme::STEP;
    let title = RichText::new(&open.file.title).font(heading_font(Theme::TYPE[2])).color(colour(theme.text));
    ui.add(egui::Label::new(title).wrap());
    let place = text::step(open.step + 1, open.file.steps.len());
    ui.label(RichText::new(place).font(text_font(Theme::TYPE[0])).color(colour(theme.soft)));
    if let Some(fault) = &open.shown.fault {
        sentence(ui, theme, &text::fault(fault));
    }
    match open.step_file() {
        Some(StepFile::Predict(_)) => question_ui(ui, theme, open, intents),
        Some(StepFile::Play(play)) => play_ui(ui, theme, open, play.runs.len(), intents),
        Some(StepFile::Reveal(_)) => {
            if let Some(answer) = &open.answer {
                verdict_ui(ui, theme, answer);
            }
            if let Some(class) = open.poll.as_ref().and_then(text::class) {
                note(ui, theme, &class);
            }
            sentence(ui, theme, &open.shown.text);
        }
        Some(StepFile::Do(action)) => {
            sentence(ui, theme, &open.shown.text);
            // What cannot be checked is confirmed by going on, so it is never reported as done.
            if action.until != ActionFile::Confirm && model.session.is_step_done() {
                note(ui, theme, text::DONE);
            } else {
                open.shown.hints.iter().for_each(|hint| note(ui, theme, hint));
            }
        }
        Some(StepFile::Task(task)) => task_ui(ui, theme, (open, &task.may_change), intents),
        Some(StepFile::Keep(_)) => {
            let keep = RichText::new(unbroken(&open.shown.text)).font(heading_font(Theme::TYPE[2]));
            ui.add(egui::Label::new(keep.color(colour(theme.text))).wrap());
        }
        Some(StepFile::Say(_)) | None => sentence(ui, theme, &open.shown.text),
    }
    if with_controls && open.has_controls() {
        controls_ui(ui, model, open, intents);
    }
}

/// The controls of the step, which can be folded away to see the stage.
fn controls_ui(ui: &mut Ui, model: &Model, open: &OpenLesson, intents: &mut Vec<Intent>) {
    let ink = colour(model.theme().soft);
    let heading = RichText::new(parameters_text::MAY_CHANGE).font(heading_font(Theme::TYPE[0])).color(ink);
    let block = egui::CollapsingHeader::new(heading).id_salt(("controls of a step", open.step)).default_open(true);
    block.show_unindented(ui, |ui| match open.may_change() {
        Some(paths) => parameters::task_settings_ui(ui, model, paths, intents),
        None => parameters::all_parameters_ui(ui, model, intents),
    });
}

/// The runs of a step, one after the other.
fn play_ui(ui: &mut Ui, theme: &Theme, open: &OpenLesson, runs: usize, intents: &mut Vec<Intent>) {
    note(ui, theme, text::WATCH);
    if runs < 2 {
        return;
    }
    for run in 0..runs {
        let chosen = open.run == run;
        let name = text::run(run + 1, runs);
        let response = ui.add(egui::Button::selectable(chosen, &name).min_size(vec2(0.0, TARGET)));
        named_choice(&response, egui::WidgetType::RadioButton, &name, chosen);
        if response.clicked() {
            intents.push(Intent::Lesson(LessonIntent::PlayRun(run)));
        }
    }
}

/// The prediction beside what came out. A wrong belief is named, and then refuted.
fn verdict_ui(ui: &mut Ui, theme: &Theme, answer: &GivenAnswer) {
    if !answer.order.is_empty() {
        order_ui(ui, theme, answer);
        return belief_ui(ui, theme, answer);
    }
    let line = match (&answer.prediction, answer.right) {
        (Some(Prediction::Option(_)), true) => text::right(&answer.chosen),
        (Some(Prediction::Option(_)), false) => text::wrong(&answer.chosen, &answer.holds),
        (Some(Prediction::Number(_) | Prediction::Order(_)), right) => {
            text::beside(&answer.chosen, &answer.holds, right)
        }
        (None, _) => text::shown(&answer.holds),
    };
    let line = RichText::new(unbroken(&line)).font(heading_font(TEXT)).color(colour(theme.text));
    ui.add(egui::Label::new(line).wrap());
    belief_ui(ui, theme, answer);
}

/// An order as it came out, thing by thing, each with the place that the learner gave it.
fn order_ui(ui: &mut Ui, theme: &Theme, answer: &GivenAnswer) {
    let verdict = text::order_verdict(answer.prediction.as_ref().map(|_| answer.right));
    ui.label(RichText::new(verdict).font(heading_font(TEXT)).color(colour(theme.text)));
    for (index, (thing, predicted)) in answer.order.iter().enumerate() {
        sentence(ui, theme, &text::thing_in_order(index + 1, thing, *predicted));
    }
}

fn belief_ui(ui: &mut Ui, theme: &Theme, answer: &GivenAnswer) {
    if let (Some(belief), Some(refutation)) = (&answer.belief, &answer.refutation) {
        sentence(ui, theme, &text::belief(belief, refutation));
    }
}

fn task_ui(ui: &mut Ui, theme: &Theme, (open, may_change): (&OpenLesson, &[String]), intents: &mut Vec<Intent>) {
    sentence(ui, theme, &open.shown.text);
    for path in may_change {
        // The parameters below change the scene, but not what is assumed about a log.
        let Some(setting) = log_setting(path) else { continue };
        let value = open.of_log(path).unwrap_or(text::AS_IN_LOG);
        if let Some(value) = typed_field(ui, theme, text::log_setting(setting), value) {
            intents.push(Intent::Lesson(LessonIntent::SetOfLog(Setting { path: path.clone(), value })));
        }
    }
    for hint in &open.shown.hints {
        note(ui, theme, hint);
    }
    if let Some(outcome) = &open.shown.outcome {
        let result = if outcome.reached { text::REACHED } else { text::NOT_YET };
        let result = RichText::new(result).font(heading_font(TEXT)).color(colour(theme.text));
        ui.label(result);
        if !outcome.text.is_empty() {
            sentence(ui, theme, &outcome.text);
        }
    }
    let news = (open.step, open.shown.hints.len(), open.shown.outcome.clone());
    let is_first = news.1 == 0 && news.2.is_none();
    // A text may have been scrolled away when its outcome or a hint comes.
    if ui.data(|data| data.get_temp(news_id())) != Some(news.clone()) {
        ui.data_mut(|data| data.insert_temp(news_id(), news));
        if !is_first {
            ui.scroll_to_cursor(None);
        }
    }
}

/// What a task has shown of its hints and its outcome.
fn news_id() -> Id {
    Id::new("news of a task")
}

/// The buttons of a task; none for other steps.
fn task_buttons_ui(ui: &mut Ui, open: &OpenLesson, intents: &mut Vec<Intent>) {
    if !matches!(open.step_file(), Some(StepFile::Task(_))) {
        return;
    }
    let check = ui.add(egui::Button::new(text::TRY).min_size(vec2(0.0, TARGET)));
    named(&check, egui::WidgetType::Button, text::TRY, "");
    if check.clicked() {
        intents.push(Intent::Lesson(LessonIntent::Try));
    }
    let name = text::hint(open.shown.more_hints);
    let hint = egui::Button::new(&name).min_size(vec2(0.0, TARGET));
    let hint = ui.add_enabled(open.shown.more_hints > 0, hint);
    named(&hint, egui::WidgetType::Button, &name, "");
    if hint.clicked() {
        intents.push(Intent::Lesson(LessonIntent::OpenHint));
    }
}

fn navigation_ui(ui: &mut Ui, model: &Model, open: &OpenLesson, intents: &mut Vec<Intent>) {
    let mut button = |ui: &mut Ui, name: &str, enabled: bool, intent: LessonIntent| {
        let response = ui.add_enabled(enabled, egui::Button::new(name).min_size(vec2(0.0, TARGET)));
        named(&response, egui::WidgetType::Button, name, "");
        if response.clicked() {
            intents.push(Intent::Lesson(intent));
        }
    };
    let is_question = matches!(open.step_file(), Some(StepFile::Predict(_)));
    let next = match (open.is_last(), is_question, model.session.is_step_done()) {
        (true, ..) => text::FINISH,
        (false, true, _) => text::SHOW_ME,
        (false, false, true) => text::NEXT,
        (false, false, false) => text::SKIP,
    };
    button(ui, text::BACK, open.step > 0, LessonIntent::Back);
    button(ui, next, true, LessonIntent::Next);
    button(ui, text::LEAVE, true, LessonIntent::Close);
    let lessons = &model.session.files.lessons;
    let place = lessons.iter().position(|lesson| lesson.id == open.file.id);
    if let Some(later) = place.filter(|_| open.is_last()).and_then(|place| lessons.get(place + 1)) {
        let response = ui.add(egui::Button::new(text::NEXT_LESSON).min_size(vec2(0.0, TARGET)));
        named(&response, egui::WidgetType::Button, text::NEXT_LESSON, &later.title);
        if response.tip(&later.title).clicked() {
            // The open lesson is finished first.
            intents.extend([LessonIntent::Next, LessonIntent::Open(later.id.clone())].map(Intent::Lesson));
        }
    }
}
