//! The critical path of a sequence, operation by operation.

use super::path::CriticalPath;
use crate::plan::Plan;
use crate::units::Femtos;

/// The time that the critical path spends in one operation, from when on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationOnPath {
    /// Its name.
    pub name: String,
    /// When the path enters it.
    pub from: Femtos,
    /// When it leaves it.
    pub until: Femtos,
}

/// The operations on a critical path, in order of time; none if the plan is a single operation.
pub fn operations_on_path(plan: &Plan, path: &CriticalPath) -> Vec<OperationOnPath> {
    let mut found: Vec<OperationOnPath> = Vec::new();
    for step in &path.steps {
        let Some(operation) = step.transfer.and_then(|id| plan.operation_of(id)) else { continue };
        match found.last_mut().filter(|last| last.name == operation.name) {
            Some(last) => last.until = step.until,
            None => {
                found.push(OperationOnPath { name: operation.name.clone(), from: step.from, until: step.until });
            }
        }
    }
    found
}

/// The most operations that a sentence names.
const MAX_NAMED: usize = 8;

/// The operations on the path as a sentence; `None` if there are none.
pub(super) fn operations_sentence(plan: &Plan, path: &CriticalPath) -> Option<String> {
    let all = operations_on_path(plan, path);
    if all.is_empty() {
        return None;
    }
    let named = all.iter().take(MAX_NAMED).map(|one| format!("{} ({})", one.name, one.until.since(one.from)));
    let named = named.collect::<Vec<_>>().join(", then ");
    let rest = match all.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        rest => format!(", and {rest} more"),
    };
    Some(format!("The critical path leads through {named}{rest}."))
}
