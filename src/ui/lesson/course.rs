//! The list of lessons, module by module. Nothing in it is locked.

use egui::{Align2, Context, RichText, Ui, vec2};

use crate::lesson::{LessonFile, StoryFile};
use crate::session::{EditorIntent, Intent, LessonIntent, OwnKind, StoryIntent};
use crate::style::Theme;
use crate::ui::model::Model;
use crate::ui::style::{colour, text_font};
use crate::ui::text::{lesson as text, story as story_text};
use crate::ui::widgets::{
    SCROLL_BAR, TARGET, TOP_BAR, Tip, heading_ui, named, paragraph, room, scroll_area, section, window,
};

pub(in crate::ui) fn course_ui(ctx: &Context, model: &Model, intents: &mut Vec<Intent>) {
    let course = &model.session.files;
    window("Course", ctx, 560.0).anchor(Align2::CENTER_TOP, vec2(0.0, TOP_BAR + 8.0)).show(ctx, |ui| {
        let close = Intent::Lesson(LessonIntent::ToggleCourse);
        heading_ui(ui, model.theme(), text::COURSE, close, intents);
        paragraph(ui, model.theme(), text::COURSE_INTRODUCTION);
        let height = room(ctx) - 140.0;
        scroll_area(height).show(ui, |ui| {
            // The scroll bar stands beside the minutes, not over them.
            ui.set_max_width(ui.available_width() - SCROLL_BAR);
            let mut module = 0;
            for lesson in &course.lessons {
                if lesson.module != module {
                    module = lesson.module;
                    section(ui, model.theme(), text::module(module));
                }
                if entry(ui, model, lesson) {
                    intents.push(Intent::Lesson(LessonIntent::Open(lesson.id.clone())));
                }
            }
            for rejected in &course.rejected {
                paragraph(ui, model.theme(), &rejected.to_string());
            }
            section(ui, model.theme(), story_text::STORIES);
            for story in &course.stories {
                if story_entry(ui, model.theme(), story) {
                    intents.push(Intent::Story(StoryIntent::Open(story.id.clone())));
                }
            }
        });
        ui.add_space(Theme::STEP);
        ui.horizontal_wrapped(|ui| own_ui(ui, model, intents));
        let save = ui.add_enabled(!model.session.progress.lessons.is_empty(), egui::Button::new(text::SAVE_RESULTS));
        named(&save, egui::WidgetType::Button, text::SAVE_RESULTS, "");
        if save.tip(text::SAVE_RESULTS_TOOLTIP).clicked() {
            intents.push(Intent::Lesson(LessonIntent::SaveResults));
        }
    });
}

/// Views as parts of files of the user's own, and the editor of these.
fn own_ui(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let session = model.session;
    let edit = |kind| Intent::Editor(EditorIntent::Open(kind));
    let buttons = [
        (text::SAVE_STEP, text::SAVE_STEP_TOOLTIP, true, Intent::Editor(EditorIntent::SaveStep)),
        (text::EDIT_LESSON, "", session.has_own(OwnKind::Lesson), edit(OwnKind::Lesson)),
        (story_text::SAVE_BEAT, story_text::SAVE_BEAT_TOOLTIP, true, Intent::Story(StoryIntent::SaveBeat)),
        (text::EDIT_STORY, "", session.has_own(OwnKind::Story), edit(OwnKind::Story)),
    ];
    for (name, tooltip, shown, intent) in buttons {
        if !shown {
            continue;
        }
        let button = ui.add(egui::Button::new(name).min_size(vec2(0.0, TARGET)));
        named(&button, egui::WidgetType::Button, name, "");
        let button = if tooltip.is_empty() { button } else { button.tip(tooltip) };
        if button.clicked() {
            intents.push(intent);
        }
    }
}

/// One story: title, beats and minutes. Returns whether it was clicked.
fn story_entry(ui: &mut Ui, theme: &Theme, story: &StoryFile) -> bool {
    let end = story_text::entry_end(story.minutes, story.beats.len());
    let response = entry_button(ui, theme, &story.title, &end);
    named(&response, egui::WidgetType::Button, &story.title, &end);
    response.clicked()
}

fn entry_button(ui: &mut Ui, theme: &Theme, name: &str, end: &str) -> egui::Response {
    let name = RichText::new(name).font(text_font(Theme::TYPE[1]));
    let right = RichText::new(end).font(text_font(Theme::TYPE[0]));
    let button = egui::Button::new(name.color(colour(theme.text)))
        .right_text(right.color(colour(theme.soft)))
        .frame(false)
        .min_size(vec2(ui.available_width(), TARGET));
    ui.add(button)
}

/// One lesson: title, minutes, and what was done. Returns whether it was clicked.
fn entry(ui: &mut Ui, model: &Model, lesson: &LessonFile) -> bool {
    let theme = model.theme();
    let done = model.session.progress.lessons.get(&lesson.id);
    let predicted = done.is_some_and(|done| done.answers.iter().any(|answer| answer.prediction().is_some()));
    let reached = done.is_some_and(|done| done.tasks.iter().any(|task| task.passed));
    let state = text::state(predicted, reached);
    let name = text::entry(lesson.order, &lesson.title);
    let response = entry_button(ui, theme, &name, &text::entry_end(lesson.minutes, state));
    named(&response, egui::WidgetType::Button, &lesson.title, state);
    response.tip(&lesson.aim).clicked()
}
