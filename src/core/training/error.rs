//! What can stop a training step from being computed.

use crate::units::Femtos;

/// Why there is no training step.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StepError {
    /// The engine refused a collective of the step.
    #[error("the {what} of the step has no time: {problem}")]
    Collective {
        /// The operation and its ranks.
        what: String,
        /// What the engine said.
        problem: String,
    },
    /// The times of a step must fit the engine's clock.
    #[error(
        "a step of about {seconds:.0} s is too long to play; accepted: up to 10,000 s. Use more chips, or a smaller batch or model"
    )]
    TooLong {
        /// About how long it is, s.
        seconds: f64,
    },
    /// The order of a pipeline never ends.
    #[error(
        "the pipeline schedule does not end; use a number of microbatches that {pipeline} stages divide, or virtual: 1"
    )]
    Stuck {
        /// Stages.
        pipeline: u32,
    },
    /// A pipeline whose groups of microbatches are not full has no period: each pass is played.
    #[error(
        "the pipeline has too many passes to play one by one; use a number of microbatches that {pipeline} stages divide, or virtual: 1"
    )]
    TooManyPasses {
        /// Stages.
        pipeline: u32,
    },
    /// A pipeline that is too large to draw.
    #[error("{stages} stages with {chunks} virtual stages each are too many to play; accepted: {most} in total")]
    TooManyStages {
        /// Stages.
        stages: u32,
        /// Virtual stages of a stage.
        chunks: u32,
        /// Most of both together.
        most: u64,
    },
    /// A step that beats its bound is an error of the engine.
    #[error("the step takes {time}, less than its bound {bound}: this is an error of the program, please report it")]
    FasterThanBound {
        /// The step.
        time: Femtos,
        /// The least it could take.
        bound: Femtos,
    },
}
