//! Tables with named columns: CSV, and the Markdown tables of sizes and bandwidths that people keep.

use super::error::LogError;
use super::line::clean;
use super::log::NcclLog;
use super::prose;
use super::public_text::{device_name, run_name};
use super::record::{Key, Record, runs_of_records};

/// The most columns of a table.
const MAX_COLUMNS: usize = 64;

/// A column that only the CSV of rccl-tests has.
const RCCL_COLUMN: &str = "numCycle";

/// A column: its meaning, its name, and the run that it belongs to if several columns measure the same.
struct Column {
    key: Option<Key>,
    name: String,
    /// The number of the column among those with the same meaning, from 0.
    repeated: usize,
}

/// A header that was found.
struct Header {
    line: usize,
    separator: char,
    columns: Vec<Column>,
}

/// Reads the first table of a text that has a column of sizes and one of times or bandwidths, or else the lines that give a
/// size and a busbw in words; `None` without either.
pub(super) fn read(name: &str, text: &str) -> Option<Result<NcclLog, LogError>> {
    let lines = || text.lines().enumerate();
    let mut ranks = None;
    let header = lines().find_map(|(index, line)| {
        ranks = ranks_in(line).or(ranks);
        header(index + 1, line)
    });
    let Some(header) = header else {
        let records = prose::records(text, ranks_in);
        return (!records.is_empty()).then(|| runs_of_records(name, records).map(|log| with_devices(log, text)));
    };
    let mut records = Vec::new();
    for (index, line) in lines().skip(header.line) {
        let cells = cells(line, header.separator);
        if cells.len() == header.columns.len() {
            records.extend(records_of(index + 1, &header, &cells, ranks));
        }
    }
    if records.is_empty() {
        let problem = "the table has no rows with a size";
        return Some(Err(LogError::at(
            name,
            header.line,
            None,
            problem,
            "accepted: sizes such as 1048576, 64M or 1 GiB",
        )));
    }
    let is_rccl = header.columns.iter().any(|column| column.name == RCCL_COLUMN);
    Some(runs_of_records(name, records).map(|log| {
        let mut log = with_devices(log, text);
        log.runs.iter_mut().for_each(|run| run.rccl |= is_rccl);
        log
    }))
}

/// The log with the GPU that PyTorch's properties name: `hardware: _CudaDeviceProperties(name='NVIDIA H100 80GB HBM3', …)`.
fn with_devices(mut log: NcclLog, text: &str) -> NcclLog {
    let quoted = text.split_once("DeviceProperties(name='").and_then(|(_, rest)| rest.split('\'').next());
    let name = quoted.map(device_name).filter(|name| !name.is_empty());
    for run in log.runs.iter_mut().filter(|run| run.devices.is_empty()) {
        run.devices.extend(name.clone());
    }
    log
}

/// The cells of a line, without the empty ones that bars at both ends make.
fn cells(line: &str, separator: char) -> Vec<String> {
    let line = clean(line.trim()).into_owned();
    if separator == ' ' {
        return line.split_whitespace().map(str::to_owned).take(MAX_COLUMNS).collect();
    }
    let line = if separator == '|' { line.trim_matches('|') } else { &line };
    line.split(separator).map(|cell| cell.trim().to_owned()).take(MAX_COLUMNS).collect()
}

fn header(line_number: usize, line: &str) -> Option<Header> {
    // In this order: Markdown may have commas within cells.
    let separator = ['|', '\t', ';', ','].into_iter().find(|separator| line.contains(*separator)).unwrap_or(' ');
    let names = cells(line.trim_start_matches('#'), separator);
    let mut columns: Vec<Column> = Vec::new();
    for name in names {
        let key = Key::from_name(&name);
        let repeated = columns.iter().filter(|column| key.is_some() && column.key == key).count();
        columns.push(Column { key, name, repeated });
    }
    let has = |key: Key| columns.iter().any(|column| column.key == Some(key));
    let measures = has(Key::Time) || has(Key::AlgBw) || has(Key::BusBw);
    // A sentence is not a header.
    let all_known = separator != ' ' || columns.iter().all(|column| column.key.is_some());
    (has(Key::Size) && measures && all_known).then_some(Header { line: line_number, separator, columns })
}

/// The records of a row: one per repetition of its measured columns.
fn records_of(line: usize, header: &Header, cells: &[String], ranks: Option<u32>) -> Vec<Record> {
    let measured = |column: &Column| matches!(column.key, Some(Key::Time | Key::AlgBw | Key::BusBw | Key::Wrong));
    let repetitions = header.columns.iter().filter(|column| measured(column)).map(|column| column.repeated).max();
    // nccl-tests itself repeats its columns for the in-place half; people name theirs.
    let halves = header.columns.iter().filter(|column| column.name == "time").count() == 2;
    let mut records = Vec::new();
    for repetition in 0..=repetitions.unwrap_or(0) {
        let mut record = Record { line, ranks, in_place: halves && repetition == 1, ..Record::default() };
        for (column, cell) in header.columns.iter().zip(cells) {
            let Some(key) = column.key else { continue };
            if !measured(column) || column.repeated == repetition {
                record.set(key, &column.name, cell);
            }
            let names_run = key == Key::BusBw && column.repeated == repetition && repetitions > Some(0) && !halves;
            if names_run {
                record.run_name = name_of_column(&column.name);
                record.column = repetition;
            }
        }
        if record.message_bytes > 0 {
            records.push(record);
        }
    }
    records
}

/// `Baseline` of `Baseline (busbw)`.
fn name_of_column(column: &str) -> Option<String> {
    let without = column.split(['(', '[']).next()?.trim();
    let has_name = !without.is_empty() && Key::from_name(without).is_none();
    has_name.then(|| run_name(without)).flatten()
}

/// `4 GPUs`, `16 ranks`.
fn ranks_in(line: &str) -> Option<u32> {
    let words: Vec<&str> = line.split([' ', ',', '(', ')', '*', '#', ':']).filter(|word| !word.is_empty()).collect();
    words.windows(2).find_map(|pair| {
        let [count, unit] = pair else { return None };
        let unit = unit.to_ascii_lowercase();
        let count: u32 = count.parse().ok().filter(|count| (2..10_000_000).contains(count))?;
        ["gpus", "ranks"].contains(&unit.as_str()).then_some(count)
    })
}
