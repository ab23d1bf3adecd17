//! `run`, `explain` and `check`.

use std::path::{Path, PathBuf};

use super::{CommandError, load, note, print, print_json};
use crate::catalog::Catalog;
use crate::report::{ExplainReport, Report, explain_table, run_table};
use crate::scene::{Setting, read_scene};
use crate::solve::{FabricRun, Outcome, solve};
use crate::units::Femtos;

/// Simulates every fabric of a scene.
///
/// # Errors
/// A scene at fault, or a fabric that the engine refuses; a fabric that its message does not fit is a result.
pub(super) fn run(scene: &Path, settings: &[Setting], json: bool) -> Result<(), CommandError> {
    let document = load(scene, settings, &Catalog::bundled()?)?;
    let runs = solve(&document.scene);
    let report = Report::new(&document.scene, &runs);
    if json {
        print_json(&report)?
    } else {
        print(&run_table(&report))?
    }
    check_failures(&runs)
}

/// Simulates every fabric of a scene and tells where its time goes.
///
/// # Errors
/// As [`run`].
pub(super) fn explain(scene: &Path, settings: &[Setting], at: Option<&str>, json: bool) -> Result<(), CommandError> {
    let document = load(scene, settings, &Catalog::bundled()?)?;
    let runs = solve(&document.scene);
    let at = at.map(|at| instant(at, &runs)).transpose()?;
    let report = ExplainReport::at(&document.scene, &runs, at);
    if json {
        print_json(&report)?
    } else {
        print(&explain_table(&report))?
    }
    check_failures(&runs)
}

/// `120us`, or `50%` of the slowest fabric.
fn instant(text: &str, runs: &[FabricRun]) -> Result<Femtos, CommandError> {
    let refused = || {
        let accepted = "accepted: a time such as 120us, or 0% to 100% of the slowest fabric";
        CommandError::Value(format!("--at {text}: {accepted}"))
    };
    let Some(percent) = text.strip_suffix('%') else { return Femtos::parse(text).map_err(|_| refused()) };
    let percent = percent.trim().parse::<f64>().ok().filter(|percent| (0.0..=100.0).contains(percent));
    let slowest = runs.iter().filter_map(FabricRun::result).map(|result| result.time).max().unwrap_or_default();
    percent.map(|percent| slowest.scaled(percent / 100.0)).ok_or_else(refused)
}

/// A fabric that the engine refuses is an error, told after the results of the others.
fn check_failures(runs: &[FabricRun]) -> Result<(), CommandError> {
    let failed = runs.iter().find_map(|run| match &run.outcome {
        Outcome::Failed(error) => Some(format!("{}: {error}", run.scene.name)),
        Outcome::Ran(_) | Outcome::CannotRun => None,
    });
    failed.map_or(Ok(()), |failure| Err(CommandError::Value(failure)))
}

/// Checks scene files: a line each for those in order, all faults for the others.
///
/// # Errors
/// At least one scene is at fault.
pub(super) fn check(scenes: &[PathBuf]) -> Result<(), CommandError> {
    let catalog = Catalog::bundled()?;
    let mut faulty = 0;
    for scene in scenes {
        match read_scene(scene, &catalog) {
            // A title may hold anything: control characters are not for terminals.
            Ok(document) => {
                let title: String = document.scene.title.chars().filter(|letter| !letter.is_control()).collect();
                print(&format!("{}: ok, {title}\n", scene.display()))?;
            }
            Err(faults) => {
                note(&format!("{faults}\n"));
                faulty += 1;
            }
        }
    }
    if faulty > 0 {
        return Err(CommandError::Value(format!("{faulty} of {} scenes at fault", scenes.len())));
    }
    Ok(())
}
