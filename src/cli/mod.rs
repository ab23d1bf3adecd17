//! The command line (feature `cli`): results on stdout, notes and errors on stderr. Exit status 0; 1 if the content of a
//! file or of a `--set` value is rejected; 2 for an unknown flag or command or a malformed `--set`; 130 if interrupted.

mod beats;
mod catalog;
mod check;
mod compare;
mod compare_runs;
mod error;
mod explain;
mod export;
mod import;
mod interrupt;
mod lesson;
mod link;
mod manual;
#[cfg(feature = "app")]
mod open;
mod output;
mod present;
mod progress;
mod rehearse;
mod run;
mod scene_input;
mod sweep;
mod training;
mod waiting;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use error::CommandError;

use error::INTERRUPTED;
use output::note;

use crate::scene::did_you_mean;
use crate::session::Link;
use crate::units::is_active;

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
    Open(open::OpenArguments),
    /// Simulate every fabric of a scene
    Run(run::RunArguments),
    /// Show where the time of every fabric goes, its bottleneck, and what would help
    Explain(explain::ExplainArguments),
    /// Simulate a scene for every value of one or more settings: one row per point and fabric
    Sweep(sweep::SweepArguments),
    /// Validate scene files and show every error with its line and column
    Check(check::CheckArguments),
    /// Turn a file of another tool into a scene: nvidia-smi, NCCL, PyTorch, Chakra, ASTRA-sim
    Import(import::ImportArguments),
    /// List machines, or show one with its figures, sources and grades; `nccl` shows the constants of the measured timing
    Catalog(catalog::CatalogArguments),
    /// List, check, play, grade and export lessons
    Lesson(lesson::LessonArguments),
    /// Present a story full screen, rehearse it, or write it as pictures and a page
    Present(present::PresentArguments),
    /// Compare a log of nccl-tests with the measured timing
    Compare(compare::CompareArguments),
    /// Print a link to a scene with its settings, for a page or for `open`
    Link(link::LinkArguments),
    /// Write the runs of a scene as a file of another tool: CSV of link rates, Chrome trace for Perfetto, nccl-tests, SVG
    Export(export::ExportArguments),
    /// Print the completions of a shell
    Completions(manual::CompletionsArguments),
    /// Write the manual pages
    Manual(manual::ManualArguments),
    /// Draw what the app would show, without a window
    #[cfg(feature = "app")]
    Render(crate::app::RenderArguments),
}

/// Parses the command line and runs the command. `--version` prints `version`, which is the program's own.
pub fn main(version: &'static str) -> ExitCode {
    let command = Arguments::command().version(version);
    let words = with_open(std::env::args_os().collect(), &command);
    let matches = command.try_get_matches_from(words);
    let arguments = match matches.and_then(|mut matches| Arguments::from_arg_matches_mut(&mut matches)) {
        Ok(arguments) => arguments,
        Err(error) => return report(error),
    };
    finish(execute(arguments))
}

/// The words of the command line; a file or a link in the place of the command is opened.
fn with_open(mut words: Vec<OsString>, command: &clap::Command) -> Vec<OsString> {
    let is_file = |word: &OsString| {
        let is_command = command.get_subcommands().any(|known| word == known.get_name());
        !is_command && (Path::new(word).is_file() || word.to_str().is_some_and(Link::is_link))
    };
    if words.get(1).is_some_and(is_file) {
        words.insert(1, "open".into());
    }
    words
}

/// The commands of the app, which builds without it do not have.
#[cfg(not(feature = "app"))]
const COMMANDS_OF_APP: [&str; 2] = ["open", "render"];

/// What to do about a command that only other builds have.
#[cfg(not(feature = "app"))]
fn missing_command(word: &str) -> Option<String> {
    COMMANDS_OF_APP.contains(&word).then(|| {
        format!("error: this build has no app, so it has no `{word}`; build it with the app: cargo build --release")
    })
}

/// Prints help, version, or an error of the command line.
fn report(mut error: clap::Error) -> ExitCode {
    if error.kind() == ErrorKind::InvalidSubcommand
        && let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand)
    {
        #[cfg(not(feature = "app"))]
        if let Some(missing) = missing_command(word) {
            note(&missing);
            return ExitCode::from(2);
        }
        let arguments = Arguments::command();
        let names = arguments.get_subcommands().map(clap::Command::get_name);
        // clap knows similar words, but not swapped letters.
        if let Some(near) = did_you_mean(word, names) {
            error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![near.to_owned()]));
        }
    }
    let status = u8::try_from(error.exit_code()).unwrap_or(2);
    if error.use_stderr() {
        let plain = error.to_string();
        // Words of the command line may contain what a terminal would obey.
        if plain.contains(|character: char| is_active(character) && character != '\n') {
            note(plain.trim_end());
        } else {
            let _ = error.print();
        }
        return ExitCode::from(status);
    }
    finish(error.print().and_then(|()| std::io::Write::flush(&mut std::io::stdout())).map_err(CommandError::from))
}

/// Prints the error of a command and returns its exit status.
fn finish(result: Result<(), CommandError>) -> ExitCode {
    match result {
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
        Some(Command::Lesson(arguments)) => lesson::lesson(&arguments),
        Some(Command::Present(arguments)) => present::present(&arguments),
        Some(Command::Compare(arguments)) => compare::compare(&arguments),
        Some(Command::Import(arguments)) => import::import(&arguments),
        Some(Command::Export(arguments)) => export::export(&arguments),
        Some(Command::Link(arguments)) => link::link(&arguments),
        Some(Command::Catalog(arguments)) => catalog::catalog(&arguments),
        Some(Command::Completions(arguments)) => manual::completions(&arguments, Arguments::command()),
        Some(Command::Manual(arguments)) => manual::manual(&arguments, Arguments::command()),
        #[cfg(feature = "app")]
        Some(Command::Open(arguments)) => open::open(&arguments),
        #[cfg(feature = "app")]
        Some(Command::Render(render)) => crate::app::render_pictures(&render).map_err(CommandError::from),
        #[cfg(feature = "app")]
        None => open::open(&open::OpenArguments::default()),
        #[cfg(not(feature = "app"))]
        None => Err(CommandError::Value(
            "this build has no app; build it with `cargo build --release`, or try `fabricscope run SCENE`".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_or_a_link_in_the_place_of_a_command_is_opened() {
        let words = |words: &[&str]| -> Vec<OsString> {
            let words = ["fabricscope"].iter().chain(words).map(OsString::from).collect();
            with_open(words, &Arguments::command())
        };
        assert_eq!(words(&["Cargo.toml"]), ["fabricscope", "open", "Cargo.toml"]);
        assert_eq!(words(&["#scene=rack"]), ["fabricscope", "open", "#scene=rack"]);
        assert_eq!(words(&["run", "Cargo.toml"]), ["fabricscope", "run", "Cargo.toml"]);
        assert_eq!(words(&["no-such-file.ron"]), ["fabricscope", "no-such-file.ron"]);
        assert_eq!(words(&["--help"]), ["fabricscope", "--help"]);
    }
}
