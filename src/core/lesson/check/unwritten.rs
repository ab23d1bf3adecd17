//! Texts that a new lesson brings for its author to replace.

use super::super::problem::Problem;
use super::super::schema::{LessonFile, StepFile};
use super::super::view_lesson::is_placeholder;

/// Names every text that still says what to write in its place.
pub(super) fn check_unwritten(lesson: &LessonFile, problems: &mut Vec<Problem>) {
    let mut check = |path: String, text: &str| {
        if is_placeholder(text) {
            problems.push(Problem::new(path, format!("`{text}` is still to be replaced by a text of yours")));
        }
    };
    check("title".to_owned(), &lesson.title);
    check("aim".to_owned(), &lesson.aim);
    for (index, step) in lesson.steps.iter().enumerate() {
        let path = format!("steps.{index}");
        let of_step = |field: &str| format!("{path}.{field}");
        match step {
            StepFile::Say(say) | StepFile::Reveal(say) => check(of_step("text"), &say.text),
            StepFile::Do(action) => {
                check(of_step("text"), &action.text);
                check(of_step("hint"), &action.hint);
            }
            StepFile::Predict(question) => {
                check(of_step("text"), &question.text);
                for (place, option) in question.options.iter().enumerate() {
                    check(of_step(&format!("options.{place}.text")), &option.text);
                }
            }
            StepFile::Task(task) => {
                check(of_step("text"), &task.text);
                for (place, hint) in task.hints.iter().enumerate() {
                    check(of_step(&format!("hints.{place}")), hint);
                }
                check(of_step("done"), &task.done);
            }
            StepFile::Keep(keep) => check(path, keep),
            StepFile::Play(_) => {}
        }
    }
}
