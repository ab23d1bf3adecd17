//! Sweeps: a scene solved for every value of a list or a range, point by point, with the places where fabrics overtake
//! each other.
//!
//! | file | what |
//! |---|---|
//! | `over` | lists and ranges of values |
//! | `subject` | what of a scene can be swept, to choose from |
//! | `crossover` | where the times of two fabrics cross |
//! | `row` | one fabric at one point |

mod crossover;
mod over;
mod row;
mod subject;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};

pub use crossover::{Crossover, crossovers, fastest_changes};
pub use over::{Axis, Over, Unit, Value};
pub use row::Row;
pub use subject::Subject;

use crate::catalog::Catalog;
use crate::scene::{AUTO, Diagnostics, SceneDocument, Setting, choices, letter};
use crate::solve::solve;
use crate::units::grouped;

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
    #[error(
        "the sweep has {} points (limit {}): a larger step, or fewer values, would fit", grouped(*.points), grouped(*.limit)
    )]
    TooMany {
        /// How many it has.
        points: u64,
        /// How many are allowed.
        limit: u64,
    },
    /// A path that is swept more than once.
    #[error("{0} is swept twice: one of the two would undo the other; write all of its values in one --over")]
    Twice(String),
    /// Nothing to go over.
    #[error("a sweep needs something to go over, such as workload.message=8B..16GiB*2")]
    Nothing,
    /// One of its scenes is at fault.
    #[error("{0}")]
    Diagnostics(Box<Diagnostics>),
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

/// A point and its rows; `None` where the engine failed.
type Solved = (usize, Option<Vec<Row>>);

/// A sweep, solved point by point: with [`Sweep::step`] in slices, or with [`Sweep::solve`] in threads.
#[derive(Clone, Debug)]
pub struct Sweep {
    document: SceneDocument,
    catalog: Catalog,
    /// Every path; those that change together stand side by side.
    axes: Vec<Axis>,
    /// As it was typed, with the place of its first path: to blame what is at fault.
    typed: Vec<(usize, String)>,
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
        let groups = overs.iter().map(Over::axes).collect::<Result<Vec<Vec<Axis>>, _>>()?;
        let counts = groups.iter().map(|group| group.first().map_or(0, |axis| axis.values.len() as u64));
        let count = counts.fold(1_u64, |points, values| points.saturating_mul(values));
        if count > MAX_POINTS {
            return Err(SweepError::TooMany { points: count, limit: MAX_POINTS });
        }
        let points = (0..count as usize).map(|number| point_of(&groups, number)).collect();
        let firsts = groups.iter().scan(0, |first, group| Some(std::mem::replace(first, *first + group.len())));
        let typed = firsts.zip(overs).map(|(first, over)| (first, over.typed())).collect();
        let axes: Vec<Axis> = groups.into_iter().flatten().collect();
        if let Some((_, twice)) =
            axes.iter().enumerate().find(|(place, axis)| axes[..*place].iter().any(|before| before.path == axis.path))
        {
            return Err(SweepError::Twice(twice.path.clone()));
        }
        let sweep = Sweep { typed, ..Sweep::prepared(document, catalog, axes, points) };
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
        Sweep { document, catalog, axes, typed: Vec::new(), points, rows: Vec::new(), next: 0 }
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
        self.solve_until(threads, &AtomicBool::new(false), &mut |_| ());
    }

    /// The same, until somebody sets `stop`: points in work are then finished, and what is solved is kept. `progress` is
    /// told how many points are solved.
    pub fn solve_until(&mut self, threads: usize, stop: &AtomicBool, progress: &mut dyn FnMut(usize)) {
        let solved = self.solved_until(threads, stop, progress, &|point| self.solved(point));
        self.accept_all(solved);
    }

    fn solved_until(
        &self,
        threads: usize,
        stop: &AtomicBool,
        progress: &mut dyn FnMut(usize),
        solver: &(dyn Fn(usize) -> Vec<Row> + Sync),
    ) -> Vec<Solved> {
        let (first, points) = (self.next, self.points());
        let next = AtomicUsize::new(first);
        let (sender, receiver) = channel::<Solved>();
        let work = |sender: Sender<Solved>| {
            while !stop.load(Ordering::Relaxed) {
                let point = next.fetch_add(1, Ordering::Relaxed);
                // A bug of the engine at one point is told in its row, and costs the others nothing.
                let solve = || catch_unwind(AssertUnwindSafe(|| solver(point))).ok();
                if point >= points || sender.send((point, solve())).is_err() {
                    return;
                }
            }
        };
        let mut solved = Vec::new();
        std::thread::scope(|scope| {
            let wanted = threads.min(points - first);
            let spawn = |_: &usize| {
                let sender = sender.clone();
                std::thread::Builder::new().spawn_scoped(scope, || work(sender)).is_ok()
            };
            let spawned = (0..wanted).take_while(spawn).count();
            // Where no thread can be had, the points are solved here.
            if spawned == 0 {
                work(sender);
            } else {
                drop(sender);
            }
            for one in receiver {
                solved.push(one);
                progress(first + solved.len());
            }
        });
        // Points are taken in order and each is finished, so that what is solved has no gaps.
        solved.sort_by_key(|&(point, _)| point);
        solved
    }

    fn accept_all(&mut self, solved: Vec<Solved>) {
        for (point, rows) in solved {
            let rows = rows.unwrap_or_else(|| self.lost(point));
            self.accept(rows);
        }
    }

    /// The rows of a point that could not be solved because of a bug.
    fn lost(&self, point: usize) -> Vec<Row> {
        let Some(point) = self.points.get(point) else { return Vec::new() };
        let fabrics = self.document.scene.fabrics.iter().enumerate();
        let own = |index: usize| point.only.as_ref().is_none_or(|series| series.fabric == index);
        let rows = fabrics.filter(|(index, _)| own(*index));
        rows.map(|(index, fabric)| Row::lost(self, &point.values, (index, point.only.as_ref()), &fabric.name)).collect()
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
        let name = |setting: &Setting| self.blamed(point, setting).unwrap_or_else(|| setting.name());
        let document = self.document.with_named(&settings, &name, &self.catalog);
        document.map_err(|faults| SweepError::Diagnostics(Box::new(faults)))
    }

    /// What was typed for a setting of a point, and where in it the point is.
    fn blamed(&self, point: &Point, setting: &Setting) -> Option<String> {
        let place = self.axes.iter().position(|axis| axis.path == setting.path)?;
        let (first, typed) = self.typed.iter().rfind(|(first, _)| *first <= place)?;
        // Paths that change together are blamed once, by the first of them.
        let together = (*first..self.axes.len())
            .take_while(|other| !self.typed.iter().any(|(first, _)| first == other) || other == first);
        let values: Vec<&str> =
            together.filter_map(|place| point.values.get(place)).map(|value| value.text.as_str()).collect();
        // Of a list of thousands the beginning tells which one it is.
        let typed = match typed.char_indices().nth(120) {
            Some((end, _)) => format!("{}…", &typed[..end]),
            None => typed.clone(),
        };
        Some(format!("{typed} (at {})", values.join(":")))
    }

    /// The path whose numbers are what curves are drawn over: the first that has several.
    fn along(&self) -> Option<usize> {
        let numbers = |axis: &Axis| axis.unit != Unit::Words && axis.values.iter().all(|value| value.number.is_some());
        let several = self.axes.iter().position(|axis| numbers(axis) && axis.values.len() > 1);
        several.or_else(|| self.axes.iter().position(numbers))
    }

    /// Whether a path changes together with the one along which curves are drawn.
    fn goes_with(&self, place: usize, along: Option<usize>) -> bool {
        let group = |place: usize| self.typed.iter().rposition(|(first, _)| *first <= place);
        along.is_some_and(|along| group(along).is_some() && group(along) == group(place))
    }

    /// The axis of [`Row::at`].
    pub fn axis_along(&self) -> Option<&Axis> {
        self.along().and_then(|place| self.axes.get(place))
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
        let runs = solve(&scene);
        let rows = runs.iter().enumerate();
        rows.map(|(index, run)| Row::new(self, &point.values, (first + index, point.only.as_ref()), run)).collect()
    }
}

/// A point of several groups of paths: every value of each group with every value of the others.
fn point_of(groups: &[Vec<Axis>], number: usize) -> Point {
    let mut rest = number;
    let mut places = vec![0; groups.len()];
    for (place, group) in places.iter_mut().zip(groups).rev() {
        let count = group.first().map_or(1, |axis| axis.values.len().max(1));
        *place = rest % count;
        rest /= count;
    }
    let columns = groups.iter().zip(&places).flat_map(|(group, place)| group.iter().map(move |axis| (axis, *place)));
    let mut point = Point { values: Vec::new(), settings: Vec::new(), only: None };
    for (axis, place) in columns {
        let value = axis.values[place].clone();
        point.settings.push(Setting { path: axis.path.clone(), value: value.text.clone() });
        point.values.push(value);
    }
    point
}
