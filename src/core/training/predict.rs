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
use crate::scene::{FabricFile, TimingChoice};

/// Plays steps of measured runs. Collectives that several of them have in common are played once.
#[derive(Debug)]
pub struct Predictor<'a> {
    catalog: &'a Catalog,
    /// The timing of collectives among GPUs. Wafers have ideal timing.
    timing: TimingChoice,
    calls: BTreeMap<String, Calls<'a>>,
}

impl<'a> Predictor<'a> {
    /// A predictor that has played nothing.
    pub fn new(catalog: &'a Catalog, timing: TimingChoice) -> Predictor<'a> {
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
                let timing = self.timing;
                let machine = job.gpu.machines.first().map_or("", String::as_str);
                let new = || Calls::new(catalog, FabricFile::new(machine, Some(&job.gpu.network), timing));
                let calls = self.calls.entry(job.gpu.id.clone()).or_insert_with(new);
                gpu_step(job, calls, &Uncertain::at(&job.constants, RangeEnd::Usual), false)
            }
            TrainingJob::Wafer(job) => {
                let new = || Calls::new(catalog, FabricFile::new(&job.wafer.machine, None, TimingChoice::Ideal));
                let calls = self.calls.entry(job.wafer.id.clone()).or_insert_with(new);
                wafer_step(job, calls, false)
            }
        }
    }
}
