//! What a file was recognised as.

use super::form::{Form, Unsupported};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// It can be imported.
    Supported(Form),
    /// It is refused by name.
    Refused(Unsupported),
}
