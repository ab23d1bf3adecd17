//! The texts and numbers of a lesson or a story that an editor shows and changes.

use std::collections::BTreeMap;

use super::question_file::{AnswerFile, NumberFile, OptionFile, QuestionFile};
use super::schema::{BeatFile, LessonFile, StepFile, StoryFile, TaskFile};

/// A text or number that an editor changes, with what it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Of the whole file.
    Head(HeadField),
    /// Of a step of a lesson.
    Step(StepField),
    /// Of a beat of a story.
    Beat(BeatField),
}

/// A text of the whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadField {
    /// The name of the file.
    Id,
    /// The title of the whole.
    Title,
    /// What a learner can do afterwards; a story has none.
    Aim,
}

/// A text or number of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepField {
    /// The text of a step, its question, or the goal of a task.
    Text,
    /// How an action is done.
    Action,
    /// The figure that decides a question, an expression.
    Figure,
    /// The unit of a number that is asked for.
    Unit,
    /// How near a right number is, in percent.
    Within,
    /// The text of an option.
    OptionText(usize),
    /// When an option is right, a condition.
    OptionWhen(usize),
    /// The id of the belief behind an option.
    OptionBelief(usize),
    /// The run that a task starts from.
    Start,
    /// A condition that a task asks for.
    Goal(usize),
    /// A hint of a task.
    Hint(usize),
    /// The text when the goal of a task is reached.
    Done,
}

/// A text or number of a beat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeatField {
    /// The caption.
    Caption,
    /// The large figure.
    Hero,
    /// What the speaker reads.
    Notes,
    /// How long it stands, seconds.
    Seconds,
}

/// The texts of a whole lesson.
pub(super) fn lesson_head(lesson: &LessonFile) -> Vec<(Field, String)> {
    vec![
        (Field::Head(HeadField::Id), lesson.id.clone()),
        (Field::Head(HeadField::Title), lesson.title.clone()),
        (Field::Head(HeadField::Aim), lesson.aim.clone()),
    ]
}

/// The texts of a whole story.
pub(super) fn story_head(story: &StoryFile) -> Vec<(Field, String)> {
    vec![(Field::Head(HeadField::Id), story.id.clone()), (Field::Head(HeadField::Title), story.title.clone())]
}

/// The texts of a beat.
pub(super) fn beat_fields(beat: &BeatFile) -> Vec<(Field, String)> {
    vec![
        (Field::Beat(BeatField::Caption), beat.caption.clone()),
        (Field::Beat(BeatField::Hero), beat.hero.clone().unwrap_or_default()),
        (Field::Beat(BeatField::Notes), beat.notes.clone()),
        (Field::Beat(BeatField::Seconds), beat.seconds.to_string()),
    ]
}

/// The texts of a step.
pub(super) fn step_fields(step: &StepFile, figures: &BTreeMap<String, String>) -> Vec<(Field, String)> {
    let fields = match step {
        StepFile::Say(text) | StepFile::Reveal(text) => vec![(StepField::Text, text.text.clone())],
        StepFile::Keep(text) => vec![(StepField::Text, text.clone())],
        StepFile::Do(action) => vec![(StepField::Text, action.text.clone()), (StepField::Action, action.hint.clone())],
        StepFile::Task(task) => task_fields(task),
        StepFile::Play(_) => Vec::new(),
        StepFile::Predict(question) => question_fields(question, figures),
    };
    fields.into_iter().map(|(field, text)| (Field::Step(field), text)).collect()
}

fn task_fields(task: &TaskFile) -> Vec<(StepField, String)> {
    let mut fields = vec![(StepField::Text, task.text.clone()), (StepField::Start, task.start.clone())];
    let of_list = |texts: &[String], field: fn(usize) -> StepField| {
        texts.iter().enumerate().map(|(index, text)| (field(index), text.clone())).collect::<Vec<_>>()
    };
    fields.extend(of_list(&task.accept, StepField::Goal));
    fields.extend(of_list(&task.hints, StepField::Hint));
    fields.push((StepField::Done, task.done.clone()));
    fields
}

fn question_fields(question: &QuestionFile, figures: &BTreeMap<String, String>) -> Vec<(StepField, String)> {
    let mut fields = vec![(StepField::Text, question.text.clone())];
    let figure = question.of.as_ref().and_then(|of| figures.get(of));
    fields.extend(figure.map(|figure| (StepField::Figure, figure.clone())));
    if let Some(AnswerFile::Number(number)) = &question.answer {
        fields.push((StepField::Unit, number.unit.clone()));
        fields.push((StepField::Within, (number.within * 100.0).round().to_string()));
    }
    for (index, option) in question.options.iter().enumerate() {
        fields.push((StepField::OptionText(index), option.text.clone()));
        fields.push((StepField::OptionWhen(index), option.when.clone()));
        fields.push((StepField::OptionBelief(index), option.belief.clone().unwrap_or_default()));
    }
    fields
}

/// Changes a text of a whole lesson.
pub(super) fn set_lesson_head(lesson: &mut LessonFile, field: HeadField, text: &str) {
    let own = match field {
        HeadField::Id => &mut lesson.id,
        HeadField::Title => &mut lesson.title,
        HeadField::Aim => &mut lesson.aim,
    };
    *own = text.to_owned();
}

/// Changes a text of a whole story.
pub(super) fn set_story_head(story: &mut StoryFile, field: HeadField, text: &str) {
    match field {
        HeadField::Id => story.id = text.to_owned(),
        HeadField::Title => story.title = text.to_owned(),
        HeadField::Aim => {}
    }
}

/// Changes a text of a beat. A number keeps its value where the text is none.
pub(super) fn set_beat(beat: &mut BeatFile, field: BeatField, text: &str) {
    match field {
        BeatField::Caption => beat.caption = text.to_owned(),
        BeatField::Hero => beat.hero = (!text.is_empty()).then(|| text.to_owned()),
        BeatField::Notes => beat.notes = text.to_owned(),
        BeatField::Seconds => beat.seconds = text.parse().unwrap_or(beat.seconds),
    }
}

/// Changes a text of a step; nothing if it has no such text. A number keeps its value where the text is none.
pub(super) fn set_step(step: &mut StepFile, figures: &mut BTreeMap<String, String>, field: StepField, text: &str) {
    let own = match field {
        StepField::Text => text_of(step),
        StepField::Action => {
            if let StepFile::Do(action) = step {
                Some(&mut action.hint)
            } else {
                None
            }
        }
        StepField::Figure => {
            question_of(step).and_then(|question| question.of.clone()).map(|of| figures.entry(of).or_default())
        }
        StepField::Unit => number_of(step).map(|number| &mut number.unit),
        StepField::OptionText(index) => option_of(step, index).map(|option| &mut option.text),
        StepField::OptionWhen(index) => option_of(step, index).map(|option| &mut option.when),
        StepField::Within => {
            if let (Some(number), Ok(percent)) = (number_of(step), text.parse::<f64>()) {
                number.within = percent / 100.0;
            }
            None
        }
        StepField::OptionBelief(index) => {
            if let Some(option) = option_of(step, index) {
                option.belief = (!text.is_empty()).then(|| text.to_owned());
            }
            None
        }
        StepField::Start => task_of(step).map(|task| &mut task.start),
        StepField::Goal(index) => task_of(step).and_then(|task| task.accept.get_mut(index)),
        StepField::Hint(index) => task_of(step).and_then(|task| task.hints.get_mut(index)),
        StepField::Done => task_of(step).map(|task| &mut task.done),
    };
    if let Some(own) = own {
        *own = text.to_owned();
    }
}

fn text_of(step: &mut StepFile) -> Option<&mut String> {
    match step {
        StepFile::Say(own) | StepFile::Reveal(own) => Some(&mut own.text),
        StepFile::Keep(own) => Some(own),
        StepFile::Do(action) => Some(&mut action.text),
        StepFile::Task(task) => Some(&mut task.text),
        StepFile::Predict(question) => Some(&mut question.text),
        StepFile::Play(_) => None,
    }
}

/// The question of a step.
pub(super) fn question_of(step: &mut StepFile) -> Option<&mut QuestionFile> {
    if let StepFile::Predict(question) = step { Some(question) } else { None }
}

/// The task of a step.
pub(super) fn task_of(step: &mut StepFile) -> Option<&mut TaskFile> {
    if let StepFile::Task(task) = step { Some(task) } else { None }
}

fn number_of(step: &mut StepFile) -> Option<&mut NumberFile> {
    match &mut question_of(step)?.answer {
        Some(AnswerFile::Number(number)) => Some(number),
        Some(AnswerFile::Order(_)) | None => None,
    }
}

fn option_of(step: &mut StepFile, index: usize) -> Option<&mut OptionFile> {
    question_of(step)?.options.get_mut(index)
}
