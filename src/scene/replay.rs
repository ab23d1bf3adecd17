//! The same fabric played again with one of its figures scaled: what a figure is worth is found by trying.

use super::solve::plan;
use super::{FabricKind, FabricRun, FabricScene, Trouble};
use crate::collective::Plan;
use crate::fabric::{Fabric, LinkClass, Shape};
use crate::simulate::play;
use crate::trace::Trace;
use crate::units::Femtos;

/// Which figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// Bytes per second of a link class.
    Capacity,
    /// Latency of a link class.
    Latency,
    /// Cores, and software between steps.
    Processing,
    /// Software before the first byte, and ranks that come late.
    Launch,
}

impl Of {
    /// Its name in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Of::Capacity => "capacity",
            Of::Latency => "latency",
            Of::Processing => "processing",
            Of::Launch => "launch",
        }
    }
}

/// A figure that can be scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Knob {
    /// Which one.
    pub of: Of,
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
pub(super) struct Scaling {
    knob: Option<Knob>,
    factor: f64,
}

impl Scaling {
    /// Everything as it is.
    pub const NONE: Scaling = Scaling { knob: None, factor: 1.0 };

    /// The factor on processing or on launch.
    pub fn on(&self, of: Of) -> f64 {
        if self.knob.is_some_and(|knob| knob.of == of) { self.factor } else { 1.0 }
    }

    fn on_class(&self, of: Of) -> Option<(LinkClass, f64)> {
        let class = self.knob.filter(|knob| knob.of == of)?.class?;
        Some((class, self.factor))
    }

    /// Scales the latencies of a shape.
    pub fn on_latencies(&self, shape: &mut Shape) {
        if let Some((class, factor)) = self.on_class(Of::Latency) {
            shape.scale_latency(class, factor);
        }
    }

    /// Scales the capacities of a fabric.
    pub fn on_capacities(&self, fabric: &mut Fabric) {
        if let Some((class, factor)) = self.on_class(Of::Capacity) {
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
        delays.launch = delays.launch.scaled(self.on(Of::Launch));
        delays.start.iter_mut().for_each(|start| *start = start.scaled(self.on(Of::Launch)));
        delays.step = delays.step.scaled(self.on(Of::Processing));
        match &mut scene.kind {
            FabricKind::Chips(chips) => self.on_latencies(&mut chips.shape),
            FabricKind::Wafer(wafer) => {
                let mut shape = Shape::Mesh(wafer.mesh.clone());
                self.on_latencies(&mut shape);
                if let Shape::Mesh(mesh) = shape {
                    wafer.mesh = mesh;
                }
                if self.on(Of::Processing) != 1.0 {
                    wafer.mesh.scale_processing(self.on(Of::Processing));
                }
            }
            FabricKind::Wafers(wafers) => {
                let mut shape = Shape::Wafers(wafers.tree.clone());
                self.on_latencies(&mut shape);
                if let Shape::Wafers(tree) = shape {
                    wafers.tree = tree;
                }
            }
        }
        scene
    }
}

impl FabricRun {
    /// The figures that may matter to its time: those that are not zero.
    pub fn knobs(&self) -> Vec<Knob> {
        let classes = self.fabric.classes();
        // Ramps go with mesh links.
        let capacities = classes.iter().filter(|class| **class != LinkClass::Ramp);
        let mut knobs: Vec<Knob> = capacities.map(|&class| Knob { of: Of::Capacity, class: Some(class) }).collect();
        let slow = classes.iter().filter(|class| self.fabric.shape.latency(**class) > Femtos(0));
        knobs.extend(slow.map(|&class| Knob { of: Of::Latency, class: Some(class) }));
        let measured = matches!(&self.scene.kind, FabricKind::Chips(chips) if chips.measured.is_some());
        let wafer = matches!(&self.scene.kind, FabricKind::Wafer(_));
        let delays = &self.scene.delays;
        if measured || wafer || delays.step > Femtos(0) {
            knobs.push(Knob { of: Of::Processing, class: None });
        }
        if self.plan.launch() > Femtos(0) || delays.last_start() > Femtos(0) {
            knobs.push(Knob { of: Of::Launch, class: None });
        }
        knobs
    }

    /// The run with one figure scaled: planned and played again. `None` where that cannot run.
    pub fn replay(&self, knob: Knob, factor: f64) -> Option<Replay> {
        let scaling = Scaling { knob: Some(knob), factor };
        let scene = scaling.scene(&self.scene);
        self.played_as(&scene, &scaling)
    }

    /// The reported time with one figure scaled. `None` where that cannot run.
    pub fn replayed(&self, knob: Knob, factor: f64) -> Option<Femtos> {
        self.replay(knob, factor).map(|replay| replay.time)
    }

    /// The reported time without some of what is wrong with the fabric. `None` where that cannot run.
    pub fn time_without(&self, troubles: &[Trouble]) -> Option<Femtos> {
        self.played_as(&self.scene.without(troubles), &Scaling::NONE).map(|replay| replay.time)
    }

    fn played_as(&self, scene: &FabricScene, scaling: &Scaling) -> Option<Replay> {
        let mut fabric = scene.fabric();
        scaling.on_capacities(&mut fabric);
        let plan = plan(scene, &mut fabric, self.message, scaling).ok()?;
        let trace = play(&fabric, &plan).ok()?.trace;
        // The wavelet that is taken off lasts as long as it takes to pass a link.
        let wavelet = fabric.wavelet_cycle().scaled(1.0 / scaling.on(Of::Capacity));
        let time = trace.end().since(wavelet).max(Femtos(1));
        Some(Replay { fabric, plan, trace, time })
    }
}
