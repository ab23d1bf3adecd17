//! The mean utilisation of each class of links over time, as points of a counter.

use super::link_rates::LinkRates;
use crate::units::Femtos;

/// Utilisations that differ by less are one point, in percent.
const SAME_PERCENT: f64 = 1e-6;

/// The points of one class: instant and mean utilisation of its links, in percent. The last one is 0.
pub(super) fn class_points(links: &[LinkRates], class: u8) -> Vec<(Femtos, f64)> {
    let own = || links.iter().filter(move |link| link.class == class && link.capacity > 0.0);
    let count = own().count() as f64;
    // Each change as the difference of a sum.
    let mut changes: Vec<(Femtos, f64)> = Vec::new();
    for link in own() {
        for piece in &link.pieces {
            let percent = 100.0 * piece.rate / link.capacity / count;
            changes.extend([(piece.from, percent), (piece.until, -percent)]);
        }
    }
    changes.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut points: Vec<(Femtos, f64)> = Vec::new();
    let mut sum = 0.0;
    for group in changes.chunk_by(|a, b| a.0 == b.0) {
        sum += group.iter().map(|(_, change)| change).sum::<f64>();
        let Some(&(at, _)) = group.first() else { continue };
        let value = if sum.abs() < SAME_PERCENT { 0.0 } else { sum };
        if points.last().is_none_or(|(_, last)| (last - value).abs() >= SAME_PERCENT) {
            points.push((at, value));
        }
    }
    // The differences of many links do not cancel to the last digit.
    if let (Some(last), Some(&(end, _))) = (points.last().copied(), changes.last())
        && last.1 != 0.0
    {
        points.push((end, 0.0));
    }
    points
}
