//! The JSON of `explain --json`: that of `run --json`, and to each fabric its parts, elasticities and sentences.

use serde::Serialize;

use super::run::{FabricReport, Report, SceneReport};
use crate::explain::{
    AtInstant, CriticalPath, Explanation, Suspect, class_name, critical_path, ends, explain, figure_words, instant,
    instant_sentences, is_fitted, parameter_class, part_words,
};
use crate::scene::{Degradation, Scene};
use crate::solve::{FabricRun, Note};
use crate::units::Femtos;

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
    /// What is wrong with the fabric, and the time without it; all of it together comes last.
    pub troubles: Vec<TroubleReport>,
    /// The critical path.
    pub path: Option<PathReport>,
    /// All of it in words.
    pub sentences: Vec<String>,
    /// What happens at the instant that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instant: Option<InstantReport>,
}

/// Something that is wrong with a fabric.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TroubleReport {
    /// `slow-link`, `cut-link`, `slow-chip`, `late-ranks`, `traffic`, or `all` of them.
    pub kind: &'static str,
    /// The links that it slows.
    pub links: Vec<String>,
    /// How long the critical path is on these links, or waits for the ranks.
    pub on_path_s: f64,
    /// The time without it; `null` where that cannot be tried.
    pub mended_s: Option<f64>,
}

/// What happens at one instant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InstantReport {
    /// When, in the fabric's own time.
    pub at_s: f64,
    /// The link that binds; `null` while no stream flows.
    pub binding: Option<String>,
    /// Its class.
    pub link_class: Option<&'static str>,
    /// The streams on it, at most 32.
    pub sharing: Vec<StreamReport>,
    /// How many more share it.
    pub more_sharing: usize,
    /// Transfers that have not started and wait for these streams, the next ones first, at most 32.
    pub waiting: Vec<WaitingReport>,
    /// Whether more may wait.
    pub more_waiting: bool,
    /// All of it in words.
    pub sentences: Vec<String>,
}

/// A stream on the link that binds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StreamReport {
    /// The transfer.
    pub transfer: u32,
    /// Where it enters the fabric.
    pub from: String,
    /// Where it leaves it.
    pub to: String,
    /// Its stage.
    pub stage: Option<&'static str>,
    /// Bytes per second over 1e9.
    pub rate_gb_s: f64,
    /// Share of the link's capacity.
    pub share: f64,
}

/// A transfer that has not started.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WaitingReport {
    /// The transfer.
    pub transfer: u32,
    /// Where it will enter the fabric.
    pub from: String,
    /// Where it will leave it.
    pub to: String,
    /// Its stage.
    pub stage: Option<&'static str>,
    /// The stream that it waits for, directly or not.
    pub on: u32,
    /// When it will start.
    pub starts_s: f64,
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
    /// Share of the time that one percent more capacity, or less of a time, saves; below 0 where it costs.
    pub saves: f64,
    /// Whether it is no link's figure but a rate fitted to what NCCL achieves.
    pub fitted: bool,
    /// The figure in words.
    #[serde(skip)]
    pub words: String,
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
    /// What takes the time instead: the part that has grown most, if one has.
    pub then: Option<String>,
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
    pub fn new(scene: &Scene, runs: &[FabricRun]) -> ExplainReport {
        ExplainReport::at(scene, runs, None)
    }

    /// Explains the runs of a scene, and what happens at an instant.
    pub fn at(scene: &Scene, runs: &[FabricRun], at: Option<Femtos>) -> ExplainReport {
        let Report { version, scene, fabrics } = Report::new(scene, runs);
        let fabrics = fabrics.into_iter().zip(runs).map(|(report, run)| {
            let mut fabric = fabric(report, run);
            fabric.instant = at.and_then(|at| instant_report(run, at));
            fabric
        });
        let fabrics = fabrics.collect();
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
                report.notes.push(Note::new(crate::solve::NoteCode::NotExplained, error.to_string()));
            }
            let (parts, elasticities, what_if) = (Vec::new(), Vec::new(), Vec::new());
            let (troubles, sentences) = (Vec::new(), Vec::new());
            let (path, instant) = (None, None);
            ExplainedFabric { run: report, parts, elasticities, what_if, troubles, path, sentences, instant }
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
        link_class: parameter_class(run, one.parameter),
        of: one.parameter.of.word(),
        value: one.value,
        saves: one.saves,
        fitted: is_fitted(one.parameter),
        words: figure_words(run, one.parameter),
    });
    let what_if = explanation.what_ifs.iter().map(|what_if| WhatIfReport {
        link_class: parameter_class(run, what_if.parameter),
        of: what_if.parameter.of.word(),
        factor: what_if.factor,
        time_s: what_if.time.secs(),
        then: what_if.then.map(|part| part_words(run, &part)),
    });
    ExplainedFabric {
        run: report,
        parts: parts.collect(),
        elasticities: elasticities.collect(),
        what_if: what_if.collect(),
        troubles: explanation.suspects.iter().map(|suspect| trouble(run, suspect)).collect(),
        path: Some(path(run, explanation)),
        sentences: explanation.sentences.clone(),
        instant: None,
    }
}

fn trouble(run: &FabricRun, suspect: &Suspect) -> TroubleReport {
    let kind = match suspect.troubles.as_slice() {
        [Degradation::Links { share, .. }] if *share == 0.0 => "cut-link",
        [Degradation::Links { .. }] => "slow-link",
        [Degradation::SlowChip { .. }] => "slow-chip",
        [Degradation::Late(_)] => "late-ranks",
        [Degradation::Traffic(_)] => "traffic",
        _ => "all",
    };
    let links = suspect.troubles.iter().flat_map(Degradation::links).map(|link| run.fabric.link_name(*link));
    TroubleReport {
        kind,
        links: links.collect(),
        on_path_s: suspect.on_path.secs(),
        mended_s: suspect.mended.map(Femtos::secs),
    }
}

/// Looks at an instant of a run, if it ran and has not ended by then.
fn instant_report(run: &FabricRun, at: Femtos) -> Option<InstantReport> {
    let trace = &run.result()?.played.trace;
    let path: CriticalPath = critical_path(run).ok()?;
    let found: Option<AtInstant> = instant(&run.fabric, &run.plan, trace, at);
    let sentences = instant_sentences(run, &path, at, found.as_ref());
    let stage = |id: u32| run.plan.phases().get(usize::from(run.plan.transfer(id).phase.0)).copied();
    let sharing = found.iter().flat_map(|found| &found.sharing).map(|one| {
        let (from, to) = ends(run, &run.plan.transfer(one.transfer));
        let (transfer, rate_gb_s, share) = (one.transfer, one.rate / 1e9, one.share);
        StreamReport { transfer, from, to, stage: stage(transfer), rate_gb_s, share }
    });
    let waiting = found.iter().flat_map(|found| &found.waiting).map(|one| {
        let (from, to) = ends(run, &run.plan.transfer(one.transfer));
        let (transfer, on, starts_s) = (one.transfer, one.on, one.starts.secs());
        WaitingReport { transfer, from, to, stage: stage(transfer), on, starts_s }
    });
    Some(InstantReport {
        at_s: at.secs(),
        binding: found.as_ref().map(|found| run.fabric.link_name(found.binding.link)),
        link_class: found.as_ref().map(|found| class_name(run, found.class)),
        sharing: sharing.collect(),
        more_sharing: found.as_ref().map_or(0, |found| found.more_sharing),
        waiting: waiting.collect(),
        more_waiting: found.as_ref().is_some_and(|found| found.more_waiting),
        sentences,
    })
}

fn path(run: &FabricRun, explanation: &Explanation) -> PathReport {
    let path = &explanation.path;
    let mut steps: Vec<_> = path.steps.iter().collect();
    // A stable sort: of equally long spans the earlier one comes first.
    steps.sort_by_key(|step| std::cmp::Reverse(step.until.since(step.from)));
    let stage = |id: u32| run.plan.phases().get(usize::from(run.plan.transfer(id).phase.0)).copied();
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
