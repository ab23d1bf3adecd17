//! The runs of a log: its tables, put together, told apart, and with their devices.

use super::error::{LogError, WANTED};
use super::facts::Devices;
use super::log::{LogNote, NcclLog, note};
use super::operation::Operation;
use super::table::{Below, Table};

/// The programs whose output can be compared.
pub(super) const PROGRAMS: &str = "accepted: the output of all_reduce_perf, all_gather_perf, reduce_scatter_perf, alltoall_perf, \
     broadcast_perf, reduce_perf, sendrecv_perf, scatter_perf, gather_perf";

/// What was found in a log.
pub(super) struct Found {
    /// The line of the first row.
    pub first_line: usize,
    pub tables: Vec<Table>,
    /// One list per `Using devices`, and one for the lines before the first.
    pub devices: Vec<Devices>,
    /// Whether a rank is in one list twice.
    pub listed_twice: bool,
    pub nodes: Option<u32>,
    pub nccl_version: Option<String>,
    /// Whether RCCL wrote it.
    pub rccl: bool,
    pub notes: Vec<LogNote>,
}

/// The tables of a log whose operation can be compared, as runs.
///
/// # Errors
/// The log has no such table with a time, or one with a busbw below its algbw.
pub(super) fn runs_of(name: &str, mut found: Found) -> Result<NcclLog, LogError> {
    let mut notes = found.notes;
    let mut tables: Vec<Table> = Vec::new();
    let listed = |table: &Table| found.devices.get(table.devices).and_then(Devices::ranks);
    for mut table in std::mem::take(&mut found.tables) {
        let of_table = std::mem::take(&mut table.notes);
        if table.rows.is_empty() || table.operation(listed(&table)).is_compared() {
            of_table.into_iter().for_each(|one| note(&mut notes, one.line, one.text));
        }
        if table.rows.is_empty() {
            continue;
        }
        match tables.last_mut().filter(|above| table.continues(above)) {
            Some(above) => {
                above.rows.extend(table.rows);
                above.found += table.found;
            }
            None => tables.push(table),
        }
    }
    if let Some(below) = tables.iter().find_map(|table| table.impossible(listed(table))) {
        return Err(impossible(name, below));
    }
    let (kept, others): (Vec<Table>, Vec<Table>) =
        tables.into_iter().partition(|table| table.operation(listed(table)).is_compared());
    for table in &others {
        let text = format!("ignored the table of {}", table.operation(listed(table)).with_article());
        note(&mut notes, Some(table.line), text);
    }
    if found.listed_twice || kept.iter().any(|table| table.copies > 1) {
        let text = "lists its ranks more than once: nccl-tests was built without MPI (MPI=1), so that these are separate \
                    runs, each of one process";
        note(&mut notes, None, text);
    }
    let mut log = NcclLog::default();
    for table in kept.into_iter().flat_map(Table::split) {
        let devices = found.devices.get(table.devices);
        let ranks = devices.and_then(Devices::ranks);
        let mut run = table.into_run(ranks, &mut notes);
        run.operation = run.operation.settled_by(name);
        run.nodes = devices.and_then(Devices::nodes).or(found.nodes);
        run.devices = devices.map(|devices| devices.names.clone()).unwrap_or_default();
        run.devices.sort();
        run.nccl_version = found.nccl_version.clone();
        run.rccl = found.rccl;
        if !run.rows.is_empty() {
            log.runs.push(run);
        }
    }
    if log.runs.is_empty() {
        return Err(none_usable(name, found.first_line, &others, &notes));
    }
    log.notes = notes;
    Ok(log)
}

fn impossible(name: &str, below: Below) -> LogError {
    let Below { line, algbw_gb_s, busbw_gb_s } = below;
    let problem = format!("busbw ({busbw_gb_s} GB/s) is below algbw ({algbw_gb_s} GB/s): no all-reduce has that");
    LogError::at(name, line, None, problem, "busbw is algbw x 2 (n - 1) / n for n ranks; check the source of the table")
}

/// The problem of a log without an operation that can be compared.
pub(super) fn not_compared(operation: Operation) -> String {
    format!("contains {}, for which there is no model", operation.with_article())
}

fn none_usable(name: &str, line: usize, others: &[Table], notes: &[LogNote]) -> LogError {
    if let Some(other) = others.first() {
        return LogError::at(name, other.line, None, not_compared(other.operation(None)), PROGRAMS);
    }
    let why = notes.iter().rev().find(|note| note.line.is_some_and(|at| at >= line));
    let why = why.map(|note| format!(": {}", note.text)).unwrap_or_default();
    LogError::at(name, line, None, format!("no row is usable{why}"), WANTED)
}
