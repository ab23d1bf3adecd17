//! A light pass over RON text that finds the span of each value and how deep brackets nest.
//!
//! The `ron` crate gives the place of syntax and type errors, but forgets it for values that are well-formed and
//! wrong. This pass keeps `path -> span`; if the text is not RON, it stops early.

use std::collections::BTreeMap;
use std::ops::Range;

/// Deepest nesting of brackets in a scene.
pub const MAX_NESTING: usize = 64;

/// Where the first bracket stands that nests deeper than [`MAX_NESTING`], as a byte offset.
pub fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut scanner = Scanner::new(text);
    while let Some(byte) = scanner.skip_to_token() {
        let at = scanner.at;
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                if depth > MAX_NESTING {
                    return Some(at);
                }
                scanner.at += 1;
            }
            b')' | b']' | b'}' => {
                depth = depth.saturating_sub(1);
                scanner.at += 1;
            }
            b'"' | b'\'' | b'r' | b'b' => {
                if scanner.string().is_none() {
                    scanner.at += 1;
                }
            }
            _ => scanner.at += 1,
        }
    }
    None
}

/// The values of a RON document by path (`fabrics.0.machine`), each with its span in bytes.
#[derive(Clone, Debug, Default)]
pub struct Places {
    values: BTreeMap<String, Range<usize>>,
}

impl Places {
    /// Scans `text`, which must be RON of at most [`MAX_NESTING`] levels for the result to be complete.
    pub fn new(text: &str) -> Places {
        let mut scanner = Scanner::new(text);
        scanner.skip_attributes();
        let mut values = Vec::new();
        scanner.value("", &mut values, 0);
        let mut places = Places::default();
        for (path, span) in values {
            // Of a field that is given twice, the first.
            places.values.entry(path).or_insert(span);
        }
        places
    }

    /// The span of the value at `path`, or of the nearest one round it.
    pub fn find(&self, path: &str) -> Option<Range<usize>> {
        let mut path = path;
        loop {
            if let Some(span) = self.values.get(path) {
                return Some(span.clone());
            }
            path = match path.rfind('.') {
                Some(dot) => &path[..dot],
                None if path.is_empty() => return None,
                None => "",
            };
        }
    }
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Scanner<'a> {
        Scanner { text: text.as_bytes(), at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn starts_with(&self, prefix: &str) -> bool {
        self.text[self.at..].starts_with(prefix.as_bytes())
    }

    /// Passes white space and comments; the byte that follows.
    fn skip_to_token(&mut self) -> Option<u8> {
        loop {
            if self.starts_with("//") {
                while self.peek().is_some_and(|byte| byte != b'\n') {
                    self.at += 1;
                }
            } else if self.starts_with("/*") {
                let mut depth = 0;
                while self.at < self.text.len() {
                    if self.starts_with("/*") {
                        depth += 1;
                        self.at += 2;
                    } else if self.starts_with("*/") {
                        depth -= 1;
                        self.at += 2;
                        if depth == 0 {
                            break;
                        }
                    } else {
                        self.at += 1;
                    }
                }
            } else if self.peek()?.is_ascii_whitespace() {
                self.at += 1;
            } else {
                return self.peek();
            }
        }
    }

    /// Passes `#![enable(...)]` at the start.
    fn skip_attributes(&mut self) {
        while self.skip_to_token() == Some(b'#') && self.starts_with("#!") {
            let rest = &self.text[self.at..];
            self.at = rest.iter().position(|&byte| byte == b']').map_or(self.text.len(), |end| self.at + end + 1);
        }
    }

    /// Passes a string or a character, raw or not. `None` (and nothing passed) if there is none here.
    fn string(&mut self) -> Option<()> {
        let mut at = self.at;
        if self.text.get(at) == Some(&b'b') {
            at += 1;
        }
        let raw = self.text.get(at) == Some(&b'r');
        if raw {
            at += 1;
            let hashes = self.text[at..].iter().take_while(|&&byte| byte == b'#').count();
            at += hashes;
            if self.text.get(at) != Some(&b'"') {
                return None;
            }
            let close = [b"\"".as_slice(), &vec![b'#'; hashes]].concat();
            let rest = &self.text[at + 1..];
            let end = rest.windows(close.len()).position(|window| window == close);
            self.at = end.map_or(self.text.len(), |end| at + 1 + end + close.len());
            return Some(());
        }
        let quote = *self.text.get(at).filter(|&&byte| byte == b'"' || byte == b'\'')?;
        at += 1;
        while let Some(&byte) = self.text.get(at) {
            match byte {
                b'\\' => at += 2,
                _ if byte == quote => {
                    at += 1;
                    break;
                }
                _ => at += 1,
            }
        }
        self.at = at.min(self.text.len());
        Some(())
    }

    fn identifier(&mut self) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_.+-#".contains(&byte)) {
            self.at += 1;
        }
        std::str::from_utf8(&self.text[start..self.at]).unwrap_or("")
    }

    /// Passes one value and notes it and everything within.
    fn value(&mut self, path: &str, values: &mut Vec<(String, Range<usize>)>, depth: usize) {
        let Some(mut byte) = self.skip_to_token() else {
            return;
        };
        let mut start = self.at;
        if self.string().is_none() {
            if !b"([{".contains(&byte) {
                let word = self.identifier();
                if word.is_empty() {
                    return;
                }
                let end = self.at;
                byte = self.skip_to_token().unwrap_or(0);
                if byte != b'(' {
                    values.push((path.to_owned(), start..end));
                    return;
                }
                // `Some(x)` is written `x` in paths.
                if word == "Some" {
                    self.at += 1;
                    self.value(path, values, depth + 1);
                    if self.skip_to_token() == Some(b')') {
                        self.at += 1;
                    }
                    return;
                }
                start = end;
            }
            let close = match byte {
                b'(' => b')',
                b'[' => b']',
                _ => b'}',
            };
            self.at += 1;
            self.members(path, close, values, depth);
        }
        values.push((path.to_owned(), start..self.at));
    }

    fn members(&mut self, path: &str, close: u8, values: &mut Vec<(String, Range<usize>)>, depth: usize) {
        if depth >= MAX_NESTING {
            return;
        }
        let mut index = 0;
        while let Some(byte) = self.skip_to_token() {
            if byte == close {
                self.at += 1;
                return;
            }
            let before = self.at;
            let name = if close == b']' { index.to_string() } else { self.field().unwrap_or(index.to_string()) };
            let member = if path.is_empty() { name } else { format!("{path}.{name}") };
            self.value(&member, values, depth + 1);
            if self.skip_to_token() == Some(b',') {
                self.at += 1;
            }
            // No progress: the text is not RON.
            if self.at == before {
                return;
            }
            index += 1;
        }
    }

    /// Passes `name:`; `None` (and nothing passed) if there is no name here.
    fn field(&mut self) -> Option<String> {
        let before = self.at;
        // The key of a map is a text.
        let name = match self.peek() == Some(b'"') && self.string().is_some() {
            true => {
                std::str::from_utf8(&self.text[before + 1..self.at.saturating_sub(1).max(before + 1)]).unwrap_or("")
            }
            false => self.identifier(),
        };
        let name = name.to_owned();
        if !name.is_empty() && self.skip_to_token() == Some(b':') {
            self.at += 1;
            return Some(name);
        }
        self.at = before;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_found_by_its_path() {
        let text = r##"#![enable(implicit_some)]
        ( // a comment with ( brackets
            version: 1, title: "a \" (quoted) /* text */", /* ( /* nested */ */
            fabrics: [ (name: r#"raw "text""#, network: None), (region: Some("2x2"), params: (hop_cycles: 1.5)) ],
        )"##;
        let places = Places::new(text);
        let found = |path: &str| places.find(path).map(|span| &text[span]).unwrap_or("");
        assert_eq!(found("version"), "1");
        assert_eq!(found("title"), r#""a \" (quoted) /* text */""#);
        assert_eq!(found("fabrics.0.name"), r##"r#"raw "text""#"##);
        assert_eq!(found("fabrics.0.network"), "None");
        assert_eq!(found("fabrics.1.region"), "\"2x2\"");
        assert_eq!(found("fabrics.1.params.hop_cycles"), "1.5");
        assert_eq!(found("fabrics.1.params.clock_ghz"), "(hop_cycles: 1.5)", "the nearest value round a missing one");
    }

    #[test]
    fn keys_of_maps_are_names_too() {
        let text = r#"(runs: { "now": (set: ["a"]), "ring": () }, steps: [Ask(options: [(when: "x < 1")])])"#;
        let places = Places::new(text);
        let found = |path: &str| places.find(path).map(|span| &text[span]).unwrap_or("");
        assert_eq!(found("runs.now.set.0"), r#""a""#);
        assert_eq!(found("steps.0.options.0.when"), r#""x < 1""#);
    }

    #[test]
    fn nesting_is_measured_outside_strings_and_comments() {
        let deep = |levels: usize| "(".repeat(levels);
        assert_eq!(too_deep(&deep(MAX_NESTING)), None);
        assert_eq!(too_deep(&deep(MAX_NESTING + 1)), Some(MAX_NESTING));
        assert_eq!(too_deep(&deep(200_000)), Some(MAX_NESTING));
        assert_eq!(too_deep(&format!("(\"{}\")", deep(100))), None);
        assert_eq!(too_deep(&format!("( // {}\n)", deep(100))), None);
    }

    #[test]
    fn text_that_is_no_ron_ends_the_scan() {
        for text in ["", "(", "((((", "(a: ,,,)", "]", "\"", "(a: \"", "Some(", "r#\"", "(\u{e9}\u{e9})", "(a:b:c)"] {
            let _ = Places::new(text);
            assert_eq!(too_deep(text), None, "{text}");
        }
    }
}
