//! One collective of a training step on the stage, and the run that was there before.

use super::run_clock::RunClock;
use crate::scene::SceneDocument;

/// A collective of a step that is on the stage.
#[derive(Clone, Debug)]
pub struct CallStage {
    /// The training scene.
    pub(super) before: SceneDocument,
    /// The scene of the collective.
    pub(super) shown: SceneDocument,
    /// The instant and the window of the run.
    pub(super) clock: RunClock,
}

impl CallStage {
    /// Title of the training scene.
    pub fn title_before(&self) -> &str {
        &self.before.file.title
    }

    /// Whether a scene is the one that was put on the stage. How it is viewed does not matter.
    pub(super) fn is(&self, document: &SceneDocument) -> bool {
        let (shown, other) = (&self.shown.file, &document.file);
        shown.title == other.title && shown.fabrics == other.fabrics && shown.workload == other.workload
    }
}
