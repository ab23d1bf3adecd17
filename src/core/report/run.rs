//! The JSON of `run --json`, also returned by the page's `state()`. It is stable: fields are added and never removed.

use serde::Serialize;

use super::operations::{OperationReport, operations};
use crate::explain::{claim_ruling, verdict};
use crate::scene::{Collective, Ruling, Scene, letter};
use crate::solve::{Choice, FabricRun, Note, Outcome, RunFigures};

/// A solved scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Version of this format.
    pub version: u32,
    /// The scene.
    pub scene: SceneReport,
    /// Its fabrics, in order.
    pub fabrics: Vec<FabricReport>,
}

/// Which scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SceneReport {
    /// Its title.
    pub title: String,
    /// Fingerprint of its values.
    pub hash: String,
    /// The operation. Left out for an all-reduce.
    #[serde(skip_serializing_if = "is_all_reduce")]
    pub collective: Collective,
    /// Number of operations, if the workload is a sequence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operations: Option<usize>,
    /// The claim that its figures decide, if it makes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// The verdict on the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
    /// The verdict in one word: `supported`, `contradicted` or `open`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruling: Option<&'static str>,
}

/// Old scenes have reports without the field.
fn is_all_reduce(collective: &Collective) -> bool {
    *collective == Collective::AllReduce
}

/// One solved fabric. A fabric that cannot run has `null` figures and a note.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FabricReport {
    /// A, B, C … in the order of the scene.
    pub id: String,
    /// The name of the fabric.
    pub name: String,
    /// The id of the machine in the catalog.
    pub machine: String,
    /// `nvlink`, `strips` or `per-pe`.
    pub layout: &'static str,
    /// `ideal` or `measured`.
    pub timing: &'static str,
    /// The algorithm in the scene.
    pub algorithm_requested: String,
    /// The algorithm that ran.
    pub algorithm: String,
    /// The ranks of the collective.
    pub ranks: u64,
    /// Chips or PEs in use.
    pub elements: u64,
    /// Size, time, rates and bounds.
    #[serde(flatten)]
    pub figures: RunFigures,
    /// Transfers, with all copies of cohorts.
    pub transfers: u64,
    /// Fingerprint of the trace.
    pub trace_hash: Option<String>,
    /// With `auto` and `nccl-table`: what was tried, and what could not be tried and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto: Option<ChoiceReport>,
    /// The operations of a sequence as they ran.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<OperationReport>,
    /// Notes on the figures.
    pub notes: Vec<Note>,
}

/// How `auto` or `nccl-table` chose.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChoiceReport {
    /// The algorithm that was chosen. `null` if none could run.
    pub chosen: Option<String>,
    /// The algorithms that ran.
    pub tried: Vec<TriedReport>,
    /// All others that fit the fabric.
    pub untried: Vec<UntriedReport>,
}

/// An algorithm that ran.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TriedReport {
    /// Its id.
    pub algorithm: &'static str,
    /// Its time, seconds.
    pub time_s: f64,
}

/// An algorithm that did not run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UntriedReport {
    /// Its id.
    pub algorithm: &'static str,
    /// Why, for people.
    pub reason: String,
}

impl ChoiceReport {
    /// The report of a choice that ended with this algorithm.
    pub fn new(choice: &Choice, algorithm: &str) -> ChoiceReport {
        let chosen = choice.tried.iter().any(|tried| tried.algorithm == algorithm).then(|| algorithm.to_owned());
        let tried = choice.tried.iter();
        let untried = choice.untried.iter();
        ChoiceReport {
            chosen,
            tried: tried.map(|one| TriedReport { algorithm: one.algorithm, time_s: one.time.secs() }).collect(),
            untried: untried.map(|one| UntriedReport { algorithm: one.algorithm, reason: one.reason.text() }).collect(),
        }
    }
}

impl SceneReport {
    /// The header of a report.
    pub fn new(scene: &Scene, runs: &[FabricRun]) -> SceneReport {
        let (title, hash) = (scene.title.clone(), scene.hash.clone());
        SceneReport {
            title,
            hash,
            collective: scene.collective(),
            operations: scene.sequence().map(|sequence| sequence.operations.len()),
            claim: scene.claim.clone(),
            verdict: verdict(scene, runs),
            ruling: claim_ruling(&scene.decide, runs).map(Ruling::as_str),
        }
    }
}

impl Report {
    /// The report of a solved scene.
    pub fn new(scene: &Scene, runs: &[FabricRun]) -> Report {
        Report {
            version: 1,
            scene: SceneReport::new(scene, runs),
            fabrics: runs.iter().enumerate().map(|(index, run)| fabric_report(index, run)).collect(),
        }
    }
}

fn fabric_report(index: usize, run: &FabricRun) -> FabricReport {
    let mut notes = run.notes.clone();
    if let Outcome::Failed(error) = &run.outcome {
        notes.push(Note::new(crate::solve::NoteCode::Failed, error.to_string()));
    }
    FabricReport {
        id: letter(index),
        name: run.scene.name.clone(),
        machine: run.machine_id().to_owned(),
        layout: run.layout().as_str(),
        timing: run.timing_id(),
        algorithm_requested: run.scene.algorithm.clone(),
        algorithm: run.algorithm.clone(),
        ranks: run.ranks,
        elements: run.elements,
        figures: RunFigures::new(run),
        transfers: run.plan.logical_transfers(),
        trace_hash: run.result().map(|result| result.trace_hash.clone()),
        auto: run.choice.as_ref().map(|choice| ChoiceReport::new(choice, &run.algorithm)),
        operations: operations(run),
        notes,
    }
}
