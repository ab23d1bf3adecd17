//! Scenes and settings as commands take them, and runs that were refused.

use std::path::Path;

use super::error::CommandError;
use crate::catalog::Catalog;
use crate::scene::{
    Diagnostics, Distinguish, EditError, Scene, SceneDocument, Setting, bundled_scene, fabric_labels, parse_scene,
    read_text,
};
use crate::session::{Link, LinkError, is_teaching_material};
use crate::solve::{FabricRun, Outcome, runnable};

/// Reads `PATH=VALUE`.
pub(super) fn setting(text: &str) -> Result<Setting, EditError> {
    Setting::parse(text)
}

/// Reads a scene from a file, or a link or a bundled scene in its place, and applies settings.
pub(super) fn load(scene: &Path, settings: &[Setting], catalog: &Catalog) -> Result<SceneDocument, CommandError> {
    let document = match scene.to_str().filter(|text| Link::is_link(text) && !scene.exists()) {
        Some(link) => {
            let document = Link::parse(link)?.document(catalog)?;
            document.ok_or(LinkError::NotAScene)?
        }
        None => parse_scene(&scene.display().to_string(), &scene_text(scene)?, catalog)?,
    };
    Ok(document.with(settings, catalog)?)
}

/// The same for a table, whose title says that settings have changed the scene: it was written for other values.
pub(super) fn load_for_table(
    scene: &Path,
    settings: &[Setting],
    catalog: &Catalog,
) -> Result<SceneDocument, CommandError> {
    let mut document = load(scene, settings, catalog)?;
    if !settings.is_empty() {
        document.scene.title.push_str(" (changed)");
    }
    Ok(document)
}

/// The text of a scene: of a file, or of the bundled scene of this name.
///
/// # Errors
/// The file cannot be read, or it is a lesson or a story.
pub(super) fn scene_text(path: &Path) -> Result<String, Diagnostics> {
    let text = match bundled_scene(path) {
        Some(scene) => scene.text.to_owned(),
        None => read_text(path)?,
    };
    if is_teaching_material(&text) {
        let hint = "use `fabricscope lesson check FILE`, `present FILE` or `open FILE`";
        let problem = "this is a lesson or a story, not a scene";
        return Err(Diagnostics::whole(&path.display().to_string(), problem, Some(hint)));
    }
    Ok(text)
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
