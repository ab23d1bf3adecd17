//! The settings of a task: those that a scene has, those that differ from its start, and faults of its conditions as typed.

use std::sync::Arc;

use serde_json::Value;

use super::check::condition;
use super::expression::Expression;
use super::lab::Lab;
use super::log_settings::LOG_PATHS;
use super::own_field::StepField;
use super::schema::{LessonFile, StepFile, TaskFile};
use crate::catalog::Catalog;
use crate::fabric::Topology;
use crate::scene::{FabricKind, FabricScene, SceneDocument, Setting};

/// What an editor tells of a step beside its texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepNotes {
    /// Paths that a task could permit, in the order of the panels.
    pub settings: Vec<String>,
    /// Conditions that are none, with the reason.
    pub faults: Vec<(StepField, String)>,
}

/// The settings of the stage as the solution of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageSolution {
    /// Settings that the task permits and that differ from its start.
    pub settings: Vec<Setting>,
    /// Paths of others that differ.
    pub others: Vec<String>,
}

impl StageSolution {
    /// What differs on the stage from the start of a task.
    pub fn new(task: &TaskFile, start: &SceneDocument, stage: &SceneDocument) -> StageSolution {
        let mut others = Vec::new();
        let (before, after) = (nameless(tree(start)), nameless(tree(stage)));
        for part in ["workload", "fabrics"] {
            collect_changes(part, before.get(part), after.get(part), &mut others);
        }
        let is_within = |path: &str, may_change: &String| {
            path.strip_prefix(may_change.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        others.retain(|path| !task.may_change.iter().any(|may_change| is_within(path, may_change)));
        StageSolution { settings: changed_settings(task, start, stage), others }
    }
}

fn tree(document: &SceneDocument) -> Value {
    serde_json::to_value(&document.file).unwrap_or_default()
}

/// A scene without the names of its fabrics, which follow their algorithms.
fn nameless(mut tree: Value) -> Value {
    let fabrics = tree.get_mut("fabrics").and_then(Value::as_array_mut).into_iter().flatten();
    for fabric in fabrics.filter_map(Value::as_object_mut) {
        fabric.remove("name");
    }
    tree
}

/// The settings that a task permits and that differ from its start.
pub fn changed_settings(task: &TaskFile, start: &SceneDocument, latest: &SceneDocument) -> Vec<Setting> {
    let (before, after) = (tree(start), tree(latest));
    let mut settings = Vec::new();
    for path in &task.may_change {
        let pointer: String = path.split('.').map(|name| format!("/{name}")).collect();
        let (old, new) = (before.pointer(&pointer), after.pointer(&pointer));
        if old == new {
            continue;
        }
        let value = match new {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => "None".to_owned(),
            Some(other) => other.to_string(),
        };
        settings.push(Setting { path: path.clone(), value });
    }
    settings
}

/// The paths at which two values differ: of lists of different lengths, that of the list.
fn collect_changes(path: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<String>) {
    match (before, after) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let added = after.keys().filter(|name| !before.contains_key(*name));
            for name in before.keys().chain(added) {
                collect_changes(&format!("{path}.{name}"), before.get(name), after.get(name), found);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                collect_changes(&format!("{path}.{index}"), Some(before), Some(after), found);
            }
        }
        (before, after) if before == after => {}
        _ => found.push(path.to_owned()),
    }
}

impl LessonFile {
    /// What an editor tells of a step: settings to permit, and faults of conditions. Nothing is solved.
    pub(super) fn notes(&self, index: usize, catalog: &Arc<Catalog>) -> StepNotes {
        let conditions: Vec<(StepField, &String)> = match self.steps.get(index) {
            Some(StepFile::Task(task)) => {
                task.accept.iter().enumerate().map(|(index, goal)| (StepField::Goal(index), goal)).collect()
            }
            Some(StepFile::Predict(question)) => {
                let options = question.options.iter().enumerate();
                options.map(|(index, option)| (StepField::OptionWhen(index), &option.when)).collect()
            }
            Some(StepFile::Say(_) | StepFile::Play(_) | StepFile::Reveal(_) | StepFile::Do(_) | StepFile::Keep(_))
            | None => return StepNotes::default(),
        };
        let mut lab = self.lab(catalog).ok();
        let mut settings = Vec::new();
        if let (Some(StepFile::Task(task)), Some(lab)) = (self.steps.get(index), &mut lab) {
            let _ = lab.set_learner(&task.start, &[]);
            settings = lab.document(Some(&task.start)).map_or_else(|_| Vec::new(), |start| settings_of(&start));
            settings.extend(self.log.iter().flat_map(|_| LOG_PATHS).map(|(path, _)| path.to_owned()));
        }
        let fault = |(field, written): (StepField, &String)| Some((field, condition_fault(lab.as_ref(), written)?));
        StepNotes { settings, faults: conditions.into_iter().filter_map(fault).collect() }
    }

    /// What the stage has changed of the start of a task. `None` if there is no such task, or no such start.
    pub(super) fn stage_solution(
        &self,
        index: usize,
        (stage, of_log): (&SceneDocument, &[Setting]),
        catalog: &Arc<Catalog>,
    ) -> Option<(StageSolution, Lab)> {
        let StepFile::Task(task) = self.steps.get(index)? else { return None };
        let lab = self.lab(catalog).ok()?;
        let mut found = StageSolution::new(task, &lab.document(Some(&task.start)).ok()?, stage);
        let permitted = of_log.iter().filter(|setting| task.may_change.contains(&setting.path));
        found.settings.extend(permitted.cloned());
        Some((found, lab))
    }
}

/// Why a text is not a condition. Without a lab, as far as it can be read.
fn condition_fault(lab: Option<&Lab>, written: &str) -> Option<String> {
    let Some(lab) = lab else { return Expression::parse(written).err().map(|error| error.problem) };
    let mut problems = Vec::new();
    condition(lab, "", written, &mut problems);
    problems.into_iter().next().map(|problem| problem.problem)
}

/// The settings of a scene that a task may permit: what the panels set, and what the scene writes besides.
pub(super) fn settings_of(document: &SceneDocument) -> Vec<String> {
    let mut paths = Vec::new();
    let scene = &document.scene;
    if scene.training.is_none() {
        paths.push("workload.message".to_owned());
    }
    if document.replica_choices().is_some() {
        paths.push("workload.replicas".to_owned());
    }
    for (index, fabric) in scene.fabrics.iter().enumerate() {
        paths.extend(panel_settings(fabric).into_iter().map(|end| format!("fabrics.{index}.{end}")));
    }
    // What the scene writes: degradations, parameters, settings of training.
    let written = tree(document);
    let mut leaves = Vec::new();
    collect_leaves("workload.training", written.pointer("/workload/training"), &mut leaves);
    for index in 0..scene.fabrics.len() {
        for part in ["params", "faults", "parallel"] {
            collect_leaves(
                &format!("fabrics.{index}.{part}"),
                written.pointer(&format!("/fabrics/{index}/{part}")),
                &mut leaves,
            );
        }
    }
    for leaf in leaves {
        if !paths.contains(&leaf) {
            paths.push(leaf);
        }
    }
    paths
}

/// The settings of a fabric that its panel has, without `fabrics.N.`.
fn panel_settings(fabric: &FabricScene) -> Vec<&'static str> {
    let mut ends = vec!["algorithm"];
    match &fabric.kind {
        FabricKind::Chips(chips) => {
            if chips.machine.nvlink().is_some_and(|machine| !machine.nccl.is_empty()) {
                ends.push("timing");
            }
            if matches!(&chips.topology, Topology::Cluster(cluster) if cluster.nodes > 1) {
                ends.extend(["nodes", "params.nics", "params.oversubscription"]);
            }
        }
        FabricKind::Wafer(_) => ends.extend(["params.clock_ghz", "params.hop_cycles"]),
        FabricKind::Wafers(_) => {}
    }
    if fabric.links().is_some() {
        ends.extend(["params.link_capacity", "params.link_latency"]);
    }
    if fabric.nics().is_some() {
        ends.extend(["params.nic_capacity", "params.nic_latency"]);
    }
    ends
}

/// The paths of all numbers and words of a value.
fn collect_leaves(path: &str, value: Option<&Value>, found: &mut Vec<String>) {
    match value {
        Some(Value::Object(fields)) => {
            fields.iter().for_each(|(name, value)| collect_leaves(&format!("{path}.{name}"), Some(value), found));
        }
        Some(Value::Array(list)) => {
            list.iter()
                .enumerate()
                .for_each(|(index, value)| collect_leaves(&format!("{path}.{index}"), Some(value), found));
        }
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_)) => found.push(path.to_owned()),
        Some(Value::Null) | None => {}
    }
}
