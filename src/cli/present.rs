//! `present`: a story on the stage, rehearsed, or on paper.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::beats::{draw, opened};
use super::error::CommandError;
use super::output::note;
use super::rehearse::rehearse;
use super::waiting::Waiting;
use crate::lesson::{Course, CourseFile, HandoutBeat, handout, read_course_file};
use crate::scene::{did_you_mean, read_text};
use crate::session::{Intent, Session, StoryIntent};
use crate::units::quoted;

/// Arguments of `present`.
#[derive(Debug, clap::Args)]
pub struct PresentArguments {
    /// A story by its id, or a file
    story: String,
    /// Open the speaker view in a second window as well
    #[arg(long, conflicts_with_all = ["rehearse", "export"])]
    speaker: bool,
    /// Solve and draw every beat without a window, and print when it begins and what it says
    #[arg(long, conflicts_with = "export")]
    rehearse: bool,
    /// With --rehearse: print JSON, with the times of solving and drawing each beat
    #[arg(long, requires = "rehearse")]
    json: bool,
    /// Write a picture of every beat and a page with captions and notes into this folder
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
}

/// Presents a story.
///
/// # Errors
/// An unknown story, one at fault, a folder that cannot be written, or a machine that cannot draw.
pub(super) fn present(arguments: &PresentArguments) -> Result<(), CommandError> {
    let mut session = Session::first_look()?;
    let started = Instant::now();
    let waiting = Waiting::new("solving the runs of the story");
    open_story(&mut session, &arguments.story)?;
    drop(waiting);
    let solved_s = started.elapsed().as_secs_f64();
    if arguments.rehearse {
        return rehearse(session, solved_s, arguments.json);
    }
    match &arguments.export {
        Some(folder) => export(session, folder),
        None => show(session, arguments.speaker),
    }
}

/// Opens a story by its id, or from a file.
///
/// # Errors
/// An unknown story, or one at fault.
pub(super) fn open_story(session: &mut Session, story: &str) -> Result<(), CommandError> {
    let course = Course::bundled();
    let path = Path::new(story);
    if course.story(story).is_some() {
        session.apply(Intent::Story(StoryIntent::Open(story.to_owned())));
    } else if path.extension().is_none() && !path.exists() {
        let ids = || course.stories.iter().map(|story| story.id.as_str());
        let near = did_you_mean(story, ids()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
        let known: Vec<&str> = ids().collect();
        let problem = format!("unknown story `{}`; {near}accepted: a file, or {}", quoted(story), known.join(", "));
        return Err(CommandError::Value(problem));
    } else {
        let (name, text) = (path.display().to_string(), read_text(path)?);
        if let Ok(CourseFile::Lesson(_)) = read_course_file(&name, &text) {
            let problem = format!("{} is a lesson, not a story; open it with `fabricscope open FILE`", quoted(&name));
            return Err(CommandError::Value(problem));
        }
        session.open_story_text(&name, &text);
    }
    match session.diagnostics.take() {
        Some(rejected) => Err(rejected.into()),
        None => Ok(()),
    }
}

#[cfg(feature = "app")]
fn show(session: Session, speaker: bool) -> Result<(), CommandError> {
    crate::app::check_display()?;
    crate::app::run_desktop(session, crate::app::DesktopStart::Presents { speaker })?;
    Ok(())
}

#[cfg(not(feature = "app"))]
fn show(_: Session, _: bool) -> Result<(), CommandError> {
    let problem = "this build has no app; build it with `cargo build --release`, or use --rehearse or --export DIR";
    Err(CommandError::Value(problem.to_owned()))
}

/// All beats as they stand at their ends.
fn beats(session: &mut Session) -> Result<Vec<HandoutBeat>, CommandError> {
    let mut beats = Vec::new();
    for beat in 0..opened(session)?.file.beats.len() {
        session.apply(Intent::Story(StoryIntent::GoTo(beat)));
        let open = opened(session)?;
        if let Some(problem) = &open.shown.fault {
            return Err(CommandError::Value(format!("beat {}: {problem}", beat + 1)));
        }
        beats.push(HandoutBeat { shown: open.shown.clone(), seconds: open.planned_s(), picture: None });
    }
    Ok(beats)
}

fn export(mut session: Session, folder: &Path) -> Result<(), CommandError> {
    let mut beats = beats(&mut session)?;
    let title = opened(&session)?.file.title.clone();
    let failed = |error: std::io::Error| CommandError::Value(format!("cannot write {}: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let pictures = draw(session, Some(folder))?;
    for (beat, picture) in beats.iter_mut().zip(pictures) {
        beat.picture = Some(picture.name);
    }
    let page = folder.join("index.html");
    std::fs::write(&page, handout(&title, &beats)).map_err(failed)?;
    note(&format!("{} beats written to {}", beats.len(), page.display()));
    Ok(())
}
