//! Every transfer as the event loop recorded it.

use super::segment_log::{SegmentLog, SegmentsById};
use super::store::{Search, TraceStore};
use super::times::{Segment, Segments, Times};
use crate::units::{Femtos, Fnv64};

/// Transfers per block of the index.
const BLOCK: usize = 64;

/// The times and rates of transfers, one by one. An index over blocks of transfers finds those alive at an instant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventTrace {
    times: Vec<Times>,
    first_segment: Vec<u32>,
    segments: Vec<Segment>,
    /// Transfers by start.
    by_start: Vec<u32>,
    /// The latest end up to and including each block of `by_start`.
    block_end: Vec<Femtos>,
}

impl EventTrace {
    /// Memory of a trace with one segment per transfer, bytes.
    pub fn estimated_bytes(transfers: u64) -> u64 {
        transfers * (size_of::<Times>() + size_of::<Segment>() + 2 * size_of::<u32>()) as u64
    }

    /// Its memory, bytes.
    pub(crate) fn bytes(&self) -> u64 {
        EventTrace::estimated_bytes(self.times.len() as u64) + size_of_val(self.segments.as_slice()) as u64
    }

    /// The trace of transfers with these instants and rates.
    pub(crate) fn new(times: Vec<Times>, log: SegmentLog) -> EventTrace {
        let SegmentsById { first_segment, segments } = log.by_transfer(times.len());
        let mut by_start: Vec<u32> = (0..times.len() as u32).collect();
        by_start.sort_by_key(|&id| times[id as usize].start);
        let mut latest = Femtos(0);
        let block_end = by_start.chunks(BLOCK).map(|block| {
            latest = block.iter().map(|&id| times[id as usize].end).max().unwrap_or(latest).max(latest);
            latest
        });
        let block_end = block_end.collect();
        EventTrace { times, first_segment, segments, by_start, block_end }
    }

    /// The segments of all transfers.
    pub(crate) fn all_segments(&self) -> &[Segment] {
        &self.segments
    }
}

impl TraceStore for EventTrace {
    fn len(&self) -> usize {
        self.times.len()
    }

    fn times(&self, id: u32) -> Option<Times> {
        self.times.get(id as usize).copied()
    }

    fn segments(&self, id: u32) -> Segments<'_> {
        let id = id as usize;
        Segments::Many(match (self.first_segment.get(id), self.first_segment.get(id + 1)) {
            (Some(&first), Some(&end)) => &self.segments[first as usize..end as usize],
            (Some(_), None) | (None, _) => &[],
        })
    }

    fn end(&self) -> Femtos {
        self.block_end.last().copied().unwrap_or_default()
    }

    fn find_alive(&self, at: Femtos, until: Femtos, alive: &mut Vec<u32>) {
        let started = self.by_start.partition_point(|&id| self.times[id as usize].start <= until);
        alive.clear();
        // Backwards, until no earlier transfer can still be alive.
        for (number, block) in self.by_start[..started].chunks(BLOCK).enumerate().rev() {
            if self.block_end[number] <= at {
                break;
            }
            alive.extend(block.iter().filter(|&&id| self.times[id as usize].end > at));
        }
        alive.sort_unstable();
    }

    fn next_event(&self, at: Femtos, search: Search) -> Option<Femtos> {
        let instants = self.times.iter().flat_map(|times| [times.start, times.arrive, times.end]);
        search.nearest(instants.filter(|&instant| match search {
            Search::Forwards => instant > at,
            Search::Backwards => instant < at,
        }))
    }

    fn hash(&self, hash: &mut Fnv64) {
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
    }
}
