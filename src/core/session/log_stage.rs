//! The scene of a log while it is on the stage, and the scene that was there before.

use crate::scene::SceneDocument;

/// The scene of a log that is on the stage.
#[derive(Clone, Debug)]
pub struct LogStage {
    /// The scene that was on the stage before.
    pub(super) before: SceneDocument,
    /// The scene as it was put on the stage.
    pub(super) shown: SceneDocument,
    /// The change that it shows: its place among the root causes of the verdict.
    pub(super) cause: Option<usize>,
}

impl LogStage {
    /// Title of the scene that was on the stage before.
    pub fn title_before(&self) -> &str {
        &self.before.file.title
    }

    /// The change that it shows beside the cluster as expected.
    pub fn cause(&self) -> Option<usize> {
        self.cause
    }

    /// Whether a scene is the one that was put on the stage. How it is viewed does not matter.
    pub(super) fn is(&self, document: &SceneDocument) -> bool {
        let (shown, other) = (&self.shown.file, &document.file);
        shown.fabrics == other.fabrics && shown.workload == other.workload
    }
}
