//! The shape of a log: where it is slow, and where its busbw falls or its time jumps.

use serde::Serialize;

use super::predictor::{MeasuredRow, Predictor};
use crate::catalog::Band;
use crate::nccl::MeasuredInputs;
use crate::units::Bytes;

/// busbw that falls by less is noise.
const FALL: f64 = 0.9;
/// Sizes that are further apart may have anything between them.
const NEIGHBOURS: f64 = 4.0;
/// The least message whose busbw means something.
const MIN_BYTES: u64 = 256 << 10;

/// A range of sizes in which a run is slower than healthy clusters are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SlowRange {
    /// The first size, bytes.
    pub from_bytes: u64,
    /// The last size, bytes.
    pub to_bytes: u64,
    /// The geometric mean of measured over expected time.
    pub slower: f64,
}

/// A place where a run changes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreakKind {
    /// The longer message takes less time.
    Faster,
    /// busbw falls, and rises again later.
    Dip,
    /// busbw falls and does not recover.
    Fall,
}

/// A change between two sizes that the prediction does not have.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Break {
    /// What happens.
    pub kind: BreakKind,
    /// The size before it, bytes.
    pub from_bytes: u64,
    /// The size after it, bytes.
    pub to_bytes: u64,
    /// busbw before it, GB/s.
    pub from_busbw_gb_s: f64,
    /// busbw after it, GB/s.
    pub to_busbw_gb_s: f64,
}

/// The best time of a size, and the predicted one.
struct Size {
    bytes: u64,
    seconds: f64,
    predicted_s: f64,
}

fn sizes(cluster: &Predictor<'_>, rows: &[MeasuredRow]) -> Vec<Size> {
    let of_size = |rows: &[MeasuredRow]| {
        let timed = rows.iter().filter_map(|row| Some((row, cluster.slower(row)?)));
        let (row, slower) = timed.min_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(Size { bytes: row.message_bytes, seconds: row.seconds, predicted_s: row.seconds / slower })
    };
    rows.chunk_by(|a, b| a.message_bytes == b.message_bytes).filter_map(of_size).collect()
}

/// The ranges in which a run is slower than healthy clusters. `rows` are sorted by size.
pub(super) fn slow_ranges(cluster: &Predictor<'_>, rows: &[MeasuredRow], band: impl Fn(u64) -> Band) -> Vec<SlowRange> {
    let sizes = sizes(cluster, rows);
    let slow = |size: &Size| size.seconds / size.predicted_s > band(size.bytes).high;
    let ranges = sizes.chunk_by(|a, b| slow(a) == slow(b)).filter(|range| range.first().is_some_and(slow));
    let range = |range: &[Size]| {
        let mean =
            range.iter().map(|size| libm::log(size.seconds / size.predicted_s)).sum::<f64>() / range.len() as f64;
        let (first, last) = (range.first()?, range.last()?);
        Some(SlowRange { from_bytes: first.bytes, to_bytes: last.bytes, slower: libm::exp(mean) })
    };
    ranges.filter_map(range).collect()
}

/// The places where a run changes and the prediction does not.
pub(super) fn breaks(cluster: &Predictor<'_>, rows: &[MeasuredRow], inputs: &MeasuredInputs) -> Vec<Break> {
    let mut sizes = sizes(cluster, rows);
    sizes.retain(|size| size.bytes >= MIN_BYTES);
    let rate = |size: &Size| size.bytes as f64 / size.seconds;
    let busbw = |size: &Size| inputs.busbw(rate(size) / 1e9);
    let found = sizes.windows(2).enumerate().filter_map(|(at, pair)| {
        let [before, after] = pair else { return None };
        let expected = (after.bytes as f64 / after.predicted_s) / (before.bytes as f64 / before.predicted_s);
        let near = after.bytes as f64 <= NEIGHBOURS * before.bytes as f64;
        let kind = if after.seconds < FALL * before.seconds && before.predicted_s <= after.predicted_s {
            BreakKind::Faster
        } else if near && rate(after) < FALL * expected.min(1.0) * rate(before) {
            let recovers = sizes.iter().skip(at + 2).any(|later| rate(later) >= rate(before));
            if recovers { BreakKind::Dip } else { BreakKind::Fall }
        } else {
            return None;
        };
        let (from_busbw_gb_s, to_busbw_gb_s) = (busbw(before), busbw(after));
        Some(Break { kind, from_bytes: before.bytes, to_bytes: after.bytes, from_busbw_gb_s, to_busbw_gb_s })
    });
    found.collect()
}

impl SlowRange {
    /// Whether a break lies at its beginning or end, or within it.
    pub(super) fn meets(&self, one: &Break) -> bool {
        one.from_bytes <= self.to_bytes && self.from_bytes <= one.to_bytes
    }

    /// "from 64 MiB to 1 GiB".
    pub(super) fn sizes(&self) -> String {
        match self.from_bytes == self.to_bytes {
            true => format!("at {}", Bytes(self.from_bytes)),
            false => format!("from {} to {}", Bytes(self.from_bytes), Bytes(self.to_bytes)),
        }
    }
}

impl Break {
    /// The break and its usual cause, as sentences.
    pub(super) fn sentence(&self) -> String {
        let Break { kind, from_bytes, to_bytes, from_busbw_gb_s: before, to_busbw_gb_s: after } = *self;
        let (from, to) = (Bytes(from_bytes), Bytes(to_bytes));
        match kind {
            BreakKind::Faster => format!(
                "A message of {to} takes less time than one of {from}: NCCL changes its protocol or algorithm between \
                 them, and too late."
            ),
            BreakKind::Dip => format!(
                "busbw falls from {before:.0} to {after:.0} GB/s between {from} and {to} and rises again: NCCL changes its \
                 algorithm, protocol or chunk size there. A slow link does not do that."
            ),
            BreakKind::Fall => format!(
                "busbw falls from {before:.0} to {after:.0} GB/s between {from} and {to} and does not recover: longer \
                 messages lose packets or meet congestion in the network, or NCCL changes its algorithm there."
            ),
        }
    }
}
