//! A sweep while one looks: what is swept, how far it is, which figure is drawn, and where the scene stands in it.
//!
//! Points are solved by whoever has the time: a thread on the desktop, slices of frames in a page.

use super::intent::{Effect, SweepIntent};
use crate::catalog::Catalog;
use crate::report::{SweepReport, sweep_csv};
use crate::scene::SceneDocument;
use crate::sweep::{Row, Subject, Sweep};

/// A figure of every row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quantity {
    /// Time of the collective, seconds.
    #[default]
    Time,
    /// Message over time, bytes per second.
    Algbw,
    /// `algbw x 2(n-1)/n`, bytes per second.
    Busbw,
    /// The fabric's bound over the time.
    BoundShare,
}

impl Quantity {
    /// All of them.
    pub const ALL: [Quantity; 4] = [Quantity::Time, Quantity::Algbw, Quantity::Busbw, Quantity::BoundShare];

    /// Its name.
    pub fn words(self) -> &'static str {
        match self {
            Quantity::Time => "time",
            Quantity::Algbw => "algbw",
            Quantity::Busbw => "busbw",
            Quantity::BoundShare => "share of bound",
        }
    }

    /// What it is.
    pub fn explanation(self) -> &'static str {
        match self {
            Quantity::Time => "Time of the collective",
            Quantity::Algbw => "Message over time, S / t",
            Quantity::Busbw => "algbw x 2(n-1)/n; with in-switch reduction it may exceed what a link carries",
            Quantity::BoundShare => "The least time of any all-reduce on this fabric, over the time",
        }
    }

    /// Of one row; `None` where the fabric cannot run.
    pub fn value(self, row: &Row) -> Option<f64> {
        match self {
            Quantity::Time => row.figures.time_s,
            Quantity::Algbw => row.figures.algbw_gb_s.map(|rate| rate * 1e9),
            Quantity::Busbw => row.figures.busbw_gb_s.map(|rate| rate * 1e9),
            Quantity::BoundShare => row.bound_share(),
        }
    }
}

/// The sweep that is shown.
#[derive(Clone, Debug)]
pub struct Sweeping {
    /// What is swept.
    pub subject: Subject,
    /// Every algorithm of every fabric has a curve of its own.
    pub algorithms: bool,
    /// The figure that is drawn.
    pub shown: Quantity,
    /// What is solved so far, or why there is nothing to solve.
    pub sweep: Result<Sweep, String>,
    /// Counts sweeps, so that points of an earlier one are known.
    pub generation: u64,
    /// It was stopped; what is solved stays.
    pub stopped: bool,
}

impl Sweeping {
    /// A sweep over the message.
    pub(crate) fn new(document: &SceneDocument, catalog: &Catalog) -> Sweeping {
        let mut sweeping = Sweeping {
            subject: Subject::Message,
            algorithms: false,
            shown: Quantity::Time,
            sweep: Err(String::new()),
            generation: 0,
            stopped: false,
        };
        sweeping.again(document, catalog);
        sweeping
    }

    /// The next point to solve, if one is left and nobody has stopped it.
    pub fn next(&self) -> Option<usize> {
        let sweep = self.sweep.as_ref().ok().filter(|_| !self.stopped)?;
        (sweep.done() < sweep.points()).then(|| sweep.done())
    }

    /// Takes the rows of the next point of a sweep; those of an earlier one are dropped.
    pub fn accept(&mut self, generation: u64, point: usize, rows: Vec<Row>) {
        if generation == self.generation
            && self.next() == Some(point)
            && let Ok(sweep) = &mut self.sweep
        {
            sweep.accept(rows);
        }
    }

    /// Solves all that is left, for pictures and tests.
    pub fn finish(&mut self) {
        if let Ok(sweep) = &mut self.sweep {
            while sweep.step() {}
        }
    }

    fn again(&mut self, document: &SceneDocument, catalog: &Catalog) {
        self.generation += 1;
        self.stopped = false;
        // Only the first fault: the others are alike.
        self.sweep =
            Sweep::from_subject(document, catalog, &self.subject, self.algorithms).map_err(|error| error.to_string());
    }

    /// The scene has changed: begins again, unless only that has changed what is swept anyway.
    pub(crate) fn follow(&mut self, document: &SceneDocument, catalog: &Catalog) {
        // What was swept may be gone with the fabric.
        if self.subject.now(&document.scene).is_none() {
            self.subject = Subject::Message;
        }
        let same = self.sweep.as_ref().is_ok_and(|sweep| sweep.is_sweep_of(document, &self.subject, self.algorithms));
        if !same {
            self.again(document, catalog);
        }
    }

    /// Does what is wanted of the sweep. What the scene must become is answered by itself.
    pub(crate) fn apply(
        &mut self,
        intent: SweepIntent,
        document: &SceneDocument,
        catalog: &Catalog,
    ) -> (Option<SceneDocument>, Option<Effect>) {
        match intent {
            SweepIntent::Over(subject) => {
                self.subject = subject;
                self.again(document, catalog);
            }
            SweepIntent::Algorithms(algorithms) => {
                self.algorithms = algorithms;
                self.again(document, catalog);
            }
            SweepIntent::Show(quantity) => self.shown = quantity,
            SweepIntent::Stop => self.stopped = true,
            SweepIntent::GoOn => self.stopped = false,
            SweepIntent::Take(point) => {
                let taken = self.sweep.as_ref().ok().and_then(|sweep| sweep.document_at(point).ok());
                return (taken, None);
            }
            SweepIntent::SaveCsv => return (None, self.saved("sweep.csv", |_, sweep| sweep_csv(sweep), document)),
            SweepIntent::SaveJson => {
                let json = |document: &SceneDocument, sweep: &Sweep| {
                    serde_json::to_string_pretty(&SweepReport::new(&document.scene, sweep)).unwrap_or_default()
                };
                return (None, self.saved("sweep.json", json, document));
            }
        }
        (None, None)
    }

    fn saved(
        &self,
        name: &str,
        text: impl Fn(&SceneDocument, &Sweep) -> String,
        document: &SceneDocument,
    ) -> Option<Effect> {
        let sweep = self.sweep.as_ref().ok()?;
        Some(Effect::Save { name: name.to_owned(), text: text(document, sweep) })
    }
}
