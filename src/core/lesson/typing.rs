//! The types of expressions, found without a run: a fault is known before anything is solved.

use std::collections::BTreeMap;

use super::expression::{Argument, Expression, FabricPlace, Node, Operator, unknown};
use super::expression_error::ExpressionError;
use super::quantity::{Dimension, Value, ValueType};
use super::vocabulary::Function;

/// What an expression may name.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Runs, with their number of fabrics.
    pub runs: BTreeMap<String, usize>,
    /// The learner's own run, if there is one.
    pub learner: Option<usize>,
    /// Named figures.
    pub figures: BTreeMap<String, Expression>,
    /// Whether runs compare a log with the model.
    pub log: bool,
}

impl Names {
    /// The type of an expression.
    ///
    /// # Errors
    /// An unknown name, or values that do not go together.
    pub fn type_of(&self, expression: &Expression) -> Result<ValueType, ExpressionError> {
        self.typed(expression, &mut Vec::new())
    }

    /// Whether the value of a named figure rests on that of another one.
    pub(super) fn rests_on(&self, figure: &str, other: &str) -> bool {
        figure == other || self.figures.get(figure).is_some_and(|figure| self.names_figure(figure, other, 0))
    }

    fn names_figure(&self, expression: &Expression, other: &str, depth: usize) -> bool {
        const MAX_DEPTH: usize = 16;
        let inner = |inner: &Expression| depth < MAX_DEPTH && self.names_figure(inner, other, depth + 1);
        match &expression.node {
            Node::Literal(_) | Node::Figure(..) | Node::Log(..) => false,
            Node::Named(name) => name == other || self.figures.get(name).is_some_and(inner),
            Node::Negative(one) | Node::Not(one) => inner(one),
            Node::Binary(_, left, right) => inner(left) || inner(right),
            Node::Call(_, arguments) => arguments.iter().any(|argument| match argument {
                Argument::Of(one) => inner(one),
                Argument::Fabric(_)
                | Argument::Run(_)
                | Argument::Part(_)
                | Argument::Scaled(_)
                | Argument::Class(_)
                | Argument::Path(_) => false,
            }),
        }
    }

    fn typed(&self, expression: &Expression, open: &mut Vec<String>) -> Result<ValueType, ExpressionError> {
        let span = || expression.span.clone();
        match &expression.node {
            Node::Literal(value) => Ok(value.value_type()),
            Node::Named(name) => {
                let Some(figure) = self.figures.get(name) else {
                    let known = self.figures.keys().map(String::as_str);
                    return Err(ExpressionError::new(span(), unknown("named figure", name, known)));
                };
                if open.contains(name) {
                    return Err(ExpressionError::new(span(), format!("the figure `{name}` is defined by itself")));
                }
                open.push(name.clone());
                let found = self.typed(figure, open).map_err(|error| {
                    ExpressionError::new(span(), format!("in the figure `{name}`: {}", error.problem))
                });
                open.pop();
                found
            }
            Node::Figure(place, figure) => {
                self.fabric(place, expression)?;
                Ok(figure.value_type())
            }
            Node::Log(run, figure) => {
                if let Some(run) = run {
                    self.run(run, expression)?;
                }
                if !self.log {
                    return Err(ExpressionError::new(span(), "the lesson has no log; add `log: \"…\"`".to_owned()));
                }
                Ok(figure.value_type())
            }
            Node::Negative(inner) => match self.typed(inner, open)? {
                ValueType::Number(dimension) => Ok(ValueType::Number(dimension)),
                other @ (ValueType::Truth | ValueType::Word) => {
                    Err(ExpressionError::new(span(), format!("{} has no sign", other.label())))
                }
            },
            Node::Not(inner) => match self.typed(inner, open)? {
                ValueType::Truth => Ok(ValueType::Truth),
                other @ (ValueType::Number(_) | ValueType::Word) => {
                    Err(ExpressionError::new(span(), format!("{} is not a condition", other.label())))
                }
            },
            Node::Binary(operator, left, right) => {
                let (left, right) = (self.typed(left, open)?, self.typed(right, open)?);
                combined(*operator, left, right).map_err(|problem| ExpressionError::new(span(), problem))
            }
            Node::Call(function, arguments) => self.called(*function, arguments, expression, open),
        }
    }

    fn run(&self, name: &str, at: &Expression) -> Result<usize, ExpressionError> {
        let known = || self.runs.keys().map(String::as_str);
        let missing = || ExpressionError::new(at.span.clone(), unknown("run", name, known()));
        self.runs.get(name).copied().ok_or_else(missing)
    }

    fn fabric(&self, place: &FabricPlace, at: &Expression) -> Result<(), ExpressionError> {
        let count = match &place.run {
            Some(run) => self.run(run, at)?,
            None => self.learner.ok_or_else(|| {
                let problem = "a fabric without a run is the learner's own, which only a task has; use RUN.FABRIC";
                ExpressionError::new(at.span.clone(), problem.to_owned())
            })?,
        };
        if place.fabric >= count {
            let letter = crate::scene::letter(place.fabric);
            return Err(ExpressionError::new(at.span.clone(), format!("no fabric {letter}; the scene has {count}")));
        }
        Ok(())
    }

    fn called(
        &self,
        function: Function,
        arguments: &[Argument],
        at: &Expression,
        open: &mut Vec<String>,
    ) -> Result<ValueType, ExpressionError> {
        let mut types = Vec::new();
        for argument in arguments {
            match argument {
                Argument::Fabric(place) => self.fabric(place, at)?,
                Argument::Run(run) => {
                    self.run(run, at)?;
                }
                Argument::Of(expression) => types.push((self.typed(expression, open)?, expression)),
                Argument::Part(_) | Argument::Scaled(_) | Argument::Class(_) | Argument::Path(_) => {}
            }
        }
        let wrong = |at: &Expression, problem: &str| Err(ExpressionError::new(at.span.clone(), problem.to_owned()));
        match function {
            Function::Share | Function::Elasticity | Function::Count | Function::Setting => {
                Ok(ValueType::Number(Dimension::PLAIN))
            }
            Function::Part | Function::WhatIf | Function::Latency => Ok(ValueType::Number(Dimension::SECONDS)),
            Function::Capacity => Ok(ValueType::Number(Dimension::RATE)),
            Function::Next | Function::Binds | Function::Verdict => Ok(ValueType::Word),
            Function::Abs => match types.as_slice() {
                [(ValueType::Number(dimension), _)] => Ok(ValueType::Number(*dimension)),
                _ => wrong(at, "`abs` takes a number"),
            },
            Function::Min | Function::Max => match types.as_slice() {
                [(left @ ValueType::Number(_), _), (right, _)] if left == right => Ok(*left),
                _ => wrong(at, "the two values must be numbers of one unit"),
            },
            Function::EqualAt => match types.as_slice() {
                [(x @ ValueType::Number(_), _), (y, _), (low @ ValueType::Number(_), _), (high, _)]
                    if x == y && low == high =>
                {
                    Ok(*low)
                }
                _ => wrong(at, "`equal_at` takes a path, two figures of one unit, and the ends of a range"),
            },
            Function::Largest => match types.as_slice() {
                [(ValueType::Truth, _), (low @ ValueType::Number(_), _), (high, _)] if low == high => Ok(*low),
                _ => wrong(at, "`largest` takes a path, a condition, and the ends of a range"),
            },
        }
    }
}

/// The type of two combined values.
pub(super) fn combined(operator: Operator, left: ValueType, right: ValueType) -> Result<ValueType, String> {
    use ValueType::{Number, Truth, Word};
    let differ = || format!("{} and {} do not go together", left.label(), right.label());
    match (operator, left, right) {
        (Operator::And | Operator::Or, Truth, Truth) => Ok(Truth),
        (Operator::Equal | Operator::Different, Word, Word) | (Operator::Equal | Operator::Different, Truth, Truth) => {
            Ok(Truth)
        }
        (Operator::Multiply, Number(left), Number(right)) => Ok(Number(left.combined(right, 1))),
        (Operator::Divide, Number(left), Number(right)) => Ok(Number(left.combined(right, -1))),
        (Operator::Add | Operator::Subtract, Number(one), Number(other)) if one == other => Ok(left),
        (
            Operator::Less
            | Operator::LessOrEqual
            | Operator::More
            | Operator::MoreOrEqual
            | Operator::Equal
            | Operator::Different,
            Number(one),
            Number(other),
        ) if one == other => Ok(Truth),
        _ => Err(differ()),
    }
}

/// Two combined values. Types have been checked; other values are false.
pub(super) fn applied(operator: Operator, left: &Value, right: &Value) -> Value {
    let dimension = |sign: i8| match (left, right) {
        (Value::Number(_, one), Value::Number(_, other)) => one.combined(*other, sign),
        _ => Dimension::PLAIN,
    };
    let own = match left {
        Value::Number(_, own) => *own,
        Value::Truth(_) | Value::Word(_) => Dimension::PLAIN,
    };
    let number = |value: &Value| value.number().unwrap_or(f64::NAN);
    let (one, other) = (number(left), number(right));
    match operator {
        Operator::Add => Value::Number(one + other, own),
        Operator::Subtract => Value::Number(one - other, own),
        Operator::Multiply => Value::Number(one * other, dimension(1)),
        Operator::Divide => Value::Number(one / other, dimension(-1)),
        Operator::Less => Value::Truth(one < other),
        Operator::LessOrEqual => Value::Truth(one <= other),
        Operator::More => Value::Truth(one > other),
        Operator::MoreOrEqual => Value::Truth(one >= other),
        Operator::Equal => Value::Truth(left == right),
        Operator::Different => Value::Truth(left != right),
        Operator::And => Value::Truth(left.holds() && right.holds()),
        Operator::Or => Value::Truth(left.holds() || right.holds()),
    }
}
