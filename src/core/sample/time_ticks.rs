//! Round numbers for a time axis.

use crate::units::Femtos;

/// Ticks of a time axis over a span, with their labels: at round times, with at most `max` steps between them.
pub fn time_ticks((from, to): (Femtos, Femtos), max: usize) -> Vec<(Femtos, String)> {
    let length = to.since(from).0;
    if length == 0 || max < 2 {
        return vec![(from, label(from, 1))];
    }
    let min_step = length as f64 / max as f64;
    let mut power = 1.0;
    while power * 10.0 < min_step {
        power *= 10.0;
    }
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| power * factor >= min_step).unwrap_or(10.0);
    let step = (power * factor).max(1.0) as u64;
    (from.0.div_ceil(step)..=to.0 / step).map(|index| Femtos(index * step)).map(|at| (at, label(at, step))).collect()
}

/// A round time in its unit, with enough digits to differ from its neighbours.
fn label(at: Femtos, step: u64) -> String {
    const UNITS: [(u64, &str); 5] = [
        (1_000_000_000_000_000, "s"),
        (1_000_000_000_000, "ms"),
        (1_000_000_000, "µs"),
        (1_000_000, "ns"),
        (1_000, "ps"),
    ];
    if at.0 == 0 {
        return "0".to_owned();
    }
    let (unit, name) = UNITS.into_iter().find(|(unit, _)| at.0 >= *unit).unwrap_or((1, "fs"));
    let mut decimals = 0;
    let mut scaled = step.max(1);
    while !scaled.is_multiple_of(unit) && decimals < 9 {
        scaled = scaled.saturating_mul(10);
        decimals += 1;
    }
    let number = format!("{:.decimals$}", at.0 as f64 / unit as f64);
    let number = if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { &number };
    format!("{number} {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        let ticks = time_ticks((Femtos(0), Femtos::from_secs(1.343e-3)), 14);
        assert_eq!(ticks.len(), 14);
        assert_eq!(ticks[1].1, "100 µs");
        assert_eq!(ticks[13].1, "1.3 ms");
        assert_eq!(time_ticks((Femtos(0), Femtos::from_secs(12.035e-6)), 8)[1].1, "2 µs");
        assert_eq!(time_ticks((Femtos(0), Femtos(0)), 8).len(), 1);
        let part = time_ticks((Femtos::from_secs(101e-6), Femtos::from_secs(109e-6)), 8);
        assert_eq!(part.first().map(|tick| tick.1.as_str()), Some("101 µs"));
        assert_eq!(part.len(), 9);
        let narrow = time_ticks((Femtos::from_secs(101.2341e-6), Femtos::from_secs(101.2362e-6)), 4);
        let labels: Vec<&str> = narrow.iter().map(|tick| tick.1.as_str()).collect();
        assert_eq!(labels, ["101.235 µs", "101.236 µs"]);
    }
}
