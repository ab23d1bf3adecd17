//! A lesson played without a screen: every text filled, every question answered, every task tried.

use std::sync::Arc;

use serde::Serialize;

use super::answer::{Attempt, attempt, right_option, shown_order};
use super::bundled::Course;
use super::expression_error::ExpressionError;
use super::lab::Lab;
use super::open::known_settings;
use super::prediction::{Judgement, Prediction, deciding, judge, right_order};
use super::problem::Problem;
use super::question_file::{AnswerFile, QuestionFile};
use super::schema::{LessonFile, StepFile, TaskFile};
use super::text::filled;
use crate::catalog::Catalog;
use crate::scene::Setting;

/// How the questions of a lesson are answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// With the option that holds.
    Right,
    /// With the first one that does not.
    Wrong,
    /// Not at all.
    Skip,
    /// With the option at this place of the screen, from 1; with this number where one is asked for. Of an order, this thing
    /// comes first.
    Choice(usize),
    /// With a number and its unit, as typed.
    Typed(String),
}

/// How the tasks of a lesson are tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Try {
    /// With the solution of the lesson.
    Solution,
    /// With one of its traps, from 0.
    Trap(usize),
    /// Not at all.
    Skip,
    /// With these settings.
    Settings(Vec<Setting>),
}

/// A lesson as it was played.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Transcript {
    /// Version of this format.
    pub version: u32,
    /// Id of the lesson.
    pub lesson: String,
    /// Its title.
    pub title: String,
    /// What happened, in order.
    pub steps: Vec<PlayedStep>,
    /// Scenes that were solved.
    pub solved: u32,
}

/// One step as it was played.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PlayedStep {
    /// `say`, `predict`, `play`, `reveal`, `do`, `task` or `keep`.
    pub kind: &'static str,
    /// Its text.
    pub text: String,
    /// The options, in the order of the screen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The chosen option, from 1. `null` if skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen: Option<usize>,
    /// The option that holds, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<usize>,
    /// The number or the order that was predicted.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub given: String,
    /// The number or the order that is right.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub result: String,
    /// Whether the predicted number or order is right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correct: Option<bool>,
    /// The belief behind a wrong answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub belief: Option<String>,
    /// Why it is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refutation: Option<String>,
    /// The settings of a try.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<String>,
    /// Whether the try reached the goal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached: Option<bool>,
    /// The text about the try.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub outcome: String,
}

/// Plays a lesson.
///
/// # Errors
/// The lesson is at fault.
pub fn play_lesson(
    lesson: &LessonFile,
    course: &Course,
    catalog: &Arc<Catalog>,
    (answers, tries): (&[Answer], &Try),
) -> Result<Transcript, Vec<Problem>> {
    let mut lab = lesson.lab(catalog)?;
    let mut steps = Vec::new();
    let mut predictions = 0;
    for (index, step) in lesson.steps.iter().enumerate() {
        let path = format!("steps.{index}");
        let fill =
            |lab: &mut Lab, text: &str| filled(lab, text).map_err(|error| vec![Problem::from_expression(&path, error)]);
        steps.push(match step {
            StepFile::Say(say) => PlayedStep { kind: "say", text: fill(&mut lab, &say.text)?, ..PlayedStep::default() },
            StepFile::Reveal(reveal) => {
                PlayedStep { kind: "reveal", text: fill(&mut lab, &reveal.text)?, ..PlayedStep::default() }
            }
            StepFile::Play(play) => PlayedStep { kind: "play", text: play.runs.join(", "), ..PlayedStep::default() },
            StepFile::Do(action) => {
                PlayedStep { kind: "do", text: fill(&mut lab, &action.text)?, ..PlayedStep::default() }
            }
            StepFile::Keep(keep) => PlayedStep { kind: "keep", text: fill(&mut lab, keep)?, ..PlayedStep::default() },
            StepFile::Predict(question) => {
                let answer = answers.get(predictions).or(answers.last()).unwrap_or(&Answer::Skip);
                predictions += 1;
                let text = fill(&mut lab, &question.text)?;
                let played = answered(&mut lab, course, (&lesson.id, index, question), answer);
                PlayedStep { text, ..played.map_err(|error| vec![Problem::from_expression(&path, error)])? }
            }
            StepFile::Task(task) => {
                if lab.set_learner(&task.start, &[]).is_none() {
                    return Err(vec![Problem::new(path, format!("unknown run `{}`", task.start))]);
                }
                let text = fill(&mut lab, &task.text)?;
                let played = tried(&mut lab, task, tries, text, &path)?;
                lab.clear_learner();
                played
            }
        });
    }
    let (version, solved) = (1, lab.solves());
    Ok(Transcript { version, lesson: lesson.id.clone(), title: lesson.title.clone(), steps, solved })
}

fn answered(
    lab: &mut Lab,
    course: &Course,
    (lesson, index, question): (&str, usize, &QuestionFile),
    answer: &Answer,
) -> Result<PlayedStep, ExpressionError> {
    let order = shown_order(lesson, index, question.choices());
    let options = order.iter().filter_map(|choice| question.choice(*choice)).map(|text| filled(lab, text));
    let options = options.collect::<Result<_, _>>()?;
    let prediction = predicted(lab, question, &order, answer)?;
    let Judgement { right, given, holds, belief, .. } = judge(lab, question, prediction.as_ref())?;
    let place = |option: usize| order.iter().position(|shown| *shown == option).map(|place| place + 1);
    let refutation = belief.as_ref().and_then(|belief| course.refutation(belief)).map(str::to_owned);
    let step = PlayedStep { kind: "predict", options, belief, refutation, ..PlayedStep::default() };
    Ok(match question.answer {
        None => PlayedStep {
            chosen: match prediction {
                Some(Prediction::Option(option)) => place(option),
                Some(Prediction::Number(_) | Prediction::Order(_)) | None => None,
            },
            right: right_option(lab, question).and_then(place),
            ..step
        },
        Some(AnswerFile::Number(_) | AnswerFile::Order(_)) => {
            PlayedStep { given, result: holds, correct: prediction.is_some().then_some(right), ..step }
        }
    })
}

/// The prediction of a way to answer. `order` are its choices as shown.
fn predicted(
    lab: &mut Lab,
    question: &QuestionFile,
    order: &[usize],
    answer: &Answer,
) -> Result<Option<Prediction>, ExpressionError> {
    let at = |place: usize| {
        let found = place.checked_sub(1).and_then(|index| order.get(index)).copied();
        found.ok_or_else(|| fault(format!("the answer is {place}; use 1 to {}", order.len())))
    };
    Ok(match (&question.answer, answer) {
        (_, Answer::Skip) => None,
        (None, Answer::Right) => right_option(lab, question).map(Prediction::Option),
        (None, Answer::Wrong) => {
            let right = right_option(lab, question);
            order.iter().copied().find(|option| Some(*option) != right).map(Prediction::Option)
        }
        (None, Answer::Choice(place)) => Some(Prediction::Option(at(*place)?)),
        (Some(AnswerFile::Number(_)), Answer::Right) => Some(Prediction::Number(deciding(lab, question)?.1)),
        // Far beyond any range that is accepted.
        (Some(AnswerFile::Number(_)), Answer::Wrong) => Some(Prediction::Number(10.0 * deciding(lab, question)?.1)),
        (Some(AnswerFile::Number(number)), Answer::Choice(typed)) => {
            Some(Prediction::Number(number.typed(&typed.to_string()).map_err(fault)?))
        }
        (Some(AnswerFile::Number(number)), Answer::Typed(typed)) => {
            Some(Prediction::Number(number.typed(typed).map_err(fault)?))
        }
        (Some(AnswerFile::Order(items)), Answer::Right) => Some(Prediction::Order(right_order(lab, items)?)),
        (Some(AnswerFile::Order(items)), Answer::Wrong) => {
            Some(Prediction::Order(right_order(lab, items)?.into_iter().rev().collect()))
        }
        (Some(AnswerFile::Order(items)), Answer::Choice(place)) => {
            let first = at(*place)?;
            let mut places = right_order(lab, items)?;
            places.retain(|item| *item != first);
            places.insert(0, first);
            Some(Prediction::Order(places))
        }
        (None | Some(AnswerFile::Order(_)), Answer::Typed(_)) => {
            return Err(fault(format!("the question does not ask for a number; use 1 to {}", order.len())));
        }
    })
}

fn fault(problem: String) -> ExpressionError {
    ExpressionError::new(0..0, problem)
}

fn tried(lab: &mut Lab, task: &TaskFile, tries: &Try, text: String, path: &str) -> Result<PlayedStep, Vec<Problem>> {
    let settings = match tries {
        Try::Solution => known_settings(&task.solution),
        Try::Trap(index) => match (task.traps.get(*index), task.traps.len()) {
            (Some(trap), _) => known_settings(trap),
            (None, 0) => return Err(vec![Problem::new(path, "the task has no traps; use solution or skip")]),
            (None, traps) => {
                let problem = format!("the trap is {}; use trap:1 to trap:{traps}", index + 1);
                return Err(vec![Problem::new(path, problem)]);
            }
        },
        Try::Settings(settings) => settings.clone(),
        Try::Skip => return Ok(PlayedStep { kind: "task", text, ..PlayedStep::default() }),
    };
    let found = attempt(lab, task, &settings);
    let outcome = match &found {
        Attempt::Reached => filled(lab, &task.done).map_err(|error| vec![Problem::from_expression(path, error)])?,
        Attempt::Missed(conditions) => format!("not yet: {} is false", conditions.join(", ")),
        Attempt::NotPermitted(reason) | Attempt::Rejected(reason) => reason.clone(),
    };
    let settings = settings.iter().map(|setting| format!("{}={}", setting.path, setting.value)).collect();
    Ok(PlayedStep { kind: "task", text, settings, reached: Some(found.reached()), outcome, ..PlayedStep::default() })
}

impl Transcript {
    /// As text for people.
    pub fn text(&self) -> String {
        let mut out = format!("{}\n\n", self.title);
        for step in &self.steps {
            out.push_str(&format!("[{}] {}\n", step.kind, step.text));
            for (place, option) in step.options.iter().enumerate() {
                let number = place + 1;
                let mark = match (step.chosen == Some(number), step.right == Some(number)) {
                    (true, true) => "* right",
                    (true, false) => "* wrong",
                    (false, true) => "  right",
                    (false, false) => "",
                };
                out.push_str(&format!("  {number}. {option}{}{mark}\n", if mark.is_empty() { "" } else { "  " }));
            }
            if !step.result.is_empty() {
                let given = match step.correct {
                    None => String::new(),
                    Some(correct) => format!("{}  * {}; ", step.given, if correct { "right" } else { "wrong" }),
                };
                out.push_str(&format!("  {given}the result: {}\n", step.result));
            }
            if let Some(refutation) = &step.refutation {
                out.push_str(&format!("  {refutation}\n"));
            }
            if !step.settings.is_empty() {
                out.push_str(&format!("  {}\n", step.settings.join(" ")));
            }
            if !step.outcome.is_empty() {
                out.push_str(&format!("  {}\n", step.outcome));
            }
        }
        out
    }
}
