//! The axis of a sweep as typed: a path of the scene and a list or a range of values, or several paths that change
//! together.

use super::error::SweepError;
use super::values::{PathValues, Quantity, Unit, Value, quantity};
use crate::units::quoted;

/// The most values of one path.
const MAX_VALUES: usize = 10_000;
/// The relative rounding error with which a step still reaches the end of a range.
const END_TOLERANCE: f64 = 1e-9;
/// The smallest number of a range, besides 0.
const MIN_NUMBER: f64 = 1e-300;
/// The largest number of a range.
const MAX_NUMBER: f64 = 1e300;

/// A path and its values, or several paths that change together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepAxis {
    /// A path of the scene file, such as `workload.message`; several are separated by commas.
    pub path: String,
    /// As typed: `8,16,32`, `8B..16GiB*2` or `1..64+1`. The values of several paths are separated by colons: `1:8,2:16`
    /// or `1..4*2:8..32*2`.
    pub values: String,
}

impl SweepAxis {
    /// Reads `PATH=VALUES`; the values are checked by [`SweepAxis::single_path_values`].
    ///
    /// # Errors
    /// No `=`, or no path before it.
    pub fn parse(text: &str) -> Result<SweepAxis, SweepError> {
        match text.split_once('=') {
            Some((path, values)) if !path.trim().is_empty() => {
                Ok(SweepAxis { path: path.trim().to_owned(), values: values.trim().to_owned() })
            }
            _ => Err(SweepError::Malformed(text.to_owned())),
        }
    }

    /// The values of every path; paths that change together have equally many.
    ///
    /// # Errors
    /// As [`SweepAxis::single_path_values`], or paths with different numbers of values.
    pub fn path_values(&self) -> Result<Vec<PathValues>, SweepError> {
        let paths: Vec<&str> = self.path.split(',').map(str::trim).collect();
        if paths.len() == 1 {
            return Ok(vec![self.single_path_values()?]);
        }
        if paths.iter().any(|path| path.is_empty()) {
            return Err(self.wrong("a path is empty", TOGETHER));
        }
        let wrong_number = |given: usize, what: &str| {
            let what = quoted(what);
            let problem = format!("`{what}` needs a value for each of the {} paths and has {given}", paths.len());
            self.wrong(problem, TOGETHER)
        };
        let of_path = |index: usize, values: String| {
            let axis = SweepAxis { path: paths[index].to_owned(), values }.single_path_values();
            // The error quotes what was typed, not a part of it.
            axis.map_err(|error| {
                let SweepError::Values { problem, hint, .. } = error else { return error };
                self.wrong(problem, hint)
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
        let axes = columns.into_iter().enumerate().map(|(index, values)| of_path(index, values));
        let axes = axes.collect::<Result<Vec<PathValues>, _>>()?;
        let counts: Vec<String> = axes.iter().map(|axis| axis.values.len().to_string()).collect();
        if axes.iter().any(|axis| axis.values.len() != axes[0].values.len()) {
            let problem =
                format!("paths that change together need equally many values; these have {}", counts.join(", "));
            return Err(self.wrong(problem, TOGETHER));
        }
        Ok(axes)
    }

    /// As typed.
    pub(super) fn typed(&self) -> String {
        format!("--over {}={}", self.path, self.values)
    }

    /// The values of a single path.
    ///
    /// # Errors
    /// An empty list, a range that is reversed, has no step or mixes units, or too many values.
    pub fn single_path_values(&self) -> Result<PathValues, SweepError> {
        let axis = match self.values.split_once("..") {
            Some((from, rest)) => self.range(from.trim(), rest.trim())?,
            None => self.list()?,
        };
        Ok(axis)
    }

    fn wrong(&self, problem: impl Into<String>, hint: impl Into<String>) -> SweepError {
        SweepError::Values { over: self.typed(), problem: problem.into(), hint: hint.into() }
    }

    fn list(&self) -> Result<PathValues, SweepError> {
        let texts = split_list(&self.values, ',');
        if texts.iter().any(|text| text.is_empty()) {
            return Err(self.wrong("a value is empty", EXAMPLES));
        }
        if texts.len() > MAX_VALUES {
            return Err(SweepError::TooMany { points: texts.len() as u64, limit: MAX_VALUES as u64 });
        }
        let read: Vec<Option<Quantity>> = texts.iter().map(|text| quantity(text)).collect();
        let unit = match read.first() {
            Some(Some(first)) if read.iter().all(|one| one.is_some_and(|one| one.unit == first.unit)) => first.unit,
            _ => Unit::Words,
        };
        let value = |(text, read): (String, Option<Quantity>)| {
            let number = read.filter(|_| unit != Unit::Words).map(|read| read.number);
            Value { text, number }
        };
        Ok(PathValues { path: self.path.clone(), unit, values: texts.into_iter().zip(read).map(value).collect() })
    }

    fn range(&self, from: &str, rest: &str) -> Result<PathValues, SweepError> {
        let Some(step_at) = rest.find(['*', 'x', '+']) else {
            return Err(self.wrong("a range needs a step", EXAMPLES));
        };
        let (to, step) = rest.split_at(step_at);
        let (to, times) = (to.trim(), !step.starts_with('+'));
        let step = step[1..].trim();
        let read = |text: &str| {
            quantity(text)
                .ok_or_else(|| self.wrong(format!("`{}` is not a number, size, time or rate", quoted(text)), EXAMPLES))
        };
        let (Quantity { unit, number: first }, last_value, step_value) = (read(from)?, read(to)?, read(step)?);
        let (last, by) = (last_value.number, step_value.number);
        if last_value.unit != unit {
            let (from, to) = (quoted(from), quoted(to));
            let problem = format!("`{from}` is {} and `{to}` is {}", unit.noun(), last_value.unit.noun());
            return Err(self.wrong(problem, "accepted: the same unit at both ends of a range"));
        }
        let wanted = if times { Unit::Number } else { unit };
        if step_value.unit != wanted {
            let (given, wanted) = (step_value.unit.noun(), wanted.noun());
            let problem = format!("the step `{}` is {given}, not {wanted}", quoted(step));
            return Err(self.wrong(problem, EXAMPLES));
        }
        if first > last {
            let (from, to) = (quoted(from), quoted(to));
            let problem = format!("the range is reversed: `{from}` is more than `{to}`");
            return Err(self.wrong(problem, format!("write {to}..{from}")));
        }
        if times && (by <= 1.0 || first <= 0.0) {
            return Err(self.wrong("the range never ends", "accepted: a factor above 1 and a start above 0"));
        }
        if !times && by <= 0.0 {
            return Err(self.wrong("the range never ends", "accepted: a step above 0"));
        }
        // Beyond these numbers a step may overflow or change nothing.
        let usable = |number: f64| number == 0.0 || (MIN_NUMBER..=MAX_NUMBER).contains(&number.abs());
        if ![first, last, by].into_iter().all(usable) {
            return Err(SweepError::Unbounded { over: self.typed() });
        }
        let count = if times { (libm::log(last) - libm::log(first)) / libm::log(by) } else { (last - first) / by };
        if count >= MAX_VALUES as f64 {
            let points = (count as u64).saturating_add(1);
            return Err(SweepError::TooMany { points, limit: MAX_VALUES as u64 });
        }
        let mut values = Vec::with_capacity(count as usize + 1);
        let (mut number, mut steps) = (first, 0_u32);
        while number <= last + END_TOLERANCE * last.abs() && steps <= MAX_VALUES as u32 {
            // The run uses the value of the text: 41 B, not 40.5.
            let text = unit.text(number);
            let value = Value { number: quantity(&text).map(|value| value.number), text };
            // Steps below a byte give the same value again.
            if values.last() != Some(&value) {
                values.push(value);
            }
            steps += 1;
            // From the first one, so that rounding errors do not add up.
            number = if times { number * by } else { first + f64::from(steps) * by };
        }
        Ok(PathValues { path: self.path.clone(), unit, values })
    }
}

const EXAMPLES: &str = "accepted: a list such as 8,16,32, or a range such as 8B..16GiB*2 or 1..64+1";

const TOGETHER: &str = "accepted: a value per path, separated by colons, such as \
                        fabrics.0.nodes,workload.replicas=1:8,2:16,4:32, or a range per path: =1..4*2:8..32*2";

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

    fn texts(text: &str) -> Vec<String> {
        let axis =
            SweepAxis::parse(text).and_then(|axis| axis.single_path_values()).unwrap_or_else(|error| panic!("{error}"));
        axis.values.into_iter().map(|value| value.text).collect()
    }

    #[test]
    fn lists_and_ranges_become_values() {
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
    fn the_number_of_a_value_is_that_of_its_text() {
        let axis = SweepAxis::parse("a=12B..41B*1.5").and_then(|axis| axis.single_path_values()).expect("an axis");
        let read: Vec<(&str, Option<f64>)> =
            axis.values.iter().map(|value| (value.text.as_str(), value.number)).collect();
        assert_eq!(read, [("12B", Some(12.0)), ("18B", Some(18.0)), ("27B", Some(27.0)), ("41B", Some(41.0))]);
    }

    #[test]
    fn paths_change_together() {
        let columns = |over: &str| -> Result<Vec<Vec<String>>, SweepError> {
            let axes = SweepAxis::parse(over).and_then(|axis| axis.path_values())?;
            let texts = |axis: PathValues| axis.values.into_iter().map(|value| value.text).collect();
            Ok(axes.into_iter().map(texts).collect())
        };
        let expected = vec![vec!["1", "2", "4"], vec!["8", "16", "32"]];
        assert_eq!(columns("a, b=1:8,2:16,4:32").expect("axes"), expected);
        assert_eq!(columns("a,b=1..4*2:8..32*2").expect("axes"), expected);
        let nested = columns("a,b=(launch: \"1us\"):8").expect("axes");
        assert_eq!(nested, [["(launch: \"1us\")"], ["8"]]);
        for (over, words) in [
            ("a,b=1:8,2", "`2` needs a value for each of the 2 paths and has 1"),
            ("a,b=1,2", "`1` needs a value for each of the 2 paths and has 1"),
            ("a,b=1..4*2", "each of the 2 paths and has 1"),
            ("a,b=1..4*2:8..16*2", "these have 3, 2"),
            ("a,=1:2", "a path is empty"),
            ("a,b=1..4*2:8..1*2", "--over a,b=1..4*2:8..1*2: the range is reversed"),
        ] {
            let error = columns(over).expect_err(over);
            assert!(error.to_string().contains(words), "{over}: {error}");
        }
    }

    #[test]
    fn the_unit_is_that_of_all_values() {
        let unit = |over: &str| SweepAxis::parse(over).and_then(|axis| axis.single_path_values()).map(|axis| axis.unit);
        assert_eq!(unit("a=8B,16KiB"), Ok(Unit::Bytes));
        assert_eq!(unit("a=13us"), Ok(Unit::Seconds));
        assert_eq!(unit("a=900GB/s,400Gb/s"), Ok(Unit::BytesPerSecond));
        assert_eq!(unit("a=8,16.5"), Ok(Unit::Number));
        assert_eq!(unit("a=8,8B"), Ok(Unit::Words));
    }

    #[test]
    fn unreadable_values_are_refused_with_a_hint() {
        for (over, words) in [
            ("a=", "a value is empty"),
            ("a=1,,2", "a value is empty"),
            ("a=1..2", "needs a step"),
            ("a=1..x2", "`` is not a number"),
            ("a=..8*2", "`` is not a number"),
            ("a=8..1*2", "write 1..8"),
            ("a=1MiB..1us*2", "a size and `1us` is a time"),
            ("a=1us..9us+1KiB", "a size, not a time"),
            ("a=1KiB..9KiB+1", "a number, not a size"),
            ("a=1..8*1", "factor above 1"),
            ("a=0..8*2", "start above 0"),
            ("a=1..8+0", "step above 0"),
            ("a=1..8*NaN", "is not a number"),
            ("a=0..1e12+1", "the limit is 10,000"),
            ("a=1..2*1.0000000001", "the limit is 10,000"),
            ("a=1e308..1.797693134862315e308+1e307", "accepted: 1e-300 to 1e300"),
            ("a=1e-320..1e308*2", "accepted: 1e-300 to 1e300"),
            ("a=1..1e300*1.0000000000000002", "the limit is 10,000"),
            ("a=-1e300..1e300+1e-300", "the limit is 10,000"),
        ] {
            let error = SweepAxis::parse(over).and_then(|axis| axis.single_path_values()).expect_err(over);
            assert!(error.to_string().contains(words), "{over}: {error}");
        }
        for malformed in ["", "=1", "workload.message", " =8"] {
            assert!(SweepAxis::parse(malformed).is_err(), "{malformed}");
        }
    }
}
