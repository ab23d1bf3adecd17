//! Replays: a run planned and simulated again with one figure scaled, or without some degradations.

use super::measured;
use super::planner::plan;
use super::run::FabricRun;
use super::scaling::{Parameter, ParameterKind, Scaling};
use crate::collective::Plan;
use crate::fabric::{Fabric, LinkClass};
use crate::scene::{Degradation, FabricKind, FabricScene};
use crate::simulate::play_within;
use crate::trace::Trace;
use crate::units::Femtos;

/// A run simulated again with something changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// Its links, as changed.
    pub fabric: Fabric,
    /// Its transfers.
    pub plan: Plan,
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
        let capacities = classes.iter().filter(|class| **class != LinkClass::Ramp);
        let mut parameters: Vec<Parameter> =
            capacities.map(|&class| Parameter { of: ParameterKind::Capacity, class: Some(class) }).collect();
        let slow = classes.iter().filter(|class| self.fabric.topology.latency(**class) > Femtos(0));
        parameters.extend(slow.map(|&class| Parameter { of: ParameterKind::Latency, class: Some(class) }));
        let measured = matches!(&self.scene.kind, FabricKind::Chips(chips) if chips.measured.is_some());
        let wafer = matches!(&self.scene.kind, FabricKind::Wafer(_));
        let delays = &self.scene.delays;
        if measured || wafer || delays.step > Femtos(0) {
            parameters.push(Parameter { of: ParameterKind::Processing, class: None });
        }
        if self.plan.launch() > Femtos(0) || delays.last_start() > Femtos(0) {
            parameters.push(Parameter { of: ParameterKind::Launch, class: None });
        }
        parameters
    }

    /// The run with one figure scaled: planned and simulated again. `None` if that cannot run.
    pub fn replay(&self, parameter: Parameter, factor: f64) -> Option<Replay> {
        let scaling = Scaling { parameter: Some(parameter), factor };
        let scene = scaling.scene(&self.scene);
        self.simulate_as(&scene, &scaling)
    }

    /// The reported time with one figure scaled. `None` if that cannot run.
    pub fn replayed(&self, parameter: Parameter, factor: f64) -> Option<Femtos> {
        self.replay(parameter, factor).map(|replay| replay.time)
    }

    /// The reported time without some of the fabric's degradations. `None` if that cannot run.
    pub fn time_without(&self, degradations: &[Degradation]) -> Option<Femtos> {
        self.simulate_as(&self.scene.without(degradations), &Scaling::NONE).map(|replay| replay.time)
    }

    fn simulate_as(&self, scene: &FabricScene, scaling: &Scaling) -> Option<Replay> {
        let mut fabric = scene.fabric();
        scaling.on_capacities(&mut fabric);
        // Other faults leave other rates.
        let repaired =
            (scene.changed != self.scene.changed).then(|| measured::candidate(scene, self.message)).flatten();
        let candidate = repaired.as_ref().or(self.measured.as_ref());
        let plan = plan(scene, &mut fabric, self.message, (candidate, scaling)).ok()?;
        let mut budget = self.replay_budget;
        let trace = play_within(&fabric, &plan, &mut budget).ok()?.trace;
        // The wavelet that is subtracted lasts as long as it takes to cross a link.
        let wavelet = fabric.wavelet_cycle().scaled(1.0 / scaling.on(ParameterKind::Capacity));
        let time = trace.end().since(wavelet).max(Femtos(1));
        Some(Replay { fabric, plan, trace, time })
    }
}
