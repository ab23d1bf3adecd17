//! Events of a Chrome trace (Trace Event Format), one JSON object a line.

use crate::units::Femtos;

const FEMTOS_PER_NANO: u64 = 1_000_000;
const FEMTOS_PER_PICO: u64 = 1_000;

/// The time of a nanosecond of the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TraceClock {
    /// A nanosecond.
    Nanoseconds,
    /// A picosecond, for runs that have few nanoseconds: viewers keep no smaller unit.
    Picoseconds,
}

impl TraceClock {
    /// Runs below this show picoseconds.
    const SHORT: Femtos = Femtos(10_000_000_000);

    /// The clock for runs of which the longest ends here.
    pub fn for_runs(end: Femtos) -> TraceClock {
        if end < TraceClock::SHORT { TraceClock::Picoseconds } else { TraceClock::Nanoseconds }
    }

    /// An instant in whole nanoseconds of the trace, rounded: spans that touch still touch.
    fn tick(self, at: Femtos) -> u64 {
        let unit = match self {
            TraceClock::Nanoseconds => FEMTOS_PER_NANO,
            TraceClock::Picoseconds => FEMTOS_PER_PICO,
        };
        (at.0 + unit / 2) / unit
    }

    /// A note for the names of processes; empty for nanoseconds.
    pub fn note(self) -> &'static str {
        match self {
            TraceClock::Nanoseconds => "",
            TraceClock::Picoseconds => " (1 ns shown = 1 ps)",
        }
    }
}

/// A track: process and thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Track {
    pub pid: u64,
    pub tid: u64,
}

/// A span on a track.
#[derive(Clone, Debug)]
pub(super) struct Slice<'a> {
    pub track: Track,
    pub from: Femtos,
    pub until: Femtos,
    pub name: &'a str,
    pub category: &'static str,
    /// Further arguments: names, and values as JSON.
    pub args: &'a [(&'static str, String)],
}

/// The list of events.
pub(super) struct TraceEvents {
    clock: TraceClock,
    /// Metadata, then events with their tick, to be sorted.
    names: Vec<String>,
    events: Vec<(u64, String)>,
}

impl TraceEvents {
    pub fn new(clock: TraceClock) -> TraceEvents {
        TraceEvents { clock, names: Vec::new(), events: Vec::new() }
    }

    /// The number of events that are not names.
    pub fn count(&self) -> u64 {
        self.events.len() as u64
    }

    /// Names a process and sets its place.
    pub fn process(&mut self, pid: u64, name: &str) {
        let name = text(&format!("{name}{}", self.clock.note()));
        self.names.push(format!(r#"{{"ph":"M","name":"process_name","pid":{pid},"tid":0,"args":{{"name":{name}}}}}"#));
        self.names.push(format!(
            r#"{{"ph":"M","name":"process_sort_index","pid":{pid},"tid":0,"args":{{"sort_index":{pid}}}}}"#
        ));
    }

    /// Names a track; tracks are sorted by number.
    pub fn track(&mut self, Track { pid, tid }: Track, name: &str) {
        let name = text(name);
        self.names
            .push(format!(r#"{{"ph":"M","name":"thread_name","pid":{pid},"tid":{tid},"args":{{"name":{name}}}}}"#));
        self.names.push(format!(
            r#"{{"ph":"M","name":"thread_sort_index","pid":{pid},"tid":{tid},"args":{{"sort_index":{tid}}}}}"#
        ));
    }

    /// Adds a span.
    pub fn slice(&mut self, slice: &Slice<'_>) {
        let (from, until) = (self.clock.tick(slice.from), self.clock.tick(slice.until));
        let Track { pid, tid } = slice.track;
        let (ts, dur) = (micros(from), micros(until - from));
        let (name, category) = (text(slice.name), text(slice.category));
        let mut args =
            format!(r#""start_ps":"{}","duration_ps":"{}""#, picos(slice.from), picos(slice.until.since(slice.from)));
        for (key, value) in slice.args {
            args.push_str(&format!(",{}:{value}", text(key)));
        }
        let event = format!(
            r#"{{"ph":"X","pid":{pid},"tid":{tid},"ts":{ts},"dur":{dur},"name":{name},"cat":{category},"args":{{{args}}}}}"#
        );
        self.events.push((from, event));
    }

    /// Adds a point of a counter with one series.
    pub fn counter(&mut self, pid: u64, name: &str, series: &str, at: Femtos, value: f64) {
        let tick = self.clock.tick(at);
        let (ts, name, series) = (micros(tick), text(name), text(series));
        self.events.push((
            tick,
            format!(r#"{{"ph":"C","pid":{pid},"ts":{ts},"name":{name},"args":{{{series}:{}}}}}"#, number(value)),
        ));
    }

    /// The whole file, with these metadata.
    pub fn into_json(mut self, other_data: &str) -> String {
        self.events.sort_by_key(|(tick, _)| *tick);
        let events: Vec<String> =
            self.names.into_iter().chain(self.events.into_iter().map(|(_, event)| event)).collect();
        format!(
            "{{\"displayTimeUnit\":\"ns\",\"otherData\":{other_data},\"traceEvents\":[\n{}\n]}}\n",
            events.join(",\n")
        )
    }
}

/// Nanoseconds as microseconds with three decimals.
fn micros(nanos: u64) -> String {
    format!("{}.{:03}", nanos / 1000, nanos % 1000)
}

/// Picoseconds, exact to the femtosecond.
fn picos(time: Femtos) -> String {
    match time.0 % FEMTOS_PER_PICO {
        0 => (time.0 / FEMTOS_PER_PICO).to_string(),
        rest => format!("{}.{rest:03}", time.0 / FEMTOS_PER_PICO),
    }
}

/// A number that JSON has.
pub(super) fn number(value: f64) -> String {
    if value.is_finite() { value.to_string() } else { "null".to_owned() }
}

/// A text in JSON.
pub(super) fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_that_touch_still_touch_after_rounding() {
        let clock = TraceClock::Nanoseconds;
        let edges = [0, 1_499_999, 1_500_001, 2_999_999_999];
        for pair in edges.windows(2) {
            let [from, until] = [pair[0], pair[1]].map(|at| clock.tick(Femtos(at)));
            assert!(from <= until);
        }
        assert_eq!(micros(clock.tick(Femtos(2_999_999_999))), "3.000");
    }

    #[test]
    fn names_are_escaped() {
        assert_eq!(text("a \"b\"\n"), r#""a \"b\"\n""#);
        assert_eq!(number(f64::INFINITY), "null");
    }
}
