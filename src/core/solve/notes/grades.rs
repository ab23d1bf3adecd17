//! The grade of a figure, for notes.

use crate::catalog::Figure;

/// The catalog's grade of a figure, unless the scene departs from it.
pub(super) fn grade(value: f64, figure: &Figure) -> &'static str {
    grade_of(value, figure.value, figure)
}

/// The same for a value that is a multiple of the figure.
pub(super) fn grade_of(value: f64, expected: f64, figure: &Figure) -> &'static str {
    if (value - expected).abs() <= 1e-9 * expected.abs() { figure.grade.as_str() } else { "set here" }
}
