//! The number of ranks from the bandwidths: busbw / algbw is 2 (n - 1) / n.

use super::operation::Ratio;

/// Below this algbw, GB/s, two printed decimals are too few for a ratio.
const MIN_ALGBW_GB_S: f64 = 1.0;

/// The numbers of ranks that fit the bandwidths so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct RatioRanks {
    /// The least and the largest number of ranks.
    low: f64,
    high: f64,
    /// Whether any row was above the threshold.
    seen: bool,
    /// Whether a ratio is between 0 and 1, which no all-reduce has.
    below_one: bool,
}

impl Default for RatioRanks {
    fn default() -> RatioRanks {
        RatioRanks { low: 1.0, high: f64::INFINITY, seen: false, below_one: false }
    }
}

/// Half a unit of the last digit that `nccl-tests` prints: six characters, at most two decimals.
fn rounding(value: f64) -> f64 {
    match value {
        value if value < 1e3 => 0.0051,
        value if value < 1e4 => 0.051,
        _ => 0.51,
    }
}

impl RatioRanks {
    /// Adds one half of a row, both bandwidths in GB/s. Returns whether busbw is below algbw by more than their rounding.
    pub(super) fn add(&mut self, algbw: f64, busbw: f64) -> bool {
        if algbw < MIN_ALGBW_GB_S {
            return false;
        }
        self.seen = true;
        let ratio = |bus: f64, alg: f64| bus / alg;
        let low = ratio(busbw - rounding(busbw), algbw + rounding(algbw));
        let high = ratio(busbw + rounding(busbw), algbw - rounding(algbw));
        let below_one = high < 1.0 && busbw > 0.0;
        self.below_one |= below_one;
        let ranks = |ratio: f64| if ratio < 2.0 { 2.0 / (2.0 - ratio) } else { f64::INFINITY };
        self.low = self.low.max(ranks(low));
        self.high = self.high.min(ranks(high));
        below_one
    }

    /// The number of ranks, if only one is possible.
    pub(super) fn only(&self) -> Option<u32> {
        let (low, high) = (self.low.ceil(), self.high.floor());
        (self.seen && low == high && low < 1e6).then_some(low as u32)
    }

    /// Whether a number of ranks is impossible, although the rows agree on some number.
    pub(super) fn excludes(&self, ranks: u32) -> bool {
        let ranks = f64::from(ranks);
        self.seen && self.low <= self.high && !(self.low..=self.high).contains(&ranks)
    }

    /// busbw over algbw.
    pub(super) fn ratio(&self) -> Ratio {
        match self.seen {
            false => Ratio::Unseen,
            true if self.below_one => Ratio::BelowOne,
            true if self.only() == Some(2) => Ratio::One,
            true => Ratio::AboveOne,
        }
    }
}
