//! Round times of a window of a run, from days to nanoseconds. Below a day, times count from a round instant at the left.

use crate::training::RunTime;

/// Femtoseconds of a second.
const SECOND: u128 = 1_000_000_000_000_000;

/// The units of an axis, from the longest, in femtoseconds, with their names.
const UNITS: [(u128, &str); 8] = [
    (86_400 * SECOND, "d"),
    (3_600 * SECOND, "h"),
    (60 * SECOND, "min"),
    (SECOND, "s"),
    (SECOND / 1_000, "ms"),
    (SECOND / 1_000_000, "µs"),
    (SECOND / 1_000_000_000, "ns"),
    (SECOND / 1_000_000_000_000, "ps"),
];

/// Steps of an axis in a unit, by its place.
fn steps(unit: usize) -> &'static [u128] {
    match unit {
        0 => &[1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000],
        1 => &[1, 2, 3, 6, 12],
        2 | 3 => &[1, 2, 5, 10, 15, 30],
        _ => &[1, 2, 5, 10, 20, 50, 100, 200, 500],
    }
}

/// The marks of an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ruler {
    /// The instant from which the labels count: a round one of the next longer unit.
    pub base: RunTime,
    /// Instants with their labels.
    pub marks: Vec<(RunTime, String)>,
}

/// The marks of a window, at most `most` of them.
pub(super) fn ruler(start: RunTime, length: RunTime, most: usize) -> Ruler {
    let least = length.0 / (most.max(2) as u128);
    let found = UNITS.iter().enumerate().rev().find_map(|(place, (unit, _))| {
        let count = steps(place).iter().find(|count| **count * unit >= least)?;
        Some((place, *count))
    });
    let (place, count) = found.unwrap_or((0, 2_000));
    let (unit, name) = UNITS.get(place).copied().unwrap_or((SECOND, "s"));
    let longer = place.checked_sub(1).and_then(|place| UNITS.get(place)).map(|(unit, _)| *unit);
    let base = longer.map_or(0, |longer| start.0 / longer * longer);
    let step = count * unit;
    let mut at = start.0.div_ceil(step) * step;
    let mut marks = Vec::new();
    while at <= start.0 + length.0 && marks.len() <= most + 2 {
        let number = (at - base) / unit;
        let label = if place == 0 { format!("day {number}") } else { format!("+{number} {name}") };
        marks.push((RunTime(at), label));
        at += step;
    }
    Ruler { base: RunTime(base), marks }
}

/// An instant in days and hours, as fine as the window is: `day 54, 03:12:44`, `day 54, 03:12:44.123 456`.
pub(in crate::ui) fn instant(at: RunTime, window: RunTime) -> String {
    let day = format!("day {}", at.0 / (86_400 * SECOND));
    if window.secs() > 20.0 * 86_400.0 {
        return day;
    }
    format!("{day}, {}", clock(at, window))
}

/// The time of day of an instant, with the digits that a window of this length needs.
pub(super) fn clock(at: RunTime, window: RunTime) -> String {
    let seconds = at.0 / SECOND;
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    let groups = match window.secs() {
        length if length > 600.0 => return clock,
        length if length > 0.5 => 1,
        length if length > 0.5e-3 => 2,
        _ => 3,
    };
    let fraction = format!("{:015}", at.0 % SECOND);
    let digits: Vec<&str> = (0..groups).filter_map(|group| fraction.get(3 * group..3 * group + 3)).collect();
    format!("{clock}.{}", digits.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_few_from_months_to_nanoseconds() {
        let start = RunTime(54 * 86_400 * 1_000_000_000_000_000 + 7_777_777_777_777);
        let mut length = RunTime::from_secs(160.0 * 86_400.0);
        while length > RunTime(10_000_000) {
            let ruler = ruler(start, length, 10);
            assert!((2..=12).contains(&ruler.marks.len()), "{} in {} s", ruler.marks.len(), length.secs());
            assert!(ruler.marks.iter().all(|(at, _)| *at >= start && *at <= start + length));
            assert!(ruler.marks.windows(2).all(|pair| pair[0].1 != pair[1].1), "{:?}", ruler.marks);
            length = RunTime(length.0 * 2 / 3);
        }
    }

    #[test]
    fn an_instant_is_as_fine_as_its_window() {
        let at = RunTime((54 * 86_400 + 3 * 3_600 + 12 * 60 + 44) * 1_000_000_000_000_000 + 123_456_789_000_000);
        assert_eq!(instant(at, RunTime::from_secs(1e7)), "day 54");
        assert_eq!(instant(at, RunTime::from_secs(1e4)), "day 54, 03:12:44");
        assert_eq!(instant(at, RunTime::from_secs(1e-2)), "day 54, 03:12:44.123 456");
        assert_eq!(instant(at, RunTime::from_secs(1e-6)), "day 54, 03:12:44.123 456 789");
    }
}
