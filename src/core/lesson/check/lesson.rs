//! A lesson as a whole: names, texts, and the order of its steps.

use std::sync::Arc;

use super::super::expression::unknown;
use super::super::lab::Lab;
use super::super::problem::Problem;
use super::super::schema::{BeliefsFile, LessonFile, StepFile};
use super::{given_away, instant, question, task, text, typed_answer, unwritten};
use crate::catalog::Catalog;
use crate::explain::glossary::groups;

/// Checks a lesson: everything in it is evaluated. `others` are the ids of the course. Returns the scenes that were solved.
///
/// # Errors
/// All faults.
pub fn check_lesson(
    lesson: &LessonFile,
    beliefs: &BeliefsFile,
    others: &[&str],
    catalog: &Arc<Catalog>,
) -> Result<u32, Vec<Problem>> {
    let mut lab = lesson.lab(catalog)?;
    let mut problems = Vec::new();
    for (index, need) in lesson.needs.iter().enumerate() {
        if !others.contains(&need.as_str()) {
            problems.push(Problem::new(format!("needs.{index}"), unknown("lesson", need, others.iter().copied())));
        }
    }
    for (index, term) in lesson.terms.iter().enumerate() {
        if !terms().any(|known| known == term) {
            problems.push(Problem::new(format!("terms.{index}"), unknown("term of the glossary", term, terms())));
        }
    }
    for run in lesson.runs.keys() {
        if let Err(problem) = lab.document(Some(run)) {
            problems.push(Problem::new(format!("runs.{run}"), problem));
        }
    }
    check_figures(&mut lab, lesson, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    for (index, step) in lesson.steps.iter().enumerate() {
        check_step(&mut lab, lesson, (index, step), beliefs, &mut problems);
    }
    check_order(lesson, &mut problems);
    unwritten::check_unwritten(lesson, &mut problems);
    if problems.is_empty() { Ok(lab.solves()) } else { Err(problems) }
}

/// The terms of the glossary, each also without its symbol: `latency, h` is `latency`.
fn terms() -> impl Iterator<Item = &'static str> {
    let entries = groups().iter().flat_map(|group| &group.entries);
    entries.flat_map(|entry| entry.term.split(", ").flat_map(|part| part.split(" and ")))
}

fn check_figures(lab: &mut Lab, lesson: &LessonFile, problems: &mut Vec<Problem>) {
    for (name, text) in &lesson.figures {
        let path = format!("figures.{name}");
        let Some(expression) = lab.names().figures.get(name).cloned() else { continue };
        match lab.value(&expression) {
            Ok(value) if value.number().is_some_and(|number| !number.is_finite()) => {
                problems.push(Problem::new(path, format!("`{text}` is not a finite number")));
            }
            Ok(_) => {}
            Err(error) => problems.push(Problem::from_expression(&path, error)),
        }
    }
}

fn check_step(
    lab: &mut Lab,
    lesson: &LessonFile,
    (index, step): (usize, &StepFile),
    beliefs: &BeliefsFile,
    problems: &mut Vec<Problem>,
) {
    let path = format!("steps.{index}");
    let mut known_run = |run: &Option<String>| {
        if let Some(run) = run
            && !lesson.runs.contains_key(run)
        {
            let known = lesson.runs.keys().map(String::as_str);
            problems.push(Problem::new(format!("{path}.run"), unknown("run", run, known)));
        }
    };
    match step {
        StepFile::Say(say) | StepFile::Reveal(say) => {
            known_run(&say.run);
            text(lab, &format!("{path}.text"), &say.text, problems);
            if let Some(at) = &say.at {
                instant(lab, &format!("{path}.at"), at, problems);
            }
        }
        StepFile::Do(action) => {
            known_run(&action.run);
            text(lab, &format!("{path}.text"), &action.text, problems);
            text(lab, &format!("{path}.hint"), &action.hint, problems);
        }
        StepFile::Play(play) => {
            play.runs.iter().for_each(|run| known_run(&Some(run.clone())));
            if play.runs.is_empty() {
                problems.push(Problem::new(format!("{path}.runs"), "a step that plays needs a run"));
            }
        }
        StepFile::Keep(keep) => {
            text(lab, &path, keep, problems);
        }
        StepFile::Predict(question) => {
            text(lab, &format!("{path}.text"), &question.text, problems);
            for (end, belief) in question.beliefs() {
                if !beliefs.beliefs.contains_key(belief) {
                    let known = beliefs.beliefs.keys().map(String::as_str);
                    problems.push(Problem::new(format!("{path}.{end}"), unknown("belief", belief, known)));
                }
            }
            given_away::check_given_away(lab, lesson, (index, question), problems);
            match &question.answer {
                None => question::check_question(lab, (index, question), problems),
                Some(answer) => typed_answer::check_answer(lab, &path, (question, answer), problems),
            }
        }
        StepFile::Task(goal) => task::check_task(lab, (index, goal), problems),
    }
}

/// The answer of each question stands before the next question: who predicts learns what came of it.
fn check_answered(lesson: &LessonFile, problems: &mut Vec<Problem>) {
    let mut open = None;
    let mut report = |question: Option<usize>| {
        if let Some(place) = question {
            let problem = "no `Reveal` tells the answer before the next `Predict`, or the end";
            problems.push(Problem::new(format!("steps.{place}"), problem));
        }
    };
    for (place, step) in lesson.steps.iter().enumerate() {
        if matches!(step, StepFile::Predict(_)) {
            report(open.replace(place));
        } else if matches!(step, StepFile::Reveal(_)) {
            open = None;
        }
    }
    report(open);
}

/// A prediction comes before what answers it, and each lesson has one thing to keep.
fn check_order(lesson: &LessonFile, problems: &mut Vec<Problem>) {
    let position = |wanted: fn(&StepFile) -> bool| lesson.steps.iter().position(wanted);
    let question = position(|step| matches!(step, StepFile::Predict(_)));
    let reveal = position(|step| matches!(step, StepFile::Reveal(_)));
    match (question, reveal) {
        (Some(question), Some(reveal)) if question < reveal => check_answered(lesson, problems),
        (Some(_), Some(_)) => {
            problems.push(Problem::new("steps", "the first `Reveal` stands before the first `Predict`"))
        }
        (None, _) | (_, None) => {
            problems.push(Problem::new("steps", "a lesson has a `Predict` and a `Reveal` after it"))
        }
    }
    if lesson.steps.iter().filter(|step| matches!(step, StepFile::Keep(_))).count() != 1 {
        problems.push(Problem::new("steps", "a lesson has exactly one `Keep`"));
    }
}
