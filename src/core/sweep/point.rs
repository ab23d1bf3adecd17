//! A point of a sweep: the values of all paths, and what is solved there.

use super::values::{PathValues, Value};
use crate::scene::Setting;

/// One fabric with one algorithm, swept on its own.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Series {
    pub fabric: usize,
    pub algorithm: &'static str,
}

/// A scene with some values; all of its fabrics are solved, or one of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Point {
    pub values: Vec<Value>,
    pub settings: Vec<Setting>,
    pub only: Option<Series>,
}

/// Point `number` of the product of several axes, each with the values of its paths. The last axis changes fastest.
pub(super) fn point_of_axes(axes: &[Vec<PathValues>], number: usize) -> Point {
    let mut rest = number;
    let mut indices = vec![0; axes.len()];
    for (index, axis) in indices.iter_mut().zip(axes).rev() {
        let count = axis.first().map_or(1, |path| path.values.len().max(1));
        *index = rest % count;
        rest /= count;
    }
    let columns = axes.iter().zip(&indices).flat_map(|(axis, index)| axis.iter().map(move |path| (path, *index)));
    let mut point = Point { values: Vec::new(), settings: Vec::new(), only: None };
    for (path, index) in columns {
        let value = path.values[index].clone();
        point.settings.push(Setting { path: path.path.clone(), value: value.text.clone() });
        point.values.push(value);
    }
    point
}
