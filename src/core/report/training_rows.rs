//! Measured training steps beside the model, as JSON and as a table.

use std::fmt::Write;

use serde::Serialize;

use super::table::columns;
use crate::catalog::Catalog;
use crate::compare::mean_error;
use crate::scene::TimingChoice;
use crate::training::{Predictor, RunsTable};
use crate::units::significant;

/// A table of measured steps with their predictions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunsReport {
    /// The rows that ran, in the order of the table.
    pub rows: Vec<RunsRow>,
    /// The geometric mean error, as a fraction, of the rows that took part in the fit; of all rows if none did.
    pub error: Option<f64>,
    /// The same of all rows.
    pub error_all: Option<f64>,
    /// The same by machine, stack and precision.
    pub groups: Vec<RunsGroup>,
    /// `ideal` or `measured`: the timing of the collectives on GPUs.
    pub timing: &'static str,
    /// Rows without a prediction.
    pub problems: Vec<RunsProblem>,
}

/// A measured step and its prediction.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunsRow {
    /// Its name.
    pub id: String,
    /// Machine, stack and precision.
    pub group: String,
    /// Whether it took part in the fit.
    pub fit: bool,
    /// Measured, s.
    pub measured_step_s: f64,
    /// Predicted, s.
    pub predicted_step_s: f64,
    /// What the network costs the predicted step, s.
    pub exposed_s: f64,
    /// Communication behind compute, s.
    pub hidden_s: f64,
    /// Waiting for other pipeline stages, s.
    pub bubble_s: f64,
}

/// The error of a group of rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunsGroup {
    /// Machine, stack and precision.
    pub group: String,
    /// Its rows that took part in the fit.
    pub rows: usize,
    /// Their geometric mean error, as a fraction.
    pub error: f64,
}

/// A row without a prediction.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunsProblem {
    /// Its line, from 1.
    pub line: u64,
    /// The column at fault; empty for the whole row.
    pub column: String,
    /// The problem, and what would be accepted.
    pub text: String,
}

impl RunsReport {
    /// Plays every row of a table.
    pub fn new(table: &RunsTable, timing: TimingChoice, catalog: &Catalog) -> RunsReport {
        let mut predictor = Predictor::new(catalog, timing);
        let problem = |line: u64, column: &str, text: String| RunsProblem { line, column: column.to_owned(), text };
        let mut problems: Vec<RunsProblem> =
            table.problems.iter().map(|one| problem(one.line, &one.column, one.text.clone())).collect();
        let mut rows = Vec::new();
        for run in &table.runs {
            match predictor.step(run) {
                Ok(step) => rows.push(RunsRow {
                    id: run.id.clone(),
                    group: run.group.clone(),
                    fit: run.fit,
                    measured_step_s: run.measured_s,
                    predicted_step_s: step.time.secs(),
                    exposed_s: step.parts.exposed().secs(),
                    hidden_s: step.hidden.secs(),
                    bubble_s: step.parts.bubble.secs(),
                }),
                Err(error) => problems.push(problem(run.line, "", error.to_string())),
            }
        }
        problems.sort_by_key(|one| one.line);
        let of = |keep: &dyn Fn(&RunsRow) -> bool| {
            let kept = rows.iter().filter(|row| keep(row));
            mean_error(kept.map(|row| (row.predicted_step_s, row.measured_step_s)))
        };
        let mut names: Vec<&str> = rows.iter().filter(|row| row.fit).map(|row| row.group.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let groups = names.iter().map(|name| RunsGroup {
            group: (*name).to_owned(),
            rows: rows.iter().filter(|row| row.fit && row.group == **name).count(),
            error: of(&|row| row.fit && row.group == **name).unwrap_or_default(),
        });
        let timing = timing.as_str();
        let (error_all, error) = (of(&|_| true), of(&|row| row.fit));
        let groups = groups.collect();
        RunsReport { error: error.or(error_all), error_all, groups, timing, problems, rows }
    }
}

/// The rows with their errors, the groups, and the rows without a prediction.
pub fn runs_table(report: &RunsReport) -> String {
    let percent = |ratio: f64| format!("{:+.1} %", 100.0 * (ratio - 1.0));
    let rows: Vec<Vec<String>> = report
        .rows
        .iter()
        .map(|row| {
            vec![
                row.id.clone(),
                format!("{} s", significant(row.measured_step_s)),
                format!("{} s", significant(row.predicted_step_s)),
                percent(row.predicted_step_s / row.measured_step_s),
                format!("{:.1} %", 100.0 * row.exposed_s / row.predicted_step_s),
                if row.fit { String::new() } else { "not fitted".to_owned() },
            ]
        })
        .collect();
    let mut out = columns(&["run", "measured", "predicted", "error", "exposed", ""], &rows);
    let groups: Vec<Vec<String>> = report
        .groups
        .iter()
        .map(|group| vec![group.group.clone(), group.rows.to_string(), format!("{:.1} %", 100.0 * group.error)])
        .collect();
    let _ = write!(out, "\n{}", columns(&["machine, stack, precision", "rows", "geometric mean error"], &groups));
    if let Some(error) = report.error {
        let timing = report.timing;
        let _ = writeln!(out, "\ngeometric mean error {:.1} %, collectives with {timing} timing", 100.0 * error);
    }
    for problem in &report.problems {
        let column = if problem.column.is_empty() { String::new() } else { format!(", column {}", problem.column) };
        let _ = writeln!(out, "line {}{column}: {}", problem.line, problem.text);
    }
    out
}
