//! The same fabric played again with one of its figures scaled: what a figure is worth is found by trying.

use super::solver::FabricRun;
use super::solver::plan;
use crate::collective::Plan;
use crate::fabric::{Fabric, LinkClass, Topology};
use crate::scene::{Degradation, FabricKind, FabricScene};
use crate::simulate::play;
use crate::trace::Trace;
use crate::units::Femtos;

/// Which figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParameterKind {
    /// Bytes per second of a link class.
    Capacity,
    /// Latency of a link class.
    Latency,
    /// Cores, and software between steps.
    Processing,
    /// Software before the first byte, and ranks that come late.
    Launch,
}

impl ParameterKind {
    /// Its name in JSON.
    pub fn word(self) -> &'static str {
        match self {
            ParameterKind::Capacity => "capacity",
            ParameterKind::Latency => "latency",
            ParameterKind::Processing => "processing",
            ParameterKind::Launch => "launch",
        }
    }
}

/// A figure that can be scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Parameter {
    /// Which one.
    pub of: ParameterKind,
    /// Of which links; `None` for processing and launch. The capacity of a wafer's mesh links is that of its ramps too:
    /// both move one wavelet per cycle.
    pub class: Option<LinkClass>,
}

/// A run played again with something changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// Its links, as changed.
    pub fabric: Fabric,
    /// What was moved.
    pub plan: Plan,
    /// When.
    pub trace: Trace,
    /// The reported time.
    pub time: Femtos,
}

/// A knob, turned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scaling {
    parameter: Option<Parameter>,
    factor: f64,
}

impl Scaling {
    /// Everything as it is.
    pub const NONE: Scaling = Scaling { parameter: None, factor: 1.0 };

    /// The factor on processing or on launch.
    pub fn on(&self, of: ParameterKind) -> f64 {
        if self.parameter.is_some_and(|parameter| parameter.of == of) { self.factor } else { 1.0 }
    }

    fn on_class(&self, of: ParameterKind) -> Option<(LinkClass, f64)> {
        let class = self.parameter.filter(|parameter| parameter.of == of)?.class?;
        Some((class, self.factor))
    }

    /// Scales the latencies of a shape.
    pub fn on_latencies(&self, topology: &mut Topology) {
        if let Some((class, factor)) = self.on_class(ParameterKind::Latency) {
            topology.scale_latency(class, factor);
        }
    }

    /// Scales the capacities of a fabric.
    pub fn on_capacities(&self, fabric: &mut Fabric) {
        if let Some((class, factor)) = self.on_class(ParameterKind::Capacity) {
            fabric.scale_capacity(class, factor);
            if class == LinkClass::MeshLink {
                fabric.scale_capacity(LinkClass::Ramp, factor);
            }
        }
    }

    /// The scene's fabric with its latencies and delays scaled.
    fn scene(&self, scene: &FabricScene) -> FabricScene {
        let mut scene = scene.clone();
        let delays = &mut scene.delays;
        delays.launch = delays.launch.scaled(self.on(ParameterKind::Launch));
        delays.start.iter_mut().for_each(|start| *start = start.scaled(self.on(ParameterKind::Launch)));
        delays.step = delays.step.scaled(self.on(ParameterKind::Processing));
        match &mut scene.kind {
            FabricKind::Chips(chips) => self.on_latencies(&mut chips.topology),
            FabricKind::Wafer(wafer) => {
                let mut topology = Topology::Mesh(wafer.mesh.clone());
                self.on_latencies(&mut topology);
                if let Topology::Mesh(mesh) = topology {
                    wafer.mesh = mesh;
                }
                if self.on(ParameterKind::Processing) != 1.0 {
                    wafer.mesh.scale_processing(self.on(ParameterKind::Processing));
                }
            }
            FabricKind::Wafers(wafers) => {
                let mut topology = Topology::Wafers(wafers.tree.clone());
                self.on_latencies(&mut topology);
                if let Topology::Wafers(tree) = topology {
                    wafers.tree = tree;
                }
            }
        }
        scene
    }
}

impl FabricRun {
    /// The figures that may matter to its time: those that are not zero.
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

    /// The run with one figure scaled: planned and played again. `None` where that cannot run.
    pub fn replay(&self, parameter: Parameter, factor: f64) -> Option<Replay> {
        let scaling = Scaling { parameter: Some(parameter), factor };
        let scene = scaling.scene(&self.scene);
        self.played_as(&scene, &scaling)
    }

    /// The reported time with one figure scaled. `None` where that cannot run.
    pub fn replayed(&self, parameter: Parameter, factor: f64) -> Option<Femtos> {
        self.replay(parameter, factor).map(|replay| replay.time)
    }

    /// The reported time without some of what is wrong with the fabric. `None` where that cannot run.
    pub fn time_without(&self, troubles: &[Degradation]) -> Option<Femtos> {
        self.played_as(&self.scene.without(troubles), &Scaling::NONE).map(|replay| replay.time)
    }

    fn played_as(&self, scene: &FabricScene, scaling: &Scaling) -> Option<Replay> {
        let mut fabric = scene.fabric();
        scaling.on_capacities(&mut fabric);
        let plan = plan(scene, &mut fabric, self.message, scaling).ok()?;
        let trace = play(&fabric, &plan).ok()?.trace;
        // The wavelet that is taken off lasts as long as it takes to pass a link.
        let wavelet = fabric.wavelet_cycle().scaled(1.0 / scaling.on(ParameterKind::Capacity));
        let time = trace.end().since(wavelet).max(Femtos(1));
        Some(Replay { fabric, plan, trace, time })
    }
}
