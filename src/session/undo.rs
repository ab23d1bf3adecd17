//! Changes of a scene that can be taken back, and the runs as they were before the last one.

use crate::scene::SceneDocument;
use crate::solve::FabricRun;

/// Most changes that can be taken back.
const MAX: usize = 100;
/// Most transfers of runs that are kept for comparison.
const MAX_KEPT_TRANSFERS: u64 = 1 << 21;

/// What was, and what could be again.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    undo: Vec<SceneDocument>,
    redo: Vec<SceneDocument>,
    /// The paths of a slider that is being dragged: all of its changes are one.
    dragged: Vec<String>,
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

    /// Whether a slider is being dragged, and its changes become one.
    pub fn is_dragging(&self) -> bool {
        !self.dragged.is_empty()
    }

    /// Takes note of a change from `document`, which ends `runs`; `dragged` are the paths of a slider that is being
    /// dragged, none for a choice.
    pub(crate) fn changed(&mut self, document: SceneDocument, runs: Vec<FabricRun>, dragged: Vec<String>) {
        let goes_on = !dragged.is_empty() && self.dragged == dragged;
        self.dragged = dragged;
        if goes_on {
            return;
        }
        self.redo.clear();
        self.undo.push(document);
        if self.undo.len() > MAX {
            self.undo.remove(0);
        }
        self.keep(runs);
    }

    /// The slider has been let go: the next drag is another change.
    pub(crate) fn let_go(&mut self) {
        self.dragged.clear();
    }

    /// The document before the last change; `document` is the one now.
    pub(crate) fn undo(&mut self, document: &SceneDocument) -> Option<SceneDocument> {
        let earlier = self.undo.pop()?;
        self.redo.push(document.clone());
        self.dragged.clear();
        Some(earlier)
    }

    /// The document that was taken back last.
    pub(crate) fn redo(&mut self, document: &SceneDocument) -> Option<SceneDocument> {
        let later = self.redo.pop()?;
        self.undo.push(document.clone());
        self.dragged.clear();
        Some(later)
    }

    /// Keeps runs for comparison, unless they are too large.
    pub(crate) fn keep(&mut self, runs: Vec<FabricRun>) {
        let transfers: u64 = runs.iter().map(|run| u64::from(run.plan.transfer_count())).sum();
        self.before = (transfers <= MAX_KEPT_TRANSFERS).then_some(runs);
    }

    /// Forgets the runs before.
    pub(crate) fn forget_before(&mut self) {
        self.before = None;
        self.dragged.clear();
    }
}
