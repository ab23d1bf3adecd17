//! A lesson played without a screen: every text filled, every question answered, every task tried.

use std::sync::Arc;

use serde::Serialize;

use super::answer::{Attempt, attempt, right_option, shown_order};
use super::bundled::Course;
use super::lab::Lab;
use super::open::known_settings;
use super::problem::Problem;
use super::schema::{LessonFile, QuestionFile, StepFile, TaskFile};
use super::text::filled;
use crate::catalog::Catalog;
use crate::scene::Setting;

/// How the questions of a lesson are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// With the option that holds.
    Right,
    /// With the first one that does not.
    Wrong,
    /// Not at all.
    Skip,
    /// With the option at this place of the screen, from 1.
    Option(usize),
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
                let answer = answers.get(predictions).or(answers.last()).copied().unwrap_or(Answer::Skip);
                predictions += 1;
                let text = fill(&mut lab, &question.text)?;
                let options =
                    question.options.iter().map(|option| fill(&mut lab, &option.text)).collect::<Result<_, _>>()?;
                answered(&mut lab, course, (&lesson.id, index, question), answer, (text, options))?
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
    answer: Answer,
    (text, options): (String, Vec<String>),
) -> Result<PlayedStep, Vec<Problem>> {
    let order = shown_order(lesson, index, options.len());
    let right = right_option(lab, question)
        .ok_or_else(|| vec![Problem::new(format!("steps.{index}.options"), "not exactly one option holds today")])?;
    let chosen = match answer {
        Answer::Right => Some(right),
        Answer::Wrong => order.iter().copied().find(|option| *option != right),
        Answer::Skip => None,
        Answer::Option(place) => order.get(place.wrapping_sub(1)).copied(),
    };
    let place = |option: usize| order.iter().position(|shown| *shown == option).map(|place| place + 1);
    let belief =
        chosen.filter(|chosen| *chosen != right).and_then(|chosen| question.options.get(chosen)?.belief.clone());
    let refutation = belief.as_ref().and_then(|belief| course.refutation(belief)).map(str::to_owned);
    Ok(PlayedStep {
        kind: "predict",
        text,
        options: order.iter().filter_map(|option| options.get(*option).cloned()).collect(),
        chosen: chosen.and_then(place),
        right: place(right),
        belief,
        refutation,
        ..PlayedStep::default()
    })
}

fn tried(lab: &mut Lab, task: &TaskFile, tries: &Try, text: String, path: &str) -> Result<PlayedStep, Vec<Problem>> {
    let settings = match tries {
        Try::Solution => known_settings(&task.solution),
        Try::Trap(index) => task.traps.get(*index).map_or_else(Vec::new, |trap| known_settings(trap)),
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
