//! Changing a scene by path and value, from `--set` or from a slider, and writing it back as RON.

use std::sync::Arc;

use ron::ser::PrettyConfig;
use serde_json::Value;

use super::SceneDocument;
use super::diagnostic::{Diagnostics, accepted};
use super::parse::{check_document, options};
use super::schema::SceneFile;
use super::value_reader::{ReadError, read};
use crate::catalog::Catalog;
use crate::fabric::{LinkId, ascii_name};
use crate::units::quoted;

/// One change: `path=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Names of the scene file, joined by dots; places in lists are numbers from 0.
    pub path: String,
    /// A number, a word or a quantity; RON for anything larger.
    pub value: String,
}

/// A text that is not a setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a setting; use PATH=VALUE, such as workload.message=64MiB", quoted(.0))]
pub struct EditError(pub String);

impl Setting {
    /// Reads `path=value`.
    ///
    /// # Errors
    /// No `=`, or nothing before it.
    pub fn parse(text: &str) -> Result<Setting, EditError> {
        match text.split_once('=') {
            Some((path, value)) if !path.trim().is_empty() => {
                Ok(Setting { path: path.trim().to_owned(), value: value.trim().to_owned() })
            }
            _ => Err(EditError(text.to_owned())),
        }
    }

    /// As typed, for errors.
    pub fn name(&self) -> String {
        format!("--set {}={}", quoted(&self.path), quoted(&self.value))
    }
}

impl SceneDocument {
    /// The scene with some values changed.
    ///
    /// # Errors
    /// A path that no scene has, a value of the wrong kind, or a scene with errors. Nothing is changed then.
    pub fn with(&self, settings: &[Setting], catalog: &Catalog) -> Result<SceneDocument, Diagnostics> {
        self.with_named(settings, &Setting::name, catalog)
    }

    /// The same for settings that were not typed as such: `name` returns what errors call a setting.
    ///
    /// # Errors
    /// As [`SceneDocument::with`].
    pub fn with_named(
        &self,
        settings: &[Setting],
        name: &dyn Fn(&Setting) -> String,
        catalog: &Catalog,
    ) -> Result<SceneDocument, Diagnostics> {
        let mut file = self.file.clone();
        for setting in settings {
            file = apply(&file, setting, &|| name(setting)).map_err(|faults| self.with_example(setting, faults))?;
        }
        // The settings whose path an error names are at fault; if there are none, all of them.
        let mut changed = check_document("", file, catalog).map_err(|mut faults| {
            let concerns = |setting: &&Setting| faults.faults.iter().any(|fault| fault.path.starts_with(&setting.path));
            let mut blamed: Vec<String> = settings.iter().filter(concerns).map(name).collect();
            if blamed.is_empty() {
                blamed = settings.iter().map(name).collect();
            }
            blamed.dedup();
            faults.name = blamed.join(" ");
            faults
        })?;
        changed.written = Arc::new(self.written.after(&self.file, (&changed.file, &changed.scene)));
        let mut file = changed.file.clone();
        changed.written.update(&mut file, &changed.scene);
        if file == changed.file {
            return Ok(changed);
        }
        // A text that became too long stays as it was.
        let with_texts = check_document("", file, catalog);
        Ok(with_texts.map_or(changed.clone(), |texts| SceneDocument { written: changed.written, ..texts }))
    }

    /// The hint for a change of a fault that the fabric does not have: it adds one.
    fn with_example(&self, setting: &Setting, mut faults: Diagnostics) -> Diagnostics {
        let names: Vec<&str> = setting.path.split('.').collect();
        let ["fabrics", index, "faults", number, ..] = names.as_slice() else { return faults };
        let fabric = index.parse::<usize>().ok().and_then(|index| self.scene.fabrics.get(index));
        let place = index.parse::<usize>().ok().and_then(|index| self.file.fabrics.get(index));
        let (Some(fabric), Some(file), Ok(number)) = (fabric, place, number.parse::<usize>()) else { return faults };
        if number < file.faults.len() {
            return faults;
        }
        let link = ascii_name(&fabric.topology().link_name(LinkId(0)));
        for fault in &mut faults.faults {
            let count = match file.faults.len() {
                0 => "this fabric has no faults".to_owned(),
                1 => "this fabric has one fault, number 0".to_owned(),
                count => format!("this fabric has {count} faults, 0 to {}", count - 1),
            };
            fault.problem = count;
            fault.hint =
                Some(format!("make one first: --set 'fabrics.{index}.faults=[(link: \"{link}\", capacity: 0.5)]'"));
        }
        faults
    }

    /// The scene as RON text that loads to the same scene.
    pub fn to_ron(&self) -> String {
        let pretty = PrettyConfig::new().depth_limit(3).indentor("  ").struct_names(false);
        // A scene has only strings, numbers and lists: there is nothing that RON could not write.
        options().to_string_pretty(&self.file, pretty).unwrap_or_default()
    }
}

fn apply(file: &SceneFile, setting: &Setting, name: &dyn Fn() -> String) -> Result<SceneFile, Diagnostics> {
    let fault = |problem: String, hint: &str| Diagnostics::whole(&name(), problem, Some(hint));
    let mut tree =
        serde_json::to_value(file).map_err(|error| fault(error.to_string(), "the scene has no JSON form"))?;
    if let Some(word) = not_finite(&setting.value) {
        return Err(fault(format!("`{word}` is not a finite number"), "accepted: finite numbers"));
    }
    let mut place = &mut tree;
    let names: Vec<&str> = setting.path.split('.').collect();
    for (depth, &name) in names.iter().enumerate() {
        place = match place {
            Value::Array(list) => {
                let last = list.len().saturating_sub(1);
                let index = name.parse::<usize>().ok();
                match index.and_then(|index| list.get_mut(index)) {
                    Some(value) => value,
                    None => {
                        return Err(fault(
                            format!("no entry `{}` in this list", quoted(name)),
                            &format!("accepted: 0 to {last}"),
                        ));
                    }
                }
            }
            // A field that is left out of the file is put in; an unknown one is refused by the schema below.
            Value::Object(fields) => fields.entry(name).or_insert(Value::Null),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                let parent = names[..depth].join(".");
                // A misspelt field was put in above: the schema knows the right ones.
                return Err(match read::<SceneFile>(&tree) {
                    Err(error @ ReadError::UnknownField { .. }) => {
                        let (problem, hint) = explain(&error);
                        fault(problem, &hint)
                    }
                    Ok(_) | Err(ReadError::MissingField(_) | ReadError::WrongKind { .. } | ReadError::Other) => {
                        let hint =
                            format!("set all of it, such as --set '{parent}=(...)', with the fields of the scene file");
                        fault(format!("`{parent}` has no fields here"), &hint)
                    }
                });
            }
        };
    }
    let was_text = place.is_string();
    let mut first_error = None;
    for value in readings(&setting.value, was_text) {
        *at(&mut tree, &names) = value;
        match read::<SceneFile>(&tree) {
            Ok(file) => return Ok(file),
            // The first reading is the likeliest one: its error is reported.
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    let error = first_error.unwrap_or(ReadError::Other);
    let (problem, hint) = explain(&error);
    Err(fault(problem, &hint))
}

/// The value at a path that is known to exist.
fn at<'a>(tree: &'a mut Value, names: &[&str]) -> &'a mut Value {
    let mut place = tree;
    for name in names {
        place = match place {
            Value::Array(list) => &mut list[name.parse::<usize>().unwrap_or(0)],
            // Indexing by a name turns null into an object.
            other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
                &mut other[*name]
            }
        };
    }
    place
}

/// NaN and infinity are numbers in RON but not in JSON: they would turn into nothing, as if the field were left out.
fn not_finite(text: &str) -> Option<&'static str> {
    let outside_texts = text.split('"').step_by(2);
    let mut words = outside_texts.flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric()));
    let within = text.starts_with(['(', '[', '{']);
    words.find_map(|word| ["NaN", "inf"].into_iter().find(|&known| within && known == word))
}

/// What a written value may be: a number, a truth value, nothing, RON, or a text.
fn readings(text: &str, text_first: bool) -> Vec<Value> {
    let as_text = Value::String(text.trim_matches('"').to_owned());
    let number = text.parse::<u64>().ok().map(Value::from);
    // NaN and infinity are not JSON numbers.
    let fraction = text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from);
    let number = number.or(fraction);
    let ron = options().from_str::<Value>(text).ok().filter(|value| value.is_object() || value.is_array());
    let word = match text {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        "None" => Some(Value::Null),
        _ => None,
    };
    // `None` takes a field out wherever the schema lets it be left out.
    let words = word.into_iter();
    // A group of fields is a group wherever the schema has one in place of a text.
    if text_first && text.starts_with('(') {
        ron.into_iter().chain([as_text]).collect()
    } else if text_first {
        words.chain([as_text]).chain(number).chain(ron).collect()
    } else {
        words.chain(number).chain([as_text]).chain(ron).collect()
    }
}

/// A problem and its hint.
fn explain(error: &ReadError) -> (String, String) {
    let hint = match error {
        ReadError::UnknownField { field, known } => accepted(field, known.iter().copied()),
        ReadError::MissingField(field) => format!("add `{field}`"),
        ReadError::WrongKind { wanted, .. } => format!("accepted: {}", wanted.label()),
        ReadError::Other => "the paths and kinds of values are those of the scene file".to_owned(),
    };
    (error.to_string(), hint)
}
