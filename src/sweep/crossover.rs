//! Where two fabrics change places: between two points of a sweep, interpolated in logarithms.

use super::row::Row;

/// A value at which one fabric overtakes another.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Crossover {
    /// The fabric (with its algorithm, where each has a curve) that is faster below.
    pub faster_below: String,
    /// The one that is faster above.
    pub faster_above: String,
    /// The value, in the unit of the sweep; interpolated.
    pub at: f64,
    /// The values of the sweep between which it lies.
    pub between: [f64; 2],
    /// The time of both there, seconds.
    pub time_s: f64,
}

/// Those of [`crossovers`] at which the fastest of all changes; with two curves they are the same.
pub fn fastest_changes(rows: &[Row]) -> Vec<Crossover> {
    let curves = curves(rows);
    // A third curve below the place where two others cross has been the fastest all along.
    let time_at = |curve: &Curve, x: f64| -> Option<f64> {
        let after = curve.points.iter().position(|&(at, _)| at >= x)?;
        let (x1, y1) = curve.points[after];
        let Some(&(x0, y0)) = after.checked_sub(1).and_then(|before| curve.points.get(before)) else {
            return (x1 == x).then_some(y1);
        };
        Some(libm::exp(libm::log(y0) + share((x0, x, x1)) * (libm::log(y1) - libm::log(y0))))
    };
    let fastest = |crossing: &Crossover| {
        let others =
            curves.iter().filter(|curve| ![&crossing.faster_below, &crossing.faster_above].contains(&&curve.name));
        let mut times = others.filter_map(|curve| time_at(curve, crossing.at));
        times.all(|time_s| time_s >= crossing.time_s)
    };
    let mut found = crossovers(rows);
    found.retain(fastest);
    found.sort_by(|a, b| a.at.total_cmp(&b.at));
    found
}

/// How far a value lies between two others, in logarithms where they are above 0.
fn share((from, at, to): (f64, f64, f64)) -> f64 {
    if from > 0.0 {
        (libm::log(at) - libm::log(from)) / (libm::log(to) - libm::log(from))
    } else {
        (at - from) / (to - from)
    }
}

/// A fabric's times by value, ascending.
struct Curve {
    name: String,
    /// The values of other paths with numbers.
    beside: String,
    points: Vec<(f64, f64)>,
}

/// Where the times of any two curves cross, along the numbers of a sweep; by curve, then by value. Curves are those of the
/// rows: of each fabric, and of each algorithm or other word that is swept beside the numbers. Where several paths with
/// numbers are swept, curves cross at equal values of the others only.
///
/// Times between points are powers of the value: straight lines where both axes are logarithmic. Where values are not
/// above 0 the value itself is interpolated.
pub fn crossovers(rows: &[Row]) -> Vec<Crossover> {
    let curves = curves(rows);
    let mut found = Vec::new();
    for (place, a) in curves.iter().enumerate() {
        for b in
            curves[place + 1..].iter().filter(|b| a.beside.is_empty() || b.beside.is_empty() || a.beside == b.beside)
        {
            crossings(a, b, &mut found);
        }
    }
    found
}

fn curves(rows: &[Row]) -> Vec<Curve> {
    let mut curves: Vec<((&str, &str), Curve)> = Vec::new();
    for row in rows {
        let (Some(x), Some(time_s)) = (row.at, row.time_s) else { continue };
        let key = (row.fabric_id.as_str(), row.curve.as_str());
        let place = curves.iter().position(|(known, _)| *known == key);
        let place = place.unwrap_or_else(|| {
            curves.push((key, Curve { name: row.curve.clone(), beside: row.beside.clone(), points: Vec::new() }));
            curves.len() - 1
        });
        // A fabric that another path does not concern is solved again and again: once is enough.
        let points = &mut curves[place].1.points;
        if !points.contains(&(x, time_s)) {
            points.push((x, time_s));
        }
    }
    for (_, curve) in &mut curves {
        curve.points.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    curves.into_iter().map(|(_, curve)| curve).collect()
}

fn crossings(a: &Curve, b: &Curve, found: &mut Vec<Crossover>) {
    // Only where both ran.
    let both: Vec<(f64, f64, f64)> = a
        .points
        .iter()
        .filter_map(|&(x, a_s)| {
            let place = b.points.iter().position(|&(other, _)| other == x)?;
            Some((x, a_s, b.points[place].1))
        })
        .collect();
    // Log of the ratio: below 0 where a is faster. Points of equal times take the side of the point before.
    let mut before: Option<(f64, f64, f64)> = None;
    for &(x, a_s, b_s) in &both {
        let ratio = libm::log(a_s / b_s);
        if let Some((old_x, old_ratio, old_a_s)) = before
            && ratio * old_ratio < 0.0
        {
            let part = old_ratio / (old_ratio - ratio);
            let at = if old_x > 0.0 {
                libm::exp(libm::log(old_x) + part * (libm::log(x) - libm::log(old_x)))
            } else {
                old_x + part * (x - old_x)
            };
            let time_s = libm::exp(libm::log(old_a_s) + part * (libm::log(a_s) - libm::log(old_a_s)));
            let (below, above) = if old_ratio < 0.0 { (a, b) } else { (b, a) };
            let (faster_below, faster_above) = (below.name.clone(), above.name.clone());
            found.push(Crossover { faster_below, faster_above, at, between: [old_x, x], time_s });
        }
        if ratio != 0.0 {
            before = Some((x, ratio, a_s));
        }
    }
}
