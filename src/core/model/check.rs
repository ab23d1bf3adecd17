//! Combinations of a job that cannot run: each with the value at fault and the nearest that works.

use super::gpu_job::{GpuJob, Sharding};
use super::shape::ModelShape;
use super::wafer_job::{WaferJob, WaferMode};
use crate::units::grouped;

/// The value of a job that is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobField {
    /// Number of layers.
    Layers,
    /// Hidden width.
    Width,
    /// Attention heads.
    Heads,
    /// Heads of keys and values.
    KvHeads,
    /// Width of the feed-forward part.
    Ffn,
    /// Matrices of the feed-forward part.
    Matrices,
    /// Vocabulary.
    Vocabulary,
    /// Experts of a layer.
    Experts,
    /// Experts that a token visits.
    TopK,
    /// Tokens of a sequence.
    Sequence,
    /// Sequences of a step.
    GlobalBatch,
    /// Sequences of a microbatch.
    MicroBatch,
    /// GPUs or wafers.
    Chips,
    /// Tensor-parallel ranks.
    Tensor,
    /// Pipeline stages.
    Pipeline,
    /// Virtual stages.
    VirtualStages,
    /// Context-parallel ranks.
    Context,
    /// Expert-parallel ranks.
    Expert,
    /// Where a wafer's weights are.
    Mode,
}

/// A value of a job that cannot run, and the nearest that can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobProblem {
    /// The value at fault.
    pub field: JobField,
    /// The problem.
    pub problem: String,
    /// What would be accepted, the nearest first.
    pub hint: String,
}

fn problem(field: JobField, problem: String, hint: String) -> JobProblem {
    JobProblem { field, problem, hint }
}

/// Checks the shape of a model.
pub fn check_shape(shape: &ModelShape) -> Vec<JobProblem> {
    let mut found = Vec::new();
    let limits = [
        (JobField::Layers, "layers", shape.layers, 1, 10_000),
        (JobField::Width, "width", shape.width, 1, 1_000_000),
        (JobField::Heads, "heads", shape.heads, 1, 10_000),
        (JobField::KvHeads, "heads of keys and values", shape.kv_heads, 1, 10_000),
        (JobField::Ffn, "units in the feed-forward part", shape.ffn, 1, 10_000_000),
        (JobField::Matrices, "matrices of the feed-forward part", shape.matrices, 2, 3),
        (JobField::Vocabulary, "words", shape.vocabulary, 1, 10_000_000),
        (JobField::Experts, "experts", shape.experts, 0, 10_000),
        (JobField::TopK, "experts per token", shape.top_k, 0, shape.experts.min(10_000)),
    ];
    for (field, noun, value, least, most) in limits {
        if !(least..=most).contains(&value) {
            let accepted = format!("accepted: {} to {}", grouped(least.into()), grouped(most.into()));
            found.push(problem(field, format!("{} {noun}", grouped(value.into())), accepted));
        }
    }
    if found.is_empty() && shape.kv_heads > shape.heads {
        let text = format!("{} heads of keys and values, but {} heads", shape.kv_heads, shape.heads);
        found.push(problem(JobField::KvHeads, text, format!("accepted: 1 to {}", shape.heads)));
    }
    if found.is_empty() && shape.experts > 0 && shape.top_k == 0 {
        let accepted = format!("accepted: 1 to {}", shape.experts);
        found.push(problem(JobField::TopK, "a token visits no expert".to_owned(), accepted));
    }
    found
}

/// The divisors of a number that are nearest to a value, from below and from above.
fn nearest_divisors(of: u64, value: u64) -> String {
    let below = (1..=value.min(of)).rev().find(|divisor| of.is_multiple_of(*divisor));
    let above = (value..=of).find(|divisor| of.is_multiple_of(*divisor));
    let mut near: Vec<String> = [below, above].into_iter().flatten().map(grouped).collect();
    near.dedup();
    format!("nearest that work: {}", near.join(", "))
}

/// The multiples of a number that are nearest to a value, from below and from above; 0 is none.
fn nearest_multiples(of: u64, value: u64) -> String {
    let below = value / of * of;
    let near: Vec<String> = [below, below.saturating_add(of)].into_iter().filter(|one| *one > 0).map(grouped).collect();
    format!("nearest that work: {}", near.join(", "))
}

fn check_batch(sequence: u64, global_batch: u64) -> Vec<JobProblem> {
    let mut found = Vec::new();
    if !(1..=10_000_000).contains(&sequence) {
        let text = format!("a sequence of {} tokens", grouped(sequence));
        found.push(problem(JobField::Sequence, text, "accepted: 1 to 10,000,000".to_owned()));
    }
    if !(1..=1_000_000_000).contains(&global_batch) {
        let text = format!("a global batch of {} sequences", grouped(global_batch));
        found.push(problem(JobField::GlobalBatch, text, "accepted: 1 to 1,000,000,000".to_owned()));
    }
    found
}

/// Checks how a job is spread over a GPU cluster. The shape must have been checked.
pub fn check_gpu_job(job: &GpuJob) -> Vec<JobProblem> {
    let mut found = check_batch(job.sequence, job.global_batch);
    let parallel = &job.parallel;
    let each = [
        (JobField::Tensor, "tensor", parallel.tensor),
        (JobField::Pipeline, "pipeline", parallel.pipeline),
        (JobField::VirtualStages, "virtual", parallel.virtual_stages),
        (JobField::Context, "context", parallel.context),
        (JobField::Expert, "expert", parallel.expert),
    ];
    for (field, noun, value) in each {
        if !(1..=100_000).contains(&value) {
            found.push(problem(
                field,
                format!("{noun} is {}", grouped(value.into())),
                "accepted: 1 to 100,000".to_owned(),
            ));
        }
    }
    if !(1..=1_000_000).contains(&job.micro_batch) {
        let text = format!("a microbatch of {} sequences", grouped(job.micro_batch));
        found.push(problem(JobField::MicroBatch, text, "accepted: 1 to 1,000,000".to_owned()));
    }
    if !found.is_empty() {
        return found;
    }
    let (tensor, pipeline, gpus) = (u64::from(parallel.tensor), u64::from(parallel.pipeline), u64::from(job.gpus));
    let shape = &job.shape;
    if !u64::from(shape.heads).is_multiple_of(tensor) {
        let text = format!("{} heads do not spread over {tensor} tensor-parallel ranks", shape.heads);
        found.push(problem(JobField::Tensor, text, nearest_divisors(shape.heads.into(), tensor)));
    }
    if tensor > u64::from(job.domain()) {
        let text = format!("{tensor} tensor-parallel ranks, but an NVLink domain has {} GPUs", job.domain());
        found.push(problem(JobField::Tensor, text, format!("accepted: 1 to {}", job.domain())));
    }
    if pipeline > u64::from(shape.layers) {
        let text = format!("{pipeline} stages, but the model has {} layers", shape.layers);
        found.push(problem(JobField::Pipeline, text, format!("accepted: 1 to {}", shape.layers)));
    }
    // As many chunks as the longest stage has layers: shorter stages have an empty chunk.
    let per_stage = u64::from(shape.layers).div_ceil(pipeline.max(1));
    if pipeline > 1 && u64::from(parallel.virtual_stages) > per_stage.max(1) {
        let text = format!("{} virtual stages, but a stage has at most {per_stage} layers", parallel.virtual_stages);
        found.push(problem(JobField::VirtualStages, text, format!("accepted: 1 to {}", per_stage.max(1))));
    }
    let model = tensor * pipeline * u64::from(parallel.context);
    if gpus == 0 || !gpus.is_multiple_of(model) {
        let text =
            format!("{} GPUs do not spread over tensor x pipeline x context = {}", grouped(gpus), grouped(model));
        found.push(problem(JobField::Chips, text, nearest_multiples(model, gpus)));
        return found;
    }
    let data = u64::from(job.data());
    if u64::from(parallel.expert) > 1 {
        let (experts, expert) = (u64::from(shape.experts), u64::from(parallel.expert));
        if experts == 0 {
            let text = "expert-parallel ranks, but the model has no experts".to_owned();
            found.push(problem(JobField::Expert, text, "accepted: 1".to_owned()));
        } else if !experts.is_multiple_of(expert) {
            let text = format!("{experts} experts do not spread over {expert} ranks");
            found.push(problem(JobField::Expert, text, nearest_divisors(experts, expert)));
        } else if !u64::from(job.replicas()).is_multiple_of(expert) {
            let replicas = u64::from(job.replicas());
            let text = format!(
                "{expert} expert-parallel ranks do not fit into {} ranks with the same parameters",
                grouped(replicas)
            );
            found.push(problem(JobField::Expert, text, nearest_divisors(replicas, expert)));
        }
    }
    let step = data.saturating_mul(job.micro_batch);
    if !job.global_batch.is_multiple_of(step) {
        let text = format!(
            "a global batch of {} does not spread over {} data-parallel ranks with microbatches of {}",
            grouped(job.global_batch),
            grouped(data),
            job.micro_batch
        );
        found.push(problem(JobField::GlobalBatch, text, nearest_multiples(step, job.global_batch)));
    }
    if job.sharding == Sharding::Fsdp && pipeline > 1 {
        let text = format!("sharding fsdp with {pipeline} pipeline stages");
        found.push(problem(JobField::Pipeline, text, "accepted: 1, or sharding zero1".to_owned()));
    }
    found
}

/// Checks how a job is spread over wafers. The shape must have been checked.
pub fn check_wafer_job(job: &WaferJob) -> Vec<JobProblem> {
    let mut found = check_batch(job.sequence, job.global_batch);
    if found.is_empty() && job.global_batch < u64::from(job.wafers) {
        let text = format!("a global batch of {} sequences for {} wafers", job.global_batch, job.wafers);
        let accepted = format!("accepted: {} and up, or fewer wafers", job.wafers);
        found.push(problem(JobField::GlobalBatch, text, accepted));
    }
    if job.mode == WaferMode::Resident && !job.can_be_resident() {
        let most = job.wafer.sram_gb.value / 16.0;
        let text = format!(
            "{:.1} B parameters of 16 bytes do not stay on a wafer of {:.0} GB",
            job.shape.total_parameters() / 1e9,
            job.wafer.sram_gb.value
        );
        let accepted = format!("accepted: weight-streaming, or a model of at most {most:.2} B parameters");
        found.push(problem(JobField::Mode, text, accepted));
    }
    found
}
