//! Errors of syntax and type in the words of a scene: what stands in the text, and what is accepted there.

use ron::Error;

use super::diagnostic::accepted;
use super::spans::MAX_NESTING;
use crate::units::quoted;

/// Where the fields of a scene are listed.
const REFERENCE: &str = "docs/scene-format.md lists the fields of a scene and their values";
const WHOLE: &str = "accepted: a whole number, 0 or more, such as 8";
const NUMBER: &str = "accepted: a number, such as 0.5";
const TEXT: &str = "accepted: text in quotation marks, such as \"1GiB\" or \"hgx-b200\"";
const GROUP: &str = "accepted: fields with their names in round brackets, such as (message: \"1GiB\", replicas: 8)";
const LIST: &str = "accepted: values in square brackets, such as [(name: \"A\", ...), (name: \"B\", ...)]";

/// The problem with the name of a field, in a file of any kind, and what to do.
#[expect(clippy::wildcard_enum_match_arm, reason = "all other errors of `ron` concern values and brackets")]
pub(crate) fn explain_field(error: &Error) -> Option<(String, String)> {
    Some(match error {
        Error::NoSuchStructField { expected, found, .. } | Error::NoSuchEnumVariant { expected, found, .. } => {
            (format!("unknown field `{}`", quoted(found)), accepted(found, expected.iter().copied()))
        }
        Error::MissingStructField { field, .. } => {
            (format!("the field `{field}` is missing"), format!("add `{field}: ...`"))
        }
        Error::DuplicateStructField { field, .. } => {
            (format!("the field `{field}` is given twice"), "keep one of them".to_owned())
        }
        _ => return None,
    })
}

/// The problem at a position of a text, and the accepted values.
#[expect(clippy::wildcard_enum_match_arm, reason = "errors of `ron`; no field of a scene leads to the others")]
pub(super) fn explain(error: &Error, text: &str, at: usize) -> (String, String) {
    if let Some(found) = explain_field(error) {
        return found;
    }
    let word = match word_at(text, at) {
        "" => "the end".to_owned(),
        word => format!("`{}`", quoted(word)),
    };
    let (problem, hint): (String, &str) = match error {
        Error::ExceededRecursionLimit => {
            return (format!("brackets nest deeper than {MAX_NESTING} levels"), "a scene needs five levels".to_owned());
        }
        Error::Eof | Error::ExpectedStringEnd => {
            ("the text ends too early".to_owned(), "a bracket or a quotation mark is not closed")
        }
        Error::UnclosedBlockComment => ("a comment is not closed".to_owned(), "close it with */"),
        Error::ExpectedInteger | Error::InvalidIntegerDigit { .. } => (format!("{word} is not a whole number"), WHOLE),
        Error::IntegerOutOfBounds => (format!("{word} is negative or too large"), WHOLE),
        Error::ExpectedFloat | Error::FloatUnderscore | Error::UnderscoreAtBeginning => {
            (format!("{word} is not a number"), NUMBER)
        }
        Error::ExpectedBoolean => (format!("{word} is neither true nor false"), "accepted: true or false"),
        Error::ExpectedString => (format!("{word} is not a text"), TEXT),
        Error::InvalidEscape(_) => (
            "an escape in this text is unknown".to_owned(),
            "accepted: \\n, \\t, \\\", \\\\ and \\u{e9}; write \\\\ for one \\",
        ),
        Error::ExpectedArray => (format!("{word} is not a list"), LIST),
        Error::ExpectedComma if is_fraction(text, at) => (format!("{word} is not a whole number"), WHOLE),
        Error::ExpectedComma if text[at..].trim_start().starts_with('%') => {
            (format!("{word} is followed by `%`"), "write a share as a number, such as 0.5 for 50 %")
        }
        Error::ExpectedComma => {
            (format!("a comma is missing before {word}"), "fields and values are separated by commas")
        }
        Error::ExpectedArrayEnd => (format!("a comma or `]` is missing before {word}"), LIST),
        Error::ExpectedStructLikeEnd | Error::ExpectedOptionEnd | Error::ExpectedMapEnd => {
            (format!("a comma or a closing bracket is missing before {word}"), GROUP)
        }
        Error::ExpectedMapColon => (format!("a colon is missing before {word}"), "write a field as name: value"),
        Error::ExpectedIdentifier | Error::SuggestRawIdentifier(_) | Error::InvalidIdentifier(_) => {
            (format!("{word} is not the name of a field"), FIELDS)
        }
        Error::ExpectedNamedStructLike(_)
        | Error::ExpectedStructLike
        | Error::ExpectedDifferentStructName { .. }
        | Error::ExpectedMap
            if is_first(text, at) =>
        {
            ("this is not a scene".to_owned(), whole_file_hint(&text[at..]))
        }
        Error::ExpectedNamedStructLike(_)
        | Error::ExpectedStructLike
        | Error::ExpectedDifferentStructName { .. }
        | Error::ExpectedMap => (format!("{word} is not a group of fields"), GROUP),
        Error::ExpectedAttribute | Error::ExpectedAttributeEnd | Error::NoSuchExtension(_) => {
            ("this line does not belong to a scene".to_owned(), LOG)
        }
        Error::TrailingCharacters => (
            format!("{word} follows the end of the scene"),
            "remove it, or the bracket before it that closes the scene too early",
        ),
        _ => (format!("{word} is not expected here"), REFERENCE),
    };
    (problem, hint.to_owned())
}

const LOG: &str =
    "a scene is RON and begins with `(`; if this is a log of nccl-tests, use `fabricscope compare` or `open --log`";
const FIELDS: &str = "accepted: fields with their names, such as (from: 0, to: 1); a scene has no pairs such as (0, 1)";

/// Whether only comments and empty lines stand before a position.
fn is_first(text: &str, at: usize) -> bool {
    text[..at].lines().map(str::trim).all(|line| line.is_empty() || line.starts_with("//"))
}

/// What a file that does not begin like a scene may be.
fn whole_file_hint(rest: &str) -> &'static str {
    if rest.trim_start().starts_with(['{', '[']) {
        return "a scene is RON, not JSON: (version: 1, title: \"...\", workload: (...), fabrics: [...]), names without \
                quotation marks";
    }
    "a scene is RON: (version: 1, title: \"...\", workload: (...), fabrics: [...])"
}

/// Whether a position lies inside a number, between its whole part and the rest.
fn is_fraction(text: &str, at: usize) -> bool {
    text[..at].ends_with(|before: char| before.is_ascii_digit()) && text[at..].starts_with(['.', 'e', 'E', '_'])
}

/// The word, number or mark at a position, or after the space that follows it; empty at the end of the text.
fn word_at(text: &str, at: usize) -> &str {
    let is_part = |character: char| character.is_alphanumeric() || "_.+-/#".contains(character);
    let space = text[at..].len() - text[at..].trim_start().len();
    let inside = text[..at].chars().next_back().is_some_and(is_part) && (space > 0 || text[at..].is_empty());
    let from = if inside || text[at..].starts_with(is_part) { at } else { at + space };
    let start = text[..from].char_indices().rev().take_while(|&(_, character)| is_part(character)).last();
    let start = start.map_or(from, |(index, _)| index);
    let rest = &text[start..];
    let end = match rest.chars().next() {
        Some('"') => rest[1..].find('"').map_or(rest.len(), |close| close + 2),
        Some(first) if !is_part(first) => first.len_utf8(),
        Some(_) => rest.find(|character| !is_part(character)).unwrap_or(rest.len()),
        None => 0,
    };
    &rest[..end]
}

#[cfg(test)]
mod tests {
    use crate::catalog::Catalog;
    use crate::scene::{first_look, parse_scene};

    /// The error of the first look with a part replaced.
    fn error(from: &str, to: &str) -> String {
        let text = first_look().text;
        assert!(text.contains(from), "{from}");
        let catalog = Catalog::bundled().expect("the catalog");
        parse_scene("t", &text.replacen(from, to, 1), &catalog).expect_err(to).to_string()
    }

    #[test]
    fn an_error_of_syntax_names_the_text_and_what_is_accepted() {
        for (from, to, problem, hint) in [
            ("replicas: 8", "replicas: -8", "`-8` is negative or too large", "a whole number, 0 or more"),
            ("replicas: 8", "replicas: 8.5", "`8.5` is not a whole number", "a whole number, 0 or more"),
            ("replicas: 8", "replicas: 99999999999", "`99999999999` is negative or too large", "a whole number"),
            ("replicas: 8", "replicas: \"8\"", "`\"8\"` is not a whole number", "a whole number"),
            ("version: 1", "version: 1e4", "`1e4` is not a whole number", "a whole number"),
            ("(message", "message", "`message` is not a group of fields", "in round brackets"),
            ("\"1GiB\"", "1GiB", "`1GiB` is not a text", "in quotation marks"),
            ("\"hgx-b200\"", "hgx-b200", "`hgx-b200` is not a text", "in quotation marks"),
            ("message: \"1GiB\"", "0, 1", "`0` is not the name of a field", "(from: 0, to: 1)"),
            ("title: ", "title ", "a colon is missing", "name: value"),
            ("version: 1,", "version: 1", "a comma is missing before `title`", "separated by commas"),
            ("replicas: 8", "replicas: 8%", "`8` is followed by `%`", "0.5 for 50 %"),
            ("fabrics: [", "fabrics: (", "`(` is not a list", "in square brackets"),
            ("name: \"HGX B200\"", "nmae: \"HGX\"", "unknown field `nmae`", "did you mean `name`?"),
            ("name: \"HGX B200\"", "name: \"a\", name: \"b\"", "`name` is given twice", "keep one"),
            ("name: \"HGX B200\", ", "", "`name` is missing", "add `name: ...`"),
            ("title: \"", "title: \"\\x", "an escape in this text is unknown", "\\u{e9}"),
            ("(", "{", "this is not a scene", "not JSON"),
            ("(", "# nThread 1\n(", "does not belong to a scene", "open --log"),
            ("(", "(/* ", "a comment is not closed", "*/"),
        ] {
            let shown = error(from, to);
            assert!(shown.contains(problem) && shown.contains(hint), "{to}: {shown}");
            // The words of the programming language.
            for word in
                ["struct", "SceneFile", "File`", "u32", "u64", "Expected", "expected", "identifier", "r#", "char"]
            {
                assert!(!shown.contains(word), "{word}: {shown}");
            }
        }
    }

    #[test]
    fn a_long_word_is_cut() {
        let shown = error("teaches", &"x".repeat(100_000));
        assert!(shown.contains("unknown field `xxx") && shown.len() < 1_000, "{} bytes", shown.len());
    }
}
