//! The error of predictions against measurements.

/// `exp(mean |ln(predicted / measured)|) - 1`, as a fraction, of pairs of predicted and measured times; `None` without
/// pairs.
pub fn mean_error(pairs: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for (predicted, measured) in pairs {
        sum += libm::log(predicted / measured).abs();
        count += 1.0;
    }
    (count > 0.0).then(|| libm::exp(sum / count) - 1.0)
}
