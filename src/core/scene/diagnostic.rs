//! Diagnostics of a scene: the problem, its place, and the accepted values.

use std::fmt::{self, Write};
use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic as Rendered, Label};
use codespan_reporting::files::SimpleFile;
use codespan_reporting::term::{Chars, Config, emit_into_string};

use crate::units::{grouped, one_line, printable, with_placeholders};

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
/// Most diagnostics of a scene that are shown: they fill a few screens.
const MAX_SHOWN: usize = 20;

/// Length of the line in which a byte stands.
fn line_length(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |newline| offset + newline);
    end - start
}

/// The part of a span that is shown: its first line if another one is too long. `None` if the first one is.
fn shown_span(text: &str, span: &Range<usize>) -> Option<Range<usize>> {
    if line_length(text, span.start) > MAX_LINE {
        return None;
    }
    let marked = text.get(span.clone())?;
    let first_end = marked.find('\n').map_or(span.end, |newline| span.start + newline);
    let are_short = marked.lines().all(|line| line.len() <= MAX_LINE) && line_length(text, span.end) <= MAX_LINE;
    Some(span.start..if are_short { span.end } else { first_end.max(span.start) })
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

/// A diagnostic as a panel shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The problem with its path; with the name of the file and the place if there are no lines to show.
    pub message: String,
    /// The lines of the text with marks under the offending part, for a font of one width.
    pub lines: Option<String>,
    /// What would be accepted.
    pub hint: Option<String>,
}

impl Diagnostics {
    /// The first diagnostics, and how many more there are.
    pub fn listed(&self) -> (Vec<Listed>, usize) {
        let (name, text) = (one_line(&self.name), with_placeholders(&self.text));
        let file = SimpleFile::new(&name, &text);
        let listed = self.faults.iter().take(MAX_SHOWN).map(|fault| {
            let lines = self.shown_part(fault).and_then(|span| {
                let marked = Rendered::<()>::error().with_labels(vec![Label::primary((), span)]);
                let text = emit_into_string(&config(), &file, &marked).ok()?;
                // Below the line for a message.
                text.trim_end().split_once('\n').map(|(_, lines)| printable(lines).into_owned())
            });
            let message = match (&lines, fault.place) {
                (Some(_), _) => format!("{}{}", fault.at(), fault.problem),
                (None, Some((line, column))) => format!("{name}:{line}:{column}: {}{}", fault.at(), fault.problem),
                (None, None) => format!("{name}: {}{}", fault.at(), fault.problem),
            };
            let hint = fault.hint.as_deref().map(|hint| printable(hint).into_owned());
            Listed { message: printable(&message).into_owned(), lines, hint }
        });
        (listed.collect(), self.faults.len().saturating_sub(MAX_SHOWN))
    }

    /// The part of the text that is shown with a fault.
    fn shown_part(&self, fault: &Diagnostic) -> Option<Range<usize>> {
        fault.span.as_ref().and_then(|span| shown_span(&self.text, span))
    }
}

impl Diagnostic {
    /// The path as it stands before the problem.
    fn at(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!("{}: ", self.path) }
    }
}

/// Plain characters: the panels' fonts have no box drawing.
fn config() -> Config {
    Config { chars: Chars::ascii(), ..Config::default() }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.write(&mut out)?;
        // Whatever a scene, a path or a value contains: it is shown, not obeyed.
        f.write_str(&printable(&out))
    }
}

impl Diagnostics {
    fn write(&self, f: &mut String) -> fmt::Result {
        let (name, text) = (one_line(&self.name), with_placeholders(&self.text));
        let file = SimpleFile::new(&name, &text);
        for (index, fault) in self.faults.iter().take(MAX_SHOWN).enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            let at = fault.at();
            let Some(span) = self.shown_part(fault) else {
                let place = fault.place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
                write!(f, "error: {name}{place}: {at}{}", fault.problem)?;
                if let Some(hint) = &fault.hint {
                    write!(f, "\n  = {hint}")?;
                }
                continue;
            };
            let mut diagnostic = Rendered::error()
                .with_message(format!("{at}{}", fault.problem))
                .with_labels(vec![Label::primary((), span)]);
            if let Some(hint) = &fault.hint {
                diagnostic = diagnostic.with_notes(vec![hint.clone()]);
            }
            match emit_into_string(&config(), &file, &diagnostic) {
                Ok(text) => f.write_str(text.trim_end())?,
                Err(_) => write!(f, "error: {name}: {at}{}", fault.problem)?,
            }
        }
        match self.faults.len().saturating_sub(MAX_SHOWN) {
            0 => Ok(()),
            1 => f.write_str("\nand 1 more error"),
            more => write!(f, "\nand {} more errors", grouped(more as u64)),
        }
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

/// "did you mean ...? accepted: ...", for a word that is not among the accepted ones.
pub fn accepted<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    let list = words.join(", ");
    match did_you_mean(word, words.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? accepted: {list}"),
        None => format!("accepted: {list}"),
    }
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
    fn a_span_is_shown_without_lines_that_are_too_long() {
        let text = format!("(\n({}\n)", "x".repeat(100_000));
        for (span, first_line) in [(0..text.len(), "1 | ("), (0..3, "1 | (")] {
            let mut diagnostics = Diagnostics::whole("a.ron", "wrong", None);
            diagnostics.faults[0].span = Some(span);
            diagnostics.text.clone_from(&text);
            let shown = diagnostics.to_string();
            assert!(shown.len() < 200 && shown.contains(first_line), "{shown}");
        }
        assert_eq!(shown_span("ab\ncd", &(1..5)), Some(1..5));
        assert_eq!(shown_span(&text, &(3..9)), None);
    }

    #[test]
    fn the_first_diagnostics_are_shown_and_the_others_counted() {
        let mut diagnostics = Diagnostics::whole("a\u{1b}[2J.ron", "wrong\u{202e}", Some("right"));
        diagnostics.faults = vec![diagnostics.faults[0].clone(); 30_000];
        let shown = diagnostics.to_string();
        assert_eq!(shown.matches("error: ").count(), 20);
        assert!(shown.ends_with("and 29,980 more errors"), "{shown}");
        assert!(shown.starts_with("error: a\\u{1b}[2J.ron: wrong\\u{202e}\n"), "{shown}");
    }

    #[test]
    fn a_panel_has_problem_lines_and_hint_apart() {
        let mut diagnostics = Diagnostics::whole("a.ron", "wrong", Some("right"));
        let bare = Listed { message: "a.ron: wrong".to_owned(), lines: None, hint: Some("right".to_owned()) };
        assert_eq!(diagnostics.listed(), (vec![bare.clone()], 0));
        diagnostics.faults =
            vec![Diagnostic { path: "x".to_owned(), span: Some(1..3), ..diagnostics.faults[0].clone() }; 23];
        diagnostics.text = "(x: 1)".to_owned();
        let (listed, more) = diagnostics.listed();
        assert_eq!((listed.len(), more), (20, 3));
        let lines = listed[0].lines.as_deref().expect("the line");
        assert_eq!(listed[0].message, "x: wrong");
        assert!(lines.contains("a.ron:1:2") && lines.contains("1 | (x: 1)") && lines.contains("|  ^^"), "{lines}");
        assert!(!lines.contains("error") && !lines.contains("wrong"), "{lines}");
    }

    #[test]
    fn a_control_character_does_not_move_the_mark_of_an_error() {
        let text = "(title: \"\u{1b}\u{202e}\", x: 1)";
        let span = text.find('x').map(|start| start..start + 1);
        let fault = Diagnostic { path: String::new(), place: None, span, problem: "wrong".to_owned(), hint: None };
        let shown = Diagnostics { name: "a".to_owned(), text: text.to_owned(), faults: vec![fault] }.to_string();
        let lines: Vec<&str> = shown.lines().collect();
        let (line, mark) =
            (lines.iter().find(|line| line.contains("title")), lines.iter().find(|line| line.contains('^')));
        let column = |line: Option<&&str>, sign: char| line.and_then(|line| line.chars().position(|c| c == sign));
        assert_eq!(column(line, 'x'), column(mark, '^'), "{shown}");
    }
}
