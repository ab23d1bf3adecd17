//! Sweeps of training scenes: one row per point and fabric.

use serde::Serialize;

use super::table::columns;
use super::training::TrainingReport;
use crate::scene::Scene;
use crate::training::PointOfRuns;
use crate::units::{grouped, significant};

/// One fabric at one point.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainingSweepRow {
    /// The values of the swept paths, in their order.
    pub values: Vec<String>,
    /// A, B, C … in the order of the scene.
    pub fabric: String,
    /// A step, s.
    pub step_s: Option<f64>,
    /// Tokens per second.
    pub tokens_per_s: Option<f64>,
    /// Model FLOP utilisation.
    pub mfu: Option<f64>,
    /// What the network costs a step, s.
    pub exposed_s: Option<f64>,
    /// Communication behind compute, s.
    pub hidden_s: Option<f64>,
    /// Waiting for other pipeline stages, s.
    pub bubble_s: Option<f64>,
    /// The step with a perfect interconnect, s.
    pub perfect_step_s: Option<f64>,
    /// The least that a step could take, s.
    pub floor_s: Option<f64>,
    /// Days of the run.
    pub days: Option<f64>,
    /// Days that a perfect interconnect would save.
    pub saved_days: Option<f64>,
    /// Energy, MWh.
    pub mwh: Option<f64>,
    /// Cost of an owned machine, $.
    pub cost_owned: Option<f64>,
    /// Cost of a rented machine, $.
    pub cost_rented: Option<f64>,
    /// Why there is no step.
    pub note: Option<String>,
}

/// A sweep of a training scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainingSweepReport {
    /// Version of this format.
    pub version: u32,
    /// The scene's title.
    pub title: String,
    /// The swept paths.
    pub paths: Vec<String>,
    /// One row per point and fabric.
    pub rows: Vec<TrainingSweepRow>,
}

impl TrainingSweepReport {
    /// A report of a scene without rows.
    pub fn new(scene: &Scene, paths: Vec<String>) -> TrainingSweepReport {
        TrainingSweepReport { version: 1, title: scene.title.clone(), paths, rows: Vec::new() }
    }

    /// Adds a solved point, as [`TrainingSweepReport::push`].
    pub fn push_point(&mut self, PointOfRuns { values, solved }: PointOfRuns) {
        let report = solved.and_then(|(scene, results)| {
            let report = TrainingReport::new(&scene, &results);
            report.ok_or_else(|| "the workload is not a training run".to_owned())
        });
        self.push(&values, report);
    }

    /// Adds the fabrics of one point; a point that is rejected has one row with a note.
    pub fn push(&mut self, values: &[String], report: Result<TrainingReport, String>) {
        let empty = |fabric: String, note: Option<String>| TrainingSweepRow {
            values: values.to_vec(),
            fabric,
            step_s: None,
            tokens_per_s: None,
            mfu: None,
            exposed_s: None,
            hidden_s: None,
            bubble_s: None,
            perfect_step_s: None,
            floor_s: None,
            days: None,
            saved_days: None,
            mwh: None,
            cost_owned: None,
            cost_rented: None,
            note,
        };
        let report = match report {
            Ok(report) => report,
            Err(note) => return self.rows.push(empty(String::new(), Some(note))),
        };
        for fabric in report.fabrics {
            let mut row = empty(fabric.id, fabric.error);
            if let Some(figures) = fabric.figures {
                row.step_s = Some(figures.step_s);
                row.tokens_per_s = Some(figures.tokens_per_s);
                row.mfu = Some(figures.mfu);
                row.exposed_s = Some(figures.exposed_s);
                row.hidden_s = Some(figures.hidden_s);
                row.bubble_s = Some(figures.bubble_s);
                row.perfect_step_s = Some(figures.perfect_step_s);
                row.floor_s = Some(figures.floor_s);
                row.days = Some(figures.days);
                row.saved_days = Some(figures.saved_days);
                row.mwh = Some(figures.mwh);
                row.cost_owned = Some(figures.cost_owned);
                row.cost_rented = figures.cost_rented;
            }
            self.rows.push(row);
        }
    }

    fn header(&self) -> Vec<String> {
        let figures = [
            "fabric",
            "step_s",
            "mfu",
            "exposed_s",
            "bubble_s",
            "perfect_step_s",
            "days",
            "saved_days",
            "mwh",
            "cost_owned",
            "note",
        ];
        self.paths.iter().cloned().chain(figures.map(str::to_owned)).collect()
    }

    fn cells(&self, row: &TrainingSweepRow, label: &dyn Fn(f64) -> String) -> Vec<String> {
        let cell = |value: Option<f64>| value.map_or("-".to_owned(), label);
        let figures = [
            row.step_s,
            row.mfu,
            row.exposed_s,
            row.bubble_s,
            row.perfect_step_s,
            row.days,
            row.saved_days,
            row.mwh,
            row.cost_owned,
        ];
        let mut cells = row.values.clone();
        cells.push(row.fabric.clone());
        cells.extend(figures.map(cell));
        cells.push(row.note.clone().unwrap_or_default());
        cells
    }

    /// As a table.
    pub fn table(&self) -> String {
        let label = |value: f64| if value >= 1e4 { grouped(value.round() as u64) } else { significant(value) };
        let header = self.header();
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let rows: Vec<Vec<String>> = self.rows.iter().map(|row| self.cells(row, &label)).collect();
        format!("{}\n\n{}", self.title, columns(&header, &rows))
    }

    /// As CSV.
    pub fn csv(&self) -> String {
        let mut table = csv::Writer::from_writer(Vec::new());
        // Writing into memory cannot fail.
        let _ = table.write_record(self.header());
        for row in &self.rows {
            let _ = table.write_record(self.cells(row, &|value| value.to_string()));
        }
        table.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }
}
