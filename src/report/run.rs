//! The JSON of `run --json`, which the browser's `state()` repeats. Stable: fields are only ever added.

use serde::Serialize;

use crate::explain::verdict;
use crate::scene::{Scene, letter};
use crate::solve::{FabricRun, Note, Outcome};

/// A solved scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Version of this form.
    pub version: u32,
    /// Which scene.
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
    /// The claim that its figures are to decide, if it makes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// What its figures say to that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
}

/// One solved fabric. What cannot run has `null` figures and a note.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FabricReport {
    /// A, B, C ... in the order of the scene.
    pub id: String,
    /// Name on the screen.
    pub name: String,
    /// Id in the catalog.
    pub machine: String,
    /// `nvlink`, `strips` or `per-pe`.
    pub layout: &'static str,
    /// Whose times.
    pub timing: &'static str,
    /// As written in the scene.
    pub algorithm_requested: String,
    /// As played.
    pub algorithm: String,
    /// Ranks of the collective.
    pub ranks: u64,
    /// Chips or PEs that take part.
    pub elements: u64,
    /// Bytes per rank.
    pub message_bytes: u64,
    /// Time of the collective.
    pub time_s: Option<f64>,
    /// Message over time.
    pub algbw_gb_s: Option<f64>,
    /// `algbw x 2(n-1)/n`.
    pub busbw_gb_s: Option<f64>,
    /// The most bytes over any one link, over the time.
    pub wire_gb_s: Option<f64>,
    /// Least time of any all-reduce on this fabric.
    pub bound_s: f64,
    /// Least time of the plan that was played.
    pub plan_bound_s: Option<f64>,
    /// Streams, cohorts counted in full.
    pub transfers: u64,
    /// Fingerprint of the trace.
    pub trace_hash: Option<String>,
    /// What must be said beside the figures.
    pub notes: Vec<Note>,
}

impl SceneReport {
    /// What is told of a scene and its runs.
    pub fn new(scene: &Scene, runs: &[FabricRun]) -> SceneReport {
        let (title, hash) = (scene.title.clone(), scene.hash.clone());
        SceneReport { title, hash, claim: scene.claim.clone(), verdict: verdict(scene, runs) }
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
    let result = run.result();
    let gb_s = |rate: f64| rate / 1e9;
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
        message_bytes: run.message.0,
        time_s: result.map(|result| result.time.secs()),
        algbw_gb_s: result.map(|result| gb_s(result.algbw(run.message))),
        busbw_gb_s: result.map(|result| gb_s(result.busbw(run.message, run.ranks))),
        wire_gb_s: result.map(|result| gb_s(result.wire())),
        bound_s: run.bound_s,
        plan_bound_s: result.map(|result| result.plan_bound_s),
        transfers: run.plan.logical_transfers(),
        trace_hash: result.map(|result| result.trace_hash.clone()),
        notes,
    }
}
