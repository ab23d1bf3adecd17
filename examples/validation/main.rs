//! Writes docs/validation.md and docs/validation.svg: the measured timing against public logs of `nccl-tests`.
//!
//! `cargo run --release --no-default-features --example validation -- LOGS OPERATIONS OUTPUT`, where LOGS is a folder of logs of
//! all-reduces and OPERATIONS one of other operations, named as in assets/validation.ron.

mod between_nodes;
mod document;
mod list;
mod plot;

use std::error::Error;
use std::path::{Path, PathBuf};

use fabricscope::catalog::Catalog;
use fabricscope::compare::{Comparison, LogCluster, cluster, compare};
use fabricscope::nccl::MeasuredInputs;
use fabricscope::nccl_log::load_log;

use document::{Logs, document};
use list::{LogWithoutModel, ValidationList, ValidationLog};
use plot::plot;

/// A log with its predictions.
pub struct ComparedLog {
    entry: ValidationLog,
    comparison: Comparison,
    cluster: MeasuredInputs,
}

/// A log without a prediction, with the number of its rows.
pub struct UnmodelledLog {
    entry: LogWithoutModel,
    rows: usize,
}

fn compared(entry: ValidationLog, logs: &Path, catalog: &Catalog) -> Result<ComparedLog, Box<dyn Error>> {
    let log = load_log(&logs.join(format!("{}.txt", entry.log)))?;
    let flags = entry.flags();
    let run = log.runs.first().ok_or("a log without a run")?;
    let of_log = cluster(&flags, &LogCluster::from(run), catalog)?;
    let comparison = compare(run, &of_log, catalog);
    Ok(ComparedLog { entry, comparison, cluster: of_log.inputs })
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(operations), Some(output)) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("usage: validation LOGS OPERATIONS OUTPUT".into());
    };
    let catalog = Catalog::bundled()?;
    let list = ValidationList::bundled()?;
    let all = |entries: Vec<ValidationLog>, folder: &Path| -> Result<Vec<ComparedLog>, Box<dyn Error>> {
        entries.into_iter().map(|entry| compared(entry, folder, &catalog)).collect()
    };
    let mut without_model = Vec::new();
    for entry in list.without_constants {
        let rows = load_log(&folder.join(format!("{}.txt", entry.log)))?.runs.iter().map(|run| run.rows.len()).sum();
        without_model.push(UnmodelledLog { entry, rows });
    }
    let logs = Logs {
        healthy: all(list.logs, &folder)?,
        operations: all(list.operations, &operations)?,
        degraded: all(list.degraded, &folder)?,
        without_model,
    };
    std::fs::create_dir_all(&output)?;
    std::fs::write(output.join("validation.md"), document(&logs))?;
    let plotted: Vec<&ComparedLog> = logs.healthy.iter().chain(&logs.degraded).collect();
    std::fs::write(output.join("validation.svg"), plot(&plotted))?;
    Ok(())
}
