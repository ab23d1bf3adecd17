//! The rows of a sweep as CSV, JSON and a table.

use std::fmt::Write;

use serde::Serialize;

use super::table::columns;
use crate::scene::Scene;
use crate::sweep::{Axis, Crossover, Row, Sweep, Unit, crossovers};
use crate::units::{BytesPerSec, Femtos, significant};

/// A sweep in the form of `sweep --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SweepReport {
    /// Version of this form.
    pub version: u32,
    /// Which scene, as it is without the sweep.
    pub scene: SweptScene,
    /// What it goes over.
    pub over: Vec<AxisReport>,
    /// Point by point, in each by fabric.
    pub rows: Vec<RowReport>,
    /// Where curves change places, if a path with numbers is swept: of fabrics, and of algorithms where these are swept.
    pub crossovers: Vec<Crossover>,
}

/// Which scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SweptScene {
    /// Its title.
    pub title: String,
    /// Fingerprint of its values.
    pub hash: String,
}

/// One path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AxisReport {
    /// The path.
    pub path: String,
    /// `bytes`, `s`, `bytes_per_s`, or nothing for plain numbers and words.
    pub unit: Option<&'static str>,
}

/// One fabric at one point.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowReport {
    /// The value of each path as it is set, and as a number.
    pub values: Vec<ValueReport>,
    /// A, B, C ... in the order of the scene.
    pub id: String,
    /// Name on the screen.
    pub name: String,
    /// The curve that it belongs to, as crossovers call it.
    pub curve: String,
    /// As played.
    pub algorithm: String,
    /// Ranks of the collective.
    pub ranks: u64,
    /// Bytes per rank.
    pub message_bytes: u64,
    /// Time of the collective.
    pub time_s: Option<f64>,
    /// Message over time.
    pub algbw_gb_s: Option<f64>,
    /// `algbw x 2(n-1)/n`.
    pub busbw_gb_s: Option<f64>,
    /// The most bytes over any one link, over the time.
    pub wire_gb_s: Option<f64>,
    /// Least time of any all-reduce on this fabric.
    pub bound_s: f64,
    /// Least time of the plan.
    pub plan_bound_s: Option<f64>,
    /// `bound_s / time_s`.
    pub bound_share: Option<f64>,
    /// Why there is no time.
    pub note: Option<String>,
}

/// A value of a path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ValueReport {
    /// As it is set.
    pub text: String,
    /// In the unit of its path.
    pub number: Option<f64>,
}

impl SweepReport {
    /// The report of what is solved of a sweep.
    pub fn new(scene: &Scene, sweep: &Sweep) -> SweepReport {
        let unit = |axis: &Axis| Some(axis.unit.suffix().trim_start_matches('_')).filter(|unit| !unit.is_empty());
        let over = sweep.axes().iter().map(|axis| AxisReport { path: axis.path.clone(), unit: unit(axis) });
        SweepReport {
            version: 1,
            scene: SweptScene { title: scene.title.clone(), hash: scene.hash.clone() },
            over: over.collect(),
            rows: sweep.rows().iter().map(row_report).collect(),
            crossovers: crossovers(sweep.rows()),
        }
    }
}

fn row_report(row: &Row) -> RowReport {
    let gb_s = |rate: Option<f64>| rate.map(|rate| rate / 1e9);
    let value = |value: &crate::sweep::Value| ValueReport { text: value.text.clone(), number: value.number };
    RowReport {
        values: row.values.iter().map(value).collect(),
        id: row.fabric_id.clone(),
        name: row.name.clone(),
        curve: row.curve.clone(),
        algorithm: row.algorithm.clone(),
        ranks: row.ranks,
        message_bytes: row.message_bytes,
        time_s: row.time_s,
        algbw_gb_s: gb_s(row.algbw),
        busbw_gb_s: gb_s(row.busbw),
        wire_gb_s: gb_s(row.wire),
        bound_s: row.bound_s,
        plan_bound_s: row.plan_bound_s,
        bound_share: row.bound_share(),
        note: row.note.clone(),
    }
}

/// Columns of every sweep behind those of its paths; units stand in the names.
const COLUMNS: [&str; 12] = [
    "id",
    "name",
    "algorithm",
    "ranks",
    "message_bytes",
    "time_s",
    "algbw_gb_s",
    "busbw_gb_s",
    "wire_gb_s",
    "bound_s",
    "plan_bound_s",
    "bound_share",
];

/// One line per point and fabric. Each path has a column as it is set and, where it has a unit, one of its numbers;
/// what cannot run has empty figures and its note in the last column.
pub fn sweep_csv(sweep: &Sweep) -> String {
    let mut header: Vec<String> = Vec::new();
    for axis in sweep.axes() {
        header.push(axis.path.clone());
        if has_number_column(axis.unit) {
            header.push(format!("{}{}", axis.path, axis.unit.suffix()));
        }
    }
    header.extend(COLUMNS.iter().chain(&["note"]).map(|&name| name.to_owned()));
    let mut out = line(&header);
    for row in sweep.rows().iter().map(row_report) {
        let mut cells: Vec<String> = Vec::new();
        for (axis, value) in sweep.axes().iter().zip(&row.values) {
            cells.push(value.text.clone());
            if has_number_column(axis.unit) {
                cells.push(number(value.number));
            }
        }
        cells.extend([row.id, row.name, row.algorithm, row.ranks.to_string(), row.message_bytes.to_string()]);
        cells.extend([row.time_s, row.algbw_gb_s, row.busbw_gb_s, row.wire_gb_s, Some(row.bound_s)].map(number));
        cells.extend([row.plan_bound_s, row.bound_share].map(number));
        cells.push(row.note.unwrap_or_default());
        out.push_str(&line(&cells));
    }
    out
}

fn has_number_column(unit: Unit) -> bool {
    !unit.suffix().is_empty()
}

fn number(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

fn line(cells: &[String]) -> String {
    let quoted = |cell: &String| match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.clone(),
    };
    let mut line = cells.iter().map(quoted).collect::<Vec<_>>().join(",");
    line.push('\n');
    line
}

/// The rows for people, and where fabrics change places.
pub fn sweep_table(scene: &Scene, sweep: &Sweep) -> String {
    let rate = |rate: Option<f64>| rate.map_or("-".to_owned(), |rate| BytesPerSec(rate).to_string());
    let rows: Vec<Vec<String>> = sweep
        .rows()
        .iter()
        .map(|row| {
            let mut cells: Vec<String> = row.values.iter().map(|value| value.text.clone()).collect();
            cells.extend([
                format!("{} {}", row.fabric_id, row.name),
                row.algorithm.clone(),
                row.ranks.to_string(),
                row.time_s.map_or("cannot run".to_owned(), |time_s| Femtos::from_secs(time_s).to_string()),
                rate(row.algbw),
                rate(row.busbw),
                rate(row.wire),
                row.bound_share().map_or("-".to_owned(), |share| format!("{} %", significant(100.0 * share))),
            ]);
            cells
        })
        .collect();
    let paths = sweep.axes().iter().map(|axis| axis.path.as_str());
    let others = ["fabric", "algorithm", "ranks", "time", "algbw", "busbw", "wire rate", "fabric bound"];
    let header: Vec<&str> = paths.chain(others).collect();
    let mut out = format!("{}\n\n{}", scene.title, columns(&header, &rows));
    let Some(axis) = sweep.axis_along() else { return out };
    let crossed = crossovers(sweep.rows());
    if !crossed.is_empty() {
        out.push('\n');
    }
    for Crossover { faster_below, faster_above, at, between: [low, high], time_s } in crossed {
        let time = Unit::Seconds.about(time_s);
        // Between two neighbouring whole numbers there is nothing to interpolate.
        if axis.is_whole() && high - low == 1.0 {
            let _ = writeln!(out, "Up to {low} \"{faster_below}\" is faster, from {high} on \"{faster_above}\".");
            continue;
        }
        let at = axis.about(at);
        let _ = writeln!(
            out,
            "Below about {at} \"{faster_below}\" is faster, above \"{faster_above}\"; there both take about {time}."
        );
    }
    out
}
