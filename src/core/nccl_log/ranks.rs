//! The number of ranks from the bandwidths: busbw / algbw is 2 (n - 1) / n for an all-reduce, (n - 1) / n for operations with
//! a share per rank.

use super::operation::Ratio;

/// Below this algbw, GB/s, two printed decimals are too few for a ratio.
const MIN_ALGBW_GB_S: f64 = 1.0;

/// The numbers of ranks that fit the bandwidths so far, by the factor of busbw.
#[derive(Clone, Copy, Debug)]
struct Span {
    low: f64,
    high: f64,
}

impl Span {
    const ALL: Span = Span { low: 1.0, high: f64::INFINITY };

    /// Narrows it to the ranks n of a ratio 2 (n - 1) / n.
    fn narrow(&mut self, low_ratio: f64, high_ratio: f64) {
        let ranks = |ratio: f64| if ratio < 2.0 { 2.0 / (2.0 - ratio) } else { f64::INFINITY };
        self.low = self.low.max(ranks(low_ratio));
        self.high = self.high.min(ranks(high_ratio));
    }

    fn only(self) -> Option<u32> {
        let (low, high) = (self.low.ceil(), self.high.floor());
        (low == high && low < 1e6).then_some(low as u32)
    }
}

/// What the bandwidths of a table say about its ranks.
#[derive(Clone, Copy, Debug)]
pub(super) struct RatioRanks {
    /// If the factor is 2 (n - 1) / n.
    twice: Span,
    /// If it is (n - 1) / n.
    once: Span,
    /// Whether any row was above the threshold.
    seen: bool,
    /// Whether a ratio is between 0 and 1, which no all-reduce has.
    below_one: bool,
}

impl Default for RatioRanks {
    fn default() -> RatioRanks {
        RatioRanks { twice: Span::ALL, once: Span::ALL, seen: false, below_one: false }
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
        self.twice.narrow(low, high);
        self.once.narrow(2.0 * low, 2.0 * high);
        below_one
    }

    /// The number of ranks, if only one is possible. `shares` is whether the operation has a share per rank.
    pub(super) fn only(&self, shares: bool) -> Option<u32> {
        self.span(shares).only().filter(|_| self.seen)
    }

    /// Whether a number of ranks is impossible, although the rows agree on some number.
    pub(super) fn excludes(&self, ranks: u32, shares: bool) -> bool {
        let (ranks, Span { low, high }) = (f64::from(ranks), self.span(shares));
        self.seen && low <= high && !(low..=high).contains(&ranks)
    }

    fn span(&self, shares: bool) -> Span {
        if shares { self.once } else { self.twice }
    }

    /// busbw over algbw.
    pub(super) fn ratio(&self) -> Ratio {
        match self.seen {
            false => Ratio::Unseen,
            true if self.below_one => Ratio::BelowOne,
            true if self.only(false) == Some(2) => Ratio::One,
            true => Ratio::AboveOne,
        }
    }
}
