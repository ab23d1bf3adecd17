//! Spans and rows as they are drawn.

use super::mix::Mix;
use crate::training::calls::Call;
use crate::training::tasks::{Lane, LayerTaskKind, StepTaskKind};
use crate::training::waits::WaitCause;
use crate::units::Femtos;

/// What a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    /// A pass of a microbatch through the layers of a chunk.
    Pass {
        /// Backward, or forward.
        backward: bool,
        /// The chunk of the stage; on wafers the layer.
        chunk: u32,
        /// The microbatch.
        microbatch: u64,
    },
    /// A pass through one layer.
    Layer {
        /// Backward, or forward.
        backward: bool,
        /// Its place in the chunk.
        layer: u32,
        /// The microbatch.
        microbatch: u64,
    },
    /// The output head and the loss, or time that hidden gathers of parameters add to a layer.
    Rest {
        /// Backward, or forward.
        backward: bool,
    },
    /// A kernel inside a layer, or a collective of it.
    Kernel(LayerTaskKind, Option<Call>),
    /// A collective, a send, a stream at wafer I/O, or the optimizer.
    Task {
        /// What it is.
        kind: StepTaskKind,
        /// Which bucket, chunk or layer.
        part: u32,
        /// Which microbatch.
        microbatch: u64,
        /// The collective that it is.
        call: Option<Call>,
    },
    /// Compute waits.
    Wait(WaitCause),
    /// Several of them, each shorter than a pixel.
    Merged,
}

impl SpanKind {
    /// Whether it is a send between stages.
    pub fn is_send(&self) -> bool {
        matches!(self, SpanKind::Task { kind: StepTaskKind::Send, .. })
    }

    /// The collective that a span is.
    pub fn call(&self) -> Option<Call> {
        match self {
            SpanKind::Kernel(_, call) | SpanKind::Task { call, .. } => *call,
            SpanKind::Pass { .. }
            | SpanKind::Layer { .. }
            | SpanKind::Rest { .. }
            | SpanKind::Wait(_)
            | SpanKind::Merged => None,
        }
    }
}

/// A span of a row, cut to the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// When it starts, from the start of the step.
    pub start: Femtos,
    /// When it ends.
    pub end: Femtos,
    /// What it is.
    pub kind: SpanKind,
    /// What it consists of, uncut.
    pub mix: Mix,
}

/// A stream of a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The pipeline stage; 0 on wafers.
    pub stage: u32,
    /// The stream.
    pub lane: Lane,
    /// Spans by start, within the window.
    pub spans: Vec<Span>,
}
