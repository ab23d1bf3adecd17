//! Solving a scene: its fabrics one after the other, within one budget of memory and work.

use std::sync::Arc;

use super::auto::{fastest, picked_by_table};
use super::fabric_solver::solve_fabric;
use super::notes;
use super::reuse::SolvedFabrics;
use super::run::{FabricRun, Outcome};
use super::sequence::solve_sequence;
use crate::scene::{AUTO, Distinguish, FabricKind, FabricScene, NCCL_TABLE, Scene, fabric_labels};
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
    let mut solver = SceneSolver { budget: *budget, ..SceneSolver::new(scene.clone(), SolvedFabrics::default()) };
    while solver.step() {}
    *budget = solver.budget;
    solver.finish().0
}

/// Solves a scene fabric by fabric, so that a caller can work in slices or stop between them. Fabrics that an earlier
/// version of the scene has in common are taken over.
///
/// The result is that of [`solve`], whatever was solved before.
#[derive(Debug)]
pub struct SceneSolver {
    scene: Scene,
    budget: Budget,
    runs: Vec<FabricRun>,
    /// Solved for an earlier version of the scene.
    earlier: SolvedFabrics,
    /// Solved or taken over for this one.
    solved: SolvedFabrics,
    /// Number of runs that have their comparison with ideal timing; `None` before all fabrics are solved.
    compared: Option<usize>,
}

impl SceneSolver {
    /// A solver that has done nothing yet. `earlier` comes from [`SceneSolver::finish`].
    pub fn new(scene: Scene, earlier: SolvedFabrics) -> SceneSolver {
        let (runs, solved) = (Vec::with_capacity(scene.fabrics.len()), SolvedFabrics::default());
        SceneSolver { scene, budget: Budget::SCENE, runs, earlier, solved, compared: None }
    }

    /// Fabrics solved so far, and all.
    pub fn progress(&self) -> (usize, usize) {
        (self.runs.len(), self.scene.fabrics.len())
    }

    /// Solves the next fabric. Returns whether there is more to do.
    pub fn step(&mut self) -> bool {
        if let Some(spec) = self.scene.fabrics.get(self.runs.len()).cloned() {
            let run = self.solve_or_reuse(&spec, solve_spec);
            self.budget.bytes = self.budget.bytes.saturating_sub(run.kept_bytes());
            self.runs.push(run);
            return true;
        }
        let Some(next) = self.compared else {
            notes::compare(&mut self.runs);
            self.compared = Some(0);
            return true;
        };
        self.compared = Some(next + 1);
        if next < self.runs.len() {
            self.compare_with_ideal(next);
            return true;
        }
        false
    }

    /// The runs, and what the solver of a changed scene can take over.
    pub fn finish(mut self) -> (Vec<FabricRun>, SolvedFabrics) {
        while self.step() {}
        for run in &mut self.runs {
            run.replay_budget = Budget { work: Budget::SCENE.work / LARGE_REPLAYS, ..self.budget };
        }
        (self.runs, self.solved)
    }

    fn solve_or_reuse(
        &mut self,
        spec: &FabricScene,
        solve: impl FnOnce(&Scene, &FabricScene, &mut Budget) -> FabricRun,
    ) -> FabricRun {
        let known = self.earlier.find(self.scene.message, spec, &self.budget);
        let before = self.budget;
        let run = match known {
            Some((run, spent)) => {
                self.budget.work = self.budget.work.saturating_sub(spent);
                run
            }
            None => solve(&self.scene, spec, &mut self.budget),
        };
        self.solved.keep(self.scene.message, spec, (before, self.budget), &run);
        run
    }

    /// A measured run and a model without software do not compare: a note gives the ideal time as well.
    fn compare_with_ideal(&mut self, fabric: usize) {
        let labels = fabric_labels(self.runs.iter().map(|run| &run.scene), Distinguish::ByAlgorithm);
        let wafers: Vec<(String, Femtos)> = (self.runs.iter().zip(labels))
            .filter(|(run, _)| matches!(run.scene.kind, FabricKind::Wafer(_) | FabricKind::Wafers(_)))
            .filter_map(|(run, label)| Some((label, run.result()?.time)))
            .collect();
        let mut spec = self.runs[fabric].scene.clone();
        match &mut spec.kind {
            FabricKind::Chips(chips) if chips.measured.is_some() && !wafers.is_empty() => chips.measured = None,
            FabricKind::Chips(_) | FabricKind::Wafer(_) | FabricKind::Wafers(_) => return,
        }
        // Under `auto`, so that it is not taken for the fabric itself.
        AUTO.clone_into(&mut spec.algorithm);
        let ideal = self.solve_or_reuse(&spec, fastest);
        let run = &mut self.runs[fabric];
        if let (Some(measured), Some(result)) = (run.result().map(|result| result.time), ideal.result()) {
            let note = notes::ideal_ratio(&ideal, result.time, measured, &wafers);
            run.notes.push(note);
        }
    }
}

fn solve_spec(scene: &Scene, spec: &FabricScene, budget: &mut Budget) -> FabricRun {
    if spec.sequence.is_some() {
        solve_sequence(scene, spec, budget)
    } else if spec.algorithm == AUTO {
        fastest(scene, spec, budget)
    } else if spec.algorithm == NCCL_TABLE {
        picked_by_table(scene, spec, budget)
    } else {
        solve_fabric(scene, spec, &spec.algorithm, budget)
    }
}

impl FabricRun {
    /// Whether two runs are one: then everything that was prepared for one serves the other. Their notes may differ,
    /// because these also compare with the other fabrics.
    pub fn is_same_run(&self, other: &FabricRun) -> bool {
        let same_result = match (&self.outcome, &other.outcome) {
            (Outcome::Ran(one), Outcome::Ran(other)) => Arc::ptr_eq(&one.played, &other.played),
            (one, other) => one == other,
        };
        Arc::ptr_eq(&self.plan, &other.plan) && Arc::ptr_eq(&self.fabric, &other.fabric) && same_result
    }
}
