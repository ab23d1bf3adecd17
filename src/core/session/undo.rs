//! Undo and redo of changes, also from scene to scene, and the runs before the last change.

use std::sync::Arc;

use crate::scene::SceneDocument;
use crate::solve::FabricRun;

/// The most changes that can be undone.
const MAX_CHANGES: usize = 100;
/// The most transfers of runs that are kept for comparison.
const MAX_KEPT_TRANSFERS: u64 = 1 << 21;

/// A scene as it stood at one time.
#[derive(Clone, Debug)]
pub(super) struct Version {
    /// Its name or path.
    pub name: String,
    /// The scene as it was opened, or saved last.
    pub opened: Arc<SceneDocument>,
    /// The scene with all changes.
    pub document: SceneDocument,
}

/// Earlier and later versions of a scene, and of those that were open before it. A copy shares them.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    earlier: Vec<Arc<Version>>,
    later: Vec<Arc<Version>>,
}

impl History {
    /// Whether undo would return to a version of this scene.
    pub(super) fn returns_to(&self, name: &str, opened: &Arc<SceneDocument>) -> bool {
        self.earlier.last().is_some_and(|version| version.name == name && version.opened == *opened)
    }

    /// Records the version before a change.
    pub(super) fn push(&mut self, version: Version) {
        self.later.clear();
        self.earlier.push(Arc::new(version));
        if self.earlier.len() > MAX_CHANGES {
            self.earlier.remove(0);
        }
    }
}

/// Earlier and later versions of a scene, and the runs before the last change.
#[derive(Clone, Debug, Default)]
pub struct UndoStack {
    history: History,
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
        !self.history.earlier.is_empty()
    }

    /// Whether there is a change to redo.
    pub fn can_redo(&self) -> bool {
        !self.history.later.is_empty()
    }

    /// Whether undo can return to such a scene.
    pub(super) fn has_earlier(&self, is_wanted: impl Fn(&SceneDocument) -> bool) -> bool {
        self.history.earlier.iter().any(|version| is_wanted(&version.document))
    }

    /// Whether a slider is being dragged.
    pub fn is_dragging(&self) -> bool {
        !self.dragged.is_empty()
    }

    /// All runs before the last change; empty if there is no comparison.
    pub(super) fn all_before(&self) -> &[FabricRun] {
        self.before.as_deref().unwrap_or_default()
    }

    /// The versions of the scene, to be restored if a change is cancelled.
    pub(super) fn history(&self) -> History {
        self.history.clone()
    }

    /// Restores the versions of the scene.
    pub(super) fn restore(&mut self, history: History) {
        self.history = history;
        self.dragged.clear();
    }

    /// Records the version before a change. `dragged` holds the paths of a slider that is being dragged; it is empty for a
    /// choice. Returns whether the change continues a drag, whose steps are one change.
    pub(super) fn push(&mut self, version: Version, dragged: Vec<String>) -> bool {
        let continues_drag = !dragged.is_empty() && self.dragged == dragged;
        self.dragged = dragged;
        if !continues_drag {
            self.history.push(version);
        }
        continues_drag
    }

    /// Takes note that the scene was saved: its earlier versions belong to the file now.
    pub(super) fn rename(&mut self, from: &str, to: &str, opened: &Arc<SceneDocument>) {
        let History { earlier, later } = &mut self.history;
        for version in earlier.iter_mut().chain(later).filter(|version| version.name == from) {
            let version = Arc::make_mut(version);
            to.clone_into(&mut version.name);
            version.opened = opened.clone();
        }
    }

    /// Ends a drag: the next one is another undo step.
    pub(super) fn end_drag(&mut self) {
        self.dragged.clear();
    }

    /// The version before the last change. `now` is the current one and becomes available for redo.
    pub(super) fn undo(&mut self, now: Version) -> Option<Version> {
        let earlier = self.history.earlier.pop()?;
        self.history.later.push(Arc::new(now));
        self.dragged.clear();
        Some(Arc::unwrap_or_clone(earlier))
    }

    /// The version that was undone last. `now` is the current one and becomes available for undo.
    pub(super) fn redo(&mut self, now: Version) -> Option<Version> {
        let later = self.history.later.pop()?;
        self.history.earlier.push(Arc::new(now));
        self.dragged.clear();
        Some(Arc::unwrap_or_clone(later))
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
