//! The JSON of `explain --json`: that of `run --json`, and to each fabric its parts, elasticities and sentences.

use serde::Serialize;

use super::report::{FabricReport, Report, SceneReport};
use crate::explain::{Explanation, class_name, explain, knob_class};
use crate::scene::{FabricRun, Note, Scene};

/// Longest steps of a path that are listed.
const LISTED_STEPS: usize = 8;

/// A solved and explained scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExplainReport {
    /// Version of this form.
    pub version: u32,
    /// Which scene.
    pub scene: SceneReport,
    /// Its fabrics, in order.
    pub fabrics: Vec<ExplainedFabric>,
}

/// One fabric. Of what cannot run the lists are empty.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExplainedFabric {
    /// As in `run --json`.
    #[serde(flatten)]
    pub run: FabricReport,
    /// Where the time goes; adds up to `time_s`.
    pub parts: Vec<PartReport>,
    /// What each figure is worth.
    pub elasticities: Vec<ElasticityReport>,
    /// What it would be with a figure doubled or halved.
    pub what_if: Vec<WhatIfReport>,
    /// The critical path.
    pub path: Option<PathReport>,
    /// All of it in words.
    pub sentences: Vec<String>,
}

/// A part of the time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartReport {
    /// `latency`, `serialization`, `contention`, `processing` or `launch`.
    pub kind: &'static str,
    /// Class of the links, if it is spent on links.
    pub link_class: Option<&'static str>,
    /// What it is more exactly.
    pub what: &'static str,
    /// How long.
    pub seconds: f64,
}

/// What a figure is worth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ElasticityReport {
    /// Class of the links, if it is a figure of links.
    pub link_class: Option<&'static str>,
    /// `capacity`, `latency`, `processing` or `launch`.
    pub of: &'static str,
    /// `d ln T / d ln x`.
    pub value: f64,
    /// Share of the time that one percent more capacity, or less of a time, saves.
    pub percent_saves: f64,
}

/// The run with one figure changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhatIfReport {
    /// Class of the links, if it is a figure of links.
    pub link_class: Option<&'static str>,
    /// `capacity`, `latency`, `processing` or `launch`.
    pub of: &'static str,
    /// What it is multiplied with.
    pub factor: f64,
    /// The time then.
    pub time_s: f64,
}

/// The critical path in short.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PathReport {
    /// Transfers that it passes.
    pub transfers: u32,
    /// Spans.
    pub steps: usize,
    /// The longest of these, the longest first.
    pub longest: Vec<StepReport>,
}

/// A span of the critical path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepReport {
    /// The transfer that the time is spent in.
    pub transfer: Option<u32>,
    /// Its stage.
    pub stage: Option<&'static str>,
    /// As in parts.
    pub kind: &'static str,
    /// As in parts.
    pub link_class: Option<&'static str>,
    /// The link that binds.
    pub link: Option<String>,
    /// Begins, in the engine's fluid time.
    pub from_s: f64,
    /// Ends.
    pub until_s: f64,
}

impl ExplainReport {
    /// Explains the runs of a scene.
    pub fn of(scene: &Scene, runs: &[FabricRun]) -> ExplainReport {
        let Report { version, scene, fabrics } = Report::of(scene, runs);
        let fabrics = fabrics.into_iter().zip(runs).map(|(report, run)| fabric(report, run)).collect();
        ExplainReport { version, scene, fabrics }
    }
}

fn fabric(mut report: FabricReport, run: &FabricRun) -> ExplainedFabric {
    match explain(run) {
        Ok(explanation) => {
            report.notes.extend(explanation.notes.iter().cloned());
            explained(report, run, &explanation)
        }
        Err(error) => {
            // What cannot run says so in its own notes.
            if run.result().is_some() {
                report.notes.push(Note { code: "not-explained", text: error.to_string() });
            }
            let (parts, elasticities, what_if) = (Vec::new(), Vec::new(), Vec::new());
            ExplainedFabric { run: report, parts, elasticities, what_if, path: None, sentences: Vec::new() }
        }
    }
}

fn explained(report: FabricReport, run: &FabricRun, explanation: &Explanation) -> ExplainedFabric {
    let parts = explanation.parts.iter().map(|part| PartReport {
        kind: part.kind.word(),
        link_class: part.class.map(|class| class_name(run, class)),
        what: part.what.words(),
        seconds: part.time.secs(),
    });
    let elasticities = explanation.elasticities.iter().flat_map(|all| &all.all).map(|one| ElasticityReport {
        link_class: knob_class(run, one.knob),
        of: one.knob.of.word(),
        value: one.value,
        percent_saves: one.percent_saves,
    });
    let what_if = explanation.what_ifs.iter().map(|what_if| WhatIfReport {
        link_class: knob_class(run, what_if.knob),
        of: what_if.knob.of.word(),
        factor: what_if.factor,
        time_s: what_if.time.secs(),
    });
    ExplainedFabric {
        run: report,
        parts: parts.collect(),
        elasticities: elasticities.collect(),
        what_if: what_if.collect(),
        path: Some(path(run, explanation)),
        sentences: explanation.sentences.clone(),
    }
}

fn path(run: &FabricRun, explanation: &Explanation) -> PathReport {
    let path = &explanation.path;
    let mut steps: Vec<_> = path.steps.iter().collect();
    // A stable sort: of equally long spans the earlier one comes first.
    steps.sort_by_key(|step| std::cmp::Reverse(step.until.since(step.from)));
    let stage = |id: u32| run.plan.stages().get(usize::from(run.plan.transfer(id).stage.0)).copied();
    let longest = steps.into_iter().take(LISTED_STEPS).map(|step| StepReport {
        transfer: step.transfer,
        stage: step.transfer.and_then(stage),
        kind: step.kind.word(),
        link_class: step.class.map(|class| class_name(run, class)),
        link: step.link.map(|link| run.fabric.link_name(link)),
        from_s: step.from.secs(),
        until_s: step.until.secs(),
    });
    PathReport { transfers: path.transfers, steps: path.steps.len(), longest: longest.collect() }
}
