//! Questions with today's figures for other programs: GIFT for learning platforms, a worksheet for paper.

use std::sync::Arc;

use super::answer::{right_option, shown_order};
use super::bundled::Course;
use super::expression_error::ExpressionError;
use super::lab::Lab;
use super::prediction::{deciding, judge, right_order};
use super::problem::Problem;
use super::question_file::{AnswerFile, QuestionFile};
use super::schema::{LessonFile, StepFile};
use super::text::filled;
use crate::catalog::Catalog;
use crate::units::html;

/// The questions of a lesson in Moodle's GIFT format.
///
/// # Errors
/// The lesson is at fault.
pub fn gift(lesson: &LessonFile, course: &Course, catalog: &Arc<Catalog>) -> Result<String, Vec<Problem>> {
    let mut lab = lesson.lab(catalog)?;
    let mut out = format!("$CATEGORY: fabricscope/module {}\n\n", lesson.module);
    // The texts since the question before. Outside its lesson, a question cannot be understood without them.
    let mut said = String::new();
    for (index, step) in lesson.steps.iter().enumerate() {
        let path = format!("steps.{index}");
        let wrong = |error| vec![Problem::from_expression(&path, error)];
        let question = match step {
            StepFile::Say(text) | StepFile::Reveal(text) => {
                said += &filled(&mut lab, &text.text).map_err(wrong)?;
                said.push(' ');
                continue;
            }
            StepFile::Predict(question) => question,
            StepFile::Play(_) | StepFile::Do(_) | StepFile::Task(_) | StepFile::Keep(_) => continue,
        };
        let text = std::mem::take(&mut said) + &filled(&mut lab, &question.text).map_err(wrong)?;
        out.push_str(&gift_question(&mut lab, course, (lesson, index, question), &text).map_err(wrong)?);
    }
    Ok(out)
}

/// One question. Numbers have their unit in the text, orders become pairs.
fn gift_question(
    lab: &mut Lab,
    course: &Course,
    (lesson, index, question): (&LessonFile, usize, &QuestionFile),
    text: &str,
) -> Result<String, ExpressionError> {
    let head = |text: &str| format!("::{}:: {} {{", escaped(&lesson.title), escaped(text));
    match &question.answer {
        None => {
            let right = right_option(lab, question);
            let mut out = format!("{}\n", head(text));
            for option in shown_order(&lesson.id, index, question.options.len()) {
                let Some(chosen) = question.options.get(option) else { continue };
                let text = escaped(&filled(lab, &chosen.text)?);
                let mark = if right == Some(option) { '=' } else { '~' };
                let belief = chosen.belief.as_ref().and_then(|belief| course.refutation(belief));
                let feedback = belief.map_or(String::new(), |refutation| format!(" # {}", escaped(refutation)));
                out.push_str(&format!("  {mark}{text}{feedback}\n"));
            }
            Ok(out + "}\n\n")
        }
        Some(AnswerFile::Number(number)) => {
            let (_, value, _) = deciding(lab, question)?;
            let value = value / number.scale().map_or(1.0, |(scale, _)| scale);
            let text = if number.unit_name().is_empty() {
                text.to_owned()
            } else {
                format!("{text} ({})", number.unit_name())
            };
            let (value, within) = (digits(value), digits(value * number.within));
            Ok(format!("{}#{value}:{within}}}\n\n", head(&text)))
        }
        Some(AnswerFile::Order(order)) => {
            let mut out = format!("{}\n", head(text));
            for (place, item) in right_order(lab, order)?.into_iter().enumerate() {
                let Some(item) = order.items.get(item) else { continue };
                out.push_str(&format!("  ={} -> {}\n", escaped(&filled(lab, &item.text)?), place + 1));
            }
            Ok(out + "}\n\n")
        }
    }
}

/// A number with six digits, as other programs read it.
fn digits(number: f64) -> String {
    let rounded: f64 = format!("{number:.5e}").parse().unwrap_or(number);
    rounded.to_string()
}

/// What GIFT reads as marks, escaped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '~' | '=' | '#' | '{' | '}' | ':' | '\\') {
            out.push('\\');
        }
        out.push(if character == '\n' { ' ' } else { character });
    }
    out
}

/// A worksheet of a lesson as HTML: questions and tasks on the first page, figures and reasons on the second.
///
/// # Errors
/// The lesson is at fault.
pub fn worksheet(lesson: &LessonFile, catalog: &Arc<Catalog>) -> Result<String, Vec<Problem>> {
    let mut lab = lesson.lab(catalog)?;
    let (mut front, mut back) = (String::new(), String::new());
    for (index, step) in lesson.steps.iter().enumerate() {
        let path = format!("steps.{index}");
        let wrong = |error| vec![Problem::from_expression(&path, error)];
        let paragraph = |text: &str| format!("<p>{}</p>\n", html(text));
        match step {
            StepFile::Say(say) => front.push_str(&paragraph(&filled(&mut lab, &say.text).map_err(wrong)?)),
            StepFile::Predict(question) => {
                let text = html(&filled(&mut lab, &question.text).map_err(wrong)?);
                front.push_str(&format!("<h2>{text}</h2>\n"));
                front.push_str(&answer_field(&mut lab, (lesson, index, question)).map_err(wrong)?);
                front.push_str("<p>How sure? ☐ a guess ☐ rather sure ☐ sure</p>\n");
                let judgement = judge(&mut lab, question, None).map_err(wrong)?;
                back.push_str(&format!("<p><b>{}</b></p>\n", html(&judgement.holds)));
            }
            StepFile::Reveal(reveal) => back.push_str(&paragraph(&filled(&mut lab, &reveal.text).map_err(wrong)?)),
            StepFile::Task(task) => {
                if lab.set_learner(&task.start, &[]).is_some() {
                    front.push_str(&format!(
                        "<h2>Task</h2>\n{}",
                        paragraph(&filled(&mut lab, &task.text).map_err(wrong)?)
                    ));
                    back.push_str(&paragraph(&format!("Task: {}", task.solution.join(", "))));
                }
                lab.clear_learner();
            }
            StepFile::Keep(keep) => {
                back.push_str(&format!("<p><i>{}</i></p>\n", html(&filled(&mut lab, keep).map_err(wrong)?)))
            }
            StepFile::Play(_) | StepFile::Do(_) => {}
        }
    }
    let title = html(&lesson.title);
    let style =
        "body{font:16px/1.5 serif;max-width:40em;margin:2em auto}h2{font-size:1em}.back{page-break-before:always}";
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title><style>{style}</style>\n\
         <h1>{title}</h1>\n<p>{}</p>\n{front}<div class=\"back\">\n<h1>{title}: figures</h1>\n{back}</div>\n</html>\n",
        html(&lesson.aim)
    ))
}

/// Where the answer is written on paper.
fn answer_field(
    lab: &mut Lab,
    (lesson, index, question): (&LessonFile, usize, &QuestionFile),
) -> Result<String, ExpressionError> {
    let choices = shown_order(&lesson.id, index, question.choices());
    let texts: Vec<String> = choices
        .into_iter()
        .filter_map(|choice| question.choice(choice))
        .map(|text| Ok(html(&filled(lab, text)?)))
        .collect::<Result<_, ExpressionError>>()?;
    let list = |before: &str| texts.iter().map(|text| format!("<li>{before}{text}</li>\n")).collect::<String>();
    Ok(match &question.answer {
        None => format!("<ol type=\"A\">\n{}</ol>\n", list("")),
        Some(AnswerFile::Number(number)) => format!("<p>______________ {}</p>\n", html(number.unit_name())),
        Some(AnswerFile::Order(_)) => format!("<ul>\n{}</ul>\n", list("____ ")),
    })
}
