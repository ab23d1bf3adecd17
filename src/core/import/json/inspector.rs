//! Lines of the NCCL Inspector: size and time of every collective of a job.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

use serde::Deserialize;

use super::json_error;
use super::scalar::Scalar;
use crate::catalog::Catalog;
use crate::import::error::ImportError;
use crate::import::form::Form;
use crate::import::imported::Imported;
use crate::import::operations::{Operation, import_operations, nccl_collective};
use crate::import::report::ImportReport;
use crate::import::source::{MAX_TEXT_BYTES, unreadable};
use crate::scene::Collective;
use crate::units::{Femtos, grouped, significant};

/// Longest line, bytes.
const MAX_LINE: u64 = 64 << 10;
/// Most collectives.
const MAX_COLLECTIVES: usize = 1_000_000;
/// Collectives that are played.
const PLAYED: usize = 64;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Record {
    header: Header,
    coll_perf: Option<Perf>,
}

/// A record, or a list of them.
#[derive(Debug, Deserialize)]
#[serde(from = "OneOrSeveral")]
struct Records(Vec<Record>);

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrSeveral {
    One(Record),
    Several(Vec<Record>),
}

impl From<OneOrSeveral> for Records {
    fn from(records: OneOrSeveral) -> Records {
        match records {
            OneOrSeveral::One(record) => Records(vec![record]),
            OneOrSeveral::Several(records) => Records(records),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Header {
    id: Scalar,
    n_ranks: Scalar,
    nnodes: Scalar,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Perf {
    coll: Scalar,
    coll_sn: Scalar,
    coll_msg_size_bytes: Scalar,
    coll_exec_time_us: Scalar,
    coll_algobw_gbs: Scalar,
    coll_busbw_gbs: Scalar,
}

/// A collective: the fastest of the ranks that a file has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InspectedCall {
    /// The operation.
    pub collective: Collective,
    /// Bytes as the operation counts them.
    pub bytes: u64,
    /// Time, µs.
    pub time_us: f64,
    /// Bus bandwidth, GB/s.
    pub busbw_gb_s: f64,
}

/// The largest communicator of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InspectorLog {
    /// Its ranks.
    pub ranks: u32,
    /// Its nodes.
    pub nodes: u32,
    /// Its collectives by their number.
    pub calls: BTreeMap<u64, InspectedCall>,
    /// Lines of single sends and unknown operations.
    pub others: usize,
    /// Whether the last line is cut.
    pub is_cut: bool,
}

/// What was read so far.
#[derive(Default)]
struct Collected {
    /// By ranks, and the communicator's id.
    communicators: BTreeMap<(u64, String), InspectorLog>,
    others: usize,
    count: usize,
}

impl Collected {
    /// Takes a record.
    ///
    /// # Errors
    /// There are too many.
    fn take(&mut self, record: &Record) -> Result<(), &'static str> {
        let Some((call, sn)) = record.coll_perf.as_ref().and_then(|perf| perf.call(&record.header)) else {
            self.others += 1;
            return Ok(());
        };
        self.count += 1;
        if self.count > MAX_COLLECTIVES {
            return Err("more than 1,000,000 collectives");
        }
        let header = &record.header;
        let ranks = header.n_ranks.whole().unwrap_or_default();
        let id: String = header.id.text().chars().take(40).collect();
        let log = self.communicators.entry((ranks, id)).or_default();
        log.ranks = u32::try_from(ranks).unwrap_or(u32::MAX);
        log.nodes = log.nodes.max(header.nnodes.whole().and_then(|nodes| u32::try_from(nodes).ok()).unwrap_or(1));
        let known = log.calls.entry(sn).or_insert(call);
        if call.time_us < known.time_us {
            *known = call;
        }
        Ok(())
    }
}

/// Reads the lines, each of which may have a tag before it, or a list of records, or records over several lines.
///
/// # Errors
/// A line other than the last is not JSON or too long; no collective.
pub(in crate::import) fn read(reader: impl Read) -> Result<InspectorLog, ImportError> {
    let mut reader = BufReader::new(reader);
    let mut all = Collected::default();
    let is_cut = if has_a_record_a_line(&mut reader)? {
        read_lines(reader, &mut all)?
    } else {
        read_values(reader, &mut all)?;
        false
    };
    let others = all.others;
    let most = all.communicators.into_values().max_by_key(|log| (log.ranks, log.calls.len()));
    let log = most.ok_or_else(|| {
        let problem = match others {
            0 => "has no collective".to_owned(),
            others => format!("has no collective, but {others} sends, receives or other operations"),
        };
        ImportError::whole(problem, "accepted: records with coll_perf")
    })?;
    Ok(InspectorLog { others, is_cut, ..log })
}

/// Whether the first line with a brace is not the beginning of a list or of a record that goes on below.
fn has_a_record_a_line(reader: &mut BufReader<impl Read>) -> Result<bool, ImportError> {
    let head = reader.fill_buf().map_err(|error| unreadable(&error))?;
    let start = head.trim_ascii_start();
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    let is_list =
        line.starts_with(b"[") && matches!(line.get(1..).map(<[u8]>::trim_ascii_start), Some([] | [b'{', ..]));
    Ok(!is_list && line != b"{")
}

/// Reads a record a line. Returns whether the last one is cut.
fn read_lines(mut reader: BufReader<impl Read>, all: &mut Collected) -> Result<bool, ImportError> {
    let mut number = 0;
    loop {
        let mut line = Vec::new();
        let read = (&mut reader).take(MAX_LINE).read_until(b'\n', &mut line).map_err(|error| unreadable(&error))?;
        let line = String::from_utf8_lossy(&line);
        number += 1;
        if read == 0 {
            return Ok(false);
        }
        let has_end = line.ends_with('\n');
        if read as u64 == MAX_LINE && !has_end {
            return Err(ImportError::line(
                number,
                "a line of more than 64 KiB",
                "accepted: lines of the NCCL Inspector",
            ));
        }
        // Other lines of the job may stand between.
        let Some(record) = line.find('{').and_then(|at| line.get(at..)) else { continue };
        let mut json = serde_json::Deserializer::from_str(record);
        match Record::deserialize(&mut json) {
            Ok(record) => all
                .take(&record)
                .map_err(|problem| ImportError::line(number, problem, "keep the part of some steps"))?,
            Err(_) if !has_end => return Ok(true),
            Err(_) if !record.contains("_perf\"") => {}
            Err(error) => return Err(ImportError { place: crate::import::Place::Line(number), ..json_error(error) }),
        }
    }
}

/// Reads a list of records, or records one after the other.
fn read_values(reader: BufReader<impl Read>, all: &mut Collected) -> Result<(), ImportError> {
    let values = serde_json::Deserializer::from_reader(reader.take(MAX_TEXT_BYTES)).into_iter::<Records>();
    for records in values {
        for record in records.map_err(json_error)?.0 {
            all.take(&record).map_err(|problem| ImportError::whole(problem, "keep the part of some steps"))?;
        }
    }
    Ok(())
}

impl Perf {
    fn call(&self, header: &Header) -> Option<(InspectedCall, u64)> {
        let (collective, is_per_rank) = nccl_collective(self.coll.text())?;
        let bytes = self.coll_msg_size_bytes.whole().filter(|bytes| *bytes > 0)?;
        let time_us = self.coll_exec_time_us.number().filter(|us| *us > 0.0)?;
        // Whether the size is that of a rank or of all shows in the bandwidth that the same line has.
        let ranks = header.n_ranks.whole().unwrap_or(1).max(1);
        let counted = self.coll_algobw_gbs.number().map(|gb_s| gb_s * 1e3 * time_us / bytes as f64);
        let is_of_rank = is_per_rank && counted.is_some_and(|counted| (counted / ranks as f64 - 1.0).abs() < 0.05);
        let bytes = if is_of_rank { bytes.checked_mul(ranks)? } else { bytes };
        let busbw_gb_s = self.coll_busbw_gbs.number().unwrap_or_default();
        Some((InspectedCall { collective, bytes, time_us, busbw_gb_s }, self.coll_sn.whole()?))
    }
}

/// Imports the collectives of the largest communicator.
pub(in crate::import) fn import(reader: impl Read, catalog: &Catalog) -> Result<Imported, ImportError> {
    let log = read(reader)?;
    let mut report = ImportReport::default();
    report.read("Collectives", grouped(log.calls.len() as u64));
    report.read("Ranks", log.ranks.to_string());
    report.read("Nodes", log.nodes.to_string());
    let mut kinds: BTreeMap<(Collective, u64), Vec<f64>> = BTreeMap::new();
    for call in log.calls.values() {
        kinds.entry((call.collective, call.bytes)).or_default().push(call.time_us);
    }
    for ((collective, bytes), times) in kinds.iter().take(20) {
        let fastest = times.iter().copied().fold(f64::INFINITY, f64::min);
        let slowest = times.iter().copied().fold(0.0, f64::max);
        let time = |us: f64| Femtos::from_secs(us * 1e-6).to_string();
        let text = format!("{} of {} B: {} to {}", times.len(), grouped(*bytes), time(fastest), time(slowest));
        report.read(collective.as_str(), text);
    }
    let best = log.calls.values().map(|call| call.busbw_gb_s).fold(0.0, f64::max);
    report.read("Best busbw", format!("{} GB/s", significant(best)));
    if let Some(first) = log.calls.values().next() {
        report.read("First collective", Femtos::from_secs(first.time_us * 1e-6).to_string());
    }
    if log.is_cut {
        report.warn("The last line is cut; it is left out.");
    }
    if log.others > 0 {
        report.leave_out(format!("{} lines of single sends and other operations.", log.others));
    }
    if log.calls.len() > PLAYED {
        report.leave_out(format!("{} collectives after the first {PLAYED}.", log.calls.len() - PLAYED));
    }
    report.leave_out("Hosts, processes and dates.");
    report.guess("The collectives follow each other without computation between: the lines have no starts.");
    let operations =
        log.calls.values().take(PLAYED).map(|call| Operation::collective(call.collective, call.bytes)).collect();
    let what = format!("{} collectives", log.calls.len().min(PLAYED));
    import_operations((Form::Inspector, &what), log.ranks, None, operations, report, catalog)
}
