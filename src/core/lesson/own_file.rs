//! A lesson or a story of the user, as an editor shows and changes it: a list of parts, each with a few texts.

use std::sync::Arc;

use super::answer::{Attempt, attempt};
use super::bundled::Course;
use super::check::{check_lesson, check_story};
use super::own_field::{
    Field, beat_fields, lesson_head, question_of, set_beat, set_lesson_head, set_step, set_story_head, step_fields,
    story_head, task_of,
};
use super::parse::{options, read_lesson, read_story};
use super::problem::Problem;
use super::question_file::{AnswerFile, NumberFile, OptionFile, QuestionFile};
use super::schema::{ActionFile, DoFile, LessonFile, PlayFile, StepFile, StoryFile, TaskFile, TextFile};
use super::task_settings::{StageSolution, StepNotes};
use super::view_lesson::{UNWRITTEN_QUESTION, UNWRITTEN_TEXT, WITHIN};
use crate::catalog::Catalog;
use crate::scene::{SceneDocument, Setting};

/// A lesson or a story of the user.
#[derive(Clone, Debug, PartialEq)]
pub enum OwnFile {
    /// A lesson.
    Lesson(Box<LessonFile>),
    /// A story.
    Story(Box<StoryFile>),
}

/// What of a lesson or a story another text in its place does not have as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartsLost {
    /// So many steps of a lesson; at least one.
    Steps(usize),
    /// So many beats of a story; at least one.
    Beats(usize),
}

/// The steps of a lesson, or the beats of a story, that another lesson or story in its place would lose. `None` if it keeps
/// them all, and of a text that is neither.
pub fn parts_lost(old: &str, new: &str) -> Option<PartsLost> {
    if let Ok(old) = read_story("", old) {
        let kept = read_story("", new).map(|new| new.beats).unwrap_or_default();
        let lost = old.beats.iter().filter(|beat| !kept.contains(beat)).count();
        return (lost > 0).then_some(PartsLost::Beats(lost));
    }
    let old = read_lesson("", old).ok()?;
    let kept = read_lesson("", new).map(|new| new.steps).unwrap_or_default();
    let lost = old.steps.iter().filter(|step| !kept.contains(step)).count();
    (lost > 0).then_some(PartsLost::Steps(lost))
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
    /// Runs that are played.
    Play,
    /// An action.
    Action,
    /// A task.
    Task,
}

/// A list within a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartList {
    /// The options of a question.
    Options,
    /// The settings that a task permits, by their paths.
    Settings,
    /// The conditions of a task.
    Goals,
    /// Its hints.
    Hints,
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
            OwnFile::Lesson(lesson) => lesson_head(lesson),
            OwnFile::Story(story) => story_head(story),
        }
    }

    /// The texts of a part, in the order of the editor.
    pub fn fields(&self, index: usize) -> Vec<(Field, String)> {
        match self {
            OwnFile::Lesson(lesson) => {
                lesson.steps.get(index).map_or_else(Vec::new, |step| step_fields(step, &lesson.figures))
            }
            OwnFile::Story(story) => story.beats.get(index).map_or_else(Vec::new, beat_fields),
        }
    }

    /// Changes a text of the whole, or of a part. A number keeps its value where the text is none.
    pub fn set(&mut self, index: usize, field: Field, text: &str) {
        match (self, field) {
            (OwnFile::Lesson(lesson), Field::Head(field)) => set_lesson_head(lesson, field, text),
            (OwnFile::Lesson(lesson), Field::Step(field)) => {
                if let Some(step) = lesson.steps.get_mut(index) {
                    set_step(step, &mut lesson.figures, field, text);
                }
            }
            (OwnFile::Story(story), Field::Head(field)) => set_story_head(story, field, text),
            (OwnFile::Story(story), Field::Beat(field)) => {
                if let Some(beat) = story.beats.get_mut(index) {
                    set_beat(beat, field, text);
                }
                story.minutes = story.minutes_of_beats();
            }
            (OwnFile::Lesson(_), Field::Beat(_)) | (OwnFile::Story(_), Field::Step(_)) => {}
        }
    }

    /// The step at a place; `None` in a story.
    pub fn step(&self, index: usize) -> Option<&StepFile> {
        match self {
            OwnFile::Lesson(lesson) => lesson.steps.get(index),
            OwnFile::Story(_) => None,
        }
    }

    fn step_mut(&mut self, index: usize) -> Option<&mut StepFile> {
        match self {
            OwnFile::Lesson(lesson) => lesson.steps.get_mut(index),
            OwnFile::Story(_) => None,
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

    /// Adds an entry to a list of a part. Settings come from [`OwnFile::permit`].
    pub fn add_item(&mut self, index: usize, list: PartList) {
        let Some(step) = self.step_mut(index) else { return };
        match list {
            PartList::Options => {
                if let Some(question) = question_of(step) {
                    question.options.push(new_option());
                }
            }
            PartList::Goals => {
                if let Some(task) = task_of(step) {
                    task.accept.push(String::new());
                }
            }
            PartList::Hints => {
                if let Some(task) = task_of(step) {
                    task.hints.push(UNWRITTEN_TEXT.to_owned());
                }
            }
            PartList::Settings => {}
        }
    }

    /// Deletes an entry of a list of a part.
    pub fn remove_item(&mut self, index: usize, list: PartList, item: usize) {
        fn remove<T>(list: &mut Vec<T>, item: usize) {
            if item < list.len() {
                list.remove(item);
            }
        }
        let Some(step) = self.step_mut(index) else { return };
        match (list, step) {
            (PartList::Options, StepFile::Predict(question)) => remove(&mut question.options, item),
            (PartList::Settings, StepFile::Task(task)) => remove(&mut task.may_change, item),
            (PartList::Goals, StepFile::Task(task)) => remove(&mut task.accept, item),
            (PartList::Hints, StepFile::Task(task)) => remove(&mut task.hints, item),
            (PartList::Options | PartList::Settings | PartList::Goals | PartList::Hints, _) => {}
        }
    }

    /// Lets a task change one more setting.
    pub fn permit(&mut self, index: usize, path: &str) {
        if let Some(task) = self.step_mut(index).and_then(task_of)
            && task.may_change.iter().all(|own| own != path)
        {
            task.may_change.push(path.to_owned());
        }
    }

    /// Lets a step play a run after its others, or not.
    pub fn set_played(&mut self, index: usize, run: &str, played: bool) {
        if let Some(StepFile::Play(play)) = self.step_mut(index) {
            play.runs.retain(|own| own != run);
            if played {
                play.runs.push(run.to_owned());
            }
        }
    }

    /// Makes what the stage has changed of the start of a task its solution, and tries it. Without a change the solution
    /// stays. `None` if there is no such task, or if its start is at fault.
    pub fn take_solution(
        &mut self,
        index: usize,
        stage: (&SceneDocument, &[Setting]),
        catalog: &Arc<Catalog>,
    ) -> Option<(StageSolution, Option<Attempt>)> {
        let OwnFile::Lesson(lesson) = self else { return None };
        let (found, mut lab) = lesson.stage_solution(index, stage, catalog)?;
        let task = lesson.steps.get_mut(index).and_then(task_of)?;
        if found.settings.is_empty() {
            return Some((found, None));
        }
        task.solution = found.settings.iter().map(|setting| format!("{}={}", setting.path, setting.value)).collect();
        let tried = attempt(&mut lab, task, &found.settings);
        Some((found, Some(tried)))
    }

    /// What an editor tells of a part beside its texts.
    pub fn notes(&self, index: usize, catalog: &Arc<Catalog>) -> StepNotes {
        match self {
            OwnFile::Lesson(lesson) => lesson.notes(index, catalog),
            OwnFile::Story(_) => StepNotes::default(),
        }
    }

    /// Adds a part after another one. Beats come from views.
    pub fn add(&mut self, after: usize, part: NewPart) {
        let OwnFile::Lesson(lesson) = self else { return };
        let at = (after + 1).min(lesson.steps.len());
        let text = |text: &str| TextFile { text: text.to_owned(), run: None, at: None };
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
            NewPart::Play => StepFile::Play(PlayFile { runs: lesson.runs.keys().cloned().collect() }),
            NewPart::Task => StepFile::Task(new_task(lesson)),
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

/// A task that is to be written, from the first run. Its condition is one that the start misses.
fn new_task(lesson: &LessonFile) -> TaskFile {
    let start = lesson.runs.keys().next().cloned().unwrap_or_default();
    let goal = format!("A.time < {start}.A.time");
    TaskFile {
        text: UNWRITTEN_TEXT.to_owned(),
        start,
        may_change: Vec::new(),
        changes: None,
        accept: vec![goal],
        smallest: None,
        hints: vec![UNWRITTEN_TEXT.to_owned()],
        solution: Vec::new(),
        also: Vec::new(),
        traps: Vec::new(),
        done: UNWRITTEN_TEXT.to_owned(),
    }
}
