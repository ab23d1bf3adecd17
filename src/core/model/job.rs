//! A training job on either kind of machine.

use super::gpu_job::GpuJob;
use super::wafer_job::WaferJob;

/// A training job on one kind of machine.
#[derive(Clone, Debug, PartialEq)]
pub enum TrainingJob {
    /// On GPUs.
    Gpu(Box<GpuJob>),
    /// On wafers.
    Wafer(Box<WaferJob>),
}

impl TrainingJob {
    /// GPUs or wafers that take part.
    pub fn chips(&self) -> u32 {
        match self {
            TrainingJob::Gpu(job) => job.gpus,
            TrainingJob::Wafer(job) => job.wafers,
        }
    }
}
