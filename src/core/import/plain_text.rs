//! A text as its program wrote it: without colour codes, hard blanks, and the escapes of web pages.

use std::borrow::Cow;

/// The text without colour codes, with plain blanks, and with its tags if a web page has escaped them.
pub(super) fn plain_text(text: &str) -> Cow<'_, str> {
    let plain = match text.contains(['\u{1b}', '\u{a0}']) {
        true => Cow::Owned(without_colours(&text.replace('\u{a0}', " "))),
        false => Cow::Borrowed(text),
    };
    if !["&lt;system version", "&lt;graphs version"].iter().any(|root| plain.contains(root)) {
        return plain;
    }
    let escapes = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\"")];
    Cow::Owned(
        escapes.into_iter().fold(plain.into_owned(), |text, (escape, character)| text.replace(escape, character)),
    )
}

/// A text without colour codes.
fn without_colours(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\u{1b}' {
            out.push(c);
        } else if rest.next_if_eq(&'[').is_some() {
            while rest.next_if(|c| matches!(c, ' '..='?')).is_some() {}
            rest.next_if(|c| *c != '\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_hard_blanks_and_escaped_tags_are_taken_away() {
        assert_eq!(plain_text("a <b> &lt;c&gt;"), "a <b> &lt;c&gt;");
        assert_eq!(plain_text("\u{1b}[1;36mGPU0\u{1b}[0m\u{a0}X\u{1b}[\nGPU1"), "GPU0 X\nGPU1");
        assert_eq!(plain_text("&lt;system version=&quot;1&quot;&gt;"), "<system version=\"1\">");
    }
}
