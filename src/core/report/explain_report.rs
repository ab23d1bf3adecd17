//! Builds the report of `explain` from the runs of a scene.

use super::explanation::{
    ElasticityReport, ExplainReport, ExplainedFabric, InstantReport, PathOperationReport, PathReport, RootCauseReport,
    ShareReport, StepReport, StreamReport, UpgradeReport, WaitingReport,
};
use super::run::{FabricReport, Report};
use crate::explain::{
    CriticalPath, Explanation, InstantDetail, RootCause, TransferEnds, class_label, critical_path, explain, instant,
    instant_sentences, is_fitted, operations_on_path, parameter_class_label, parameter_label, share_label,
    transfer_ends,
};
use crate::scene::{Degradation, Scene};
use crate::solve::{FabricRun, Note, NoteCode};
use crate::units::Femtos;

/// The most spans of a path that are listed.
const MAX_STEPS: usize = 8;

impl ExplainReport {
    /// Explains the runs of a scene.
    pub fn new(scene: &Scene, runs: &[FabricRun]) -> ExplainReport {
        ExplainReport::at(scene, runs, None)
    }

    /// Explains the runs of a scene, and one instant of them.
    pub fn at(scene: &Scene, runs: &[FabricRun], at: Option<Femtos>) -> ExplainReport {
        let Report { version, scene, fabrics } = Report::new(scene, runs);
        let fabrics = fabrics.into_iter().zip(runs).map(|(report, run)| explained_fabric(report, run, at)).collect();
        ExplainReport { version, scene, fabrics }
    }
}

/// Explains the run of one fabric, and one instant of it.
pub fn explained_fabric(mut report: FabricReport, run: &FabricRun, at: Option<Femtos>) -> ExplainedFabric {
    match explain(run) {
        Ok(explanation) => {
            report.notes.extend(explanation.notes.iter().cloned());
            let instant = at.map(|at| instant_of_path(run, &explanation.path, at));
            ExplainedFabric { instant, ..explained(report, run, &explanation) }
        }
        Err(error) => {
            // A fabric that cannot run has a note about it already.
            if run.result().is_some() {
                report.notes.push(Note { code: NoteCode::NotExplained, text: error.to_string() });
            }
            ExplainedFabric {
                run: report,
                shares: Vec::new(),
                elasticities: Vec::new(),
                upgrades: Vec::new(),
                root_causes: Vec::new(),
                path: None,
                sentences: Vec::new(),
                instant: None,
            }
        }
    }
}

fn explained(report: FabricReport, run: &FabricRun, explanation: &Explanation) -> ExplainedFabric {
    let shares = explanation.shares.iter().map(|part| ShareReport {
        kind: part.kind.as_str(),
        link_class: part.class.map(|class| class_label(run, class)),
        source: part.source.label(),
        seconds: part.time.secs(),
    });
    let elasticities = explanation.elasticities.iter().flat_map(|all| &all.all).map(|one| ElasticityReport {
        link_class: parameter_class_label(run, one.parameter),
        of: one.parameter.of.as_str(),
        value: one.value,
        saves: one.saves,
        fitted: is_fitted(one.parameter),
        label: parameter_label(run, one.parameter),
    });
    let upgrades = explanation.upgrades.iter().map(|upgrade| UpgradeReport {
        link_class: parameter_class_label(run, upgrade.parameter),
        of: upgrade.parameter.of.as_str(),
        factor: upgrade.factor,
        time_s: upgrade.time.secs(),
        then: upgrade.then.map(|part| share_label(run, &part)),
    });
    ExplainedFabric {
        run: report,
        shares: shares.collect(),
        elasticities: elasticities.collect(),
        upgrades: upgrades.collect(),
        root_causes: explanation.root_causes.iter().map(|cause| root_cause(run, cause)).collect(),
        path: Some(path(run, explanation)),
        sentences: explanation.sentences.clone(),
        instant: None,
    }
}

fn root_cause(run: &FabricRun, cause: &RootCause) -> RootCauseReport {
    let kind = match cause.degradations.as_slice() {
        [Degradation::Links { share, .. }] if *share == 0.0 => "cut-link",
        [Degradation::Links { .. }] => "slow-link",
        [Degradation::SlowChip { .. }] => "slow-chip",
        [Degradation::Late(_)] => "late-ranks",
        [Degradation::Traffic(_)] => "traffic",
        _ => "all",
    };
    let links = cause.degradations.iter().flat_map(Degradation::links).map(|link| run.fabric.link_name(*link));
    RootCauseReport {
        kind,
        links: links.collect(),
        on_path_s: cause.on_path.secs(),
        repaired_s: cause.repaired.map(Femtos::secs),
    }
}

/// An instant of a run; `None` if it did not run or cannot be explained.
pub fn instant_report(run: &FabricRun, at: Femtos) -> Option<InstantReport> {
    Some(instant_of_path(run, &critical_path(run).ok()?, at))
}

/// An instant of a run whose critical path is known.
fn instant_of_path(run: &FabricRun, path: &CriticalPath, at: Femtos) -> InstantReport {
    let found = instant(run, at);
    let sentences = instant_sentences(run, path, at, found.as_ref());
    let bottleneck = found.as_ref().and_then(InstantDetail::bottleneck);
    let phase = |id: u32| run.plan.phases().get(usize::from(run.plan.transfer(id).phase.0)).copied();
    let sharing = found.iter().flat_map(|found| &found.sharing).map(|one| {
        let TransferEnds { from, to } = transfer_ends(run, &run.plan.transfer(one.transfer));
        let (transfer, rate_gb_s, share) = (one.transfer, one.rate / 1e9, one.share);
        StreamReport { transfer, from, to, phase: phase(transfer), rate_gb_s, share }
    });
    let waiting = found.iter().flat_map(|found| &found.waiting).map(|one| {
        let TransferEnds { from, to } = transfer_ends(run, &run.plan.transfer(one.transfer));
        let (transfer, on, starts_s) = (one.transfer, one.on, one.starts.secs());
        WaitingReport { transfer, from, to, phase: phase(transfer), on, starts_s }
    });
    InstantReport {
        at_s: at.secs(),
        bottleneck: bottleneck.map(|found| run.fabric.link_name(found.link)),
        link_class: bottleneck.map(|found| class_label(run, run.fabric.class(found.link))),
        sharing: sharing.collect(),
        more_sharing: found.as_ref().map_or(0, |found| found.more_sharing),
        waiting: waiting.collect(),
        more_waiting: found.as_ref().is_some_and(|found| found.more_waiting),
        sentences,
    }
}

fn path(run: &FabricRun, explanation: &Explanation) -> PathReport {
    let path = &explanation.path;
    let mut steps: Vec<_> = path.steps.iter().collect();
    // The sort is stable: among equally long spans the earlier one comes first.
    steps.sort_by_key(|step| std::cmp::Reverse(step.duration()));
    let phase = |id: u32| run.plan.phases().get(usize::from(run.plan.transfer(id).phase.0)).copied();
    let longest = steps.into_iter().take(MAX_STEPS).map(|step| StepReport {
        transfer: step.transfer,
        phase: step.transfer.and_then(phase),
        kind: step.kind.as_str(),
        link_class: step.class.map(|class| class_label(run, class)),
        link: step.link.map(|link| run.fabric.link_name(link)),
        from_s: step.from.secs(),
        until_s: step.until.secs(),
    });
    let operations = operations_on_path(&run.plan, path).into_iter().map(|one| PathOperationReport {
        name: one.name,
        from_s: one.from.secs(),
        until_s: one.until.secs(),
    });
    PathReport {
        transfers: path.transfers,
        steps: path.steps.len(),
        longest: longest.collect(),
        operations: operations.collect(),
    }
}
