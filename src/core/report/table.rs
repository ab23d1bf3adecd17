//! Results as plain-text tables.

use std::fmt::Write;

use super::explanation::{ElasticityReport, ExplainReport, ExplainedFabric};
use super::operations::OperationReport;
use super::run::{Report, SceneReport};
use crate::catalog::{Catalog, Figure, Machine, NcclTiming};
use crate::explain::percent;
use crate::units::{Bytes, BytesPerSec, Femtos, grouped, significant};

/// Most operations of a table; JSON has all of them.
const MAX_LISTED: usize = 40;

/// Columns of equal width with a header; the first column is aligned to the left, the others to the right.
pub(crate) fn columns(header: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([header[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let mut out = String::new();
    let header: Vec<String> = header.iter().map(|&cell| cell.to_owned()).collect();
    for row in [&header].into_iter().chain(rows) {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let fill = " ".repeat(width - cell.chars().count());
            let text = if column == 0 { format!("{cell}{fill}") } else { format!("  {fill}{cell}") };
            line.push_str(&text);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// A solved scene with its verdict and notes.
pub fn run_table(report: &Report) -> String {
    let rate = |gb_s: Option<f64>| gb_s.map_or("-".to_owned(), |gb_s| BytesPerSec(gb_s * 1e9).to_string());
    let share = |part: Option<f64>, time: Option<f64>| match (part, time) {
        (Some(part), Some(time)) => format!("{} %", significant(100.0 * part / time)),
        _ => "-".to_owned(),
    };
    let rows: Vec<Vec<String>> = report
        .fabrics
        .iter()
        .map(|fabric| {
            vec![
                format!("{} {}", fabric.id, fabric.name),
                fabric.algorithm.clone(),
                fabric.ranks.to_string(),
                fabric.figures.time_s.map_or("cannot run".to_owned(), |time| Femtos::from_secs(time).to_string()),
                rate(fabric.figures.algbw_gb_s),
                rate(fabric.figures.busbw_gb_s),
                rate(fabric.figures.wire_gb_s),
                share(Some(fabric.figures.bound_s), fabric.figures.time_s),
                share(fabric.figures.plan_bound_s, fabric.figures.time_s),
            ]
        })
        .collect();
    let message = report.fabrics.first().map_or(0, |fabric| fabric.figures.message_bytes);
    let mut out = format!("{}\n{}\n\n", report.scene.title, workload(&report.scene, message));
    let header = ["fabric", "algorithm", "ranks", "time", "algbw", "busbw", "wire rate", "fabric bound", "plan bound"];
    out.push_str(&columns(&header, &rows));
    for fabric in report.fabrics.iter().filter(|fabric| !fabric.operations.is_empty()) {
        out.push_str(&format!("\n{} {}\n{}", fabric.id, fabric.name, operations_table(&fabric.operations)));
    }
    out.push_str(&verdict(&report.scene));
    for fabric in report.fabrics.iter().filter(|fabric| !fabric.notes.is_empty()) {
        let _ = writeln!(out, "\n{} {}", fabric.id, fabric.name);
        for note in &fabric.notes {
            let _ = writeln!(out, "  {}", note.text);
        }
    }
    out
}

/// The message and the operation: `64 MiB per rank, all-reduce`.
fn workload(scene: &SceneReport, message: u64) -> String {
    if let Some(operations) = scene.operations {
        let noun = if operations == 1 { "operation" } else { "operations" };
        return format!("a sequence of {} {noun}", grouped(operations as u64));
    }
    let collective = scene.collective;
    format!("{} {}, {}", Bytes(message), collective.size_of(), collective.as_str())
}

/// The operations as a table.
fn operations_table(operations: &[OperationReport]) -> String {
    let time = |seconds: f64| Femtos::from_secs(seconds).to_string();
    let row = |one: &OperationReport| {
        vec![
            one.name.clone(),
            one.collective.to_owned(),
            one.message_bytes.map_or("-".to_owned(), |bytes| Bytes(bytes).to_string()),
            one.algorithm.unwrap_or("-").to_owned(),
            format!("{} x {}", one.groups, one.ranks),
            time(one.start_s),
            time(one.end_s),
            time(one.end_s - one.start_s),
        ]
    };
    let rows: Vec<Vec<String>> = operations.iter().take(MAX_LISTED).map(row).collect();
    let header = ["operation", "collective", "message", "algorithm", "groups", "start", "end", "duration"];
    let mut out = columns(&header, &rows);
    if operations.len() > MAX_LISTED {
        out.push_str(&format!("and {} more\n", operations.len() - MAX_LISTED));
    }
    out
}

/// The claim of a scene with its verdict, if it makes one.
fn verdict(scene: &SceneReport) -> String {
    match (&scene.claim, &scene.verdict) {
        (Some(claim), Some(verdict)) => format!("\nclaim: {claim}\nverdict: {verdict}\n"),
        _ => String::new(),
    }
}

/// The explanation of every fabric of a scene.
pub fn explain_table(report: &ExplainReport) -> String {
    let message = report.fabrics.first().map_or(0, |fabric| fabric.run.figures.message_bytes);
    let mut out = format!("{}\n{}\n", report.scene.title, workload(&report.scene, message));
    out.push_str(&verdict(&report.scene));
    for fabric in &report.fabrics {
        let run = &fabric.run;
        let time = run.figures.time_s.map_or("cannot run".to_owned(), |time| Femtos::from_secs(time).to_string());
        let _ = writeln!(out, "\n{} {}, {}: {time}\n", run.id, run.name, run.algorithm);
        if let Some(time_s) = run.figures.time_s {
            out.push_str(&indented(&explained_fabric(fabric, time_s)));
        }
        for note in &run.notes {
            let _ = writeln!(out, "  note: {}", note.text);
        }
    }
    out
}

fn explained_fabric(fabric: &ExplainedFabric, time_s: f64) -> String {
    let parts: Vec<Vec<String>> = fabric
        .shares
        .iter()
        .map(|part| {
            let on = part.link_class.unwrap_or(part.source);
            let time = Femtos::from_secs(part.seconds).to_string();
            vec![format!("{}, {on}", part.kind), time, percent(part.seconds / time_s)]
        })
        .collect();
    let mut out = columns(&["part of the time", "time", "share"], &parts);
    let elasticities = |fitted: bool| -> Vec<Vec<String>> {
        let listed = fabric.elasticities.iter().filter(|one| one.fitted == fitted);
        let line = |one: &ElasticityReport| {
            let tried = fabric.upgrades.iter().find(|tried| (tried.link_class, tried.of) == (one.link_class, one.of));
            let tried = tried
                .map_or("-".to_owned(), |tried| format!("{} at x{}", Femtos::from_secs(tried.time_s), tried.factor));
            vec![one.label.clone(), format!("{:.4}", one.value), percent(one.saves), tried]
        };
        listed.map(line).collect()
    };
    // Figures fitted to software are listed apart: no hardware improves them.
    for (name, fitted) in [("figure", false), ("fitted to logs, not hardware", true)] {
        let rows = elasticities(fitted);
        if !rows.is_empty() {
            out.push('\n');
            out.push_str(&columns(&[name, "elasticity", "1 % better saves", "re-run"], &rows));
        }
    }
    if !fabric.sentences.is_empty() {
        out.push('\n');
        fabric.sentences.iter().for_each(|sentence| {
            let _ = writeln!(out, "{sentence}");
        });
        out.push('\n');
    }
    if let Some(instant) = &fabric.instant {
        let _ = writeln!(out, "at {}", Femtos::from_secs(instant.at_s));
        instant.sentences.iter().for_each(|sentence| {
            let _ = writeln!(out, "{sentence}");
        });
        if instant.sentences.is_empty() {
            let _ = writeln!(out, "The run has ended.");
        }
        out.push('\n');
    }
    out
}

fn indented(text: &str) -> String {
    let line = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") };
    text.lines().map(line).collect()
}

/// All machines of the catalog, one per line.
pub fn catalog_table(catalog: &Catalog) -> String {
    let rows: Vec<Vec<String>> = catalog
        .machines()
        .iter()
        .map(|machine| {
            let (elements, link) = match machine {
                Machine::Nvlink(machine) => {
                    (format!("{} GPUs", machine.gpus.value), BytesPerSec(machine.port_gb_s.value * 1e9))
                }
                Machine::Wafer(machine) => {
                    let elements = format!("{} x {} PEs", machine.columns.value, machine.rows.value);
                    (elements, BytesPerSec(machine.wavelet_bytes.value * machine.clock_ghz.value * 1e9))
                }
                Machine::WaferCluster(machine) => {
                    (format!("{} wafers", machine.wafers.value), BytesPerSec(machine.link_gb_s.value * 1e9))
                }
                Machine::Free(machine) => ("free".to_owned(), BytesPerSec(machine.link_gb_s.value * 1e9)),
                Machine::Network(network) => ("network".to_owned(), BytesPerSec(network.nic_gb_s.value * 1e9)),
            };
            vec![machine.id().to_owned(), machine.name().to_owned(), elements, link.to_string()]
        })
        .collect();
    columns(&["id", "name", "elements", "link, one way"], &rows)
}

/// One machine with all its figures, sources and grades.
pub fn machine_table(machine: &Machine) -> String {
    format!("{} ({})\n\n{}", machine.name(), machine.id(), figures_table(&machine.figures()))
}

/// The constants of the measured timing, by GPU generation and by network.
pub fn nccl_table(timing: &NcclTiming) -> String {
    let mut out = String::from(
        "Constants of the measured timing (NCCL), fitted on public logs and frozen.\n\
         Constants marked * include cost of unknown origin in the fit: they are not facts about hardware.\n",
    );
    let generations = timing.generations.iter().map(|one| (&one.name, &one.id, one.figures()));
    let networks = timing.networks.iter().map(|one| (&one.name, &one.id, one.figures()));
    for (name, id, figures) in generations.chain(networks) {
        let _ = write!(out, "\n{name} ({id})\n\n{}", figures_table(&figures));
    }
    out
}

fn figures_table(figures: &[(&'static str, &Figure)]) -> String {
    let mut out = String::new();
    let width = figures.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, figure) in figures {
        let mark = if figure.absorbs_unknown_cost { " *" } else { "" };
        let _ = writeln!(out, "{name:width$}  {}  [{}]{mark}", figure.label(), figure.grade.as_str());
        let _ = writeln!(out, "{:width$}  {}", "", figure.source);
    }
    out
}
