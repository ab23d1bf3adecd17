//! `check`: validates scene files.

use std::path::{Path, PathBuf};

use super::error::CommandError;
use super::output::{note, print};
use super::scene_input::scene_text;
use crate::catalog::Catalog;
use crate::scene::{Diagnostics, Scene, letter, locate, parse_scene};
use crate::simulate::SimulateError;
use crate::solve::{Obstacle, obstacles, runnable};
use crate::units::one_line;

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct CheckArguments {
    /// Scene files
    #[arg(required = true)]
    scenes: Vec<PathBuf>,
}

/// Prints one line per valid scene, and the diagnostics of the others. A scene whose plan would be refused is not valid.
///
/// # Errors
/// At least one scene is rejected.
pub(super) fn check(arguments: &CheckArguments) -> Result<(), CommandError> {
    let catalog = Catalog::bundled()?;
    let mut rejected = 0;
    for scene in &arguments.scenes {
        let name = scene.display().to_string();
        match checked(&name, scene, &catalog) {
            Ok(Checked { title, notes }) => {
                print(&format!("{}: ok, {title}\n", one_line(&name)))?;
                notes.iter().for_each(|text| note(&format!("note: {}: {text}", one_line(&name))));
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

/// A scene that runs.
struct Checked {
    title: String,
    /// Fabrics that do not hold the message.
    notes: Vec<String>,
}

/// Reads a scene and plans it.
fn checked(name: &str, path: &Path, catalog: &Catalog) -> Result<Checked, Diagnostics> {
    let text = scene_text(path)?;
    let scene = parse_scene(name, &text, catalog)?.scene;
    if let Some(training) = &scene.training {
        let warnings = training.fabrics.iter().enumerate();
        let notes = warnings.flat_map(|(index, fabric)| {
            fabric.warnings.iter().map(move |warning| format!("{}: {warning}", letter(index)))
        });
        return Ok(Checked { title: scene.title.clone(), notes: notes.collect() });
    }
    let (mut notes, mut refused) = (Vec::new(), Vec::new());
    for (index, obstacle) in obstacles(&scene).into_iter().enumerate() {
        match obstacle {
            Some(Obstacle::DoesNotFit(text)) => notes.push(format!("{}: {text}", letter(index))),
            Some(Obstacle::Refused(error)) => {
                let problem = format!("plan refused: {error}");
                refused.push((format!("fabrics.{index}.algorithm"), problem, instead(&scene, index, &error)));
            }
            None => {}
        }
    }
    match refused.is_empty() {
        true => Ok(Checked { title: scene.title, notes }),
        false => Err(locate(name, &text, refused)),
    }
}

/// Another algorithm that would run a fabric.
fn instead(scene: &Scene, index: usize, error: &SimulateError) -> Option<String> {
    let other = runnable(scene, scene.fabrics.get(index)?, error)?;
    Some(format!("`{other}` would run here"))
}
