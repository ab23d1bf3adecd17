//! Solving a scene: every fabric is planned, simulated, and compared with its bounds.

use super::auto::{fastest, picked_by_table};
use super::fabric_bound::fabric_bound_s;
use super::planner::plan;
use super::run::{FabricRun, Outcome, RunResult};
use super::scaling::Scaling;
use super::{measured, notes};
use crate::collective::{Plan, PlanError};
use crate::scene::{AUTO, Distinguish, FabricKind, FabricScene, NCCL_TABLE, Scene, WaferLayout, fabric_labels};
use crate::simulate::{Played, SimulateError, play};
use crate::units::{FEMTOS_PER_SEC, Femtos};

/// Plans and simulates every fabric of a scene.
pub fn solve(scene: &Scene) -> Vec<FabricRun> {
    let mut runs: Vec<FabricRun> = scene
        .fabrics
        .iter()
        .map(|fabric| {
            if fabric.algorithm == AUTO {
                fastest(scene, fabric)
            } else if fabric.algorithm == NCCL_TABLE {
                picked_by_table(scene, fabric)
            } else {
                solve_fabric(scene, fabric, &fabric.algorithm)
            }
        })
        .collect();
    notes::compare(&mut runs);
    ideal_beside_measured(scene, &mut runs);
    runs
}

/// A measured run and a model without software do not compare: a note gives the ideal time as well.
fn ideal_beside_measured(scene: &Scene, runs: &mut [FabricRun]) {
    let labels = fabric_labels(runs.iter().map(|run| &run.scene), Distinguish::ByAlgorithm);
    let wafers: Vec<(String, Femtos)> = runs
        .iter()
        .zip(labels)
        .filter(|(run, _)| matches!(run.scene.kind, FabricKind::Wafer(_) | FabricKind::Wafers(_)))
        .filter_map(|(run, label)| Some((label, run.result()?.time)))
        .collect();
    for run in runs.iter_mut().filter(|_| !wafers.is_empty()) {
        let mut spec = run.scene.clone();
        match &mut spec.kind {
            FabricKind::Chips(chips) if chips.measured.is_some() => chips.measured = None,
            FabricKind::Chips(_) | FabricKind::Wafer(_) | FabricKind::Wafers(_) => continue,
        }
        let ideal = fastest(scene, &spec);
        if let (Some(measured), Some(result)) = (run.result().map(|result| result.time), ideal.result()) {
            let note = notes::ideal_ratio(&ideal, result.time, measured, &wafers);
            run.notes.push(note);
        }
    }
}

/// Plans and simulates a fabric with one algorithm.
pub(super) fn solve_fabric(scene: &Scene, spec: &FabricScene, algorithm: &str) -> FabricRun {
    let mut run = unplanned(scene, spec, algorithm);
    if let Some(note) = notes::does_not_fit(&run) {
        run.notes.push(note);
        return run;
    }
    let played = plan_run(&mut run).map_err(SimulateError::from).and_then(|()| {
        let played = play(&run.fabric, &run.plan)?;
        report(&run, played)
    });
    run.outcome = match played {
        Ok(result) => Outcome::Ran(result),
        Err(error) => Outcome::Failed(error),
    };
    run.notes = notes::of_run(&run);
    run
}

/// Plans a run.
///
/// # Errors
/// As the algorithm's function.
pub(super) fn plan_run(run: &mut FabricRun) -> Result<(), PlanError> {
    run.plan = plan(&run.scene, &mut run.fabric, run.message, (run.measured.as_ref(), &Scaling::NONE))?;
    Ok(())
}

/// A run of a fabric before it is planned.
pub(super) fn unplanned(scene: &Scene, spec: &FabricScene, algorithm: &str) -> FabricRun {
    let message = scene.message;
    let (ranks, elements) = match &spec.kind {
        FabricKind::Chips(chips) => (u64::from(chips.ranks()), u64::from(chips.ranks())),
        FabricKind::Wafer(wafer) => match &wafer.layout {
            WaferLayout::PerPe { .. } => (u64::from(wafer.mesh.pe_count()), u64::from(wafer.mesh.pe_count())),
            WaferLayout::Strips { layout, .. } => {
                let columns = u64::from(layout.strips) * u64::from(layout.strip_width);
                (u64::from(layout.strips), columns * u64::from(wafer.mesh.height))
            }
        },
        FabricKind::Wafers(wafers) => (u64::from(wafers.tree.wafers), u64::from(wafers.tree.wafers)),
    };
    let fabric = spec.fabric();
    let bound_s = fabric_bound_s(spec, &fabric, message);
    FabricRun {
        scene: spec.clone(),
        algorithm: algorithm.to_owned(),
        message,
        fabric,
        plan: Plan::default(),
        outcome: Outcome::CannotRun,
        ranks,
        elements,
        bound_s,
        measured: measured::candidate(&spec.kind, message),
        choice: None,
        notes: Vec::new(),
    }
}

/// The reported figures of a run.
///
/// # Errors
/// A run that beats a bound by more than its one wavelet is an error of the engine, never a result.
fn report(run: &FabricRun, played: Played) -> Result<RunResult, SimulateError> {
    let wavelet = run.fabric.wavelet_cycle();
    let fluid = played.trace.end();
    let bound = Femtos((run.bound_s * FEMTOS_PER_SEC) as u64).max(played.bounds.tightest());
    // The bounds are computed in one step, the run in many, each rounded by at most half a femtosecond.
    let steps = run.plan.rings().map_or(run.plan.transfer_count(), |rings| rings.steps());
    let slack = 2 + u64::from(steps);
    if fluid.0 + slack < bound.0 {
        return Err(SimulateError::FasterThanBound { time_fs: fluid.0, bound_fs: bound.0 });
    }
    let trace_hash = played.trace.hash();
    let plan_bound_s = played.bounds.tightest().since(wavelet).secs();
    // No run takes no time at all: rates would be infinite.
    let time = fluid.since(wavelet).max(Femtos(1));
    Ok(RunResult { played, time, plan_bound_s, trace_hash })
}
