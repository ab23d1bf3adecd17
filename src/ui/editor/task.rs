//! A task: its start, the settings that may change, its conditions, hints and solution.

use egui::{RichText, Ui};

use super::button::small_button;
use super::field::{FieldTarget, field_ui};
use crate::lesson::{Field, LessonFile, PartList, StepField, TaskFile};
use crate::session::{EditorIntent, Intent, OpenEditor};
use crate::style::Theme;
use crate::ui::label::Label;
use crate::ui::style::{colour, number_font};
use crate::ui::text::editor as text;
use crate::ui::widgets::{choice, paragraph, section};

/// The fields of a task, in the order in which it is written.
pub(super) fn task_ui(
    ui: &mut Ui,
    theme: &Theme,
    (open, lesson, task): (&OpenEditor, &LessonFile, &TaskFile),
    intents: &mut Vec<Intent>,
) {
    let target = FieldTarget { open, part: open.part };
    let field = |ui: &mut Ui, field: StepField, value: &str, intents: &mut Vec<Intent>| {
        field_ui(ui, theme, target, (Field::Step(field), value.to_owned()), intents);
    };
    field(ui, StepField::Text, &task.text, intents);
    start_ui(ui, theme, (lesson, task), intents);
    settings_ui(ui, theme, (open, task), intents);
    section(ui, theme, text::GOALS);
    for (index, goal) in task.accept.iter().enumerate() {
        field(ui, StepField::Goal(index), goal, intents);
        if task.accept.len() > 1 {
            delete_ui(ui, PartList::Goals, index, intents);
        }
    }
    add_ui(ui, text::ADD_GOAL, PartList::Goals, intents);
    section(ui, theme, text::HINTS);
    for (index, hint) in task.hints.iter().enumerate() {
        field(ui, StepField::Hint(index), hint, intents);
        delete_ui(ui, PartList::Hints, index, intents);
    }
    add_ui(ui, text::ADD_HINT, PartList::Hints, intents);
    solution_ui(ui, theme, (open, task), intents);
    field(ui, StepField::Done, &task.done, intents);
    if let Some(kept) = text::kept(task) {
        paragraph(ui, theme, &kept);
    }
}

fn start_ui(ui: &mut Ui, theme: &Theme, (lesson, task): (&LessonFile, &TaskFile), intents: &mut Vec<Intent>) {
    section(ui, theme, text::START);
    let runs: Vec<(&str, String)> =
        lesson.runs.iter().map(|(name, run)| (name.as_str(), text::run(name, run))).collect();
    if let Some(start) = choice(ui, "start of a task", Label::new(text::START_RUN, ""), &task.start, &runs) {
        let field = Field::Step(StepField::Start);
        intents.push(Intent::Editor(EditorIntent::SetField(field, start.to_owned())));
    }
}

/// The settings that the learner may change, and a menu of the others that the scene has.
fn settings_ui(ui: &mut Ui, theme: &Theme, (open, task): (&OpenEditor, &TaskFile), intents: &mut Vec<Intent>) {
    section(ui, theme, text::MAY_CHANGE);
    for (index, path) in task.may_change.iter().enumerate() {
        ui.horizontal(|ui| {
            if small_button(ui, &text::forbid(path), true) {
                intents.push(Intent::Editor(EditorIntent::DeleteItem(PartList::Settings, index)));
            }
            code(ui, theme, path);
        });
    }
    if task.may_change.is_empty() {
        paragraph(ui, theme, text::NO_SETTING);
    }
    let others = open.notes.settings.iter().filter(|path| !task.may_change.contains(path));
    let others: Vec<(&str, String)> = others.map(|path| (path.as_str(), text::setting(path))).collect();
    if let Some(path) = choice(ui, "settings to permit", Label::new(text::ANOTHER_SETTING, ""), text::PERMIT, &others) {
        intents.push(Intent::Editor(EditorIntent::Permit(path.to_owned())));
    }
}

fn solution_ui(ui: &mut Ui, theme: &Theme, (open, task): (&OpenEditor, &TaskFile), intents: &mut Vec<Intent>) {
    section(ui, theme, text::SOLUTION);
    task.solution.iter().for_each(|setting| code(ui, theme, setting));
    if task.solution.is_empty() {
        paragraph(ui, theme, text::NO_SOLUTION);
    }
    if small_button(ui, text::TAKE_SOLUTION, true) {
        intents.push(Intent::Editor(EditorIntent::TakeSolution));
    }
    paragraph(ui, theme, text::HOW_TO_SOLVE);
    if let Some(taken) = &open.taken {
        for line in text::taken(taken) {
            paragraph(ui, theme, &line);
        }
    }
}

fn code(ui: &mut Ui, theme: &Theme, words: &str) {
    let words = RichText::new(words).font(number_font(Theme::TYPE[1])).color(colour(theme.text));
    ui.add(egui::Label::new(words).truncate());
}

fn add_ui(ui: &mut Ui, name: &str, list: PartList, intents: &mut Vec<Intent>) {
    if small_button(ui, name, true) {
        intents.push(Intent::Editor(EditorIntent::AddItem(list)));
    }
}

fn delete_ui(ui: &mut Ui, list: PartList, index: usize, intents: &mut Vec<Intent>) {
    if small_button(ui, &text::delete_item(list, index), true) {
        intents.push(Intent::Editor(EditorIntent::DeleteItem(list, index)));
    }
}
