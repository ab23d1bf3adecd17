//! `run`, `explain` and `sweep` of a scene whose workload is a training run.

use super::error::CommandError;
use super::interrupt::stopped_by_interrupt;
use super::output::{note, print, print_json};
use super::progress::Progress;
use super::waiting::Waiting;
use crate::catalog::Catalog;
use crate::report::{TrainingReport, TrainingSweepReport, training_explain_table, training_table};
use crate::scene::SceneDocument;
use crate::sweep::SweepAxis;
use crate::training::{TrainingSweep, solve_training};

/// The form of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Json,
    Table,
    Explanation,
}

/// Plays every fabric and prints the results; `None` if the workload is one operation.
///
/// # Errors
/// A fabric without a step, after the others were printed.
pub(super) fn run_training(
    document: &SceneDocument,
    catalog: &Catalog,
    shown: Shown,
) -> Option<Result<(), CommandError>> {
    document.scene.training.as_ref()?;
    let waiting = Waiting::new("playing steps");
    let results = solve_training(&document.scene, catalog)?;
    let report = TrainingReport::new(&document.scene, &results)?;
    drop(waiting);
    let printed = match shown {
        Shown::Json => print_json(&report),
        Shown::Table => print(&training_table(&report)),
        Shown::Explanation => print(&training_explain_table(&report)),
    };
    let failed = report.fabrics.iter().find_map(|fabric| {
        fabric.error.as_ref().map(|error| CommandError::Value(format!("{} {}: {error}", fabric.id, fabric.name)))
    });
    Some(printed.and_then(|()| failed.map_or(Ok(()), Err)))
}

/// Plays a training scene for every value and prints the rows; `None` if the workload is one operation. A value that the scene
/// rejects has a row that says why. If it is interrupted (Ctrl-C), it prints the rows so far.
///
/// # Errors
/// Values that cannot be read, too many points, a scene that is rejected at all of them; or an interrupt, after the rows were
/// printed.
pub(super) fn sweep_training(
    document: &SceneDocument,
    catalog: &Catalog,
    axes: &[SweepAxis],
    (json, csv): (bool, bool),
) -> Option<Result<(), CommandError>> {
    document.scene.training.as_ref()?;
    let swept = swept(document, catalog, axes);
    Some(swept.and_then(|Swept { report, stopped }| {
        if json {
            print_json(&report)?;
        } else if csv {
            print(&report.csv())?;
        } else {
            print(&report.table())?;
        }
        if stopped { Err(CommandError::Interrupted) } else { Ok(()) }
    }))
}

/// The rows of a sweep, and whether it was stopped before its end.
struct Swept {
    report: TrainingSweepReport,
    stopped: bool,
}

fn swept(document: &SceneDocument, catalog: &Catalog, axes: &[SweepAxis]) -> Result<Swept, CommandError> {
    let mut checking: Option<Progress> = None;
    let checked = TrainingSweep::new(document, catalog, axes, &mut |done, points| {
        checking.get_or_insert_with(|| Progress::new(points, " checked")).update(done);
    });
    checking.iter().for_each(Progress::end);
    let mut sweep = checked?;
    let (points, paths) = (sweep.points(), sweep.paths());
    let mut report = TrainingSweepReport::new(&document.scene, paths);
    let stop = stopped_by_interrupt();
    let mut progress = Progress::new(points, "");
    let mut done = 0;
    sweep.solve_until(&stop, &mut |point| {
        report.push_point(point);
        done += 1;
        progress.update(done);
    });
    progress.end();
    if done < points {
        note(&format!("stopped after {done} of {points} points"));
    }
    Ok(Swept { report, stopped: done < points })
}
