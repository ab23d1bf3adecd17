//! The command line (feature `cli`): results on stdout, notes and errors on stderr. Exit status 0; 1 if the content of a
//! file or of a `--set` value is rejected; 2 for an unknown flag or command or a malformed `--set`; 130 if interrupted.

mod catalog;
mod check;
mod compare;
mod error;
mod explain;
#[cfg(feature = "app")]
mod open;
mod output;
mod progress;
mod run;
mod scene_input;
mod sweep;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use error::CommandError;

use error::INTERRUPTED;
use output::note;

/// Watch one gradient all-reduce on an NVLink cluster and on a wafer-scale mesh, on one clock
#[derive(Debug, Parser)]
#[command(name = "fabricscope", version, about, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open the app (the default) with a scene
    #[cfg(feature = "app")]
    Open {
        /// Scene file
        scene: Option<std::path::PathBuf>,
        /// Start paused, without animated camera moves
        #[arg(long)]
        reduced_motion: bool,
    },
    /// Simulate every fabric of a scene
    Run(run::RunArguments),
    /// Show where the time of every fabric goes, its bottleneck, and what would help
    Explain(explain::ExplainArguments),
    /// Simulate a scene for every value of one or more settings: one row per point and fabric
    Sweep(sweep::SweepArguments),
    /// Validate scene files and show every error with its line and column
    Check(check::CheckArguments),
    /// List machines, or show one with its figures, sources and grades; `nccl` shows the constants of the measured timing
    Catalog(catalog::CatalogArguments),
    /// Compare a log of nccl-tests with the measured timing
    Compare(compare::CompareArguments),
    /// Draw what the app would show, without a window
    #[cfg(feature = "app")]
    Render(crate::app::RenderArguments),
}

/// Parses the command line and runs the command.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are not errors: clap knows the stream and the exit status of each.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match execute(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        // A reader that closes the pipe early (`| head`) is not an error.
        Err(CommandError::Write(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(CommandError::Interrupted) => ExitCode::from(INTERRUPTED),
        Err(error) => {
            note(&error.to_string());
            ExitCode::from(1)
        }
    }
}

fn execute(arguments: Arguments) -> Result<(), CommandError> {
    match arguments.command {
        Some(Command::Run(arguments)) => run::run(&arguments),
        Some(Command::Explain(arguments)) => explain::explain(&arguments),
        Some(Command::Sweep(arguments)) => sweep::sweep(&arguments),
        Some(Command::Check(arguments)) => check::check(&arguments),
        Some(Command::Compare(arguments)) => compare::compare(&arguments),
        Some(Command::Catalog(arguments)) => catalog::catalog(&arguments),
        #[cfg(feature = "app")]
        Some(Command::Open { scene, reduced_motion }) => open::open(scene.as_deref(), reduced_motion),
        #[cfg(feature = "app")]
        Some(Command::Render(render)) => crate::app::render_pictures(&render).map_err(CommandError::from),
        #[cfg(feature = "app")]
        None => open::open(None, false),
        #[cfg(not(feature = "app"))]
        None => Err(CommandError::Value("this build has no app; try `fabricscope run SCENE`".to_owned())),
    }
}
