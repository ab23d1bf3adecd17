//! Changes of a scene that can be taken back, and the runs as they were before the last one.

use crate::scene::{FabricRun, SceneDocument};

/// Most changes that can be taken back.
const MOST: usize = 100;
/// Most transfers of runs that are kept for comparison.
const MAX_KEPT_TRANSFERS: u64 = 1 << 21;

/// What was, and what could be again.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    undo: Vec<SceneDocument>,
    redo: Vec<SceneDocument>,
    /// The paths of the last change: a slider that is dragged is one change.
    last: Vec<String>,
    /// The runs before the last change.
    before: Option<Vec<FabricRun>>,
}

impl Edits {
    /// The runs before the last change, for comparison.
    pub fn before(&self, fabric: usize) -> Option<&FabricRun> {
        self.before.as_ref()?.get(fabric)
    }

    /// Whether something can be taken back.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether something that was taken back can be done again.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    /// Takes note of a change from `document` at `paths`, which ends `runs`.
    pub(super) fn changed(&mut self, document: SceneDocument, runs: Vec<FabricRun>, paths: Vec<String>) {
        let goes_on = !paths.is_empty() && self.last == paths;
        self.last = paths;
        if goes_on {
            return;
        }
        self.redo.clear();
        self.undo.push(document);
        if self.undo.len() > MOST {
            self.undo.remove(0);
        }
        self.keep(runs);
    }

    /// The document before the last change; `document` is the one now.
    pub(super) fn undo(&mut self, document: &SceneDocument) -> Option<SceneDocument> {
        let earlier = self.undo.pop()?;
        self.redo.push(document.clone());
        self.last.clear();
        Some(earlier)
    }

    /// The document that was taken back last.
    pub(super) fn redo(&mut self, document: &SceneDocument) -> Option<SceneDocument> {
        let later = self.redo.pop()?;
        self.undo.push(document.clone());
        self.last.clear();
        Some(later)
    }

    /// Keeps runs for comparison, unless they are too large.
    pub(super) fn keep(&mut self, runs: Vec<FabricRun>) {
        let transfers: u64 = runs.iter().map(|run| u64::from(run.plan.transfer_count())).sum();
        self.before = (transfers <= MAX_KEPT_TRANSFERS).then_some(runs);
    }

    /// Forgets the runs before.
    pub(super) fn forget_before(&mut self) {
        self.before = None;
        self.last.clear();
    }
}
