//! A scene with its meaning: all names resolved and all quantities read.

use super::fabric_scene::FabricScene;
use super::resolve::Decision;
use super::training::TrainingScene;
use crate::collective::{Collective, Sequence};
use crate::units::Bytes;

/// A scene with all names resolved and all quantities read.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// One line.
    pub title: String,
    /// What it shows, one line.
    pub teaches: String,
    /// A claim that its figures are to decide, one line.
    pub claim: Option<String>,
    /// What would decide it.
    pub decide: Vec<Decision>,
    /// The message, as its operation counts it.
    pub message: Bytes,
    /// Ranks (on a wafer with `per-pe` layout every PE is one instead).
    pub replicas: u32,
    /// Seed of whatever is random.
    pub seed: u64,
    /// The fabrics, side by side.
    pub fabrics: Vec<FabricScene>,
    /// The training run, if that is the workload: then message, replicas and fabrics are a part of it for the picture, one
    /// bucket of gradients among the ranks that hold the same parameters.
    pub training: Option<TrainingScene>,
    /// How the clocks of the fabrics relate.
    pub clock: ClockMode,
    /// Fingerprint of the scene's values: 16 hexadecimal digits.
    pub hash: String,
}

impl Scene {
    /// The sequence of its workload, as the first fabric runs it.
    pub fn sequence(&self) -> Option<&Sequence> {
        self.fabrics.first().and_then(|fabric| fabric.sequence.as_deref())
    }

    /// The operation of its workload, which all fabrics run.
    pub fn collective(&self) -> Collective {
        self.fabrics.first().map_or(Collective::AllReduce, |fabric| fabric.collective)
    }
}

/// How the clocks of the fabrics relate on the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockMode {
    /// One clock: the honest race.
    Same,
    /// Each fabric from 0 to 100 %.
    Normalised,
}
