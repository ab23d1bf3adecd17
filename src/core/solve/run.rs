//! A run: one fabric of a scene with its plan, its result and its notes.

use std::sync::Arc;

use super::choice::Choice;
use super::layout::Layout;
use super::note::Note;
use crate::collective::{Collective, OperationWork, Plan, SequenceOperation};
use crate::fabric::Fabric;
use crate::nccl::{Candidate, MeasuredInputs, NcclAlgorithm, Protocol};
use crate::scene::{FabricKind, FabricScene};
use crate::simulate::{Budget, Played, SimulateError};
use crate::units::{Bytes, Femtos};

/// One fabric of a scene, planned and simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct FabricRun {
    /// Its description in the scene; for `auto` with the algorithm that was the fastest.
    pub scene: FabricScene,
    /// Id of the algorithm that ran.
    pub algorithm: String,
    /// Bytes per rank.
    pub message: Bytes,
    /// Its links. Shared: a copy of a run costs nothing.
    pub fabric: Arc<Fabric>,
    /// The transfers. Empty if the fabric cannot run.
    pub plan: Arc<Plan>,
    /// The result, or why there is none.
    pub outcome: Outcome,
    /// Ranks of the collective: replicas, or PEs.
    pub ranks: u64,
    /// Chips or PEs that take part.
    pub elements: u64,
    /// The least time of any all-reduce on this fabric, seconds; on a wafer minus one wavelet, as the time is. Infinite if
    /// a port or a cut has no link left: then no all-reduce ends.
    pub bound_s: f64,
    /// What the measured timing chose: algorithm and protocol with their times. `None` with ideal timing.
    pub measured: Option<Candidate>,
    /// How `auto` or `nccl-table` chose the algorithm. `None` if the scene names it.
    pub choice: Option<Choice>,
    /// What must be known to read the figures correctly.
    pub notes: Vec<Note>,
    /// What each replay of it may cost, beside all runs of the scene.
    pub replay_budget: Budget,
}

/// The result of a fabric.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It ran.
    Ran(RunResult),
    /// It cannot run (the message does not fit); the notes say why.
    CannotRun,
    /// The engine refused the plan.
    Failed(SimulateError),
}

/// The figures of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunResult {
    /// Trace and bounds of the plan.
    pub played: Arc<Played>,
    /// Time of the collective: the end of the trace, on a wafer minus one wavelet (engine-model 1.7).
    pub time: Femtos,
    /// The least time of this plan, seconds; on a wafer minus one wavelet, as the time is.
    pub plan_bound_s: f64,
    /// Fingerprint of the trace.
    pub trace_hash: String,
}

impl RunResult {
    /// Message over time, bytes per second.
    pub fn algbw(&self, message: Bytes) -> f64 {
        message.0 as f64 / self.time.secs()
    }

    /// The bus bandwidth of an operation, bytes per second, as `nccl-tests` prints it whatever the algorithm.
    pub fn busbw(&self, collective: Collective, message: Bytes, ranks: u64) -> f64 {
        collective.busbw(self.algbw(message), ranks as f64)
    }

    /// Bytes on the busiest link over the time, bytes per second.
    pub fn wire(&self) -> f64 {
        self.played.busiest_link.0 / self.time.secs()
    }
}

impl FabricRun {
    /// The figures, if the fabric ran.
    pub fn result(&self) -> Option<&RunResult> {
        match &self.outcome {
            Outcome::Ran(result) => Some(result),
            Outcome::CannotRun | Outcome::Failed(_) => None,
        }
    }

    /// Memory that it keeps, bytes.
    pub(crate) fn kept_bytes(&self) -> u64 {
        self.result().map_or(0, |result| result.played.cost.bytes)
    }

    /// Whether it can be played again beside the runs of its scene, in a fraction of their work.
    pub fn can_replay(&self) -> bool {
        self.result().is_some_and(|result| {
            let cost = result.played.cost;
            cost.bytes <= self.replay_budget.bytes && cost.work <= self.replay_budget.work
        })
    }

    /// Whether computations of a sequence are part of it.
    pub fn computes(&self) -> bool {
        let is_computation = |operation: &SequenceOperation| matches!(operation.work, OperationWork::Compute(_));
        self.scene.sequence.as_deref().is_some_and(|sequence| sequence.operations.iter().any(is_computation))
    }

    /// Whether the streams of its rings have fixed rates on shared links (engine-model 5), because there are too many sends to be
    /// simulated one by one.
    pub fn has_fixed_rates(&self) -> bool {
        self.plan.rings().is_some_and(|rings| rings.order().rings() > 1)
    }

    /// The layout of the ranks.
    pub fn layout(&self) -> Layout {
        Layout::new(&self.scene.kind)
    }

    /// The id of its timing.
    pub fn timing_id(&self) -> &'static str {
        match &self.scene.kind {
            FabricKind::Chips(chips) if chips.measured.is_some() => "measured",
            FabricKind::Chips(_) | FabricKind::Wafer(_) | FabricKind::Wafers(_) => "ideal",
        }
    }

    /// How well its start-up is known: its grade, for sentences.
    pub fn launch_grade(&self) -> &'static str {
        let FabricKind::Chips(chips) = &self.scene.kind else { return "estimate" };
        match (&chips.measured, &self.measured) {
            (Some(inputs), Some(candidate)) => start_grade(inputs, candidate),
            (Some(_) | None, _) => "estimate",
        }
    }

    /// The catalog id of the machine.
    pub fn machine_id(&self) -> &str {
        match &self.scene.kind {
            FabricKind::Chips(fabric) => fabric.machine.id(),
            FabricKind::Wafer(fabric) => &fabric.machine.id,
            FabricKind::Wafers(fabric) => &fabric.machine.id,
        }
    }
}

/// How well the start-up of a measured run is known.
fn start_grade(inputs: &MeasuredInputs, candidate: &Candidate) -> &'static str {
    let ring_or_tree = matches!(candidate.algorithm, NcclAlgorithm::Ring | NcclAlgorithm::Tree);
    let ll128 = ring_or_tree && candidate.protocol == Protocol::Ll128;
    if ll128 && inputs.generation.t0_ll128_us.absorbs_unknown_cost {
        "fitted; it takes up cost of unknown origin and is not a hardware fact"
    } else {
        "fitted"
    }
}
