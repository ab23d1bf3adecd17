//! An open lesson: its step filled with the figures of this engine, and the work of the learner in it.

use std::sync::Arc;

use super::change::SetAside;
use crate::catalog::Catalog;
use crate::report::lesson::{
    ActionFile, Attempt, Course, Lab, LessonFile, Problem, StepFile, Sure, TaskFile, attempt, filled, log_setting,
    right_option, shown_order,
};
use crate::scene::{SceneDocument, Setting};

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
    /// Answer the question with an option, by its index in the file.
    Answer(usize),
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

/// An option of a question as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownOption {
    /// Its index in the file.
    pub option: usize,
    /// Its text.
    pub text: String,
}

/// The last answer, with the belief behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenAnswer {
    /// The step of the question.
    pub step: usize,
    /// The chosen option; `None` if it was skipped.
    pub option: Option<usize>,
    /// The text of the chosen option.
    pub chosen: String,
    /// Whether it holds.
    pub right: bool,
    /// The text of the option that holds.
    pub holds: String,
    /// The belief behind a wrong option, as a clause after "that".
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
    /// The options of a question, in their order on the screen.
    pub options: Vec<ShownOption>,
    /// Hints that are open.
    pub hints: Vec<String>,
    /// Hints that are not open yet.
    pub more_hints: usize,
    /// How the last try went.
    pub outcome: Option<TaskOutcome>,
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
}

/// An open lesson.
#[derive(Clone, Debug)]
pub struct OpenLesson {
    /// The lesson.
    pub file: Arc<LessonFile>,
    /// The open step.
    pub step: usize,
    /// The step as it is shown.
    pub shown: ShownStep,
    /// The run on the stage, among those of a step that plays several.
    pub run: usize,
    /// How sure the next answer is.
    pub sure: Option<Sure>,
    /// The last answer.
    pub answer: Option<GivenAnswer>,
    lab: Lab,
    course: &'static Course,
    /// The scene from before the lesson.
    pub(super) before: SetAside,
    /// The scene that the step began with.
    pub(super) staged: Option<SceneDocument>,
    /// What the learner assumes about the log in this step.
    of_log: Vec<Setting>,
}

impl OpenLesson {
    /// Opens a lesson at its first step.
    ///
    /// # Errors
    /// The lesson is at fault.
    pub(super) fn new(
        course: &'static Course,
        file: LessonFile,
        catalog: &Catalog,
        before: SetAside,
    ) -> Result<OpenLesson, Vec<Problem>> {
        let lab = file.lab(&Arc::new(catalog.clone()))?;
        let mut open = OpenLesson {
            file: Arc::new(file),
            step: 0,
            shown: ShownStep::default(),
            run: 0,
            sure: None,
            answer: None,
            lab,
            course,
            before,
            staged: None,
            of_log: Vec::new(),
        };
        open.fill();
        Ok(open)
    }

    /// The open step as it is written.
    pub fn step_file(&self) -> Option<&StepFile> {
        self.file.steps.get(self.step)
    }

    /// Whether this is the last step.
    pub fn is_last(&self) -> bool {
        self.step + 1 >= self.file.steps.len()
    }

    /// Whether the learner changes the scene in this step.
    pub fn has_controls(&self) -> bool {
        match self.step_file() {
            Some(StepFile::Task(task)) => task.may_change.iter().any(|path| log_setting(path).is_none()),
            Some(StepFile::Do(action)) => action.until == ActionFile::Change,
            Some(
                StepFile::Say(_) | StepFile::Predict(_) | StepFile::Play(_) | StepFile::Reveal(_) | StepFile::Keep(_),
            )
            | None => false,
        }
    }

    /// The state of the clock that the step begins with.
    pub fn clock(&self) -> StepClock {
        match self.step_file() {
            Some(StepFile::Play(_)) => StepClock::Plays,
            Some(StepFile::Do(action)) if action.until == ActionFile::Select => StepClock::Middle,
            Some(StepFile::Reveal(_) | StepFile::Keep(_)) => StepClock::End,
            Some(StepFile::Say(_) | StepFile::Predict(_) | StepFile::Do(_) | StepFile::Task(_)) | None => {
                StepClock::Start
            }
        }
    }

    /// Goes to a step and fills it.
    pub(super) fn go_to(&mut self, step: usize) {
        self.step = step.min(self.file.steps.len().saturating_sub(1));
        self.run = 0;
        self.sure = None;
        self.of_log.clear();
        self.fill();
    }

    /// The scene of the step; `None` keeps the one on the stage.
    pub(super) fn scene(&self) -> Option<SceneDocument> {
        let run = match self.step_file()? {
            StepFile::Say(text) | StepFile::Reveal(text) => text.run.clone(),
            StepFile::Do(action) => action.run.clone(),
            StepFile::Play(play) => play.runs.get(self.run).cloned(),
            StepFile::Task(task) => Some(task.start.clone()),
            StepFile::Predict(_) | StepFile::Keep(_) => None,
        };
        self.lab.document(Some(&run?)).ok()
    }

    fn fill(&mut self) {
        self.shown = ShownStep::default();
        self.lab.clear_learner();
        self.lab.restart_count();
        let Some(step) = self.file.clone().steps.get(self.step).cloned() else { return };
        if let StepFile::Task(task) = &step {
            // Texts of a task may speak of the learner's run, which begins as the start.
            let _ = self.lab.set_learner(&task.start, &[]);
            self.shown.more_hints = task.hints.len();
        }
        let text = match &step {
            StepFile::Say(text) | StepFile::Reveal(text) => text.text.clone(),
            StepFile::Do(action) => action.text.clone(),
            StepFile::Task(task) => task.text.clone(),
            StepFile::Predict(question) => question.text.clone(),
            StepFile::Keep(text) => text.clone(),
            StepFile::Play(_) => String::new(),
        };
        self.shown.text = self.filled(&text);
        if let StepFile::Do(action) = &step {
            let hint = self.filled(&action.hint);
            self.shown.hints.push(hint);
        }
        if let StepFile::Predict(question) = &step {
            let order = shown_order(&self.file.id, self.step, question.options.len());
            for option in order {
                let Some(chosen) = question.options.get(option) else { continue };
                let text = self.filled(&chosen.text);
                self.shown.options.push(ShownOption { option, text });
            }
        }
    }

    /// A text with its figures. A fault is kept with the step.
    fn filled(&mut self, text: &str) -> String {
        match filled(&mut self.lab, text) {
            Ok(filled) => filled,
            Err(error) => {
                self.shown.fault = Some(error.problem);
                String::new()
            }
        }
    }

    /// Takes an answer to the open question; `None` skips it.
    pub(super) fn answer(&mut self, option: Option<usize>) -> Option<GivenAnswer> {
        let file = self.file.clone();
        let StepFile::Predict(question) = file.steps.get(self.step)? else { return None };
        let right = right_option(&mut self.lab, question)?;
        let text = |option: usize| self.shown.options.iter().find(|shown| shown.option == option);
        let text = |option: usize| text(option).map_or_else(String::new, |shown| shown.text.clone());
        let is_right = option == Some(right);
        let belief = option.filter(|_| !is_right).and_then(|option| question.options.get(option)?.belief.clone());
        let known = belief.and_then(|belief| self.course.beliefs.as_ref()?.beliefs.get(&belief).cloned());
        let given = GivenAnswer {
            step: self.step,
            option,
            chosen: option.map_or_else(String::new, text),
            right: is_right,
            holds: text(right),
            belief: known.as_ref().map(|belief| belief.claim.clone()),
            refutation: known.map(|belief| belief.refutation),
        };
        self.answer = Some(given.clone());
        Some(given)
    }

    /// Opens one more hint of the task.
    pub(super) fn open_hint(&mut self) {
        let file = self.file.clone();
        let Some(StepFile::Task(task)) = file.steps.get(self.step) else { return };
        let next = self.shown.hints.len();
        if let Some(hint) = task.hints.get(next) {
            let hint = self.filled(hint);
            self.shown.hints.push(hint);
            self.shown.more_hints = task.hints.len() - next - 1;
        }
    }

    /// The value of a setting of the log as the learner assumes it.
    pub fn of_log(&self, path: &str) -> Option<&str> {
        self.of_log.iter().find(|setting| setting.path == path).map(|setting| setting.value.as_str())
    }

    /// Changes what the comparison with the log assumes.
    pub(super) fn set_of_log(&mut self, setting: Setting) {
        self.of_log.retain(|other| other.path != setting.path);
        if !setting.value.is_empty() {
            self.of_log.push(setting);
        }
    }

    /// Tries a scene as the solution of the task. Returns the settings that were tried.
    pub(super) fn try_scene(&mut self, latest: &SceneDocument) -> Option<Vec<Setting>> {
        let file = self.file.clone();
        let StepFile::Task(task) = file.steps.get(self.step)? else { return None };
        let mut settings = changed_settings(task, self.staged.as_ref()?, latest);
        settings.extend(self.of_log.iter().cloned());
        self.lab.restart_count();
        let found = attempt(&mut self.lab, task, &settings);
        let text = match &found {
            Attempt::Reached => self.filled(&task.done),
            Attempt::Missed(_) => String::new(),
            Attempt::NotPermitted(reason) | Attempt::Rejected(reason) => reason.clone(),
        };
        self.shown.outcome = Some(TaskOutcome { reached: found.reached(), text });
        Some(settings)
    }

    /// Whether the action of the step was done.
    pub fn is_done(&self, state: StageState<'_>) -> bool {
        match self.step_file() {
            Some(StepFile::Do(action)) => match action.until {
                ActionFile::Select => state.has_selection,
                ActionFile::Clock => state.clock_moved,
                ActionFile::Change => self.staged.as_ref().is_some_and(|staged| staged.file != state.latest.file),
                ActionFile::Confirm => true,
            },
            Some(StepFile::Task(_)) => self.shown.outcome.as_ref().is_some_and(|outcome| outcome.reached),
            Some(
                StepFile::Say(_) | StepFile::Predict(_) | StepFile::Play(_) | StepFile::Reveal(_) | StepFile::Keep(_),
            )
            | None => true,
        }
    }
}

/// What the actions of a lesson depend on.
#[derive(Clone, Copy, Debug)]
pub struct StageState<'a> {
    /// Whether something is selected.
    pub has_selection: bool,
    /// Whether the playhead has left the beginning.
    pub clock_moved: bool,
    /// The scene with all changes.
    pub latest: &'a SceneDocument,
}

/// The settings that a task permits and that differ from its start.
fn changed_settings(task: &TaskFile, start: &SceneDocument, latest: &SceneDocument) -> Vec<Setting> {
    let tree = |document: &SceneDocument| serde_json::to_value(&document.file).unwrap_or_default();
    let (before, after) = (tree(start), tree(latest));
    let mut settings = Vec::new();
    for path in &task.may_change {
        let pointer: String = path.split('.').map(|name| format!("/{name}")).collect();
        let (old, new) = (before.pointer(&pointer), after.pointer(&pointer));
        if old == new {
            continue;
        }
        let value = match new {
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(serde_json::Value::Null) | None => "None".to_owned(),
            Some(other) => other.to_string(),
        };
        settings.push(Setting { path: path.clone(), value });
    }
    settings
}
