//! The error of a catalog file.

/// A catalog file that does not parse, or contains an implausible figure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("catalog entry {file}: {problem}")]
pub struct CatalogError {
    /// The file's name, such as `dgx-h100.ron`.
    pub file: String,
    /// The problem, with line and column if the file does not parse.
    pub problem: String,
}
