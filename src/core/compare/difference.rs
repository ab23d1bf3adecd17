//! Differences between two runs: from which size to which, and by how much.

use serde::Serialize;

use crate::nccl_log::{LogRun, Operation};
use crate::units::Bytes;

/// Two runs of equal hardware differ by as much.
const SAME: f64 = 0.1;

/// A range of sizes in which one run is slower than another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunDifference {
    /// The number of the run, from 1, and of the one that it is compared with.
    pub run: usize,
    /// The number of the run that it is compared with.
    pub against: usize,
    /// The first and the last size of the range, bytes.
    pub from_bytes: u64,
    /// The last size of the range, bytes.
    pub to_bytes: u64,
    /// The geometric mean of its times over those of the other; above 1 is slower.
    pub slower: f64,
}

/// A size that both runs have, with the ratio of their times.
struct Common {
    bytes: u64,
    ratio: f64,
}

/// The ranges of common sizes in which a run differs from another by more than the spread of equal hardware, which is
/// a tenth. Sizes that differ in the same direction and follow each other are one range.
pub(super) fn differences(runs: [(usize, &LogRun); 2], operation: Operation, ranks: u32) -> Vec<RunDifference> {
    let [(run, this), (against, other)] = runs;
    let time = |run: &LogRun, bytes: u64, element: &str| {
        let rows = run.rows.iter().filter(|row| row.message_bytes == bytes && row.element == element);
        rows.filter_map(|row| row.time_s(operation, ranks)).min_by(f64::total_cmp)
    };
    let mut common: Vec<Common> = Vec::new();
    for row in &this.rows {
        let times = time(this, row.message_bytes, &row.element).zip(time(other, row.message_bytes, &row.element));
        if let Some((this, other)) = times
            && !common.iter().any(|known| known.bytes == row.message_bytes)
        {
            common.push(Common { bytes: row.message_bytes, ratio: this / other });
        }
    }
    common.sort_by_key(|size| size.bytes);
    let side = |size: &Common| match size.ratio {
        ratio if ratio > 1.0 + SAME => 1,
        ratio if ratio < 1.0 / (1.0 + SAME) => -1,
        _ => 0,
    };
    let ranges = common
        .chunk_by(|one, next| side(one) == side(next))
        .filter(|range| range.first().is_some_and(|size| side(size) != 0));
    ranges
        .filter_map(|range| {
            let mean = range.iter().map(|size| libm::log(size.ratio)).sum::<f64>() / range.len() as f64;
            let (first, last) = (range.first()?, range.last()?);
            Some(RunDifference { run, against, from_bytes: first.bytes, to_bytes: last.bytes, slower: libm::exp(mean) })
        })
        .collect()
}

impl RunDifference {
    /// The difference as a sentence; `names` gives a run's.
    pub(super) fn sentence(&self, names: impl Fn(usize) -> String) -> String {
        let sizes = match self.from_bytes == self.to_bytes {
            true => format!("At {}", Bytes(self.from_bytes)),
            false => format!("From {} to {}", Bytes(self.from_bytes), Bytes(self.to_bytes)),
        };
        let (slow, fast, factor) = match self.slower > 1.0 {
            true => (self.run, self.against, self.slower),
            false => (self.against, self.run, 1.0 / self.slower),
        };
        format!("{sizes}, {} takes {factor:.2}x as long as {}.", names(slow), names(fast))
    }
}
