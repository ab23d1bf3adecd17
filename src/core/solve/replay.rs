//! Replays: a run planned and simulated again with one figure scaled, or without some degradations.

use std::sync::Arc;

use super::measured;
use super::planner::plan;
use super::run::FabricRun;
use super::scaling::{Parameter, ParameterKind, Scaling};
use crate::collective::Plan;
use crate::fabric::{Fabric, LinkClass, RateCapReason};
use crate::scene::{Degradation, FabricKind, FabricScene};
use crate::simulate::{Original, ReplayCache, play_within};
use crate::trace::Trace;
use crate::units::Femtos;

/// A run simulated again with something changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// Its links, as changed.
    pub fabric: Fabric,
    /// Its transfers.
    pub plan: Arc<Plan>,
    /// Their times.
    pub trace: Trace,
    /// The reported time.
    pub time: Femtos,
}

impl FabricRun {
    /// The figures that may influence its time: those that are not zero.
    pub fn parameters(&self) -> Vec<Parameter> {
        let classes = self.fabric.classes();
        // Ramps go with mesh links.
        let counts =
            |class: &&LinkClass| **class != LinkClass::Ramp && **class != LinkClass::RateCap(RateCapReason::Operations);
        let capacities = classes.iter().filter(counts);
        let mut parameters: Vec<Parameter> =
            capacities.map(|&class| Parameter { of: ParameterKind::Capacity, class: Some(class) }).collect();
        let slow = classes.iter().filter(|class| self.fabric.topology.latency(**class) > Femtos(0));
        parameters.extend(slow.map(|&class| Parameter { of: ParameterKind::Latency, class: Some(class) }));
        let measured = matches!(&self.scene.kind, FabricKind::Chips(chips) if chips.measured.is_some());
        let wafer = matches!(&self.scene.kind, FabricKind::Wafer(_));
        let delays = &self.scene.delays;
        if measured || wafer || delays.step > Femtos(0) || self.computes() {
            parameters.push(Parameter { of: ParameterKind::Processing, class: None });
        }
        let launches = self.plan.launch() > Femtos(0) || self.scene.sequence.is_some() && delays.launch > Femtos(0);
        if launches || delays.last_start() > Femtos(0) {
            parameters.push(Parameter { of: ParameterKind::Launch, class: None });
        }
        parameters
    }

    /// The run with one figure scaled: planned and simulated again. `None` if that cannot run.
    pub fn replay(&self, parameter: Parameter, factor: f64) -> Option<Replay> {
        let scaling = Scaling { parameter: Some(parameter), factor };
        // The routes of a replay hold its own latencies.
        let (fabric, plan) = match parameter.of {
            ParameterKind::Latency => self.planned_anew(&scaling)?,
            ParameterKind::Capacity | ParameterKind::Processing | ParameterKind::Launch => self.scaled(&scaling)?,
        };
        let mut budget = self.replay_budget;
        let trace = play_within(&fabric, &plan, &mut budget).ok()?.trace;
        let time = reported(trace.end(), &fabric, &scaling);
        Some(Replay { fabric, plan, trace, time })
    }

    /// The reported time with one figure scaled. `None` if that cannot run. `cache` is of this run.
    pub fn replayed(&self, parameter: Parameter, factor: f64, cache: &mut ReplayCache) -> Option<Femtos> {
        let scaling = Scaling { parameter: Some(parameter), factor };
        if parameter.of == ParameterKind::Capacity && factor > 1.0 {
            let trace = &self.result()?.played.trace;
            let mut limits = |class| cache.is_limited_by(&self.fabric, trace, class);
            // Ramps go with mesh links.
            let is_limited = parameter
                .class
                .is_none_or(|class| limits(class) || class == LinkClass::MeshLink && limits(LinkClass::Ramp));
            if !is_limited {
                let mut fabric = Fabric::clone(&self.fabric);
                scaling.on_capacities(&mut fabric);
                return Some(reported(trace.end(), &fabric, &scaling));
            }
        }
        let (fabric, plan) = self.scaled(&scaling)?;
        self.time_of((&fabric, &plan), &scaling, cache)
    }

    /// The fabric and the plan with a figure scaled.
    fn scaled(&self, scaling: &Scaling) -> Option<(Fabric, Arc<Plan>)> {
        if self.depends_on(scaling.parameter?.of) {
            return self.planned_anew(scaling);
        }
        let mut fabric = Fabric::clone(&self.fabric);
        scaling.on_capacities(&mut fabric);
        scaling.on_latencies(&mut fabric.topology);
        Some((fabric, Arc::clone(&self.plan)))
    }

    fn planned_anew(&self, scaling: &Scaling) -> Option<(Fabric, Arc<Plan>)> {
        let (fabric, plan) = self.plan_as(&scaling.scene(&self.scene), scaling)?;
        Some((fabric, Arc::new(plan)))
    }

    /// Whether its plan depends on figures of a kind.
    fn depends_on(&self, of: ParameterKind) -> bool {
        match of {
            // A plan does not depend on the capacities of whole classes.
            ParameterKind::Capacity => false,
            // The fast path of rings takes latencies from the fabric. A path around a link that is down may depend on them.
            ParameterKind::Latency => {
                let is_ideal = matches!(&self.scene.kind, FabricKind::Chips(chips) if chips.measured.is_none());
                let swept = self.result().is_some_and(|result| result.played.trace.is_swept());
                let whole = self.fabric.changed().iter().all(|(_, share)| *share > 0.0);
                !(is_ideal && swept && whole && self.plan.rings().is_some())
            }
            ParameterKind::Processing | ParameterKind::Launch => true,
        }
    }

    /// The reported time without some of the fabric's degradations. `None` if that cannot run. `cache` is of this run.
    pub fn time_without(&self, degradations: &[Degradation], cache: &mut ReplayCache) -> Option<Femtos> {
        self.time_as(&self.scene.without(degradations), &Scaling::NONE, cache)
    }

    fn plan_as(&self, scene: &FabricScene, scaling: &Scaling) -> Option<(Fabric, Plan)> {
        let mut fabric = scene.fabric();
        scaling.on_capacities(&mut fabric);
        // Other faults leave other rates.
        let repaired =
            (scene.changed != self.scene.changed).then(|| measured::candidate(scene, self.message)).flatten();
        let candidate = repaired.as_ref().or(self.measured.as_ref());
        let plan = plan(scene, &mut fabric, self.message, (candidate, scaling)).ok()?;
        Some((fabric, plan))
    }

    fn time_as(&self, scene: &FabricScene, scaling: &Scaling, cache: &mut ReplayCache) -> Option<Femtos> {
        let (fabric, plan) = self.plan_as(scene, scaling)?;
        self.time_of((&fabric, &plan), scaling, cache)
    }

    fn time_of(&self, (fabric, plan): (&Fabric, &Plan), scaling: &Scaling, cache: &mut ReplayCache) -> Option<Femtos> {
        let end = self.result()?.played.trace.end();
        let original = Original { fabric: &self.fabric, plan: &self.plan, end };
        let mut budget = self.replay_budget;
        let end = cache.end(&original, (fabric, plan), &mut budget).ok()?;
        Some(reported(end, fabric, scaling))
    }
}

/// The reported time of a trace that ends at `end`. The wavelet that is subtracted lasts as long as it takes to cross a
/// link.
fn reported(end: Femtos, fabric: &Fabric, scaling: &Scaling) -> Femtos {
    let wavelet = fabric.wavelet_cycle().scaled(1.0 / scaling.on(ParameterKind::Capacity));
    end.since(wavelet).max(Femtos(1))
}
