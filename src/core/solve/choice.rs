//! How an algorithm was chosen for a run: what was tried, and what could not be tried and why.

use crate::plan::PlanError;
use crate::simulate::SimulateError;
use crate::units::{Femtos, grouped, significant};

/// The choice of `auto`, or of NCCL's own cost model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    /// The algorithms that ran, in the order of the registry.
    pub tried: Vec<Tried>,
    /// All others that fit the fabric, in the order of the registry.
    pub untried: Vec<Untried>,
}

/// An algorithm that ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Its id.
    pub algorithm: &'static str,
    /// Its time.
    pub time: Femtos,
}

/// An algorithm without a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Untried {
    /// Its id.
    pub algorithm: &'static str,
    /// Why there is none.
    pub reason: UntriedReason,
}

/// Why an algorithm was not tried.
#[derive(Clone, Debug, PartialEq)]
pub enum UntriedReason {
    /// The planner or the engine refused it.
    Refused(SimulateError),
    /// The message exceeds the memory.
    DoesNotFit,
    /// It cannot be faster than one that ran. Holds a time that it cannot beat.
    Slower(Femtos),
    /// NCCL's own cost model prefers another one. Holds the time that it expects, µs; `None` without an estimate.
    NotPicked(Option<f64>),
}

impl Choice {
    /// The algorithms whose time is not known and might be the shortest: it is not known how the choice would end with
    /// them.
    pub fn unknown(&self) -> Vec<&'static str> {
        let open = self.untried.iter().filter(|untried| match untried.reason {
            UntriedReason::Refused(_) => true,
            UntriedReason::DoesNotFit | UntriedReason::Slower(_) | UntriedReason::NotPicked(_) => false,
        });
        open.map(|untried| untried.algorithm).collect()
    }

    /// The algorithms that could not be tried with their reasons: `a (reason), b (reason)`. `None` if there are none.
    pub fn untried_text(&self) -> Option<String> {
        let each: Vec<String> = self.untried.iter().map(Untried::text).collect();
        (!each.is_empty()).then(|| each.join(", "))
    }
}

impl Untried {
    /// The algorithm with its reason: `nvls-tree (needs 4,194,304 transfers, limit 2,200,000)`.
    pub fn text(&self) -> String {
        format!("{} ({})", self.algorithm, self.reason.text())
    }
}

impl UntriedReason {
    /// A clause without a subject.
    pub fn text(&self) -> String {
        match self {
            UntriedReason::Refused(error) => refusal(error),
            UntriedReason::DoesNotFit => "the message does not fit into the memory".to_owned(),
            UntriedReason::Slower(least) => format!("takes at least {least}"),
            UntriedReason::NotPicked(Some(time_us)) => format!("expected to take {} µs", significant(*time_us)),
            UntriedReason::NotPicked(None) => "not in NCCL's own cost model here".to_owned(),
        }
    }
}

/// An error in short: as its message, without what to do, because another algorithm ran.
fn refusal(error: &SimulateError) -> String {
    match error {
        SimulateError::Plan(PlanError::TooMany { needed, count, limit, .. }) => {
            format!("needs {} {count}, limit {}", grouped(*needed), grouped(*limit))
        }
        SimulateError::Plan(PlanError::NoAlternatePath(link)) => {
            format!("link {link} is down and there is no alternate path")
        }
        SimulateError::Plan(PlanError::NoPath { from, to }) => format!("no path from chip {from} to chip {to}"),
        SimulateError::Plan(PlanError::NotMeasured) => "no measured timing here".to_owned(),
        SimulateError::Plan(PlanError::NotAPowerOfTwo(ranks)) => {
            format!("needs a power of two of ranks, not {}", grouped(u64::from(*ranks)))
        }
        SimulateError::Plan(PlanError::DoesNotFit(_)) => "does not fit this fabric".to_owned(),
        SimulateError::LinkDown(link) => format!("needs link {link}, which is down"),
        SimulateError::TooLarge(refusal) => refusal.reason(),
        SimulateError::TooLong => "takes longer than 2.5 hours of simulated time".to_owned(),
        SimulateError::NoSuchLink(_)
        | SimulateError::EmptyRoute(_)
        | SimulateError::BadDependency(_)
        | SimulateError::Stuck(_)
        | SimulateError::MixedCapacityCohort(_)
        | SimulateError::FasterThanBound { .. } => error.to_string(),
    }
}
