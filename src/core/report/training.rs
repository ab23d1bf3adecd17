//! The JSON of training runs: `run --json` and `explain --json` of a scene whose workload is one. Fields are added and never
//! removed.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::TrainingJob;
use crate::scene::{Ruling, Scene, TrainingScene, letter};
use crate::training::{
    CallTime, Same, Spread, StepError, TrainingResults, TrainingRun, saved_sentence, training_ruling,
};

/// The results of a training scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainingReport {
    /// Version of this format.
    pub version: u32,
    /// Which scene.
    pub scene: TrainingSceneReport,
    /// Its fabrics, in order.
    pub fabrics: Vec<TrainingFabricReport>,
    /// Wafers that match GPUs: the same days, power or price.
    pub matches: Vec<MatchReport>,
}

/// Which training scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainingSceneReport {
    /// Its title.
    pub title: String,
    /// Fingerprint of its values.
    pub hash: String,
    /// The model.
    pub model: String,
    /// Tokens of the run.
    pub tokens: f64,
    /// The claim that its figures decide, if it makes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// The verdict on the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
    /// The same in one word: `supported`, `contradicted`, or `open`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruling: Option<&'static str>,
}

/// One fabric. Without a step, `error` says why and the figures are `null`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainingFabricReport {
    /// A, B, C … in the order of the scene.
    pub id: String,
    /// The name of the fabric.
    pub name: String,
    /// The id of the machine in the catalog.
    pub machine: String,
    /// GPUs or wafers.
    pub chips: u32,
    /// `ideal` or `measured`: the timing of the collectives.
    pub timing: String,
    /// Why there is no step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Option<TrainingFigures>,
}

/// The figures of a fabric.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainingFigures {
    /// A step, s.
    pub step_s: f64,
    /// Tokens per second.
    pub tokens_per_s: f64,
    /// Model FLOP utilisation: share of the dense 16-bit peak.
    pub mfu: f64,
    /// Model TFLOP/s of a chip.
    pub tflop_s: f64,
    /// What the network costs a step: waiting, slowed compute, stragglers, s.
    pub exposed_s: f64,
    /// The part of it in which compute waits for a collective, a send or a stream, s.
    pub waiting_s: f64,
    /// Communication behind compute, s.
    pub hidden_s: f64,
    /// Waiting for other pipeline stages, s.
    pub bubble_s: f64,
    /// The share of the step that a perfect interconnect saves: of `exposed_s` and of the bubble that it makes longer.
    pub exposed_share: f64,
    /// The step with a perfect interconnect, played again, s.
    pub perfect_step_s: f64,
    /// The least that a step could take, s.
    pub floor_s: f64,
    /// Steps of the run.
    pub steps: f64,
    /// Microbatches of a step.
    pub microbatches: u64,
    /// Data-parallel ranks.
    pub data: u32,
    /// Days of the run.
    pub days: f64,
    /// Days that a perfect interconnect would save.
    pub saved_days: f64,
    /// Energy, MWh.
    pub mwh: f64,
    /// Cost of an owned machine, $.
    pub cost_owned: f64,
    /// Cost of a rented machine, $.
    pub cost_rented: Option<f64>,
    /// Low and high of each result, over the ranges of all uncertain inputs.
    pub ranges: BTreeMap<&'static str, [f64; 2]>,
    /// Where the time of a step goes, s. The parts add up to `step_s`.
    pub parts: Vec<PartReport>,
    /// The distinct collectives that the engine played.
    pub collectives: Vec<CollectiveReport>,
    /// The uncertain inputs.
    pub uncertain: Vec<UncertainReport>,
    /// One sentence about what a perfect network would save.
    pub sentence: String,
    /// What should be known.
    pub warnings: Vec<String>,
}

/// A part of a step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartReport {
    /// What it is.
    pub part: &'static str,
    /// s.
    pub seconds: f64,
}

/// A collective of a step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CollectiveReport {
    /// The operation.
    pub operation: &'static str,
    /// Its message, bytes.
    pub message_bytes: u64,
    /// Its ranks.
    pub ranks: u32,
    /// The NVLink domains that they lie in.
    pub nodes: u32,
    /// Share of the NICs that other traffic leaves.
    pub nic_share: f64,
    /// The algorithm that ran.
    pub algorithm: String,
    /// s.
    pub time_s: f64,
    /// The least that it could take, s.
    pub bound_s: f64,
}

/// An uncertain input.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UncertainReport {
    /// Its name.
    pub name: &'static str,
    /// The low end.
    pub low: Option<f64>,
    /// The usual value.
    pub value: f64,
    /// The high end.
    pub high: Option<f64>,
    /// Its unit.
    pub unit: String,
    /// How well it is known.
    pub grade: &'static str,
    /// Where it comes from.
    pub source: String,
}

/// Wafers that match GPUs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MatchReport {
    /// The fabric of GPUs.
    pub gpus: String,
    /// The fabric of wafers.
    pub wafers: String,
    /// `days`, `power` or `price`.
    pub same: &'static str,
    /// How many wafers.
    pub count: Option<u32>,
    /// The days of their run.
    pub days: Option<f64>,
    /// In words.
    pub text: String,
}

impl TrainingReport {
    /// The report of a training scene; `None` if the workload is one operation.
    pub fn new(scene: &Scene, results: &TrainingResults) -> Option<TrainingReport> {
        let training = scene.training.as_ref()?;
        let fabrics = results.runs.iter().enumerate().map(|(index, run)| fabric(scene, training, index, run));
        let matches = results.matches.iter().map(|one| MatchReport {
            gpus: letter(one.gpus),
            wafers: letter(one.wafers),
            same: match one.same {
                Same::Days => "days",
                Same::Power => "power",
                Same::Price => "price",
            },
            count: one.count,
            days: one.days.is_finite().then_some(one.days),
            text: one.sentence.clone(),
        });
        Some(TrainingReport {
            version: 1,
            scene: TrainingSceneReport {
                title: scene.title.clone(),
                hash: scene.hash.clone(),
                model: training.model.clone(),
                tokens: training.tokens,
                claim: scene.claim.clone(),
                verdict: results.verdict.as_ref().map(|sentences| sentences.join(" ")),
                ruling: training_ruling(scene, &results.runs).map(Ruling::as_str),
            },
            fabrics: fabrics.collect(),
            matches: matches.collect(),
        })
    }
}

fn fabric(
    scene: &Scene,
    training: &TrainingScene,
    index: usize,
    run: &Result<TrainingRun, StepError>,
) -> TrainingFabricReport {
    let own = training.fabrics.get(index);
    TrainingFabricReport {
        id: letter(index),
        name: scene.fabrics.get(index).map_or_else(String::new, |fabric| fabric.name.clone()),
        machine: own.map_or_else(String::new, |own| own.fabric.machine.clone()),
        chips: own.map_or(0, |own| own.job.chips()),
        timing: own.map_or_else(String::new, |own| own.fabric.timing.clone()),
        error: run.as_ref().err().map(ToString::to_string),
        figures: run.as_ref().ok().map(|run| figures(run, own.map(|own| &own.job))),
    }
}

fn figures(run: &TrainingRun, job: Option<&TrainingJob>) -> TrainingFigures {
    let (step, of) = (&run.step, &run.figures);
    let ends = |spread: &Spread| [spread.low, spread.high];
    let tokens = step.tokens;
    let mut ranges = BTreeMap::from([
        ("step_s", [run.short_s, run.long_s]),
        ("tokens_per_s", [tokens / run.long_s, tokens / run.short_s]),
        ("exposed_share", ends(&of.exposed_share)),
        ("days", ends(&of.days)),
        ("saved_days", ends(&of.saved_days)),
        ("mwh", ends(&of.mwh)),
        ("cost_owned", ends(&of.cost_owned)),
        ("days_with_queue", ends(&of.days_with_queue)),
    ]);
    ranges.extend(of.cost_rented.as_ref().map(|rented| ("cost_rented", ends(rented))));
    let parts = step.parts.all().into_iter().map(|(part, time)| PartReport { part, seconds: time.secs() });
    let uncertain = run.uncertain.iter().map(|one| UncertainReport {
        name: one.kind.as_str(),
        low: one.figure.low,
        value: one.figure.value,
        high: one.figure.high,
        unit: one.figure.unit.clone(),
        grade: one.figure.grade.as_str(),
        source: one.figure.source.clone(),
    });
    let sentence = match job {
        Some(TrainingJob::Gpu(_)) | None => saved_sentence(run),
        Some(TrainingJob::Wafer(job)) => wafer_sentence(run, job.streaming_floor_s()),
    };
    TrainingFigures {
        step_s: step.time.secs(),
        tokens_per_s: step.tokens_per_s(),
        mfu: step.mfu(),
        tflop_s: step.flop_s() / 1e12,
        exposed_s: step.parts.exposed().secs(),
        waiting_s: step.parts.waiting().secs(),
        hidden_s: step.hidden.secs(),
        bubble_s: step.parts.bubble.secs(),
        exposed_share: of.exposed_share.usual,
        perfect_step_s: run.perfect.time.secs(),
        floor_s: step.floor.secs(),
        steps: run.steps,
        microbatches: step.microbatches,
        data: step.data,
        days: of.days.usual,
        saved_days: of.saved_days.usual,
        mwh: of.mwh.usual,
        cost_owned: of.cost_owned.usual,
        cost_rented: of.cost_rented.as_ref().map(|rented| rented.usual),
        ranges,
        parts: parts.collect(),
        collectives: step.timeline.calls.iter().map(collective).collect(),
        uncertain: uncertain.collect(),
        sentence,
        warnings: run.warnings.clone(),
    }
}

/// One sentence about the stream of weights.
fn wafer_sentence(run: &TrainingRun, floor_s: f64) -> String {
    let saved = saved_sentence(run);
    if floor_s <= 0.0 {
        return saved;
    }
    format!(
        "{saved} Wafer I/O takes {floor_s:.3} s for the weights and gradients of one microbatch: no step is shorter, whatever the number \
         of wafers."
    )
}

fn collective(call: &CallTime) -> CollectiveReport {
    CollectiveReport {
        operation: call.call.operation.as_str(),
        message_bytes: call.call.bytes,
        ranks: call.call.ranks(),
        nodes: call.call.nodes,
        nic_share: f64::from(call.call.nic_thousandths) / 1000.0,
        algorithm: call.algorithm.clone(),
        time_s: call.time.secs(),
        bound_s: call.bound.secs(),
    }
}
