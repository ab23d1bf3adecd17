//! Errors of logs, with their line and what is accepted.

use std::fmt;

use super::log::{MAX_LOG_BYTES, MAX_LOG_ROWS};
use crate::units::{grouped, one_line};

/// What a row of nccl-tests looks like.
pub(super) const WANTED: &str = "accepted: rows such as `1048576 262144 float sum -1 73.1 14.34 25.10 0 72.8 14.40 25.20 0`, or a table with a column \
     of sizes and one of times or busbw";

/// Why a log cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct LogError {
    /// The name of the file, or another source of the text.
    pub name: String,
    /// The line from 1, if the error has one.
    pub line: Option<usize>,
    /// The column in bytes from 1, not counting colour codes, if it is known.
    pub column: Option<usize>,
    /// The problem.
    pub problem: String,
    /// The accepted values, or the next step.
    pub hint: String,
    /// Whether the text has no row of nccl-tests at all, so that it may have another form.
    pub(super) no_rows: bool,
}

impl LogError {
    /// An error of the whole log.
    pub(super) fn whole(name: &str, problem: impl Into<String>, hint: impl Into<String>) -> LogError {
        LogError {
            name: name.to_owned(),
            line: None,
            column: None,
            problem: problem.into(),
            hint: hint.into(),
            no_rows: false,
        }
    }

    /// An error with a line.
    pub(super) fn at(
        name: &str,
        line: usize,
        column: Option<usize>,
        problem: impl Into<String>,
        hint: impl Into<String>,
    ) -> LogError {
        LogError { line: Some(line), column, ..LogError::whole(name, problem, hint) }
    }

    /// An error of JSON that begins after some lines. One at the end of a line is reported at the start of the next.
    pub(super) fn in_json(
        name: &str,
        lines_before: usize,
        error: &serde_json::Error,
        problem: &str,
        hint: &str,
    ) -> LogError {
        let line = lines_before + error.line();
        match error.column() {
            0 => LogError::at(name, line.saturating_sub(1).max(1), None, problem, hint),
            column => LogError::at(name, line, Some(column), problem, hint),
        }
    }

    pub(super) fn too_large(name: &str) -> LogError {
        let hint = "keep the lines with # and the rows: grep -E '^[^A-Za-z]*#|(float|half|bfloat16) +sum'";
        LogError::whole(name, format!("is larger than {} MiB", MAX_LOG_BYTES >> 20), hint)
    }

    pub(super) fn too_many_rows(name: &str, line: Option<usize>) -> LogError {
        let problem = format!("more than {} rows", grouped(MAX_LOG_ROWS as u64));
        LogError { line, ..LogError::whole(name, problem, "split the log; one run has a few dozen rows") }
    }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", one_line(&self.name))?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        write!(f, ": {}\n  = {}", one_line(&self.problem), one_line(&self.hint))
    }
}
