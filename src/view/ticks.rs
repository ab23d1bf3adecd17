//! Round numbers for a time axis.

use crate::units::{Femtos, time_parts};

/// Marks of a time axis: where, and what to write there. At round times from zero on, with at most `most` steps between them.
pub fn time_ticks(duration: Femtos, most: usize) -> Vec<(Femtos, String)> {
    if duration.0 == 0 || most < 2 {
        return vec![(Femtos(0), "0".to_owned())];
    }
    let least_step = duration.0 as f64 / most as f64;
    let mut power = 1.0;
    while power * 10.0 < least_step {
        power *= 10.0;
    }
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| power * factor >= least_step).unwrap_or(10.0);
    let step = (power * factor).max(1.0) as u64;
    (0..=duration.0 / step).map(|index| Femtos(index * step)).map(|at| (at, label(at))).collect()
}

fn label(at: Femtos) -> String {
    if at.0 == 0 {
        return "0".to_owned();
    }
    let (number, unit) = time_parts(at.secs());
    let number = if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { &number };
    format!("{number} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        let ticks = time_ticks(Femtos::from_secs(1.343e-3), 14);
        assert_eq!(ticks.len(), 14);
        assert_eq!(ticks[1].1, "100 µs");
        assert_eq!(ticks[13].1, "1.3 ms");
        assert_eq!(time_ticks(Femtos::from_secs(12.035e-6), 8)[1].1, "2 µs");
        assert_eq!(time_ticks(Femtos(0), 8).len(), 1);
    }
}
