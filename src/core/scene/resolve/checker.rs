//! The checker: reads quantities, looks names up, and collects every error.

use crate::catalog::Catalog;
use crate::scene::diagnostic::accepted;
use crate::scene::schema::ParamsFile;
use crate::units::{Femtos, UnitError, plain, quoted};

/// A value with a wrong meaning.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub path: String,
    pub problem: String,
    pub hint: String,
    /// It follows from the number of replicas.
    pub(super) follows_from_replicas: bool,
}

/// Longest latency or delay of a scene.
const MAX_DELAY: Femtos = Femtos(100_000_000_000_000_000);
/// Capacities of a port, bytes per second.
pub(crate) const CAPACITIES: std::ops::RangeInclusive<f64> = 1e3..=1e15;

/// Collects errors.
pub(crate) struct Checker<'a> {
    pub catalog: &'a Catalog,
    pub(super) wrongs: Vec<Wrong>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(catalog: &'a Catalog) -> Checker<'a> {
        Checker { catalog, wrongs: Vec::new() }
    }

    pub(crate) fn wrong(&mut self, path: impl Into<String>, problem: impl Into<String>, hint: impl Into<String>) {
        let (path, problem, hint) = (path.into(), problem.into(), hint.into());
        self.wrongs.push(Wrong { path, problem, hint, follows_from_replicas: false });
    }

    /// Reports that a machine cannot take the number of replicas. Dropped if the number is out of any range.
    pub(crate) fn wrong_replicas(
        &mut self,
        path: impl Into<String>,
        problem: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.wrong(path, problem, hint);
        self.wrongs.iter_mut().next_back().into_iter().for_each(|wrong| wrong.follows_from_replicas = true);
    }

    pub(crate) fn unit<T>(&mut self, path: &str, value: Result<T, UnitError>) -> Option<T> {
        value
            .map_err(|error| {
                self.wrong(
                    path,
                    format!("`{}` is not a quantity of this kind", quoted(&error.text)),
                    format!("accepted: {}", error.expected),
                )
            })
            .ok()
    }

    /// Looks a word up; the error lists what is accepted.
    pub(crate) fn choice<T: Copy>(&mut self, path: &str, what: &str, word: &str, choices: &[(&str, T)]) -> Option<T> {
        let found = choices.iter().find(|(name, _)| *name == word).map(|&(_, value)| value);
        if found.is_none() {
            let names = choices.iter().map(|&(name, _)| name);
            self.wrong(path, format!("unknown {what} `{}`", quoted(word)), accepted(word, names));
        }
        found
    }

    /// A time of the scene, or the catalog's, ns.
    pub(crate) fn time(&mut self, path: &str, given: &Option<String>, default_ns: f64) -> Option<Femtos> {
        let Some(text) = given else { return Some(Femtos::from_secs(default_ns * 1e-9)) };
        let time = self.unit(path, Femtos::parse(text))?;
        if time > MAX_DELAY {
            self.wrong(path, format!("`{}` is too long", quoted(text)), "accepted: 0 to 100 s");
            return None;
        }
        Some(time)
    }

    /// A number within a range, or the catalog's.
    pub(super) fn number(
        &mut self,
        index: usize,
        field: &str,
        value: Option<f64>,
        default: f64,
        range: std::ops::RangeInclusive<f64>,
    ) -> Option<f64> {
        let value = value.unwrap_or(default);
        if range.contains(&value) {
            return Some(value);
        }
        let hint = format!("accepted: {} to {}", range.start(), range.end());
        self.wrong(format!("fabrics.{index}.params.{field}"), format!("{field} is {}", plain(value)), hint);
        None
    }

    /// Refuses parameters that have no effect on this machine.
    pub(crate) fn only(&mut self, index: usize, params: &ParamsFile, machine: &str, known: &[&str]) {
        let Ok(serde_json::Value::Object(given)) = serde_json::to_value(params) else {
            return;
        };
        for field in given.keys().filter(|field| !known.contains(&field.as_str())) {
            let hint = format!("accepted here: {}", known.join(", "));
            let problem = format!("{field} has no effect on {machine} as it is used here");
            self.wrong(format!("fabrics.{index}.params.{field}"), problem, hint);
        }
    }
}
