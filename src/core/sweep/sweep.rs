//! A sweep: a scene solved for every value of its paths, point by point.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use super::axes::{SweepPaths, TypedAxis};
use super::error::{MAX_POINTS, SweepError};
use super::parallel::{SolvedPoint, solve_points};
use super::point::{Point, Series, point_of_axes};
use super::row::{Row, RowFabric};
use super::subject::{PreparedSubject, Subject};
use super::sweep_axis::SweepAxis;
use super::values::{PathValues, Value};
use crate::catalog::Catalog;
use crate::scene::{AUTO, Distinguish, FabricScene, SceneDocument, Setting, choices, fabric_labels, letter};
use crate::simulate::Budget;
use crate::solve::solve_within;

/// A sweep, solved one point at a time ([`Sweep::step`]) or in threads ([`Sweep::solve`]).
#[derive(Clone, Debug)]
pub struct Sweep {
    document: SceneDocument,
    catalog: Catalog,
    paths: SweepPaths,
    points: Vec<Point>,
    rows: Vec<Row>,
    next: usize,
}

/// The memory that a point may take in one of several threads. A point that needs more waits until it is alone, so the rows
/// do not depend on the number of threads. All threads together have half of a scene's memory, because an allocator keeps
/// what one thread has freed from the others.
fn memory_of_thread(threads: usize) -> Budget {
    Budget { bytes: Budget::SCENE.bytes / (2 * threads as u64), ..Budget::SCENE }
}

impl Sweep {
    /// Prepares a sweep: every point is checked, none is solved. The last axis changes fastest.
    ///
    /// # Errors
    /// Values that cannot be read, more than [`MAX_POINTS`] points, an unknown path, or a scene that is rejected at one
    /// of the points.
    pub fn new(document: &SceneDocument, catalog: &Catalog, axes: &[SweepAxis]) -> Result<Sweep, SweepError> {
        Sweep::with_progress(document, catalog, axes, &mut |_, _| ())
    }

    /// The same for a sweep that takes long to check: `progress` receives the number of checked points, and of all.
    ///
    /// # Errors
    /// As [`Sweep::new`].
    pub fn with_progress(
        document: &SceneDocument,
        catalog: &Catalog,
        axes: &[SweepAxis],
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Sweep, SweepError> {
        let sweep = Sweep::unchecked(document, catalog, axes)?;
        for point in 0..sweep.points() {
            sweep.document_at(point)?;
            progress(point + 1, sweep.points());
        }
        Ok(sweep)
    }

    /// The same without a check of its points: the scene may be rejected at some of them.
    ///
    /// # Errors
    /// As [`Sweep::new`], except for scenes that are rejected.
    pub fn unchecked(document: &SceneDocument, catalog: &Catalog, axes: &[SweepAxis]) -> Result<Sweep, SweepError> {
        if axes.is_empty() {
            return Err(SweepError::Nothing);
        }
        let groups = axes.iter().map(SweepAxis::path_values).collect::<Result<Vec<Vec<PathValues>>, _>>()?;
        let counts = groups.iter().map(|group| group.first().map_or(0, |path| path.values.len() as u64));
        let count = counts.fold(1_u64, |points, values| points.saturating_mul(values));
        if count > MAX_POINTS {
            return Err(SweepError::TooMany { points: count, limit: MAX_POINTS });
        }
        let points = (0..count as usize).map(|number| point_of_axes(&groups, number)).collect();
        let firsts = groups.iter().scan(0, |first, group| Some(std::mem::replace(first, *first + group.len())));
        let typed = firsts.zip(axes).map(|(first, axis)| TypedAxis { first, text: axis.typed() }).collect();
        let paths: Vec<PathValues> = groups.into_iter().flatten().collect();
        let is_repeated =
            |(index, path): &(usize, &PathValues)| paths[..*index].iter().any(|one| one.path == path.path);
        if let Some((_, twice)) = paths.iter().enumerate().find(is_repeated) {
            return Err(SweepError::Twice(twice.path.clone()));
        }
        Ok(Sweep::prepared(document, catalog, SweepPaths { paths, typed }, points))
    }

    /// Prepares a sweep over one subject, with all fabrics at each value or, with `algorithms`, every algorithm of every
    /// fabric on its own. Values at which the scene is rejected are left out.
    ///
    /// # Errors
    /// The first error of a scene if no value is left, or more than [`MAX_POINTS`] points.
    pub fn from_subject(
        document: &SceneDocument,
        catalog: &Catalog,
        subject: &Subject,
        algorithms: bool,
    ) -> Result<Sweep, SweepError> {
        let PreparedSubject { document, values: axis } = subject.prepared(document, catalog)?;
        // A training run has many collectives, each with an algorithm of its own.
        let algorithms = algorithms && document.scene.training.is_none();
        let mut series: Vec<Option<Series>> = vec![None];
        if algorithms {
            let fabrics = document.scene.fabrics.iter().enumerate();
            let each = |(fabric, scene): (usize, &FabricScene)| {
                choices(scene).into_iter().map(move |(algorithm, _)| Some(Series { fabric, algorithm }))
            };
            series = fabrics.flat_map(each).collect();
        }
        let count = (series.len() * axis.values.len()) as u64;
        if count > MAX_POINTS {
            return Err(SweepError::TooMany { points: count, limit: MAX_POINTS });
        }
        // One value after the other, so that all curves grow together.
        let each = |value: &Value| {
            let mut settings = vec![Setting { path: axis.path.clone(), value: value.text.clone() }];
            settings.extend(subject.dependent_setting(&document, value));
            let with = |only: Option<Series>| Point { values: vec![value.clone()], settings: settings.clone(), only };
            series.iter().cloned().map(with).collect::<Vec<_>>()
        };
        let points: Vec<Point> = axis.values.iter().flat_map(each).collect();
        let paths = SweepPaths { paths: vec![axis], typed: Vec::new() };
        let mut sweep = Sweep::prepared(&document, catalog, paths, points);
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

    /// Whether the sweep of a scene over a subject has the same points.
    pub fn is_sweep_of(&self, document: &SceneDocument, subject: &Subject, algorithms: bool) -> bool {
        let Ok(PreparedSubject { mut document, .. }) = subject.prepared(document, &self.catalog) else { return false };
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

    fn prepared(document: &SceneDocument, catalog: &Catalog, paths: SweepPaths, points: Vec<Point>) -> Sweep {
        Sweep { document: document.clone(), catalog: catalog.clone(), paths, points, rows: Vec::new(), next: 0 }
    }

    /// Its paths with their values.
    pub fn axes(&self) -> &[PathValues] {
        &self.paths.paths
    }

    /// The number of points.
    pub fn points(&self) -> usize {
        self.points.len()
    }

    /// The number of solved points.
    pub fn done(&self) -> usize {
        self.next
    }

    /// The rows of the solved points, in order of the points, for each point by fabric.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Solves the next point. Returns `false` if all points are solved.
    pub fn step(&mut self) -> bool {
        if self.next >= self.points() {
            return false;
        }
        self.accept(self.solved(self.next));
        true
    }

    /// Adds the rows of the next point, which was solved elsewhere with [`Sweep::solved`].
    pub fn accept(&mut self, rows: Vec<Row>) {
        self.rows.extend(rows);
        self.next += 1;
    }

    /// Solves the remaining points in up to `threads` threads. The rows do not depend on the number of threads.
    pub fn solve(&mut self, threads: usize) {
        self.solve_until(threads, &AtomicBool::new(false), &mut |_| ());
    }

    /// Solves the remaining points until `stop` is set. Points in progress are then finished, and all solved points are
    /// kept. `progress` receives the number of solved points.
    pub fn solve_until(&mut self, threads: usize, stop: &AtomicBool, progress: &mut dyn FnMut(usize)) {
        let threads = threads.max(1);
        let part = memory_of_thread(threads);
        let memory = RwLock::new(());
        // Points of a sweep are of one kind: after one that needed more memory, the others are alone at once.
        let needs_all = AtomicBool::new(false);
        let solver = |point| {
            if threads == 1 {
                return self.solved(point);
            }
            if !needs_all.load(Ordering::Relaxed) {
                let mut budget = part;
                let _beside_others = memory.read().unwrap_or_else(PoisonError::into_inner);
                let rows = self.solved_within(point, &mut budget);
                if !budget.lacked_memory {
                    return rows;
                }
                needs_all.store(true, Ordering::Relaxed);
            }
            let _alone = memory.write().unwrap_or_else(PoisonError::into_inner);
            self.solved(point)
        };
        let solved = self.solve_with(threads, stop, progress, &solver);
        self.accept_all(solved);
    }

    /// The remaining points, solved by `solver`.
    pub(super) fn solve_with(
        &self,
        threads: usize,
        stop: &AtomicBool,
        progress: &mut dyn FnMut(usize),
        solver: &(dyn Fn(usize) -> Vec<Row> + Sync),
    ) -> Vec<SolvedPoint> {
        solve_points(self.next..self.points(), threads, stop, progress, solver)
    }

    pub(super) fn accept_all(&mut self, solved: Vec<SolvedPoint>) {
        for SolvedPoint { point, rows } in solved {
            let rows = rows.unwrap_or_else(|| self.lost(point));
            self.accept(rows);
        }
    }

    /// The rows of a point that could not be solved because of an internal error.
    fn lost(&self, point: usize) -> Vec<Row> {
        let Some(point) = self.points.get(point) else { return Vec::new() };
        let fabrics = self.document.scene.fabrics.iter().enumerate();
        let own = |index: usize| point.only.as_ref().is_none_or(|series| series.fabric == index);
        let rows = fabrics.filter(|(index, _)| own(*index));
        let labels = self.fabric_labels();
        rows.map(|(index, fabric)| {
            let label = labels.get(index).unwrap_or(&fabric.name);
            let fabric = RowFabric { index, name: &fabric.name, label, series: point.only.as_ref() };
            Row::lost(&self.paths, &point.values, fabric)
        })
        .collect()
    }

    /// The labels of the fabrics, the same at every point.
    fn fabric_labels(&self) -> Vec<String> {
        let splits = self.points.first().is_some_and(|point| point.only.is_some());
        let is_swept = |index: usize| {
            let algorithm = format!("fabrics.{index}.algorithm");
            self.paths.paths.iter().any(|path| path.path == algorithm)
        };
        let swept = (0..self.document.scene.fabrics.len()).any(is_swept);
        let by = if splits || swept { Distinguish::ByLetter } else { Distinguish::ByAlgorithm };
        fabric_labels(&self.document.scene.fabrics, by)
    }

    /// The values of a point's paths, as they were given; none beyond [`Sweep::points`].
    pub fn values_at(&self, point: usize) -> Vec<String> {
        let values = self.points.get(point).into_iter().flat_map(|point| &point.values);
        values.map(|value| value.text.clone()).collect()
    }

    /// The scene of a point, below [`Sweep::points`].
    ///
    /// # Errors
    /// The scene is rejected there. The constructors check that it is not.
    pub fn document_at(&self, point: usize) -> Result<SceneDocument, SweepError> {
        let Some(point) = self.points.get(point) else { return Ok(self.document.clone()) };
        let mut settings = point.settings.clone();
        if let Some(Series { fabric, algorithm }) = &point.only {
            let path = format!("fabrics.{fabric}.algorithm");
            settings.push(Setting { path, value: (*algorithm).to_owned() });
        }
        let name = |setting: &Setting| self.paths.quote(&point.values, setting).unwrap_or_else(|| setting.name());
        let document = self.document.with_named(&settings, &name, &self.catalog);
        document.map_err(|diagnostics| SweepError::Diagnostics(Box::new(diagnostics)))
    }

    /// The path along which curves are drawn, with the values of [`Row::at`].
    pub fn axis_along(&self) -> Option<&PathValues> {
        self.paths.along().and_then(|index| self.paths.paths.get(index))
    }

    /// The point of a row: the same values and, if fabrics are swept on their own, the same fabric.
    pub fn point_of(&self, row: &Row) -> Option<usize> {
        self.points.iter().position(|point| {
            let same = |series: &Series| letter(series.fabric) == row.fabric_id && series.algorithm == row.algorithm;
            point.values == row.values && point.only.as_ref().is_none_or(same)
        })
    }

    /// The first point whose value of the first path fits.
    #[cfg(test)]
    pub(super) fn points_with(&self, fits: impl Fn(&Value) -> bool) -> Option<usize> {
        self.points.iter().position(|point| fits(&point.values[0]))
    }

    /// The rows of a point whose times were found elsewhere: for each fabric its time in seconds, or why there is none.
    pub fn rows_with_times(&self, point: usize, times_s: &[Result<f64, String>]) -> Vec<Row> {
        let Some(point) = self.points.get(point) else { return Vec::new() };
        let fabrics = self.document.scene.fabrics.iter().enumerate();
        let row = |(index, fabric): (usize, &FabricScene)| {
            let time_s = times_s.get(index)?.clone();
            // Names of training runs often count their chips, which may be what is swept.
            let machine = fabric.kind.machine_name();
            let label = format!("{} {machine}", letter(index));
            let fabric = RowFabric { index, name: machine, label: &label, series: None };
            Some(Row::with_time(&self.paths, &point.values, fabric, time_s))
        };
        fabrics.filter_map(row).collect()
    }

    /// Whether its points are training runs, which [`Sweep::solved`] does not solve.
    pub fn is_of_training(&self) -> bool {
        self.document.scene.training.is_some()
    }

    /// The catalog that its points are made with.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Solves a point without changing the sweep.
    pub fn solved(&self, point: usize) -> Vec<Row> {
        let mut budget = Budget::SCENE;
        self.solved_within(point, &mut budget)
    }

    fn solved_within(&self, point: usize, budget: &mut Budget) -> Vec<Row> {
        // The constructors have checked every point.
        let (Ok(document), Some(point)) = (self.document_at(point), self.points.get(point)) else { return Vec::new() };
        let mut scene = document.scene;
        let first = match &point.only {
            Some(series) if series.fabric < scene.fabrics.len() => {
                scene.fabrics = vec![scene.fabrics.swap_remove(series.fabric)];
                series.fabric
            }
            _ => 0,
        };
        let runs = solve_within(&scene, budget);
        let rows = runs.iter().enumerate();
        let labels = self.fabric_labels();
        rows.map(|(index, run)| {
            let (index, name) = (first + index, &run.scene.name);
            let label = labels.get(index).unwrap_or(name);
            let fabric = RowFabric { index, name, label, series: point.only.as_ref() };
            Row::new(&self.paths, &point.values, fabric, run)
        })
        .collect()
    }
}
