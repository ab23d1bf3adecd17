//! The texts of the whole file and of the part that is edited.

use std::ops::RangeInclusive;

use egui::Ui;

use super::button::small_button;
use super::field::{FieldTarget, field_ui, name_ui};
use super::{play, task};
use crate::lesson::{BeatField, Course, Field, OwnFile, PartList, StepField, StepFile};
use crate::session::{EditorIntent, Intent, OpenEditor};
use crate::style::Theme;
use crate::ui::label::Label;
use crate::ui::text::editor as text;
use crate::ui::widgets::{choice, paragraph, section};

/// How near a right number may be, percent.
const PERCENT: RangeInclusive<u32> = 3..=50;
/// How long a beat may stand, seconds.
const SECONDS: RangeInclusive<u32> = 1..=600;

pub(super) fn fields_ui(ui: &mut Ui, theme: &Theme, (open, file): (&OpenEditor, &OwnFile), intents: &mut Vec<Intent>) {
    let head = FieldTarget { open, part: 0 };
    let Some((kind, _)) = file.part(open.part) else {
        file.head().into_iter().for_each(|field| field_ui(ui, theme, head, field, intents));
        return;
    };
    section(ui, theme, text::part(kind));
    match (file, file.step(open.part)) {
        (OwnFile::Lesson(lesson), Some(StepFile::Task(task))) => {
            task::task_ui(ui, theme, (open, lesson, task), intents);
        }
        (OwnFile::Lesson(lesson), Some(StepFile::Play(play))) => play::play_ui(ui, theme, (lesson, play), intents),
        (OwnFile::Lesson(_) | OwnFile::Story(_), _) => texts_ui(ui, theme, (open, file), intents),
    }
    paragraph(ui, theme, text::FIGURES);
    ui.separator();
    file.head().into_iter().for_each(|field| field_ui(ui, theme, head, field, intents));
}

/// The texts of a part one below the other.
fn texts_ui(ui: &mut Ui, theme: &Theme, (open, file): (&OpenEditor, &OwnFile), intents: &mut Vec<Intent>) {
    let target = FieldTarget { open, part: open.part };
    let mut options = 0;
    for (field, value) in file.fields(open.part) {
        match field {
            Field::Step(StepField::OptionBelief(index)) => {
                options += 1;
                belief_ui(ui, theme, (index, &value), intents);
                if small_button(ui, text::DELETE_OPTION, true) {
                    intents.push(Intent::Editor(EditorIntent::DeleteItem(PartList::Options, index)));
                }
                ui.add_space(2.0 * Theme::STEP);
            }
            Field::Step(StepField::Within) => number_ui(ui, theme, (field, &value, PERCENT), intents),
            Field::Beat(BeatField::Seconds) => number_ui(ui, theme, (field, &value, SECONDS), intents),
            Field::Head(_) | Field::Step(_) | Field::Beat(_) => field_ui(ui, theme, target, (field, value), intents),
        }
    }
    if options > 0 && small_button(ui, text::ADD_OPTION, true) {
        intents.push(Intent::Editor(EditorIntent::AddItem(PartList::Options)));
    }
}

/// A whole number.
fn number_ui(
    ui: &mut Ui,
    theme: &Theme,
    (field, value, range): (Field, &str, RangeInclusive<u32>),
    intents: &mut Vec<Intent>,
) {
    let name = text::field(field);
    name_ui(ui, theme, &name);
    let mut number: u32 = value.parse().unwrap_or(0);
    let response = ui.add(egui::DragValue::new(&mut number).range(range));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
    if response.changed() {
        intents.push(Intent::Editor(EditorIntent::SetField(field, number.to_string())));
    }
}

/// The belief behind an option, of those that the course knows.
fn belief_ui(ui: &mut Ui, theme: &Theme, (index, current): (usize, &str), intents: &mut Vec<Intent>) {
    let name = text::field(Field::Step(StepField::OptionBelief(index)));
    name_ui(ui, theme, &name);
    let beliefs = Course::bundled().beliefs.iter().flat_map(|file| &file.beliefs);
    let known = beliefs.map(|(id, belief)| (id.as_str(), belief.claim.clone()));
    let choices: Vec<(&str, String)> = std::iter::once(("", text::NO_BELIEF.to_owned())).chain(known).collect();
    let id = format!("belief {index}");
    if let Some(chosen) = choice(ui, &id, Label::new(&name, ""), current, &choices) {
        let set = EditorIntent::SetField(Field::Step(StepField::OptionBelief(index)), chosen.to_owned());
        intents.push(Intent::Editor(set));
    }
}
