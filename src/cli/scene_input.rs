//! Scenes and settings as commands take them, and runs that were refused.

use std::path::Path;

use super::error::CommandError;
use crate::catalog::Catalog;
use crate::scene::{Distinguish, EditError, Scene, SceneDocument, Setting, fabric_labels, parse_scene, read_scene};
use crate::session::Link;
use crate::solve::{FabricRun, Outcome, runnable};

/// Reads `PATH=VALUE`.
pub(super) fn setting(text: &str) -> Result<Setting, EditError> {
    Setting::parse(text)
}

/// Reads a scene from a file, or from a link in its place, and applies settings.
pub(super) fn load(scene: &Path, settings: &[Setting], catalog: &Catalog) -> Result<SceneDocument, CommandError> {
    let document = match scene.to_str().filter(|text| Link::is_link(text) && !scene.exists()) {
        Some(link) => {
            let link = Link::parse(link)?;
            parse_scene(&link.name, &link.text, catalog)?.with(&link.settings, catalog)?
        }
        None => read_scene(scene, catalog)?,
    };
    Ok(document.with(settings, catalog)?)
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
