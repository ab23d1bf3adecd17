//! Several times in one unit with the same decimals, so that the eye compares their digits.

use super::display::{TIME_UNITS, grouped, significant};
use super::types::Femtos;

/// Times further apart than this have units of their own: `1 s` beside `12.04 µs`.
const MAX_RATIO: f64 = 20_000.0;

/// The unit and the decimals of several times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeScale {
    seconds: f64,
    unit: &'static str,
    decimals: usize,
}

impl TimeScale {
    /// The scale of times: the unit of the shortest, with at least so many digits of it. `None` without a time above 0, or if
    /// the times are too far apart.
    pub fn new(times: &[Femtos], least_digits: i32) -> Option<TimeScale> {
        let all = || times.iter().map(|time| time.secs()).filter(|&time| time > 0.0);
        let (shortest, longest) = (all().fold(f64::INFINITY, f64::min), all().fold(0.0, f64::max));
        if longest == 0.0 || longest / shortest > MAX_RATIO {
            return None;
        }
        let &(seconds, unit) = TIME_UNITS.iter().find(|(seconds, _)| shortest >= *seconds)?;
        let digits = |value: f64| (value / seconds).log10().floor() as i32 + 1;
        let decimals = (least_digits - digits(shortest)).max(4 - digits(longest)).clamp(0, 3) as usize;
        Some(TimeScale { seconds, unit, decimals })
    }

    /// The unit: `µs`.
    pub fn unit(&self) -> &'static str {
        self.unit
    }

    /// A time without its unit: `1,343`.
    pub fn number(&self, time: Femtos) -> String {
        let rounded = format!("{:.*}", self.decimals, time.secs() / self.seconds);
        let (whole, decimals) = rounded.split_once('.').map_or((rounded.as_str(), None), |(a, b)| (a, Some(b)));
        let whole = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
        decimals.map_or(whole.clone(), |decimals| format!("{whole}.{decimals}"))
    }

    /// A time with its unit: `1,343 µs`.
    pub fn text(&self, time: Femtos) -> String {
        format!("{} {}", self.number(time), self.unit)
    }
}

/// A ratio with the digits that tell it from 1: `5.0x`, `1.02x`, `1,290x`.
pub fn times(ratio: f64) -> String {
    match ratio {
        _ if ratio >= 100.0 => format!("{}x", grouped(ratio.round() as u64)),
        _ if ratio >= 10.0 => format!("{ratio:.0}x"),
        _ if ratio >= 2.0 => format!("{ratio:.1}x"),
        _ if ratio.is_finite() => format!("{ratio:.2}x"),
        _ => significant(ratio),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(seconds: &[f64]) -> Vec<String> {
        let times: Vec<Femtos> = seconds.iter().map(|&seconds| Femtos::from_secs(seconds)).collect();
        let scale = TimeScale::new(&times, 3);
        times.iter().map(|&time| scale.map_or_else(|| time.to_string(), |scale| scale.text(time))).collect()
    }

    #[test]
    fn times_that_are_compared_have_one_unit_and_the_same_decimals() {
        assert_eq!(texts(&[1.343_177e-3, 271.087e-6]), ["1,343 µs", "271 µs"]);
        assert_eq!(texts(&[9.039e-6, 5.33e-6]), ["9.039 µs", "5.330 µs"]);
        assert_eq!(texts(&[659.2e-6, 303.4e-6]), ["659.2 µs", "303.4 µs"]);
        assert_eq!(texts(&[12.035e-6, 71.009e-6, 14.005e-6]), ["12.04 µs", "71.01 µs", "14.01 µs"]);
        assert_eq!(texts(&[1.0, 12.0e-6]), ["1 s", "12 µs"], "too far apart");
        assert_eq!(texts(&[0.0]), ["0 µs"]);
        let times = [1.343_177e-3, 271.087e-6].map(Femtos::from_secs);
        let exact = TimeScale::new(&times, 4).expect("a scale");
        assert_eq!(times.map(|time| exact.text(time)), ["1,343.2 µs", "271.1 µs"]);
    }

    #[test]
    fn ratios_near_one_have_more_decimals() {
        assert_eq!([1.02, 4.955, 12.3, 1_290.2].map(times), ["1.02x", "5.0x", "12x", "1,290x"]);
    }
}
