//! What a GPU must keep, for a warning: an estimate after Korthikanti et al. 2022 (arXiv 2205.05198), not a model.

use super::gpu_job::{GpuJob, Recompute, Sharding};

/// Bytes of layer inputs, scores and feed-forward values per token and layer, over the width.
const ACTIVATION_BYTES: f64 = 34.0;
/// Bytes of optimizer state per parameter: fp32 weight and two moments.
const STATE_BYTES: f64 = 12.0;

/// Bytes that a GPU of the first pipeline stage keeps.
pub fn memory_bytes(job: &GpuJob) -> f64 {
    let own = job.own_parameters();
    let replicas = f64::from(job.replicas());
    let weights = 2.0 + f64::from(job.gradient_bytes);
    let state = match job.sharding {
        Sharding::None => own * (weights + STATE_BYTES),
        Sharding::Zero1 => own * (weights + STATE_BYTES / replicas),
        Sharding::Fsdp => own * (weights + STATE_BYTES) / replicas,
    };
    let pipeline = job.parallel.pipeline;
    let in_flight = f64::from(pipeline).min(job.microbatches() as f64);
    let per_token = match job.recompute {
        Recompute::None | Recompute::Selective => ACTIVATION_BYTES,
        Recompute::Full => 2.0,
    };
    let layers = f64::from(job.shape.layers.div_ceil(pipeline));
    let tensor = f64::from(job.parallel.tensor);
    state + per_token * job.tokens() * f64::from(job.shape.width) / tensor * layers * in_flight
}

/// A sentence if a GPU must keep more than it has.
pub fn memory_warning(job: &GpuJob) -> Option<String> {
    let (needed, has) = (memory_bytes(job) / 1e9, job.gpu.memory_gb.value);
    (needed > has).then(|| {
        format!(
            "A GPU would have to keep about {needed:.0} GB and has {has:.0} GB. Use more tensor or pipeline ranks, \
             smaller microbatches, sharding or recomputation. The estimate ignores how software saves activations."
        )
    })
}
