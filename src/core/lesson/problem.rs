//! Faults of a lesson with their place in the file.

use super::expression_error::ExpressionError;
use crate::scene::{Diagnostics, locate};

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Path of the value, such as `steps.3.options.1.when`.
    pub path: String,
    /// The fault, with figure and value.
    pub problem: String,
    /// What would be accepted.
    pub hint: Option<String>,
}

impl Problem {
    /// A fault without a hint.
    pub fn new(path: impl Into<String>, problem: impl Into<String>) -> Problem {
        Problem { path: path.into(), problem: problem.into(), hint: None }
    }

    /// The same with a hint.
    pub fn hint(self, hint: impl Into<String>) -> Problem {
        Problem { hint: Some(hint.into()), ..self }
    }

    /// A fault of the expression or text at a path.
    pub fn from_expression(path: &str, error: ExpressionError) -> Problem {
        Problem::new(path, error.problem)
    }
}

/// Faults with their lines.
pub fn diagnostics(name: &str, text: &str, problems: Vec<Problem>) -> Diagnostics {
    locate(name, text, problems.into_iter().map(|one| (one.path, one.problem, one.hint)))
}
