//! The command line (feature `cli`). Results on stdout, notes and faults on stderr; exit status 0, 1 (the content of
//! a file or of a `--set` value is at fault), 2 (unknown flag or command, malformed `--set`) or 130 (interrupted).

mod catalog;
mod compare;
#[cfg(feature = "app")]
mod open;
mod run;
mod sweep;
mod validate;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::catalog::{Catalog, CatalogError};
use crate::scene::{Diagnostics, EditError, SceneDocument, Setting, read_scene};

/// Watch one gradient all-reduce on an NVLink cluster and on a wafer-scale mesh, on one clock.
#[derive(Debug, Parser)]
#[command(name = "fabricscope", version, about, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open the app (the default), with a scene or with the first look.
    #[cfg(feature = "app")]
    Open {
        /// A scene file.
        scene: Option<PathBuf>,
        /// Move only what must move, and play nothing by itself.
        #[arg(long)]
        reduced_motion: bool,
    },
    /// Simulate every fabric of a scene.
    Run {
        /// A scene file.
        scene: PathBuf,
        /// Change a value of the scene first, by its path: workload.message=64MiB
        #[arg(long = "set", value_name = "PATH=VALUE", value_parser = setting)]
        settings: Vec<Setting>,
        /// JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Tell where the time of every fabric goes, what binds, and what would help.
    Explain {
        /// A scene file.
        scene: PathBuf,
        /// Change a value of the scene first, by its path: workload.message=64MiB
        #[arg(long = "set", value_name = "PATH=VALUE", value_parser = setting)]
        settings: Vec<Setting>,
        /// Tell too what happens at an instant: 120us, or 50% of the slowest fabric.
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
        /// JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Solve a scene for every value of a list or a range: one row per point and fabric.
    Sweep(sweep::SweepArguments),
    /// Check scene files and tell every fault with its place.
    Check {
        /// Scene files.
        #[arg(required = true)]
        scenes: Vec<PathBuf>,
    },
    /// List machines, or show one with its figures, sources and grades; `nccl` has the constants of the measured timing.
    Catalog {
        /// Id of a machine, or `nccl`.
        id: Option<String>,
        /// JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Hold a real log of nccl-tests against the measured timing.
    Compare(compare::CompareArguments),
    /// Write how far the measured timing can be trusted, from a folder of logs.
    #[command(hide = true)]
    Validate {
        /// Folder of logs, named as in the list of the program.
        logs: PathBuf,
        /// Folder for `validation.md` and its plots.
        #[arg(short, long)]
        output: PathBuf,
    },
    /// Draw what the app would show, without a window.
    #[cfg(feature = "app")]
    Render(crate::app::RenderArguments),
}

fn setting(text: &str) -> Result<Setting, EditError> {
    Setting::parse(text)
}

/// Status of a command that was interrupted, as shells have it.
const INTERRUPTED: u8 = 130;

/// Why a command failed; shown once, in `main`.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A scene is at fault.
    #[error("{0}")]
    Diagnostics(#[from] Diagnostics),
    /// The catalog is at fault.
    #[error("error: {0}")]
    Catalog(#[from] CatalogError),
    /// A log is at fault.
    #[error("{0}")]
    Log(#[from] crate::nccl_log::LogError),
    /// A cluster is none that can be compared.
    #[error("error: {0}")]
    Cluster(#[from] crate::compare::ClusterError),
    /// A sweep is at fault.
    #[error("error: {0}")]
    Sweep(crate::sweep::SweepError),
    /// A value is at fault.
    #[error("error: {0}")]
    Value(String),
    /// A picture could not be drawn.
    #[cfg(feature = "app")]
    #[error("{0}")]
    Render(#[from] crate::app::RenderError),
    /// The app cannot start.
    #[cfg(feature = "app")]
    #[error("{0}")]
    Session(#[from] crate::session::SessionError),
    /// Nothing can be drawn here.
    #[cfg(feature = "app")]
    #[error("error: {0}")]
    NoAdapter(#[from] crate::app::NoAdapter),
    /// Somebody has interrupted it, and has got what there was by then.
    #[error("interrupted")]
    Interrupted,
    /// A result could not be written.
    #[error("error: the result cannot be written: {0}")]
    Write(#[from] std::io::Error),
}

impl From<crate::sweep::SweepError> for CommandError {
    fn from(error: crate::sweep::SweepError) -> CommandError {
        match error {
            // Faults say by themselves that they are errors.
            crate::sweep::SweepError::Diagnostics(faults) => CommandError::Diagnostics(*faults),
            other => CommandError::Sweep(other),
        }
    }
}

/// Reads the command line and does what it says.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors: clap knows the stream and the status of each.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let result = match arguments.command {
        Some(Command::Run { scene, settings, json }) => run::run(&scene, &settings, json),
        Some(Command::Explain { scene, settings, at, json }) => run::explain(&scene, &settings, at.as_deref(), json),
        Some(Command::Sweep(arguments)) => sweep::sweep(&arguments),
        Some(Command::Check { scenes }) => run::check(&scenes),
        Some(Command::Compare(arguments)) => compare::compare(&arguments),
        Some(Command::Validate { logs, output }) => validate::validate(&logs, &output),
        Some(Command::Catalog { id, json }) => catalog::catalog(id.as_deref(), json),
        #[cfg(feature = "app")]
        Some(Command::Open { scene, reduced_motion }) => open::open(scene.as_deref(), reduced_motion),
        #[cfg(feature = "app")]
        Some(Command::Render(render)) => crate::app::render(&render).map_err(CommandError::from),
        #[cfg(feature = "app")]
        None => open::open(None, false),
        #[cfg(not(feature = "app"))]
        None => Err(CommandError::Value("this build has no app: try `fabricscope run SCENE`".to_owned())),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // A reader that has seen enough (`| head`) is no error.
        Err(CommandError::Write(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(CommandError::Interrupted) => ExitCode::from(INTERRUPTED),
        Err(error) => {
            note(&error.to_string());
            ExitCode::from(1)
        }
    }
}

/// Reads a scene and applies settings.
fn load(scene: &std::path::Path, settings: &[Setting], catalog: &Catalog) -> Result<SceneDocument, CommandError> {
    Ok(read_scene(scene, catalog)?.with(settings, catalog)?)
}

/// Writes a line to stderr. Where nobody reads it any longer (`2>&1 | head`) it is lost, and that is no error.
fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Writes a result to stdout.
fn print(text: &str) -> Result<(), CommandError> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Writes a result to stdout as JSON.
fn print_json(value: &impl serde::Serialize) -> Result<(), CommandError> {
    let text = serde_json::to_string_pretty(value).map_err(|error| CommandError::Value(error.to_string()))?;
    print(&format!("{text}\n"))
}
