//! Errors of JSON with their line.

use crate::import::error::ImportError;
use crate::import::source::unreadable;
use crate::units::grouped;

/// The error of a reader of JSON.
pub(in crate::import) fn json_error(error: serde_json::Error) -> ImportError {
    let line = error.line();
    let column = error.column();
    let what = match error.classify() {
        serde_json::error::Category::Io => return unreadable(&std::io::Error::from(error)),
        serde_json::error::Category::Eof => "the JSON ends too early",
        serde_json::error::Category::Syntax | serde_json::error::Category::Data => {
            "the JSON is damaged, or nests too deep"
        }
    };
    let what = if column > 1 { format!("{what} (column {})", grouped(column as u64)) } else { what.to_owned() };
    ImportError::line(line.max(1), what, "the copy may be cut; use the whole file as it was written")
}
