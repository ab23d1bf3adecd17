//! Round numbers for the axes of a plot.

/// Steps of 1, 2 or 5 times a power of ten from 0 to at least `largest`, about `count` of them.
pub(super) fn linear_ticks(largest: f64, count: usize) -> Vec<f64> {
    if !(largest.is_finite() && largest > 0.0) {
        return vec![0.0, 1.0];
    }
    let least = largest / count.max(1) as f64;
    let power = 10.0_f64.powi(libm::floor(libm::log10(least)) as i32);
    let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| *step >= least * 0.999);
    let step = step.unwrap_or(10.0 * power);
    let last = libm::ceil(largest / step - 1e-9) as u32;
    (0..=last).map(|number| f64::from(number) * step).collect()
}

/// The powers of two in a range, at most `count` of them at equal distances.
pub(super) fn power_ticks(from: f64, to: f64, count: usize) -> Vec<f64> {
    let (first, last) = (libm::ceil(libm::log2(from) - 1e-9) as i32, libm::floor(libm::log2(to) + 1e-9) as i32);
    let all = usize::try_from(last - first + 1).unwrap_or(0);
    let step = all.div_ceil(count.max(1)).max(1);
    (first..=last).step_by(step).map(|power| 2.0_f64.powi(power)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_values() {
        assert_eq!(linear_ticks(370.0, 5), [0.0, 100.0, 200.0, 300.0, 400.0]);
        assert_eq!(linear_ticks(0.09, 5), [0.0, 0.02, 0.04, 0.06, 0.08, 0.1]);
        assert_eq!(linear_ticks(f64::NAN, 5), [0.0, 1.0]);
        assert_eq!(power_ticks(8.0, 128.0, 9), [8.0, 16.0, 32.0, 64.0, 128.0]);
        assert!(power_ticks(8.0, 16.0 * 1024.0 * 1024.0 * 1024.0, 9).len() <= 9);
        assert!(power_ticks(5.0, 7.0, 4).is_empty());
    }
}
