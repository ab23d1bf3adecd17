//! Quantities as text for people: four significant digits, and the unit that suits the value.

use std::fmt;

use super::types::{Bytes, BytesPerSec, Femtos};

/// A number with four significant digits and without an exponent: `1.343`, `271.1`, `12.04`, `0.0704`, `4000`. `-` if it
/// is not finite.
pub fn significant(value: f64) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let mut decimals = 3;
    let mut power = 10.0;
    // 9.9996 rounds up to 10.00, hence the half unit of the last digit in the comparison.
    while value.abs() >= power * 0.99995 && decimals > 0 {
        power *= 10.0;
        decimals -= 1;
    }
    let mut low = 1.0;
    while value.abs() < low * 0.99995 && decimals < 15 {
        low /= 10.0;
        decimals += 1;
    }
    format!("{value:.decimals$}")
}

/// A number with its noun: `1 link`, `2 links`. The noun takes an `s`.
pub fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{} {noun}s", grouped(count as u64)),
    }
}

/// The same text with a capital letter, as the start of a sentence or an entry of a menu.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// The value in the unit that suits it, and that unit. A value that rounds up to the next unit (999.96 µs) is shown in
/// the next unit.
fn scaled(value: f64, units: &[(f64, &'static str)]) -> (f64, &'static str) {
    let unit = units.iter().find(|(scale, _)| value >= scale * 0.99995).or(units.last());
    let &(scale, name) = unit.unwrap_or(&(1.0, ""));
    (value / scale, name)
}

/// Four significant digits, without the trailing zeros of an exact value: 250 ns, not 250.0 ns.
fn trimmed(number: f64) -> String {
    let text = significant(number);
    let exact = text.parse::<f64>().is_ok_and(|shown| (shown - number).abs() <= 1e-12 * number.abs());
    match exact && text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

pub(super) const TIME_UNITS: [(f64, &str); 6] =
    [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"), (1e-12, "ps"), (1e-15, "fs")];

/// A time as number and unit, always with four digits: for clocks, whose text must not change its width, and for
/// layouts that separate the two.
pub fn time_parts(seconds: f64) -> (String, &'static str) {
    if seconds == 0.0 {
        return ("0.000".to_owned(), "µs");
    }
    let (number, unit) = scaled(seconds, &TIME_UNITS);
    (significant(number), unit)
}

impl fmt::Display for Femtos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0 µs");
        }
        let (number, unit) = scaled(self.secs(), &TIME_UNITS);
        write!(f, "{} {unit}", trimmed(number))
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(1_099_511_627_776.0, "TiB"), (1_073_741_824.0, "GiB"), (1_048_576.0, "MiB"), (1024.0, "KiB")];
        let value = self.0 as f64;
        let (scale, name) = units.into_iter().find(|(scale, _)| value >= *scale).unwrap_or((1.0, "B"));
        let number = value / scale;
        if number.fract() == 0.0 { write!(f, "{number} {name}") } else { write!(f, "{} {name}", significant(number)) }
    }
}

impl fmt::Display for BytesPerSec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) =
            scaled(self.0, &[(1e12, "TB/s"), (1e9, "GB/s"), (1e6, "MB/s"), (1e3, "KB/s"), (1.0, "B/s")]);
        write!(f, "{} {unit}", trimmed(number))
    }
}

/// A number as a user would type it, short at any size: 0.5, 8, 1e300.
pub fn plain(number: f64) -> String {
    let text = format!("{number:?}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A count with commas between thousands: 883,350.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_letter_becomes_a_capital() {
        assert_eq!(capitalised("zoom in"), "Zoom in");
        assert_eq!(capitalised(""), "");
    }

    #[test]
    fn numbers_have_four_digits_and_the_right_unit() {
        assert_eq!(Femtos::from_secs(1.343_177e-3).to_string(), "1.343 ms");
        assert_eq!(Femtos::from_secs(271.087e-6).to_string(), "271.1 µs");
        assert_eq!(Femtos::from_secs(999.97e-6).to_string(), "1.000 ms");
        assert_eq!(Bytes(1 << 30).to_string(), "1 GiB");
        assert_eq!(Bytes(1_500_000).to_string(), "1.431 MiB");
        assert_eq!(BytesPerSec(900e9).to_string(), "900 GB/s");
        assert_eq!(BytesPerSec(4.095e12).to_string(), "4.095 TB/s");
        assert_eq!(BytesPerSec(799.9999e9).to_string(), "800.0 GB/s");
        assert_eq!(BytesPerSec(96.0).to_string(), "96 B/s");
        assert_eq!(Femtos(250_000_000).to_string(), "250 ns");
        assert_eq!(
            [0.70412, 0.0012344, 9.99961, 271.087, 12345.6].map(significant),
            ["0.7041", "0.001234", "10.00", "271.1", "12346"]
        );
        assert_eq!(significant(f64::INFINITY), "-");
    }
}
