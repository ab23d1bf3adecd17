//! A measurement by named values, as RCCL's JSON and CSV and people's summaries have it, and runs of such records.

use super::error::LogError;
use super::line::number;
use super::log::{LogNote, LogRow, LogRun, MAX_LOG_ROWS, NcclLog, RanksFrom, note};
use super::operation::Operation;
use super::public_text::element;
use super::runs::{PROGRAMS, not_compared};

/// A measurement of one size, in one half or with both.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Record {
    /// The line, from 1.
    pub line: usize,
    /// Which of several columns it is from; each is a run.
    pub column: usize,
    /// The name of that run.
    pub run_name: Option<String>,
    pub operation: Option<Operation>,
    pub ranks: Option<u32>,
    pub nodes: Option<u32>,
    pub message_bytes: u64,
    pub element: String,
    pub reduction: String,
    /// Whether all values are those of the in-place half.
    pub in_place: bool,
    pub time_s: Option<f64>,
    pub algbw_gb_s: Option<f64>,
    pub busbw_gb_s: Option<f64>,
    pub wrong: Option<u64>,
}

/// The meaning of a named value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Operation,
    Ranks,
    Nodes,
    Size,
    Element,
    Reduction,
    InPlace,
    Time,
    AlgBw,
    BusBw,
    Wrong,
}

impl Key {
    /// The meaning of a name such as `busBw`, `Size (B)` or `time [us]`; `None` for another.
    pub(super) fn from_name(name: &str) -> Option<Key> {
        let letters = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
        let name: String = letters.collect();
        Some(match name.as_str() {
            "name" | "operation" | "collective" => Key::Operation,
            "ranks" | "gpus" | "nranks" | "ngpus" => Key::Ranks,
            "nodes" => Key::Nodes,
            "size" | "sizeb" | "sizebytes" | "sizeinbytes" | "bytes" | "message" | "messagesize" | "msgsize"
            | "payload" => Key::Size,
            "sizekb" | "sizekib" | "sizemb" | "sizemib" | "sizegb" | "sizegib" => Key::Size,
            "type" | "datatype" | "dtype" => Key::Element,
            "redop" => Key::Reduction,
            "inplace" => Key::InPlace,
            "wrong" => Key::Wrong,
            name if name.contains("busbw") || name.contains("busbandwidth") => Key::BusBw,
            name if name.contains("algbw") || name.contains("algbandwidth") => Key::AlgBw,
            name if name.starts_with("time") || name.starts_with("latency") => Key::Time,
            _ => return None,
        })
    }
}

impl Record {
    /// Sets a value from its text; `name` may give its unit. An implausible value is left out.
    pub(super) fn set(&mut self, key: Key, name: &str, text: &str) {
        let text = text.trim().trim_matches(['*', '`', '"']).trim();
        let count = || number(text).filter(|n| *n >= 0.0 && n.fract() == 0.0 && *n < 1e9).map(|n| n as u32);
        let positive = |n: &f64| n.is_finite() && *n > 0.0;
        match key {
            Key::Operation => self.operation = Some(Operation::from_program(text).unwrap_or(Operation::Unknown)),
            Key::Ranks => self.ranks = count().filter(|ranks| *ranks > 1).or(self.ranks),
            Key::Nodes => self.nodes = count().filter(|nodes| *nodes > 0),
            Key::Size => {
                let unit = unit_of(name);
                let has_unit = text.ends_with(|c: char| c.is_ascii_alphabetic());
                let with_own = if has_unit { size_bytes(text) } else { size_bytes(&format!("{text}{unit}")) };
                self.message_bytes = with_own.or_else(|| size_bytes(text)).unwrap_or(0);
            }
            Key::Element => self.element = element(text).to_owned(),
            Key::Reduction => self.reduction = text.chars().take(24).collect(),
            Key::InPlace => self.in_place = number(text) == Some(1.0) || text.eq_ignore_ascii_case("true"),
            Key::Time => self.time_s = with_unit(name, text, &TIMES).filter(positive),
            Key::AlgBw => self.algbw_gb_s = with_unit(name, text, &RATES).filter(positive),
            Key::BusBw => self.busbw_gb_s = with_unit(name, text, &RATES).filter(positive),
            Key::Wrong => self.wrong = number(text).filter(|n| *n >= 0.0).map(|n| n as u64),
        }
    }

    /// The row, if it has a size and a time or a bandwidth.
    fn row(&self) -> Option<LogRow> {
        let by_algbw = self.algbw_gb_s.map(|algbw| self.message_bytes as f64 / (algbw * 1e9));
        let time_s = self.time_s.or(by_algbw).filter(|time| time.is_finite() && *time > 0.0);
        if self.message_bytes == 0 || (time_s.is_none() && self.busbw_gb_s.is_none()) {
            return None;
        }
        let here = |value: Option<f64>| if self.in_place { (None, value) } else { (value, None) };
        let (out_of_place_s, in_place_s) = here(time_s);
        let (out_of_place_busbw_gb_s, in_place_busbw_gb_s) = here(self.busbw_gb_s);
        Some(LogRow {
            line: self.line,
            message_bytes: self.message_bytes,
            element: self.element.clone(),
            reduction: self.reduction.clone(),
            out_of_place_s,
            in_place_s,
            out_of_place_busbw_gb_s,
            in_place_busbw_gb_s,
            wrong: self.wrong,
        })
    }
}

/// Units of times in seconds, and of rates in GB/s; the first is that of numbers without one.
const TIMES: [(&str, f64); 5] = [("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("ns", 1e-9), ("s", 1.0)];
const RATES: [(&str, f64); 7] = [
    ("gb/s", 1.0),
    ("gbps", 0.125),
    ("mb/s", 1e-3),
    ("tb/s", 1e3),
    ("gib/s", 1.073_741_824),
    ("gbytes/s", 1.0),
    ("gbit/s", 0.125),
];

/// The unit in the name of a column: `us` of `time (us)`.
fn unit_of(name: &str) -> &str {
    let last = name.rsplit([' ', '(', '[', '_']).next().unwrap_or_default();
    last.trim_matches(['(', ')', '[', ']'])
}

/// A number with its own unit, or that of the name of its column.
fn with_unit(name: &str, text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let end =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | 'e'))).unwrap_or(text.len());
    let (value, own) = text.split_at_checked(end)?;
    let value = number(value)?;
    let factor = |unit: &str| {
        let unit = unit.trim().trim_matches(['(', ')', '[', ']']);
        // `GBps` are bytes and `Gbps` bits; without a difference of letters bits are usual.
        let unit = unit.strip_suffix("Bps").map_or(unit.to_lowercase(), |prefix| format!("{prefix}b/s").to_lowercase());
        units.iter().find(|(known, _)| *known == unit).map(|(_, factor)| *factor)
    };
    let last = unit_of(name);
    let default = units.first().map_or(1.0, |(_, factor)| *factor);
    match own.trim() {
        "" => Some(value * factor(last).unwrap_or(default)),
        own => factor(own).map(|factor| value * factor),
    }
}

/// A size such as `1048576`, `64M`, `1 GiB`; suffixes count in 1,024s, as those of nccl-tests do.
fn size_bytes(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(text.len());
    let (value, suffix) = text.split_at_checked(end)?;
    let value = number(value)?;
    let power = match suffix.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 1,
        "m" | "mb" | "mib" => 2,
        "g" | "gb" | "gib" => 3,
        "t" | "tb" | "tib" => 4,
        _ => return None,
    };
    let bytes = value * f64::from(1024_u32).powi(power);
    (bytes.fract() == 0.0 && (1.0..1e18).contains(&bytes)).then_some(bytes as u64)
}

/// Puts records together as runs: one per column and number of ranks, in order of their first record. Halves of one size that
/// follow each other become one row.
///
/// # Errors
/// Too many records, none of an operation with a model, or none with a size and a time or bandwidth.
pub(super) fn runs_of_records(name: &str, records: Vec<Record>) -> Result<NcclLog, LogError> {
    if records.len() > MAX_LOG_ROWS {
        return Err(LogError::too_many_rows(name, None));
    }
    let mut notes: Vec<LogNote> = Vec::new();
    let mut other = None;
    let (mut runs, mut keys): (Vec<LogRun>, Vec<_>) = (Vec::new(), Vec::new());
    for record in &records {
        if let Some(operation) = record.operation.filter(|operation| !operation.is_compared()) {
            other = other.or(Some((record.line, operation)));
            continue;
        }
        let Some(row) = record.row() else {
            note(&mut notes, Some(record.line), "ignored a record without a size, or without a time or bandwidth");
            continue;
        };
        // People's summaries without a name are of all-reduces.
        let operation = record.operation.unwrap_or_default();
        let key = (record.column, record.ranks, record.nodes, operation);
        let run = match keys.iter().rposition(|known| *known == key).and_then(|at| runs.get_mut(at)) {
            Some(run) => run,
            None => {
                keys.push(key);
                runs.push(LogRun {
                    name: record.run_name.clone(),
                    line: record.line,
                    operation,
                    ranks: record.ranks,
                    ranks_from: record.ranks.map(|_| RanksFrom::Header),
                    nodes: record.nodes,
                    ..LogRun::default()
                });
                let Some(run) = runs.last_mut() else { continue };
                run
            }
        };
        match run.rows.last_mut().filter(|last| record.in_place && joins(last, &row)) {
            Some(last) => {
                last.in_place_s = row.in_place_s;
                last.in_place_busbw_gb_s = row.in_place_busbw_gb_s;
                last.wrong = last.wrong.into_iter().chain(row.wrong).reduce(u64::saturating_add);
            }
            None => run.rows.push(row),
        }
    }
    if let Some((line, operation)) = other {
        if runs.is_empty() {
            return Err(LogError::at(name, line, None, not_compared(operation), PROGRAMS));
        }
        note(&mut notes, Some(line), format!("ignored the records of {}", operation.with_article()));
    }
    if runs.is_empty() {
        return Err(LogError::whole(name, "no record has a size above 0 and a time or bandwidth", RECORD));
    }
    Ok(NcclLog { runs, notes })
}

/// Whether a half is that of the row before it.
fn joins(last: &LogRow, half: &LogRow) -> bool {
    let label = |row: &LogRow| (row.message_bytes, row.element.clone(), row.reduction.clone());
    last.in_place_s.is_none() && last.in_place_busbw_gb_s.is_none() && label(last) == label(half)
}

/// What a record looks like.
pub(super) const RECORD: &str =
    "accepted: {\"name\": \"AllReduce\", \"ranks\": 8, \"size\": 1048576, \"inPlace\": 0, \"time\": 28.39, ...}";
