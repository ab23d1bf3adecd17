//! What a sweep goes over: a path of the scene, and a list or a range of values.

use super::SweepError;
use crate::units::{Bytes, BytesPerSec, Femtos, significant};

/// Most values of one path.
const MAX_VALUES: usize = 10_000;
/// How far a step may miss the end of a range by rounding and still reach it, relatively.
const REACHES: f64 = 1e-9;

/// A path and what it is set to, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Over {
    /// A path of the scene file, such as `workload.message`.
    pub path: String,
    /// As written: `8,16,32`, `8B..16GiB*2` or `1..64+1`.
    pub values: String,
}

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
    /// Words: values without an order.
    Words,
}

impl Unit {
    /// What is added to a path to name the column of its numbers.
    pub fn suffix(self) -> &'static str {
        match self {
            Unit::Bytes => "_bytes",
            Unit::Seconds => "_s",
            Unit::BytesPerSecond => "_bytes_per_s",
            Unit::Number | Unit::Words => "",
        }
    }

    /// A value in the form that is easiest to read.
    pub fn shown(self, value: f64) -> String {
        match self {
            Unit::Bytes => Bytes(value.round() as u64).to_string(),
            Unit::Seconds => Femtos::from_secs(value).to_string(),
            Unit::BytesPerSecond => BytesPerSec(value).to_string(),
            Unit::Number | Unit::Words => significant(value),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Unit::Bytes => "a size",
            Unit::Seconds => "a time",
            Unit::BytesPerSecond => "a rate",
            Unit::Number => "a number",
            Unit::Words => "a word",
        }
    }

    /// A number of this unit as scenes write it.
    fn text(self, value: f64) -> String {
        match self {
            Unit::Bytes => Bytes(value.round() as u64).to_field(),
            Unit::Seconds => format!("{}ns", Femtos::from_secs(value).0 as f64 / 1e6),
            Unit::BytesPerSecond => BytesPerSec(value).to_field(),
            Unit::Number | Unit::Words => value.to_string(),
        }
    }
}

/// One value of a path.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// As it is set.
    pub text: String,
    /// In bytes, seconds, bytes per second, or as it stands; `None` for words.
    pub number: Option<f64>,
}

/// The values of one path.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The path.
    pub path: String,
    /// The unit of all of them.
    pub unit: Unit,
    /// In the order of the sweep.
    pub values: Vec<Value>,
}

impl Over {
    /// Reads `PATH=VALUES`; what the values mean is checked by [`Over::axis`].
    ///
    /// # Errors
    /// No `=`, or nothing before it.
    pub fn parse(text: &str) -> Result<Over, SweepError> {
        match text.split_once('=') {
            Some((path, values)) if !path.trim().is_empty() => {
                Ok(Over { path: path.trim().to_owned(), values: values.trim().to_owned() })
            }
            _ => Err(SweepError::Malformed(text.to_owned())),
        }
    }

    /// The values one by one.
    ///
    /// # Errors
    /// An empty list, a range that is reversed, has no step or mixes units, or too many values.
    pub fn axis(&self) -> Result<Axis, SweepError> {
        let axis = match self.values.split_once("..") {
            Some((from, rest)) => self.range(from.trim(), rest.trim())?,
            None => self.list()?,
        };
        Ok(axis)
    }

    fn wrong(&self, problem: impl Into<String>, hint: impl Into<String>) -> SweepError {
        let over = format!("--over {}={}", self.path, self.values);
        SweepError::Values { over, problem: problem.into(), hint: hint.into() }
    }

    fn list(&self) -> Result<Axis, SweepError> {
        let texts = split_list(&self.values);
        if texts.iter().any(|text| text.is_empty()) {
            return Err(self.wrong("a value is empty", EXAMPLES));
        }
        if texts.len() > MAX_VALUES {
            return Err(SweepError::TooMany { points: texts.len() as u64, limit: MAX_VALUES as u64 });
        }
        let read: Vec<Option<(Unit, f64)>> = texts.iter().map(|text| quantity(text)).collect();
        let unit = match read.first() {
            Some(Some((unit, _))) if read.iter().all(|one| one.is_some_and(|(own, _)| own == *unit)) => *unit,
            _ => Unit::Words,
        };
        let value = |(text, read): (String, Option<(Unit, f64)>)| {
            let number = read.filter(|_| unit != Unit::Words).map(|(_, number)| number);
            Value { text, number }
        };
        Ok(Axis { path: self.path.clone(), unit, values: texts.into_iter().zip(read).map(value).collect() })
    }

    fn range(&self, from: &str, rest: &str) -> Result<Axis, SweepError> {
        let Some(place) = rest.find(['*', 'x', '+']) else {
            return Err(self.wrong("a range needs a step", EXAMPLES));
        };
        let (to, step) = rest.split_at(place);
        let (to, times) = (to.trim(), !step.starts_with('+'));
        let step = step[1..].trim();
        let read = |text: &str| quantity(text).ok_or_else(|| self.wrong(format!("`{text}` is no quantity"), EXAMPLES));
        let ((unit, first), (last_unit, last)) = (read(from)?, read(to)?);
        let (step_unit, by) = read(step)?;
        if last_unit != unit {
            let problem = format!("`{from}` is {} and `{to}` is {}", unit.word(), last_unit.word());
            return Err(self.wrong(problem, "both ends of a range have the same unit"));
        }
        let wanted = if times { Unit::Number } else { unit };
        if step_unit != wanted {
            let problem = format!("the step `{step}` is {}, not {}", step_unit.word(), wanted.word());
            return Err(self.wrong(problem, EXAMPLES));
        }
        if first > last {
            let problem = format!("the range is reversed: `{from}` is more than `{to}`");
            return Err(self.wrong(problem, format!("write {to}..{from}")));
        }
        if times && (by <= 1.0 || first <= 0.0) {
            return Err(self.wrong("multiplying never gets there", "the step is above 1 and the range begins above 0"));
        }
        if !times && by <= 0.0 {
            return Err(self.wrong("adding never gets there", "the step is above 0"));
        }
        let count = if times { libm::log(last / first) / libm::log(by) } else { (last - first) / by };
        if count >= MAX_VALUES as f64 {
            return Err(SweepError::TooMany { points: count as u64 + 1, limit: MAX_VALUES as u64 });
        }
        let mut values = Vec::with_capacity(count as usize + 1);
        let mut number = first;
        while number <= last * (1.0 + REACHES) {
            values.push(Value { text: unit.text(number), number: Some(number) });
            // From the first one, so that roundings do not add up.
            number = if times { number * by } else { first + values.len() as f64 * by };
        }
        Ok(Axis { path: self.path.clone(), unit, values })
    }
}

const EXAMPLES: &str = "accepted: a list such as 8,16,32, or a range such as 8B..16GiB*2 or 1..64+1";

/// A size, a time, a rate or a number, in bytes, seconds, bytes per second.
fn quantity(text: &str) -> Option<(Unit, f64)> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    number
        .map(|number| (Unit::Number, number))
        .or_else(|| Some((Unit::Bytes, Bytes::parse(text).ok()?.0 as f64)))
        .or_else(|| Some((Unit::Seconds, Femtos::parse(text).ok()?.secs())))
        .or_else(|| Some((Unit::BytesPerSecond, BytesPerSec::parse(text).ok()?.0)))
}

/// Splits at commas outside brackets and quotation marks.
fn split_list(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut depth, mut quoted) = (0_u32, false);
    for character in text.chars() {
        match character {
            '"' => quoted = !quoted,
            '(' | '[' if !quoted => depth += 1,
            ')' | ']' if !quoted => depth = depth.saturating_sub(1),
            ',' if depth == 0 && !quoted => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(character);
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(over: &str) -> Vec<String> {
        let axis = Over::parse(over).and_then(|over| over.axis()).unwrap_or_else(|error| panic!("{error}"));
        axis.values.into_iter().map(|value| value.text).collect()
    }

    #[test]
    fn lists_and_ranges_are_values_one_by_one() {
        assert_eq!(texts("a=8,16, 24"), ["8", "16", "24"]);
        assert_eq!(texts("a=1KiB..8KiB*2"), ["1KiB", "2KiB", "4KiB", "8KiB"]);
        assert_eq!(texts("a=1KiB..9KiB x3"), ["1KiB", "3KiB", "9KiB"]);
        assert_eq!(texts("a=2..5+1"), ["2", "3", "4", "5"]);
        assert_eq!(texts("a=0..1+0.25"), ["0", "0.25", "0.5", "0.75", "1"]);
        assert_eq!(texts("a=250ns..1us+250ns"), ["250ns", "500ns", "750ns", "1000ns"]);
        assert_eq!(texts("a=100GB/s..400GB/s*2"), ["100GB/s", "200GB/s", "400GB/s"]);
        assert_eq!(texts("a=ring,nvls"), ["ring", "nvls"]);
        assert_eq!(texts("a=(launch: \"1us\", host: \"2us\"),()"), ["(launch: \"1us\", host: \"2us\")", "()"]);
        assert_eq!(texts("a=7..7+1"), ["7"]);
    }

    #[test]
    fn values_have_the_unit_of_all_of_them() {
        let unit = |over: &str| Over::parse(over).and_then(|over| over.axis()).map(|axis| axis.unit);
        assert_eq!(unit("a=8B,16KiB"), Ok(Unit::Bytes));
        assert_eq!(unit("a=13us"), Ok(Unit::Seconds));
        assert_eq!(unit("a=900GB/s,400Gb/s"), Ok(Unit::BytesPerSecond));
        assert_eq!(unit("a=8,16.5"), Ok(Unit::Number));
        assert_eq!(unit("a=8,8B"), Ok(Unit::Words));
    }

    #[test]
    fn ranges_that_mean_nothing_are_refused_in_words() {
        for (over, words) in [
            ("a=", "a value is empty"),
            ("a=1,,2", "a value is empty"),
            ("a=1..2", "needs a step"),
            ("a=1..x2", "`` is no quantity"),
            ("a=..8*2", "`` is no quantity"),
            ("a=8..1*2", "write 1..8"),
            ("a=1MiB..1us*2", "a size and `1us` is a time"),
            ("a=1us..9us+1KiB", "a size, not a time"),
            ("a=1KiB..9KiB+1", "a number, not a size"),
            ("a=1..8*1", "above 1"),
            ("a=0..8*2", "begins above 0"),
            ("a=1..8+0", "above 0"),
            ("a=1..8*NaN", "no quantity"),
            ("a=0..1e12+1", "limit 10000"),
            ("a=1..2*1.0000000001", "limit 10000"),
        ] {
            let error = Over::parse(over).and_then(|over| over.axis()).expect_err(over);
            assert!(error.to_string().contains(words), "{over}: {error}");
        }
        for malformed in ["", "=1", "workload.message", " =8"] {
            assert!(Over::parse(malformed).is_err(), "{malformed}");
        }
    }
}
