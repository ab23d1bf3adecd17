//! Errors of imports, with their place and what is accepted.

use std::fmt;

use crate::units::{grouped, one_line};

/// Where in a file an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    Whole,
    /// A line, from 1.
    Line(usize),
    /// A byte, from 0.
    Byte(u64),
}

/// Why a file was not imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ImportError {
    /// Where it is.
    pub place: Place,
    /// The problem.
    pub problem: String,
    /// The accepted forms, or the next step.
    pub hint: String,
}

impl ImportError {
    /// An error of the whole file.
    pub(super) fn whole(problem: impl Into<String>, hint: impl Into<String>) -> ImportError {
        ImportError { place: Place::Whole, problem: problem.into(), hint: hint.into() }
    }

    /// An error in a line.
    pub(super) fn line(line: usize, problem: impl Into<String>, hint: impl Into<String>) -> ImportError {
        ImportError { place: Place::Line(line), ..ImportError::whole(problem, hint) }
    }

    /// An error at a byte.
    pub(super) fn byte(byte: u64, problem: impl Into<String>, hint: impl Into<String>) -> ImportError {
        ImportError { place: Place::Byte(byte), ..ImportError::whole(problem, hint) }
    }

    /// The problem with its place, without the name of the file.
    pub fn problem_with_place(&self) -> String {
        match self.place {
            Place::Whole => self.problem.clone(),
            Place::Line(line) => format!("line {}: {}", grouped(line as u64), self.problem),
            Place::Byte(byte) => format!("byte {}: {}", grouped(byte), self.problem),
        }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  = {}", one_line(&self.problem_with_place()), one_line(&self.hint))
    }
}
