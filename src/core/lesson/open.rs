//! Opens lessons and stories: their scenes, runs, figures and logs become a lab.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bundled::{bundled_log, bundled_logs};
use super::expression::{Expression, unknown};
use super::lab::{Lab, Variant};
use super::problem::Problem;
use super::schema::{LessonFile, RunFile, SceneSource, StoryFile};
use crate::catalog::Catalog;
use crate::nccl_log::read_log;
use crate::scene::{SceneDocument, Setting, check_document, menu};

/// Settings as they are written, for errors.
fn settings(path: &str, texts: &[String], problems: &mut Vec<Problem>) -> Vec<Setting> {
    let mut found = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        match Setting::parse(text) {
            Ok(setting) => found.push(setting),
            Err(error) => problems.push(Problem::new(format!("{path}.{index}"), error.to_string())),
        }
    }
    found
}

/// Settings that have been checked.
pub(super) fn known_settings(texts: &[String]) -> Vec<Setting> {
    texts.iter().filter_map(|text| Setting::parse(text).ok()).collect()
}

/// The scene of a file.
fn scene(path: &str, source: &SceneSource, catalog: &Catalog) -> Result<SceneDocument, Problem> {
    match source {
        SceneSource::Bundled(file) => {
            let Some(found) = menu().find(|scene| scene.file == file) else {
                let known = menu().map(|scene| scene.file);
                return Err(Problem::new(path, unknown("bundled scene", file, known)));
            };
            found.load(catalog).map_err(|rejected| first_problem(path, &rejected))
        }
        SceneSource::Inline(file) => {
            check_document(path, (**file).clone(), catalog).map_err(|rejected| first_problem(path, &rejected))
        }
    }
}

fn first_problem(path: &str, rejected: &crate::scene::Diagnostics) -> Problem {
    let fault = rejected.faults.first();
    let problem = fault.map_or_else(String::new, |fault| format!("{}: {}", fault.path, fault.problem));
    Problem { path: path.to_owned(), problem, hint: fault.and_then(|fault| fault.hint.clone()) }
}

/// Adds the named figures.
fn add_figures(lab: &mut Lab, figures: &BTreeMap<String, String>, problems: &mut Vec<Problem>) {
    for (name, text) in figures {
        match Expression::parse(text) {
            Ok(expression) => lab.add_figure(name, expression),
            Err(error) => problems.push(Problem::from_expression(&format!("figures.{name}"), error)),
        }
    }
}

/// Adds the runs, each over the scene of the file or its own.
fn add_runs(
    lab: &mut Lab,
    source: &SceneSource,
    runs: &BTreeMap<String, RunFile>,
    catalog: &Catalog,
    problems: &mut Vec<Problem>,
) {
    let base = match scene("scene", source, catalog) {
        Ok(base) => Arc::new(base),
        Err(problem) => return problems.push(problem),
    };
    for (name, RunFile { scene: own, inline, set, log, hidden: _ }) in runs {
        let settings = settings(&format!("runs.{name}.set"), set, problems);
        let own = match (own, inline) {
            (Some(file), _) => Some(("scene", SceneSource::Bundled(file.clone()))),
            (None, Some(inline)) => Some(("inline", SceneSource::Inline(inline.clone()))),
            (None, None) => None,
        };
        let base = match own {
            None => base.clone(),
            Some((field, own)) => match scene(&format!("runs.{name}.{field}"), &own, catalog) {
                Ok(own) => Arc::new(own),
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            },
        };
        lab.add_run(name, Variant { base, settings, log: log.clone() });
    }
}

/// Adds a log.
fn add_log(lab: &mut Lab, path: &str, file: &str, problems: &mut Vec<Problem>) {
    let Some(text) = bundled_log(file) else {
        return problems.push(Problem::new(path, unknown("bundled log", file, bundled_logs())));
    };
    match read_log(file, text) {
        Ok(log) => lab.add_log(file, log.runs),
        Err(error) => problems.push(Problem::new(path, error.to_string())),
    }
}

/// Figures without a type, such as two that are defined by each other: they would be evaluated without end.
fn check_figures(lab: &Lab, problems: &mut Vec<Problem>) {
    if !problems.is_empty() {
        return;
    }
    for (name, figure) in &lab.names().figures {
        if let Err(error) = lab.names().type_of(figure) {
            problems.push(Problem::from_expression(&format!("figures.{name}"), error));
        }
    }
}

impl LessonFile {
    /// The lab of the lesson, without anything solved.
    ///
    /// # Errors
    /// Its scene, its log, its settings or its figures are at fault.
    pub fn lab(&self, catalog: &Arc<Catalog>) -> Result<Lab, Vec<Problem>> {
        let (mut lab, mut problems) = (Lab::new(catalog.clone()), Vec::new());
        add_runs(&mut lab, &self.scene, &self.runs, catalog, &mut problems);
        if let Some(file) = &self.log {
            add_log(&mut lab, "log", file, &mut problems);
        }
        for (name, run) in &self.runs {
            if let Some(file) = run.log.as_ref().and_then(|log| log.file.as_ref()) {
                add_log(&mut lab, &format!("runs.{name}.log.file"), file, &mut problems);
            }
        }
        add_figures(&mut lab, &self.figures, &mut problems);
        check_figures(&lab, &mut problems);
        if problems.is_empty() { Ok(lab) } else { Err(problems) }
    }
}

impl StoryFile {
    /// The lab of the story, without anything solved.
    ///
    /// # Errors
    /// As [`LessonFile::lab`].
    pub fn lab(&self, catalog: &Arc<Catalog>) -> Result<Lab, Vec<Problem>> {
        let (mut lab, mut problems) = (Lab::new(catalog.clone()), Vec::new());
        add_runs(&mut lab, &self.scene, &self.runs, catalog, &mut problems);
        add_figures(&mut lab, &self.figures, &mut problems);
        check_figures(&lab, &mut problems);
        if problems.is_empty() { Ok(lab) } else { Err(problems) }
    }
}
