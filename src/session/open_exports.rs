//! The open window of exports.

use crate::export::ExportError;

/// What became of the last request in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenExports {
    /// What the last file averages or leaves out.
    pub notes: Vec<String>,
    /// Why the last request gave no file.
    pub error: Option<ExportError>,
}
