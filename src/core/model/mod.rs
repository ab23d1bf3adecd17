//! Models and how they are spread over a machine: shapes, FLOP, parameters, jobs and the compute terms of a training step.
//!
//! | file | contents |
//! |---|---|
//! | `shape` | the shape of a transformer, its parameters and FLOP |
//! | `gpu_job` | a training job on a GPU cluster: batch, parallelism, software |
//! | `wafer_job` | a training job on a cluster of wafers |
//! | `job` | a job on either kind of machine |
//! | `uncertain` | the constants whose value is not known well, at an end of their ranges |
//! | `gpu_compute` | the compute terms of a layer on a GPU |
//! | `wafer_compute` | the compute and streaming terms of a step on wafers |
//! | `memory` | what a GPU must keep |
//! | `check` | combinations that cannot run, with the nearest that can |

mod check;
mod gpu_compute;
mod gpu_job;
mod job;
mod memory;
mod shape;
mod uncertain;
mod wafer_compute;
mod wafer_job;

pub use check::{JobField, JobProblem, check_gpu_job, check_shape, check_wafer_job};
pub use gpu_compute::{GpuCompute, LayerTimes};
pub use gpu_job::{GpuJob, Parallel, Recompute, Sharding};
pub use job::TrainingJob;
pub use memory::{memory_bytes, memory_warning};
pub use shape::{Flop, LayerFlop, ModelShape, Parameters};
pub use uncertain::Uncertain;
pub use wafer_compute::{WaferPass, wafer_passes};
pub use wafer_job::{WaferJob, WaferMode};
