//! Lines of a log as words: without colour codes, with the tags of MPI and SLURM recognised, and numbers read.

use std::borrow::Cow;

/// A word of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub text: &'a str,
    /// The byte offset in the cleaned line.
    pub start: usize,
}

impl Word<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// A line without colour codes; other control characters become blanks.
pub(super) fn clean(line: &str) -> Cow<'_, str> {
    if !line.chars().any(char::is_control) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            // ESC [ parameters letter; any other escape is one character long.
            if chars.next_if_eq(&'[').is_some() {
                while chars.next_if(|c| matches!(c, ' '..='?')).is_some() {}
            }
            chars.next();
        } else {
            out.push(if c.is_control() && c != '\t' { ' ' } else { c });
        }
    }
    Cow::Owned(out)
}

/// The words of a line, without the bars of copied tables, which may stand tight (`|1048576|262144|`).
pub(super) fn split_line(line: &str) -> Vec<Word<'_>> {
    let base = line.as_ptr().addr();
    let bars = line.trim_start().starts_with('|');
    let words = line.split(|c: char| c.is_whitespace() || (bars && c == '|'));
    let words = words.filter(|word| !word.is_empty() && *word != "|");
    words.map(|text| Word { text, start: text.as_ptr().addr() - base }).collect()
}

/// Whether a word may be a tag that MPI, SLURM, containers or loggers put before a line: `0:`, `[1,0]<stdout>:`, a time.
pub(super) fn is_tag(word: &str) -> bool {
    let date = word.len() == 10 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'/');
    date || word.contains([':', ']', '>', '|'])
}

/// The tag that identifies the lines of a rank: the first word, unless it is a time or not a tag.
pub(super) fn source_tag<'a>(words: &[Word<'a>]) -> &'a str {
    let tags = words.iter().map(|word| word.text).take_while(|word| is_tag(word));
    // The size may follow the tag directly.
    let source = |word: &'a str| word.rfind([':', ']', '>']).and_then(|end| word.get(..=end)).unwrap_or(word);
    let is_time = |word: &str| word.starts_with(|c: char| c.is_ascii_digit()) && word.len() >= 8;
    tags.into_iter().find(|word| !is_time(word)).map_or("", source)
}

/// `1,048,576` without its commas, `20,97` with a point; anything else as it is.
fn ungrouped(text: &str) -> Cow<'_, str> {
    if !text.contains(',') {
        return Cow::Borrowed(text);
    }
    let whole = text.split('.').next().unwrap_or(text);
    let mut groups = whole.split(',');
    let is_group = |group: &str| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
    if first && groups.all(is_group) {
        return Cow::Owned(text.replace(',', ""));
    }
    match text.split_once(',') {
        // nccl-tests prints at most two decimals.
        Some((_, decimals)) if (1..=2).contains(&decimals.len()) && !text.contains('.') => {
            Cow::Owned(text.replacen(',', ".", 1))
        }
        _ => Cow::Borrowed(text),
    }
}

/// A whole number, with or without commas between thousands.
pub(super) fn whole(text: &str) -> Option<u64> {
    let plain = ungrouped(text);
    if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_digit()) { None } else { plain.parse().ok() }
}

/// A number, with or without commas between thousands, or with a comma for its decimals.
pub(super) fn number(text: &str) -> Option<f64> {
    ungrouped(text).parse().ok()
}

/// A cell of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    /// A number, possibly an implausible one.
    Number(f64),
    /// `N/A`.
    Missing,
}

/// Reads a cell, and whether the text of another line follows it directly (`-1[0] host ... NCCL INFO`, `-1host:8123:8130`).
pub(super) fn cell(text: &str) -> Option<(Cell, bool)> {
    if ["N/A", "n/a", "NA", "-", "--"].contains(&text) {
        return Some((Cell::Missing, false));
    }
    if let Some(number) = number(text) {
        return Some((Cell::Number(number), false));
    }
    if let Some((number, _)) = text.split_once('[') {
        return number.parse().ok().map(|number| (Cell::Number(number), true));
    }
    let (number, host) = text.split_at(text.find(|c: char| c.is_ascii_alphabetic())?);
    is_process(host).then_some(())?;
    number.parse().ok().map(|number| (Cell::Number(number), true))
}

/// Whether a text is the beginning of a line of NCCL: `node-7:8123:8130`, host, process and thread.
fn is_process(text: &str) -> bool {
    let is_id = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(text.split(':').collect::<Vec<_>>().as_slice(), [host, process, thread]
        if !host.is_empty() && is_id(process) && is_id(thread))
}
