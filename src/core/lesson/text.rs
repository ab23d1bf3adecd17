//! Texts with expressions in `{}`: read once, checked, and filled with today's figures.

use std::ops::Range;

use super::expression::{Expression, Node, unknown};
use super::expression_error::ExpressionError;
use super::lab::Lab;
use super::quantity::Form;
use super::typing::Names;
use crate::units::{capitalised, quoted};

/// Opens and closes a quoted name, whose digits are not figures: `‹H100›`.
const QUOTES: (char, char) = ('‹', '›');

/// A text and the expressions in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq)]
enum Segment {
    /// Words as they are.
    Plain(String),
    /// A quoted name or formula.
    Quoted(String),
    /// A figure.
    Figure(Expression, Form),
}

impl Template {
    /// Reads a text.
    ///
    /// # Errors
    /// A bracket that is not closed, an unknown form, or an expression that is none.
    pub fn parse(text: &str) -> Result<Template, ExpressionError> {
        let mut segments = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let next = rest.find(['{', '}', QUOTES.0]).unwrap_or(rest.len());
            if next > 0 {
                segments.push(Segment::Plain(rest[..next].to_owned()));
                at += next;
                continue;
            }
            if let Some(inner) = rest.strip_prefix(QUOTES.0) {
                let Some(end) = inner.find(QUOTES.1) else {
                    return Err(ExpressionError::new(
                        at..text.len(),
                        "a quotation with ‹ is not closed by ›".to_owned(),
                    ));
                };
                segments.push(Segment::Quoted(inner[..end].to_owned()));
                at += QUOTES.0.len_utf8() + end + QUOTES.1.len_utf8();
                continue;
            }
            let Some(end) = rest.find('}').filter(|_| rest.starts_with('{')) else {
                return Err(ExpressionError::new(at..text.len(), "a curly bracket has no partner".to_owned()));
            };
            segments.push(figure(&rest[1..end], at + 1..at + end)?);
            at += end + 1;
        }
        Ok(Template { segments })
    }

    /// Checks types, and that no figure is typed in.
    ///
    /// # Errors
    /// A digit outside `{}`, a bare number inside, a name that is unknown, or a form that does not suit the value.
    pub fn check(&self, names: &Names) -> Result<(), ExpressionError> {
        if let Some(digits) = self.typed_digits() {
            let problem =
                format!("`{digits}` is typed in; write an expression in {{}}, or quote a name or a formula as ‹…›");
            return Err(ExpressionError::new(0..0, problem));
        }
        for segment in &self.segments {
            match segment {
                Segment::Plain(_) | Segment::Quoted(_) => {}
                Segment::Figure(expression, form) => {
                    let found = names.type_of(expression)?;
                    if !expression.is_computed() {
                        let problem = "a bare number is not computed; use figures of a run";
                        return Err(ExpressionError::new(expression.span.clone(), problem.to_owned()));
                    }
                    if !form.shows(found) {
                        let problem = format!("this form does not show {}", found.label());
                        return Err(ExpressionError::new(expression.span.clone(), problem));
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether it shows this figure.
    pub(super) fn shows(&self, node: &Node) -> bool {
        self.segments.iter().any(|segment| match segment {
            Segment::Figure(expression, _) => expression.node == *node,
            Segment::Plain(_) | Segment::Quoted(_) => false,
        })
    }

    /// The first digits that are typed in: neither computed nor quoted.
    pub(super) fn typed_digits(&self) -> Option<String> {
        self.segments.iter().find_map(|segment| match segment {
            Segment::Plain(words) => {
                let digit = words.find(|c: char| c.is_ascii_digit())?;
                let around: String = words[digit..].chars().take(12).collect();
                Some(quoted(around.trim_end()))
            }
            Segment::Quoted(_) | Segment::Figure(..) => None,
        })
    }

    /// The text with today's figures.
    ///
    /// # Errors
    /// A run that has no such figure.
    pub fn fill(&self, lab: &mut Lab) -> Result<String, ExpressionError> {
        let mut out = String::new();
        for segment in &self.segments {
            match segment {
                Segment::Plain(words) | Segment::Quoted(words) => out.push_str(words),
                Segment::Figure(expression, form) => {
                    let shown = form.text(&lab.value(expression)?);
                    let begins = out.is_empty() || out.trim_end().ends_with(['.', '?']);
                    match *form == Form::Words && begins {
                        true => out.push_str(&capitalised(&shown)),
                        false => out.push_str(&shown),
                    }
                }
            }
        }
        Ok(out)
    }
}

/// An expression with its form: `now.A.time:us`.
fn figure(inner: &str, span: Range<usize>) -> Result<Segment, ExpressionError> {
    let (text, form) = match inner.rsplit_once(':') {
        None => (inner, Form::Auto),
        Some((text, name)) => match Form::find(name.trim()) {
            Some(form) => (text, form),
            None => return Err(ExpressionError::new(span, unknown("form", name.trim(), Form::names()))),
        },
    };
    let expression = Expression::parse(text)
        .map_err(|error| ExpressionError::new(span.clone(), format!("{} in `{}`", error.problem, quoted(text))))?;
    Ok(Segment::Figure(Expression { span, ..expression }, form))
}

/// A text filled in one go.
///
/// # Errors
/// A text that is at fault, or a run without the figure.
pub fn filled(lab: &mut Lab, text: &str) -> Result<String, ExpressionError> {
    Template::parse(text)?.fill(lab)
}
