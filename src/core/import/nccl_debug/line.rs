//! Lines of NCCL: the writer's process, and the text after `NCCL INFO`. Torn lines hold several.

/// A part of a line that one process wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LogPart<'a> {
    /// Process and thread, such as `207013:207013`; empty if the line has none. It never leaves this room.
    pub writer: &'a str,
    /// The text after `NCCL INFO`.
    pub text: &'a str,
}

const MARK: &str = "NCCL INFO ";

/// The parts of a line.
pub(super) fn parts(line: &str) -> impl Iterator<Item = LogPart<'_>> {
    let marks = line.match_indices(MARK).map(|(at, _)| at);
    marks.map(move |at| {
        let text = line.get(at + MARK.len()..).unwrap_or_default();
        // The next part begins with its own prefix, which stays at the end of this text.
        let text = text.split(MARK).next().unwrap_or(text);
        let before = line.get(..at).unwrap_or_default().trim_end();
        // `host:pid:tid [dev]`
        let before = before.rsplit_once('[').map_or(before, |(before, _)| before.trim_end());
        let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        LogPart { writer: word, text: text.trim_end() }
    })
}

/// The number at the beginning of a text.
pub(super) fn leading<T: std::str::FromStr>(text: &str) -> Option<T> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).filter(|digits| digits.len() <= 18)?.parse().ok()
}

/// The number after a word and blanks: `rank 6`.
pub(super) fn after<T: std::str::FromStr>(text: &str, word: &str) -> Option<T> {
    let at = text.match_indices(word).find(|(at, _)| {
        let before = text.get(..*at).unwrap_or_default();
        before.is_empty() || before.ends_with(|c: char| !c.is_ascii_alphanumeric())
    });
    let (at, _) = at?;
    leading(text.get(at + word.len()..)?)
}
