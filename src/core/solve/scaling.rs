//! Parameters: figures of a run that can be scaled, and the scene with one of them scaled.

use std::sync::Arc;

use crate::collective::OperationWork;
use crate::fabric::{Fabric, LinkClass, Topology};
use crate::scene::{FabricKind, FabricScene};

/// The kind of a figure that can be scaled.
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
    pub fn as_str(self) -> &'static str {
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
    /// Its kind.
    pub of: ParameterKind,
    /// Of which links; `None` for processing and launch. The capacity of a wafer's mesh links is that of its ramps too:
    /// both move one wavelet per cycle.
    pub class: Option<LinkClass>,
}

/// A factor on one parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scaling {
    pub parameter: Option<Parameter>,
    pub factor: f64,
}

impl Scaling {
    /// Nothing scaled.
    pub const NONE: Scaling = Scaling { parameter: None, factor: 1.0 };

    /// The factor on processing or on launch.
    pub fn on(&self, of: ParameterKind) -> f64 {
        if self.parameter.is_some_and(|parameter| parameter.of == of) { self.factor } else { 1.0 }
    }

    fn on_class(&self, of: ParameterKind) -> Option<(LinkClass, f64)> {
        let class = self.parameter.filter(|parameter| parameter.of == of)?.class?;
        Some((class, self.factor))
    }

    /// Scales the latencies of a topology.
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
    pub fn scene(&self, scene: &FabricScene) -> FabricScene {
        let mut scene = scene.clone();
        let delays = &mut scene.delays;
        delays.launch = delays.launch.scaled(self.on(ParameterKind::Launch));
        delays.start.iter_mut().for_each(|start| *start = start.scaled(self.on(ParameterKind::Launch)));
        delays.step = delays.step.scaled(self.on(ParameterKind::Processing));
        if let Some(sequence) = scene.sequence.as_mut().filter(|_| self.on(ParameterKind::Processing) != 1.0) {
            for operation in &mut Arc::make_mut(sequence).operations {
                if let OperationWork::Compute(duration) = &mut operation.work {
                    *duration = duration.scaled(self.on(ParameterKind::Processing));
                }
            }
        }
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
