//! RCCL's JSON: a list of flat records, or one record per line.

use serde_json::{Map, Value};

use super::error::LogError;
use super::log::NcclLog;
use super::record::{Key, RECORD, Record, runs_of_records};

/// Whether a text is such a list or such lines.
pub(super) fn is_records(text: &str) -> bool {
    let start = text.trim_start();
    let object = start.strip_prefix('[').map_or(start, str::trim_start);
    let first_line = object.lines().next().unwrap_or_default();
    // A word before the colon tells it from the JSON of nccl-tests, whose records are nested.
    object.starts_with('{') && (first_line.contains("\"busBw\"") || first_line.contains("\"inPlace\""))
}

/// Reads a list of records, or one per line; numbers may be texts.
///
/// # Errors
/// Text that is not JSON, with its place, or an error of [`runs_of_records`].
pub(super) fn read(name: &str, text: &str) -> Result<NcclLog, LogError> {
    let mut records = Vec::new();
    if text.trim_start().starts_with('[') {
        let list: Vec<Map<String, Value>> = serde_json::from_str(text).map_err(|error| not_json(name, 0, &error))?;
        for (index, object) in list.iter().enumerate() {
            records.push(record(index + 1, object));
        }
    } else {
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let line = line.trim().trim_end_matches(',');
            let object: Map<String, Value> =
                serde_json::from_str(line).map_err(|error| not_json(name, index, &error))?;
            records.push(record(index + 1, &object));
        }
    }
    let mut log = runs_of_records(name, records)?;
    log.runs.iter_mut().for_each(|run| run.rccl = true);
    Ok(log)
}

fn record(line: usize, object: &Map<String, Value>) -> Record {
    let mut record = Record { line, ..Record::default() };
    for (name, value) in object {
        let Some(key) = Key::from_name(name) else { continue };
        match value {
            Value::String(text) => record.set(key, name, text),
            Value::Number(number) => record.set(key, name, &number.to_string()),
            Value::Bool(flag) => record.set(key, name, if *flag { "1" } else { "0" }),
            Value::Null | Value::Array(_) | Value::Object(_) => {}
        }
    }
    record
}

fn not_json(name: &str, lines_before: usize, error: &serde_json::Error) -> LogError {
    let hint = if error.is_eof() { "the file is incomplete; did the run end?" } else { RECORD };
    LogError::in_json(name, lines_before, error, "is not JSON from here on", hint)
}
