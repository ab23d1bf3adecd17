//! The compute terms of a layer on a GPU, seconds: matrix products, attention scores, element-wise work.

use super::gpu_job::{GpuJob, Recompute};
use super::shape::LayerFlop;

/// Compute of one layer for one microbatch on one GPU, without communication, seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerTimes {
    /// Matrix products forward, each.
    pub gemm: LayerFlop,
    /// Attention scores forward.
    pub attention: f64,
    /// Element-wise work forward.
    pub element_wise: f64,
    /// Attention scores backward over forward.
    pub attention_backward: f64,
    /// Recomputation before the backward pass, beside that of a whole forward pass.
    pub recomputed: f64,
    /// The whole forward pass is computed again.
    pub recomputes_all: bool,
}

impl LayerTimes {
    /// Forward.
    pub fn forward(&self) -> f64 {
        self.gemm.total() + self.attention + self.element_wise
    }

    /// Backward, with what is computed again.
    pub fn backward(&self) -> f64 {
        let own = 2.0 * self.gemm.total() + self.attention_backward * self.attention + 2.0 * self.element_wise;
        own + self.recomputed + if self.recomputes_all { self.forward() } else { 0.0 }
    }
}

/// All compute of a step on one GPU, seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GpuCompute {
    /// One layer and microbatch.
    pub layer: LayerTimes,
    /// The output head, forward and backward, of one microbatch.
    pub head: f64,
    /// The optimizer and what a step always takes.
    pub optimizer: f64,
    /// A layer and microbatch, forward and backward, at the dense peak: nothing computed again.
    pub ideal_layer: f64,
    /// The output head at the dense peak.
    pub ideal_head: f64,
}

impl GpuCompute {
    /// The compute terms of a job.
    pub fn new(job: &GpuJob) -> GpuCompute {
        let constants = &job.constants;
        let (tokens, tensor) = (job.tokens(), f64::from(job.parallel.tensor));
        let flop = job.shape.flop(job.sequence);
        let causal = if job.fused_attention { 0.5 } else { 1.0 };
        let (peak, peak16) = (job.rate.peak_tflop_s.value * 1e12, job.rate16.peak_tflop_s.value * 1e12);
        let each = tokens / (tensor * peak * job.rate.gemm_share.value * job.stack_speed);
        let LayerFlop { qkv, projection, up, down } = flop.layer;
        let gemm = LayerFlop { qkv: qkv * each, projection: projection * each, up: up * each, down: down * each };
        let attention16 = peak16 * constants.attention_share.value * job.stack_speed;
        let attention = tokens * flop.attention * causal / (tensor * attention16);
        let memory = job.gpu.hbm_gb_s.value * 1e9 * constants.memory_share.value;
        let width = f64::from(job.shape.width);
        let ffn = f64::from(job.shape.ffn) * (f64::from(job.shape.matrices) - 1.0) * job.shape.visited();
        let spread = if job.sequence_parallel { tensor } else { 1.0 };
        let softmax_bytes = 11.0 * f64::from(job.shape.heads) * job.sequence as f64 / tensor;
        let mut bytes = constants.element_wise.value * (24.0 * width / spread + 6.0 * ffn / tensor);
        if !job.fused_attention {
            bytes += softmax_bytes;
        }
        let recomputed = match job.recompute {
            Recompute::None | Recompute::Full => 0.0,
            Recompute::Selective => attention + tokens * softmax_bytes / memory,
        };
        let head16 = peak16 * job.rate16.gemm_share.value * job.stack_speed;
        let own = job.own_parameters();
        let shards = match job.sharding {
            super::Sharding::None => 1.0,
            super::Sharding::Zero1 | super::Sharding::Fsdp => f64::from(job.replicas()),
        };
        GpuCompute {
            layer: LayerTimes {
                gemm,
                attention,
                element_wise: tokens * bytes / memory,
                attention_backward: if job.fused_attention { 2.5 } else { 2.0 },
                recomputed,
                recomputes_all: job.recompute == Recompute::Full,
            },
            head: 3.0 * tokens * flop.head / tensor / head16,
            optimizer: own / shards * constants.optimizer_bytes.value / memory + constants.fixed_s.value,
            ideal_layer: 3.0 * tokens * (flop.layer.total() / peak + flop.attention * causal / peak16) / tensor,
            ideal_head: 3.0 * tokens * flop.head / tensor / peak16,
        }
    }
}
