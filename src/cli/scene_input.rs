//! Scenes and settings as commands take them, and runs that were refused.

use std::path::Path;

use super::error::CommandError;
use crate::catalog::Catalog;
use crate::scene::{Distinguish, EditError, Scene, SceneDocument, Setting, fabric_labels, read_scene};
use crate::solve::{FabricRun, Outcome, runnable};

/// Reads `PATH=VALUE`.
pub(super) fn setting(text: &str) -> Result<Setting, EditError> {
    Setting::parse(text)
}

/// Reads a scene and applies settings.
pub(super) fn load(scene: &Path, settings: &[Setting], catalog: &Catalog) -> Result<SceneDocument, CommandError> {
    Ok(read_scene(scene, catalog)?.with(settings, catalog)?)
}

/// Fails for the first fabric that the engine refused. The results of the others have been printed.
pub(super) fn check_failures(scene: &Scene, runs: &[FabricRun]) -> Result<(), CommandError> {
    let labels = fabric_labels(runs.iter().map(|run| &run.scene), Distinguish::ByAlgorithm);
    let failed = runs.iter().zip(labels).find_map(|(run, label)| match &run.outcome {
        Outcome::Failed(error) => {
            let other =
                runnable(scene, &run.scene, error).map_or(String::new(), |other| format!("; `{other}` would run here"));
            Some(format!("{label}: {error}{other}"))
        }
        Outcome::Ran(_) | Outcome::CannotRun => None,
    });
    failed.map_or(Ok(()), |failure| Err(CommandError::Value(failure)))
}
