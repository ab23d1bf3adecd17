//! Measured steps against the model.

use std::collections::BTreeMap;

use super::calls::Calls;
use super::error::StepError;
use super::gpu_step::gpu_step;
use super::runs_table::MeasuredRun;
use super::step::Step;
use super::wafer_step::wafer_step;
use crate::catalog::{Catalog, RangeEnd};
use crate::model::{TrainingJob, Uncertain};
use crate::scene::{FabricFile, ParamsFile};

/// Which timing the collectives of a step have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepTiming {
    /// Data sheet figures.
    Ideal,
    /// What NCCL takes on real clusters. Wafers have ideal timing.
    #[default]
    Measured,
}

impl StepTiming {
    /// Both.
    pub const ALL: [StepTiming; 2] = [StepTiming::Ideal, StepTiming::Measured];

    /// Its id.
    pub fn as_str(self) -> &'static str {
        match self {
            StepTiming::Ideal => "ideal",
            StepTiming::Measured => "measured",
        }
    }
}

/// Plays steps of measured runs. Collectives that several of them have in common are played once.
#[derive(Debug)]
pub struct Predictor<'a> {
    catalog: &'a Catalog,
    timing: StepTiming,
    calls: BTreeMap<String, Calls<'a>>,
}

/// A fabric of a machine with this network.
fn fabric(machine: &str, network: Option<&str>, timing: &str) -> FabricFile {
    FabricFile {
        name: machine.to_owned(),
        machine: machine.to_owned(),
        nodes: 1,
        network: network.map(str::to_owned),
        layout: None,
        region: None,
        graph: None,
        algorithm: "auto".to_owned(),
        timing: timing.to_owned(),
        parallel: None,
        params: ParamsFile::default(),
        faults: Vec::new(),
    }
}

impl<'a> Predictor<'a> {
    /// A predictor that has played nothing.
    pub fn new(catalog: &'a Catalog, timing: StepTiming) -> Predictor<'a> {
        Predictor { catalog, timing, calls: BTreeMap::new() }
    }

    /// The step of a run.
    ///
    /// # Errors
    /// As [`StepError`] says.
    pub fn step(&mut self, run: &MeasuredRun) -> Result<Step, StepError> {
        self.step_of(&run.job)
    }

    /// The step of a job.
    ///
    /// # Errors
    /// As [`StepError`] says.
    pub fn step_of(&mut self, job: &TrainingJob) -> Result<Step, StepError> {
        let catalog = self.catalog;
        match job {
            TrainingJob::Gpu(job) => {
                let timing = self.timing.as_str();
                let machine = job.gpu.machines.first().map_or("", String::as_str);
                let new = || Calls::new(catalog, fabric(machine, Some(&job.gpu.network), timing));
                let calls = self.calls.entry(job.gpu.id.clone()).or_insert_with(new);
                gpu_step(job, calls, &Uncertain::at(&job.constants, RangeEnd::Usual), false)
            }
            TrainingJob::Wafer(job) => {
                let new = || Calls::new(catalog, fabric(&job.wafer.machine, None, "ideal"));
                let calls = self.calls.entry(job.wafer.id.clone()).or_insert_with(new);
                wafer_step(job, calls, false)
            }
        }
    }
}
