//! A training job on a cluster of wafers.

use super::shape::ModelShape;
use crate::catalog::{TrainingConstants, WaferTraining};

/// Where the weights are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaferMode {
    /// Outside: every layer's weights stream to all wafers, forward and backward, and its gradients come back.
    WeightStreaming,
    /// On the wafer: one all-reduce of gradients per step.
    Resident,
}

impl WaferMode {
    /// All, with their words in scenes.
    pub const WORDS: [(&'static str, WaferMode); 2] =
        [("weight-streaming", WaferMode::WeightStreaming), ("resident", WaferMode::Resident)];
}

/// A training job on a cluster of wafers.
#[derive(Clone, Debug, PartialEq)]
pub struct WaferJob {
    /// The model.
    pub shape: ModelShape,
    /// Tokens of a sequence.
    pub sequence: u64,
    /// Sequences of a step.
    pub global_batch: u64,
    /// Wafers that take part.
    pub wafers: u32,
    /// Where the weights are.
    pub mode: WaferMode,
    /// Wafer I/O in each direction, bytes per second.
    pub io_bytes_s: f64,
    /// Bytes of a weight in a pass.
    pub weight_bytes: f64,
    /// Bytes of a gradient.
    pub gradient_bytes: f64,
    /// Share of the weights that are zero and left out.
    pub sparsity: f64,
    /// Share of the left-out FLOP that saves time.
    pub sparse_gain: f64,
    /// What the catalog says about the wafer.
    pub wafer: WaferTraining,
    /// Share of the peak that very wide layers reach on one wafer.
    pub efficiency: f64,
    /// Constants of the model.
    pub constants: TrainingConstants,
}

impl WaferJob {
    /// Tokens of a step on one wafer.
    pub fn tokens(&self) -> f64 {
        self.global_batch as f64 * self.sequence as f64 / f64::from(self.wafers)
    }

    /// Efficiency with this width and number of wafers, share of the peak.
    pub fn efficiency(&self) -> f64 {
        let width = f64::from(self.shape.width);
        let loss = libm::pow(f64::from(self.wafers), -self.constants.wafer_scaling_loss.value);
        self.efficiency * width / (width + self.constants.wafer_half_width.value) * loss
    }

    /// Parameters that stream.
    pub fn streamed_parameters(&self) -> f64 {
        self.shape.total_parameters() * (1.0 - self.sparsity)
    }

    /// Tokens whose layer inputs fit on one wafer.
    pub fn tokens_that_fit(&self) -> f64 {
        self.wafer.activation_gb.value * 1e9 / self.input_bytes_per_token()
    }

    /// Bytes of layer inputs per token.
    pub fn input_bytes_per_token(&self) -> f64 {
        2.0 * f64::from(self.shape.width) * f64::from(self.shape.layers)
    }

    /// Seconds that no step can beat: the weights come in twice and the gradients go out once.
    pub fn streaming_floor_s(&self) -> f64 {
        match self.mode {
            WaferMode::Resident => 0.0,
            WaferMode::WeightStreaming => {
                let (weights, gradients) = (self.weights_in_s(), self.gradients_out_s());
                weights + weights.max(gradients)
            }
        }
    }

    /// Seconds of all weights through wafer I/O, once.
    pub fn weights_in_s(&self) -> f64 {
        self.weight_bytes * self.streamed_parameters() / self.io_bytes_s
    }

    /// Seconds of all gradients through wafer I/O, once.
    pub fn gradients_out_s(&self) -> f64 {
        self.gradient_bytes * self.streamed_parameters() / self.io_bytes_s
    }

    /// Tokens of a wafer that hide the stream of weights.
    pub fn tokens_that_hide(&self) -> f64 {
        let flop_s = self.wafer.peak_pflop_s.value * 1e15 * self.efficiency();
        let all = self.shape.total_parameters();
        flop_s / self.io_bytes_s * all / (all - self.shape.parameters().embedding / 2.0)
    }

    /// Whether weights, gradients and optimizer state fit on a wafer.
    pub fn can_be_resident(&self) -> bool {
        self.shape.total_parameters() * 16.0 <= self.wafer.sram_gb.value * 1e9
    }
}
