//! `fabricscope render`: the picture that the app would show, or a film of numbered pictures, without a window.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bevy::asset::RenderAssetUsages;
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use bevy::time::TimeUpdateStrategy;

use super::draw_cost::{DrawCost, packets};
use super::headless::{Headless, HeadlessError, Picture};
use super::program::{MinPackets, OpenSession, Views};
use crate::app::program;
use crate::fabric::Direction;
use crate::scene::{ClockMode, Diagnostics, Setting};
use crate::session::{Intent, Session, SessionError, SweepIntent, UndoStack};
use crate::stage::{Item, Selection, StageCamera, TimelineShows};
use crate::style::{Palette, ThemeKind};
use crate::units::{Femtos, UnitError};

/// Largest side of a picture, pixels: what every graphics driver takes.
const MAX_SIDE: u32 = 8192;
/// Most pictures of a film: ten minutes at 60 frames a second.
const MAX_PICTURES: u64 = 36_000;

/// Most frames that are measured.
const MAX_MEASURED_FRAMES: u32 = 10_000;
/// Most packets of a fabric while measuring.
const MAX_MEASURED_PACKETS: usize = 200_000;

/// What is to be drawn.
#[derive(Clone, Debug, clap::Args)]
pub struct RenderArguments {
    /// Look at a part of a fabric: its number, the middle as shares of the picture, and how much larger.
    #[arg(long, value_name = "FABRIC:X,Y,SCALE")]
    look: Option<String>,
    /// Select a chip, a link or a PE by its name; `binding` goes to the link that binds.
    #[arg(long, value_name = "FABRIC:NAME")]
    select: Option<String>,
    /// What the pictures show.
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_enum)]
    show: Vec<Shown>,
    /// A log of nccl-tests that is open over the scene.
    #[arg(long, value_name = "LOG")]
    log: Option<PathBuf>,
    /// A scene file.
    pub scene: PathBuf,
    /// The instant, as 120us or as 50% of the slowest fabric.
    #[arg(long, value_name = "TIME", required_unless_present = "from", conflicts_with_all = ["from", "to", "fps"])]
    pub at: Option<String>,
    /// First instant of a film.
    #[arg(long, value_name = "TIME", requires = "to")]
    pub from: Option<String>,
    /// Last instant of a film.
    #[arg(long, value_name = "TIME", requires = "from")]
    pub to: Option<String>,
    /// Pictures per second of a film, in which the slowest fabric takes 12 seconds.
    #[arg(long, default_value_t = 30)]
    pub fps: u32,
    /// The picture (.png), or the folder of a film.
    #[arg(short, long, value_name = "FILE.png or DIR", required_unless_present = "measure")]
    pub output: Option<PathBuf>,
    /// Play so many frames from the instant on and print what drawing them costs, as JSON, instead of a picture.
    #[arg(long, value_name = "FRAMES", conflicts_with_all = ["from", "output"])]
    pub measure: Option<u32>,
    /// While measuring, draw at least so many packets of each fabric.
    #[arg(long, value_name = "COUNT", requires = "measure")]
    pub packets: Option<usize>,
    /// Width and height in pixels.
    #[arg(long, default_value = "1920x1080")]
    pub size: String,
    /// Pixels per point: 2 for screens of high density.
    #[arg(long, default_value_t = 1.0)]
    pub scale: f32,
    /// The stage alone.
    #[arg(long)]
    pub no_panels: bool,
    /// dark or light.
    #[arg(long, default_value = "dark")]
    pub theme: String,
    /// Change a value of the scene first, by its path.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = Setting::parse)]
    pub settings: Vec<Setting>,
}

/// What a picture can show instead of what it shows at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shown {
    /// Who sends to whom.
    Matrix,
    /// Mean utilisation since the start.
    SinceStart,
    /// Heat of a wafer's links going east only.
    East,
    /// The same going west.
    West,
    /// The same going north.
    North,
    /// The same going south.
    South,
    /// The critical path.
    Path,
    /// Heat from violet over green to yellow.
    Viridis,
    /// Heat from black over red to pale yellow.
    Inferno,
    /// The busiest of joined links on the timeline.
    Busiest,
    /// Classes of links on the timeline.
    Classes,
    /// The normalised clock.
    Normalised,
    /// Compared with the scene before `--set`.
    Before,
    /// A sweep over the message.
    Sweep,
    /// The same, with a curve for every algorithm.
    Algorithms,
    /// The keys.
    Help,
    /// The scene menu.
    Scenes,
}

impl Shown {
    fn intent(self) -> Option<Intent> {
        Some(match self {
            Shown::Matrix => Intent::ShowMatrix(true),
            Shown::Viridis => Intent::SetPalette(Palette::Viridis),
            Shown::Inferno => Intent::SetPalette(Palette::Inferno),
            Shown::Path => Intent::ShowPath(true),
            Shown::East => Intent::SetHeatDirection(Some(Direction::East)),
            Shown::West => Intent::SetHeatDirection(Some(Direction::West)),
            Shown::North => Intent::SetHeatDirection(Some(Direction::North)),
            Shown::South => Intent::SetHeatDirection(Some(Direction::South)),
            Shown::SinceStart => Intent::Accumulate(true),
            Shown::Busiest => Intent::SetTimeline(TimelineShows::BusiestLinks),
            Shown::Classes => Intent::SetTimeline(TimelineShows::Classes),
            Shown::Normalised => Intent::SetClockMode(ClockMode::Normalised),
            Shown::Before => return None,
            Shown::Sweep => Intent::ToggleSweep,
            Shown::Algorithms => Intent::Sweep(SweepIntent::SplitByAlgorithm(true)),
            Shown::Help => Intent::ToggleHelp,
            Shown::Scenes => Intent::ToggleScenes,
        })
    }
}

/// Why nothing was drawn.
#[derive(Debug, thiserror::Error)]
pub enum RenderFault {
    /// The scene or the catalog is at fault.
    #[error("{0}")]
    Session(#[from] SessionError),
    /// The scene is at fault.
    #[error("{0}")]
    Diagnostics(#[from] Diagnostics),
    /// A value of the command line is at fault.
    #[error("error: {0}")]
    Value(String),
    /// An instant is at fault.
    #[error("error: {0}")]
    Unit(#[from] UnitError),
    /// The graphics failed.
    #[error("error: {0}")]
    Headless(#[from] HeadlessError),
    /// A picture could not be written.
    #[error("error: {path}: the picture cannot be written: {why}")]
    Write {
        /// Where.
        path: String,
        /// Why.
        why: String,
    },
}

/// Draws what the arguments say.
///
/// # Errors
/// Bad arguments, a scene at fault, no graphics, or a file that cannot be written.
pub fn render(arguments: &RenderArguments) -> Result<(), RenderFault> {
    let size = size(&arguments.size)?;
    if !(0.5..=4.0).contains(&arguments.scale) {
        return Err(RenderFault::Value(format!("--scale {}: accepted: 0.5 to 4", arguments.scale)));
    }
    let theme = match arguments.theme.as_str() {
        "dark" => ThemeKind::Dark,
        "light" => ThemeKind::Light,
        other => return Err(RenderFault::Value(format!("--theme {other}: accepted: dark, light"))),
    };
    let text = crate::scene::read_text(&arguments.scene)?;
    let name = arguments.scene.display().to_string();
    let mut session = Session::from_text(&name, &text)?;
    if !arguments.settings.is_empty() {
        // What the app would tell in a panel is an error here.
        session.apply(Intent::Set(arguments.settings.clone()));
        if let Some(faults) = session.diagnostics {
            return Err(faults.into());
        }
        session.clock.speed = session.clock.duration.secs() / 12.0;
        if !arguments.show.contains(&Shown::Before) {
            session.undo = UndoStack::default();
        }
    }
    if let Some(path) = &arguments.log {
        session.apply(super::files::open_file(path));
        if let Some(faults) = session.diagnostics {
            return Err(faults.into());
        }
    }
    if let Some(text) = &arguments.look {
        let (fabric, look) = look(text)?;
        session.apply(Intent::SetCamera(fabric, look));
    }
    for shown in &arguments.show {
        shown.intent().map(|intent| session.apply(intent));
    }
    if let Some(sweeping) = &mut session.sweep_job {
        sweeping.finish();
    }
    session.theme = theme;
    session.panels = !arguments.no_panels;
    session.clock.playing = false;
    let duration = session.clock.duration;
    let speed = session.clock.speed;
    let instants = match (&arguments.at, &arguments.from, &arguments.to) {
        (Some(at), ..) => vec![instant(at, duration)?],
        (None, Some(from), Some(to)) => film(instant(from, duration)?, instant(to, duration)?, speed, arguments.fps)?,
        _ => return Err(RenderFault::Value("--at, or --from and --to, is needed".to_owned())),
    };
    if let Some(last) = instants.last().filter(|last| **last > duration) {
        eprintln!("note: {last} is after the end: the slowest fabric is done at {duration}");
    }
    let Some(output) = &arguments.output else {
        return measure(session, size, arguments, instants.first().copied().unwrap_or_default());
    };
    let film = arguments.at.is_none();
    prepare_output(output, film)?;
    let mut headless = Headless::new(size, arguments.scale, program::plugin(session))?;
    for (number, at) in instants.into_iter().enumerate() {
        headless.app().world_mut().resource_mut::<OpenSession>().0.clock.seek(at);
        if number == 0 {
            headless.update()?;
            explain(headless.app().world_mut());
            if let Some(text) = &arguments.select {
                select(headless.app().world_mut(), text)?;
                // Its card finds its size.
                headless.update()?;
            }
        }
        // Words that an update lays out for the first time are painted whole by the next one.
        headless.update()?;
        let picture = headless.frame()?;
        let path = if film { output.join(format!("{number:05}.png")) } else { output.clone() };
        save(&picture, &path)?;
    }
    Ok(())
}

/// Works out at once what the app works out while one looks.
fn explain(world: &mut World) {
    world.resource_scope(|world, mut views: Mut<Views>| {
        let session = &world.resource::<OpenSession>().0;
        for (view, run) in views.views.iter_mut().zip(&session.runs).filter(|_| session.panels) {
            if let Some(explained) = &mut view.explanation {
                explained.finish(run);
            }
        }
    });
}

/// Plays frames at 60 a second and prints what drawing them costs.
fn measure(mut session: Session, size: UVec2, arguments: &RenderArguments, at: Femtos) -> Result<(), RenderFault> {
    session.clock.seek(at);
    session.clock.play();
    session.clock.set_loop(Some((Femtos(0), session.clock.duration)));
    let mut headless = Headless::new(size, arguments.scale, program::plugin(session))?;
    let world = headless.app().world_mut();
    world.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_secs_f64(1.0 / 60.0)));
    if let Some(packets) = arguments.packets {
        world.insert_resource(MinPackets(packets.min(MAX_MEASURED_PACKETS)));
    }
    for _ in 0..arguments.measure.unwrap_or_default().clamp(1, MAX_MEASURED_FRAMES) {
        headless.update()?;
    }
    let world = headless.app().world();
    let report = world.resource::<DrawCost>().report(packets(world.resource::<Views>()));
    let text = serde_json::to_string(&report).map_err(|error| RenderFault::Value(error.to_string()))?;
    println!("{text}");
    Ok(())
}

/// Selects by name, and goes to the binding link.
fn select(world: &mut World, text: &str) -> Result<(), RenderFault> {
    let found = || {
        let (fabric, name) = text.split_once(':')?;
        let fabric = fabric.trim().parse::<usize>().ok()?;
        let (session, views) = (&world.resource::<OpenSession>().0, world.resource::<Views>());
        let (run, view) = session.runs.get(fabric).zip(views.views.get(fabric))?;
        if name.trim() == "binding" {
            let (item, look) = view.find_bottleneck(run, views.frames.get(fabric)?)?;
            return Some((Selection { fabric, item }, Some(look)));
        }
        Some((Selection { fabric, item: Item::find(run, &view.whole, name)? }, None))
    };
    let (selection, look) = found().ok_or_else(|| {
        let accepted =
            "accepted: FABRIC:NAME, such as \"0:GPU 3\", \"1:PE (375, 585) -> east\", or 1:binding while a link binds";
        RenderFault::Value(format!("--select {text}: {accepted}"))
    })?;
    let session = &mut world.resource_mut::<OpenSession>().0;
    if let Some(look) = look {
        session.apply(Intent::SetCamera(selection.fabric, look));
    }
    session.apply(Intent::Select(Some(selection)));
    Ok(())
}

fn look(text: &str) -> Result<(usize, StageCamera), RenderFault> {
    let parts = || {
        let (fabric, rest) = text.split_once(':')?;
        let mut numbers = rest.split(',').map(|number| number.trim().parse::<f32>().ok());
        let (x, y, scale) = (numbers.next()??, numbers.next()??, numbers.next()??);
        let fits = [x, y].iter().all(|share| (0.0..=1.0).contains(share)) && (1.0..=400.0).contains(&scale);
        fits.then_some((fabric.parse().ok()?, StageCamera::at(Vec2::new(x, y), 1.0 / scale)))
    };
    parts()
        .ok_or_else(|| RenderFault::Value(format!("--look {text}: accepted: FABRIC:X,Y,SCALE, such as 1:0.5,0.5,40")))
}

fn size(text: &str) -> Result<UVec2, RenderFault> {
    let parts = text.split_once('x').and_then(|(w, h)| Some(UVec2::new(w.parse().ok()?, h.parse().ok()?)));
    match parts {
        Some(size) if size.min_element() >= 64 && size.max_element() <= MAX_SIDE => Ok(size),
        _ => Err(RenderFault::Value(format!("--size {text}: accepted: WIDTHxHEIGHT, from 64 to {MAX_SIDE} pixels"))),
    }
}

/// `120us`, or `50%` of the slowest fabric.
fn instant(text: &str, duration: Femtos) -> Result<Femtos, RenderFault> {
    let Some(percent) = text.strip_suffix('%') else { return Ok(Femtos::parse(text)?) };
    match percent.trim().parse::<f64>() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => {
            Ok(Femtos((duration.0 as f64 * percent / 100.0).round() as u64))
        }
        _ => Err(RenderFault::Value(format!("`{text}`: accepted: a time such as 120us, or 0% to 100%"))),
    }
}

/// The instants of a film, first and last included.
fn film(from: Femtos, to: Femtos, speed: f64, fps: u32) -> Result<Vec<Femtos>, RenderFault> {
    if to < from || !(1..=240).contains(&fps) {
        return Err(RenderFault::Value(format!(
            "--from {from} --to {to} --fps {fps}: accepted: to after from, 1 to 240 pictures a second"
        )));
    }
    let step = Femtos::from_secs((speed / f64::from(fps)).max(1e-15));
    let pictures = to.since(from).0 / step.0.max(1) + 1;
    if pictures > MAX_PICTURES {
        return Err(RenderFault::Value(format!("a film of {pictures} pictures: accepted: up to {MAX_PICTURES}")));
    }
    Ok((0..pictures).map(|number| Femtos(from.0 + number * step.0)).collect())
}

fn prepare_output(output: &Path, film: bool) -> Result<(), RenderFault> {
    if film {
        let fault =
            |error: std::io::Error| RenderFault::Write { path: output.display().to_string(), why: error.to_string() };
        return std::fs::create_dir_all(output).map_err(fault);
    }
    if output.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("png")) {
        return Err(RenderFault::Value(format!("{}: the picture's name must end in .png", output.display())));
    }
    Ok(())
}

fn save(picture: &Picture, path: &Path) -> Result<(), RenderFault> {
    let fault = |why: String| RenderFault::Write { path: path.display().to_string(), why };
    let extent = Extent3d { width: picture.size.x, height: picture.size.y, depth_or_array_layers: 1 };
    let image = Image::new(
        extent,
        TextureDimension::D2,
        picture.rgba.clone(),
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::MAIN_WORLD,
    );
    let image = image.try_into_dynamic().map_err(|error| fault(error.to_string()))?;
    // Without transparency: the picture is a screen, not a layer.
    image.to_rgb8().save(path).map_err(|error| fault(error.to_string()))
}
