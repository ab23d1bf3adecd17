//! Units: sizes, times and rates as types, with their parsing and printing.
//!
//! Sizes are binary (KiB, MiB, GiB) as in `nccl-tests`, rates decimal (GB/s), times integer femtoseconds.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Femtoseconds in a second.
pub const FEMTOS_PER_SEC: f64 = 1e15;

/// A size in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Bytes(pub u64);

/// A point or a span of simulated time in femtoseconds: `u64` reaches 5.1 hours, of which runs may take half.
///
/// Integers make equal times equal on every platform, and let parts of a total add up exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Femtos(pub u64);

/// A rate in bytes per second.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct BytesPerSec(pub f64);

/// A text that is no quantity of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {wanted}")]
pub struct UnitError {
    /// What was written.
    pub text: String,
    /// What would be accepted, with an example.
    pub wanted: &'static str,
}

const SIZE_WANTED: &str = "a size of at least 1 B, such as \"64MiB\" (B, KiB, MiB, GiB, or decimal KB, MB, GB)";
const TIME_WANTED: &str = "a time, such as \"13us\" (ns, us, ms, s)";
const RATE_WANTED: &str = "a rate above 0, such as \"900GB/s\" or \"400Gb/s\"";

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
fn quantity(text: &str, units: &[(&str, f64)], wanted: &'static str) -> Result<f64, UnitError> {
    let error = || UnitError { text: text.to_owned(), wanted };
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
    /// Reads a size such as `64MiB`. Fractions of larger units are rounded to whole bytes; there is at least one, and
    /// no half of one.
    pub fn parse(text: &str) -> Result<Bytes, UnitError> {
        let value = quantity(text, &SIZES, SIZE_WANTED)?;
        let in_bytes =
            text.trim_end_matches('B').trim_end().ends_with(|digit: char| digit.is_ascii_digit() || digit == '.');
        if !(1.0..=1e18).contains(&value) || in_bytes && value.fract() != 0.0 {
            return Err(UnitError { text: text.to_owned(), wanted: SIZE_WANTED });
        }
        Ok(Bytes(value.round() as u64))
    }

    /// The size as `parse` reads it back: the largest binary unit that divides it.
    pub fn to_field(self) -> String {
        let unit = SIZES[..4].iter().find(|(_, scale)| self.0.is_multiple_of(*scale as u64));
        match unit {
            Some((name, scale)) if self.0 > 0 => format!("{}{name}", self.0 / *scale as u64),
            _ => format!("{}B", self.0),
        }
    }
}

impl Femtos {
    /// Reads a time such as `13us`.
    pub fn parse(text: &str) -> Result<Femtos, UnitError> {
        let value = quantity(text, &TIMES, TIME_WANTED)?.round();
        if value > 1.8e19 {
            return Err(UnitError { text: text.to_owned(), wanted: TIME_WANTED });
        }
        Ok(Femtos(value as u64))
    }

    /// The nearest femtosecond (ties to even, as everywhere in the engine).
    pub fn from_secs(seconds: f64) -> Femtos {
        Femtos::from_f64(seconds * FEMTOS_PER_SEC)
    }

    /// The nearest whole femtosecond (ties to even) of a time in femtoseconds, which must not be negative.
    pub fn from_f64(fs: f64) -> Femtos {
        debug_assert!(fs >= 0.0, "{fs} fs is not a time");
        Femtos(fs.round_ties_even() as u64)
    }

    /// The time as `parse` reads it back, in the largest unit that needs no more than three decimals.
    pub fn to_field(self) -> String {
        let units = [("s", 1e15), ("ms", 1e12), ("us", 1e9), ("ns", 1e6)];
        let short = |(name, scale): &(&str, f64)| {
            let text = format!("{}{name}", (self.0 as f64 / scale * 1e3).round() / 1e3);
            (self.0 as f64 >= *scale && Femtos::parse(&text) == Ok(self)).then_some(text)
        };
        units.iter().find_map(short).unwrap_or_else(|| format!("{}ns", self.0 as f64 / 1e6))
    }

    /// The time in seconds.
    pub fn secs(self) -> f64 {
        self.0 as f64 / FEMTOS_PER_SEC
    }

    /// The time times a factor, to the nearest femtosecond.
    pub fn scaled(self, factor: f64) -> Femtos {
        Femtos::from_f64(self.0 as f64 * factor)
    }

    /// The span from `earlier` to here, zero if it lies the other way round.
    pub fn since(self, earlier: Femtos) -> Femtos {
        Femtos(self.0.saturating_sub(earlier.0))
    }
}

impl std::ops::Add for Femtos {
    type Output = Femtos;

    /// Saturates: a time at the end of the range is refused by the engine, not wrapped.
    fn add(self, other: Femtos) -> Femtos {
        Femtos(self.0.saturating_add(other.0))
    }
}

impl BytesPerSec {
    /// Reads a rate such as `900GB/s` (bytes) or `400Gb/s` (bits).
    pub fn parse(text: &str) -> Result<BytesPerSec, UnitError> {
        let value = quantity(text, &RATES, RATE_WANTED)?;
        if value <= 0.0 {
            return Err(UnitError { text: text.to_owned(), wanted: RATE_WANTED });
        }
        Ok(BytesPerSec(value))
    }

    /// The rate as `parse` reads it back.
    pub fn to_field(self) -> String {
        format!("{}GB/s", self.0 / 1e9)
    }
}

/// Four significant digits, without a needless exponent: `1.343`, `271.1`, `12.04`, `0.0704`, `4000`.
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

/// The unit in which a value is shown, and the value in it. One that rounds up to the next unit (999.96 µs) is shown in
/// the next unit.
fn scaled(value: f64, units: &[(f64, &'static str)]) -> (f64, &'static str) {
    let unit = units.iter().find(|(scale, _)| value >= scale * 0.99995).or(units.last());
    let &(scale, name) = unit.unwrap_or(&(1.0, ""));
    (value / scale, name)
}

/// Four digits, less the zeros that only fill up an exact value: 250 ns, not 250.0 ns.
fn trimmed(number: f64) -> String {
    let text = significant(number);
    let exact = text.parse::<f64>().is_ok_and(|shown| (shown - number).abs() <= 1e-12 * number.abs());
    match exact && text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

const TIME_UNITS: [(f64, &str); 6] =
    [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"), (1e-12, "ps"), (1e-15, "fs")];

/// A time as number and unit, always with four digits: for clocks and for places that set the two apart.
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

/// The 64-bit FNV-1a hash: short, fixed for ever, the same on every platform. For fingerprints, not for secrets.
#[derive(Clone, Copy, Debug)]
pub struct Fnv64(u64);

impl Default for Fnv64 {
    fn default() -> Fnv64 {
        Fnv64(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv64 {
    /// Takes in more bytes.
    pub fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// Takes in a whole word at once: eight times as fast, with the halves mixed so that high bits count too. Another
    /// hash than that of the word's bytes.
    pub fn write_word(&mut self, word: u64) {
        let mixed = (self.0 ^ word).wrapping_mul(0x0000_0100_0000_01b3);
        self.0 = mixed ^ (mixed >> 32);
    }

    /// The hash of all bytes so far.
    pub fn finish(self) -> u64 {
        self.0
    }
}

/// Thousands apart, as in 883,350.
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
    fn sizes_rates_and_times_are_read_with_their_units() {
        assert_eq!(Bytes::parse("1GiB"), Ok(Bytes(1 << 30)));
        assert_eq!(Bytes::parse("1.5 KiB"), Ok(Bytes(1536)));
        assert_eq!(Bytes::parse("1GB"), Ok(Bytes(1_000_000_000)));
        assert_eq!(Femtos::parse("13us"), Ok(Femtos(13_000_000_000)));
        assert_eq!(Femtos::parse("250ns"), Ok(Femtos(250_000_000)));
        assert_eq!(BytesPerSec::parse("400Gb/s"), Ok(BytesPerSec(50e9)));
    }

    #[test]
    fn what_is_no_quantity_is_refused_with_the_text() {
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
    fn fields_are_read_back_to_the_same_value() {
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

    #[test]
    fn numbers_are_shown_with_four_digits_and_the_right_unit() {
        assert_eq!(Femtos::from_secs(1.343_177e-3).to_string(), "1.343 ms");
        assert_eq!(Femtos::from_secs(271.087e-6).to_string(), "271.1 µs");
        assert_eq!(Femtos::from_secs(999.97e-6).to_string(), "1.000 ms");
        assert_eq!(Bytes(1 << 30).to_string(), "1 GiB");
        assert_eq!(Bytes(1_500_000).to_string(), "1.431 MiB");
        assert_eq!(BytesPerSec(900e9).to_string(), "900 GB/s");
        assert_eq!(BytesPerSec(4.095e12).to_string(), "4.095 TB/s");
        assert_eq!(BytesPerSec(799.9999e9).to_string(), "800.0 GB/s");
        assert_eq!(BytesPerSec(96.0).to_string(), "96 B/s");
        assert_eq!(Femtos::parse("250ns").map(|time| time.to_string()), Ok("250 ns".to_owned()));
        assert_eq!(
            [0.70412, 0.0012344, 9.99961, 271.087, 12345.6].map(significant),
            ["0.7041", "0.001234", "10.00", "271.1", "12346"]
        );
        assert_eq!(significant(f64::INFINITY), "-");
    }
}
