//! A lesson or a story of the user, as an editor shows and changes it: a list of parts, each with a few texts.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bundled::Course;
use super::check::{check_lesson, check_story};
use super::parse::options;
use super::problem::Problem;
use super::question_file::{AnswerFile, NumberFile, OptionFile, QuestionFile};
use super::schema::{ActionFile, BeatFile, DoFile, LessonFile, StepFile, StoryFile, TextFile};
use super::view_lesson::{UNWRITTEN_QUESTION, UNWRITTEN_TEXT, WITHIN};
use crate::catalog::Catalog;

/// A lesson or a story of the user.
#[derive(Clone, Debug, PartialEq)]
pub enum OwnFile {
    /// A lesson.
    Lesson(Box<LessonFile>),
    /// A story.
    Story(Box<StoryFile>),
}

/// A text or number of a part that an editor changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The name of the file.
    Id,
    /// The title of the whole.
    Title,
    /// What a learner can do afterwards.
    Aim,
    /// The text of a step, or its question.
    Text,
    /// How an action is done.
    Hint,
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
    /// The caption of a beat.
    Caption,
    /// Its large figure.
    Hero,
    /// What the speaker reads.
    Notes,
    /// How long it stands, seconds.
    Seconds,
}

/// A kind of part that an editor adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewPart {
    /// A text.
    Text,
    /// A question that asks for a number.
    Number,
    /// A question with options.
    Options,
    /// The result, with the reason.
    Result,
    /// An action.
    Action,
    /// An option of the question at this place.
    Option,
}

/// The kind of a part, for its name in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// A text.
    Say,
    /// A question.
    Predict,
    /// Runs that are played.
    Play,
    /// The result.
    Reveal,
    /// An action.
    Do,
    /// A task.
    Task,
    /// The sentence to keep.
    Keep,
    /// A beat of a story.
    Beat,
}

/// The lists of parts in the files.
const LISTS: [&str; 2] = ["steps", "beats"];

impl OwnFile {
    /// How many parts it has.
    pub fn len(&self) -> usize {
        match self {
            OwnFile::Lesson(lesson) => lesson.steps.len(),
            OwnFile::Story(story) => story.beats.len(),
        }
    }

    /// Whether it has no parts.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its title.
    pub fn title(&self) -> &str {
        match self {
            OwnFile::Lesson(lesson) => &lesson.title,
            OwnFile::Story(story) => &story.title,
        }
    }

    /// Its id, which names its file.
    pub fn id(&self) -> &str {
        match self {
            OwnFile::Lesson(lesson) => &lesson.id,
            OwnFile::Story(story) => &story.id,
        }
    }

    /// The kind of a part, and the text that tells it from others.
    pub fn part(&self, index: usize) -> Option<(PartKind, String)> {
        Some(match self {
            OwnFile::Story(story) => (PartKind::Beat, story.beats.get(index)?.caption.clone()),
            OwnFile::Lesson(lesson) => match lesson.steps.get(index)? {
                StepFile::Say(text) => (PartKind::Say, text.text.clone()),
                StepFile::Predict(question) => (PartKind::Predict, question.text.clone()),
                StepFile::Play(play) => (PartKind::Play, play.runs.join(", ")),
                StepFile::Reveal(text) => (PartKind::Reveal, text.text.clone()),
                StepFile::Do(action) => (PartKind::Do, action.text.clone()),
                StepFile::Task(task) => (PartKind::Task, task.text.clone()),
                StepFile::Keep(text) => (PartKind::Keep, text.clone()),
            },
        })
    }

    /// The texts of the whole.
    pub fn head(&self) -> Vec<(Field, String)> {
        match self {
            OwnFile::Lesson(lesson) => vec![
                (Field::Id, lesson.id.clone()),
                (Field::Title, lesson.title.clone()),
                (Field::Aim, lesson.aim.clone()),
            ],
            OwnFile::Story(story) => vec![(Field::Id, story.id.clone()), (Field::Title, story.title.clone())],
        }
    }

    /// The texts of a part, in the order of the editor.
    pub fn fields(&self, index: usize) -> Vec<(Field, String)> {
        match self {
            OwnFile::Lesson(lesson) => {
                lesson.steps.get(index).map_or_else(Vec::new, |step| step_fields(step, &lesson.figures))
            }
            OwnFile::Story(story) => story.beats.get(index).map_or_else(Vec::new, |beat| {
                vec![
                    (Field::Caption, beat.caption.clone()),
                    (Field::Hero, beat.hero.clone().unwrap_or_default()),
                    (Field::Notes, beat.notes.clone()),
                    (Field::Seconds, beat.seconds.to_string()),
                ]
            }),
        }
    }

    /// Changes a text of the whole, or of a part. A number keeps its value where the text is none.
    pub fn set(&mut self, index: usize, field: Field, text: &str) {
        match self {
            OwnFile::Lesson(lesson) => match field {
                Field::Id => lesson.id = text.to_owned(),
                Field::Title => lesson.title = text.to_owned(),
                Field::Aim => lesson.aim = text.to_owned(),
                Field::Text
                | Field::Hint
                | Field::Figure
                | Field::Unit
                | Field::Within
                | Field::OptionText(_)
                | Field::OptionWhen(_)
                | Field::OptionBelief(_)
                | Field::Caption
                | Field::Hero
                | Field::Notes
                | Field::Seconds => {
                    if let Some(step) = lesson.steps.get_mut(index) {
                        set_step(step, &mut lesson.figures, field, text);
                    }
                }
            },
            OwnFile::Story(story) => {
                match field {
                    Field::Id => story.id = text.to_owned(),
                    Field::Title => story.title = text.to_owned(),
                    Field::Caption | Field::Hero | Field::Notes | Field::Seconds => {
                        if let Some(beat) = story.beats.get_mut(index) {
                            set_beat(beat, field, text);
                        }
                    }
                    Field::Aim
                    | Field::Text
                    | Field::Hint
                    | Field::Figure
                    | Field::Unit
                    | Field::Within
                    | Field::OptionText(_)
                    | Field::OptionWhen(_)
                    | Field::OptionBelief(_) => {}
                }
                story.minutes = story.minutes_of_beats();
            }
        }
    }

    /// Moves a part to another place.
    pub fn move_part(&mut self, from: usize, to: usize) {
        if from >= self.len() || to >= self.len() {
            return;
        }
        match self {
            OwnFile::Lesson(lesson) => {
                let step = lesson.steps.remove(from);
                lesson.steps.insert(to, step);
            }
            OwnFile::Story(story) => {
                let beat = story.beats.remove(from);
                story.beats.insert(to, beat);
            }
        }
    }

    /// Deletes a part.
    pub fn remove(&mut self, index: usize) {
        if index >= self.len() {
            return;
        }
        match self {
            OwnFile::Lesson(lesson) => {
                lesson.steps.remove(index);
            }
            OwnFile::Story(story) => {
                story.beats.remove(index);
                story.minutes = story.minutes_of_beats();
            }
        }
    }

    /// Deletes an option of a question.
    pub fn remove_option(&mut self, index: usize, option: usize) {
        if let OwnFile::Lesson(lesson) = self
            && let Some(StepFile::Predict(question)) = lesson.steps.get_mut(index)
            && option < question.options.len()
        {
            question.options.remove(option);
        }
    }

    /// Adds a part after another one. Beats come from views.
    pub fn add(&mut self, after: usize, part: NewPart) {
        let OwnFile::Lesson(lesson) = self else { return };
        let at = (after + 1).min(lesson.steps.len());
        let text = |text: &str| TextFile { text: text.to_owned(), run: None, at: None, view: None };
        let step = match part {
            NewPart::Text => StepFile::Say(text(UNWRITTEN_TEXT)),
            NewPart::Result => StepFile::Reveal(text(UNWRITTEN_TEXT)),
            NewPart::Action => StepFile::Do(DoFile {
                text: UNWRITTEN_TEXT.to_owned(),
                run: None,
                until: ActionFile::Confirm,
                hint: UNWRITTEN_TEXT.to_owned(),
            }),
            NewPart::Number | NewPart::Options => {
                let of = lesson.new_figure(&lesson.first_figure());
                let mut question = QuestionFile {
                    text: UNWRITTEN_QUESTION.to_owned(),
                    of: Some(of),
                    options: Vec::new(),
                    answer: None,
                };
                if part == NewPart::Number {
                    let number = NumberFile { within: WITHIN, unit: lesson.usual_unit(), beliefs: Vec::new() };
                    question.answer = Some(AnswerFile::Number(number));
                } else {
                    question.options = vec![new_option(), new_option()];
                }
                StepFile::Predict(question)
            }
            NewPart::Option => {
                if let Some(StepFile::Predict(question)) = lesson.steps.get_mut(after) {
                    question.options.push(new_option());
                }
                return;
            }
        };
        lesson.steps.insert(at, step);
    }

    /// What `lesson check` says of it.
    pub fn check(&self, catalog: &Arc<Catalog>) -> Vec<Problem> {
        let course = Course::bundled();
        let ids: Vec<&str> = course.lessons.iter().map(|lesson| lesson.id.as_str()).collect();
        let found = match (self, &course.beliefs) {
            (OwnFile::Lesson(lesson), Some(beliefs)) => check_lesson(lesson, beliefs, &ids, catalog),
            (OwnFile::Story(story), _) => check_story(story, catalog),
            (OwnFile::Lesson(_), None) => Err(vec![Problem::new("", "the file of beliefs is rejected")]),
        };
        found.err().unwrap_or_default()
    }

    /// The part that a fault belongs to.
    pub fn part_of(problem: &Problem) -> Option<usize> {
        let (list, rest) = problem.path.split_once('.')?;
        let index = rest.split('.').next()?;
        LISTS.contains(&list).then(|| index.parse().ok())?
    }

    /// The text of the file.
    pub fn to_ron(&self) -> String {
        match self {
            OwnFile::Story(story) => story.to_ron(),
            OwnFile::Lesson(lesson) => {
                let pretty = ron::ser::PrettyConfig::new().depth_limit(5).indentor("  ").struct_names(false);
                // Strings, numbers and lists: there is nothing that RON could not write.
                let text = options().to_string_pretty(lesson, pretty).unwrap_or_default();
                format!(
                    "// A lesson. `fabricscope lesson check` evaluates it; docs/teaching.md lists the steps.\n{text}\n"
                )
            }
        }
    }
}

fn new_option() -> OptionFile {
    OptionFile { text: UNWRITTEN_TEXT.to_owned(), when: String::new(), belief: None }
}

fn step_fields(step: &StepFile, figures: &BTreeMap<String, String>) -> Vec<(Field, String)> {
    match step {
        StepFile::Say(text) | StepFile::Reveal(text) => vec![(Field::Text, text.text.clone())],
        StepFile::Keep(text) => vec![(Field::Text, text.clone())],
        StepFile::Do(action) => vec![(Field::Text, action.text.clone()), (Field::Hint, action.hint.clone())],
        StepFile::Task(task) => vec![(Field::Text, task.text.clone())],
        StepFile::Play(_) => Vec::new(),
        StepFile::Predict(question) => {
            let mut fields = vec![(Field::Text, question.text.clone())];
            let figure = question.of.as_ref().and_then(|of| figures.get(of));
            fields.extend(figure.map(|figure| (Field::Figure, figure.clone())));
            if let Some(AnswerFile::Number(number)) = &question.answer {
                fields.push((Field::Unit, number.unit.clone()));
                fields.push((Field::Within, (number.within * 100.0).round().to_string()));
            }
            for (index, option) in question.options.iter().enumerate() {
                fields.push((Field::OptionText(index), option.text.clone()));
                fields.push((Field::OptionWhen(index), option.when.clone()));
                fields.push((Field::OptionBelief(index), option.belief.clone().unwrap_or_default()));
            }
            fields
        }
    }
}

fn set_step(step: &mut StepFile, figures: &mut BTreeMap<String, String>, field: Field, text: &str) {
    match (step, field) {
        (StepFile::Say(own) | StepFile::Reveal(own), Field::Text) => own.text = text.to_owned(),
        (StepFile::Keep(own), Field::Text) => *own = text.to_owned(),
        (StepFile::Do(action), Field::Text) => action.text = text.to_owned(),
        (StepFile::Do(action), Field::Hint) => action.hint = text.to_owned(),
        (StepFile::Task(task), Field::Text) => task.text = text.to_owned(),
        (StepFile::Predict(question), Field::Text) => question.text = text.to_owned(),
        (StepFile::Predict(question), Field::Figure) => {
            if let Some(of) = &question.of {
                figures.insert(of.clone(), text.to_owned());
            }
        }
        (StepFile::Predict(question), Field::Unit) => {
            if let Some(AnswerFile::Number(number)) = &mut question.answer {
                number.unit = text.to_owned();
            }
        }
        (StepFile::Predict(question), Field::Within) => {
            if let (Some(AnswerFile::Number(number)), Ok(percent)) = (&mut question.answer, text.parse::<f64>()) {
                number.within = percent / 100.0;
            }
        }
        (StepFile::Predict(question), Field::OptionText(index)) => {
            if let Some(option) = question.options.get_mut(index) {
                option.text = text.to_owned();
            }
        }
        (StepFile::Predict(question), Field::OptionWhen(index)) => {
            if let Some(option) = question.options.get_mut(index) {
                option.when = text.to_owned();
            }
        }
        (StepFile::Predict(question), Field::OptionBelief(index)) => {
            if let Some(option) = question.options.get_mut(index) {
                option.belief = (!text.is_empty()).then(|| text.to_owned());
            }
        }
        // No editor shows a field that its step does not have.
        _ => {}
    }
}

fn set_beat(beat: &mut BeatFile, field: Field, text: &str) {
    match field {
        Field::Caption => beat.caption = text.to_owned(),
        Field::Hero => beat.hero = (!text.is_empty()).then(|| text.to_owned()),
        Field::Notes => beat.notes = text.to_owned(),
        Field::Seconds => beat.seconds = text.parse().unwrap_or(beat.seconds),
        Field::Id
        | Field::Title
        | Field::Aim
        | Field::Text
        | Field::Hint
        | Field::Figure
        | Field::Unit
        | Field::Within
        | Field::OptionText(_)
        | Field::OptionWhen(_)
        | Field::OptionBelief(_) => {}
    }
}
