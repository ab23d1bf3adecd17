//! Quantities from text, and back into text that parses to the same value.

use super::types::{Bytes, BytesPerSec, Femtos};

/// A text that is not a quantity of the expected kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct UnitError {
    /// The text as written.
    pub text: String,
    /// The accepted form, with an example.
    pub expected: &'static str,
}

const SIZE: &str =
    "a size of at least 1 B and at most 10^18 B, such as `64MiB` (B, KiB, MiB, GiB, TiB, or decimal KB, MB, GB, TB)";
const TIME: &str = "a time, such as `13us` (ns, us, ms, s)";
const RATE: &str = "a rate above 0, such as `900GB/s` or `400Gb/s`";

const SIZES: [(&str, f64); 9] = [
    ("TiB", 1_099_511_627_776.0),
    ("GiB", 1_073_741_824.0),
    ("MiB", 1_048_576.0),
    ("KiB", 1024.0),
    ("TB", 1e12),
    ("GB", 1e9),
    ("MB", 1e6),
    ("KB", 1e3),
    ("B", 1.0),
];
/// How many of [`SIZES`] are larger than a byte and binary; they come first.
const BINARY_SIZES: usize = 4;
const TIMES: [(&str, f64); 5] = [("ns", 1e6), ("us", 1e9), ("µs", 1e9), ("ms", 1e12), ("s", 1e15)];
const RATES: [(&str, f64); 8] = [
    ("TB/s", 1e12),
    ("GB/s", 1e9),
    ("MB/s", 1e6),
    ("KB/s", 1e3),
    ("Tb/s", 1.25e11),
    ("Gb/s", 1.25e8),
    ("Mb/s", 1.25e5),
    ("B/s", 1.0),
];

/// Splits `text` into a finite number and one of `units`, and returns their product.
fn quantity(text: &str, units: &[(&str, f64)], expected: &'static str) -> Result<f64, UnitError> {
    let error = || UnitError { text: text.to_owned(), expected };
    let trimmed = text.trim();
    let end = trimmed.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(trimmed.len());
    let (number, unit) = trimmed.split_at(end);
    let unit = unit.trim_start();
    let (_, scale) = units.iter().find(|(name, _)| *name == unit).ok_or_else(error)?;
    let number: f64 = number.parse().map_err(|_| error())?;
    let value = number * scale;
    if value.is_finite() { Ok(value) } else { Err(error()) }
}

impl Bytes {
    /// Parses a size such as `64MiB`. A fraction of a larger unit is rounded to whole bytes.
    ///
    /// # Errors
    /// Another unit, less than one byte, a fraction of a byte, or more than 10^18 bytes.
    pub fn parse(text: &str) -> Result<Bytes, UnitError> {
        let value = quantity(text, &SIZES, SIZE)?;
        let in_bytes =
            text.trim_end_matches('B').trim_end().ends_with(|digit: char| digit.is_ascii_digit() || digit == '.');
        if !(1.0..=1e18).contains(&value) || in_bytes && value.fract() != 0.0 {
            return Err(UnitError { text: text.to_owned(), expected: SIZE });
        }
        Ok(Bytes(value.round() as u64))
    }

    /// The size in the largest binary unit that divides it; `parse` reads it back.
    pub fn to_field(self) -> String {
        let unit = SIZES[..BINARY_SIZES].iter().find(|(_, scale)| self.0.is_multiple_of(*scale as u64));
        match unit {
            Some((name, scale)) if self.0 > 0 => format!("{}{name}", self.0 / *scale as u64),
            _ => format!("{}B", self.0),
        }
    }
}

impl Femtos {
    /// Parses a time such as `13us`.
    ///
    /// # Errors
    /// Another unit, or a time beyond the range (5 hours).
    pub fn parse(text: &str) -> Result<Femtos, UnitError> {
        let value = quantity(text, &TIMES, TIME)?.round();
        if value > 1.8e19 {
            return Err(UnitError { text: text.to_owned(), expected: TIME });
        }
        Ok(Femtos(value as u64))
    }

    /// The time in the largest unit that needs at most three decimals; `parse` reads it back.
    pub fn to_field(self) -> String {
        let units = [("s", 1e15), ("ms", 1e12), ("us", 1e9), ("ns", 1e6)];
        let short = |(name, scale): &(&str, f64)| {
            let text = format!("{}{name}", (self.0 as f64 / scale * 1e3).round() / 1e3);
            (self.0 as f64 >= *scale && Femtos::parse(&text) == Ok(self)).then_some(text)
        };
        units.iter().find_map(short).unwrap_or_else(|| format!("{}ns", self.0 as f64 / 1e6))
    }
}

impl BytesPerSec {
    /// Parses a rate such as `900GB/s` (bytes) or `400Gb/s` (bits).
    ///
    /// # Errors
    /// Another unit, or a rate of 0.
    pub fn parse(text: &str) -> Result<BytesPerSec, UnitError> {
        let value = quantity(text, &RATES, RATE)?;
        if value <= 0.0 {
            return Err(UnitError { text: text.to_owned(), expected: RATE });
        }
        Ok(BytesPerSec(value))
    }

    /// The rate in GB/s; `parse` reads it back.
    pub fn to_field(self) -> String {
        format!("{}GB/s", self.0 / 1e9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_rates_and_times_parse_with_their_units() {
        assert_eq!(Bytes::parse("1GiB"), Ok(Bytes(1 << 30)));
        assert_eq!(Bytes::parse("1.5 KiB"), Ok(Bytes(1536)));
        assert_eq!(Bytes::parse("1GB"), Ok(Bytes(1_000_000_000)));
        assert_eq!(Femtos::parse("13us"), Ok(Femtos(13_000_000_000)));
        assert_eq!(Femtos::parse("250ns"), Ok(Femtos(250_000_000)));
        assert_eq!(BytesPerSec::parse("400Gb/s"), Ok(BytesPerSec(50e9)));
    }

    #[test]
    fn an_error_names_the_rejected_text() {
        for text in ["", "GiB", "-1GiB", "1 gib", "1e9", "NaNGiB", "infGiB", "0B", "1GiB/s", "99999999999GiB"] {
            let error = Bytes::parse(text).expect_err(text);
            assert_eq!(error.text, text);
        }
        for text in ["0GB/s", "-1GB/s", "900", "GB/s", "1GB"] {
            assert!(BytesPerSec::parse(text).is_err(), "{text}");
        }
        for text in ["1", "us", "-1us", "1m"] {
            assert!(Femtos::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn fields_parse_back_to_the_same_value() {
        for bytes in [1, 4096, 1 << 20, 3 << 29, 1_000_000_007] {
            assert_eq!(Bytes::parse(&Bytes(bytes).to_field()), Ok(Bytes(bytes)));
        }
        for (text, shown) in
            [("1000ns", "1us"), ("1500ns", "1.5us"), ("250ns", "250ns"), ("0.3us", "300ns"), ("0s", "0ns")]
        {
            let time = Femtos::parse(text).expect("a time");
            assert_eq!((time.to_field().as_str(), Femtos::parse(&time.to_field())), (shown, Ok(time)));
        }
        for rate in [900e9, 3.5e9, 0.1e9] {
            assert_eq!(BytesPerSec::parse(&BytesPerSec(rate).to_field()), Ok(BytesPerSec(rate)));
        }
    }
}
