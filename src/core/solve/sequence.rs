//! Sequences: an algorithm for every operation, and when each operation ran.

use std::sync::Arc;

use super::fabric_solver::{plan_run, solve_fabric, unplanned};
use super::note::{Note, NoteCode};
use super::planner::sequence_inputs;
use super::run::{FabricRun, Outcome};
use crate::collective::{
    Algorithm, Collective, OperationWork, PlanError, RankGroup, Sequence, SequenceOperation, group_plan,
    on_whole_fabric,
};
use crate::scene::{FabricScene, Scene};
use crate::simulate::{Budget, SimulateError, play_within};
use crate::units::{Bytes, Femtos, grouped};

/// An operation of a sequence as it ran.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationRun {
    /// Its name.
    pub name: String,
    /// What it did.
    pub work: OperationWork,
    /// Number of its groups.
    pub groups: usize,
    /// Ranks of its first group.
    pub ranks: usize,
    /// When its first group began.
    pub start: Femtos,
    /// When its last group ended.
    pub end: Femtos,
}

impl FabricRun {
    /// The operations of a sequence in the order of their plan; none for a single operation, or without a result.
    pub fn operations(&self) -> Vec<OperationRun> {
        let (Some(sequence), Some(result)) = (&self.scene.sequence, self.result()) else { return Vec::new() };
        let trace = &result.played.trace;
        let times = |id: u32| trace.times(id).map(|times| (times.start, times.end));
        let planned = self.plan.operations().iter().zip(&sequence.operations);
        let runs = planned.filter_map(|(planned, operation)| {
            let all = || (planned.first..planned.end).filter_map(times);
            Some(OperationRun {
                name: operation.name.clone(),
                work: operation.work,
                groups: operation.groups.len(),
                ranks: operation.groups.first().map_or(0, Vec::len),
                start: all().map(|(start, _)| start).min()?,
                end: all().map(|(_, end)| end).max()?,
            })
        });
        runs.collect()
    }
}

/// An operation on a group, and the algorithm that was chosen.
type Known<'a> = (RankGroup<'a>, Collective, Bytes, Algorithm);

/// How `auto` chooses the algorithm of an operation, on the first of its groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Preference {
    /// The one that is the fastest while nothing else runs; of equals the first in the registry.
    Fastest,
    /// The fastest of those with at most so many transfers, or else the one with the fewest.
    FastestWithin(u32),
    /// The one with the fewest transfers. Nothing is simulated.
    Lightest,
}

/// Solves a fabric with a sequence. Operations that name no algorithm take the one that is the fastest alone; if the plan of
/// all of them is too long, the fastest of those that are short enough.
pub(super) fn solve_sequence(scene: &Scene, spec: &FabricScene, budget: &mut Budget) -> FabricRun {
    if !has_choice(spec) {
        return solve_fabric(scene, spec, &spec.algorithm, budget);
    }
    // A sequence that is too long even with the lightest algorithms is refused before any is simulated.
    let lightest = with_lightest(spec);
    if is_too_long(scene, &lightest) {
        return solve_fabric(scene, &lightest, &spec.algorithm, budget);
    }
    let before = *budget;
    let run = solve_fabric(scene, &chosen(spec, Preference::Fastest, budget), &spec.algorithm, budget);
    let Outcome::Failed(SimulateError::Plan(PlanError::TooMany { limit, .. })) = &run.outcome else { return run };
    let groups =
        spec.sequence.iter().flat_map(|sequence| &sequence.operations).map(|one| one.groups.len()).sum::<usize>();
    let each = u32::try_from(*limit / (groups as u64).max(1)).unwrap_or(u32::MAX);
    *budget = before;
    let mut lighter =
        solve_fabric(scene, &chosen(spec, Preference::FastestWithin(each), budget), &spec.algorithm, budget);
    if lighter.result().is_none() {
        return run;
    }
    let text = format!(
        "auto takes algorithms with at most {} transfers for each group: with the fastest ones the sequence would be too \
         long to write out",
        grouped(each.into())
    );
    lighter.notes.push(Note::new(NoteCode::Auto, text));
    lighter
}

/// Whether `auto` decides the algorithm of an operation.
fn has_choice(spec: &FabricScene) -> bool {
    let is_open =
        |operation: &SequenceOperation| matches!(operation.work, OperationWork::Collective { algorithm: None, .. });
    spec.sequence.iter().any(|sequence| sequence.operations.iter().any(is_open))
}

fn is_too_long(scene: &Scene, spec: &FabricScene) -> bool {
    matches!(plan_run(&mut unplanned(scene, spec, &spec.algorithm)), Err(PlanError::TooMany { .. }))
}

/// A fabric with a sequence whose operations all have algorithms, those with the fewest transfers where `auto` decides.
/// Nothing is simulated.
pub(super) fn with_lightest(spec: &FabricScene) -> FabricScene {
    chosen(spec, Preference::Lightest, &mut Budget::SCENE.clone())
}

fn chosen(spec: &FabricScene, preference: Preference, budget: &mut Budget) -> FabricScene {
    let mut chosen = spec.clone();
    if let Some(sequence) = &spec.sequence {
        let mut own = Sequence::clone(sequence);
        let mut known: Vec<Known> = Vec::new();
        for operation in &mut own.operations {
            let OperationWork::Collective { collective, message, algorithm } = &mut operation.work else { continue };
            if let (None, Some(ranks)) = (*algorithm, operation.groups.first()) {
                *algorithm = algorithm_for(spec, ranks, (*collective, *message), preference, (&mut known, budget));
            }
        }
        chosen.sequence = Some(Arc::new(own));
    }
    chosen
}

/// The algorithm of an operation of a group. `None` if none runs: the planner then says why.
fn algorithm_for<'a>(
    spec: &FabricScene,
    ranks: &'a [u32],
    (collective, message): (Collective, Bytes),
    preference: Preference,
    (known, budget): (&mut Vec<Known<'a>>, &mut Budget),
) -> Option<Algorithm> {
    let inputs = sequence_inputs(spec);
    let fabric = spec.fabric();
    let group = RankGroup::new(&inputs.layout, &fabric.topology, ranks);
    let same = |(known, of, bytes, _): &&Known| known.is_equivalent(&group) && *of == collective && *bytes == message;
    if let Some((_, _, _, algorithm)) = known.iter().find(same) {
        return Some(*algorithm);
    }
    let candidates = group.algorithms(&inputs.layout, collective);
    let plan_of =
        |algorithm: Algorithm| group_plan(&group, ranks, (collective, message, algorithm), &fabric, &inputs).ok();
    let lightest = || {
        let counted = candidates.iter().filter_map(|&one| Some((plan_of(one)?.transfer_count(), one)));
        counted.min_by_key(|(transfers, _)| *transfers).map(|(_, algorithm)| algorithm)
    };
    let most = match preference {
        Preference::Fastest => u32::MAX,
        Preference::FastestWithin(most) => most,
        Preference::Lightest => 0,
    };
    let mut best: Option<(Femtos, Algorithm)> = None;
    // One alone needs no comparison.
    for &algorithm in candidates.iter().filter(|_| candidates.len() > 1) {
        let Some(plan) = plan_of(algorithm).filter(|plan| plan.transfer_count() <= most) else { continue };
        let Ok(plan) = on_whole_fabric(&group, &plan, &fabric) else { continue };
        let Ok(played) = play_within(&fabric, &plan, budget) else { continue };
        let time = played.trace.end();
        if best.is_none_or(|(least, _)| time < least) {
            best = Some((time, algorithm));
        }
    }
    let fallback = || if most == u32::MAX { candidates.first().copied() } else { lightest() };
    let algorithm = best.map(|(_, algorithm)| algorithm).or_else(fallback)?;
    known.push((group, collective, message, algorithm));
    Some(algorithm)
}
