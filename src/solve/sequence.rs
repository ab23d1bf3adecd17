//! Sequences: an algorithm for every operation, and when each operation ran.

use std::sync::Arc;

use super::fabric_solver::solve_fabric;
use super::planner::sequence_inputs;
use super::run::FabricRun;
use crate::collective::{Algorithm, Collective, OperationWork, RankGroup, Sequence, group_plan, on_whole_fabric};
use crate::scene::{FabricScene, Scene};
use crate::simulate::{Budget, play_within};
use crate::units::{Bytes, Femtos};

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

/// An operation on a group, and the algorithm that is the fastest alone.
type Known<'a> = (RankGroup<'a>, Collective, Bytes, Algorithm);

/// Solves a fabric with a sequence: operations that name no algorithm take the one that is the fastest alone, on the first
/// of their groups.
pub(super) fn solve_sequence(scene: &Scene, spec: &FabricScene, budget: &mut Budget) -> FabricRun {
    let mut chosen = spec.clone();
    if let Some(sequence) = &spec.sequence {
        let mut own = Sequence::clone(sequence);
        let mut known: Vec<Known> = Vec::new();
        for operation in &mut own.operations {
            let OperationWork::Collective { collective, message, algorithm } = &mut operation.work else { continue };
            if let (None, Some(ranks)) = (*algorithm, operation.groups.first()) {
                *algorithm = fastest(spec, ranks, (*collective, *message), &mut known, budget);
            }
        }
        chosen.sequence = Some(Arc::new(own));
    }
    solve_fabric(scene, &chosen, &spec.algorithm, budget)
}

/// The algorithm that runs an operation of a group in the least time while nothing else runs; of equals the first in the
/// registry. `None` if none runs: the planner then says why.
fn fastest<'a>(
    spec: &FabricScene,
    ranks: &'a [u32],
    (collective, message): (Collective, Bytes),
    known: &mut Vec<Known<'a>>,
    budget: &mut Budget,
) -> Option<Algorithm> {
    let inputs = sequence_inputs(spec);
    let fabric = spec.fabric();
    let group = RankGroup::new(&inputs.layout, &fabric.topology, ranks);
    let same = |(known, of, bytes, _): &&Known| known.is_equivalent(&group) && *of == collective && *bytes == message;
    if let Some((_, _, _, algorithm)) = known.iter().find(same) {
        return Some(*algorithm);
    }
    let candidates = group.algorithms(&inputs.layout, collective);
    let mut best: Option<(Femtos, Algorithm)> = None;
    for &algorithm in candidates.iter().filter(|_| candidates.len() > 1) {
        let planned = group_plan(&group, ranks, (collective, message, algorithm), &fabric, &inputs)
            .and_then(|plan| on_whole_fabric(&group, &plan, &fabric));
        let Ok(plan) = planned else { continue };
        let Ok(played) = play_within(&fabric, &plan, budget) else { continue };
        let time = played.trace.end();
        if best.is_none_or(|(least, _)| time < least) {
            best = Some((time, algorithm));
        }
    }
    let algorithm = best.map(|(_, algorithm)| algorithm).or(candidates.first().copied())?;
    known.push((group, collective, message, algorithm));
    Some(algorithm)
}
