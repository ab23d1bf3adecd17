//! Expressions over the figures of runs: their syntax tree, and the parser. There are no loops and no texts to build.

use std::ops::Range;

use super::expression_error::ExpressionError;
use super::quantity::Value;
use super::token::{Mark, Placed, Token, tokens};
use super::vocabulary::{
    FigureKind, Function, LOG, LogFigure, Parameter, class, class_names, part, scaled, scaled_names,
};
use crate::explain::CostKind;
use crate::fabric::LinkClass;
use crate::scene::did_you_mean;
use crate::solve::ParameterKind;
use crate::units::quoted;

/// The deepest nesting of an expression.
const MAX_DEPTH: usize = 32;

/// A fabric of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FabricPlace {
    /// The run; `None` is the learner's own.
    pub run: Option<String>,
    /// The fabric by its index.
    pub fabric: usize,
}

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub node: Node,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

/// An argument of a function.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// `now.A`
    Fabric(FabricPlace),
    /// `now`
    Run(String),
    /// `latency`
    Part(CostKind),
    /// `capacity`
    Scaled(ParameterKind),
    /// `NIC`
    Class(LinkClass),
    /// `workload.message`
    Path(String),
    /// Any expression.
    Of(Expression),
}

/// The operators between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    More,
    /// `>=`
    MoreOrEqual,
    /// `==`
    Equal,
    /// `!=`
    Different,
    /// `&&`
    And,
    /// `||`
    Or,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A number or a quoted word.
    Literal(Value),
    /// A figure that the file names.
    Named(String),
    /// `now.A.time`
    Figure(FabricPlace, FigureKind),
    /// `rings.log.error`
    Log(Option<String>, LogFigure),
    /// `share(now.A, latency)`
    Call(Function, Vec<Argument>),
    /// `-x`
    Negative(Box<Expression>),
    /// `!x`
    Not(Box<Expression>),
    /// `x + y`
    Binary(Operator, Box<Expression>, Box<Expression>),
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// The first fault, with its place.
    pub fn parse(text: &str) -> Result<Expression, ExpressionError> {
        let tokens = tokens(text)?;
        let mut parser = Parser { tokens: &tokens, at: 0, end: text.len(), depth: 0 };
        let expression = parser.binary(0)?;
        match parser.tokens.get(parser.at) {
            None => Ok(expression),
            Some(more) => Err(ExpressionError::new(more.span.clone(), "an operator is missing before this".to_owned())),
        }
    }

    /// Whether any part of it is a figure, so that it says something about a run.
    pub fn is_computed(&self) -> bool {
        match &self.node {
            Node::Literal(_) => false,
            Node::Named(_) | Node::Figure(..) | Node::Log(..) => true,
            Node::Call(_, arguments) => arguments.iter().any(|argument| match argument {
                Argument::Fabric(_) | Argument::Run(_) | Argument::Path(_) => true,
                Argument::Of(expression) => expression.is_computed(),
                Argument::Part(_) | Argument::Scaled(_) | Argument::Class(_) => false,
            }),
            Node::Negative(inner) | Node::Not(inner) => inner.is_computed(),
            Node::Binary(_, left, right) => left.is_computed() || right.is_computed(),
        }
    }
}

/// Operators by how tightly they bind, the loosest first.
const LEVELS: [&[(Mark, Operator)]; 5] = [
    &[(Mark::Or, Operator::Or)],
    &[(Mark::And, Operator::And)],
    &[
        (Mark::Less, Operator::Less),
        (Mark::LessOrEqual, Operator::LessOrEqual),
        (Mark::More, Operator::More),
        (Mark::MoreOrEqual, Operator::MoreOrEqual),
        (Mark::Equal, Operator::Equal),
        (Mark::Different, Operator::Different),
    ],
    &[(Mark::Plus, Operator::Add), (Mark::Minus, Operator::Subtract)],
    &[(Mark::Times, Operator::Multiply), (Mark::Over, Operator::Divide)],
];

struct Parser<'a> {
    tokens: &'a [Placed],
    at: usize,
    end: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at).map(|placed| &placed.token)
    }

    fn span(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.end..self.end, |placed| placed.span.clone())
    }

    fn wrong<T>(&self, problem: impl Into<String>) -> Result<T, ExpressionError> {
        Err(ExpressionError::new(self.span(), problem.into()))
    }

    fn take(&mut self, mark: Mark) -> bool {
        let found = self.peek() == Some(&Token::Mark(mark));
        self.at += usize::from(found);
        found
    }

    /// Operators of one level and those that bind tighter.
    fn binary(&mut self, level: usize) -> Result<Expression, ExpressionError> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        loop {
            let operator = operators.iter().find(|(mark, _)| self.peek() == Some(&Token::Mark(*mark)));
            let Some(&(_, operator)) = operator else { return Ok(left) };
            self.at += 1;
            let right = self.binary(level + 1)?;
            let span = left.span.start..right.span.end;
            left = Expression { node: Node::Binary(operator, Box::new(left), Box::new(right)), span };
        }
    }

    fn unary(&mut self) -> Result<Expression, ExpressionError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.wrong(format!("the expression nests deeper than {MAX_DEPTH} levels"));
        }
        let start = self.span().start;
        let found = if self.take(Mark::Minus) {
            let inner = self.unary()?;
            let span = start..inner.span.end;
            Expression { node: Node::Negative(Box::new(inner)), span }
        } else if self.take(Mark::Not) {
            let inner = self.unary()?;
            let span = start..inner.span.end;
            Expression { node: Node::Not(Box::new(inner)), span }
        } else {
            self.primary()?
        };
        self.depth -= 1;
        Ok(found)
    }

    fn primary(&mut self) -> Result<Expression, ExpressionError> {
        let span = self.span();
        match self.peek() {
            Some(Token::Literal(value)) => {
                self.at += 1;
                Ok(Expression { node: Node::Literal(value.clone()), span })
            }
            Some(Token::Word(word)) => {
                self.at += 1;
                Ok(Expression { node: Node::Literal(Value::Word(word.clone())), span })
            }
            Some(Token::Mark(Mark::Open)) => {
                self.at += 1;
                let inner = self.binary(0)?;
                match self.take(Mark::Close) {
                    true => Ok(inner),
                    false => self.wrong("a closing bracket is missing here"),
                }
            }
            Some(Token::Path(path)) => {
                let call = self.tokens.get(self.at + 1).map(|next| &next.token) == Some(&Token::Mark(Mark::Open));
                match Function::find(path).filter(|_| call) {
                    Some(function) => self.call(function),
                    None if call => self.wrong(unknown("function", path, Function::names())),
                    None => {
                        let node = self.reference(path)?;
                        self.at += 1;
                        Ok(Expression { node, span })
                    }
                }
            }
            Some(Token::Mark(_)) | None => self.wrong("a value is missing here"),
        }
    }

    fn reference(&self, path: &str) -> Result<Node, ExpressionError> {
        let names: Vec<&str> = path.split('.').collect();
        match names.as_slice() {
            [name] => Ok(Node::Named((*name).to_owned())),
            [log, figure] if *log == LOG => Ok(Node::Log(None, self.log_figure(figure)?)),
            [fabric, figure] => Ok(Node::Figure(self.fabric(None, fabric)?, self.figure(figure)?)),
            [run, log, figure] if *log == LOG => Ok(Node::Log(Some((*run).to_owned()), self.log_figure(figure)?)),
            [run, fabric, figure] => Ok(Node::Figure(self.fabric(Some(run), fabric)?, self.figure(figure)?)),
            _ => self.wrong(format!("`{}` is not a figure; use RUN.FABRIC.FIGURE, such as now.A.time", quoted(path))),
        }
    }

    fn figure(&self, name: &str) -> Result<FigureKind, ExpressionError> {
        FigureKind::find(name).map_or_else(|| self.wrong(unknown("figure", name, FigureKind::names())), Ok)
    }

    fn log_figure(&self, name: &str) -> Result<LogFigure, ExpressionError> {
        LogFigure::find(name).map_or_else(|| self.wrong(unknown("figure of a log", name, LogFigure::names())), Ok)
    }

    fn fabric(&self, run: Option<&str>, letter: &str) -> Result<FabricPlace, ExpressionError> {
        let index = match letter.as_bytes() {
            [byte @ b'A'..=b'Z'] => usize::from(byte - b'A'),
            _ => return self.wrong(format!("`{}` is not a fabric; use its letter, such as A", quoted(letter))),
        };
        Ok(FabricPlace { run: run.map(str::to_owned), fabric: index })
    }

    fn call(&mut self, function: Function) -> Result<Expression, ExpressionError> {
        let start = self.span().start;
        self.at += 2;
        let mut arguments = Vec::new();
        for (place, parameter) in function.parameters().iter().enumerate() {
            let first = place == 0;
            let ends = self.peek() == Some(&Token::Mark(Mark::Close));
            if *parameter == Parameter::Class && !first && ends {
                break;
            }
            if !first && !self.take(Mark::Comma) {
                return self.wrong(format!("`{}` takes {} values", function.name(), function.parameters().len()));
            }
            arguments.push(self.argument(*parameter)?);
        }
        if !self.take(Mark::Close) {
            return self.wrong(format!("`{}` takes {} values", function.name(), function.parameters().len()));
        }
        let end = self.tokens.get(self.at - 1).map_or(self.end, |placed| placed.span.end);
        Ok(Expression { node: Node::Call(function, arguments), span: start..end })
    }

    fn argument(&mut self, parameter: Parameter) -> Result<Argument, ExpressionError> {
        if parameter == Parameter::Expression {
            return self.binary(0).map(Argument::Of);
        }
        let Some(Token::Path(path)) = self.peek() else { return self.wrong("a name is missing here") };
        let found = match parameter {
            Parameter::Fabric => match path.rsplit_once('.') {
                Some((run, fabric)) => Argument::Fabric(self.fabric(Some(run), fabric)?),
                None => Argument::Fabric(self.fabric(None, path)?),
            },
            Parameter::Run => Argument::Run(path.clone()),
            Parameter::Part => match part(path) {
                Some(kind) => Argument::Part(kind),
                None => return self.wrong(unknown("part", path, CostKind::ALL.map(CostKind::as_str).into_iter())),
            },
            Parameter::Figure => match scaled(path) {
                Some(kind) => Argument::Scaled(kind),
                None => return self.wrong(unknown("figure that can be scaled", path, scaled_names())),
            },
            Parameter::Class => match class(path) {
                Some(class) => Argument::Class(class),
                None => return self.wrong(unknown("link class", path, class_names())),
            },
            Parameter::Path | Parameter::Expression => Argument::Path(path.clone()),
        };
        self.at += 1;
        Ok(found)
    }
}

/// The problem of a name that is not in a list.
pub(super) fn unknown<'a>(noun: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    let name = quoted(name);
    match did_you_mean(&name, known.iter().copied()) {
        Some(near) => format!("unknown {noun} `{name}`; did you mean `{near}`?"),
        None => format!("unknown {noun} `{name}`; accepted: {}", known.join(", ")),
    }
}
