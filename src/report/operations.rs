//! The operations of a sequence in reports.

use serde::Serialize;

use super::table::columns;
use crate::collective::OperationWork;
use crate::solve::{FabricRun, OperationRun};
use crate::units::{Bytes, Femtos};

/// Most operations of a table; JSON has all of them.
const MAX_LISTED: usize = 40;

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

/// The operations as a table.
pub(super) fn operations_table(operations: &[OperationReport]) -> String {
    let time = |seconds: f64| Femtos::from_secs(seconds).to_string();
    let row = |one: &OperationReport| {
        vec![
            one.name.clone(),
            one.collective.to_owned(),
            one.message_bytes.map_or("-".to_owned(), |bytes| Bytes(bytes).to_string()),
            one.algorithm.unwrap_or("-").to_owned(),
            format!("{} x {}", one.groups, one.ranks),
            time(one.start_s),
            time(one.end_s),
            time(one.end_s - one.start_s),
        ]
    };
    let rows: Vec<Vec<String>> = operations.iter().take(MAX_LISTED).map(row).collect();
    let header = ["operation", "collective", "message", "algorithm", "groups", "start", "end", "duration"];
    let mut out = columns(&header, &rows);
    if operations.len() > MAX_LISTED {
        out.push_str(&format!("and {} more\n", operations.len() - MAX_LISTED));
    }
    out
}
