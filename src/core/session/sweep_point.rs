//! The solution of a point of the open sweep: of a collective, or of training runs, which share the collectives that they have in
//! common.

use super::quantity::DAY_S;
use crate::report::{TrainingReport, TrainingSweepReport, TrainingSweepRow};
use crate::sweep::{Row, Sweep};
use crate::training::{KnownCalls, solve_training_with};

/// A solved point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SolvedPoint {
    /// A row for each fabric, or for its algorithm.
    pub rows: Vec<Row>,
    /// The figures of training runs; empty for a collective.
    pub training: Vec<TrainingSweepRow>,
}

/// Solves points of one sweep, and remembers the collectives of training runs.
#[derive(Debug, Default)]
pub struct PointSolver {
    known: KnownCalls,
}

impl PointSolver {
    /// Solves a point.
    pub fn solve(&mut self, sweep: &Sweep, point: usize) -> SolvedPoint {
        if !sweep.is_of_training() {
            return SolvedPoint { rows: sweep.solved(point), training: Vec::new() };
        }
        // The constructors have checked every point.
        let Ok(document) = sweep.document_at(point) else { return SolvedPoint::default() };
        let scene = &document.scene;
        let results = solve_training_with(scene, sweep.catalog(), &mut self.known);
        let Some(report) = results.and_then(|results| TrainingReport::new(scene, &results)) else {
            return SolvedPoint::default();
        };
        let times_s: Vec<Result<f64, String>> = report
            .fabrics
            .iter()
            .map(|fabric| match (&fabric.figures, &fabric.error) {
                (Some(figures), _) => Ok(figures.days * DAY_S),
                (None, error) => Err(error.clone().unwrap_or_default()),
            })
            .collect();
        let mut figures = TrainingSweepReport::new(scene, Vec::new());
        figures.push(&sweep.values_at(point), Ok(report));
        SolvedPoint { rows: sweep.rows_with_times(point, &times_s), training: figures.rows }
    }
}

#[cfg(test)]
mod tests {
    use crate::scene::TrainingSetting;
    use crate::session::intent::SweepIntent;
    use crate::session::{Intent, Quantity, Session};
    use crate::sweep::{Subject, fastest_changes};

    #[test]
    fn a_sweep_of_a_training_scene_is_of_days_and_agrees_with_the_command_line() {
        let mut session = Session::first_look().expect("the first look");
        let months = include_str!("../../../scenes/months.ron").to_owned();
        session.apply(Intent::Load { name: "months.ron".to_owned(), text: months });
        session.apply(Intent::ToggleSweep);
        let io = Subject::Training(Some(1), TrainingSetting::Io);
        let job = session.sweep_job.as_ref().expect("a sweep");
        assert_eq!((&job.subject, job.shown), (&Subject::Training(Some(0), TrainingSetting::Nodes), Quantity::Days));
        assert!(Subject::all(session.latest(), session.catalog(), None).contains(&io));
        // With twice the nodes, the GPUs take fewer days than the wafers.
        let job = session.sweep_job.as_mut().expect("a sweep");
        job.finish();
        let changes = fastest_changes(job.sweep.as_ref().expect("a sweep").rows());
        assert!(matches!(changes.as_slice(), [change] if (128.0..=256.0).contains(&change.at)), "{changes:?}");
        assert_eq!(
            (changes[0].faster_below.as_str(), changes[0].faster_above.as_str()),
            ("B CS-3 cluster", "A DGX H100")
        );
        session.apply(Intent::Sweep(SweepIntent::SetSubject(io)));
        let job = session.sweep_job.as_mut().expect("a sweep");
        job.finish();
        let sweep = job.sweep.as_ref().expect("a sweep");
        // The point of the scene itself has the days of the scene.
        let now = job.subject.now(&session.document, &session.catalog).expect("a value");
        let days = |fabric: &str| {
            let row = sweep.rows().iter().find(|row| row.fabric_id == fabric && row.at == Some(now));
            row.and_then(|row| Quantity::Days.value(row)).expect("days")
        };
        let runs = session.training.as_ref().expect("runs");
        for (fabric, run) in ["A", "B"].into_iter().zip(&runs.runs) {
            let run = run.as_ref().expect("a run");
            assert!((days(fabric) / run.figures.days.usual - 1.0).abs() < 1e-9, "{fabric}: {}", days(fabric));
        }
        let csv = job.csv(&session.document).expect("rows");
        assert_eq!(csv.lines().count(), 1 + sweep.rows().len());
        assert!(csv.starts_with("fabrics.1.parallel"), "{csv}");
    }
}
