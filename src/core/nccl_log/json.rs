//! The JSON that `nccl-tests` writes with `-J` (from 2.17 on); fields that are not needed are ignored.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, SeqAccess, Visitor};
use serde_json::error::Category;

use super::error::LogError;
use super::facts::{Devices, program, version_of_code};
use super::log::{LogRow, MAX_LOG_ROWS, NcclLog, note};
use super::public_text::{element, odd_number};
use super::row::{Half, counts, element_bytes};
use super::runs::{PROGRAMS, not_compared};
use super::settings::Settings;
use super::table::Table;

/// The most devices and arguments of a log.
const MAX_LISTED: usize = 1_000_000;

#[derive(Deserialize)]
struct Report {
    #[serde(default, deserialize_with = "bounded::<_, String, MAX_LISTED>")]
    args: Vec<String>,
    #[serde(default)]
    env: Environment,
    nccl_version: Option<u64>,
    #[serde(default)]
    config: Config,
    #[serde(default, deserialize_with = "bounded::<_, ResultRow, MAX_LOG_ROWS>")]
    results: Vec<ResultRow>,
    out_of_bounds: Option<OutOfBounds>,
}

/// The environment: `NAME=VALUE` texts, or values by name.
#[derive(Deserialize)]
#[serde(untagged)]
enum Environment {
    Listed(Vec<String>),
    Named(BTreeMap<String, String>),
    Other(IgnoredAny),
}

impl Default for Environment {
    fn default() -> Environment {
        Environment::Listed(Vec::new())
    }
}

impl Environment {
    /// What it sets of the timing.
    fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        match self {
            Environment::Listed(all) => all.iter().for_each(|text| settings.read_assignment(text)),
            Environment::Named(all) => all.iter().for_each(|(name, value)| settings.variable(name, value)),
            Environment::Other(_) => {}
        }
        settings
    }
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
    time: Option<Value>,
    /// With `-C`: of the call on the CPU, not of the collective.
    cpu_time: Option<IgnoredAny>,
    alg_bw: Option<Value>,
    bus_bw: Option<Value>,
    nwrong: Option<Value>,
}

/// A list of at most `MAX` items: more are refused while they are read, before they take memory.
fn bounded<'de, D: Deserializer<'de>, T: Deserialize<'de>, const MAX: usize>(source: D) -> Result<Vec<T>, D::Error> {
    struct Bounded<T, const MAX: usize>(std::marker::PhantomData<T>);
    impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for Bounded<T, MAX> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a list of at most {MAX}")
        }

        fn visit_unit<E: Error>(self) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut items = Vec::new();
            while let Some(item) = list.next_element()? {
                if items.len() >= MAX {
                    return Err(A::Error::custom(format!("more than {MAX} items")));
                }
                items.push(item);
            }
            Ok(items)
        }
    }
    source.deserialize_any(Bounded::<T, MAX>(std::marker::PhantomData))
}

/// A number as in the file, possibly implausible; it is checked together with its result.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Value {
    Number(f64),
    Text(String),
    None(()),
    Other(IgnoredAny),
}

impl Value {
    /// The number if it is plausible, or else its text for a note. `N/A` and `null` are missing values, not errors.
    fn judged(&self, accepts: fn(f64) -> bool, nothing: &[&str]) -> Result<Option<f64>, String> {
        match self {
            Value::Number(number) if accepts(*number) => Ok(Some(*number)),
            Value::Number(number) => Err(number.to_string()),
            Value::Text(text) if nothing.contains(&text.as_str()) => Ok(None),
            // nccl-tests writes numbers that JSON does not have as text.
            Value::Text(text) => Err(odd_number(text).to_owned()),
            Value::None(()) => Ok(None),
            Value::Other(_) => Err("of another type".to_owned()),
        }
    }
}

const WANTED: &str = "accepted: {\"results\": [{\"size\": 1048576, \"out_of_place\": {\"time\": 73.1, ...}, ...}]}";

/// Reads a log that is JSON.
pub(super) fn read(name: &str, text: &str) -> Result<NcclLog, LogError> {
    let report: Report = serde_json::from_str(text).map_err(|error| {
        let (problem, hint) = match error.classify() {
            Category::Eof => ("the JSON ends too early", "the file is incomplete; did the run end?"),
            Category::Syntax | Category::Io => ("is not JSON from here on", WANTED),
            Category::Data => ("a field has a value of the wrong kind, or a list is too long", WANTED),
        };
        LogError::in_json(name, 0, &error, problem, hint)
    })?;
    if report.results.is_empty() {
        return Err(LogError::whole(name, "has no results", WANTED));
    }
    let mut devices = Devices::default();
    for device in &report.config.devices {
        if let Some(rank) = device.rank.filter(|rank| *rank < 10_000_000) {
            devices.add(device.group, rank, &device.hostname, &device.device_info);
        }
    }
    // The arguments belong to this program, unlike a command line in a text.
    let named = report.args.iter().find_map(|word| program(word));
    let mut table = Table { line: 1, named, ..Table::default() };
    let mut notes = Vec::new();
    for (index, result) in report.results.iter().enumerate() {
        take(index + 1, result, &mut table);
    }
    notes.append(&mut table.notes);
    if report.out_of_bounds.and_then(|bounds| bounds.count).is_some_and(|count| count > 0.0) {
        note(&mut notes, None, "the run's own check of its sums FAILED");
        table.failed_check = true;
    }
    let per_process = report.config.nthreads.unwrap_or(1).saturating_mul(report.config.ngpus.unwrap_or(1));
    let ranks = devices.ranks_listed_by_process(per_process);
    let operation = table.operation(ranks);
    if !table.rows.is_empty() && !operation.is_compared() {
        return Err(LogError::whole(name, not_compared(operation), PROGRAMS));
    }
    let mut run = table.into_run(ranks, &mut notes);
    run.operation = run.operation.settled_by(name);
    run.nodes = devices.nodes();
    run.nccl_version = report.nccl_version.and_then(version_of_code);
    run.settings = Settings { gpus_per_process: report.config.ngpus, ..report.env.settings() };
    if run.rows.is_empty() {
        let why = notes.last().map(|note| format!(": {}", note.text)).unwrap_or_default();
        return Err(LogError::whole(name, format!("no result has a size above 0 and a time{why}"), WANTED));
    }
    run.devices = devices.names;
    run.devices.sort();
    Ok(NcclLog { runs: vec![run], notes })
}

fn take(number: usize, result: &ResultRow, table: &mut Table) {
    let notes = &mut table.notes;
    if result.size == 0 {
        note(notes, Some(number), "ignored a message of 0 bytes");
        return;
    }
    let by_count = element_bytes(&result.element).zip(result.count).and_then(|(bytes, count)| bytes.checked_mul(count));
    let Some(bytes) = counts(result.size, by_count) else {
        note(notes, Some(number), "ignored a size that does not match its count");
        return;
    };
    let root = match &result.root {
        Some(Root::Number(root)) => Some(*root),
        Some(Root::Text(root)) => root.trim().parse().ok(),
        Some(Root::Other(_)) | None => None,
    };
    let mut half = |which: &str, half: &Option<ResultHalf>| {
        let mut out = Half::default();
        let Some(half) = half else { return out };
        let mut judged = |field: &str, value: &Option<Value>, accepts, nothing: &[&str]| {
            let judged = value.as_ref().map_or(Ok(None), |value| value.judged(accepts, nothing));
            judged.map_err(|found| {
                let text = format!("ignored implausible {which}.{field} {found}");
                note(notes, Some(number), text);
            })
        };
        let time = judged("time", &half.time, |time| time.is_finite() && time > 0.0, &["N/A"]);
        let rate = |rate: f64| rate.is_finite() && rate >= 0.0;
        out.bad_time = time.is_err();
        out.time_s = time.ok().flatten().map(|time| time * 1e-6);
        out.algbw_gb_s = judged("alg_bw", &half.alg_bw, rate, &["N/A"]).ok().flatten();
        out.busbw_gb_s = judged("bus_bw", &half.bus_bw, rate, &["N/A"]).ok().flatten();
        let wrong = judged("nwrong", &half.nwrong, rate, &["N/A"]).ok().flatten();
        out.wrong = wrong.map(|wrong| wrong as u64);
        out.settle(result.size, half.cpu_time.is_some());
        out
    };
    let halves = [half("out_of_place", &result.out_of_place), half("in_place", &result.in_place)];
    let [out, inside] = &halves;
    let row = LogRow {
        line: number,
        message_bytes: result.size,
        element: element(&result.element).to_owned(),
        reduction: result.redop.clone(),
        out_of_place_s: out.time_s,
        in_place_s: inside.time_s,
        out_of_place_busbw_gb_s: out.busbw_gb_s,
        in_place_busbw_gb_s: inside.busbw_gb_s,
        wrong: out.wrong.into_iter().chain(inside.wrong).reduce(u64::saturating_add),
    };
    table.add(row, bytes.counts, root, &halves);
}
