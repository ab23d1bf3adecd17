//! The operations of a sequence, as parts of its plan.

/// One operation of a sequence: the transfers that belong to it.
///
/// Its first transfers mark its beginning on each of its groups of ranks, its last one of each group the end there. Marks
/// carry no bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanOperation {
    /// Its name in the scene.
    pub name: String,
    /// The id of its first transfer.
    pub first: u32,
    /// The id after its last transfer.
    pub end: u32,
    /// The id of the algorithm that was planned; `None` for a computation.
    pub algorithm: Option<&'static str>,
}
