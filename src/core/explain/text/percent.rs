//! Shares as percentages.

/// A share in percent: two or three digits.
pub fn percent(share: f64) -> String {
    let value = 100.0 * share;
    let size = value.abs();
    if size >= 99.95 || size == 0.0 {
        format!("{value:.0} %")
    } else if size >= 99.5 {
        format!("{value:.1} %")
    } else if size >= 9.95 {
        format!("{value:.0} %")
    } else if size >= 0.995 {
        format!("{value:.1} %")
    } else if size >= 0.01 {
        format!("{value:.2} %")
    } else {
        format!("{}below 0.01 %", if value < 0.0 { "minus " } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_have_two_or_three_digits() {
        let shares = [1.0, 0.9997, 0.997, 0.6312, 0.0631, 0.00631, 0.00001, 0.0, -0.03];
        let texts = ["100 %", "100 %", "99.7 %", "63 %", "6.3 %", "0.63 %", "below 0.01 %", "0 %", "-3.0 %"];
        assert_eq!(shares.map(percent), texts);
    }
}
