//! Writes results to stdout and notes to stderr.

use std::io::Write;

use super::error::CommandError;

/// Writes a line to stderr. A closed stderr (`2>&1 | head`) is not an error.
pub(super) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Writes a result to stdout.
pub(super) fn print(text: &str) -> Result<(), CommandError> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Writes a result to stdout as JSON.
pub(super) fn print_json(value: &impl serde::Serialize) -> Result<(), CommandError> {
    let text = serde_json::to_string_pretty(value).map_err(|error| CommandError::Value(error.to_string()))?;
    print(&format!("{text}\n"))
}
