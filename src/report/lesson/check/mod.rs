//! `lesson check`: what a lesson or a story must not contain.
//!
//! | file | refuses |
//! |---|---|
//! | `lesson` | unknown names, texts with typed-in figures, steps without a purpose |
//! | `question` | options that overlap, leave a gap, are too near a limit, or give themselves away |
//! | `task` | goals that the start meets, that the solution misses, that a trap meets or an unlisted entry of a menu |
//! | `story` | captions that are too long, beats without a run |

mod lesson;
mod question;
mod story;
mod task;

pub use lesson::check_lesson;
pub use story::check_story;

use super::expression::Expression;
use super::lab::Lab;
use super::problem::Problem;
use super::quantity::ValueType;
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
fn condition(lab: &Lab, path: &str, text: &str, problems: &mut Vec<Problem>) -> Option<Expression> {
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
