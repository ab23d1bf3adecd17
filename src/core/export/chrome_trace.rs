//! Runs as a Chrome trace: a process per fabric; a track for the run, its critical path, the operations of a sequence and
//! each link; a counter per class of links.

use serde::Serialize;

use super::content::Content;
use super::counters::class_points;
use super::error::ExportError;
use super::link_rates::{FabricRates, fabric_rates};
use super::provenance::Provenance;
use super::source::{Options, Source, SourceRun};
use super::trace_events::{Slice, TraceClock, TraceEvents, Track, number, text};
use crate::explain::{critical_path, span_label};
use crate::sample::operation_lanes;
use crate::scene::letter;
use crate::solve::{FabricRun, RunResult};
use crate::units::{BytesPerSec, Femtos, grouped, one_line};

/// The most events: 40 to 90 MB, which viewers in a browser still open.
const MAX_EVENTS: u64 = 500_000;

/// The tracks of a fabric, from the top.
const RUN_TRACK: u64 = 1;
const PATH_TRACK: u64 = 2;
const FIRST_OPERATION_TRACK: u64 = 10;
const FIRST_LINK_TRACK: u64 = 1000;

/// Metadata of the file.
#[derive(Serialize)]
struct OtherData<'a> {
    #[serde(flatten)]
    provenance: &'a Provenance,
    /// Time that a nanosecond of the trace stands for, seconds.
    seconds_per_shown_ns: f64,
    notes: &'a [String],
}

pub(super) fn chrome_trace(source: Source<'_>, options: Options) -> Result<Content, ExportError> {
    let ends = source.runs_of(options.fabric).filter_map(|one| one.run.result());
    let clock = TraceClock::for_runs(ends.map(|result| result.played.trace.end()).max().unwrap_or_default());
    let mut events = TraceEvents::new(clock);
    let mut notes = Vec::new();
    for one in source.runs_of(options.fabric) {
        add_fabric(&mut events, &mut notes, one, options)?;
    }
    let provenance = Provenance::new(source, options);
    let seconds_per_shown_ns = match clock {
        TraceClock::Nanoseconds => 1e-9,
        TraceClock::Picoseconds => 1e-12,
    };
    let other = OtherData { provenance: &provenance, seconds_per_shown_ns, notes: &notes };
    // A plain structure: there is nothing that JSON could not write.
    let other = serde_json::to_string(&other).unwrap_or_else(|_| "{}".to_owned());
    let rows = events.count();
    Ok(Content { text: events.into_json(&other), rows, notes })
}

fn add_fabric(
    events: &mut TraceEvents,
    notes: &mut Vec<String>,
    one: SourceRun<'_>,
    options: Options,
) -> Result<(), ExportError> {
    let SourceRun { index, run } = one;
    let pid = index as u64 + 1;
    let FabricRates { links, notes: own } = fabric_rates(one, options.resolution, MAX_EVENTS - events.count())?;
    notes.extend(own);
    let Some(result) = run.result() else { return Ok(()) };
    events.process(pid, &format!("{}: {}, {}", letter(index), one_line(&run.scene.name), run.algorithm));
    add_run(events, pid, run, result);
    for (place, link) in links.iter().enumerate() {
        let track = Track { pid, tid: FIRST_LINK_TRACK + place as u64 };
        events.track(track, &link.name);
        for piece in &link.pieces {
            // Spans of a mean can be idle.
            if piece.rate <= 0.0 {
                continue;
            }
            let rate = BytesPerSec(piece.rate).to_string();
            let args = [
                ("bytes", number(piece.bytes())),
                ("rate_gb_s", number(piece.rate / 1e9)),
                ("share_of_capacity", number(piece.rate / link.capacity)),
                ("binding", piece.binding.to_string()),
            ];
            let (from, until) = (piece.from, piece.until);
            events.slice(&Slice { track, from, until, name: &rate, category: "link", args: &args });
        }
    }
    add_path(events, notes, pid, one);
    let classes = run.fabric.topology.class_names();
    for (class, name) in classes.iter().enumerate() {
        let points = class_points(&links, class as u8);
        if events.count() + points.len() as u64 > MAX_EVENTS {
            notes.push(format!("fabric {}: the counter of {name} is left out", letter(index)));
            continue;
        }
        points.into_iter().for_each(|(at, percent)| events.counter(pid, name, "mean utilisation %", at, percent));
    }
    Ok(())
}

/// The whole run, and the operations of a sequence.
fn add_run(events: &mut TraceEvents, pid: u64, run: &FabricRun, result: &RunResult) {
    let track = Track { pid, tid: RUN_TRACK };
    events.track(track, "run");
    let algorithm = text(&run.algorithm);
    let mut args = vec![("algorithm", algorithm), ("message_bytes", run.message.0.to_string())];
    args.push(("ranks", run.ranks.to_string()));
    args.push(("trace_end_ps", text(&format!("{}", result.played.trace.end().0 as f64 / 1e3))));
    let name = run.scene.collective.as_str();
    events.slice(&Slice { track, from: Femtos(0), until: result.time, name, category: "run", args: &args });
    for (lane, operations) in operation_lanes(run).iter().enumerate() {
        let track = Track { pid, tid: FIRST_OPERATION_TRACK + lane as u64 };
        events.track(track, &format!("operations {}", lane + 1));
        for operation in operations {
            let (from, until, name) = (operation.start, operation.end, one_line(&operation.name));
            events.slice(&Slice { track, from, until, name: &name, category: "operation", args: &[] });
        }
    }
}

/// The critical path, if it can be found and there is room for it.
fn add_path(events: &mut TraceEvents, notes: &mut Vec<String>, pid: u64, one: SourceRun<'_>) {
    let fabric = letter(one.index);
    let path = match critical_path(one.run) {
        Ok(path) => path,
        Err(error) => return notes.push(format!("fabric {fabric}: no critical path: {error}")),
    };
    let spans = path.steps.len() as u64;
    if events.count() + spans > MAX_EVENTS {
        return notes.push(format!("fabric {fabric}: the {} spans of the critical path are left out", grouped(spans)));
    }
    let track = Track { pid, tid: PATH_TRACK };
    events.track(track, "critical path");
    for span in path.steps.iter().filter(|span| span.until > span.from) {
        let name = span_label(one.run, span);
        let args = [("kind", text(span.kind.as_str()))];
        let (from, until) = (span.from, span.until);
        events.slice(&Slice { track, from, until, name: &name, category: "critical path", args: &args });
    }
}
