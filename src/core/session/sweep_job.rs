//! The open sweep: its setting, its progress, and the quantity that is drawn.
//!
//! The caller solves the points: in a thread on the desktop, in slices of frames in a page.

use super::quantity::Quantity;
use super::sweep_point::{PointSolver, SolvedPoint};
use crate::catalog::Catalog;
use crate::report::{SweepReport, TrainingSweepReport, TrainingSweepRow, sweep_csv};
use crate::scene::SceneDocument;
use crate::sweep::{Subject, Sweep};

/// The open sweep.
#[derive(Clone, Debug)]
pub struct SweepJob {
    /// The setting that is swept.
    pub subject: Subject,
    /// Whether each algorithm of each fabric has a curve of its own.
    pub algorithms: bool,
    /// The quantity that is drawn.
    pub shown: Quantity,
    /// The points solved so far, or why there is no sweep.
    pub sweep: Result<Sweep, String>,
    /// Counts sweeps, so that points of an earlier one are recognised.
    pub generation: u64,
    /// Whether the user stopped it; the solved points stay.
    pub stopped: bool,
    /// The figures of the solved points of a training scene.
    training: Vec<TrainingSweepRow>,
}

impl SweepJob {
    /// A sweep over the subject that such a scene begins with.
    pub(super) fn new(document: &SceneDocument, catalog: &Catalog) -> SweepJob {
        let mut job = SweepJob {
            subject: Subject::first(document, catalog),
            algorithms: false,
            shown: Quantity::Time,
            sweep: Err(String::new()),
            generation: 0,
            stopped: false,
            training: Vec::new(),
        };
        job.restart(document, catalog);
        job
    }

    /// The next point to solve; `None` if all are solved or the sweep is stopped.
    pub fn next(&self) -> Option<usize> {
        let sweep = self.sweep.as_ref().ok().filter(|_| !self.stopped)?;
        (sweep.done() < sweep.points()).then(|| sweep.done())
    }

    /// Adds the next point. Points of an earlier generation are dropped.
    pub fn accept(&mut self, generation: u64, point: usize, solved: SolvedPoint) {
        if generation == self.generation
            && self.next() == Some(point)
            && let Ok(sweep) = &mut self.sweep
        {
            sweep.accept(solved.rows);
            self.training.extend(solved.training);
        }
    }

    /// Solves all remaining points, for pictures and tests.
    pub fn finish(&mut self) {
        let mut solver = PointSolver::default();
        while let Some(point) = self.next()
            && let Ok(sweep) = &self.sweep
        {
            let solved = solver.solve(sweep, point);
            self.accept(self.generation, point, solved);
        }
    }

    /// The quantities that it can draw.
    pub fn quantities(&self) -> &'static [Quantity] {
        if self.is_of_training() { &[Quantity::Days] } else { &Quantity::OF_COLLECTIVES }
    }

    /// Whether its points are training runs.
    pub fn is_of_training(&self) -> bool {
        matches!(self.subject, Subject::Training(..))
    }

    pub(super) fn set_subject(&mut self, subject: Subject, document: &SceneDocument, catalog: &Catalog) {
        self.subject = subject;
        self.restart(document, catalog);
    }

    pub(super) fn split_by_algorithm(&mut self, split: bool, document: &SceneDocument, catalog: &Catalog) {
        self.algorithms = split;
        self.restart(document, catalog);
    }

    fn restart(&mut self, document: &SceneDocument, catalog: &Catalog) {
        self.generation += 1;
        self.stopped = false;
        self.training.clear();
        if !self.quantities().contains(&self.shown) {
            self.shown = self.quantities().first().copied().unwrap_or_default();
        }
        // One error only: the errors of the other points repeat it.
        self.sweep =
            Sweep::from_subject(document, catalog, &self.subject, self.algorithms).map_err(|error| error.to_string());
    }

    /// Follows a change of the scene. The sweep restarts unless only the swept setting has changed.
    pub(super) fn update(&mut self, document: &SceneDocument, catalog: &Catalog) {
        // The swept setting may have disappeared with its fabric.
        if self.subject.now(document, catalog).is_none() {
            self.subject = Subject::first(document, catalog);
        }
        let same = self.sweep.as_ref().is_ok_and(|sweep| sweep.is_sweep_of(document, &self.subject, self.algorithms));
        if !same {
            self.restart(document, catalog);
        }
    }

    /// The scene with the settings of a point.
    pub(super) fn document_at(&self, point: usize) -> Option<SceneDocument> {
        self.sweep.as_ref().ok().and_then(|sweep| sweep.document_at(point).ok())
    }

    /// The rows as CSV; `None` if there is no sweep.
    pub(super) fn csv(&self, document: &SceneDocument) -> Option<String> {
        let sweep = self.sweep.as_ref().ok()?;
        Some(if self.is_of_training() { self.training_report(document, sweep).csv() } else { sweep_csv(sweep) })
    }

    /// The rows as JSON; `None` if there is no sweep.
    pub(super) fn json(&self, document: &SceneDocument) -> Option<String> {
        let sweep = self.sweep.as_ref().ok()?;
        let json = if self.is_of_training() {
            serde_json::to_string_pretty(&self.training_report(document, sweep))
        } else {
            serde_json::to_string_pretty(&SweepReport::new(&document.scene, sweep))
        };
        Some(json.unwrap_or_default())
    }

    /// The same as `sweep` of the command line.
    fn training_report(&self, document: &SceneDocument, sweep: &Sweep) -> TrainingSweepReport {
        let paths = sweep.axes().iter().map(|path| path.path.clone()).collect();
        TrainingSweepReport { rows: self.training.clone(), ..TrainingSweepReport::new(&document.scene, paths) }
    }
}
