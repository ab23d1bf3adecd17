//! The texts that lead to a question do not show what it asks for. The app hides all other figures until it is answered.

use super::super::expression::{Expression, Node};
use super::super::lab::Lab;
use super::super::problem::Problem;
use super::super::question_file::{AnswerFile, QuestionFile};
use super::super::schema::{LessonFile, StepFile};
use super::super::text::Template;

/// Checks the question at a place and the texts right before it.
pub(super) fn check_given_away(
    lab: &Lab,
    lesson: &LessonFile,
    (place, question): (usize, &QuestionFile),
    problems: &mut Vec<Problem>,
) {
    let texts = texts_before(lesson, place).chain([(place, question.text.as_str())]);
    let texts: Vec<(usize, Template)> =
        texts.filter_map(|(step, text)| Some((step, Template::parse(text).ok()?))).collect();
    let shown_in = |node: &Node| texts.iter().find(|(_, text)| text.shows(node)).map(|(step, _)| *step);
    let mut report = |step: usize, what: &str| {
        let problem = format!("the text shows {what}, which step {} asks for", place + 1);
        problems.push(Problem::new(format!("steps.{step}.text"), problem));
    };
    if let Some(of) = &question.of {
        let own = lab.names().figures.get(of).map(|figure| &figure.node);
        let named = Node::Named(of.clone());
        if let Some(step) = std::iter::once(&named).chain(own).find_map(shown_in) {
            report(step, &format!("`{of}`"));
        }
    }
    // One figure says nothing about an order; two of them are a part of it.
    if let Some(AnswerFile::Order(order)) = &question.answer {
        let shown = |by: &String| shown_in(&Expression::parse(by).ok()?.node);
        let shown: Vec<usize> = order.items.iter().filter_map(|item| shown(&item.by)).collect();
        if let [_, step, ..] = shown[..] {
            report(step, "figures of the order");
        }
    }
}

/// The texts right before a step, with their places.
fn texts_before(lesson: &LessonFile, place: usize) -> impl Iterator<Item = (usize, &str)> {
    let before = lesson.steps.iter().enumerate().take(place).rev();
    before.map_while(|(index, step)| match step {
        StepFile::Say(say) => Some((index, say.text.as_str())),
        StepFile::Predict(_)
        | StepFile::Play(_)
        | StepFile::Reveal(_)
        | StepFile::Do(_)
        | StepFile::Task(_)
        | StepFile::Keep(_) => None,
    })
}
