//! `present`: a story on the stage, rehearsed, or on paper.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::error::CommandError;
use super::output::{note, print};
use super::waiting::Waiting;
use crate::report::lesson::{Course, HandoutBeat, handout};
use crate::scene::{did_you_mean, read_text};
use crate::session::{Intent, OpenStory, Session, StoryIntent};
use crate::units::quoted;

/// Arguments of `present`.
#[derive(Debug, clap::Args)]
pub struct PresentArguments {
    /// A story by its id, or a file
    story: String,
    /// Solve and draw every beat without a window, and print when it begins and what it says
    #[arg(long, conflicts_with = "export")]
    rehearse: bool,
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
        return rehearse(session, solved_s);
    }
    match &arguments.export {
        Some(folder) => export(session, folder),
        None => show(session),
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
        session.open_story_text(&path.display().to_string(), &read_text(path)?);
    }
    match session.diagnostics.take() {
        Some(rejected) => Err(rejected.into()),
        None => Ok(()),
    }
}

#[cfg(feature = "app")]
fn show(session: Session) -> Result<(), CommandError> {
    crate::app::check_display()?;
    crate::app::run_desktop(session, crate::app::DesktopStart::Presents)?;
    Ok(())
}

#[cfg(not(feature = "app"))]
fn show(_: Session) -> Result<(), CommandError> {
    let problem = "this build has no app; build it with `cargo build --release`, or use --rehearse or --export DIR";
    Err(CommandError::Value(problem.to_owned()))
}

/// The open story; the command has opened it.
fn opened(session: &Session) -> Result<&OpenStory, CommandError> {
    session.story.as_ref().ok_or_else(|| CommandError::Value("the story has no beats".to_owned()))
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

fn rehearse(mut session: Session, solved_s: f64) -> Result<(), CommandError> {
    let beats = beats(&mut session)?;
    let file = opened(&session)?.file.clone();
    let runs = file.runs.len();
    let total: u32 = beats.iter().map(|beat| beat.seconds).sum();
    let mut out = format!("{}: {} beats, {} planned\n", file.title, beats.len(), clock(total));
    out.push_str(&format!("{runs} runs solved in {solved_s:.1} s\n\n"));
    let mut start_s = 0;
    for (index, (beat, written)) in beats.iter().zip(&file.beats).enumerate() {
        let hero = beat.shown.hero.as_ref().map_or(String::new(), |hero| format!("  [{hero}]"));
        let (number, at, caption) = (index + 1, clock(start_s), &beat.shown.caption);
        let seconds = beat.seconds;
        out.push_str(&format!("{number:>2}  {at:>5}  {seconds:>3} s  {:<14}  {caption}{hero}\n", written.id));
        start_s += seconds;
    }
    print(&out)?;
    draw(session, None).map(|_| ())
}

/// Minutes and seconds.
fn clock(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn export(mut session: Session, folder: &Path) -> Result<(), CommandError> {
    let mut beats = beats(&mut session)?;
    let title = opened(&session)?.file.title.clone();
    let failed = |error: std::io::Error| CommandError::Value(format!("cannot write {}: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let pictures = draw(session, Some(folder))?;
    for (beat, picture) in beats.iter_mut().zip(pictures) {
        beat.picture = Some(picture);
    }
    let page = folder.join("index.html");
    std::fs::write(&page, handout(&title, &beats)).map_err(failed)?;
    note(&format!("{} beats written to {}", beats.len(), page.display()));
    Ok(())
}

/// Draws every beat; into a folder, if one is given. Returns the names of the pictures.
#[cfg(feature = "app")]
fn draw(session: Session, folder: Option<&Path>) -> Result<Vec<String>, CommandError> {
    let started = Instant::now();
    let waiting = Waiting::new("drawing the beats");
    let drawn = crate::app::draw_beats(session, folder);
    drop(waiting);
    let drawn = drawn?;
    note(&format!("{} beats drawn in {:.1} s", drawn.len(), started.elapsed().as_secs_f64()));
    Ok(drawn)
}

#[cfg(not(feature = "app"))]
fn draw(_: Session, _: Option<&Path>) -> Result<Vec<String>, CommandError> {
    note("this build has no app, so no beat was drawn");
    Ok(Vec::new())
}
