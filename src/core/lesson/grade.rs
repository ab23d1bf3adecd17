//! Results of learners, replayed: every stored answer and setting is judged by this engine, not by what the file says.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::answer::{Attempt, attempt};
use super::bundled::Course;
use super::lab::Lab;
use super::open::known_settings;
use super::prediction::{Judgement, Prediction, judge};
use super::progress::Progress;
use super::schema::{LessonFile, StepFile};
use crate::catalog::Catalog;

/// One answer or task of one learner.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GradedRow {
    /// The file.
    pub file: String,
    /// The learner's name, if given.
    pub name: String,
    /// Id of the lesson.
    pub lesson: String,
    /// The step.
    pub step: usize,
    /// `answer` or `task`.
    pub kind: &'static str,
    /// What was answered or set.
    pub given: String,
    /// How sure.
    pub sure: String,
    /// What the file says.
    pub stored: bool,
    /// What this engine says. `None` if it was skipped or cannot be judged.
    pub confirmed: Option<bool>,
    /// Why it cannot be judged.
    pub note: String,
}

/// How often a belief was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BeliefCount {
    /// How often it was chosen.
    pub chosen: u32,
    /// Of these, how often for sure.
    pub sure: u32,
}

/// All results together.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Grades {
    /// Version of this format.
    pub version: u32,
    /// One row per answer and task.
    pub rows: Vec<GradedRow>,
    /// How often each belief was chosen.
    pub beliefs: BTreeMap<String, BeliefCount>,
}

/// Labs that are open already, one per lesson.
pub type Labs = BTreeMap<String, Lab>;

impl Grades {
    /// No results.
    pub fn new() -> Grades {
        Grades { version: 1, ..Grades::default() }
    }

    /// Adds the results of one file.
    pub fn add(&mut self, file: &str, progress: &Progress, course: &Course, catalog: &Arc<Catalog>, labs: &mut Labs) {
        for (id, own) in &progress.lessons {
            let row = |step: usize, kind: &'static str| GradedRow {
                file: file.to_owned(),
                name: progress.name.clone(),
                lesson: id.clone(),
                step,
                kind,
                given: String::new(),
                sure: String::new(),
                stored: false,
                confirmed: None,
                note: String::new(),
            };
            let lesson = course.lesson(id);
            if let Some(lesson) = lesson
                && !labs.contains_key(id)
                && let Ok(lab) = lesson.lab(catalog)
            {
                labs.insert(id.clone(), lab);
            }
            let (Some(lesson), Some(lab)) = (lesson, labs.get_mut(id)) else {
                self.rows.push(GradedRow { note: "unknown lesson".to_owned(), ..row(0, "answer") });
                continue;
            };
            for answer in &own.answers {
                let sure = answer.sure.map_or("", |sure| sure.label()).to_owned();
                let base = GradedRow { sure, stored: answer.right, ..row(answer.step, "answer") };
                let graded = self.answer(lesson, lab, answer.prediction().as_ref(), base);
                self.rows.push(graded);
            }
            for task in &own.tasks {
                let base = GradedRow { given: task.settings.join(" "), stored: task.passed, ..row(task.step, "task") };
                self.rows.push(of_task(lesson, lab, &task.settings, base));
            }
        }
    }

    fn answer(
        &mut self,
        lesson: &LessonFile,
        lab: &mut Lab,
        prediction: Option<&Prediction>,
        row: GradedRow,
    ) -> GradedRow {
        let Some(StepFile::Predict(question)) = lesson.steps.get(row.step) else {
            return GradedRow { note: "this step asks nothing".to_owned(), ..row };
        };
        let Some(prediction) = prediction else { return GradedRow { given: "skipped".to_owned(), ..row } };
        match judge(lab, question, Some(prediction)) {
            Err(error) => GradedRow { note: error.problem, ..row },
            Ok(Judgement { right, given, belief, .. }) => {
                if let Some(belief) = belief {
                    let count = self.beliefs.entry(belief).or_default();
                    count.chosen += 1;
                    count.sure += u32::from(row.sure == super::answer::Sure::Sure.label());
                }
                GradedRow { given, confirmed: Some(right), ..row }
            }
        }
    }

    /// The rows as CSV.
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let header = ["file", "name", "lesson", "step", "kind", "given", "sure", "stored", "confirmed", "note"];
        let _ = writer.write_record(header);
        for row in &self.rows {
            let confirmed = row.confirmed.map_or(String::new(), |confirmed| confirmed.to_string());
            let (step, stored) = (row.step.to_string(), row.stored.to_string());
            let cells = [
                &row.file,
                &row.name,
                &row.lesson,
                &step,
                row.kind,
                &row.given,
                &row.sure,
                &stored,
                &confirmed,
                &row.note,
            ];
            let _ = writer.write_record(cells.map(|cell: &str| safe(cell)));
        }
        text(writer)
    }

    /// The counts per belief as CSV.
    pub fn beliefs_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let _ = writer.write_record(["belief", "chosen", "sure"]);
        for (belief, count) in &self.beliefs {
            let _ = writer.write_record([belief, &count.chosen.to_string(), &count.sure.to_string()]);
        }
        text(writer)
    }
}

fn text(writer: csv::Writer<Vec<u8>>) -> String {
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// A cell that a spreadsheet does not take for a formula: the files come from learners.
fn safe(cell: &str) -> String {
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

fn of_task(lesson: &LessonFile, lab: &mut Lab, settings: &[String], row: GradedRow) -> GradedRow {
    let Some(StepFile::Task(task)) = lesson.steps.get(row.step) else {
        return GradedRow { note: "this step is not a task".to_owned(), ..row };
    };
    if settings.is_empty() {
        return GradedRow { given: "not tried".to_owned(), ..row };
    }
    lab.restart_count();
    let found = attempt(lab, task, &known_settings(settings));
    lab.clear_learner();
    let confirmed = Some(found.reached());
    match found {
        Attempt::Rejected(note) => GradedRow { note, confirmed, ..row },
        Attempt::Reached | Attempt::Missed(_) | Attempt::NotPermitted(_) => GradedRow { confirmed, ..row },
    }
}
