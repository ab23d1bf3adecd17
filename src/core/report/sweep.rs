//! A sweep as JSON, CSV and a table.

use std::fmt::Write;

use serde::Serialize;

use super::run::ChoiceReport;
use super::table::columns;
use crate::scene::Scene;
use crate::solve::{Choice, RunFigures};
use crate::sweep::{Crossover, PathValues, Row, Sweep, Unit, UntriedChange, Value, crossovers, untried_changes};
use crate::units::{BytesPerSec, Femtos, grouped, quoted, significant};

/// The JSON of `sweep --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SweepReport {
    /// Version of this format.
    pub version: u32,
    /// The scene without the sweep.
    pub scene: SweptScene,
    /// The paths that are swept.
    pub over: Vec<AxisReport>,
    /// In order of the points, for each point by fabric.
    pub rows: Vec<RowReport>,
    /// The crossovers of its curves, if a path with numbers is swept.
    pub crossovers: Vec<Crossover>,
    /// Where the algorithms change that `auto` could not try: no crossover is claimed there.
    pub untried_changes: Vec<UntriedChange>,
}

/// The scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SweptScene {
    /// Its title.
    pub title: String,
    /// Fingerprint of its values.
    pub hash: String,
}

/// A path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AxisReport {
    /// The path.
    pub path: String,
    /// `bytes`, `s`, `bytes_per_s`, or `null` for plain numbers and words.
    pub unit: Option<&'static str>,
}

/// One fabric at one point.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowReport {
    /// The value of each path.
    pub values: Vec<ValueReport>,
    /// A, B, C … in the order of the scene.
    pub id: String,
    /// The name of the fabric.
    pub name: String,
    /// The name of its curve, as in crossovers.
    pub curve: String,
    /// The algorithm that ran.
    pub algorithm: String,
    /// Ranks of the collective.
    pub ranks: u64,
    /// Size, time, rates and bounds.
    #[serde(flatten)]
    pub figures: RunFigures,
    /// `bound_s / time_s`.
    pub bound_share: Option<f64>,
    /// Why there is no time.
    pub note: Option<String>,
    /// With `auto` and `nccl-table`: what was tried, and what could not be tried and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto: Option<ChoiceReport>,
}

/// A value of a path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ValueReport {
    /// As set.
    pub text: String,
    /// In the unit of its path.
    pub number: Option<f64>,
}

impl SweepReport {
    /// The report of the solved points of a sweep.
    pub fn new(scene: &Scene, sweep: &Sweep) -> SweepReport {
        let unit = |axis: &PathValues| Some(axis.unit.suffix().trim_start_matches('_')).filter(|unit| !unit.is_empty());
        let over = sweep.axes().iter().map(|axis| AxisReport { path: axis.path.clone(), unit: unit(axis) });
        SweepReport {
            version: 1,
            scene: SweptScene { title: scene.title.clone(), hash: scene.hash.clone() },
            over: over.collect(),
            rows: sweep.rows().iter().map(row_report).collect(),
            crossovers: crossovers(sweep.rows()),
            untried_changes: untried_changes(sweep.rows()),
        }
    }
}

fn row_report(row: &Row) -> RowReport {
    let value = |value: &Value| ValueReport { text: value.text.clone(), number: value.number };
    RowReport {
        values: row.values.iter().map(value).collect(),
        id: row.fabric_id.clone(),
        name: row.name.clone(),
        curve: row.curve.clone(),
        algorithm: row.algorithm.clone(),
        ranks: row.ranks,
        figures: row.figures,
        bound_share: row.bound_share(),
        note: row.note.clone(),
        auto: row.choice.as_ref().map(|choice| ChoiceReport::new(choice, &row.algorithm)),
    }
}

/// Columns of every sweep after those of its paths; units are part of the names.
const COLUMNS: [&str; 15] = [
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
    "note",
    "tried",
    "untried",
];

/// One line per point and fabric. Each path has a column with its values as set and, if it has a unit, a column with
/// numbers. A fabric that cannot run has empty figures, and its note says why.
pub fn sweep_csv(sweep: &Sweep) -> String {
    let mut table = csv::Writer::from_writer(Vec::new());
    let mut header: Vec<String> = Vec::new();
    for path in sweep.axes() {
        header.push(path.path.clone());
        if has_number_column(path.unit) {
            header.push(format!("{}{}", path.path, path.unit.suffix()));
        }
    }
    header.extend(COLUMNS.map(str::to_owned));
    // A write to memory does not fail, and all records have the columns of the header.
    let _ = table.write_record(&header);
    for row in sweep.rows() {
        let _ = table.write_record(cells(sweep, row));
    }
    table.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn cells(sweep: &Sweep, row: &Row) -> Vec<String> {
    let mut cells: Vec<String> = Vec::new();
    for (path, value) in sweep.axes().iter().zip(&row.values) {
        cells.push(value.text.clone());
        if has_number_column(path.unit) {
            cells.push(number(value.number));
        }
    }
    let figures = &row.figures;
    cells.extend([row.fabric_id.clone(), row.name.clone(), row.algorithm.clone()]);
    cells.extend([row.ranks, figures.message_bytes].map(|count| count.to_string()));
    cells.extend([figures.time_s, figures.algbw_gb_s, figures.busbw_gb_s, figures.wire_gb_s].map(number));
    cells.extend([Some(figures.bound_s), figures.plan_bound_s, row.bound_share()].map(number));
    cells.push(row.note.clone().unwrap_or_default());
    let tried = row.choice.iter().flat_map(|choice| &choice.tried).map(|tried| tried.algorithm);
    cells.push(tried.collect::<Vec<_>>().join(", "));
    cells.push(row.choice.as_ref().and_then(Choice::untried_text).unwrap_or_default());
    cells
}

fn has_number_column(unit: Unit) -> bool {
    !unit.suffix().is_empty()
}

fn number(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

/// The rows as a table, and the crossovers as sentences.
pub fn sweep_table(scene: &Scene, sweep: &Sweep) -> String {
    let rate = |gb_s: Option<f64>| gb_s.map_or("-".to_owned(), |gb_s| BytesPerSec(gb_s * 1e9).to_string());
    let rows: Vec<Vec<String>> = sweep
        .rows()
        .iter()
        .map(|row| {
            let mut cells: Vec<String> = row.values.iter().map(|value| value.text.clone()).collect();
            cells.extend([
                format!("{} {}", row.fabric_id, row.name),
                row.algorithm.clone(),
                row.ranks.to_string(),
                row.figures.time_s.map_or("cannot run".to_owned(), |time_s| Femtos::from_secs(time_s).to_string()),
                rate(row.figures.algbw_gb_s),
                rate(row.figures.busbw_gb_s),
                rate(row.figures.wire_gb_s),
                row.bound_share().map_or("-".to_owned(), |share| format!("{} %", significant(100.0 * share))),
            ]);
            cells
        })
        .collect();
    let paths = sweep.axes().iter().map(|axis| axis.path.as_str());
    let others = ["fabric", "algorithm", "ranks", "time", "algbw", "busbw", "wire rate", "fabric bound"];
    let header: Vec<&str> = paths.chain(others).collect();
    let mut out = format!("{}\n\n{}", scene.title, columns(&header, &rows));
    out.push_str(&reasons(sweep.rows()));
    let Some(axis) = sweep.axis_along() else { return out };
    let crossed = crossovers(sweep.rows());
    if !crossed.is_empty() {
        out.push('\n');
    }
    for Crossover { faster_below, faster_above, at, between: [low, high], time_s } in crossed {
        let time = Unit::Seconds.about(time_s);
        // There is nothing to interpolate between two consecutive whole numbers.
        if axis.is_whole() && high - low == 1.0 {
            let _ = writeln!(out, "\"{faster_below}\" is faster up to {low}, \"{faster_above}\" from {high} on.");
            continue;
        }
        if low > 0.0 && high > MAX_STEP * low {
            let (low, high) = (axis.about(low), axis.about(high));
            let _ = writeln!(
                out,
                "\"{faster_below}\" is faster at {low}, \"{faster_above}\" at {high}. More points between them tell where that changes."
            );
            continue;
        }
        let at = axis.about(at);
        let _ = writeln!(
            out,
            "\"{faster_below}\" is faster below about {at}, \"{faster_above}\" above. Both take about {time} there."
        );
    }
    for change in untried_changes(sweep.rows()) {
        let _ = writeln!(out, "\n{}", change.sentence(axis));
    }
    out
}

/// Between points that are farther apart than by this factor, a crossover is not interpolated.
const MAX_STEP: f64 = 4.0;
/// Most reasons that are listed below a table.
const MAX_REASONS: usize = 20;

/// Why points cannot run: each reason of a fabric once, with the first point that has it.
fn reasons(rows: &[Row]) -> String {
    let mut found: Vec<(&Row, &str, usize)> = Vec::new();
    let mut more = 0_usize;
    for row in rows {
        let Some(reason) = row.note.as_deref().filter(|_| row.figures.time_s.is_none()) else { continue };
        let known = found.iter().position(|(first, known, _)| first.fabric_id == row.fabric_id && *known == reason);
        match known {
            Some(known) => found[known].2 += 1,
            None if found.len() < MAX_REASONS => found.push((row, reason, 1)),
            None => more += 1,
        }
    }
    let mut out = String::new();
    for (number, (row, reason, points)) in found.into_iter().enumerate() {
        let values: Vec<&str> = row.values.iter().map(|value| value.text.as_str()).collect();
        let others = match points {
            1 => String::new(),
            points => format!(" and {} more", grouped(points as u64 - 1)),
        };
        let (id, at, start) = (&row.fabric_id, quoted(&values.join(":")), if number == 0 { "\n" } else { "" });
        let _ = writeln!(out, "{start}{id} at {at}{others}: {reason}");
    }
    if more > 0 {
        let _ = writeln!(out, "and {} more points that cannot run", grouped(more as u64));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::scene::parse_scene;
    use crate::sweep::SweepAxis;

    #[test]
    fn csv_cells_with_commas_and_quotes_read_back() {
        let catalog = Catalog::bundled().expect("the catalog");
        let text = r#"(version: 1, title: "t", workload: (message: "1MiB", replicas: 8),
            fabrics: [(name: "ring, \"8\" GPUs", machine: "hgx-b200", algorithm: "ring", params: (launch: "1us"))])"#;
        let document = parse_scene("csv.ron", text, &catalog).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
        let axis = |text: &str| SweepAxis::parse(text).expect("an axis");
        let axes = [
            axis("workload.message=1MiB,400GiB"),
            axis("fabrics.0.params=(launch: \"1us\", step_delay: \"2us\"),(launch: \"3us\")"),
        ];
        let mut sweep = Sweep::new(&document, &catalog, &axes).unwrap_or_else(|error| panic!("{error}"));
        sweep.solve(1);
        let csv = sweep_csv(&sweep);
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let header = reader.headers().expect("a header").clone();
        let column = |name: &str| header.iter().position(|cell| cell == name).expect("a column");
        let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a record")).collect();
        assert_eq!(records.len(), 4);
        for (record, row) in records.iter().zip(sweep.rows()) {
            assert_eq!(&record[column("name")], "ring, \"8\" GPUs");
            assert_eq!(&record[column("fabrics.0.params")], row.values[1].text);
            let time = row.figures.time_s.map_or(String::new(), |time_s| time_s.to_string());
            assert_eq!(&record[column("time_s")], time);
            assert_eq!(&record[column("note")], row.note.as_deref().unwrap_or_default());
        }
        assert_eq!(&records[0][column("fabrics.0.params")], "(launch: \"1us\", step_delay: \"2us\")");
        assert!(records[3][column("note")].contains("does not fit"), "{csv}");
        let table = sweep_table(&document.scene, &sweep);
        assert!(
            table.contains("\nA at 400GiB:(launch: \"1us\", step_delay: \"2us\") and 1 more: does not fit"),
            "{table}"
        );
        assert_eq!(&records[0][column("workload.message_bytes")], "1048576");
    }
}
