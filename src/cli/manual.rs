//! `completions` and `manual`: completions of shells and manual pages, made from the arguments of the program.

use std::path::{Path, PathBuf};

use clap::Command;
use clap_complete::Shell;

use super::error::CommandError;
use super::output::note;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct CompletionsArguments {
    /// The shell
    shell: Shell,
}

/// Arguments of `manual`.
#[derive(Debug, clap::Args)]
pub struct ManualArguments {
    /// Folder for the pages: one of the program and one of each command
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
}

/// Prints the completions of a shell for the arguments of the program.
///
/// # Errors
/// A stdout that cannot be written.
pub(super) fn completions(arguments: &CompletionsArguments, mut program: Command) -> Result<(), CommandError> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "fabricscope", &mut text);
    std::io::Write::write_all(&mut std::io::stdout(), &text).map_err(CommandError::from)
}

/// Writes `fabricscope.1` and a page of each command, such as `fabricscope-run.1`.
///
/// # Errors
/// A folder that cannot be written.
pub(super) fn manual(arguments: &ManualArguments, program: Command) -> Result<(), CommandError> {
    let folder = &arguments.output;
    std::fs::create_dir_all(folder).and_then(|()| write_pages(program, folder)).map_err(|error| {
        let place = folder.display();
        CommandError::Value(format!("{place}: cannot write the manual pages: {error}"))
    })?;
    note(&format!("manual pages written to {}; read one with `man -l`", folder.display()));
    Ok(())
}

fn write_pages(program: Command, folder: &Path) -> std::io::Result<()> {
    clap_mangen::generate_to(program.disable_help_subcommand(true), folder)
}
