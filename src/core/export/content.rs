//! The content of a file, before it has a name.

/// Text, rows and notes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Content {
    pub text: String,
    pub rows: u64,
    pub notes: Vec<String>,
}
