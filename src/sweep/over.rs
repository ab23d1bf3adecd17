//! What a sweep goes over: a path of the scene, and a list or a range of values.

use super::SweepError;
use crate::units::{Bytes, BytesPerSec, Femtos, significant};

/// Most values of one path.
const MAX_VALUES: usize = 10_000;
/// How far a step may miss the end of a range by rounding and still reach it, relatively.
const REACHES: f64 = 1e-9;

/// A path and what it is set to, one after the other; or several paths that change together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Over {
    /// A path of the scene file, such as `workload.message`; several with commas between.
    pub path: String,
    /// As written: `8,16,32`, `8B..16GiB*2` or `1..64+1`; of several paths with colons between: `1:8,2:16` or
    /// `1..4*2:8..32*2`.
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
            Unit::Number | Unit::Words => {
                let text = significant(value);
                if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
            }
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
            Unit::Seconds => Femtos::from_secs(value).to_field(),
            Unit::BytesPerSecond => format!("{}GB/s", clean(value / 1e9)),
            Unit::Number | Unit::Words => clean(value).to_string(),
        }
    }
}

/// Without the last digits, which are roundings: 0.3, not 0.30000000000000004.
fn clean(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
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

impl Axis {
    /// Whether all values are whole numbers, such as ranks.
    pub fn is_whole(&self) -> bool {
        self.unit == Unit::Number
            && self.values.iter().all(|value| value.number.is_some_and(|number| number.fract() == 0.0))
    }

    /// A value between those of the axis, with as many digits as an interpolation has: whole where all others are.
    pub fn about(&self, value: f64) -> String {
        if self.is_whole() {
            return format!("{value:.0}");
        }
        self.unit.about(value)
    }
}

impl Unit {
    /// A value with as many digits as an interpolation has.
    pub fn about(self, value: f64) -> String {
        let shown = self.shown(value);
        let (number, unit) = shown.split_at(shown.find(' ').unwrap_or(shown.len()));
        let Ok(number) = number.parse::<f64>() else { return shown };
        let short = if number >= 100.0 { number.round() } else { format!("{number:.1e}").parse().unwrap_or(number) };
        format!("{short}{unit}")
    }
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

    /// The paths that change together, each with its values.
    ///
    /// # Errors
    /// As [`Over::axis`], or paths that do not have as many values as each other.
    pub fn axes(&self) -> Result<Vec<Axis>, SweepError> {
        let paths: Vec<&str> = self.path.split(',').map(str::trim).collect();
        if paths.len() == 1 {
            return Ok(vec![self.axis()?]);
        }
        if paths.iter().any(|path| path.is_empty()) {
            return Err(self.wrong("a path is empty", TOGETHER));
        }
        let wrong_number = |given: usize, what: &str| {
            let problem = format!("{} paths change together, and `{what}` has {given} of their values", paths.len());
            self.wrong(problem, TOGETHER)
        };
        let of_path = |place: usize, values: String| {
            let axis = Over { path: paths[place].to_owned(), values }.axis();
            // What is at fault is what was typed, not a part of it.
            axis.map_err(|error| match error {
                SweepError::Values { problem, hint, .. } => self.wrong(problem, hint),
                other => other,
            })
        };
        let columns: Vec<String> = if self.values.contains("..") {
            let ranges = split_list(&self.values, ':');
            if ranges.len() != paths.len() {
                return Err(wrong_number(ranges.len(), &self.values));
            }
            ranges
        } else {
            let mut columns = vec![Vec::new(); paths.len()];
            for point in split_list(&self.values, ',') {
                let values = split_list(&point, ':');
                if values.len() != paths.len() {
                    return Err(wrong_number(values.len(), &point));
                }
                columns.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
            }
            columns.into_iter().map(|column| column.join(",")).collect()
        };
        let axes = columns.into_iter().enumerate().map(|(place, values)| of_path(place, values));
        let axes = axes.collect::<Result<Vec<Axis>, _>>()?;
        let counts: Vec<String> = axes.iter().map(|axis| axis.values.len().to_string()).collect();
        if axes.iter().any(|axis| axis.values.len() != axes[0].values.len()) {
            let problem =
                format!("paths that change together have as many values each, and these have {}", counts.join(", "));
            return Err(self.wrong(problem, TOGETHER));
        }
        Ok(axes)
    }

    /// As it was typed.
    pub(super) fn typed(&self) -> String {
        format!("--over {}={}", self.path, self.values)
    }

    /// The values of a single path, one by one.
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
        SweepError::Values { over: self.typed(), problem: problem.into(), hint: hint.into() }
    }

    fn list(&self) -> Result<Axis, SweepError> {
        let texts = split_list(&self.values, ',');
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
        let (mut number, mut steps) = (first, 0_u32);
        while number <= last * (1.0 + REACHES) {
            // What is run is what the text says: 41 B, not 40.5.
            let text = unit.text(number);
            let value = Value { number: quantity(&text).map(|(_, number)| number), text };
            // Steps below a byte come to the same value again.
            if values.last() != Some(&value) {
                values.push(value);
            }
            steps += 1;
            // From the first one, so that roundings do not add up.
            number = if times { number * by } else { first + f64::from(steps) * by };
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

const TOGETHER: &str = "accepted: a value for each path with colons between, such as \
                        fabrics.0.nodes,workload.replicas=1:8,2:16,4:32, or a range for each: =1..4*2:8..32*2";

/// Splits at a separator outside brackets and quotation marks.
fn split_list(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut depth, mut quoted) = (0_u32, false);
    for character in text.chars() {
        match character {
            '"' => quoted = !quoted,
            '(' | '[' if !quoted => depth += 1,
            ')' | ']' if !quoted => depth = depth.saturating_sub(1),
            other if other == separator && depth == 0 && !quoted => {
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
        assert_eq!(texts("a=250ns..1us+250ns"), ["250ns", "500ns", "750ns", "1us"]);
        assert_eq!(texts("a=0.1..0.4+0.1"), ["0.1", "0.2", "0.3", "0.4"]);
        assert_eq!(texts("a=0.1GB/s..0.3GB/s+0.1GB/s"), ["0.1GB/s", "0.2GB/s", "0.3GB/s"]);
        assert_eq!(texts("a=1B..4B*1.3"), ["1B", "2B", "3B", "4B"], "no value twice");
        assert_eq!(texts("a=100GB/s..400GB/s*2"), ["100GB/s", "200GB/s", "400GB/s"]);
        assert_eq!(texts("a=ring,nvls"), ["ring", "nvls"]);
        assert_eq!(texts("a=(launch: \"1us\", host: \"2us\"),()"), ["(launch: \"1us\", host: \"2us\")", "()"]);
        assert_eq!(texts("a=7..7+1"), ["7"]);
    }

    #[test]
    fn a_number_is_that_of_the_text() {
        let axis = Over::parse("a=12B..41B*1.5").and_then(|over| over.axis()).expect("an axis");
        let read: Vec<(&str, Option<f64>)> =
            axis.values.iter().map(|value| (value.text.as_str(), value.number)).collect();
        assert_eq!(read, [("12B", Some(12.0)), ("18B", Some(18.0)), ("27B", Some(27.0)), ("41B", Some(41.0))]);
    }

    #[test]
    fn paths_change_together_value_by_value() {
        let columns = |over: &str| -> Result<Vec<Vec<String>>, SweepError> {
            let axes = Over::parse(over).and_then(|over| over.axes())?;
            let texts = |axis: Axis| axis.values.into_iter().map(|value| value.text).collect();
            Ok(axes.into_iter().map(texts).collect())
        };
        let expected = vec![vec!["1", "2", "4"], vec!["8", "16", "32"]];
        assert_eq!(columns("a, b=1:8,2:16,4:32").expect("axes"), expected);
        assert_eq!(columns("a,b=1..4*2:8..32*2").expect("axes"), expected);
        let nested = columns("a,b=(launch: \"1us\"):8").expect("axes");
        assert_eq!(nested, [["(launch: \"1us\")"], ["8"]]);
        for (over, words) in [
            ("a,b=1:8,2", "`2` has 1 of their values"),
            ("a,b=1,2", "`1` has 1 of their values"),
            ("a,b=1..4*2", "has 1 of their values"),
            ("a,b=1..4*2:8..16*2", "these have 3, 2"),
            ("a,=1:2", "a path is empty"),
            ("a,b=1..4*2:8..1*2", "--over a,b=1..4*2:8..1*2: the range is reversed"),
        ] {
            let error = columns(over).expect_err(over);
            assert!(error.to_string().contains(words), "{over}: {error}");
        }
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
            ("a=0..1e12+1", "limit 10,000"),
            ("a=1..2*1.0000000001", "limit 10,000"),
        ] {
            let error = Over::parse(over).and_then(|over| over.axis()).expect_err(over);
            assert!(error.to_string().contains(words), "{over}: {error}");
        }
        for malformed in ["", "=1", "workload.message", " =8"] {
            assert!(Over::parse(malformed).is_err(), "{malformed}");
        }
    }
}
