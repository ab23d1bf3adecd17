//! What is wrong with a log, where, and what would be accepted.

use std::fmt;

/// Why a log cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct LogError {
    /// The file's name, or where else the text came from.
    pub name: String,
    /// The line from 1, if the fault has a place.
    pub line: Option<usize>,
    /// The column in bytes from 1, not counting colour codes, if it is known.
    pub column: Option<usize>,
    /// What is wrong.
    pub problem: String,
    /// What would be accepted, or what to do.
    pub hint: String,
}

impl LogError {
    /// A fault of the whole log.
    pub(super) fn whole(name: &str, problem: impl Into<String>, hint: impl Into<String>) -> LogError {
        LogError { name: name.to_owned(), line: None, column: None, problem: problem.into(), hint: hint.into() }
    }

    /// A fault with a place.
    pub(super) fn at(
        name: &str,
        line: usize,
        column: Option<usize>,
        problem: impl Into<String>,
        hint: impl Into<String>,
    ) -> LogError {
        LogError { line: Some(line), column, ..LogError::whole(name, problem, hint) }
    }

    pub(super) fn too_large(name: &str) -> LogError {
        let hint = "keep the lines with # and the rows: grep -E '^[^A-Za-z]*#|(float|half|bfloat16) +sum'";
        LogError::whole(name, format!("is larger than {} MiB", crate::nccl_log::MAX_LOG_BYTES >> 20), hint)
    }

    pub(super) fn too_many_rows(name: &str, line: Option<usize>) -> LogError {
        let problem = format!("more than {} rows", crate::nccl_log::MAX_LOG_ROWS);
        LogError { line, ..LogError::whole(name, problem, "split the log; one run has a few dozen rows") }
    }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.name)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        write!(f, ": {}\n  = {}", self.problem, self.hint)
    }
}
