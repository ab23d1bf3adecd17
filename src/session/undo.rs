//! Undo and redo of changes to a scene, and the runs before the last change.

use crate::scene::SceneDocument;
use crate::solve::FabricRun;

/// The most changes that can be undone.
const MAX_CHANGES: usize = 100;
/// The most transfers of runs that are kept for comparison.
const MAX_KEPT_TRANSFERS: u64 = 1 << 21;

/// Earlier and later versions of a scene.
#[derive(Clone, Debug, Default)]
pub struct UndoStack {
    earlier: Vec<SceneDocument>,
    later: Vec<SceneDocument>,
    /// The paths of a slider that is being dragged. All of its changes are one undo step.
    dragged: Vec<String>,
    /// The runs before the last change.
    before: Option<Vec<FabricRun>>,
}

impl UndoStack {
    /// The run of a fabric before the last change, for comparison.
    pub fn before(&self, fabric: usize) -> Option<&FabricRun> {
        self.before.as_ref()?.get(fabric)
    }

    /// Whether there is a change to undo.
    pub fn can_undo(&self) -> bool {
        !self.earlier.is_empty()
    }

    /// Whether there is a change to redo.
    pub fn can_redo(&self) -> bool {
        !self.later.is_empty()
    }

    /// Whether a slider is being dragged.
    pub fn is_dragging(&self) -> bool {
        !self.dragged.is_empty()
    }

    /// Records a change: the document and the runs before it. `dragged` holds the paths of a slider that is being dragged;
    /// it is empty for a choice.
    pub(super) fn push(&mut self, document: SceneDocument, runs: Vec<FabricRun>, dragged: Vec<String>) {
        let continues_drag = !dragged.is_empty() && self.dragged == dragged;
        self.dragged = dragged;
        if continues_drag {
            return;
        }
        self.later.clear();
        self.earlier.push(document);
        if self.earlier.len() > MAX_CHANGES {
            self.earlier.remove(0);
        }
        self.keep_runs(runs);
    }

    /// Ends a drag: the next one is another undo step.
    pub(super) fn end_drag(&mut self) {
        self.dragged.clear();
    }

    /// The document before the last change. `document` is the current one and becomes available for redo.
    pub(super) fn undo(&mut self, document: &SceneDocument) -> Option<SceneDocument> {
        let earlier = self.earlier.pop()?;
        self.later.push(document.clone());
        self.dragged.clear();
        Some(earlier)
    }

    /// The document that was undone last. `document` is the current one and becomes available for undo.
    pub(super) fn redo(&mut self, document: &SceneDocument) -> Option<SceneDocument> {
        let later = self.later.pop()?;
        self.earlier.push(document.clone());
        self.dragged.clear();
        Some(later)
    }

    /// Keeps runs for comparison, unless they are too large.
    pub(super) fn keep_runs(&mut self, runs: Vec<FabricRun>) {
        let transfers: u64 = runs.iter().map(|run| u64::from(run.plan.transfer_count())).sum();
        self.before = (transfers <= MAX_KEPT_TRANSFERS).then_some(runs);
    }

    /// Drops the runs that are kept for comparison.
    pub(super) fn clear_comparison(&mut self) {
        self.before = None;
        self.dragged.clear();
    }
}
