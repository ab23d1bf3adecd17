//! Sweeps: a scene solved for every value of a list or a range, point by point, with the places where fabrics overtake
//! each other.
//!
//! | file | what |
//! |---|---|
//! | `over` | lists and ranges of values |
//! | `subject` | what of a scene can be swept, to choose from |
//! | `crossover` | where the times of two fabrics cross |

mod crossover;
mod over;
mod subject;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicUsize, Ordering};

pub use crossover::{Crossover, crossovers, fastest_changes};
pub use over::{Axis, Over, Unit, Value};
pub use subject::Subject;

use crate::catalog::Catalog;
use crate::scene::{AUTO, FabricRun, Faults, Outcome, SceneDocument, Setting, choices, letter, solve};

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
    /// The curve that it belongs to: the fabric's name, with the algorithm where each has a curve of its own.
    pub curve: String,
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

/// One fabric with one algorithm, swept by itself.
#[derive(Clone, Debug, PartialEq)]
struct Series {
    fabric: usize,
    algorithm: &'static str,
}

/// What is solved at once: a scene with some values, all of its fabrics or one of them.
#[derive(Clone, Debug, PartialEq)]
struct Point {
    values: Vec<Value>,
    settings: Vec<Setting>,
    only: Option<Series>,
}

/// A sweep, solved point by point: with [`Sweep::step`] in slices, or with [`Sweep::solve`] in threads.
#[derive(Clone, Debug)]
pub struct Sweep {
    document: SceneDocument,
    catalog: Catalog,
    axes: Vec<Axis>,
    points: Vec<Point>,
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
        let count = axes.iter().fold(1_u64, |points, axis| points.saturating_mul(axis.values.len() as u64));
        if count > MAX_POINTS {
            return Err(SweepError::TooMany { points: count, limit: MAX_POINTS });
        }
        let points = (0..count as usize).map(|number| point_of(&axes, number)).collect();
        let sweep = Sweep::prepared(document, catalog, axes, points);
        for point in 0..sweep.points() {
            sweep.document_at(point)?;
        }
        Ok(sweep)
    }

    /// Prepares a sweep over one subject, all fabrics at each value; or, with `algorithms`, every algorithm of every
    /// fabric by itself. Values at which a fabric is at fault are left out: where nothing is left, the first fault is told.
    ///
    /// # Errors
    /// No value is possible, or there are more than [`MAX_POINTS`] points.
    pub fn of_subject(
        document: &SceneDocument,
        catalog: &Catalog,
        subject: &Subject,
        algorithms: bool,
    ) -> Result<Sweep, SweepError> {
        let (document, axis) = subject.prepared(document, catalog)?;
        let mut series: Vec<Option<Series>> = vec![None];
        if algorithms {
            let fabrics = document.scene.fabrics.iter().enumerate();
            let each = |(fabric, scene): (usize, &crate::scene::FabricScene)| {
                choices(&scene.kind).into_iter().map(move |(algorithm, _)| Some(Series { fabric, algorithm }))
            };
            series = fabrics.flat_map(each).collect();
        }
        let count = (series.len() * axis.values.len()) as u64;
        if count > MAX_POINTS {
            return Err(SweepError::TooMany { points: count, limit: MAX_POINTS });
        }
        // Value by value, so that all curves grow together.
        let each = |value: &Value| {
            let mut settings = vec![Setting { path: axis.path.clone(), value: value.text.clone() }];
            settings.extend(subject.beside(&document, value));
            let with = |only: Option<Series>| Point { values: vec![value.clone()], settings: settings.clone(), only };
            series.iter().cloned().map(with).collect::<Vec<_>>()
        };
        let points: Vec<Point> = axis.values.iter().flat_map(each).collect();
        let mut sweep = Sweep::prepared(&document, catalog, vec![axis], points);
        let mut first = None;
        let possible: Vec<bool> = (0..sweep.points())
            .map(|point| sweep.document_at(point).map_err(|error| first.get_or_insert(error).clone()).is_ok())
            .collect();
        let mut kept = possible.into_iter();
        sweep.points.retain(|_| kept.next().unwrap_or(false));
        match first {
            Some(error) if sweep.points.is_empty() => Err(error),
            _ => Ok(sweep),
        }
    }

    /// Whether the sweep of a scene over a subject would have the same points.
    pub fn is_of(&self, document: &SceneDocument, subject: &Subject, algorithms: bool) -> bool {
        let Ok((mut document, _)) = subject.prepared(document, &self.catalog) else { return false };
        let mut known = self.document.clone();
        let Some(first) = self.points.first() else { return document == known };
        for one in [&mut document, &mut known] {
            let mut settings = first.settings.clone();
            if algorithms {
                let any = |fabric| Setting { path: format!("fabrics.{fabric}.algorithm"), value: AUTO.to_owned() };
                settings.extend((0..one.file.fabrics.len()).map(any));
            }
            match one.with(&settings, &self.catalog) {
                Ok(set) => *one = set,
                Err(_) => return false,
            }
        }
        document.file == known.file
    }

    fn prepared(document: &SceneDocument, catalog: &Catalog, axes: Vec<Axis>, points: Vec<Point>) -> Sweep {
        let (document, catalog) = (document.clone(), catalog.clone());
        Sweep { document, catalog, axes, points, rows: Vec::new(), next: 0 }
    }

    /// What it goes over.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// How many points it has.
    pub fn points(&self) -> usize {
        self.points.len()
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
        self.accept(self.solved(self.next));
        true
    }

    /// Takes the rows of the next point, which somebody else has solved ([`Sweep::solved`]).
    pub fn accept(&mut self, rows: Vec<Row>) {
        self.rows.extend(rows);
        self.next += 1;
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
                solved.push((point, sweep.solved(point)));
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

    /// The scene of a point, below [`Sweep::points`].
    ///
    /// # Errors
    /// A scene at fault there; a sweep that could be made has none.
    pub fn document_at(&self, point: usize) -> Result<SceneDocument, SweepError> {
        let Some(point) = self.points.get(point) else { return Ok(self.document.clone()) };
        let mut settings = point.settings.clone();
        if let Some(Series { fabric, algorithm }) = &point.only {
            let path = format!("fabrics.{fabric}.algorithm");
            settings.push(Setting { path, value: (*algorithm).to_owned() });
        }
        self.document.with(&settings, &self.catalog).map_err(|faults| SweepError::Faults(Box::new(faults)))
    }

    /// The point that a row is of: the same value, and the same fabric where fabrics are swept by themselves.
    pub fn point_of(&self, row: &Row) -> Option<usize> {
        self.points.iter().position(|point| {
            let same = |series: &Series| letter(series.fabric) == row.fabric_id && series.algorithm == row.algorithm;
            point.values == row.values && point.only.as_ref().is_none_or(same)
        })
    }

    /// Solves a point, and leaves the sweep as it is.
    pub fn solved(&self, point: usize) -> Vec<Row> {
        // Every point was checked when the sweep was made.
        let (Ok(document), Some(point)) = (self.document_at(point), self.points.get(point)) else { return Vec::new() };
        let mut scene = document.scene;
        let first = match &point.only {
            Some(series) if series.fabric < scene.fabrics.len() => {
                scene.fabrics = vec![scene.fabrics.swap_remove(series.fabric)];
                series.fabric
            }
            _ => 0,
        };
        let by_algorithm = point.only.is_some();
        let runs = solve(&scene);
        runs.iter()
            .enumerate()
            .map(|(index, run)| row(point.values.clone(), first + index, run, by_algorithm))
            .collect()
    }
}

/// A point of several paths: every value of each with every value of the others.
fn point_of(axes: &[Axis], number: usize) -> Point {
    let mut rest = number;
    let mut values: Vec<Value> = Vec::with_capacity(axes.len());
    for axis in axes.iter().rev() {
        values.push(axis.values[rest % axis.values.len()].clone());
        rest /= axis.values.len();
    }
    values.reverse();
    let set = |(axis, value): (&Axis, &Value)| Setting { path: axis.path.clone(), value: value.text.clone() };
    let settings = axes.iter().zip(&values).map(set).collect();
    Point { values, settings, only: None }
}

fn row(values: Vec<Value>, index: usize, run: &FabricRun, by_algorithm: bool) -> Row {
    let result = run.result();
    let note = match &run.outcome {
        Outcome::Ran(_) => None,
        Outcome::CannotRun => run.notes.first().map(|note| note.text.clone()),
        Outcome::Failed(error) => Some(error.to_string()),
    };
    let name = &run.scene.name;
    Row {
        values,
        fabric_id: letter(index),
        name: name.clone(),
        curve: if by_algorithm { format!("{name}, {}", run.algorithm) } else { name.clone() },
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
