//! Reads lessons, stories and beliefs: syntax and types.

use ron::extensions::Extensions;
use serde::de::DeserializeOwned;

use super::schema::{BeliefsFile, LESSON_VERSION, LessonFile, StoryFile};
use crate::scene::{Diagnostic, Diagnostics, MAX_SCENE_BYTES, explain_field};

/// A lesson, a story or the beliefs as text.
#[derive(Clone, Debug, PartialEq)]
pub enum CourseFile {
    /// A lesson.
    Lesson(Box<LessonFile>),
    /// A story.
    Story(Box<StoryFile>),
}

/// How lessons are read: `Say(text: …)` stands for `Say((text: …))`, `log: "…"` for `log: Some("…")`.
pub(super) fn options() -> ron::Options {
    ron::Options::default()
        .with_default_extension(Extensions::IMPLICIT_SOME)
        .with_default_extension(Extensions::UNWRAP_VARIANT_NEWTYPES)
}

/// Reads a file of the course.
///
/// # Errors
/// The first fault of syntax or type, with its line.
pub(super) fn read<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, Diagnostics> {
    if text.len() as u64 > MAX_SCENE_BYTES {
        return Err(Diagnostics::whole(name, "is larger than 1 MiB", Some("a lesson is a hundred lines of RON")));
    }
    options().from_str(text).map_err(|error| {
        let place = (error.span.start.line, error.span.start.col);
        let other = || (error.code.to_string(), "docs/teaching.md lists the fields".to_owned());
        let (problem, hint) = explain_field(&error.code).unwrap_or_else(other);
        let fault = Diagnostic { path: String::new(), place: Some(place), span: None, problem, hint: Some(hint) };
        Diagnostics { name: name.to_owned(), text: text.to_owned(), faults: vec![fault] }
    })
}

/// Fails for another version of the schema.
pub(super) fn of_version(name: &str, version: u32) -> Result<(), Diagnostics> {
    if version == LESSON_VERSION {
        return Ok(());
    }
    let problem = format!("version is {version}; this program reads version {LESSON_VERSION}");
    Err(Diagnostics::whole(name, problem, Some("use a newer program, or change the file")))
}

/// Reads a lesson.
///
/// # Errors
/// The first fault of syntax or type, with its line; or another version.
pub fn read_lesson(name: &str, text: &str) -> Result<LessonFile, Diagnostics> {
    let lesson: LessonFile = read(name, text)?;
    of_version(name, lesson.version)?;
    Ok(lesson)
}

/// Reads a story.
///
/// # Errors
/// As [`read_lesson`].
pub fn read_story(name: &str, text: &str) -> Result<StoryFile, Diagnostics> {
    let story: StoryFile = read(name, text)?;
    of_version(name, story.version)?;
    Ok(story)
}

/// Reads the beliefs.
///
/// # Errors
/// As [`read_lesson`].
pub fn read_beliefs(name: &str, text: &str) -> Result<BeliefsFile, Diagnostics> {
    let beliefs: BeliefsFile = read(name, text)?;
    of_version(name, beliefs.version)?;
    Ok(beliefs)
}

/// Whether a text that is neither a lesson nor a story is a scene.
fn is_scene(text: &str) -> bool {
    ["workload:", "fabrics:"].iter().all(|field| text.contains(field))
        && ["steps:", "beats:"].iter().all(|field| !text.contains(field))
}

/// Reads a lesson or a story: stories have beats.
///
/// # Errors
/// As [`read_lesson`].
pub fn read_course_file(name: &str, text: &str) -> Result<CourseFile, Diagnostics> {
    match (read_lesson(name, text), read_story(name, text)) {
        (Ok(lesson), _) => Ok(CourseFile::Lesson(Box::new(lesson))),
        (Err(_), Ok(story)) => Ok(CourseFile::Story(Box::new(story))),
        (Err(_), Err(_)) if is_scene(text) => {
            let hint = "use `fabricscope check` for scenes";
            Err(Diagnostics::whole(name, "this is a scene, not a lesson or a story", Some(hint)))
        }
        (Err(of_lesson), Err(of_story)) => {
            // The file that was read further is what was meant.
            let reached = |found: &Diagnostics| found.faults.first().and_then(|fault| fault.place);
            Err(if reached(&of_story) > reached(&of_lesson) { of_story } else { of_lesson })
        }
    }
}
