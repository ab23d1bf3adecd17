//! `auto` and `nccl-table`: which algorithm runs, and what is known of the others.

use super::choice::{Choice, Tried, Untried, UntriedReason};
use super::fabric_solver::{solve_candidate, solve_fabric};
use super::notes;
use super::run::{FabricRun, Outcome};
use crate::collective::Algorithm;
use crate::nccl::cost_table::TableEntry;
use crate::scene::{ChipAlgorithm, ChipFabric, FabricKind, FabricScene, Scene, with_algorithm};
use crate::simulate::Budget;
use crate::units::Femtos;

/// Runs every algorithm that fits and keeps the fastest; of equals the first in the registry. What cannot run, and what
/// cannot be the fastest, is named with its reason.
pub(super) fn fastest(scene: &Scene, spec: &FabricScene, budget: &mut Budget) -> FabricRun {
    let (layout, collective) = (spec.kind.rank_layout(), spec.collective);
    let mut candidates: Vec<(Algorithm, Femtos)> = Algorithm::all_for(&layout, collective)
        .map(|algorithm| (algorithm, algorithm.least_time(&layout, collective, scene.message)))
        .collect();
    // Those whose time is bounded come last: what ran before may rule them out.
    candidates.sort_by_key(|&(_, least)| least);
    let place = |algorithm: Algorithm| Algorithm::ALL.iter().position(|&other| other == algorithm);
    let mut choice = Choice::default();
    let mut best: Option<((Femtos, Option<usize>), FabricRun)> = None;
    let mut refused: Option<FabricRun> = None;
    for (algorithm, least) in candidates {
        let id = algorithm.id();
        if best.as_ref().is_some_and(|((time, _), _)| least > *time) {
            choice.untried.push(Untried { algorithm: id, reason: UntriedReason::Slower(least) });
            continue;
        }
        let Some(own) = with_algorithm(spec, id) else { continue };
        let known = best.as_ref().map(|(_, run)| run);
        let run = solve_candidate(scene, (&own, id), known, budget);
        match &run.outcome {
            Outcome::Ran(result) => {
                let key = (result.time, place(algorithm));
                choice.tried.push(Tried { algorithm: id, time: result.time });
                if best.as_ref().is_none_or(|(known, _)| key < *known) {
                    best = Some((key, run));
                }
                continue;
            }
            Outcome::CannotRun => choice.untried.push(Untried { algorithm: id, reason: UntriedReason::DoesNotFit }),
            Outcome::Failed(error) => {
                choice.untried.push(Untried { algorithm: id, reason: UntriedReason::Refused(error.clone()) });
            }
        }
        refused.get_or_insert(run);
    }
    let order = |id: &str| Algorithm::ALL.iter().position(|other| other.fits(&layout, collective) && other.id() == id);
    choice.tried.sort_by_key(|tried| order(tried.algorithm));
    choice.untried.sort_by_key(|untried| order(untried.algorithm));
    let best = best.map(|(_, run)| run).or(refused);
    let mut run = best.unwrap_or_else(|| solve_fabric(scene, spec, &spec.algorithm, budget));
    if run.outcome != Outcome::CannotRun {
        run.notes.insert(0, notes::auto(&run, &choice));
    }
    run.choice = Some(choice);
    run
}

/// The fabric with the algorithm and the protocol that NCCL's own cost model picks; `None` without measured timing, or if
/// the model does not cover the cluster.
pub(super) fn with_table_pick(scene: &Scene, spec: &FabricScene) -> Option<(FabricScene, TableEntry)> {
    let mut spec = spec.clone();
    let FabricKind::Chips(ChipFabric { measured: Some(inputs), algorithm, .. }) = &mut spec.kind else { return None };
    let entry = inputs.table_pick(scene.message.0)?;
    inputs.protocols = vec![entry.protocol];
    *algorithm = ChipAlgorithm::from(entry.algorithm);
    Some((spec, entry))
}

/// Runs what NCCL's own cost model picks, with its protocol. Without a pick, the fastest.
pub(super) fn picked_by_table(scene: &Scene, spec: &FabricScene, budget: &mut Budget) -> FabricRun {
    let Some((picked, entry)) = with_table_pick(scene, spec) else { return fastest(scene, spec, budget) };
    let entries = match &spec.kind {
        FabricKind::Chips(ChipFabric { measured: Some(inputs), .. }) => inputs.table_entries(scene.message.0),
        FabricKind::Chips(_) | FabricKind::Wafer(_) | FabricKind::Wafers(_) => Vec::new(),
    };
    let algorithm = ChipAlgorithm::from(entry.algorithm);
    let mut run = solve_fabric(scene, &picked, algorithm.id(), budget);
    run.notes.insert(0, notes::table_pick(&entry));
    run.choice = Some(choice_of_table(&run, spec, algorithm, &entries));
    run
}

/// The pick beside the other algorithms that fit, with the times that NCCL's own cost model expects of them.
fn choice_of_table(run: &FabricRun, spec: &FabricScene, picked: ChipAlgorithm, entries: &[TableEntry]) -> Choice {
    let mut choice = Choice::default();
    for algorithm in spec.algorithms() {
        let id = algorithm.id();
        let reason = match &run.outcome {
            _ if algorithm != Algorithm::Chips(picked) => {
                let own = entries.iter().filter(|entry| ChipAlgorithm::from(entry.algorithm).id() == id);
                UntriedReason::NotPicked(own.map(|entry| entry.time_us).min_by(f64::total_cmp))
            }
            Outcome::Ran(result) => {
                choice.tried.push(Tried { algorithm: id, time: result.time });
                continue;
            }
            Outcome::CannotRun => UntriedReason::DoesNotFit,
            Outcome::Failed(error) => UntriedReason::Refused(error.clone()),
        };
        choice.untried.push(Untried { algorithm: id, reason });
    }
    choice
}
