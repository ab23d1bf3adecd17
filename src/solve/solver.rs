//! Solving a scene: its fabrics one after the other, within one budget of memory and work.

use super::auto::{fastest, picked_by_table};
use super::fabric_solver::solve_fabric;
use super::notes;
use super::run::FabricRun;
use crate::scene::{AUTO, Distinguish, FabricKind, NCCL_TABLE, Scene, fabric_labels};
use crate::simulate::Budget;
use crate::units::Femtos;

/// Replays of an explanation that may be as large as the budget allows.
const LARGE_REPLAYS: u64 = 16;

/// Plans and simulates every fabric of a scene within its budget.
pub fn solve(scene: &Scene) -> Vec<FabricRun> {
    let mut budget = Budget::SCENE;
    solve_within(scene, &mut budget)
}

/// Plans and simulates every fabric of a scene. What the fabrics cost is taken off the budget; a fabric for which it does
/// not suffice is refused.
pub fn solve_within(scene: &Scene, budget: &mut Budget) -> Vec<FabricRun> {
    let mut runs: Vec<FabricRun> = Vec::with_capacity(scene.fabrics.len());
    for fabric in &scene.fabrics {
        let run = if fabric.algorithm == AUTO {
            fastest(scene, fabric, budget)
        } else if fabric.algorithm == NCCL_TABLE {
            picked_by_table(scene, fabric, budget)
        } else {
            solve_fabric(scene, fabric, &fabric.algorithm, budget)
        };
        budget.bytes = budget.bytes.saturating_sub(run.kept_bytes());
        runs.push(run);
    }
    notes::compare(&mut runs);
    ideal_beside_measured(scene, &mut runs, budget);
    for run in &mut runs {
        run.replay_budget = Budget { work: Budget::SCENE.work / LARGE_REPLAYS, ..*budget };
    }
    runs
}

/// A measured run and a model without software do not compare: a note gives the ideal time as well.
fn ideal_beside_measured(scene: &Scene, runs: &mut [FabricRun], budget: &mut Budget) {
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
        let ideal = fastest(scene, &spec, budget);
        if let (Some(measured), Some(result)) = (run.result().map(|result| result.time), ideal.result()) {
            let note = notes::ideal_ratio(&ideal, result.time, measured, &wafers);
            run.notes.push(note);
        }
    }
}
