//! All paths of a sweep with their values: which one curves are drawn along, which ones change together, and what was
//! typed for each.

use super::values::{PathValues, Unit, Value};
use crate::scene::Setting;
use crate::units::quoted;

/// An axis as typed, with the index of its first path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TypedAxis {
    pub first: usize,
    pub text: String,
}

/// The paths of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SweepPaths {
    /// Every path; those that change together are neighbours.
    pub paths: Vec<PathValues>,
    /// What was typed; empty if nothing was.
    pub typed: Vec<TypedAxis>,
}

impl SweepPaths {
    /// The index of the path along which curves are drawn: the first one with several numbers.
    pub fn along(&self) -> Option<usize> {
        let numbers =
            |path: &PathValues| path.unit != Unit::Words && path.values.iter().all(|value| value.number.is_some());
        let several = self.paths.iter().position(|path| numbers(path) && path.values.len() > 1);
        several.or_else(|| self.paths.iter().position(numbers))
    }

    /// Whether a path is the first one of a typed axis. The others of the axis add nothing new.
    pub fn is_first(&self, index: usize) -> bool {
        self.typed.is_empty() || self.typed.iter().any(|typed| typed.first == index)
    }

    /// Whether a path changes together with the one along which curves are drawn.
    pub fn changes_with_curve(&self, index: usize) -> bool {
        let axis = |index: usize| self.typed.iter().rposition(|typed| typed.first <= index);
        self.along().is_some_and(|along| axis(along).is_some() && axis(along) == axis(index))
    }

    /// What was typed for a setting, with the values of the point; `None` if the setting is not swept.
    pub fn quote(&self, values: &[Value], setting: &Setting) -> Option<String> {
        let index = self.paths.iter().position(|path| path.path == setting.path)?;
        let typed = self.typed.iter().rfind(|typed| typed.first <= index)?;
        // Paths that change together share one axis, and its error.
        let together = (typed.first..self.paths.len())
            .take_while(|other| *other == typed.first || !self.typed.iter().any(|typed| typed.first == *other));
        let values: Vec<&str> =
            together.filter_map(|index| values.get(index)).map(|value| value.text.as_str()).collect();
        Some(format!("{} (at {})", quoted(&typed.text), quoted(&values.join(":"))))
    }
}
