//! Values that are searched by bisection: where two figures are equal, and the largest value with which a condition holds.
//! A crossing is never read off the grid of a sweep.

use super::expression::Expression;
use super::expression_error::ExpressionError;
use super::lab::Lab;
use super::quantity::{Dimension, Value};
use crate::scene::Setting;
use crate::units::{Bytes, BytesPerSec, Femtos};

/// The relative precision of a found value.
const PRECISION: f64 = 2e-4;
/// The most steps of a search.
const MAX_STEPS: u32 = 64;

/// The ends of a range.
struct Range {
    low: f64,
    high: f64,
    dimension: Dimension,
}

impl Range {
    fn new(lab: &mut Lab, (low, high): (&Expression, &Expression)) -> Result<Range, ExpressionError> {
        let start = low.span.start..high.span.end;
        let (low, high) = (lab.value(low)?, lab.value(high)?);
        match (low, high) {
            (Value::Number(low, dimension), Value::Number(high, _)) if 0.0 < low && low < high => {
                Ok(Range { low, high, dimension })
            }
            _ => Err(ExpressionError::new(
                start,
                "the range must go from a smaller to a larger value above 0".to_owned(),
            )),
        }
    }

    /// Sizes and counts are whole.
    fn is_whole(&self) -> bool {
        self.dimension == Dimension::BYTES || self.dimension == Dimension::PLAIN
    }

    fn middle(&self) -> f64 {
        let middle = (self.low * self.high).sqrt();
        if self.is_whole() { middle.round() } else { middle }
    }

    fn is_narrow(&self) -> bool {
        self.high / self.low < 1.0 + PRECISION || self.is_whole() && self.high - self.low <= 1.0
    }
}

/// A value as a scene writes it.
fn written(value: f64, dimension: Dimension) -> String {
    match dimension {
        Dimension::BYTES => Bytes(value.round() as u64).to_field(),
        Dimension::SECONDS => Femtos::from_secs(value).to_field(),
        Dimension::RATE => BytesPerSec(value).to_field(),
        _ => crate::units::plain(value),
    }
}

/// What an expression is with a value of a path.
fn with(
    lab: &mut Lab,
    path: &str,
    (value, dimension): (f64, Dimension),
    question: &mut dyn FnMut(&mut Lab) -> Result<Value, ExpressionError>,
) -> Result<Value, ExpressionError> {
    let before = lab.extra.take();
    lab.set_extra(Some(Setting { path: path.to_owned(), value: written(value, dimension) }));
    let found = question(lab);
    lab.set_extra(before);
    found
}

/// The value of a path at which two figures are equal.
pub(super) fn equal_at(
    lab: &mut Lab,
    path: &str,
    (x, y): (&Expression, &Expression),
    ends: (&Expression, &Expression),
    at: &Expression,
) -> Result<Value, ExpressionError> {
    let mut range = Range::new(lab, ends)?;
    let dimension = range.dimension;
    let less = |lab: &mut Lab, value: f64| {
        with(lab, path, (value, dimension), &mut |lab| {
            let (x, y) = (lab.value(x)?, lab.value(y)?);
            Ok(Value::Truth(x.number() < y.number()))
        })
        .map(|value| value.holds())
    };
    let first = less(lab, range.low)?;
    if less(lab, range.high)? == first {
        let problem = format!("the two figures are not equal anywhere in this range of {path}");
        return Err(ExpressionError::new(at.span.clone(), problem));
    }
    for _ in 0..MAX_STEPS {
        if range.is_narrow() {
            break;
        }
        let middle = range.middle();
        if less(lab, middle)? == first {
            range.low = middle;
        } else {
            range.high = middle;
        }
    }
    Ok(Value::Number(range.middle(), dimension))
}

/// The largest value of a path with which a condition holds; it must hold at the lower end and not at the upper one.
pub(super) fn largest(
    lab: &mut Lab,
    path: &str,
    condition: &Expression,
    ends: (&Expression, &Expression),
    at: &Expression,
) -> Result<Value, ExpressionError> {
    let mut range = Range::new(lab, ends)?;
    let dimension = range.dimension;
    let holds = |lab: &mut Lab, value: f64| {
        with(lab, path, (value, dimension), &mut |lab| lab.value(condition)).map(|value| value.holds())
    };
    if !holds(lab, range.low)? || holds(lab, range.high)? {
        let problem =
            format!("the condition must hold at the lower end of this range of {path} and not at the upper one");
        return Err(ExpressionError::new(at.span.clone(), problem));
    }
    for _ in 0..MAX_STEPS {
        if range.is_narrow() {
            break;
        }
        let middle = range.middle();
        if holds(lab, middle)? {
            range.low = middle;
        } else {
            range.high = middle;
        }
    }
    Ok(Value::Number(range.low, dimension))
}
