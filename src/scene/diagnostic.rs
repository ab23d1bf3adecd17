//! Diagnostics of a scene: the problem, its place, and the accepted values.

use std::fmt;
use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic as Rendered, Label};
use codespan_reporting::files::SimpleFile;
use codespan_reporting::term::{Chars, Config, emit_into_string};

/// One thing that is wrong with a scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Path of the value, such as `fabrics.0.machine`; empty for the whole file.
    pub path: String,
    /// Line and column from 1, where the value stands in the text.
    pub place: Option<(usize, usize)>,
    /// The offending bytes of the text.
    pub span: Option<Range<usize>>,
    /// The problem.
    pub problem: String,
    /// What would be accepted.
    pub hint: Option<String>,
}

/// Longest line of a scene that is shown with its fault.
const MAX_LINE: usize = 400;

/// Length of the line in which a byte stands.
fn line_length(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |newline| offset + newline);
    end - start
}

/// All that is wrong with one scene.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Diagnostics {
    /// The file's name, or where else the text came from.
    pub name: String,
    /// The text that the spans point into; empty if there is none to show.
    pub text: String,
    /// At least one.
    pub faults: Vec<Diagnostic>,
}

impl Diagnostics {
    /// A single fault that concerns the whole input.
    pub fn whole(name: &str, problem: impl Into<String>, hint: Option<&str>) -> Diagnostics {
        let fault = Diagnostic {
            path: String::new(),
            place: None,
            span: None,
            problem: problem.into(),
            hint: hint.map(str::to_owned),
        };
        Diagnostics { name: name.to_owned(), text: String::new(), faults: vec![fault] }
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = SimpleFile::new(&self.name, &self.text);
        for (index, fault) in self.faults.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            let at = if fault.path.is_empty() { String::new() } else { format!("{}: ", fault.path) };
            let Some(span) = fault.span.as_ref().filter(|span| line_length(&self.text, span.start) <= MAX_LINE) else {
                let place = fault.place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
                write!(f, "error: {}{place}: {at}{}", self.name, fault.problem)?;
                if let Some(hint) = &fault.hint {
                    write!(f, "\n  = {hint}")?;
                }
                continue;
            };
            let mut diagnostic = Rendered::error()
                .with_message(format!("{at}{}", fault.problem))
                .with_labels(vec![Label::primary((), span.clone())]);
            if let Some(hint) = &fault.hint {
                diagnostic = diagnostic.with_notes(vec![hint.clone()]);
            }
            // Plain characters: the panels' fonts have no box drawing.
            let config = Config { chars: Chars::ascii(), ..Config::default() };
            match emit_into_string(&config, &file, &diagnostic) {
                Ok(text) => f.write_str(text.trim_end())?,
                Err(_) => write!(f, "error: {}: {at}{}", self.name, fault.problem)?,
            }
        }
        Ok(())
    }
}

/// The nearest of the accepted words, if it is near enough to be a slip.
pub fn did_you_mean<'a>(word: &str, accepted: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 64 {
        return None;
    }
    let nearest = accepted.into_iter().map(|known| (strsim::damerau_levenshtein(word, known), known)).min();
    nearest.filter(|(distance, known)| *distance <= (known.len() / 3).max(2)).map(|(_, known)| known)
}

/// A text that is fit to be read: long ones are cut.
pub(crate) fn shortened(text: &str) -> String {
    const MAX: usize = 200;
    match text.char_indices().nth(MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// "did you mean ...? accepted: ...", for a word that is not among the accepted ones.
pub fn accepted<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    let list = words.join(", ");
    match did_you_mean(word, words.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? accepted: {list}"),
        None => format!("accepted: {list}"),
    }
}

/// Line and column (from 1, in characters) of a byte offset.
pub fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// Byte offset of a line and a column (from 1, in characters).
pub fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = &text[start.min(text.len())..];
    let within: usize = rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
    (start + within).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_nonsense_is_not() {
        let known = ["ring", "nvls", "strips-middle"];
        assert_eq!(did_you_mean("rng", known), Some("ring"));
        assert_eq!(did_you_mean("strip-midle", known), Some("strips-middle"));
        assert_eq!(did_you_mean("hypercube", known), None);
    }

    #[test]
    fn places_and_offsets_are_inverses() {
        let text = "ab\nçd\n\nx";
        for (offset, _) in text.char_indices() {
            let (line, column) = line_and_column(text, offset);
            assert_eq!(offset_of(text, line, column), offset);
        }
    }
}
