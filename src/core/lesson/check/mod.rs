//! `lesson check`: what a lesson or a story must not contain.
//!
//! | file | refuses |
//! |---|---|
//! | `lesson` | unknown names, texts with typed-in figures, steps without a purpose |
//! | `question` | options that overlap, leave a gap, are too near a limit, or give themselves away |
//! | `typed_answer` | numbers whose tolerance accepts anything or that the text gives away; orders that are ties |
//! | `task` | goals that the start meets, that the solution misses, that a trap meets or an unlisted entry of a menu |
//! | `given_away` | texts before a question that show what it asks for |
//! | `unwritten` | texts that a new lesson brings for its author to replace |
//! | `story` | captions that are too long, beats without a run |

mod given_away;
mod lesson;
mod question;
mod story;
mod task;
mod typed_answer;
mod unwritten;

pub use lesson::check_lesson;
pub use story::check_story;

use super::expression::Expression;
use super::lab::Lab;
use super::problem::Problem;
use super::quantity::{Dimension, ValueType};
use super::text::Template;

/// A text whose expressions are checked and filled.
fn text(lab: &mut Lab, path: &str, text: &str, problems: &mut Vec<Problem>) -> Option<String> {
    let filled = Template::parse(text).and_then(|template| {
        template.check(lab.names())?;
        template.fill(lab)
    });
    filled.map_err(|error| problems.push(Problem::from_expression(path, error))).ok()
}

/// A condition whose type is checked.
pub(super) fn condition(lab: &Lab, path: &str, text: &str, problems: &mut Vec<Problem>) -> Option<Expression> {
    let found = Expression::parse(text).and_then(|expression| Ok((lab.names().type_of(&expression)?, expression)));
    match found {
        Ok((ValueType::Truth, expression)) => Some(expression),
        Ok((other, _)) => {
            problems.push(Problem::new(path, format!("`{text}` is {}, not a condition", other.label())));
            None
        }
        Err(error) => {
            problems.push(Problem::from_expression(path, error));
            None
        }
    }
}

/// An instant: an expression whose value is a time.
fn instant(lab: &mut Lab, path: &str, written: &str, problems: &mut Vec<Problem>) {
    let found = Expression::parse(written).and_then(|expression| {
        let kind = lab.names().type_of(&expression)?;
        lab.value(&expression).map(|_| kind)
    });
    match found {
        Ok(ValueType::Number(Dimension::SECONDS)) => {}
        Ok(other) => problems.push(Problem::new(path, format!("`{written}` is {}, not a time", other.label()))),
        Err(error) => problems.push(Problem::from_expression(path, error)),
    }
}
