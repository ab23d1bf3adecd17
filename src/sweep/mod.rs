//! Sweeps: a scene solved for every value of a list or a range, point by point, with the places where fabrics overtake
//! each other.
//!
//! | file | what |
//! |---|---|
//! | `over` | lists and ranges of values |
//! | `crossover` | where the times of two fabrics cross |

mod crossover;
mod over;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicUsize, Ordering};

pub use crossover::{Crossover, crossovers};
pub use over::{Axis, Over, Unit, Value};

use crate::catalog::Catalog;
use crate::scene::{FabricRun, Faults, Outcome, SceneDocument, Setting, solve};

/// Most points of a sweep.
pub const MAX_POINTS: u64 = 10_000;

/// Why a sweep cannot begin.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SweepError {
    /// No path, or no values.
    #[error(
        "`{0}` is no sweep: PATH=VALUES is needed, such as workload.message=8B..16GiB*2 or fabrics.0.algorithm=ring,nvls"
    )]
    Malformed(String),
    /// Values that mean nothing.
    #[error("{over}: {problem}; {hint}")]
    Values {
        /// As it was asked for.
        over: String,
        /// What is wrong.
        problem: String,
        /// What would be accepted.
        hint: String,
    },
    /// Too many points.
    #[error("the sweep has {points} points (limit {limit}): a larger step, or fewer values, would fit")]
    TooMany {
        /// How many it has.
        points: u64,
        /// How many are allowed.
        limit: u64,
    },
    /// Nothing to go over.
    #[error("a sweep needs something to go over, such as workload.message=8B..16GiB*2")]
    Nothing,
    /// One of its scenes is at fault.
    #[error("{0}")]
    Faults(Box<Faults>),
}

/// One fabric at one point. What cannot run has no times, and a note.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The value of each path.
    pub values: Vec<Value>,
    /// A, B, C ... in the order of the scene.
    pub fabric_id: String,
    /// Name on the screen.
    pub name: String,
    /// As played.
    pub algorithm: String,
    /// Ranks of the collective.
    pub ranks: u64,
    /// Bytes per rank.
    pub message_bytes: u64,
    /// Time of the collective.
    pub time_s: Option<f64>,
    /// Message over time, bytes per second.
    pub algbw: Option<f64>,
    /// `algbw x 2(n-1)/n`, bytes per second.
    pub busbw: Option<f64>,
    /// The most bytes over any one link, over the time, bytes per second.
    pub wire: Option<f64>,
    /// Least time of any all-reduce on this fabric.
    pub bound_s: f64,
    /// Least time of the plan.
    pub plan_bound_s: Option<f64>,
    /// Why there is no time.
    pub note: Option<String>,
}

impl Row {
    /// The fabric's bound over the time: 1 is as fast as can be.
    pub fn bound_share(&self) -> Option<f64> {
        self.time_s.map(|time_s| self.bound_s / time_s)
    }
}

/// A sweep, solved point by point: with [`Sweep::step`] in slices, or with [`Sweep::solve`] in threads.
#[derive(Clone, Debug)]
pub struct Sweep {
    document: SceneDocument,
    catalog: Catalog,
    axes: Vec<Axis>,
    rows: Vec<Row>,
    next: usize,
}

impl Sweep {
    /// Prepares a sweep. Every point is checked, none is solved. Of several paths the last one changes fastest.
    ///
    /// # Errors
    /// Values that mean nothing, more than [`MAX_POINTS`] points, a path that no scene has, or a scene that is at fault at
    /// one of the points.
    pub fn new(document: &SceneDocument, catalog: &Catalog, overs: &[Over]) -> Result<Sweep, SweepError> {
        if overs.is_empty() {
            return Err(SweepError::Nothing);
        }
        let axes = overs.iter().map(Over::axis).collect::<Result<Vec<_>, _>>()?;
        let points = axes.iter().fold(1_u64, |points, axis| points.saturating_mul(axis.values.len() as u64));
        if points > MAX_POINTS {
            return Err(SweepError::TooMany { points, limit: MAX_POINTS });
        }
        let (document, catalog) = (document.clone(), catalog.clone());
        let sweep = Sweep { document, catalog, axes, rows: Vec::new(), next: 0 };
        for point in 0..sweep.points() {
            sweep.document_at(point)?;
        }
        Ok(sweep)
    }

    /// What it goes over.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// How many points it has.
    pub fn points(&self) -> usize {
        self.axes.iter().map(|axis| axis.values.len()).product()
    }

    /// How many of them are solved.
    pub fn done(&self) -> usize {
        self.next
    }

    /// The rows so far, point by point, in each by fabric.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Solves the next point; `false` when there is none left. A sweep that is left alone keeps what it has.
    pub fn step(&mut self) -> bool {
        if self.next >= self.points() {
            return false;
        }
        self.rows.extend(self.point(self.next));
        self.next += 1;
        true
    }

    /// Solves all points that are left, in up to `threads` threads; the rows are the same whatever their number.
    pub fn solve(&mut self, threads: usize) {
        let (first, points) = (self.next, self.points());
        let next = AtomicUsize::new(first);
        let sweep = &*self;
        let work = || {
            let mut solved: Vec<(usize, Vec<Row>)> = Vec::new();
            loop {
                let point = next.fetch_add(1, Ordering::Relaxed);
                if point >= points {
                    return solved;
                }
                solved.push((point, sweep.point(point)));
            }
        };
        let mut solved = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads.min(points - first)).map(|_| scope.spawn(work)).collect();
            let mut solved = work();
            // A thread that fails has failed in a bug of the engine; what the others have is still right.
            solved.extend(others.into_iter().filter_map(|thread| thread.join().ok()).flatten());
            solved
        });
        solved.sort_by_key(|&(point, _)| point);
        self.rows.extend(solved.into_iter().flat_map(|(_, rows)| rows));
        self.next = points;
    }

    /// The values of a point.
    fn values(&self, point: usize) -> Vec<Value> {
        let mut rest = point;
        let mut values: Vec<Value> = Vec::with_capacity(self.axes.len());
        for axis in self.axes.iter().rev() {
            values.push(axis.values[rest % axis.values.len()].clone());
            rest /= axis.values.len();
        }
        values.reverse();
        values
    }

    /// The scene of a point, below [`Sweep::points`].
    ///
    /// # Errors
    /// A scene at fault there; a sweep that could be made has none.
    pub fn document_at(&self, point: usize) -> Result<SceneDocument, SweepError> {
        let set = |(axis, value): (&Axis, Value)| Setting { path: axis.path.clone(), value: value.text };
        let settings: Vec<Setting> = self.axes.iter().zip(self.values(point)).map(set).collect();
        self.document.with(&settings, &self.catalog).map_err(|faults| SweepError::Faults(Box::new(faults)))
    }

    fn point(&self, point: usize) -> Vec<Row> {
        // Every point was checked when the sweep was made.
        let Ok(document) = self.document_at(point) else { return Vec::new() };
        let values = self.values(point);
        let runs = solve(&document.scene);
        runs.iter().enumerate().map(|(index, run)| row(values.clone(), index, run)).collect()
    }
}

fn row(values: Vec<Value>, index: usize, run: &FabricRun) -> Row {
    let result = run.result();
    let note = match &run.outcome {
        Outcome::Ran(_) => None,
        Outcome::CannotRun => run.notes.first().map(|note| note.text.clone()),
        Outcome::Failed(error) => Some(error.to_string()),
    };
    Row {
        values,
        fabric_id: crate::scene::letter(index),
        name: run.scene.name.clone(),
        algorithm: run.algorithm.clone(),
        ranks: run.ranks,
        message_bytes: run.message.0,
        time_s: result.map(|result| result.time.secs()),
        algbw: result.map(|result| result.algbw(run.message)),
        busbw: result.map(|result| result.busbw(run.message, run.ranks)),
        wire: result.map(|result| result.wire()),
        bound_s: run.bound_s,
        plan_bound_s: result.map(|result| result.plan_bound_s),
        note,
    }
}
