//! A training scene for every value of a sweep. Points share the collectives that they have in common.

use std::sync::atomic::{AtomicBool, Ordering};

use super::calls::KnownCalls;
use super::result::{TrainingResults, solve_training_with};
use crate::catalog::Catalog;
use crate::scene::{Diagnostics, Scene, SceneDocument};
use crate::sweep::{Sweep, SweepAxis, SweepError};

/// A sweep of a training scene, solved point by point.
#[derive(Debug)]
pub struct TrainingSweep {
    sweep: Sweep,
    catalog: Catalog,
    known: KnownCalls,
    done: usize,
}

/// A point of a sweep: its values, and the runs there or why the scene is rejected.
#[derive(Clone, Debug)]
pub struct PointOfRuns {
    /// The values of the swept paths, in their order.
    pub values: Vec<String>,
    /// The scene of the point with its runs.
    pub solved: Result<(Scene, TrainingResults), String>,
}

impl TrainingSweep {
    /// Prepares a sweep: every point is checked, none is solved. A point at which the scene is rejected stays, unless all
    /// are. `progress` receives the number of checked points, and of all.
    ///
    /// # Errors
    /// As [`Sweep::new`]; the first error of the scene if it is rejected at every point.
    pub fn new(
        document: &SceneDocument,
        catalog: &Catalog,
        axes: &[SweepAxis],
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<TrainingSweep, SweepError> {
        let sweep = Sweep::unchecked(document, catalog, axes)?;
        let points = sweep.points();
        let mut first = None;
        let mut rejected = 0;
        for point in 0..points {
            if let Err(error) = sweep.document_at(point) {
                first.get_or_insert(error);
                rejected += 1;
            }
            progress(point + 1, points);
        }
        match first {
            Some(error) if rejected == points => Err(error),
            Some(_) | None => {
                Ok(TrainingSweep { sweep, catalog: catalog.clone(), known: KnownCalls::default(), done: 0 })
            }
        }
    }

    /// Its paths.
    pub fn paths(&self) -> Vec<String> {
        self.sweep.axes().iter().map(|path| path.path.clone()).collect()
    }

    /// The number of points.
    pub fn points(&self) -> usize {
        self.sweep.points()
    }

    /// The number of solved points.
    pub fn done(&self) -> usize {
        self.done
    }

    /// How many collectives are known by now.
    pub fn known_calls(&self) -> usize {
        self.known.count()
    }

    /// Solves the remaining points in their order until `stop` is set. `accept` receives each point.
    pub fn solve_until(&mut self, stop: &AtomicBool, accept: &mut dyn FnMut(PointOfRuns)) {
        while !stop.load(Ordering::Relaxed)
            && let Some(point) = self.step()
        {
            accept(point);
        }
    }

    /// Solves the next point; `None` if all are solved.
    pub fn step(&mut self) -> Option<PointOfRuns> {
        if self.done >= self.points() {
            return None;
        }
        let values = self.sweep.values_at(self.done);
        let solved = self.sweep.document_at(self.done).map_err(|error| reason(&error)).and_then(|document| {
            let results = solve_training_with(&document.scene, &self.catalog, &mut self.known);
            let results = results.ok_or_else(|| "the workload is not a training run".to_owned())?;
            Ok((document.scene, results))
        });
        self.done += 1;
        Some(PointOfRuns { values, solved })
    }
}

/// Why a point is rejected: the first fault of its scene.
fn reason(error: &SweepError) -> String {
    let first = |found: &Diagnostics| {
        found.faults.first().map(|fault| match &fault.hint {
            Some(hint) => format!("{}; {hint}", fault.problem),
            None => fault.problem.clone(),
        })
    };
    let of_scene = if let SweepError::Diagnostics(found) = error { first(found) } else { None };
    of_scene.unwrap_or_else(|| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::TRAINING_RUNS;
    use crate::training::solve_training;

    fn axis(text: &str) -> Vec<SweepAxis> {
        vec![SweepAxis::parse(text).expect("an axis")]
    }

    fn solved(sweep: &mut TrainingSweep) -> Vec<PointOfRuns> {
        let mut points = Vec::new();
        sweep.solve_until(&AtomicBool::new(false), &mut |point| points.push(point));
        points
    }

    #[test]
    fn points_are_the_runs_of_their_scenes_and_share_their_collectives() {
        let catalog = Catalog::bundled().expect("the catalog");
        let document = TRAINING_RUNS[0].load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
        // The tokens of a run change no collective.
        let axes = axis("workload.training.tokens=1e12,2e12,3e12");
        let mut sweep = TrainingSweep::new(&document, &catalog, &axes, &mut |_, _| ()).expect("a sweep");
        let mut known = Vec::new();
        while sweep.done() < sweep.points() {
            let stop = AtomicBool::new(false);
            sweep.solve_until(&stop, &mut |point| {
                let (scene, results) = point.solved.expect("runs");
                assert_eq!(solve_training(&scene, &catalog), Some(results), "{:?}", point.values);
                stop.store(true, Ordering::Relaxed);
            });
            known.push(sweep.known_calls());
        }
        assert!(known[0] > 0 && known == [known[0]; 3], "{known:?}");
    }

    #[test]
    fn a_rejected_value_is_a_point_with_a_reason_and_all_of_them_are_an_error() {
        let catalog = Catalog::bundled().expect("the catalog");
        let document = TRAINING_RUNS[0].load(&catalog).unwrap_or_else(|faults| panic!("{faults}"));
        let mut sweep =
            TrainingSweep::new(&document, &catalog, &axis("workload.training.tokens=1e12,-1"), &mut |_, _| ())
                .expect("a sweep");
        let points = solved(&mut sweep);
        assert!(points[0].solved.is_ok());
        assert!(points[1].solved.as_ref().is_err_and(|reason| !reason.is_empty()));
        for text in ["workload.training.tokens=-1,-2", "workload.nothing=1,2"] {
            assert!(TrainingSweep::new(&document, &catalog, &axis(text), &mut |_, _| ()).is_err(), "{text}");
        }
    }
}
