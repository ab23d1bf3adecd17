//! `fabricscope render`: the picture that the app would show, or a film, without a window.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use bevy::prelude::*;

use super::arguments::{RenderArguments, Shown};
use super::error::RenderError;
use super::measure;
use super::offscreen::Headless;
use super::png_file::{Film, FilmForm, PictureAbout, Pixels, write_picture};
use super::run_film;
use super::values::{self, FabricCamera};
use crate::app::program;
use crate::app::state::{OpenSession, Views};
use crate::app::transparency::remove_backdrop;
use crate::nccl_log::load_log;
use crate::scene::{bundled_scene, read_text};
use crate::session::{Intent, Session, UndoStack};
use crate::stage::{Item, Selection};
use crate::style::ThemeKind;
use crate::units::{Bytes, Femtos};

/// Draws the picture or the film.
///
/// # Errors
/// A value that is not accepted, an error in the scene or the log, no graphics adapter, or a file that cannot be written.
pub fn render_pictures(arguments: &RenderArguments) -> Result<(), RenderError> {
    let size = values::size(&arguments.size)?;
    if !(0.5..=4.0).contains(&arguments.scale) {
        return Err(RenderError::Value(format!("--scale {}: accepted: 0.5 to 4", arguments.scale)));
    }
    let session = open_session(arguments)?;
    let frames = frames(arguments, &session)?;
    let output = match (&arguments.film, &arguments.output) {
        (Some(film), _) => Output::Film(film),
        (None, Some(folder)) if arguments.at.is_none() => Output::Numbered(folder),
        (None, Some(picture)) => Output::Picture(picture),
        (None, None) => {
            let at = match frames.first().and_then(|intents| intents.first()) {
                Some(Intent::Seek(at)) => *at,
                _ => Femtos(0),
            };
            return measure::print_cost(session, at, size, arguments);
        }
    };
    prepare_output(output)?;
    let about = PictureAbout::new(&session);
    let pictures = frames.len() as u32;
    let pixels = if arguments.transparent { Pixels::Transparent } else { Pixels::Opaque };
    let mut film = match output {
        Output::Film(path) => {
            let form = FilmForm { size, pixels, pictures, fps: arguments.fps };
            let create = || Film::new(BufWriter::new(File::create(path)?), form, &about);
            Some((path, create().map_err(|error| not_written(path, &error))?))
        }
        Output::Numbered(_) | Output::Picture(_) => None,
    };
    let mut headless = Headless::new(size, arguments.scale, program::plugin(session))?;
    if arguments.transparent {
        remove_backdrop(headless.app().world_mut());
    }
    for (number, intents) in frames.into_iter().enumerate() {
        let opens = intents.iter().any(|intent| matches!(intent, Intent::OpenCall { .. }));
        let session = &mut headless.app().world_mut().resource_mut::<OpenSession>().0;
        for intent in intents {
            session.apply(intent);
            session.clock.playing = false;
        }
        if opens {
            headless.update()?;
            explain(headless.app().world_mut());
        }
        if number == 0 {
            headless.update()?;
            explain(headless.app().world_mut());
            if let Some(text) = &arguments.select {
                select(headless.app().world_mut(), text)?;
                // The inspector determines its size.
                headless.update()?;
            }
        }
        // egui lays new text out in one update and paints it completely in the next.
        headless.update()?;
        let picture = headless.frame()?;
        match (&mut film, output) {
            (Some((path, film)), _) => film.add(&picture).map_err(|error| not_written(path, &error))?,
            (None, Output::Numbered(path)) => {
                write_picture(&path.join(format!("{number:05}.png")), &picture, pixels, &about)?;
            }
            (None, Output::Film(path) | Output::Picture(path)) => write_picture(path, &picture, pixels, &about)?,
        }
    }
    if let Some((path, film)) = film {
        film.finish().map_err(|error| not_written(path, &error))?;
    }
    report(output, pictures, arguments.fps);
    Ok(())
}

fn not_written(path: &Path, reason: &impl ToString) -> RenderError {
    RenderError::Write { path: path.display().to_string(), reason: reason.to_string() }
}

/// Where the pictures go.
#[derive(Clone, Copy)]
enum Output<'a> {
    /// One picture.
    Picture(&'a Path),
    /// A folder of numbered pictures.
    Numbered(&'a Path),
    /// An animated PNG.
    Film(&'a Path),
}

/// Prints what was written, and how numbered pictures become a video.
fn report(output: Output<'_>, pictures: u32, fps: u32) {
    match output {
        Output::Picture(_) => {}
        Output::Film(path) => {
            let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
            eprintln!("note: {}: {pictures} pictures, {}", path.display(), Bytes(bytes));
        }
        Output::Numbered(folder) => {
            let pattern = folder.join("%05d.png");
            let pattern = pattern.display();
            eprintln!("note: {pictures} pictures in {}; as a video:", folder.display());
            // Players want even widths and heights.
            eprintln!(
                "ffmpeg -framerate {fps} -i \"{pattern}\" -vf \"pad=ceil(iw/2)*2:ceil(ih/2)*2\" -pix_fmt yuv420p film.mp4"
            );
        }
    }
}

/// The session with all options of the command line, paused.
fn open_session(arguments: &RenderArguments) -> Result<Session, RenderError> {
    let theme = match arguments.theme.as_str() {
        "dark" => ThemeKind::Dark,
        "light" => ThemeKind::Light,
        "bright-room" => ThemeKind::BrightRoom,
        other => return Err(RenderError::Value(format!("--theme {other}: accepted: dark, light, bright-room"))),
    };
    let mut session = match bundled_scene(&arguments.scene) {
        Some(scene) => Session::from_text(scene.file, scene.text)?,
        None => Session::from_text(&arguments.scene.display().to_string(), &read_text(&arguments.scene)?)?,
    };
    if !arguments.settings.is_empty() {
        // The app shows these errors in a panel and keeps the scene.
        session.apply(Intent::Set(arguments.settings.clone()));
        if let Some(faults) = session.diagnostics {
            return Err(faults.into());
        }
        session.clock.set_speed(None);
        if !arguments.show.contains(&Shown::Before) {
            session.undo = UndoStack::default();
        }
    }
    if let Some(path) = &arguments.log {
        session.show_log(&path.display().to_string(), load_log(path)?);
    }
    if let Some(text) = &arguments.camera {
        let FabricCamera { fabric, camera } = values::camera(text)?;
        session.apply(Intent::SetCamera(fabric, camera));
    }
    for intent in arguments.show.iter().filter_map(|shown| shown.intent()) {
        session.apply(intent);
    }
    if let Some(sweeping) = &mut session.sweep_job {
        sweeping.finish();
    }
    session.theme = theme;
    session.panels = !arguments.no_panels;
    session.clock.playing = false;
    Ok(session)
}

/// What the session is asked for before each picture.
fn frames(arguments: &RenderArguments, session: &Session) -> Result<Vec<Vec<Intent>>, RenderError> {
    if let Some(fabric) = arguments.dive {
        return run_film::dive(fabric, arguments.fps, session);
    }
    if let Some(at) = arguments.at.as_deref().filter(|_| session.shows_run()) {
        return Ok(vec![run_film::still(at, arguments.window.as_deref(), session)?]);
    }
    if arguments.window.is_some() {
        return Err(RenderError::Value("--window: accepted with a training run only".to_owned()));
    }
    let instants = instants(arguments, session)?;
    Ok(instants.into_iter().map(|at| vec![Intent::Seek(at)]).collect())
}

/// The instants of the pictures. An instant after the end is accepted with a note.
fn instants(arguments: &RenderArguments, session: &Session) -> Result<Vec<Femtos>, RenderError> {
    let duration = session.clock.duration;
    let instants = match (&arguments.at, &arguments.from, &arguments.to) {
        (Some(at), ..) => vec![values::instant(at, duration)?],
        (None, Some(from), Some(to)) => {
            let [from, to] = [values::instant(from, duration)?, values::instant(to, duration)?];
            values::film(from, to, session.clock.speed(), arguments.fps)?
        }
        _ => return Err(RenderError::Value("no instant; give --at, or --from and --to".to_owned())),
    };
    if let Some(last) = instants.last().filter(|last| **last > duration) {
        eprintln!("note: {last} is after the end; the slowest fabric is done at {duration}");
    }
    Ok(instants)
}

/// Completes the sensitivity analysis, which the app runs beside the frames.
pub(super) fn explain(world: &mut World) {
    world.resource_scope(|world, mut views: Mut<Views>| {
        let session = &world.resource::<OpenSession>().0;
        for (view, run) in views.views.iter_mut().zip(&session.runs).filter(|_| session.panels) {
            if let Some(explained) = &mut view.explanation {
                explained.finish(run);
            }
        }
    });
}

/// Selects a chip, link or PE by name, or the bottleneck, at which it also points the camera.
fn select(world: &mut World, text: &str) -> Result<(), RenderError> {
    let found = || {
        let (fabric, name) = text.split_once(':')?;
        let fabric = fabric.trim().parse::<usize>().ok()?;
        let (session, views) = (&world.resource::<OpenSession>().0, world.resource::<Views>());
        let (run, view) = session.runs.get(fabric).zip(views.views.get(fabric))?;
        if name.trim() == "binding" {
            let (item, camera) = view.find_bottleneck(run, views.frames.get(fabric)?)?;
            return Some((Selection { fabric, item }, Some(camera)));
        }
        Some((Selection { fabric, item: Item::find(run, &view.whole, name)? }, None))
    };
    let (selection, camera) = found().ok_or_else(|| {
        let accepted =
            "accepted: FABRIC:NAME, such as \"0:GPU 3\", \"1:PE (375, 585) -> east\", or 1:binding while there is a bottleneck";
        RenderError::Value(format!("--select {text}: {accepted}"))
    })?;
    let session = &mut world.resource_mut::<OpenSession>().0;
    if let Some(camera) = camera {
        session.apply(Intent::SetCamera(selection.fabric, camera));
    }
    session.apply(Intent::Select(Some(selection)));
    Ok(())
}

fn prepare_output(output: Output<'_>) -> Result<(), RenderError> {
    let (path, accepted) = match output {
        Output::Numbered(folder) => {
            let failed = |error: std::io::Error| RenderError::Write {
                path: folder.display().to_string(),
                reason: error.to_string(),
            };
            return std::fs::create_dir_all(folder).map_err(failed);
        }
        Output::Picture(path) => (path, ["png"].as_slice()),
        Output::Film(path) => (path, ["apng", "png"].as_slice()),
    };
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if accepted.iter().any(|accepted| ending.eq_ignore_ascii_case(accepted)) {
        return Ok(());
    }
    let accepted: Vec<String> = accepted.iter().map(|ending| format!(".{ending}")).collect();
    Err(RenderError::Value(format!("{}: the name must end in {}", path.display(), accepted.join(" or "))))
}
