//! Texts of users in messages: control and direction characters are escaped, long texts are cut.

use std::borrow::Cow;

/// Most characters of a user's text that a message quotes.
const MAX_QUOTED: usize = 80;

/// Whether a terminal or a panel would act on a character instead of showing it: control characters, line separators, and
/// those that reverse the direction of writing.
pub fn is_active(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}')
}

/// The text of bytes that begin with the byte order mark of UTF-16, as PowerShell writes it; `None` for all others.
pub fn from_utf16(bytes: &[u8]) -> Option<String> {
    let (is_little, rest) = match bytes {
        [0xff, 0xfe, rest @ ..] => (true, rest),
        [0xfe, 0xff, rest @ ..] => (false, rest),
        _ => return None,
    };
    let unit = |pair: &[u8]| match *pair {
        [first, second] if is_little => u16::from_le_bytes([first, second]),
        [first, second] => u16::from_be_bytes([first, second]),
        _ => u16::from(b' '),
    };
    let decoded = char::decode_utf16(rest.chunks(2).map(unit));
    Some(decoded.map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// The text with its active characters as a scene file would write them: `\u{1b}` for an escape.
fn escaped(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    let acts = |character: char| is_active(character) && !keep(character);
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            _ if !acts(character) => out.push(character),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => out.extend(character.escape_unicode()),
        }
    }
    Cow::Owned(out)
}

/// A text of several lines, fit for a terminal: only line ends and tabs stay as they are.
pub fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, |character| matches!(character, '\n' | '\t'))
}

/// A text on one line, fit for a terminal.
pub fn one_line(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

/// The beginning of a user's text on one line, for messages that quote it.
pub fn quoted(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => format!("{}…", one_line(&text[..end])),
        None => one_line(text).into_owned(),
    }
}

/// The text with each active character but line ends and tabs replaced by a visible one of the same number of bytes, so
/// that positions stay.
pub fn with_placeholders(text: &str) -> Cow<'_, str> {
    let acts = |character: char| is_active(character) && !matches!(character, '\n' | '\r' | '\t');
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let visible = |character: char| match character.len_utf8() {
        _ if !acts(character) => character,
        1 => '?',
        2 => '¿',
        _ => char::REPLACEMENT_CHARACTER,
    };
    Cow::Owned(text.chars().map(visible).collect())
}

/// A text as HTML, also within the quotes of an attribute.
pub fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_acts_on_a_terminal() {
        let text = "a\u{1b}[31m\tb\r\nc\u{202e}d\u{7f}e\u{9b}f\u{2066}é→日";
        for shown in [printable(text), one_line(text), with_placeholders(text), quoted(text).into()] {
            let acting: Vec<char> = shown.chars().filter(|c| is_active(*c) && !"\n\r\t".contains(*c)).collect();
            assert_eq!(acting, Vec::<char>::new());
            assert!(shown.ends_with("é→日"), "{shown}");
        }
        assert_eq!(one_line("a\u{1b}[2J\nb"), "a\\u{1b}[2J\\nb");
        assert!(matches!(one_line("plain"), Cow::Borrowed("plain")));
        assert_eq!(with_placeholders(text).len(), text.len());
    }

    #[test]
    fn a_long_text_is_quoted_with_its_beginning() {
        assert_eq!(quoted(&"ü".repeat(80)), "ü".repeat(80));
        assert_eq!(quoted(&"ü".repeat(100_000)), format!("{}…", "ü".repeat(80)));
    }
}
