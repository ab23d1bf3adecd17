//! The quantities as types, and arithmetic with times.

use serde::{Deserialize, Serialize};

/// Femtoseconds in a second.
pub const FEMTOS_PER_SEC: f64 = 1e15;

/// A size in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Bytes(pub u64);

/// An instant or a span of simulated time, in femtoseconds. `u64` reaches 5.1 hours; a run may take half of that.
///
/// Integers make equal times equal on every platform, and the parts of a time add up exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Femtos(pub u64);

/// A rate in bytes per second.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct BytesPerSec(pub f64);

impl Femtos {
    /// The nearest whole femtosecond; ties go to the even one. Negative values become 0, values beyond the range its
    /// end. NaN is a bug of the caller.
    pub fn from_f64(fs: f64) -> Femtos {
        debug_assert!(!fs.is_nan(), "a time is NaN");
        Femtos(fs.round_ties_even() as u64)
    }

    /// The femtosecond nearest to a time in seconds.
    pub fn from_secs(seconds: f64) -> Femtos {
        Femtos::from_f64(seconds * FEMTOS_PER_SEC)
    }

    /// The time in seconds.
    pub fn secs(self) -> f64 {
        self.0 as f64 / FEMTOS_PER_SEC
    }

    /// The time multiplied by a factor, to the nearest femtosecond.
    pub fn scaled(self, factor: f64) -> Femtos {
        Femtos::from_f64(self.0 as f64 * factor)
    }

    /// The span since `earlier`; zero if `earlier` is later.
    pub fn since(self, earlier: Femtos) -> Femtos {
        Femtos(self.0.saturating_sub(earlier.0))
    }
}

impl std::ops::Add for Femtos {
    type Output = Femtos;

    /// Saturates: the engine refuses a time at the end of the range, and must not see one that wrapped.
    fn add(self, other: Femtos) -> Femtos {
        Femtos(self.0.saturating_add(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_round_to_the_even_femtosecond_and_saturate() {
        assert_eq!([0.5, 1.5, 2.5, 2.6].map(Femtos::from_f64), [0, 2, 2, 3].map(Femtos));
        assert_eq!([-1.0, f64::INFINITY].map(Femtos::from_f64), [0, u64::MAX].map(Femtos));
        assert_eq!(Femtos(u64::MAX) + Femtos(1), Femtos(u64::MAX));
        assert_eq!(Femtos(3).since(Femtos(5)), Femtos(0));
    }
}
