//! Scenes and settings as commands take them, and runs that were refused.

use std::path::Path;

use super::error::CommandError;
use crate::catalog::Catalog;
use crate::scene::{
    Diagnostics, Distinguish, EditError, Scene, SceneDocument, Setting, bundled_scene, fabric_labels, parse_scene,
    read_scene, read_text,
};
use crate::session::{Link, is_teaching_material};
use crate::solve::{FabricRun, Outcome, runnable};

/// Reads `PATH=VALUE`.
pub(super) fn setting(text: &str) -> Result<Setting, EditError> {
    Setting::parse(text)
}

/// Reads a scene from a file, or a link or a bundled scene in its place, and applies settings.
pub(super) fn load(scene: &Path, settings: &[Setting], catalog: &Catalog) -> Result<SceneDocument, CommandError> {
    let document = match scene.to_str().filter(|text| Link::is_link(text) && !scene.exists()) {
        Some(link) => {
            let link = Link::parse(link)?;
            parse_scene(&link.name, &link.text, catalog)?.with(&link.settings, catalog)?
        }
        None => match bundled_scene(scene) {
            Some(bundled) => bundled.load(catalog)?,
            None => read_scene(scene, catalog).map_err(|rejected| teaching_material(scene).unwrap_or(rejected))?,
        },
    };
    Ok(document.with(settings, catalog)?)
}

/// What to do with a lesson or a story in the place of a scene.
fn teaching_material(path: &Path) -> Option<Diagnostics> {
    let is_one = read_text(path).is_ok_and(|text| is_teaching_material(&text));
    let hint = "use `fabricscope lesson check FILE`, `present FILE` or `open FILE`";
    let problem = "this is a lesson or a story, not a scene";
    is_one.then(|| Diagnostics::whole(&path.display().to_string(), problem, Some(hint)))
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
