//! The trace of a run: when every transfer started, arrived and ended, and at which rates it moved.
//!
//! Everything that is drawn or explained is a function of a trace and an instant, so scrubbing, reverse play and
//! random access cost the same. An index over blocks of transfers finds those alive at an instant. Of rings that were
//! swept only the starts are stored (`stepped`), of plans whose lanes are alike some lanes (`folded`).

mod folded;
mod stepped;

pub(crate) use folded::FoldedTrace;
pub(crate) use stepped::{SteppedPhase, SteppedTrace};

use crate::units::{Femtos, Fnv64};

/// A span of constant rate of one transfer; it lasts until the next one, or until all bytes are delivered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// When it begins, in arrival time (at the farthest sink).
    pub from: Femtos,
    /// Bytes per second.
    pub rate: f64,
    /// The id of the link that limits the rate.
    pub binding: u32,
}

/// The instants of one transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// Its head leaves the source.
    pub start: Femtos,
    /// Its head arrives at the farthest sink.
    pub arrive: Femtos,
    /// It may flow: later than `arrive` only if it had to queue at a serial port.
    pub grant: Femtos,
    /// Its tail has arrived.
    pub end: Femtos,
}

/// Transfers per block of the index.
const BLOCK: usize = 64;

/// What happened, by transfer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    times: Vec<Times>,
    first_segment: Vec<u32>,
    segments: Vec<Segment>,
    /// Transfers by start, and the latest end up to and including each block of them.
    by_start: Vec<u32>,
    block_end: Vec<Femtos>,
    /// A swept ring: then there is nothing else.
    stepped: Option<Box<SteppedTrace>>,
    /// Lanes that are alike: then there is nothing else either.
    folded: Option<Box<FoldedTrace>>,
}

/// The rates of one transfer, by time.
#[derive(Clone, Debug)]
pub enum Segments<'a> {
    /// Stored one by one.
    Many(&'a [Segment]),
    /// The only one.
    One([Segment; 1]),
    /// Made for the asker.
    Own(Vec<Segment>),
}

impl std::ops::Deref for Segments<'_> {
    type Target = [Segment];

    fn deref(&self) -> &[Segment] {
        match self {
            Segments::Many(segments) => segments,
            Segments::One(segment) => segment,
            Segments::Own(segments) => segments,
        }
    }
}

impl Trace {
    /// What a trace of so many transfers will take, with one segment each.
    pub fn estimated_bytes(transfers: u64) -> u64 {
        transfers * (size_of::<Times>() + size_of::<Segment>() + 2 * size_of::<u32>()) as u64
    }

    /// What the trace of a swept ring will take.
    pub fn estimated_stepped_bytes(steps: u32, stored_lanes: u32) -> u64 {
        u64::from(steps) * u64::from(stored_lanes) * size_of::<Femtos>() as u64
    }

    /// The trace of a swept ring.
    pub(crate) fn of_steps(stepped: SteppedTrace) -> Trace {
        Trace { stepped: Some(Box::new(stepped)), ..Trace::default() }
    }

    /// The trace of a plan of which some lanes were played for all.
    pub(crate) fn of_fold(folded: FoldedTrace) -> Trace {
        Trace { folded: Some(Box::new(folded)), ..Trace::default() }
    }

    /// The segments of all transfers of the event loop.
    pub(crate) fn all_segments(&self) -> &[Segment] {
        &self.segments
    }

    pub(crate) fn with_capacity(transfers: usize) -> Trace {
        Trace {
            times: Vec::with_capacity(transfers),
            first_segment: Vec::with_capacity(transfers + 1),
            segments: Vec::with_capacity(transfers),
            ..Trace::default()
        }
    }

    pub(crate) fn push<'a>(
        &mut self,
        start: Femtos,
        arrive: Femtos,
        grant: Femtos,
        end: Femtos,
        segments: impl IntoIterator<Item = &'a Segment>,
    ) {
        self.first_segment.push(self.segments.len() as u32);
        self.times.push(Times { start, arrive, grant, end });
        self.segments.extend(segments);
    }

    /// Builds the index; nothing may be pushed afterwards.
    pub(crate) fn index(&mut self) {
        self.first_segment.push(self.segments.len() as u32);
        self.by_start = (0..self.times.len() as u32).collect();
        self.by_start.sort_by_key(|&id| self.times[id as usize].start);
        let mut latest = Femtos(0);
        self.block_end = self
            .by_start
            .chunks(BLOCK)
            .map(|block| {
                latest = block.iter().map(|&id| self.times[id as usize].end).max().unwrap_or(latest).max(latest);
                latest
            })
            .collect();
    }

    /// Transfers in the trace.
    pub fn len(&self) -> usize {
        match (&self.stepped, &self.folded) {
            (Some(stepped), _) => stepped.len() as usize,
            (_, Some(folded)) => folded.len(),
            _ => self.times.len(),
        }
    }

    /// Whether it is that of swept rings, in which no stream meets another.
    pub fn is_swept(&self) -> bool {
        self.stepped.is_some()
    }

    /// Whether nothing was played.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The instants of a transfer. `None` for an id beyond the last one.
    pub fn times(&self, transfer: u32) -> Option<Times> {
        if let Some(stepped) = &self.stepped {
            return stepped.times(transfer);
        }
        if let Some(folded) = &self.folded {
            return folded.times(transfer);
        }
        self.times.get(transfer as usize).copied()
    }

    /// The rates of a transfer, by time; empty for an id beyond the last one.
    pub fn segments(&self, transfer: u32) -> Segments<'_> {
        if let Some(segment) = self.stepped.as_ref().and_then(|stepped| stepped.segment(transfer)) {
            return Segments::One([segment]);
        }
        if let Some(folded) = &self.folded {
            return Segments::Own(folded.segments(transfer));
        }
        let id = transfer as usize;
        Segments::Many(match (self.first_segment.get(id), self.first_segment.get(id + 1)) {
            (Some(&first), Some(&end)) => &self.segments[first as usize..end as usize],
            _ => &[],
        })
    }

    /// When the last tail arrives: the fluid time of the run.
    pub fn end(&self) -> Femtos {
        match (&self.stepped, &self.folded) {
            (Some(stepped), _) => stepped.end(),
            (_, Some(folded)) => folded.stored.end(),
            _ => self.block_end.last().copied().unwrap_or_default(),
        }
    }

    /// The transfers that are on the fabric at `at`: started, and their tail not yet arrived.
    pub fn alive(&self, at: Femtos) -> Vec<u32> {
        self.alive_between(at, at)
    }

    /// The transfers that are on the fabric at some time from `at` to `until`, both included.
    pub fn alive_between(&self, at: Femtos, until: Femtos) -> Vec<u32> {
        if let Some(stepped) = &self.stepped {
            return stepped.alive_between(at, until);
        }
        if let Some(folded) = &self.folded {
            return folded.alive_between(at, until);
        }
        let started = self.by_start.partition_point(|&id| self.times[id as usize].start <= until);
        let mut alive = Vec::new();
        // Backwards, until no earlier transfer can still be alive.
        for (number, block) in self.by_start[..started].chunks(BLOCK).enumerate().rev() {
            if self.block_end[number] <= at {
                break;
            }
            alive.extend(block.iter().filter(|&&id| self.times[id as usize].end > at));
        }
        alive.sort_unstable();
        alive
    }

    /// The nearest instant after (or before) `at` at which a transfer starts, arrives or ends.
    pub fn next_event(&self, at: Femtos, forwards: bool) -> Option<Femtos> {
        if let Some(stepped) = &self.stepped {
            return stepped.next_event(at, forwards);
        }
        if let Some(folded) = &self.folded {
            return folded.stored.next_event(at, forwards);
        }
        let instants = self.times.iter().flat_map(|times| [times.start, times.arrive, times.end]);
        if forwards {
            instants.filter(|&instant| instant > at).min()
        } else {
            instants.filter(|&instant| instant < at).max()
        }
    }

    /// Bytes of a transfer delivered at its farthest sink until `at`.
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
        // While a stream waits for its supply it has nothing more to deliver.
        sum.min(bytes)
    }

    /// The rate at which a transfer is delivered at `at`, zero before and after, and while it waits for its supply.
    pub fn rate(&self, transfer: u32, bytes: f64, at: Femtos) -> Option<Segment> {
        let times = self.times(transfer)?;
        if at < times.grant || at >= times.end {
            return None;
        }
        let segments = self.segments(transfer);
        let place = segments.partition_point(|segment| segment.from <= at).checked_sub(1)?;
        let segment = segments[place];
        let drained = place + 1 == segments.len() && self.delivered(transfer, bytes, at) >= bytes;
        (!drained).then_some(segment)
    }

    /// A fingerprint of everything stored, the same on every platform: 16 hexadecimal digits.
    pub fn hash(&self) -> String {
        let mut hash = Fnv64::default();
        if let Some(stepped) = &self.stepped {
            stepped.hash(&mut hash);
            return format!("{:016x}", hash.finish());
        }
        if let Some(folded) = &self.folded {
            folded.hash(&mut hash);
            return format!("{:016x}", hash.finish());
        }
        hash.write(&(self.times.len() as u64).to_le_bytes());
        for times in &self.times {
            for instant in [times.start, times.arrive, times.grant, times.end] {
                hash.write(&instant.0.to_le_bytes());
            }
        }
        for first in &self.first_segment {
            hash.write(&first.to_le_bytes());
        }
        for segment in &self.segments {
            hash.write(&segment.from.0.to_le_bytes());
            hash.write(&segment.rate.to_bits().to_le_bytes());
            hash.write(&segment.binding.to_le_bytes());
        }
        format!("{:016x}", hash.finish())
    }
}
