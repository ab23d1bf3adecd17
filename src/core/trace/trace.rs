//! The trace of a run, in one of three forms.

use super::events::EventTrace;
use super::fingerprint::fingerprint;
use super::representatives::RepresentativeTrace;
use super::ring_starts::RingStartsTrace;
use super::store::{Search, TraceStore};
use super::times::{Segment, Segments, Times};
use crate::units::Femtos;

/// What happened, by transfer.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    form: Form,
}

#[derive(Clone, Debug, PartialEq)]
enum Form {
    Events(EventTrace),
    RingStarts(Box<RingStartsTrace>),
    Representatives(Box<RepresentativeTrace>),
}

impl From<EventTrace> for Trace {
    fn from(events: EventTrace) -> Trace {
        Trace { form: Form::Events(events) }
    }
}

impl From<RingStartsTrace> for Trace {
    fn from(starts: RingStartsTrace) -> Trace {
        Trace { form: Form::RingStarts(Box::new(starts)) }
    }
}

impl From<RepresentativeTrace> for Trace {
    fn from(representatives: RepresentativeTrace) -> Trace {
        Trace { form: Form::Representatives(Box::new(representatives)) }
    }
}

impl Trace {
    fn store(&self) -> &dyn TraceStore {
        match &self.form {
            Form::Events(events) => events,
            Form::RingStarts(starts) => &**starts,
            Form::Representatives(representatives) => &**representatives,
        }
    }

    /// Number of transfers.
    pub fn len(&self) -> usize {
        self.store().len()
    }

    /// Whether it has no transfer.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is the trace of rings in which no stream meets another.
    pub fn is_swept(&self) -> bool {
        match &self.form {
            Form::RingStarts(_) => true,
            Form::Events(_) | Form::Representatives(_) => false,
        }
    }

    /// The instants of a transfer. `None` for an id beyond the last one.
    #[inline]
    pub fn times(&self, transfer: u32) -> Option<Times> {
        self.store().times(transfer)
    }

    /// The rates of a transfer, by time; empty for an id beyond the last one.
    pub fn segments(&self, transfer: u32) -> Segments<'_> {
        self.store().segments(transfer)
    }

    /// The links that limited a rate at some time, each at least once, as ids.
    pub fn limiting_links(&self) -> Vec<u32> {
        let of_events = |events: &EventTrace| {
            let mut links: Vec<u32> = events.all_segments().iter().map(|segment| segment.binding).collect();
            links.dedup();
            links
        };
        match &self.form {
            Form::Events(events) => of_events(events),
            Form::RingStarts(starts) => starts.phases.iter().flat_map(|phase| phase.binding.iter().copied()).collect(),
            Form::Representatives(representatives) => of_events(&representatives.stored),
        }
    }

    /// When the last tail arrives: the fluid time of the run.
    pub fn end(&self) -> Femtos {
        self.store().end()
    }

    /// The transfers that are on the fabric at `at`: started, and their tail not yet arrived.
    pub fn alive(&self, at: Femtos) -> Vec<u32> {
        self.alive_between(at, at)
    }

    /// The transfers that are on the fabric at some time from `at` to `until`, both included, by ascending id.
    pub fn alive_between(&self, at: Femtos, until: Femtos) -> Vec<u32> {
        self.store().alive_between(at, until)
    }

    /// The same in a list that is reused.
    pub fn find_alive(&self, at: Femtos, until: Femtos, alive: &mut Vec<u32>) {
        self.store().find_alive(at, until, alive);
    }

    /// The first of [`Trace::alive`], at most `most`: of a symmetric plan the others are not even counted.
    pub fn alive_first(&self, at: Femtos, most: usize) -> Vec<u32> {
        self.store().alive_first(at, most)
    }

    /// The nearest instant after (or before) `at` at which a transfer starts, arrives or ends.
    pub fn next_event(&self, at: Femtos, forwards: bool) -> Option<Femtos> {
        self.store().next_event(at, if forwards { Search::Forwards } else { Search::Backwards })
    }

    /// Bytes of a transfer that its farthest sink has received until `at`.
    #[inline]
    pub fn delivered(&self, transfer: u32, bytes: f64, at: Femtos) -> f64 {
        let Some(times) = self.times(transfer) else {
            return 0.0;
        };
        if at >= times.end {
            return bytes;
        }
        let segments = self.segments(transfer);
        let mut sum = 0.0;
        for (index, segment) in segments.iter().enumerate() {
            if segment.from >= at {
                break;
            }
            let until = segments.get(index + 1).map_or(at, |next| next.from.min(at));
            sum += segment.rate * until.since(segment.from).secs();
        }
        // A stream that waits for its supply has nothing more to deliver.
        sum.min(bytes)
    }

    /// The rate of a transfer at `at`. `None` before its grant and after its end, and while it waits for its supply.
    #[inline]
    pub fn rate(&self, transfer: u32, bytes: f64, at: Femtos) -> Option<Segment> {
        let times = self.times(transfer)?;
        if at < times.grant || at >= times.end {
            return None;
        }
        let segments = self.segments(transfer);
        let index = segments.partition_point(|segment| segment.from <= at).checked_sub(1)?;
        let is_drained = index + 1 == segments.len() && self.delivered(transfer, bytes, at) >= bytes;
        (!is_drained).then_some(segments[index])
    }

    /// A fingerprint of everything that is stored, the same on every platform: 16 hexadecimal digits.
    pub fn hash(&self) -> String {
        fingerprint(self.store())
    }
}
