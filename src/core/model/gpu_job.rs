//! A training job on a GPU cluster: model, batch, parallelism, software, and what the catalog says about the GPU.

use super::shape::ModelShape;
use crate::catalog::{GpuTraining, PrecisionRate, TrainingConstants};

/// How optimizer state and parameters are spread over the data-parallel ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sharding {
    /// Every rank keeps all.
    None,
    /// Optimizer state is spread: gradients are reduce-scattered, parameters gathered, once per step.
    Zero1,
    /// Parameters are spread too: gathered layer by layer in every pass.
    Fsdp,
}

/// What of the forward pass is computed again in the backward pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recompute {
    /// Nothing.
    None,
    /// Attention scores.
    Selective,
    /// Everything.
    Full,
}

impl Sharding {
    /// All, with their words in scenes.
    pub const WORDS: [(&'static str, Sharding); 3] =
        [("none", Sharding::None), ("zero1", Sharding::Zero1), ("fsdp", Sharding::Fsdp)];
}

impl Recompute {
    /// All, with their words in scenes.
    pub const WORDS: [(&'static str, Recompute); 3] =
        [("none", Recompute::None), ("selective", Recompute::Selective), ("full", Recompute::Full)];
}

/// How a model is spread over ranks. Ranks are numbered tensor first, then context, then data, then pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Parallel {
    /// Tensor-parallel ranks.
    pub tensor: u32,
    /// Pipeline stages.
    pub pipeline: u32,
    /// Virtual stages of a GPU (interleaving).
    pub virtual_stages: u32,
    /// Context-parallel ranks.
    pub context: u32,
    /// Expert-parallel ranks; they are among the data-parallel ones.
    pub expert: u32,
}

/// A training job on a GPU cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct GpuJob {
    /// The model.
    pub shape: ModelShape,
    /// Tokens of a sequence.
    pub sequence: u64,
    /// Sequences of a step.
    pub global_batch: u64,
    /// Sequences of a microbatch.
    pub micro_batch: u64,
    /// GPUs that take part.
    pub gpus: u32,
    /// How the model is spread.
    pub parallel: Parallel,
    /// The precision of matrix products.
    pub rate: PrecisionRate,
    /// The precision of attention and of the output head.
    pub rate16: PrecisionRate,
    /// How state is spread.
    pub sharding: Sharding,
    /// Recomputation in the backward pass.
    pub recompute: Recompute,
    /// Bytes of a gradient on the wire.
    pub gradient_bytes: u32,
    /// Bytes of a gathered parameter on the wire; 0 with a plain all-reduce of gradients.
    pub parameter_bytes: u32,
    /// Element-wise work between the matrix products is spread over the tensor-parallel ranks too.
    pub sequence_parallel: bool,
    /// Attention is one fused, causal kernel.
    pub fused_attention: bool,
    /// Tensor-parallel collectives are cut into pieces behind matrix products.
    pub overlap_tensor: bool,
    /// Gradients and parameters of the data-parallel ranks move behind compute.
    pub overlap_data: bool,
    /// Activations between stages move behind compute.
    pub overlap_pipeline: bool,
    /// Speed of the software against the reference stack.
    pub stack_speed: f64,
    /// What the catalog says about the GPU.
    pub gpu: GpuTraining,
    /// Constants of the model.
    pub constants: TrainingConstants,
}

impl GpuJob {
    /// Data-parallel ranks. At least 1, even if the ranks do not divide.
    pub fn data(&self) -> u32 {
        let Parallel { tensor, pipeline, context, .. } = self.parallel;
        let model = u64::from(tensor) * u64::from(pipeline) * u64::from(context);
        u32::try_from(u64::from(self.gpus) / model.max(1)).unwrap_or(u32::MAX).max(1)
    }

    /// Ranks that hold the same parameters: data- and context-parallel ones.
    pub fn replicas(&self) -> u32 {
        self.data() * self.parallel.context
    }

    /// Microbatches of a step per pipeline.
    pub fn microbatches(&self) -> u64 {
        let each = u64::from(self.data()) * self.micro_batch.max(1);
        ((self.global_batch as f64 / each as f64).round() as u64).max(1)
    }

    /// Tokens of a microbatch on one rank.
    pub fn tokens(&self) -> f64 {
        self.micro_batch as f64 * self.sequence as f64 / f64::from(self.parallel.context)
    }

    /// Parameters that one GPU holds while it computes.
    pub fn own_parameters(&self) -> f64 {
        let parameters = self.shape.parameters();
        let layers = f64::from(self.shape.layers);
        let (tensor, pipeline) = (f64::from(self.parallel.tensor), f64::from(self.parallel.pipeline));
        let dense = layers * (parameters.layer - parameters.experts) + parameters.embedding;
        (dense + layers * parameters.experts / f64::from(self.parallel.expert)) / pipeline / tensor
    }

    /// GPUs of an NVLink domain that take part.
    pub fn domain(&self) -> u32 {
        (self.gpu.domain_gpus.value.round() as u32).max(1)
    }
}
