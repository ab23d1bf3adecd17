//! Questions with today's figures for other programs: GIFT for learning platforms, a worksheet for paper.

use std::sync::Arc;

use super::answer::{right_option, shown_order};
use super::bundled::Course;
use super::problem::Problem;
use super::schema::{LessonFile, StepFile};
use super::text::filled;
use crate::catalog::Catalog;

/// The questions of a lesson in Moodle's GIFT format.
///
/// # Errors
/// The lesson is at fault.
pub fn gift(lesson: &LessonFile, course: &Course, catalog: &Arc<Catalog>) -> Result<String, Vec<Problem>> {
    let mut lab = lesson.lab(catalog)?;
    let mut out = format!("$CATEGORY: fabricscope/module {}\n\n", lesson.module);
    for (index, step) in lesson.steps.iter().enumerate() {
        let StepFile::Predict(question) = step else { continue };
        let path = format!("steps.{index}");
        let wrong = |error| vec![Problem::from_expression(&path, error)];
        let right = right_option(&mut lab, question);
        let text = filled(&mut lab, &question.text).map_err(wrong)?;
        out.push_str(&format!("::{}:: {} {{\n", escaped(&lesson.title), escaped(&text)));
        for option in shown_order(&lesson.id, index, question.options.len()) {
            let Some(chosen) = question.options.get(option) else { continue };
            let text = escaped(&filled(&mut lab, &chosen.text).map_err(wrong)?);
            let mark = if right == Some(option) { '=' } else { '~' };
            let belief = chosen.belief.as_ref().and_then(|belief| course.refutation(belief));
            let feedback = belief.map_or(String::new(), |refutation| format!(" # {}", escaped(refutation)));
            out.push_str(&format!("  {mark}{text}{feedback}\n"));
        }
        out.push_str("}\n\n");
    }
    Ok(out)
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
                let right = right_option(&mut lab, question);
                front.push_str(&format!(
                    "<h2>{}</h2>\n<ol type=\"A\">\n",
                    html(&filled(&mut lab, &question.text).map_err(wrong)?)
                ));
                for option in shown_order(&lesson.id, index, question.options.len()) {
                    let Some(chosen) = question.options.get(option) else { continue };
                    let text = html(&filled(&mut lab, &chosen.text).map_err(wrong)?);
                    front.push_str(&format!("<li>{text}</li>\n"));
                    if right == Some(option) {
                        back.push_str(&format!("<p><b>{text}</b></p>\n"));
                    }
                }
                front.push_str("</ol>\n<p>How sure? ☐ a guess ☐ rather sure ☐ sure</p>\n");
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

/// Text as HTML.
pub(super) fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
