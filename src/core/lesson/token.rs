//! Expressions as tokens: numbers with units, names joined by dots, quoted words, marks.

use std::ops::Range;

use super::expression_error::ExpressionError;
use super::quantity::{Dimension, Value};
use crate::units::{Bytes, BytesPerSec, Femtos, quoted};

/// The end of the unit of a rate.
const PER_SECOND: &str = "/s";
/// The longest expression, bytes.
const MAX_LENGTH: usize = 1000;

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A number, with its unit.
    Literal(Value),
    /// `now.A.time`, `share`.
    Path(String),
    /// `'NIC'`.
    Word(String),
    /// An operator, bracket or comma.
    Mark(Mark),
}

/// Operators, brackets and commas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Plus,
    Minus,
    Times,
    Over,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
    Equal,
    Different,
    And,
    Or,
    Not,
    Open,
    Close,
    Comma,
}

/// Marks by their text; longer ones first.
const MARKS: [(&str, Mark); 16] = [
    ("<=", Mark::LessOrEqual),
    (">=", Mark::MoreOrEqual),
    ("==", Mark::Equal),
    ("!=", Mark::Different),
    ("&&", Mark::And),
    ("||", Mark::Or),
    ("+", Mark::Plus),
    ("-", Mark::Minus),
    ("*", Mark::Times),
    ("/", Mark::Over),
    ("<", Mark::Less),
    (">", Mark::More),
    ("!", Mark::Not),
    ("(", Mark::Open),
    (")", Mark::Close),
    (",", Mark::Comma),
];

/// A token with its place in the expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    pub token: Token,
    pub span: Range<usize>,
}

/// Splits an expression into tokens.
///
/// # Errors
/// A character that no expression has, a number that is none, or a text that is too long.
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, ExpressionError> {
    if text.len() > MAX_LENGTH {
        let problem = format!("the expression has {} bytes; the limit is {MAX_LENGTH}", text.len());
        return Err(ExpressionError::new(0..0, problem));
    }
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (length, token) = if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        } else if first.is_ascii_digit() {
            number(rest, at)?
        } else if first.is_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
            (length, Token::Path(rest[..length].to_owned()))
        } else if first == '\'' {
            let Some(end) = rest[1..].find('\'') else {
                return Err(ExpressionError::new(at..text.len(), "a quoted name is not closed".to_owned()));
            };
            (end + 2, Token::Word(rest[1..=end].to_owned()))
        } else if let Some((name, mark)) = MARKS.iter().find(|(name, _)| rest.starts_with(*name)) {
            (name.len(), Token::Mark(*mark))
        } else {
            let span = at..at + first.len_utf8();
            return Err(ExpressionError::new(
                span,
                format!("`{}` is not part of an expression", quoted(&first.to_string())),
            ));
        };
        found.push(Placed { token, span: at..at + length });
        at += length;
    }
    Ok(found)
}

/// A number with its unit: `4KiB`, `3.5ms`, `900GB/s`, `5%`.
fn number(rest: &str, at: usize) -> Result<(usize, Token), ExpressionError> {
    let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
    let after = &rest[digits..];
    let letters = after.find(|c: char| !(c.is_alphabetic() || c == 'µ')).unwrap_or(after.len());
    let unit = &after[..letters];
    let wrong = |length: usize| {
        let text = quoted(&rest[..length]);
        ExpressionError::new(
            at..at + length,
            format!("`{text}` is not a number; use units such as 4KiB, 3.5ms, 900GB/s"),
        )
    };
    let plain = rest[..digits].parse::<f64>().ok().filter(|number| number.is_finite());
    if unit.is_empty() {
        let number = plain.ok_or_else(|| wrong(digits))?;
        return match after.strip_prefix('%') {
            Some(_) => Ok((digits + 1, Token::Literal(Value::plain(number / 100.0)))),
            None => Ok((digits, Token::Literal(Value::plain(number)))),
        };
    }
    let short = digits + letters;
    // `/s` belongs to a rate; a division by something called `s` needs a space.
    let second =
        after[letters..].strip_prefix(PER_SECOND).filter(|more| !more.starts_with(|c: char| c.is_alphanumeric()));
    if second.is_some()
        && let Ok(rate) = BytesPerSec::parse(&rest[..short + 2])
    {
        return Ok((short + 2, Token::Literal(Value::Number(rate.0, Dimension::RATE))));
    }
    if let Ok(bytes) = Bytes::parse(&rest[..short]) {
        return Ok((short, Token::Literal(Value::Number(bytes.0 as f64, Dimension::BYTES))));
    }
    let time = Femtos::parse(&rest[..short]).map_err(|_| wrong(short))?;
    Ok((short, Token::Literal(Value::seconds(time.secs()))))
}
