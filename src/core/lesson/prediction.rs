//! The prediction of a learner, and this engine's judgement on it.

use super::answer::right_option;
use super::expression::{Expression, Node};
use super::expression_error::ExpressionError;
use super::lab::Lab;
use super::quantity::{Dimension, Form, Value};
use super::question_file::{AnswerFile, NumberFile, OrderFile, QuestionFile};
use super::text::filled;

/// The answer of a learner.
#[derive(Clone, Debug, PartialEq)]
pub enum Prediction {
    /// An option, by its index in the file.
    Option(usize),
    /// A number in seconds, bytes, or without unit.
    Number(f64),
    /// Things by their index in the file, in the predicted order.
    Order(Vec<usize>),
}

/// A prediction beside the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Whether it is right. A skipped question is not.
    pub right: bool,
    /// The prediction as text; empty if it was skipped.
    pub given: String,
    /// The result as text.
    pub holds: String,
    /// The belief behind a wrong prediction.
    pub belief: Option<String>,
    /// The things in their right order, thing by thing; empty for other questions.
    pub order: Vec<String>,
}

/// Judges a prediction; `None` is a skipped question.
///
/// # Errors
/// A question that is at fault, or a prediction of another kind than the question asks for.
pub fn judge(
    lab: &mut Lab,
    question: &QuestionFile,
    prediction: Option<&Prediction>,
) -> Result<Judgement, ExpressionError> {
    match (&question.answer, prediction) {
        (None, None) => of_option(lab, question, None),
        (None, Some(Prediction::Option(option))) => of_option(lab, question, Some(*option)),
        (Some(AnswerFile::Number(number)), None) => of_number(lab, (question, number), None),
        (Some(AnswerFile::Number(number)), Some(Prediction::Number(typed))) => {
            of_number(lab, (question, number), Some(*typed))
        }
        (Some(AnswerFile::Order(order)), None) => of_order(lab, order, None),
        (Some(AnswerFile::Order(order)), Some(Prediction::Order(given))) => of_order(lab, order, Some(given)),
        (None, Some(Prediction::Number(_) | Prediction::Order(_)))
        | (Some(AnswerFile::Number(_)), Some(Prediction::Option(_) | Prediction::Order(_)))
        | (Some(AnswerFile::Order(_)), Some(Prediction::Option(_) | Prediction::Number(_))) => {
            Err(fault("the question asks for another kind of answer"))
        }
    }
}

fn fault(problem: &str) -> ExpressionError {
    ExpressionError::new(0..0, problem.to_owned())
}

fn of_option(lab: &mut Lab, question: &QuestionFile, chosen: Option<usize>) -> Result<Judgement, ExpressionError> {
    let right = right_option(lab, question).ok_or_else(|| fault("not exactly one option holds today"))?;
    let text = |lab: &mut Lab, index: usize| match question.options.get(index) {
        Some(option) => filled(lab, &option.text),
        None => Err(fault("no such option")),
    };
    let holds = text(lab, right)?;
    let given = chosen.map_or(Ok(String::new()), |chosen| text(lab, chosen))?;
    let is_right = chosen == Some(right);
    let belief = chosen.filter(|_| !is_right).and_then(|chosen| question.options.get(chosen)?.belief.clone());
    Ok(Judgement { right: is_right, given, holds, belief, order: Vec::new() })
}

fn of_number(
    lab: &mut Lab,
    (question, number): (&QuestionFile, &NumberFile),
    typed: Option<f64>,
) -> Result<Judgement, ExpressionError> {
    let (of, value, dimension) = deciding(lab, question)?;
    let right = typed.is_some_and(|typed| is_within(typed, value, number.within));
    let mut belief = None;
    if let Some(typed) = typed.filter(|_| !right) {
        for range in &number.beliefs {
            if holds_with(lab, of, (typed, dimension), &range.when)? {
                belief = Some(range.belief.clone());
                break;
            }
        }
    }
    let text = |value: f64| number.shown(value, dimension);
    Ok(Judgement { right, given: typed.map_or_else(String::new, text), holds: text(value), belief, order: Vec::new() })
}

/// Whether a number is within a share of a value.
pub(super) fn is_within(number: f64, value: f64, share: f64) -> bool {
    (number - value).abs() <= share * value.abs()
}

/// The figure that decides a question, with its value.
pub(super) fn deciding<'a>(
    lab: &mut Lab,
    question: &'a QuestionFile,
) -> Result<(&'a str, f64, Dimension), ExpressionError> {
    let of = question.of.as_deref().ok_or_else(|| fault("the question names no figure; add `of`"))?;
    match lab.value(&named(of))? {
        Value::Number(value, dimension) => Ok((of, value, dimension)),
        Value::Truth(_) | Value::Word(_) => Err(fault("the figure that decides is not a number")),
    }
}

fn named(figure: &str) -> Expression {
    Expression { span: 0..0, node: Node::Named(figure.to_owned()) }
}

/// Whether a condition holds if a figure has another value.
pub(super) fn holds_with(
    lab: &mut Lab,
    figure: &str,
    (value, dimension): (f64, Dimension),
    condition: &str,
) -> Result<bool, ExpressionError> {
    let condition = Expression::parse(condition)?;
    lab.replaced = Some((figure.to_owned(), Value::Number(value, dimension)));
    let found = lab.value(&condition);
    lab.replaced = None;
    Ok(found?.holds())
}

fn of_order(lab: &mut Lab, order: &OrderFile, given: Option<&Vec<usize>>) -> Result<Judgement, ExpressionError> {
    let right = right_order(lab, order)?;
    if let Some(given) = given {
        let mut sorted = given.clone();
        sorted.sort_unstable();
        if !sorted.iter().copied().eq(0..order.items.len()) {
            return Err(fault("an order names everything once"));
        }
    }
    let mut names = |places: &[usize]| -> Result<Vec<String>, ExpressionError> {
        let items = places.iter().filter_map(|place| order.items.get(*place));
        items.map(|item| filled(lab, &item.text)).collect()
    };
    let things = names(&right)?;
    let shown = given.map_or(Ok(Vec::new()), |given| names(given))?.join("; ");
    let holds = things.join("; ");
    let is_right = given == Some(&right);
    let first = given.and_then(|given| given.first()).filter(|first| Some(*first) != right.first());
    let belief = first.and_then(|first| order.items.get(*first)?.belief.clone());
    Ok(Judgement { right: is_right, given: shown, holds, belief, order: things })
}

/// The things by their index, the one with the smallest figure first.
///
/// # Errors
/// A figure that cannot be evaluated, or that is not a number.
pub fn right_order(lab: &mut Lab, order: &OrderFile) -> Result<Vec<usize>, ExpressionError> {
    let mut values = Vec::new();
    for (index, item) in order.items.iter().enumerate() {
        let value = lab.value(&Expression::parse(&item.by)?)?;
        values.push((value.number().ok_or_else(|| fault("the figure of an order is not a number"))?, index));
    }
    values.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    Ok(values.into_iter().map(|(_, index)| index).collect())
}

/// Units of numbers without a unit: counts and ratios.
const PLAIN_UNITS: [&str; 3] = ["", "n", "x"];
/// Units that are shown otherwise than they are written.
const UNIT_NAMES: [(&str, &str); 3] = [("us", "µs"), ("x", "times"), ("n", "")];

impl NumberFile {
    /// The unit as a number of seconds or bytes; `None` if there is no such unit.
    pub fn scale(&self) -> Option<(f64, Dimension)> {
        if PLAIN_UNITS.contains(&self.unit.as_str()) {
            return Some((1.0, Dimension::PLAIN));
        }
        match literal(&format!("1{}", self.unit))? {
            Value::Number(scale, dimension) => Some((scale, dimension)),
            Value::Truth(_) | Value::Word(_) => None,
        }
    }

    /// The unit as it is shown behind a field.
    pub fn unit_name(&self) -> &str {
        let named = UNIT_NAMES.iter().find(|(unit, _)| *unit == self.unit);
        named.map_or(self.unit.as_str(), |(_, name)| name)
    }

    /// A number in the unit.
    pub(super) fn shown(&self, value: f64, dimension: Dimension) -> String {
        Form::find(&self.unit).unwrap_or_default().text(&Value::Number(value, dimension))
    }

    /// A number as it was typed: in the unit of the question, or with a unit of its own.
    ///
    /// # Errors
    /// It is none, or has another dimension; in one sentence.
    pub fn typed(&self, text: &str) -> Result<f64, String> {
        let (scale, dimension) = self.scale().unwrap_or((1.0, Dimension::PLAIN));
        let clean = without_groups(&text.split_whitespace().collect::<String>());
        // `1.75x` is how ratios are shown.
        let clean = if dimension == Dimension::PLAIN { clean.trim_end_matches(['x', '×']).to_owned() } else { clean };
        let found = match clean.parse::<f64>() {
            Ok(number) => Some(number * scale),
            Err(_) => literal(&clean).and_then(|value| match value {
                Value::Number(number, own) if own == dimension => Some(number),
                Value::Number(..) | Value::Truth(_) | Value::Word(_) => None,
            }),
        };
        let example = if self.unit_name().is_empty() { String::new() } else { format!(" in {}", self.unit_name()) };
        found.filter(|number| number.is_finite() && *number >= 0.0).ok_or_else(|| format!("Type a number{example}."))
    }
}

/// Without commas between groups of digits; a single comma elsewhere is that of a fraction.
fn without_groups(text: &str) -> String {
    let mut parts = text.split(',');
    let first = parts.next().unwrap_or_default().to_owned();
    let rest: Vec<&str> = parts.collect();
    let digits = |part: &str| part.chars().take_while(char::is_ascii_digit).count();
    match rest.as_slice() {
        [fraction] if digits(fraction) != 3 => format!("{first}.{fraction}"),
        _ => first + &rest.concat(),
    }
}

/// A number with its unit.
fn literal(text: &str) -> Option<Value> {
    match Expression::parse(text).ok()?.node {
        Node::Literal(value) => Some(value),
        Node::Named(_)
        | Node::Figure(..)
        | Node::Log(..)
        | Node::Call(..)
        | Node::Negative(_)
        | Node::Not(_)
        | Node::Binary(..) => None,
    }
}
