//! The values of one path of a sweep, with their unit.

use crate::units::{Bytes, BytesPerSec, Femtos, significant};

/// The unit of all values of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Sizes.
    Bytes,
    /// Times.
    Seconds,
    /// Rates.
    BytesPerSecond,
    /// Plain numbers.
    Number,
    /// Words: values without order.
    Words,
}

impl Unit {
    /// The suffix of the path in the name of the column of its numbers.
    pub fn suffix(self) -> &'static str {
        match self {
            Unit::Bytes => "_bytes",
            Unit::Seconds => "_s",
            Unit::BytesPerSecond => "_bytes_per_s",
            Unit::Number | Unit::Words => "",
        }
    }

    /// A value for display.
    pub fn shown(self, value: f64) -> String {
        match self {
            Unit::Bytes => Bytes(value.round() as u64).to_string(),
            Unit::Seconds => Femtos::from_secs(value).to_string(),
            Unit::BytesPerSecond => BytesPerSec(value).to_string(),
            Unit::Number | Unit::Words => {
                let text = significant(value);
                if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
            }
        }
    }

    /// With an article, for errors.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Unit::Bytes => "a size",
            Unit::Seconds => "a time",
            Unit::BytesPerSecond => "a rate",
            Unit::Number => "a number",
            Unit::Words => "a word",
        }
    }

    /// A number of this unit as scene files write it.
    pub(super) fn text(self, value: f64) -> String {
        match self {
            Unit::Bytes => Bytes(value.round() as u64).to_field(),
            Unit::Seconds => Femtos::from_secs(value).to_field(),
            Unit::BytesPerSecond => format!("{}GB/s", clean(value / 1e9)),
            Unit::Number | Unit::Words => clean(value).to_string(),
        }
    }
}

/// Without the last digits, which are rounding errors: 0.3, not 0.30000000000000004.
fn clean(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}

/// One value of a path.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// As written in the scene.
    pub text: String,
    /// In bytes, seconds, bytes per second, or as a plain number; `None` for words.
    pub number: Option<f64>,
}

/// The values of one path.
#[derive(Clone, Debug, PartialEq)]
pub struct PathValues {
    /// The path.
    pub path: String,
    /// The unit of all values.
    pub unit: Unit,
    /// In the order of the sweep.
    pub values: Vec<Value>,
}

impl PathValues {
    /// Whether all values are whole numbers, such as ranks.
    pub fn is_whole(&self) -> bool {
        self.unit == Unit::Number
            && self.values.iter().all(|value| value.number.is_some_and(|number| number.fract() == 0.0))
    }

    /// An interpolated value with few digits; a whole number if all values are whole.
    pub fn about(&self, value: f64) -> String {
        if self.is_whole() {
            return format!("{value:.0}");
        }
        self.unit.about(value)
    }
}

impl Unit {
    /// An interpolated value with few digits.
    pub fn about(self, value: f64) -> String {
        let shown = self.shown(value);
        let (number, unit) = shown.split_at(shown.find(' ').unwrap_or(shown.len()));
        let Ok(number) = number.parse::<f64>() else { return shown };
        let short = if number >= 100.0 { number.round() } else { format!("{number:.1e}").parse().unwrap_or(number) };
        format!("{short}{unit}")
    }
}

/// A number with its unit: bytes, seconds, bytes per second, or plain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quantity {
    pub unit: Unit,
    pub number: f64,
}

/// Reads a size, a time, a rate or a plain number.
pub(super) fn quantity(text: &str) -> Option<Quantity> {
    let plain = text.parse::<f64>().ok().filter(|number| number.is_finite());
    let of = |unit: Unit| move |number: f64| Quantity { unit, number };
    plain
        .map(of(Unit::Number))
        .or_else(|| Some(of(Unit::Bytes)(Bytes::parse(text).ok()?.0 as f64)))
        .or_else(|| Some(of(Unit::Seconds)(Femtos::parse(text).ok()?.secs())))
        .or_else(|| Some(of(Unit::BytesPerSecond)(BytesPerSec::parse(text).ok()?.0)))
}
