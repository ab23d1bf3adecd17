//! What a timeline is made of: tasks on lanes.

use super::calls::Call;
use crate::units::Femtos;

/// The streams of a chip. Tasks of one lane do not overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// Compute.
    Compute,
    /// Collectives inside an NVLink domain.
    NvLink,
    /// Collectives and sends between domains.
    Nic,
    /// Wafer I/O towards the wafer.
    WaferIn,
    /// Wafer I/O out of the wafer.
    WaferOut,
}

/// What a task inside a layer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LayerTaskKind {
    /// Norms, residuals, activation functions.
    ElementWise,
    /// Queries, keys and values.
    Qkv,
    /// Attention scores.
    Attention,
    /// The projection behind attention.
    Projection,
    /// Into the feed-forward part.
    Up,
    /// Out of the feed-forward part.
    Down,
    /// Activations gathered from the tensor-parallel ranks.
    TensorGather,
    /// Activations summed over the tensor-parallel ranks.
    TensorScatter,
    /// Keys and values of the context-parallel ranks.
    KeysAndValues,
    /// Tokens go to their experts.
    ExpertDispatch,
    /// Tokens come back from their experts.
    ExpertCombine,
}

/// A task inside a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerTask {
    /// Its lane.
    pub lane: Lane,
    /// What it is.
    pub kind: LayerTaskKind,
    /// When it starts, from the start of the pass.
    pub start: Femtos,
    /// When it ends.
    pub end: Femtos,
    /// The collective that it is.
    pub call: Option<Call>,
}

/// What a task of a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepTaskKind {
    /// Forward pass of a microbatch through the layers of a chunk.
    Forward,
    /// Backward pass of a microbatch through the layers of a chunk.
    Backward,
    /// Activations or their gradients go to another stage.
    Send,
    /// Parameters are gathered.
    ParameterGather,
    /// Gradients are reduce-scattered.
    GradientScatter,
    /// Gradients are all-reduced.
    GradientAllReduce,
    /// The optimizer, and what a step always takes.
    Optimizer,
    /// The slowest of all nodes.
    Straggler,
    /// Weights of a layer stream to the wafers.
    WeightsIn,
    /// Gradients of a layer stream out and are added on the way.
    GradientsOut,
    /// Layer inputs that do not fit leave the wafer.
    ActivationsOut,
    /// They come back.
    ActivationsIn,
}

/// A task of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepTask {
    /// The pipeline stage whose ranks do it; 0 on wafers.
    pub stage: u32,
    /// Its lane.
    pub lane: Lane,
    /// What it is.
    pub kind: StepTaskKind,
    /// Which chunk of layers of the stage, or which bucket of gradients or parameters, or which layer on a wafer.
    pub part: u32,
    /// Which microbatch.
    pub microbatch: u64,
    /// When it starts.
    pub start: Femtos,
    /// When it ends.
    pub end: Femtos,
    /// The collective that it is, by its place among the distinct ones of the step.
    pub call: Option<u32>,
}
