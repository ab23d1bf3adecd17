//! What a learner has done, as it is kept and handed in: one file, the same on the desktop, in the page and for a teacher.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::answer::Sure;
use super::prediction::Prediction;

/// Version of the file.
pub const PROGRESS_VERSION: u32 = 1;

/// What a learner has done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Version of this format.
    pub version: u32,
    /// A name, if the learner gave one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// By id of the lesson.
    #[serde(default)]
    pub lessons: BTreeMap<String, LessonProgress>,
}

impl Default for Progress {
    fn default() -> Progress {
        Progress { version: PROGRESS_VERSION, name: String::new(), lessons: BTreeMap::new() }
    }
}

/// What a learner has done in one lesson.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LessonProgress {
    /// The step that was open last.
    pub step: usize,
    /// Whether the last step was reached.
    pub finished: bool,
    /// Predictions, by step.
    pub answers: Vec<StoredAnswer>,
    /// Tasks, by step.
    pub tasks: Vec<StoredTask>,
}

/// A prediction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredAnswer {
    /// The step.
    pub step: usize,
    /// The option by its index in the file. Without option, number and order the question was skipped.
    pub option: Option<usize>,
    /// The typed number, in seconds, bytes, or without unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<f64>,
    /// The order of things, by their index in the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<usize>,
    /// How sure.
    #[serde(default)]
    pub sure: Option<Sure>,
    /// Whether it held when it was given.
    #[serde(default)]
    pub right: bool,
    /// The version of the program that said so.
    #[serde(default)]
    pub engine: String,
}

impl StoredAnswer {
    /// A prediction at a step; `None` is a skipped one. It is neither judged nor is it said how sure it is.
    pub fn new(step: usize, prediction: Option<&Prediction>) -> StoredAnswer {
        let (mut option, mut number, mut order) = (None, None, Vec::new());
        match prediction {
            None => {}
            Some(Prediction::Option(chosen)) => option = Some(*chosen),
            Some(Prediction::Number(typed)) => number = Some(*typed),
            Some(Prediction::Order(places)) => order.clone_from(places),
        }
        StoredAnswer { step, option, number, order, sure: None, right: false, engine: String::new() }
    }

    /// What was predicted; `None` if the question was skipped.
    pub fn prediction(&self) -> Option<Prediction> {
        if let Some(option) = self.option {
            return Some(Prediction::Option(option));
        }
        if let Some(number) = self.number {
            return Some(Prediction::Number(number));
        }
        (!self.order.is_empty()).then(|| Prediction::Order(self.order.clone()))
    }
}

/// A task.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredTask {
    /// The step.
    pub step: usize,
    /// Tries.
    pub tries: u32,
    /// Hints that were opened.
    pub hints: u32,
    /// The last settings that reached the goal, else the last tried, `path=value`.
    pub settings: Vec<String>,
    /// Whether they reached the goal.
    pub passed: bool,
}

impl Progress {
    /// Reads a file. A file of another version is not read, so that nothing in it is lost.
    ///
    /// # Errors
    /// Not JSON, not such a file, or another version; in one sentence.
    pub fn read(text: &str) -> Result<Progress, String> {
        let progress: Progress =
            serde_json::from_str(text).map_err(|error| format!("not a file of results: {error}"))?;
        match progress.version == PROGRESS_VERSION {
            true => Ok(progress),
            false => {
                let own = PROGRESS_VERSION;
                Err(format!("results of version {}; this program reads version {own}", progress.version))
            }
        }
    }

    /// The file.
    pub fn write(&self) -> String {
        // Texts, numbers and lists have a JSON form.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The file to store where another one is stored already, by another window or tab: nothing that either knows is lost.
    ///
    /// # Errors
    /// The stored file is of another version, or no such file: it has to stay. In one sentence.
    pub fn beside(&self, stored: Option<&str>) -> Result<String, String> {
        match stored.map(Progress::read) {
            None => Ok(self.write()),
            Some(Ok(stored)) => Ok(self.merged(&stored).write()),
            Some(Err(problem)) => Err(problem),
        }
    }

    /// All of it with what another file knows beside: of a lesson that both know, this one's answers count.
    pub fn merged(&self, other: &Progress) -> Progress {
        let mut all = self.clone();
        for (id, theirs) in &other.lessons {
            let Some(own) = all.lessons.get_mut(id) else {
                all.lessons.insert(id.clone(), theirs.clone());
                continue;
            };
            own.finished |= theirs.finished;
            let new = |answer: &&StoredAnswer| self.lessons[id].answers.iter().all(|own| own.step != answer.step);
            own.answers.extend(theirs.answers.iter().filter(new).cloned());
            own.answers.sort_by_key(|answer| answer.step);
            for task in &theirs.tasks {
                match own.tasks.iter_mut().find(|own| own.step == task.step) {
                    Some(own) if task.passed && !own.passed => *own = task.clone(),
                    Some(_) => {}
                    None => own.tasks.push(task.clone()),
                }
            }
        }
        all
    }

    /// Keeps a prediction; a later one of the same step replaces it, but a skip replaces no answer.
    pub fn keep_answer(&mut self, lesson: &str, answer: StoredAnswer) {
        let own = self.lessons.entry(lesson.to_owned()).or_default();
        if answer.prediction().is_none() && own.answers.iter().any(|other| other.step == answer.step) {
            return;
        }
        own.answers.retain(|other| other.step != answer.step);
        own.answers.push(answer);
        own.answers.sort_by_key(|answer| answer.step);
    }

    /// The entry of a task, made if it is new.
    pub fn task(&mut self, lesson: &str, step: usize) -> &mut StoredTask {
        let own = self.lessons.entry(lesson.to_owned()).or_default();
        let place = match own.tasks.iter().position(|task| task.step == step) {
            Some(place) => place,
            None => {
                own.tasks.push(StoredTask { step, ..StoredTask::default() });
                own.tasks.len() - 1
            }
        };
        &mut own.tasks[place]
    }
}
