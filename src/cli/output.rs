//! Writes results to stdout and notes to stderr.

use std::io::Write;

use super::error::CommandError;
use crate::units::{is_active, printable};

/// Writes a line to stderr. A closed stderr (`2>&1 | head`) is not an error.
pub(super) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{}", printable(text));
}

/// Writes a result to stdout. Characters that a terminal would obey are escaped.
pub(super) fn print(text: &str) -> Result<(), CommandError> {
    let mut out = std::io::stdout().lock();
    out.write_all(printable(text).as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Writes a result to stdout as JSON.
pub(super) fn print_json(value: &impl serde::Serialize) -> Result<(), CommandError> {
    let text = serde_json::to_string_pretty(value).map_err(|error| CommandError::Value(error.to_string()))?;
    print(&format!("{}\n", escaped_json(&text)))
}

/// JSON whose texts hold no character that a terminal would obey: JSON has an escape for each.
fn escaped_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => out.push('\n'),
            _ if is_active(character) => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out
}
