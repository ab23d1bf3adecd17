//! `open`: the app in a window.

use std::path::{Path, PathBuf};

use super::error::CommandError;
use crate::app;
use crate::catalog::Catalog;
use crate::import::{head_of_file, import_file};
use crate::lesson::Course;
use crate::nccl_log::load_log;
use crate::scene::{bundled_scene, read_text};
use crate::session::{
    Intent, LessonIntent, Link, Opening, Session, import_diagnostics, is_log, is_teaching_material, opening,
};

/// Arguments of `open`.
#[derive(Debug, Default, clap::Args)]
pub struct OpenArguments {
    /// Scene file, a lesson or a story of your own, a link to a view, a log of nccl-tests, or a file that `import` takes
    scene: Option<PathBuf>,
    /// Open a log of nccl-tests over the scene
    #[arg(long, value_name = "LOG")]
    log: Option<PathBuf>,
    /// Open a lesson of the course by its id, or a file
    #[arg(long, value_name = "LESSON", conflicts_with_all = ["scene", "log"])]
    lesson: Option<String>,
    /// Open a story by its id, or a file
    #[arg(long, value_name = "STORY", conflicts_with_all = ["scene", "log", "lesson"])]
    story: Option<String>,
    /// Start paused, without animated camera moves
    #[arg(long)]
    reduced_motion: bool,
}

/// Opens the app, with a scene file or with the first look, and with a log if one is given.
///
/// # Errors
/// A scene or a log that is rejected (no window is opened for it), or a machine that cannot draw.
pub(super) fn open(arguments: &OpenArguments) -> Result<(), CommandError> {
    let mut log = arguments.log.clone();
    let session = match &arguments.scene {
        Some(path) => {
            let name = path.display().to_string();
            if Link::is_link(&name) && !path.exists() {
                return show(Session::from_link(&name)?, log.as_deref(), arguments);
            }
            if let Some(scene) = bundled_scene(path) {
                return show(Session::from_text(scene.file, scene.text)?, log.as_deref(), arguments);
            }
            let head = head_of_file(path).unwrap_or_default();
            // A log is larger than a scene may be, and may come in other encodings.
            match read_text(path) {
                _ if log.is_none() && opening(&head) == Opening::Import => {
                    let imported = import_file(path, &Catalog::bundled()?);
                    let imported = imported.map_err(|error| import_diagnostics(&name, &error))?;
                    let mut session = Session::first_look()?;
                    session.show_import(imported);
                    session
                }
                Ok(text) if log.is_none() && is_teaching_material(&text) => {
                    let mut session = Session::first_look()?;
                    load(&mut session, name, text)?;
                    session
                }
                Ok(text) if log.is_none() && is_log(&text) => {
                    log = Some(path.clone());
                    Session::first_look()?
                }
                text => Session::from_text(&name, &text?)?,
            }
        }
        None => Session::first_look()?,
    };
    show(session, log.as_deref(), arguments)
}

/// Opens a lesson or a story of a file.
fn load(session: &mut Session, name: String, text: String) -> Result<(), CommandError> {
    session.apply(Intent::Load { name, text });
    session.diagnostics.take().map_or(Ok(()), |rejected| Err(rejected.into()))
}

fn show(mut session: Session, log: Option<&Path>, arguments: &OpenArguments) -> Result<(), CommandError> {
    if let Some(path) = log {
        session.show_log(&path.display().to_string(), load_log(path)?);
    }
    if let Some(lesson) = &arguments.lesson {
        let course = Course::bundled();
        if course.lesson(lesson).is_some() {
            session.apply(Intent::Lesson(LessonIntent::Open(lesson.clone())));
        } else {
            let opened = super::lesson::open(lesson, course)?;
            load(&mut session, opened.name, opened.text)?;
        }
    }
    if let Some(id) = &arguments.story {
        super::present::open_story(&mut session, id)?;
    }
    app::check_display()?;
    session.apply(Intent::ReduceMotion(arguments.reduced_motion));
    let greets = arguments.scene.is_none() && log.is_none() && arguments.lesson.is_none() && arguments.story.is_none();
    app::run_desktop(session, if greets { app::DesktopStart::Greets } else { app::DesktopStart::Opens })?;
    Ok(())
}
