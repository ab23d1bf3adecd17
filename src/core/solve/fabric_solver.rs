//! Solving one fabric: it is planned, simulated, and compared with its bounds.

use std::sync::Arc;

use super::fabric_bound::fabric_bound_s;
use super::planner::plan;
use super::run::{FabricRun, Outcome, RunResult};
use super::scaling::Scaling;
use super::{measured, notes, ranks_that_fit};
use crate::collective::{Collective, OperationWork, PlanError};
use crate::fabric::Fabric;
use crate::scene::{FabricKind, FabricScene, Scene, WaferLayout};
use crate::simulate::{Budget, Budgeted, Cost, Played, SimulateError, TooLarge, estimate, play_within};
use crate::units::{Bytes, FEMTOS_PER_SEC, Femtos};

/// A candidate of `auto` is given up when it takes this many times the work of the best one so far, but never below
/// [`CANDIDATE_WORK`].
const CANDIDATE_FACTOR: u64 = 100;
/// Work that every candidate of `auto` may take: about three seconds.
const CANDIDATE_WORK: u64 = 200_000_000;

/// The estimated cost of a fabric with the algorithm that it names, without playing it: for a choice among algorithms.
/// A fabric with `auto` or `nccl-table` must name one of its algorithms first.
///
/// # Errors
/// As planning; [`SimulateError::TooLarge`] beyond the memory of [`Budget::SCENE`].
pub fn estimated_cost(scene: &Scene, spec: &FabricScene) -> Result<Cost, SimulateError> {
    let mut fabric = spec.fabric();
    let candidate = measured::candidate(spec, scene.message);
    let plan = plan(spec, &mut fabric, scene.message, (candidate.as_ref(), &Scaling::NONE))?;
    estimate(&fabric, &plan)
}

/// Runs a candidate of `auto` beside the best one so far, which stays in memory. It is given up when it takes many times
/// as much work.
pub(super) fn solve_candidate(
    scene: &Scene,
    (spec, algorithm): (&FabricScene, &str),
    best: Option<&FabricRun>,
    budget: &mut Budget,
) -> FabricRun {
    let held = best.map_or(0, FabricRun::kept_bytes);
    let known = best.and_then(FabricRun::result).map(|result| result.played.cost.work);
    let most = known.map_or(u64::MAX, |work| work.saturating_mul(CANDIDATE_FACTOR).max(CANDIDATE_WORK));
    // Half of what is left, so that a candidate that is given up leaves enough for the others.
    let work = (budget.work / 2).min(most);
    let mut own = Budget { bytes: budget.bytes.saturating_sub(held), work, ..*budget };
    let run = solve_fabric(scene, spec, algorithm, &mut own);
    budget.work -= work - own.work;
    budget.lacked_memory = own.lacked_memory;
    run
}

/// Plans and simulates a fabric with one algorithm.
pub(super) fn solve_fabric(scene: &Scene, spec: &FabricScene, algorithm: &str, budget: &mut Budget) -> FabricRun {
    let mut run = unplanned(scene, spec, algorithm);
    run.replay_budget = *budget;
    if let Some(note) = notes::does_not_fit(&run) {
        run.notes.push(note);
        return run;
    }
    let (ranks, fluid_bound_s) = (run.ranks, bound_of_s(spec, &run.fabric, run.message));
    let work = budget.work;
    let played = plan_run(&mut run).map_err(SimulateError::from).and_then(|()| {
        let played = play_within(&run.fabric, &run.plan, budget)?;
        report(&mut run, played, fluid_bound_s)
    });
    run.outcome = match played {
        Ok(result) => Outcome::Ran(result),
        Err(mut error) => {
            // A plan that was refused may be as large as the memory allows.
            run.plan = Arc::default();
            if let SimulateError::TooLarge(refusal) = &mut error {
                budget.lacked_memory |= refusal.budgeted == Budgeted::Memory;
                *refusal = with_work_done(*refusal, work);
            }
            Outcome::Failed(ranks_that_fit::of_error(spec, error, ranks))
        }
    };
    run.notes = notes::of_run(&run);
    run
}

/// Plans a run.
///
/// # Errors
/// As the algorithm's function.
pub(super) fn plan_run(run: &mut FabricRun) -> Result<(), PlanError> {
    let fabric = Arc::make_mut(&mut run.fabric);
    run.plan = Arc::new(plan(&run.scene, fabric, run.message, (run.measured.as_ref(), &Scaling::NONE))?);
    Ok(())
}

/// The fabric bound, seconds; of a sequence, that of its largest operation of all ranks.
fn bound_of_s(spec: &FabricScene, fabric: &Fabric, message: Bytes) -> f64 {
    let Some(sequence) = &spec.sequence else { return fabric_bound_s(spec, fabric, message) };
    let mut alone = FabricScene { sequence: None, ..spec.clone() };
    // On wafers every operation is one of all ranks.
    let ranks = match &spec.kind {
        FabricKind::Chips(chips) => Some(chips.ranks() as usize),
        FabricKind::Wafer(_) | FabricKind::Wafers(_) => None,
    };
    let mut known: Vec<(Collective, Bytes)> = Vec::new();
    for operation in &sequence.operations {
        let of_all = |group: &Vec<u32>| ranks.is_none_or(|ranks| group.len() == ranks);
        let is_whole = operation.groups.first().is_some_and(of_all);
        if let (true, OperationWork::Collective { collective, message, .. }) = (is_whole, operation.work)
            && !known.contains(&(collective, message))
        {
            known.push((collective, message));
        }
    }
    let bounds = known.into_iter().map(|(collective, message)| {
        alone.collective = collective;
        fabric_bound_s(&alone, fabric, message)
    });
    bounds.fold(0.0, f64::max)
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
    let fluid_bound_s = bound_of_s(spec, &fabric, message);
    // As the time is reported (engine-model 1.7), on the same grid. Infinite if a port or a cut has no link left.
    let is_finite = fluid_bound_s.is_finite();
    let bound_s =
        if is_finite { rounded_down(fluid_bound_s).since(fabric.wavelet_cycle()).secs() } else { fluid_bound_s };
    FabricRun {
        scene: spec.clone(),
        algorithm: algorithm.to_owned(),
        message,
        fabric: Arc::new(fabric),
        plan: Arc::default(),
        outcome: Outcome::CannotRun,
        ranks,
        elements,
        bound_s,
        measured: measured::candidate(spec, message),
        choice: None,
        notes: Vec::new(),
        replay_budget: Budget::SCENE,
    }
}

/// A run that was stopped names what was left at that moment. Its user needs all the work, and all that it was given.
fn with_work_done(refusal: TooLarge, given: u64) -> TooLarge {
    match refusal.budgeted {
        Budgeted::Memory => refusal,
        Budgeted::Work => {
            let done = given.saturating_sub(refusal.limit);
            TooLarge {
                needed: refusal.needed.saturating_add(done),
                limit: refusal.limit.saturating_add(done),
                ..refusal
            }
        }
    }
}

/// An instant on the grid of the engine that is not later: a bound may be too low by a femtosecond, never too high.
fn rounded_down(seconds: f64) -> Femtos {
    Femtos((seconds * FEMTOS_PER_SEC) as u64)
}

/// The reported figures of a run, and its fabric bound brought in line with them. It holds that fabric bound <= plan bound
/// <= time: what no all-reduce can beat no plan can beat, and where rounding says otherwise the larger one gives way.
///
/// # Errors
/// A run that beats a bound by more than its one wavelet is an error of the engine, never a result.
fn report(run: &mut FabricRun, played: Played, fluid_bound_s: f64) -> Result<RunResult, SimulateError> {
    let wavelet = run.fabric.wavelet_cycle();
    let fluid = played.trace.end();
    let fabric_bound = rounded_down(fluid_bound_s);
    let bound = fabric_bound.max(played.bounds.tightest());
    // The bounds are computed in one step, the run in many, each rounded by at most half a femtosecond.
    let steps = run.plan.rings().map_or(run.plan.transfer_count(), |rings| rings.steps());
    let slack = 2 + u64::from(steps);
    if fluid.0 + slack < bound.0 {
        return Err(SimulateError::FasterThanBound { time_fs: fluid.0, bound_fs: bound.0 });
    }
    let trace_hash = played.trace.hash();
    // No run takes no time at all: rates would be infinite.
    let time = fluid.since(wavelet).max(Femtos(1));
    let plan_bound = bound.since(wavelet).min(time);
    run.bound_s = fabric_bound.since(wavelet).min(plan_bound).secs();
    let plan_bound_s = plan_bound.secs();
    Ok(RunResult { played: Arc::new(played), time, plan_bound_s, trace_hash })
}
