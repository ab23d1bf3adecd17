//! Axes of the plot: logarithmic, with marks at round values of their unit.

use egui_plot::{GridInput, GridMark};

use crate::sweep::Unit;

/// The unit of an axis, and how positions on it become values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) unit: Unit,
    /// The base of its logarithm; `None` for a linear axis.
    base: Option<f64>,
    /// Shares are shown in percent.
    percent: bool,
}

impl Scale {
    /// An axis for these values: powers of two for bytes, of ten for other units; linear if the values span less than a factor
    /// of eight.
    pub(super) fn new(unit: Unit, values: impl Iterator<Item = f64>) -> Scale {
        let (low, high) = values.fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let base = if unit == Unit::Bytes { 2.0 } else { 10.0 };
        Scale { unit, base: (low > 0.0 && high >= 8.0 * low).then_some(base), percent: false }
    }

    /// An axis of powers of ten for all values.
    pub(super) fn logarithmic(unit: Unit) -> Scale {
        Scale { unit, base: Some(10.0), percent: false }
    }

    /// An axis from 0 to 100 %.
    pub(super) fn percent() -> Scale {
        Scale { unit: Unit::Number, base: None, percent: true }
    }

    /// The position of a value.
    pub(super) fn place(self, value: f64) -> f64 {
        self.base.map_or(value, |base| libm::log(value.max(f64::MIN_POSITIVE)) / libm::log(base))
    }

    fn value(self, place: f64) -> f64 {
        self.base.map_or(place, |base| libm::pow(base, place))
    }

    /// The value at a position, with its unit.
    pub(super) fn text(self, place: f64) -> String {
        let value = self.value(place);
        if self.percent {
            return format!("{:.0} %", 100.0 * value);
        }
        if self.unit == Unit::Bytes {
            return self.unit.shown(value);
        }
        // Marks are round. Further digits are rounding errors of the logarithm.
        let digits = libm::pow(10.0, libm::floor(libm::log10(value.abs().max(1e-300))) - 6.0);
        self.unit.shown(libm::round(value / digits) * digits)
    }

    /// Marks for the visible part.
    pub(super) fn marks(self, visible: GridInput) -> Vec<GridMark> {
        let (low, high) = visible.bounds;
        let mut marks = match self.base {
            Some(base) => logarithmic_marks(base, low, high, visible.base_step_size),
            None => linear_marks(low, high, visible.base_step_size),
        };
        // Labels of other marks would be outside the plot.
        marks.retain(|mark| (low..=high).contains(&mark.value));
        marks
    }
}

/// Most marks: more could not be distinguished.
const MAX: f64 = 400.0;

/// Marks at powers of the base; for base ten also at twice and five times these, if there is room.
fn logarithmic_marks(base: f64, low: f64, high: f64, least_step: f64) -> Vec<GridMark> {
    if !(high - low).is_finite() || high - low > MAX {
        return Vec::new();
    }
    let between: &[f64] = if base == 10.0 { &[2.0, 5.0] } else { &[] };
    // A label needs about ten times the room of a line. A narrow axis has one at every second, fifth or tenth power.
    let major = [1_i64, 2, 5, 10, 20].into_iter().find(|step| *step as f64 >= 10.0 * least_step).unwrap_or(20);
    let major = if base == 10.0 { 1 } else { major };
    let mut marks = Vec::new();
    for exponent in libm::floor(low) as i64..=libm::ceil(high) as i64 {
        let at = exponent as f64;
        let step_size = if exponent % major == 0 { major as f64 } else { 1.0 };
        marks.push(GridMark { value: at, step_size });
        if least_step < 0.3 {
            marks.extend(between.iter().map(|factor| GridMark { value: at + libm::log10(*factor), step_size: 0.3 }));
        }
    }
    marks
}

/// Marks at 1, 2 and 5 times a power of ten.
fn linear_marks(low: f64, high: f64, least_step: f64) -> Vec<GridMark> {
    let mut step = libm::pow(10.0, libm::floor(libm::log10((8.0 * least_step).max(1e-300))));
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| step * factor >= 8.0 * least_step).unwrap_or(10.0);
    step *= factor;
    if (high - low) / step > MAX || step <= 0.0 {
        return Vec::new();
    }
    let mark = |number: i64| GridMark { value: number as f64 * step, step_size: step };
    (libm::floor(low / step) as i64..=libm::ceil(high / step) as i64).map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_values_with_a_unit() {
        let sizes = Scale::new(Unit::Bytes, [8.0, 17_179_869_184.0].into_iter());
        assert_eq!((sizes.place(1024.0), sizes.text(10.0)), (10.0, "1 KiB".to_owned()));
        let times = Scale::logarithmic(Unit::Seconds);
        assert_eq!((times.text(-6.0), times.text(-5.0 + libm::log10(2.0))), ("1 µs".to_owned(), "20 µs".to_owned()));
        let rates = Scale::logarithmic(Unit::BytesPerSecond);
        assert_eq!(rates.text(11.0), "100 GB/s");
        assert_eq!(Scale::percent().text(0.95), "95 %");
        let counts = Scale::new(Unit::Number, [2.0, 8.0].into_iter());
        assert_eq!((counts.place(5.0), counts.text(5.0)), (5.0, "5".to_owned()));
        let visible = GridInput { bounds: (-6.2, -2.9), base_step_size: 0.05 };
        let marks = times.marks(visible);
        assert!(marks.iter().any(|mark| times.text(mark.value) == "500 µs"));
        assert!(times.marks(GridInput { bounds: (0.0, 1e9), base_step_size: 1.0 }).is_empty());
    }
}
