//! Solving a scene: every fabric is planned, played, and held against its bounds.

use super::fabric_bound::fabric_bound_s;
use super::layout::Layout;
use super::notes::Note;
use super::replay::Scaling;
use crate::collective::{Algorithm, FirstPartner, Flow, Plan, PlanError, PlanInputs, Route, RouteRun};
use crate::fabric::{Fabric, LinkFigures, RateCapReason};
use crate::scene::with_algorithm;
use crate::scene::{
    AUTO, ChipAlgorithm, ChipFabric, FabricKind, FabricScene, NCCL_TABLE, Scene, WaferFabric, WaferLayout,
};
use crate::simulate::{Played, SimulateError, play};
use crate::solve::measured;
use crate::solve::notes;
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

    /// The layout of the ranks.
    pub fn layout(&self) -> Layout {
        Layout::new(&self.scene.kind)
    }

    /// The timing in a word.
    pub fn timing_id(&self) -> &'static str {
        match &self.scene.kind {
            FabricKind::Chips(chips) if chips.measured.is_some() => "measured",
            _ => "ideal",
        }
    }

    /// How far its start-up can be trusted, in words.
    pub fn launch_grade(&self) -> &'static str {
        let FabricKind::Chips(chips) = &self.scene.kind else { return "estimate" };
        let found = chips.measured.as_deref().and_then(|inputs| {
            let candidate = measured::candidate(inputs, chips.algorithm, self.message)?;
            Some(measured::start_grade(inputs, &candidate))
        });
        found.unwrap_or("estimate")
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

/// Plans and plays every fabric of a scene.
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

/// Plays what NCCL's own cost model picks, with its protocol.
fn picked_by_table(scene: &Scene, spec: &FabricScene) -> FabricRun {
    let mut spec = spec.clone();
    let picked = match &mut spec.kind {
        FabricKind::Chips(ChipFabric { measured: Some(inputs), algorithm, .. }) => {
            inputs.table_pick(scene.message.0).map(|entry| {
                inputs.protocols = vec![entry.protocol];
                *algorithm = ChipAlgorithm::from(entry.algorithm);
                (*algorithm, entry)
            })
        }
        _ => None,
    };
    let Some((algorithm, entry)) = picked else { return fastest(scene, &spec) };
    let mut run = solve_fabric(scene, &spec, algorithm.id());
    run.notes.insert(0, notes::table_pick(&entry));
    run
}

/// A measured run beside a model without software is no fair race: what ideal timing gives is told beside it.
fn ideal_beside_measured(scene: &Scene, runs: &mut [FabricRun]) {
    let wafers: Vec<(String, Femtos)> = runs
        .iter()
        .filter(|run| matches!(run.scene.kind, FabricKind::Wafer(_) | FabricKind::Wafers(_)))
        .filter_map(|run| Some((run.scene.name.clone(), run.result()?.time)))
        .collect();
    for run in runs.iter_mut().filter(|_| !wafers.is_empty()) {
        let mut spec = run.scene.clone();
        match &mut spec.kind {
            FabricKind::Chips(chips) if chips.measured.is_some() => chips.measured = None,
            _ => continue,
        }
        let ideal = fastest(scene, &spec);
        if let (Some(measured), Some(result)) = (run.result().map(|result| result.time), ideal.result()) {
            let note = notes::ideal_ratio((&ideal.algorithm, result.time), measured, &wafers);
            run.notes.push(note);
        }
    }
}

/// Plays everything that fits and keeps the fastest; of equals the first in the list.
fn fastest(scene: &Scene, spec: &FabricScene) -> FabricRun {
    let layout = spec.kind.rank_layout();
    let worth_trying = |algorithm: &Algorithm| algorithm.is_worth_trying(&layout);
    let ids: Vec<&str> = Algorithm::all_for(&layout).filter(worth_trying).map(Algorithm::id).collect();
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
    let mut run = FabricRun {
        scene: spec.clone(),
        algorithm: algorithm.to_owned(),
        message,
        fabric,
        plan: Plan::default(),
        outcome: Outcome::CannotRun,
        ranks,
        elements,
        bound_s,
        notes: Vec::new(),
    };
    if let Some(note) = notes::does_not_fit(&run) {
        run.notes.push(note);
        return run;
    }
    let planned = plan(spec, &mut run.fabric, message, &Scaling::NONE);
    let played = planned.map_err(SimulateError::from).and_then(|plan| {
        run.plan = plan;
        let played = play(&run.fabric, &run.plan)?;
        report(&run, played)
    });
    run.outcome = match played {
        Ok(result) => Outcome::Ran(result),
        Err(error) => Outcome::Failed(error),
    };
    run.notes = notes::of(&run);
    run
}

/// Plans the collective, and the other traffic beside it.
pub(crate) fn plan(
    spec: &FabricScene,
    fabric: &mut Fabric,
    message: Bytes,
    scaling: &Scaling,
) -> Result<Plan, PlanError> {
    let plan = match &spec.kind {
        FabricKind::Chips(chips) if chips.measured.is_some() => {
            let (held, plan) = measured::plan(spec, chips, message, scaling)?;
            *fabric = held;
            plan
        }
        kind => {
            let first_partner = match kind {
                FabricKind::Chips(chips) => chips.first_partner,
                FabricKind::Wafer(_) | FabricKind::Wafers(_) => FirstPartner::Far,
            };
            let inputs =
                PlanInputs { layout: kind.rank_layout(), fabric, message, delays: &spec.delays, first_partner };
            kind.algorithm().build(&inputs)?
        }
    };
    if spec.traffic.is_empty() {
        return Ok(plan);
    }
    let mut routes = Vec::with_capacity(spec.traffic.len());
    for (number, traffic) in spec.traffic.iter().enumerate() {
        let figures = LinkFigures { capacity: traffic.rate, latency: Femtos(0) };
        let way = crate::collective::way(fabric, traffic.from, traffic.to)?;
        // A source of its own keeps the stream at its rate.
        let source = fabric.add_rate_cap(figures, RateCapReason::BackgroundTraffic, number as u32);
        let mut route = Route::over(fabric, &way, Flow::Broadcast);
        route.runs.insert(0, RouteRun::single(source, 1.0, 0.0, Flow::Broadcast));
        routes.push(route);
    }
    plan.check_written_out()?;
    Ok(plan.with_traffic(routes))
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
