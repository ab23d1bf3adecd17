//! `run`, `explain` and `sweep` of a scene whose workload is a training run.

use super::error::CommandError;
use super::output::{print, print_json};
use super::waiting::Waiting;
use crate::catalog::Catalog;
use crate::report::{TrainingReport, TrainingSweepReport, training_explain_table, training_table};
use crate::scene::{SceneDocument, Setting};
use crate::sweep::{MAX_POINTS, PathValues, SweepAxis, SweepError};
use crate::training::solve_training;

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
/// rejects has a row that says why.
///
/// # Errors
/// Values that cannot be read, or too many points.
pub(super) fn sweep_training(
    document: &SceneDocument,
    catalog: &Catalog,
    axes: &[SweepAxis],
    (json, csv): (bool, bool),
) -> Option<Result<(), CommandError>> {
    document.scene.training.as_ref()?;
    Some(sweep_points(document, catalog, axes).and_then(|report| {
        if json {
            print_json(&report)
        } else if csv {
            print(&report.csv())
        } else {
            print(&report.table())
        }
    }))
}

fn sweep_points(
    document: &SceneDocument,
    catalog: &Catalog,
    axes: &[SweepAxis],
) -> Result<TrainingSweepReport, CommandError> {
    let read: Result<Vec<Vec<PathValues>>, SweepError> = axes.iter().map(SweepAxis::path_values).collect();
    let read = read?;
    let counts: Vec<usize> = read.iter().map(|paths| paths.first().map_or(1, |path| path.values.len())).collect();
    let points = counts.iter().fold(1_usize, |product, count| product.saturating_mul(*count));
    if points as u64 > MAX_POINTS {
        return Err(SweepError::TooMany { points: points as u64, limit: MAX_POINTS }.into());
    }
    let paths = read.iter().flatten().map(|path| path.path.clone()).collect();
    let mut report = TrainingSweepReport { version: 1, title: document.scene.title.clone(), paths, rows: Vec::new() };
    let waiting = Waiting::new("playing steps");
    for point in 0..points {
        let (mut rest, mut settings) = (point, Vec::new());
        // The last axis changes fastest.
        for (paths, count) in read.iter().zip(&counts).rev() {
            let index = rest % count.max(&1);
            rest /= count.max(&1);
            let own = paths.iter().filter_map(|path| Some((path.path.clone(), path.values.get(index)?.text.clone())));
            settings.splice(0..0, own.map(|(path, value)| Setting { path, value }));
        }
        let values: Vec<String> = settings.iter().map(|setting| setting.value.clone()).collect();
        let solved = document.with(&settings, catalog).map_err(|faults| {
            let first = faults.faults.first();
            first.map_or_else(String::new, |fault| {
                format!("{}; {}", fault.problem, fault.hint.clone().unwrap_or_default())
            })
        });
        let found = solved.and_then(|solved| {
            let results = solve_training(&solved.scene, catalog);
            let report = results.and_then(|results| TrainingReport::new(&solved.scene, &results));
            report.ok_or_else(|| "the workload is not a training run".to_owned())
        });
        report.push(&values, found);
    }
    drop(waiting);
    Ok(report)
}
