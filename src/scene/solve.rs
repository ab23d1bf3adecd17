//! Solving a scene: every fabric is planned, played, and held against its bounds.

use super::algorithm::with_algorithm;
use super::bound::fabric_bound_s;
use super::notes::{self, Note};
use super::{AUTO, FabricKind, FabricScene, Scene, SwitchedAlgorithm, WaferFabric, WaferLayout, choices};
use crate::collective::{
    Plan, direct_all_reduce, double_binary_tree_all_reduce, halving_doubling_all_reduce, nvls_all_reduce,
    ring_all_reduce, strips_all_reduce, xy_all_reduce,
};
use crate::fabric::Fabric;
use crate::simulate::{Played, SimulateError, play};
use crate::units::{Bytes, Femtos};

/// One fabric of a scene, planned and played.
#[derive(Clone, Debug, PartialEq)]
pub struct FabricRun {
    /// What the scene says of it; for `auto` with the algorithm that was found to be the fastest.
    pub scene: FabricScene,
    /// Id of the algorithm that was played.
    pub algorithm: String,
    /// Bytes per rank.
    pub message: Bytes,
    /// Its links.
    pub fabric: Fabric,
    /// What was to be moved. Empty if the fabric cannot run.
    pub plan: Plan,
    /// What came of it.
    pub outcome: Outcome,
    /// Ranks of the collective: replicas, or PEs.
    pub ranks: u64,
    /// Chips or PEs that take part.
    pub elements: u64,
    /// The least time of any all-reduce on this fabric, seconds.
    pub bound_s: f64,
    /// What must be said beside the figures.
    pub notes: Vec<Note>,
}

/// What came of a fabric.
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
    pub played: Played,
    /// Time of the collective: the end of the trace, on a wafer less the one wavelet (engine-model 1.7).
    pub time: Femtos,
    /// The least time of this plan, on a wafer less the one wavelet as the time is, seconds.
    pub plan_bound_s: f64,
    /// Fingerprint of the trace.
    pub trace_hash: String,
}

impl RunResult {
    /// Message over time, bytes per second.
    pub fn algbw(&self, message: Bytes) -> f64 {
        message.0 as f64 / self.time.secs()
    }

    /// `algbw x 2(n-1)/n`, bytes per second: what `nccl-tests` prints, blind to the algorithm.
    pub fn busbw(&self, message: Bytes, ranks: u64) -> f64 {
        let ranks = ranks as f64;
        self.algbw(message) * 2.0 * (ranks - 1.0) / ranks
    }

    /// The most bytes over any one link, over the time: bytes per second.
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

    /// The layout of the ranks in a word.
    pub fn layout_word(&self) -> &'static str {
        match &self.scene.kind {
            FabricKind::Switched(_) => "nvlink",
            FabricKind::Wafer(WaferFabric { layout: WaferLayout::PerPe { .. }, .. }) => "per-pe",
            FabricKind::Wafer(WaferFabric { layout: WaferLayout::Strips { .. }, .. }) => "strips",
        }
    }

    /// The catalog id of the machine.
    pub fn machine_id(&self) -> &str {
        match &self.scene.kind {
            FabricKind::Switched(fabric) => &fabric.machine.id,
            FabricKind::Wafer(fabric) => &fabric.machine.id,
        }
    }
}

/// Plans and plays every fabric of a scene.
pub fn solve(scene: &Scene) -> Vec<FabricRun> {
    let mut runs: Vec<FabricRun> = scene
        .fabrics
        .iter()
        .map(|fabric| {
            if fabric.algorithm == AUTO {
                fastest(scene, fabric)
            } else {
                solve_fabric(scene, fabric, &fabric.algorithm)
            }
        })
        .collect();
    notes::compare(&mut runs);
    runs
}

/// Plays everything that fits and keeps the fastest; of equals the first in the list.
fn fastest(scene: &Scene, spec: &FabricScene) -> FabricRun {
    let ids: Vec<&str> = choices(&spec.kind).into_iter().map(|(id, _)| id).collect();
    let runs = ids.iter().filter_map(|id| Some(solve_fabric(scene, &with_algorithm(spec, id)?, id)));
    let time = |run: &FabricRun| run.result().map_or(Femtos(u64::MAX), |result| result.time);
    let best = runs.min_by_key(time);
    let mut run = best.unwrap_or_else(|| solve_fabric(scene, spec, &spec.algorithm));
    if run.result().is_some() {
        run.notes.insert(0, notes::auto(&run.algorithm, &ids));
    }
    run
}

fn solve_fabric(scene: &Scene, spec: &FabricScene, algorithm: &str) -> FabricRun {
    let message = scene.message;
    let (fabric, ranks, elements) = match &spec.kind {
        FabricKind::Switched(switched) => {
            let ranks = u64::from(switched.switch.ranks);
            (Fabric::Switch(switched.switch.clone()), ranks, ranks)
        }
        FabricKind::Wafer(wafer) => {
            let mesh = &wafer.mesh;
            let (ranks, elements) = match &wafer.layout {
                WaferLayout::PerPe { .. } => (u64::from(mesh.pe_count()), u64::from(mesh.pe_count())),
                WaferLayout::Strips { layout, .. } => {
                    let columns = u64::from(layout.strips) * u64::from(layout.strip_width);
                    (u64::from(layout.strips), columns * u64::from(mesh.height))
                }
            };
            (Fabric::Mesh(mesh.clone()), ranks, elements)
        }
    };
    let mut run = FabricRun {
        scene: spec.clone(),
        algorithm: algorithm.to_owned(),
        message,
        fabric,
        plan: Plan::default(),
        outcome: Outcome::CannotRun,
        ranks,
        elements,
        bound_s: fabric_bound_s(&spec.kind, message),
        notes: Vec::new(),
    };
    if let Some(note) = notes::does_not_fit(&run) {
        run.notes.push(note);
        return run;
    }
    run.plan = plan(&spec.kind, message);
    run.outcome = match play(&run.fabric, &run.plan).and_then(|played| report(&run, played)) {
        Ok(result) => Outcome::Ran(result),
        Err(error) => Outcome::Failed(error),
    };
    run.notes = notes::of(&run);
    run
}

fn plan(kind: &FabricKind, message: Bytes) -> Plan {
    match kind {
        FabricKind::Switched(fabric) => match fabric.algorithm {
            SwitchedAlgorithm::Ring => ring_all_reduce(&fabric.switch, message, fabric.delays),
            SwitchedAlgorithm::Nvls => nvls_all_reduce(&fabric.switch, message, fabric.delays),
            SwitchedAlgorithm::DoubleBinaryTree => {
                double_binary_tree_all_reduce(&fabric.switch, message, fabric.delays)
            }
            // Only powers of two come here: the check of the scene sees to it.
            SwitchedAlgorithm::HalvingDoubling => {
                halving_doubling_all_reduce(&fabric.switch, message, fabric.delays).unwrap_or_default()
            }
            SwitchedAlgorithm::Direct => direct_all_reduce(&fabric.switch, message, fabric.delays),
        },
        FabricKind::Wafer(fabric) => match &fabric.layout {
            WaferLayout::PerPe { pattern } => {
                xy_all_reduce(&fabric.mesh, *pattern, message.0 as f64 / fabric.mesh.bytes_per_cycle)
            }
            WaferLayout::Strips { layout, root, broadcast } => {
                strips_all_reduce(&fabric.mesh, layout, message, *root, *broadcast)
            }
        },
    }
}

/// The reported figures of a run.
///
/// # Errors
/// A run that beats a bound by more than its one wavelet is an error of the engine, never a result.
fn report(run: &FabricRun, played: Played) -> Result<RunResult, SimulateError> {
    let wavelet = run.fabric.wavelet_cycle();
    let fluid = played.trace.end();
    let bound = Femtos((run.bound_s * crate::units::FEMTOS_PER_SEC) as u64).max(played.bounds.tightest());
    // The bounds are computed in one step, the run in many, each rounded by at most half a femtosecond.
    let slack = 2 + run.plan.transfers().len() as u64;
    if fluid.0 + slack < bound.0 {
        return Err(SimulateError::FasterThanBound { time_fs: fluid.0, bound_fs: bound.0 });
    }
    let trace_hash = played.trace.hash();
    let plan_bound_s = played.bounds.tightest().since(wavelet).secs();
    // No run takes no time at all: rates would be infinite.
    let time = fluid.since(wavelet).max(Femtos(1));
    Ok(RunResult { played, time, plan_bound_s, trace_hash })
}
