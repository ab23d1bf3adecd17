//! The critical path added up, by kind, class and cause.

use std::collections::BTreeMap;

use super::{CostKind, CostSource, CriticalPath};
use crate::fabric::LinkClass;
use crate::units::Femtos;

/// A part of the time of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeShare {
    /// What it is spent on.
    pub kind: CostKind,
    /// The class of the links; `None` for cores and software.
    pub class: Option<LinkClass>,
    /// What it is more exactly.
    pub what: CostSource,
    /// How long.
    pub time: Femtos,
}

/// The parts of the reported time, the longest first; they add up to it exactly. Where that is less than the fluid time
/// of the path (one wavelet, on a wafer) the rest is taken off the last serialization.
pub fn parts(path: &CriticalPath, reported: Femtos) -> Vec<TimeShare> {
    let mut sums = BTreeMap::<(CostKind, Option<LinkClass>, CostSource), u64>::new();
    let mut surplus = path.end.since(reported).0;
    // Serialization gives first, whatever is last of it; if there is none, anything else.
    let mut taken = vec![0_u64; path.steps.len()];
    for wanted in [true, false] {
        for (index, step) in path.steps.iter().enumerate().rev() {
            if surplus == 0 {
                break;
            }
            if (step.kind == CostKind::Serialization) == wanted {
                taken[index] = surplus.min(step.until.since(step.from).0);
                surplus -= taken[index];
            }
        }
    }
    for (step, taken) in path.steps.iter().zip(taken) {
        *sums.entry((step.kind, step.class, step.what)).or_default() += step.until.since(step.from).0 - taken;
    }
    let parts = sums.into_iter().filter(|&(_, time)| time > 0);
    let mut parts: Vec<TimeShare> =
        parts.map(|((kind, class, what), time)| TimeShare { kind, class, what, time: Femtos(time) }).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.time));
    parts
}
