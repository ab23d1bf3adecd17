//! An open lesson: its step filled with the figures of this engine, and the work of the learner in it.

use std::sync::Arc;

use super::change::SetAside;
use super::class_poll::ClassPoll;
use super::shown_lesson::{GivenAnswer, LessonSource, ShownOption, ShownStep, StepClock, TaskOutcome};
use crate::catalog::Catalog;
use crate::lesson::{
    ActionFile, AnswerFile, Attempt, Course, Expression, ExpressionError, Judgement, Lab, LessonFile, NumberFile,
    Prediction, Problem, SettingPlace, StepFile, Sure, TextFile, attempt, changed_settings, diagnostics, filled, judge,
    log_setting, shown_order,
};
use crate::scene::{SceneDocument, Setting};
use crate::units::{Femtos, one_line};

/// An open lesson.
#[derive(Clone, Debug)]
pub struct OpenLesson {
    /// The lesson.
    pub file: Arc<LessonFile>,
    /// Where it comes from.
    pub source: LessonSource,
    /// Whether it is the user's own lesson, to which views are added.
    pub(super) is_own: bool,
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
    /// The things that have their place in the order already, by their index in the file.
    pub placed: Vec<usize>,
    /// The last question that was put to a class.
    pub poll: Option<ClassPoll>,
    /// Whether the class sees the question.
    pub shows_poll: bool,
    pub(super) lab: Lab,
    course: Arc<Course>,
    /// The scene from before the lesson.
    pub(super) before: SetAside,
    /// The scene that the step began with.
    pub(super) staged: Option<SceneDocument>,
    /// What the learner assumes about the log in this step.
    pub(super) of_log: Vec<Setting>,
}

impl OpenLesson {
    /// Opens a lesson at its first step.
    ///
    /// # Errors
    /// The lesson is at fault.
    pub(super) fn new(
        course: Arc<Course>,
        (file, source): (LessonFile, LessonSource),
        catalog: &Catalog,
        before: SetAside,
    ) -> Result<OpenLesson, Vec<Problem>> {
        let lab = file.lab(&Arc::new(catalog.clone()))?;
        let mut open = OpenLesson {
            file: Arc::new(file),
            source,
            is_own: false,
            step: 0,
            shown: ShownStep::default(),
            run: 0,
            sure: None,
            answer: None,
            placed: Vec::new(),
            poll: None,
            shows_poll: false,
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

    /// The settings of the scene that the open task permits; `None` outside of a task.
    pub fn may_change(&self) -> Option<impl Iterator<Item = &str>> {
        match self.step_file()? {
            StepFile::Task(task) => {
                Some(task.may_change.iter().map(String::as_str).filter(|path| log_setting(path).is_none()))
            }
            StepFile::Say(_)
            | StepFile::Predict(_)
            | StepFile::Play(_)
            | StepFile::Reveal(_)
            | StepFile::Do(_)
            | StepFile::Keep(_) => None,
        }
    }

    /// Whether the step lets the learner slow, cut, delay or repair something on the stage.
    pub fn may_degrade(&self) -> bool {
        self.may_change().is_none_or(|mut paths| paths.any(|path| SettingPlace::parse(path).fault.is_some()))
    }

    /// The state of the clock that the step begins with.
    pub fn clock(&self) -> StepClock {
        if let Some(at) = self.shown.at {
            return StepClock::At(at);
        }
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
        self.placed.clear();
        self.shows_poll = false;
        self.of_log.clear();
        self.fill();
    }

    /// The scene of the step. `None` keeps the one on the stage, if the step follows on the one before it; else a step without a
    /// scene has that of the steps before it, and at the beginning of a lesson that of the steps after it.
    pub(super) fn scene(&self, follows: bool) -> Option<SceneDocument> {
        let own = run_of(self.step_file()?, self.run).or_else(|| self.last_run_played());
        if own.is_some() || follows {
            return self.lab.document(Some(own?)).ok();
        }
        let (before, after) = self.file.steps.split_at_checked(self.step)?;
        let run = |step| run_of(step, 0);
        let run = before.iter().rev().find_map(run).or_else(|| after.iter().find_map(run));
        self.lab.document(run).ok()
    }

    /// The last run of the step before, of which a revelation without a run of its own speaks. A learner who has gone on early has not
    /// seen it.
    fn last_run_played(&self) -> Option<&str> {
        match (self.step_file()?, self.file.steps.get(self.step.checked_sub(1)?)?) {
            (StepFile::Reveal(_), StepFile::Play(play)) => play.runs.last().map(String::as_str),
            _ => None,
        }
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
        if let StepFile::Say(TextFile { at: Some(at), .. }) | StepFile::Reveal(TextFile { at: Some(at), .. }) = &step {
            self.shown.at = self.instant(at);
        }
        if let StepFile::Do(action) = &step {
            let hint = self.filled(&action.hint);
            self.shown.hints.push(hint);
        }
        if let StepFile::Predict(question) = &step {
            let order = shown_order(&self.file.id, self.step, question.choices());
            for option in order {
                let Some(chosen) = question.choice(option) else { continue };
                let text = self.filled(chosen);
                self.shown.options.push(ShownOption { option, text });
            }
        }
    }

    /// A text with its figures. A fault is kept with the step.
    fn filled(&mut self, text: &str) -> String {
        match filled(&mut self.lab, text) {
            Ok(filled) => filled,
            Err(error) => {
                self.keep_fault(error);
                String::new()
            }
        }
    }

    /// Keeps a fault of the step, with its line if the lesson is a file.
    pub(super) fn keep_fault(&mut self, error: ExpressionError) {
        let place = match &self.source {
            LessonSource::Bundled => None,
            LessonSource::File { name, text } => {
                let path = format!("steps.{}", self.step);
                let located = diagnostics(name, text, vec![Problem::from_expression(&path, error.clone())]);
                let place = located.faults.first().and_then(|fault| fault.place);
                place.map(|(line, _)| format!("{}:{line}: ", one_line(name)))
            }
        };
        self.shown.fault = Some(format!("{}{}", place.unwrap_or_default(), error.problem));
    }

    /// An instant. A fault is kept with the step.
    fn instant(&mut self, written: &str) -> Option<Femtos> {
        match Expression::parse(written).and_then(|expression| self.lab.value(&expression)) {
            Ok(value) => value.number().map(|seconds| Femtos::from_secs(seconds.max(0.0))),
            Err(error) => {
                self.keep_fault(error);
                None
            }
        }
    }

    /// The form of the answer, if the open question has no options.
    pub fn answer_form(&self) -> Option<&AnswerFile> {
        match self.step_file()? {
            StepFile::Predict(question) => question.answer.as_ref(),
            StepFile::Say(_)
            | StepFile::Play(_)
            | StepFile::Reveal(_)
            | StepFile::Do(_)
            | StepFile::Task(_)
            | StepFile::Keep(_) => None,
        }
    }

    /// Takes an answer to the open question; `None` skips it.
    pub(super) fn answer(&mut self, prediction: Option<Prediction>) -> Option<GivenAnswer> {
        let file = self.file.clone();
        let StepFile::Predict(question) = file.steps.get(self.step)? else { return None };
        let judged = judge(&mut self.lab, question, prediction.as_ref());
        let Judgement { right, given, holds, belief, order } = match judged {
            Ok(judgement) => judgement,
            Err(error) => {
                self.keep_fault(error);
                return None;
            }
        };
        // Where the learner has put each thing; nowhere if the question was skipped.
        let predicted_places = right_places(&order, &self.predicted_things(prediction.as_ref()));
        let known = belief.and_then(|belief| self.course.beliefs.as_ref()?.beliefs.get(&belief).cloned());
        let given = GivenAnswer {
            step: self.step,
            prediction,
            chosen: given,
            right,
            holds,
            order: order.into_iter().zip(predicted_places).collect(),
            belief: known.as_ref().map(|belief| belief.claim.clone()),
            refutation: known.map(|belief| belief.refutation),
        };
        self.answer = Some(given.clone());
        Some(given)
    }

    /// The things of a predicted order.
    fn predicted_things(&self, prediction: Option<&Prediction>) -> Vec<String> {
        let Some(Prediction::Order(order)) = prediction else { return Vec::new() };
        let text =
            |item: &usize| self.shown.options.iter().find(|shown| shown.option == *item).map(|one| one.text.clone());
        order.iter().filter_map(text).collect()
    }

    /// The number that was typed. A text that is none is kept as a fault of the step.
    pub(super) fn typed(&mut self, text: &str) -> Option<f64> {
        let number: NumberFile = match self.answer_form()? {
            AnswerFile::Number(number) => number.clone(),
            AnswerFile::Order(_) => return None,
        };
        match number.typed(text) {
            Ok(typed) => {
                self.shown.typing_fault = None;
                Some(typed)
            }
            Err(problem) => {
                self.shown.typing_fault = Some(problem);
                None
            }
        }
    }

    /// Gives a thing the next place of the order, or takes it back.
    pub(super) fn place(&mut self, item: usize) {
        match self.placed.iter().position(|placed| *placed == item) {
            Some(place) => {
                self.placed.remove(place);
            }
            None if self.shown.options.iter().any(|shown| shown.option == item) => self.placed.push(item),
            None => {}
        }
    }

    /// The order, once everything has its place.
    pub fn order(&self) -> Option<Vec<usize>> {
        let complete = !self.placed.is_empty() && self.placed.len() == self.shown.options.len();
        complete.then(|| self.placed.clone())
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

/// The predicted places of things, from 1.
fn right_places(order: &[String], predicted: &[String]) -> Vec<Option<usize>> {
    let place = |thing: &String| predicted.iter().position(|one| one == thing).map(|place| place + 1);
    order.iter().map(place).collect()
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

/// The run of a step; of one that plays several, the one of this number.
fn run_of(step: &StepFile, number: usize) -> Option<&str> {
    match step {
        StepFile::Say(text) | StepFile::Reveal(text) => text.run.as_deref(),
        StepFile::Do(action) => action.run.as_deref(),
        StepFile::Play(play) => play.runs.get(number).map(String::as_str),
        StepFile::Task(task) => Some(&task.start),
        StepFile::Predict(_) | StepFile::Keep(_) => None,
    }
}
