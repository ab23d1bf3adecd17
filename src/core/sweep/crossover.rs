//! Crossovers: the values at which another curve becomes faster, interpolated in logarithms between two points.

use super::row::Row;
use super::values::PathValues;

/// A value at which one curve becomes faster than another.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Crossover {
    /// The curve that is faster below the value.
    pub faster_below: String,
    /// The curve that is faster above it.
    pub faster_above: String,
    /// The value, interpolated, in the unit of the sweep.
    pub at: f64,
    /// The values of the sweep on both sides of it.
    pub between: [f64; 2],
    /// The time of both curves there, seconds.
    pub time_s: f64,
}

/// The crossovers at which the fastest of all curves changes; for two curves, all of them.
pub fn fastest_changes(rows: &[Row]) -> Vec<Crossover> {
    let curves = curves(rows);
    // If a third curve is faster than the two that cross, it is the fastest on both sides.
    let is_fastest = |crossing: &Crossover| {
        let others =
            curves.iter().filter(|curve| ![&crossing.faster_below, &crossing.faster_above].contains(&&curve.name));
        let mut times = others.filter_map(|curve| curve.time_at(crossing.at));
        times.all(|time_s| time_s >= crossing.time_s)
    };
    let mut found = crossovers(rows);
    found.retain(is_fastest);
    found.sort_by(|a, b| a.at.total_cmp(&b.at));
    found
}

/// The crossovers of any two curves, by curve and then by value. A curve belongs to a fabric, and to an algorithm or
/// another word if those are swept. If several paths with numbers are swept, only curves at equal values of the other
/// paths cross.
///
/// Times between two points are powers of the value, which are straight lines on two logarithmic axes. If a value is not
/// positive, the interpolation is linear in the value.
pub fn crossovers(rows: &[Row]) -> Vec<Crossover> {
    let curves = curves(rows);
    let mut found = Vec::new();
    for (index, a) in curves.iter().enumerate() {
        for b in curves[index + 1..].iter().filter(|b| a.is_comparable(b)) {
            crossings(a, b, &mut found);
        }
    }
    found
}

/// Neighbouring points of a curve between which the algorithms change that `auto` could not try. The times on both sides
/// do not compare: no crossover is claimed there.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct UntriedChange {
    /// The curve.
    pub curve: String,
    /// The values of the sweep on both sides, in its unit.
    pub between: [f64; 2],
    /// The algorithms that could not be tried at the lower value.
    pub untried_below: Vec<&'static str>,
    /// The algorithms that could not be tried at the upper value.
    pub untried_above: Vec<&'static str>,
}

impl UntriedChange {
    /// The change in words, for people.
    pub fn sentence(&self, axis: &PathValues) -> String {
        let list = |ids: &[&str]| if ids.is_empty() { "all".to_owned() } else { format!("all but {}", ids.join(", ")) };
        let [low, high] = self.between.map(|value| axis.about(value));
        format!(
            "\"{}\": at {low} auto could try {}, at {high} {}. Times on the two sides do not compare, and no crossover is \
             given between them.",
            self.curve,
            list(&self.untried_below),
            list(&self.untried_above)
        )
    }
}

/// The changes of what `auto` could not try, by curve and then by value.
pub fn untried_changes(rows: &[Row]) -> Vec<UntriedChange> {
    let of_curve = |curve: Curve| {
        let changes = curve.points.windows(2).filter(|pair| pair[0].unknown != pair[1].unknown);
        let change = |pair: &[CurvePoint]| UntriedChange {
            curve: curve.name.clone(),
            between: [pair[0].value, pair[1].value],
            untried_below: pair[0].unknown.clone(),
            untried_above: pair[1].unknown.clone(),
        };
        changes.map(change).collect::<Vec<_>>()
    };
    curves(rows).into_iter().flat_map(of_curve).collect()
}

/// A value with the time there.
#[derive(Clone, Debug, PartialEq)]
struct CurvePoint {
    value: f64,
    time_s: f64,
    /// The algorithms that `auto` could not try.
    unknown: Vec<&'static str>,
}

/// The times of a fabric, by ascending value.
struct Curve {
    name: String,
    /// The numbers of other paths.
    parameters: String,
    points: Vec<CurvePoint>,
}

impl Curve {
    fn is_comparable(&self, other: &Curve) -> bool {
        self.parameters.is_empty() || other.parameters.is_empty() || self.parameters == other.parameters
    }

    /// The interpolated time at a value between two points.
    fn time_at(&self, value: f64) -> Option<f64> {
        let after = self.points.iter().position(|point| point.value >= value)?;
        let high = &self.points[after];
        let Some(low) = after.checked_sub(1).and_then(|before| self.points.get(before)) else {
            return (high.value == value).then_some(high.time_s);
        };
        let (from, to) = (libm::log(low.time_s), libm::log(high.time_s));
        Some(libm::exp(from + fraction(low.value, value, high.value) * (to - from)))
    }
}

/// The fraction of the distance between two values, in logarithms if they are positive.
fn fraction(from: f64, at: f64, to: f64) -> f64 {
    if from > 0.0 {
        (libm::log(at) - libm::log(from)) / (libm::log(to) - libm::log(from))
    } else {
        (at - from) / (to - from)
    }
}

fn curves(rows: &[Row]) -> Vec<Curve> {
    let mut curves: Vec<((&str, &str), Curve)> = Vec::new();
    for row in rows {
        let (Some(value), Some(time_s)) = (row.at, row.figures.time_s) else { continue };
        let key = (row.fabric_id.as_str(), row.curve.as_str());
        let index = curves.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            let curve = Curve { name: row.curve.clone(), parameters: row.parameters.clone(), points: Vec::new() };
            curves.push((key, curve));
            curves.len() - 1
        });
        // A fabric that another path does not concern is solved once per value of that path: keep one point.
        let (points, point) = (&mut curves[index].1.points, CurvePoint { value, time_s, unknown: row.unknown() });
        if !points.contains(&point) {
            points.push(point);
        }
    }
    for (_, curve) in &mut curves {
        curve.points.sort_by(|a, b| a.value.total_cmp(&b.value));
    }
    curves.into_iter().map(|(_, curve)| curve).collect()
}

/// Two curves at one value.
struct Pair<'a> {
    value: f64,
    a_s: f64,
    /// The algorithms that `auto` could not try, of each curve.
    unknown: [&'a [&'static str]; 2],
    /// The logarithm of the ratio of times: negative if `a` is faster.
    log_ratio: f64,
}

fn crossings(a: &Curve, b: &Curve, found: &mut Vec<Crossover>) {
    // Only values at which both ran.
    let pairs = a.points.iter().filter_map(|own| {
        let other = b.points.iter().find(|other| other.value == own.value)?;
        let (value, a_s, log_ratio) = (own.value, own.time_s, libm::log(own.time_s / other.time_s));
        Some(Pair { value, a_s, unknown: [&own.unknown, &other.unknown], log_ratio })
    });
    // Points with equal times belong to the side of the point before.
    let mut before: Option<Pair> = None;
    for pair in pairs {
        if let Some(old) = &before
            && pair.log_ratio * old.log_ratio < 0.0
            && pair.unknown == old.unknown
        {
            let part = old.log_ratio / (old.log_ratio - pair.log_ratio);
            let at = if old.value > 0.0 {
                libm::exp(libm::log(old.value) + part * (libm::log(pair.value) - libm::log(old.value)))
            } else {
                old.value + part * (pair.value - old.value)
            };
            let time_s = libm::exp(libm::log(old.a_s) + part * (libm::log(pair.a_s) - libm::log(old.a_s)));
            let (below, above) = if old.log_ratio < 0.0 { (a, b) } else { (b, a) };
            found.push(Crossover {
                faster_below: below.name.clone(),
                faster_above: above.name.clone(),
                at,
                between: [old.value, pair.value],
                time_s,
            });
        }
        if pair.log_ratio != 0.0 {
            before = Some(pair);
        }
    }
}
