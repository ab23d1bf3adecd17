//! The operations of a sequence in reports.

use serde::Serialize;

use crate::collective::OperationWork;
use crate::solve::{FabricRun, OperationRun};

/// An operation of a sequence as it ran.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OperationReport {
    /// Its name.
    pub name: String,
    /// What it is: the id of a collective, or `compute`.
    pub collective: &'static str,
    /// Its message; `null` for a computation.
    pub message_bytes: Option<u64>,
    /// Its algorithm; `null` for a computation.
    pub algorithm: Option<&'static str>,
    /// Number of its groups.
    pub groups: usize,
    /// Ranks of each group.
    pub ranks: usize,
    /// When its first group began, seconds.
    pub start_s: f64,
    /// When its last group ended, seconds.
    pub end_s: f64,
}

impl OperationReport {
    fn new(run: OperationRun) -> OperationReport {
        let OperationRun { name, work, groups, ranks, start, end } = run;
        let (collective, message_bytes, algorithm) = match work {
            OperationWork::Collective { collective, message, algorithm } => {
                (collective.as_str(), Some(message.0), algorithm.map(|algorithm| algorithm.id()))
            }
            OperationWork::Compute(_) => ("compute", None, None),
        };
        let (start_s, end_s) = (start.secs(), end.secs());
        OperationReport { name, collective, message_bytes, algorithm, groups, ranks, start_s, end_s }
    }
}

/// The operations of a run, in the order of their plan; none for a single operation.
pub(super) fn operations(run: &FabricRun) -> Vec<OperationReport> {
    run.operations().into_iter().map(OperationReport::new).collect()
}
