//! The option of a question that holds with the figures of today, and whether a learner's settings reach a goal.

use super::expression::Expression;
use super::expression_error::ExpressionError;
use super::lab::Lab;
use super::problem::Problem;
use super::question_file::QuestionFile;
use super::schema::TaskFile;
use crate::scene::Setting;
use crate::units::Fnv64;

/// How sure somebody is of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sure {
    /// A guess.
    Guess,
    /// Rather sure.
    Rather,
    /// Sure.
    Sure,
}

impl Sure {
    /// All, the least sure first.
    pub const ALL: [Sure; 3] = [Sure::Guess, Sure::Rather, Sure::Sure];

    /// As shown.
    pub fn label(self) -> &'static str {
        match self {
            Sure::Guess => "a guess",
            Sure::Rather => "rather sure",
            Sure::Sure => "sure",
        }
    }
}

/// The options of a question that hold, by index.
///
/// # Errors
/// A condition that cannot be evaluated, with the index of its option.
pub fn options_that_hold(lab: &mut Lab, question: &QuestionFile) -> Result<Vec<usize>, (usize, ExpressionError)> {
    let mut holding = Vec::new();
    for (index, option) in question.options.iter().enumerate() {
        let condition = Expression::parse(&option.when).map_err(|error| (index, error))?;
        if lab.value(&condition).map_err(|error| (index, error))?.holds() {
            holding.push(index);
        }
    }
    Ok(holding)
}

/// The option that is right today. `None` if several hold, or none; such a lesson is refused by `lesson check`.
pub fn right_option(lab: &mut Lab, question: &QuestionFile) -> Option<usize> {
    match options_that_hold(lab, question).ok()?.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

/// The order in which options are shown: drawn from the lesson and the step, the same for everybody.
pub fn shown_order(lesson: &str, step: usize, options: usize) -> Vec<usize> {
    let draw = |index: usize| {
        let mut hash = Fnv64::default();
        hash.write(lesson.as_bytes());
        hash.write_u64(step as u64);
        hash.write_u64(index as u64);
        hash.finish()
    };
    let mut order: Vec<usize> = (0..options).collect();
    order.sort_by_key(|index| (draw(*index), *index));
    order
}

/// How a try at a task went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The goal is reached.
    Reached,
    /// It is not; the conditions that fail, as written.
    Missed(Vec<String>),
    /// A setting that the task does not permit, or too many.
    NotPermitted(String),
    /// The scene rejects the settings.
    Rejected(String),
}

impl Attempt {
    /// Whether the goal is reached.
    pub fn reached(&self) -> bool {
        *self == Attempt::Reached
    }
}

/// Tries settings at a task. The learner's run of the lab is then that of the try.
pub fn attempt(lab: &mut Lab, task: &TaskFile, settings: &[Setting]) -> Attempt {
    if let Some(other) = settings.iter().find(|setting| !task.may_change.contains(&setting.path)) {
        return Attempt::NotPermitted(format!("`{}` may not change here", other.path));
    }
    let most = task.changes.unwrap_or(usize::MAX);
    if settings.len() > most {
        return Attempt::NotPermitted(format!("{} settings changed; the most is {most}", settings.len()));
    }
    if lab.set_learner(&task.start, settings).is_none() {
        return Attempt::Rejected(format!("unknown run `{}`", task.start));
    }
    let mut missed = Vec::new();
    for condition in &task.accept {
        let found = Expression::parse(condition).and_then(|expression| {
            lab.names().type_of(&expression)?;
            lab.value(&expression)
        });
        match found {
            Ok(value) if value.holds() => {}
            Ok(_) => missed.push(condition.clone()),
            Err(error) => return Attempt::Rejected(error.problem),
        }
    }
    if !missed.is_empty() {
        return Attempt::Missed(missed);
    }
    match smaller(task, settings) {
        Some(smaller) if accepts(lab, task, &smaller) => {
            // The smaller value has replaced the learner's run.
            let _ = lab.set_learner(&task.start, settings);
            Attempt::Missed(vec!["a smaller value would do".to_owned()])
        }
        Some(_) => {
            let _ = lab.set_learner(&task.start, settings);
            Attempt::Reached
        }
        None => Attempt::Reached,
    }
}

/// The settings with the next smaller value, if the task asks for the smallest.
fn smaller(task: &TaskFile, settings: &[Setting]) -> Option<Vec<Setting>> {
    let path = task.smallest.as_ref()?;
    let number: u32 = settings.iter().find(|setting| setting.path == *path)?.value.parse().ok()?;
    let one_less = number.checked_sub(1)?.to_string();
    let others = settings.iter().filter(|setting| setting.path != *path).cloned();
    Some(others.chain([Setting { path: path.clone(), value: one_less }]).collect())
}

/// Whether settings meet all conditions, the smallest value aside. A rejected scene meets none.
fn accepts(lab: &mut Lab, task: &TaskFile, settings: &[Setting]) -> bool {
    lab.set_learner(&task.start, settings).is_some()
        && task.accept.iter().all(|condition| {
            Expression::parse(condition).and_then(|expression| lab.value(&expression)).is_ok_and(|value| value.holds())
        })
}

/// A fault of the condition of an option.
pub(super) fn option_problem(step: usize, (option, error): (usize, ExpressionError)) -> Problem {
    Problem::from_expression(&format!("steps.{step}.options.{option}.when"), error)
}
