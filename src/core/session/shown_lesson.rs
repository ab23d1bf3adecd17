//! What may be asked of a lesson, and its step as it is shown.

use super::class_poll::PollIntent;
use crate::lesson::{Prediction, Sure};
use crate::scene::Setting;
use crate::units::Femtos;

/// A request to the course or to the open lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LessonIntent {
    /// Show or hide the list of lessons.
    ToggleCourse,
    /// Open a lesson by its id.
    Open(String),
    /// Leave the lesson; the scene from before it returns.
    Close,
    /// Go to the next step. A question without an answer is skipped.
    Next,
    /// Go to the step before.
    Back,
    /// Set how sure the next answer is.
    SetSure(Sure),
    /// Answer the question with an option, by its index in the file. Of an order, the thing gets the next place, or
    /// loses its place.
    Answer(usize),
    /// The same by its place on the screen, from 0.
    Choose(usize),
    /// Answer with a number, as typed.
    TypeNumber(String),
    /// Answer with the order, once everything has its place.
    ConfirmOrder,
    /// A request to the poll of the class.
    Poll(PollIntent),
    /// Put another run of a step on the stage.
    PlayRun(usize),
    /// Show one more hint.
    OpenHint,
    /// Change what the comparison with a log assumes, within a task; an empty value is that of the start.
    SetOfLog(Setting),
    /// Try the scene on the stage as the solution of the task.
    Try,
    /// Save what was done in all lessons.
    SaveResults,
}

/// Where a lesson comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LessonSource {
    /// It comes with the program.
    Bundled,
    /// A file of the user: name or path, and text.
    File {
        /// Name or path.
        name: String,
        /// Text.
        text: String,
    },
}

/// Whether a text is a lesson.
pub(super) fn is_lesson(text: &str) -> bool {
    ["steps:", "aim:", "for_whom:"].iter().all(|field| text.contains(field))
}

/// An option of a question, or a thing to put into order, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownOption {
    /// Its index in the file.
    pub option: usize,
    /// Its text.
    pub text: String,
}

/// The last answer, with the belief behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenAnswer {
    /// The step of the question.
    pub step: usize,
    /// What was predicted; `None` if the question was skipped.
    pub prediction: Option<Prediction>,
    /// The prediction as text.
    pub chosen: String,
    /// Whether it is right.
    pub right: bool,
    /// The result as text.
    pub holds: String,
    /// The things of an order as it came out, each with its predicted place, from 1.
    pub order: Vec<(String, Option<usize>)>,
    /// The belief behind a wrong prediction, as a clause after "that".
    pub belief: Option<String>,
    /// Why the belief is wrong.
    pub refutation: Option<String>,
}

/// How the last try at the task went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskOutcome {
    /// Whether the goal is reached.
    pub reached: bool,
    /// The text of the lesson about it.
    pub text: String,
}

/// The open step, filled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownStep {
    /// Its text.
    pub text: String,
    /// The options of a question, or the things to put into order, in their order on the screen.
    pub options: Vec<ShownOption>,
    /// Why the typed number is none.
    pub typing_fault: Option<String>,
    /// Hints that are open.
    pub hints: Vec<String>,
    /// Hints that are not open yet.
    pub more_hints: usize,
    /// How the last try went.
    pub outcome: Option<TaskOutcome>,
    /// Where the clock stands, if the step says it.
    pub at: Option<Femtos>,
    /// Why the step cannot be shown, if the lesson is at fault.
    pub fault: Option<String>,
}

/// The state of the clock that a step begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepClock {
    /// At the beginning, paused.
    Start,
    /// Playing.
    Plays,
    /// At half time, paused: links carry something.
    Middle,
    /// At the end.
    End,
    /// At an instant.
    At(Femtos),
}
