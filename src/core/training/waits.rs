//! What compute waits for, and when.

use crate::units::Femtos;

/// What compute waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WaitCause {
    /// A tensor-parallel collective.
    Tensor,
    /// A context-parallel collective.
    Context,
    /// An exchange of experts.
    Expert,
    /// A send between pipeline stages.
    Send,
    /// Another pipeline stage.
    Bubble,
    /// Gradients or parameters of the data-parallel ranks.
    Data,
    /// Weights, gradients or activations at wafer I/O.
    WaferIo,
    /// The slowest of all nodes.
    Straggler,
}

impl WaitCause {
    /// Whether a perfect network would end the wait. A pipeline has its bubble with any network.
    pub fn is_network(self) -> bool {
        self != WaitCause::Bubble
    }
}

/// A span in which the compute stream of a stage waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The pipeline stage; 0 on wafers and inside a layer.
    pub stage: u32,
    /// For what.
    pub cause: WaitCause,
    /// When it starts.
    pub start: Femtos,
    /// When it ends.
    pub end: Femtos,
}
