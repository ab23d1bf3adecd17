//! A row of a sweep: one fabric at one point, with its figures and its curve.

use super::axes::SweepPaths;
use super::point::Series;
use super::values::{Unit, Value};
use crate::scene::letter;
use crate::solve::{Choice, FabricRun, Outcome, RunFigures};

/// One fabric at one point. A fabric that cannot run has no times, and a note.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The value of each path.
    pub values: Vec<Value>,
    /// The position on its curve: the value of the path along which curves are drawn.
    pub at: Option<f64>,
    /// A, B, C … in the order of the scene.
    pub fabric_id: String,
    /// The name of the fabric.
    pub name: String,
    /// Its label, which no other fabric has.
    pub label: String,
    /// The name of its curve: the label, its algorithm if algorithms are swept, and the values of the other paths that
    /// concern it.
    pub curve: String,
    /// The numbers among those values: curves with different numbers are not compared.
    pub parameters: String,
    /// The algorithm that ran.
    pub algorithm: String,
    /// The ranks of the collective.
    pub ranks: u64,
    /// Size, time, rates and bounds.
    pub figures: RunFigures,
    /// Why there is no time.
    pub note: Option<String>,
    /// How `auto` or `nccl-table` chose the algorithm. `None` if the scene names it.
    pub choice: Option<Choice>,
}

/// The fabric that a row is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowFabric<'a> {
    /// Its index in the scene.
    pub index: usize,
    pub name: &'a str,
    pub label: &'a str,
    /// The series, if fabrics are swept on their own.
    pub series: Option<&'a Series>,
}

impl Row {
    /// The fabric bound over the time: 1 is as fast as possible.
    pub fn bound_share(&self) -> Option<f64> {
        self.figures.bound_share()
    }

    /// The algorithms whose time `auto` does not know, because they could not run.
    pub fn unknown(&self) -> Vec<&'static str> {
        self.choice.as_ref().map(Choice::unknown).unwrap_or_default()
    }

    pub(super) fn new(paths: &SweepPaths, values: &[Value], fabric: RowFabric, run: &FabricRun) -> Row {
        let note = match &run.outcome {
            Outcome::Ran(_) => None,
            Outcome::CannotRun => run.notes.first().map(|note| note.text.clone()),
            Outcome::Failed(error) => Some(error.to_string()),
        };
        Row {
            algorithm: run.algorithm.clone(),
            ranks: run.ranks,
            figures: RunFigures::new(run),
            note,
            choice: run.choice.clone(),
            ..Row::empty(paths, values, fabric)
        }
    }

    /// The row of a training run with its time in seconds, or why there is none.
    pub(super) fn with_time(
        paths: &SweepPaths,
        values: &[Value],
        fabric: RowFabric,
        time_s: Result<f64, String>,
    ) -> Row {
        let (time_s, note) = time_s.map_or_else(|note| (None, Some(note)), |time_s| (Some(time_s), None));
        let figures = RunFigures { time_s, ..RunFigures::default() };
        Row { figures, note, ..Row::empty(paths, values, fabric) }
    }

    /// The row of a point that could not be solved because of an internal error.
    pub(super) fn lost(paths: &SweepPaths, values: &[Value], fabric: RowFabric) -> Row {
        let note = "internal error: this point was not solved; the others are complete";
        Row { note: Some(note.to_owned()), ..Row::empty(paths, values, fabric) }
    }

    fn empty(paths: &SweepPaths, values: &[Value], fabric: RowFabric) -> Row {
        let along = paths.along();
        let (mut curve, mut parameters) = (fabric.label.to_owned(), Vec::new());
        if let Some(series) = fabric.series {
            curve.push_str(&format!(", {}", series.algorithm));
        }
        for (index, (path, value)) in paths.paths.iter().zip(values).enumerate() {
            let other = path.path.strip_prefix("fabrics.").and_then(|rest| rest.split('.').next());
            let concerns = other.is_none_or(|other| other == fabric.index.to_string());
            let on_curve = Some(index) == along || paths.changes_with_curve(index);
            if !paths.is_first(index) || !concerns || on_curve || path.values.len() < 2 {
                continue;
            }
            if path.unit == Unit::Words {
                curve.push_str(&format!(", {}", value.text));
            } else {
                let field = path.path.rsplit('.').next().unwrap_or(&path.path);
                parameters.push(format!("{field} {}", value.text));
            }
        }
        let parameters = parameters.join(", ");
        if !parameters.is_empty() {
            curve.push_str(&format!(", {parameters}"));
        }
        Row {
            values: values.to_vec(),
            at: along.and_then(|index| values.get(index)?.number),
            fabric_id: letter(fabric.index),
            name: fabric.name.to_owned(),
            label: fabric.label.to_owned(),
            curve,
            parameters,
            algorithm: String::new(),
            ranks: 0,
            figures: RunFigures::default(),
            note: None,
            choice: None,
        }
    }
}
