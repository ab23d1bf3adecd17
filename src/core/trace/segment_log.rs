//! The rates of all transfers in the order in which they were recorded, and then by transfer.
//!
//! Where many streams contend, most of a run's memory is rates. So they are stored once: the log is sorted in place.

use super::times::Segment;
use crate::units::Femtos;

/// A segment with its transfer, or with its place among the segments of all transfers.
#[derive(Clone, Copy, Debug)]
struct Entry {
    from: Femtos,
    rate: f64,
    binding: u32,
    transfer: u32,
}

/// The segments of all transfers as they were recorded: of one transfer by time, those of several mixed.
#[derive(Debug, Default)]
pub(crate) struct SegmentLog {
    entries: Vec<Entry>,
}

/// Segments by transfer.
pub(super) struct SegmentsById {
    /// The index of each transfer's first segment, and the number of all.
    pub first_segment: Vec<u32>,
    pub segments: Vec<Segment>,
}

impl SegmentLog {
    /// Its memory, bytes.
    pub fn bytes(&self) -> u64 {
        (self.entries.len() * size_of::<Entry>()) as u64
    }

    /// Adds a segment of a transfer.
    pub fn push(&mut self, transfer: u32, Segment { from, rate, binding }: Segment) {
        if self.entries.len() == self.entries.capacity() {
            // By a quarter: doubling would take up to half of the memory for nothing.
            self.entries.reserve_exact((self.entries.len() / 4).max(1024));
        }
        self.entries.push(Entry { from, rate, binding, transfer });
    }

    /// The segments by transfer. There are fewer than 2^32.
    pub(super) fn by_transfer(self, transfers: usize) -> SegmentsById {
        let mut entries = self.entries;
        let mut first_segment = vec![0_u32; transfers + 1];
        for entry in &entries {
            first_segment[entry.transfer as usize + 1] += 1;
        }
        for transfer in 0..transfers {
            first_segment[transfer + 1] += first_segment[transfer];
        }
        let mut next = first_segment.clone();
        for entry in &mut entries {
            let place = &mut next[entry.transfer as usize];
            entry.transfer = *place;
            *place += 1;
        }
        for index in 0..entries.len() {
            while entries[index].transfer as usize != index {
                let place = entries[index].transfer as usize;
                entries.swap(index, place);
            }
        }
        // A segment is as large as an entry: the same memory serves both.
        let segment = |Entry { from, rate, binding, .. }| Segment { from, rate, binding };
        SegmentsById { first_segment, segments: entries.into_iter().map(segment).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_listed_by_transfer_and_time() {
        const TRANSFERS: u32 = 7;
        let mut log = SegmentLog::default();
        for at in 0..100_u32 {
            let segment = Segment { from: Femtos(u64::from(at)), rate: f64::from(at), binding: at };
            // The last transfer has none.
            log.push(at * 5 % (TRANSFERS - 1), segment);
        }
        let SegmentsById { first_segment, segments } = log.by_transfer(TRANSFERS as usize);
        assert_eq!((first_segment[0], first_segment[TRANSFERS as usize], segments.len()), (0, 100, 100));
        for transfer in 0..TRANSFERS {
            let [first, end] = [0, 1].map(|next| first_segment[(transfer + next) as usize] as usize);
            let own: Vec<u32> = (0..100).filter(|at| at * 5 % (TRANSFERS - 1) == transfer).collect();
            assert_eq!(segments[first..end].iter().map(|segment| segment.binding).collect::<Vec<_>>(), own);
        }
    }
}
