//! The open sweep: its setting, its progress, and the quantity that is drawn.
//!
//! The caller solves the points: in a thread on the desktop, in slices of frames in a page.

use super::quantity::Quantity;
use crate::catalog::Catalog;
use crate::report::{SweepReport, sweep_csv};
use crate::scene::SceneDocument;
use crate::sweep::{Row, Subject, Sweep};

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
}

impl SweepJob {
    /// A sweep over the message size.
    pub(super) fn new(document: &SceneDocument, catalog: &Catalog) -> SweepJob {
        let mut job = SweepJob {
            subject: Subject::Message,
            algorithms: false,
            shown: Quantity::Time,
            sweep: Err(String::new()),
            generation: 0,
            stopped: false,
        };
        job.restart(document, catalog);
        job
    }

    /// The next point to solve; `None` if all are solved or the sweep is stopped.
    pub fn next(&self) -> Option<usize> {
        let sweep = self.sweep.as_ref().ok().filter(|_| !self.stopped)?;
        (sweep.done() < sweep.points()).then(|| sweep.done())
    }

    /// Adds the rows of the next point. Rows of an earlier generation are dropped.
    pub fn accept(&mut self, generation: u64, point: usize, rows: Vec<Row>) {
        if generation == self.generation
            && self.next() == Some(point)
            && let Ok(sweep) = &mut self.sweep
        {
            sweep.accept(rows);
        }
    }

    /// Solves all remaining points, for pictures and tests.
    pub fn finish(&mut self) {
        if let Ok(sweep) = &mut self.sweep {
            while sweep.step() {}
        }
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
        // One error only: the errors of the other points repeat it.
        self.sweep =
            Sweep::from_subject(document, catalog, &self.subject, self.algorithms).map_err(|error| error.to_string());
    }

    /// Follows a change of the scene. The sweep restarts unless only the swept setting has changed.
    pub(super) fn update(&mut self, document: &SceneDocument, catalog: &Catalog) {
        // The swept setting may have disappeared with its fabric.
        if self.subject.now(&document.scene).is_none() {
            self.subject = Subject::Message;
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
    pub(super) fn csv(&self) -> Option<String> {
        self.sweep.as_ref().ok().map(sweep_csv)
    }

    /// The rows as JSON; `None` if there is no sweep.
    pub(super) fn json(&self, document: &SceneDocument) -> Option<String> {
        let sweep = self.sweep.as_ref().ok()?;
        Some(serde_json::to_string_pretty(&SweepReport::new(&document.scene, sweep)).unwrap_or_default())
    }
}
