//! The compute and streaming terms of a step on wafers, and how many microbatches it has.

use super::wafer_job::{WaferJob, WaferMode};

/// Terms of one microbatch on one wafer, seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WaferPass {
    /// Microbatches of a step.
    pub microbatches: u64,
    /// Tokens of a microbatch.
    pub tokens: f64,
    /// Compute of one layer forward.
    pub layer_forward: f64,
    /// Compute of the output head forward.
    pub head_forward: f64,
    /// Layer inputs that do not fit and leave, over the whole forward pass.
    pub spill: f64,
    /// One layer forward at the dense peak.
    pub ideal_layer: f64,
    /// The output head forward at the dense peak.
    pub ideal_head: f64,
}

impl WaferPass {
    /// Compute of the forward pass.
    pub fn forward(&self, layers: u32) -> f64 {
        f64::from(layers) * self.layer_forward + self.head_forward
    }
}

/// Most numbers of microbatches that are tried.
const MAX_TRIED: u64 = 4096;

/// The terms of a job with the number of microbatches that is fastest. Layer inputs leave the wafer only where that saves
/// at least 0.1 %.
pub fn wafer_passes(job: &WaferJob) -> WaferPass {
    let tokens = job.tokens();
    let most = ((tokens / job.tokens_that_fit()).ceil() as u64).max(1);
    let first = with_microbatches(job, most);
    if job.mode == WaferMode::Resident {
        return first;
    }
    let mut best = (estimate(job, &first), first);
    for microbatches in (most.saturating_sub(MAX_TRIED).max(1)..most).rev() {
        let pass = with_microbatches(job, microbatches);
        let time = estimate(job, &pass);
        if time < 0.999 * best.0 {
            best = (time, pass);
        }
    }
    best.1
}

fn with_microbatches(job: &WaferJob, microbatches: u64) -> WaferPass {
    let tokens = job.tokens() / microbatches as f64;
    let flop = job.shape.flop(job.sequence);
    let dense = 1.0 - job.sparsity * job.sparse_gain;
    let peak = job.wafer.peak_pflop_s.value * 1e15;
    let rate = peak * job.efficiency();
    let layer = tokens * (flop.layer.total() * dense + flop.attention);
    let head = tokens * flop.head;
    let over = (tokens - job.tokens_that_fit()).max(0.0);
    WaferPass {
        microbatches,
        tokens,
        layer_forward: layer / rate,
        head_forward: head / rate,
        spill: over * job.input_bytes_per_token() / job.io_bytes_s,
        ideal_layer: layer / peak,
        ideal_head: head / peak,
    }
}

/// About how long a step takes, to compare numbers of microbatches; the step itself is a timeline.
fn estimate(job: &WaferJob, pass: &WaferPass) -> f64 {
    let forward = pass.forward(job.shape.layers);
    let (weights, gradients) = (job.weights_in_s(), job.gradients_out_s());
    let forward_s = forward.max(weights).max(pass.spill);
    let backward_s = (2.0 * forward).max(weights + pass.spill).max(gradients);
    pass.microbatches as f64 * (forward_s + backward_s)
}
