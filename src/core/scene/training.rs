//! The training part of a checked scene: a job for every fabric, with what the run costs.

use super::schema::FabricFile;
use crate::catalog::{RangeEnd, RangedFigure};
use crate::model::TrainingJob;

/// A training run as the workload of a scene.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingScene {
    /// The model by name, or `a model of its own`.
    pub model: String,
    /// Tokens of the whole run.
    pub tokens: f64,
    /// Which end of every uncertain input is meant.
    pub end: RangeEnd,
    /// By fabric.
    pub fabrics: Vec<FabricTraining>,
}

/// How one fabric runs it.
#[derive(Clone, Debug, PartialEq)]
pub struct FabricTraining {
    /// The job.
    pub job: TrainingJob,
    /// The fabric that its collectives are slices of: machine, network, timing and parameters.
    pub fabric: FabricFile,
    /// Share of the time that counts.
    pub goodput: RangedFigure,
    /// Price of a chip with all around it, $.
    pub price: RangedFigure,
    /// Rent of a chip, $ per hour; `None` if nobody rents it out.
    pub rent: Option<RangedFigure>,
    /// Rated power of a chip with all around it, kW.
    pub power_kw: RangedFigure,
    /// Days of waiting for the machine.
    pub queue_days: f64,
    /// What should be known, such as memory that does not suffice.
    pub warnings: Vec<String>,
}
