//! The JSON that `nccl-tests` writes with `-J` (from 2.17 on); fields that are not needed here may be anything.

use std::fmt;

use serde::de::{Deserializer, Error, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, de};

use super::facts::{Devices, collective, version_of_code};
use super::row::{Half, element_bytes};
use super::table::Table;
use super::{LogError, LogRow, MAX_LOG_ROWS, NcclLog, note};

/// Most devices and arguments that are kept.
const MAX_LISTED: usize = 1_000_000;

#[derive(Deserialize)]
struct Report {
    #[serde(default, deserialize_with = "bounded::<_, String, MAX_LISTED>")]
    args: Vec<String>,
    nccl_version: Option<u64>,
    #[serde(default)]
    config: Config,
    #[serde(default, deserialize_with = "bounded::<_, ResultRow, MAX_LOG_ROWS>")]
    results: Vec<ResultRow>,
    out_of_bounds: Option<OutOfBounds>,
}

#[derive(Default, Deserialize)]
struct Config {
    nthreads: Option<u32>,
    ngpus: Option<u32>,
    #[serde(default, deserialize_with = "bounded::<_, Device, MAX_LISTED>")]
    devices: Vec<Device>,
}

#[derive(Deserialize)]
struct Device {
    rank: Option<u32>,
    #[serde(default)]
    group: u64,
    #[serde(default)]
    hostname: String,
    #[serde(default)]
    device_info: String,
}

#[derive(Deserialize)]
struct OutOfBounds {
    count: Option<f64>,
}

#[derive(Deserialize)]
struct ResultRow {
    size: u64,
    count: Option<u64>,
    #[serde(default, rename = "type")]
    element: String,
    #[serde(default)]
    redop: String,
    root: Option<Root>,
    out_of_place: Option<ResultHalf>,
    in_place: Option<ResultHalf>,
}

/// nccl-tests writes the root as a text with blanks.
#[derive(Deserialize)]
#[serde(untagged)]
enum Root {
    Number(f64),
    Text(String),
    Other(IgnoredAny),
}

#[derive(Deserialize)]
struct ResultHalf {
    #[serde(default, deserialize_with = "time")]
    time: Option<f64>,
    /// With `-C`: of the call on the CPU, not of the collective.
    cpu_time: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "bandwidth")]
    alg_bw: Option<f64>,
    #[serde(default, deserialize_with = "bandwidth")]
    bus_bw: Option<f64>,
}

/// A list of at most `MOST` items: more are refused while they are read, before they fill the memory.
fn bounded<'de, D: Deserializer<'de>, T: Deserialize<'de>, const MOST: usize>(source: D) -> Result<Vec<T>, D::Error> {
    struct Bounded<T, const MOST: usize>(std::marker::PhantomData<T>);
    impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for Bounded<T, MOST> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a list of at most {MOST}")
        }

        fn visit_unit<E: de::Error>(self) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut items = Vec::new();
            while let Some(item) = list.next_element()? {
                if items.len() >= MOST {
                    return Err(A::Error::custom(format!("more than {MOST} items")));
                }
                items.push(item);
            }
            Ok(items)
        }
    }
    source.deserialize_any(Bounded::<T, MOST>(std::marker::PhantomData))
}

/// A number, or what stands for none. Errors made here get the parser's line and column.
fn number<'de, D: Deserializer<'de>>(
    source: D,
    accepts: fn(f64) -> bool,
    nothing: &[&str],
    wanted: &str,
) -> Result<Option<f64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Value {
        Number(f64),
        Text(String),
        None(()),
    }
    let error = |found: &dyn fmt::Display| D::Error::custom(format!("{found} is not {wanted}"));
    match Value::deserialize(source).map_err(|_| error(&"this"))? {
        Value::Number(number) if accepts(number) => Ok(Some(number)),
        Value::Number(number) => Err(error(&number)),
        Value::Text(text) if nothing.contains(&text.as_str()) => Ok(None),
        Value::Text(text) => Err(error(&text)),
        Value::None(()) => Ok(None),
    }
}

fn time<'de, D: Deserializer<'de>>(source: D) -> Result<Option<f64>, D::Error> {
    // A message of 0 bytes may take 0; it is passed over later.
    number(source, |time| time.is_finite() && time >= 0.0, &["N/A"], "a time: microseconds above 0, or null")
}

fn bandwidth<'de, D: Deserializer<'de>>(source: D) -> Result<Option<f64>, D::Error> {
    // nccl-tests writes "nan" for 0 bytes in no time.
    number(source, |rate| rate.is_finite() && rate >= 0.0, &["N/A", "nan"], "a bandwidth: GB/s, at least 0, or null")
}

const WANTED: &str = "accepted: {\"results\": [{\"size\": 1048576, \"out_of_place\": {\"time\": 73.1, ...}, ...}]}";

/// Reads a log that is JSON.
pub(super) fn read(name: &str, text: &str) -> Result<NcclLog, LogError> {
    let report: Report = serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        // The place is told apart from the problem.
        let problem = message.rsplit_once(" at line ").map_or(message.as_str(), |(problem, _)| problem);
        let hint = if error.is_eof() { "the file breaks off: did the run end?" } else { WANTED };
        LogError::at(name, error.line(), Some(error.column()), problem, hint)
    })?;
    if report.results.is_empty() {
        return Err(LogError::whole(name, "holds no results", WANTED));
    }
    let mut devices = Devices::default();
    for device in &report.config.devices {
        if let Some(rank) = device.rank.filter(|rank| *rank < 10_000_000) {
            devices.add(device.group, rank, &device.hostname, &device.device_info);
        }
    }
    let called = report.args.iter().find_map(|word| collective(word)).map(str::to_owned);
    // The arguments are this program's own, unlike a command line in a text.
    let mut table = Table { line: 1, named: called, ..Table::default() };
    let mut notes = Vec::new();
    for (index, result) in report.results.iter().enumerate() {
        take(name, index + 1, result, &mut table, &mut notes)?;
    }
    if report.out_of_bounds.and_then(|bounds| bounds.count).is_some_and(|count| count > 0.0) {
        note(&mut notes, None, "the run's own check of its sums FAILED");
    }
    if !table.is_empty() && !table.is_all_reduce() {
        let problem = format!("holds no all-reduce, but {}", table.collective());
        return Err(LogError::whole(name, problem, "accepted: the output of all_reduce_perf"));
    }
    let mut log = NcclLog {
        nodes: devices.nodes(),
        nccl_version: report.nccl_version.and_then(version_of_code),
        ..NcclLog::default()
    };
    let per_process = report.config.nthreads.unwrap_or(1).saturating_mul(report.config.ngpus.unwrap_or(1));
    table.merge_into(name, devices.ranks_listed_by_process(per_process), &mut log, &mut notes)?;
    if log.rows.is_empty() {
        return Err(LogError::whole(name, "no result has a size above 0 and a time", WANTED));
    }
    log.devices = devices.names;
    log.devices.sort();
    log.notes = notes;
    Ok(log)
}

fn take(
    name: &str,
    number: usize,
    result: &ResultRow,
    table: &mut Table,
    notes: &mut Vec<super::LogNote>,
) -> Result<(), LogError> {
    if result.size == 0 {
        note(notes, Some(number), "a message of 0 bytes was passed over");
        return Ok(());
    }
    let by_count = element_bytes(&result.element).zip(result.count).and_then(|(bytes, count)| bytes.checked_mul(count));
    if by_count.is_some_and(|bytes| bytes != result.size) {
        note(notes, Some(number), "a size that is not its count was passed over");
        return Ok(());
    }
    let root = match &result.root {
        Some(Root::Number(root)) => Some(*root),
        Some(Root::Text(root)) => root.trim().parse().ok(),
        Some(Root::Other(_)) | None => None,
    };
    let half = |half: &Option<ResultHalf>| {
        let mut out = Half::default();
        if let Some(half) = half {
            if half.time == Some(0.0) {
                let problem = format!("results[{}] has a time of 0", number - 1);
                return Err(LogError::whole(name, problem, "accepted: microseconds above 0, or null"));
            }
            out.time_s = half.time.map(|time| time * 1e-6);
            out.algbw_gb_s = half.alg_bw;
            out.busbw_gb_s = half.bus_bw;
            out.settle(result.size, half.cpu_time.is_some());
        }
        Ok(out)
    };
    let halves = [half(&result.out_of_place)?, half(&result.in_place)?];
    let [out, inside] = &halves;
    let row = LogRow {
        line: number,
        message_bytes: result.size,
        element: result.element.clone(),
        reduction: result.redop.clone(),
        out_of_place_s: out.time_s,
        in_place_s: inside.time_s,
        out_of_place_busbw_gb_s: out.busbw_gb_s,
        in_place_busbw_gb_s: inside.busbw_gb_s,
    };
    table.add(row, root, &halves, notes);
    Ok(())
}
