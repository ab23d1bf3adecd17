//! The critical path added up by cause and link class.

use std::collections::BTreeMap;

use super::cost::{CostKind, CostSource};
use super::path::CriticalPath;
use crate::fabric::LinkClass;
use crate::units::Femtos;

/// A share of the time of a run, spent on one cause in one link class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeShare {
    /// What the time is spent on.
    pub kind: CostKind,
    /// The class of the links; `None` for cores and software.
    pub class: Option<LinkClass>,
    /// The source within the kind.
    pub source: CostSource,
    /// How long.
    pub time: Femtos,
}

impl TimeShare {
    /// The fraction of the time of the run, 0 to 1.
    pub fn fraction_of(&self, time: Femtos) -> f64 {
        self.time.secs() / time.secs()
    }
}

/// The shares of the reported time, the longest first. They add up to it exactly: if the reported time is less than the
/// fluid time of the path (by one wavelet, on a wafer), the last serialization is shortened.
pub fn time_shares(path: &CriticalPath, reported: Femtos) -> Vec<TimeShare> {
    let mut sums = BTreeMap::<(CostKind, Option<LinkClass>, CostSource), u64>::new();
    let mut surplus = path.end.since(reported).0;
    let mut removed = vec![0_u64; path.steps.len()];
    // Serialization is shortened first, from the end; other kinds only if there is not enough of it.
    for serialization in [true, false] {
        for (index, span) in path.steps.iter().enumerate().rev() {
            if surplus == 0 {
                break;
            }
            if (span.kind == CostKind::Serialization) == serialization {
                removed[index] = surplus.min(span.duration().0);
                surplus -= removed[index];
            }
        }
    }
    for (span, removed) in path.steps.iter().zip(removed) {
        *sums.entry((span.kind, span.class, span.source)).or_default() += span.duration().0 - removed;
    }
    let shares = sums.into_iter().filter(|&(_, time)| time > 0);
    let mut shares: Vec<TimeShare> =
        shares.map(|((kind, class, source), time)| TimeShare { kind, class, source, time: Femtos(time) }).collect();
    shares.sort_by_key(|share| std::cmp::Reverse(share.time));
    shares
}
