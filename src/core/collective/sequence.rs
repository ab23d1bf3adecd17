//! Sequences: operations of groups of ranks, with dependencies and computations between them.

use super::{Algorithm, Collective};
use crate::units::{Bytes, Femtos};

/// Operations in an order in which each one follows all that it waits for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sequence {
    /// The operations.
    pub operations: Vec<SequenceOperation>,
}

/// One operation of a sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct SequenceOperation {
    /// Its name.
    pub name: String,
    /// Its place in the list of the scene.
    pub listed: usize,
    /// What it does.
    pub work: OperationWork,
    /// The ranks of each group, in the order of the operation. No rank is twice in an operation.
    pub groups: Vec<Vec<u32>>,
    /// The operations that must have ended before, as indices of earlier ones. A group waits for their groups that share a
    /// rank with it; for all of them if none does.
    pub after: Vec<usize>,
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OperationWork {
    /// A collective of the ranks of each group.
    Collective {
        /// Which one.
        collective: Collective,
        /// Its message, as the operation counts it.
        message: Bytes,
        /// Its algorithm; `None` until one is chosen.
        algorithm: Option<Algorithm>,
    },
    /// A computation of every rank.
    Compute(Femtos),
}
