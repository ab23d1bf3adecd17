//! A fault of an expression or of a text, with its place.

use std::ops::Range;

/// A fault of an expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct ExpressionError {
    /// The bytes of the expression that are at fault.
    pub span: Range<usize>,
    /// The problem, with what would be accepted.
    pub problem: String,
}

impl ExpressionError {
    /// A fault at a place.
    pub fn new(span: Range<usize>, problem: String) -> ExpressionError {
        ExpressionError { span, problem }
    }
}
