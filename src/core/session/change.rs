//! Changes of the scene that are being solved. The old scene stays, complete with its runs, until the new one has its own.

use std::sync::Arc;

use super::link::LinkView;
use super::undo::{History, Version};
use crate::catalog::Catalog;
use crate::explain::{ConditionFigure, condition_figures, verdict_sentences};
use crate::scene::{Scene, SceneDocument};
use crate::solve::{FabricRun, SceneSolver, SolvedFabrics};
use crate::training::{TrainingResults, solve_training};
use crate::units::Femtos;

/// Solving that takes longer is reported on the screen, seconds.
const REPORT_AFTER_S: f64 = 0.2;

/// A scene that is to be shown as soon as it is solved.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub document: SceneDocument,
    /// The scene that is opened, if it is not changed.
    pub opened: Option<Opened>,
    pub comparison: Comparison,
    /// Whether the clock starts again at zero.
    pub restarts_clock: bool,
    /// The instant and the view of a link that opens the scene.
    pub view: Option<(Femtos, LinkView)>,
    /// Undo and redo before the change, for a change that is cancelled.
    pub history: History,
}

/// A scene that is opened.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    /// Its name or path.
    pub name: String,
    /// The scene as it was opened, or saved last.
    pub opened: Arc<SceneDocument>,
    /// What can be undone and redone.
    pub history: History,
}

impl Opened {
    /// A scene without anything to undo.
    pub(super) fn new(name: &str, document: &SceneDocument) -> Opened {
        Opened { name: name.to_owned(), opened: Arc::new(document.clone()), history: History::default() }
    }

    /// A scene that takes the place of the user's own one. Undo returns to that.
    pub(super) fn after(before: SetAside, name: &str, document: &SceneDocument) -> Opened {
        let SetAside { version, mut history } = before;
        history.push(version);
        Opened { history, ..Opened::new(name, document) }
    }
}

/// A scene that makes room for a lesson or a story, and returns after it.
#[derive(Clone, Debug)]
pub(super) struct SetAside {
    /// The scene.
    pub version: Version,
    /// What can be undone and redone.
    pub history: History,
}

/// What the runs of a change are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    /// With the runs that are shown before it.
    WithShown,
    /// With the same runs as the change before it: both belong to one drag of a slider.
    AsBefore,
    /// With nothing: another scene takes the place of the shown one.
    WithNothing,
}

impl Change {
    /// Replaces a change that nobody has begun to solve.
    pub(super) fn replace(&mut self, later: Change) {
        let earlier = std::mem::replace(self, later);
        // A later scene replaces an earlier one completely; a later change was made on top of the earlier one.
        if self.opened.is_none() {
            self.opened = earlier.opened;
            if let Some(Opened { name, opened, history }) = &mut self.opened
                && self.comparison != Comparison::AsBefore
            {
                let (name, opened) = (name.clone(), opened.clone());
                history.push(Version { name, opened, document: earlier.document });
            }
            self.restarts_clock |= earlier.restarts_clock;
            self.view = self.view.or(earlier.view);
            self.comparison = match (earlier.comparison, self.comparison) {
                (Comparison::WithNothing, _) | (_, Comparison::WithNothing) => Comparison::WithNothing,
                (Comparison::WithShown, _) => Comparison::WithShown,
                (Comparison::AsBefore, later) => later,
            };
        }
        self.history = earlier.history;
    }
}

/// The changes that are not shown yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    /// Whether someone else solves them ([`Session::solve_in_background`](super::Session::solve_in_background)).
    pub in_background: bool,
    /// The change that is being solved.
    pub running: Option<Running>,
    /// The latest change, which comes next.
    pub waiting: Option<Change>,
    /// Counts jobs, so that the result of a cancelled one is recognised.
    pub generation: u64,
    /// Solved fabrics that the next job can take over.
    pub solved: SolvedFabrics,
}

/// The change that is being solved.
#[derive(Clone, Debug)]
pub(super) struct Running {
    pub generation: u64,
    pub change: Change,
    pub progress: SolveProgress,
}

impl Changes {
    /// The latest document, whether it is solved or not.
    pub(super) fn latest(&self) -> Option<&SceneDocument> {
        let running = self.running.as_ref().map(|running| &running.change);
        self.waiting.as_ref().or(running).map(|change| &change.document)
    }

    /// The scene that the latest change opens.
    pub(super) fn opening(&self) -> Option<&Opened> {
        let running = self.running.as_ref().map(|running| &running.change);
        self.waiting.as_ref().or(running)?.opened.as_ref()
    }

    /// The documents of all changes.
    pub(super) fn documents_mut(&mut self) -> impl Iterator<Item = &mut SceneDocument> {
        let running = self.running.as_mut().map(|running| &mut running.change);
        running.into_iter().chain(&mut self.waiting).map(|change| &mut change.document)
    }
}

/// How far the solving of a change is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SolveProgress {
    /// Solved fabrics.
    pub done: usize,
    /// All fabrics.
    pub fabrics: usize,
    /// Seconds since it began.
    pub elapsed_s: f64,
}

impl SolveProgress {
    /// Whether it takes long enough to be reported.
    pub fn is_long(&self) -> bool {
        self.elapsed_s >= REPORT_AFTER_S
    }
}

/// What follows from a scene and its runs.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    /// The training run, if that is the workload.
    pub training: Option<Arc<TrainingResults>>,
    /// The verdict on the scene's claim, sentence by sentence.
    pub verdict: Option<Vec<String>>,
    /// The figures of its conditions.
    pub conditions: Vec<ConditionFigure>,
}

impl Outcome {
    pub(super) fn new(scene: &Scene, catalog: &Catalog, runs: &[FabricRun]) -> Outcome {
        let training = solve_training(scene, catalog).map(Arc::new);
        let of_training = training.as_ref().and_then(|training| training.verdict.clone());
        let verdict = of_training.or_else(|| verdict_sentences(scene, runs));
        Outcome { training, verdict, conditions: condition_figures(scene, runs) }
    }
}

/// The work of a change: everything that it takes to solve it, apart from the session.
#[derive(Debug)]
pub struct SolveJob {
    generation: u64,
    /// Solves the scene, fabric by fabric.
    pub solver: SceneSolver,
    scene: Scene,
    catalog: Arc<Catalog>,
    /// The runs that are shown while it is solved.
    pub shown: Vec<FabricRun>,
    /// The runs that the result is compared with, by fabric.
    pub before: Vec<FabricRun>,
}

/// The result of a [`SolveJob`].
#[derive(Debug)]
pub struct SolvedScene {
    pub(super) generation: u64,
    /// The runs of the changed scene.
    pub runs: Vec<FabricRun>,
    pub(super) outcome: Outcome,
    pub(super) solved: SolvedFabrics,
}

impl SolveJob {
    pub(super) fn new(
        running: &Running,
        catalog: Arc<Catalog>,
        solved: SolvedFabrics,
        shown: &[FabricRun],
        before: &[FabricRun],
    ) -> SolveJob {
        let scene = running.change.document.scene.clone();
        SolveJob {
            generation: running.generation,
            solver: SceneSolver::new(scene.clone(), solved),
            scene,
            catalog,
            shown: shown.to_vec(),
            before: before.to_vec(),
        }
    }

    /// The result, after the remaining steps.
    pub fn finish(self) -> SolvedScene {
        let (runs, solved) = self.solver.finish();
        let outcome = Outcome::new(&self.scene, &self.catalog, &runs);
        SolvedScene { generation: self.generation, runs, outcome, solved }
    }
}
