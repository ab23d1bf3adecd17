//! RCCL's JSON: a list of flat records, or one record per line.

use serde_json::{Map, Value};

use super::error::LogError;
use super::log::{NcclLog, note};
use super::record::{Key, RECORD, Record, runs_of_records};

/// Whether a text is such a list or such lines.
pub(super) fn is_records(text: &str) -> bool {
    let start = text.trim_start();
    let object = start.strip_prefix('[').map_or(start, str::trim_start);
    let first_line = object.lines().next().unwrap_or_default();
    // A word before the colon tells it from the JSON of nccl-tests, whose records are nested.
    object.starts_with('{') && (first_line.contains("\"busBw\"") || first_line.contains("\"inPlace\""))
}

/// Reads a list of records, or one per line; numbers may be texts. A record that the end of the file cuts is left out with a
/// note, if there are others.
///
/// # Errors
/// Text that is not JSON, with its place, or an error of [`runs_of_records`].
pub(super) fn read(name: &str, text: &str) -> Result<NcclLog, LogError> {
    let Records { records, cut_at } =
        if text.trim_start().starts_with('[') { listed(name, text)? } else { by_line(name, text)? };
    let mut log = runs_of_records(name, records)?;
    log.runs.iter_mut().for_each(|run| run.rccl = true);
    if cut_at.is_some() {
        note(&mut log.notes, cut_at, "ignored the last record, which the end of the file cuts");
    }
    Ok(log)
}

/// The records of a file, and the number of one that its end cuts.
#[derive(Default)]
struct Records {
    records: Vec<Record>,
    cut_at: Option<usize>,
}

fn by_line(name: &str, text: &str) -> Result<Records, LogError> {
    let mut found = Records::default();
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).peekable();
    while let Some((index, line)) = lines.next() {
        match serde_json::from_str::<Map<String, Value>>(line.trim().trim_end_matches(',')) {
            Ok(object) => found.records.push(record(index + 1, &object)),
            Err(error) if error.is_eof() && lines.peek().is_none() && !found.records.is_empty() => {
                found.cut_at = Some(index + 1);
            }
            Err(error) => return Err(not_json(name, index, &error)),
        }
    }
    Ok(found)
}

fn listed(name: &str, text: &str) -> Result<Records, LogError> {
    let error = match serde_json::from_str::<Vec<Map<String, Value>>>(text) {
        Ok(list) => {
            let records = list.iter().zip(1..).map(|(object, number)| record(number, object));
            return Ok(Records { records: records.collect(), cut_at: None });
        }
        Err(error) => error,
    };
    // The records before the end, one by one.
    let mut found = Records::default();
    let mut rest = text.trim_start().trim_start_matches('[');
    while error.is_eof() {
        rest = rest.trim_start().trim_start_matches(',').trim_start();
        let mut objects = serde_json::Deserializer::from_str(rest).into_iter::<Map<String, Value>>();
        match objects.next() {
            Some(Ok(object)) => found.records.push(record(found.records.len() + 1, &object)),
            Some(Err(_)) => {
                found.cut_at = Some(found.records.len() + 1);
                break;
            }
            // Only the closing bracket is missing.
            None => break,
        }
        rest = &rest[objects.byte_offset()..];
    }
    if found.records.is_empty() { Err(not_json(name, 0, &error)) } else { Ok(found) }
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
