//! `check`: validates scene files.

use std::path::PathBuf;

use super::error::CommandError;
use super::output::{note, print};
use crate::catalog::Catalog;
use crate::scene::read_scene;
use crate::units::one_line;

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct CheckArguments {
    /// Scene files
    #[arg(required = true)]
    scenes: Vec<PathBuf>,
}

/// Prints one line per valid scene, and all diagnostics of the others.
///
/// # Errors
/// At least one scene is rejected.
pub(super) fn check(arguments: &CheckArguments) -> Result<(), CommandError> {
    let catalog = Catalog::bundled()?;
    let mut rejected = 0;
    for scene in &arguments.scenes {
        match read_scene(scene, &catalog) {
            Ok(document) => {
                print(&format!("{}: ok, {}\n", one_line(&scene.display().to_string()), document.scene.title))?;
            }
            Err(diagnostics) => {
                note(&format!("{diagnostics}\n"));
                rejected += 1;
            }
        }
    }
    if rejected > 0 {
        return Err(CommandError::Value(format!("{rejected} of {} scenes rejected", arguments.scenes.len())));
    }
    Ok(())
}
