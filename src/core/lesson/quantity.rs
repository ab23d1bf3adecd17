//! Values of expressions with their dimensions, and the forms in which a text shows them.

use crate::explain::percent;
use crate::units::{Bytes, BytesPerSec, Femtos, grouped, plain, significant, times};

/// Powers of bytes and seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// Power of bytes.
    pub bytes: i8,
    /// Power of seconds.
    pub seconds: i8,
}

impl Dimension {
    /// A bare number.
    pub const PLAIN: Dimension = Dimension { bytes: 0, seconds: 0 };
    /// A size.
    pub const BYTES: Dimension = Dimension { bytes: 1, seconds: 0 };
    /// A time.
    pub const SECONDS: Dimension = Dimension { bytes: 0, seconds: 1 };
    /// A rate.
    pub const RATE: Dimension = Dimension { bytes: 1, seconds: -1 };

    /// The dimension of a product; of a quotient if `sign` is -1.
    pub fn combined(self, other: Dimension, sign: i8) -> Dimension {
        Dimension {
            bytes: self.bytes.saturating_add(sign.saturating_mul(other.bytes)),
            seconds: self.seconds.saturating_add(sign.saturating_mul(other.seconds)),
        }
    }

    /// As in an error.
    pub fn label(self) -> String {
        match self {
            Dimension::PLAIN => "a number without unit".to_owned(),
            Dimension::BYTES => "a size".to_owned(),
            Dimension::SECONDS => "a time".to_owned(),
            Dimension::RATE => "a rate".to_owned(),
            other => format!("B^{} s^{}", other.bytes, other.seconds),
        }
    }
}

/// The type of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// A number.
    Number(Dimension),
    /// True or false.
    Truth,
    /// A name.
    Word,
}

impl ValueType {
    /// As in an error.
    pub fn label(self) -> String {
        match self {
            ValueType::Number(dimension) => dimension.label(),
            ValueType::Truth => "a condition".to_owned(),
            ValueType::Word => "a name".to_owned(),
        }
    }
}

/// The value of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number in bytes and seconds.
    Number(f64, Dimension),
    /// True or false.
    Truth(bool),
    /// A name.
    Word(String),
}

impl Value {
    /// A number without unit.
    pub fn plain(number: f64) -> Value {
        Value::Number(number, Dimension::PLAIN)
    }

    /// A time.
    pub fn seconds(seconds: f64) -> Value {
        Value::Number(seconds, Dimension::SECONDS)
    }

    /// Its type.
    pub fn value_type(&self) -> ValueType {
        match self {
            Value::Number(_, dimension) => ValueType::Number(*dimension),
            Value::Truth(_) => ValueType::Truth,
            Value::Word(_) => ValueType::Word,
        }
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Number(number, _) => Some(*number),
            Value::Truth(_) | Value::Word(_) => None,
        }
    }

    /// Whether it is a condition that holds.
    pub fn holds(&self) -> bool {
        matches!(self, Value::Truth(true))
    }
}

/// How a value is shown, after the colon in `{now.A.time:us}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// As the unit suggests.
    #[default]
    Auto,
    /// In one unit of time: seconds per unit as a power of ten, and its name.
    Time(i32, &'static str),
    /// A share in percent.
    Percent,
    /// A ratio: `5.0x`.
    Ratio,
    /// A whole number with commas.
    Count,
    /// The number of times something is done, in words up to twelve.
    Words,
}

/// Forms by the word after the colon.
const FORMS: [(&str, Form); 8] = [
    ("s", Form::Time(0, "s")),
    ("ms", Form::Time(-3, "ms")),
    ("us", Form::Time(-6, "µs")),
    ("ns", Form::Time(-9, "ns")),
    ("%", Form::Percent),
    ("x", Form::Ratio),
    ("n", Form::Count),
    ("words", Form::Words),
];

const WORDS: [&str; 13] =
    ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

impl Form {
    /// The words that a text may use.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FORMS.iter().map(|(name, _)| *name)
    }

    /// The form with a name.
    pub fn find(name: &str) -> Option<Form> {
        FORMS.iter().find(|(known, _)| *known == name).map(|(_, form)| *form)
    }

    /// Whether it can show a value of a type.
    pub fn shows(self, value: ValueType) -> bool {
        match self {
            Form::Auto => !matches!(value, ValueType::Truth),
            Form::Time(..) => value == ValueType::Number(Dimension::SECONDS),
            Form::Percent | Form::Ratio | Form::Count | Form::Words => value == ValueType::Number(Dimension::PLAIN),
        }
    }

    /// A value as text.
    pub fn text(self, value: &Value) -> String {
        match (self, value) {
            (_, Value::Word(word)) => word.clone(),
            (_, Value::Truth(truth)) => truth.to_string(),
            (Form::Auto, Value::Number(number, dimension)) => automatic(*number, *dimension),
            (Form::Time(power, unit), Value::Number(number, _)) => in_unit(*number, power, unit),
            (Form::Percent, Value::Number(number, _)) => percent(*number),
            (Form::Ratio, Value::Number(number, _)) => times(*number),
            (Form::Count, Value::Number(number, _)) => grouped(number.round().max(0.0) as u64),
            (Form::Words, Value::Number(number, _)) => {
                let count = number.round().max(0.0) as usize;
                WORDS.get(count).map_or_else(|| grouped(count as u64), |word| (*word).to_owned())
            }
        }
    }
}

/// A time in one unit with the digits that suit it: `1,343 µs`.
fn in_unit(seconds: f64, power: i32, unit: &str) -> String {
    let value = seconds / 10_f64.powi(power);
    match value >= 1000.0 {
        true => format!("{} {unit}", grouped(value.round() as u64)),
        false => format!("{} {unit}", significant(value)),
    }
}

fn automatic(number: f64, dimension: Dimension) -> String {
    match dimension {
        Dimension::SECONDS => Femtos::from_secs(number).to_string(),
        Dimension::BYTES => Bytes(number.round().max(0.0) as u64).to_string(),
        Dimension::RATE => BytesPerSec(number).to_string(),
        _ if number.fract() == 0.0 && number.abs() >= 1000.0 => grouped(number.abs() as u64),
        _ if number.fract() == 0.0 => plain(number),
        _ => significant(number),
    }
}
