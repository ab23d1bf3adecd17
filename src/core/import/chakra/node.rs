//! Nodes of a trace, as far as collectives need them.

/// A node.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Node {
    pub id: u64,
    /// 4 computation, 5 send, 6 receive, 7 collective.
    pub kind: u64,
    /// Ids of the nodes whose data it needs.
    pub data: Vec<u64>,
    /// Ids of the nodes that it follows in the program. Converted traces have circles of these.
    pub control: Vec<u64>,
    /// Duration, µs.
    pub duration_us: u64,
    /// The collective's number.
    pub comm_type: Option<u64>,
    /// Bytes of a rank.
    pub comm_size: Option<u64>,
    /// The ranks of a send.
    pub source: Option<u64>,
    pub destination: Option<u64>,
}

/// Most nodes of a trace.
pub(super) const MAX_NODES: usize = 1_000_000;
/// Most dependencies of a trace.
pub(super) const MAX_DEPENDENCIES: usize = 8_000_000;

/// Kinds of nodes.
pub(super) const COMPUTATION: u64 = 4;
pub(super) const SEND: u64 = 5;
pub(super) const RECEIVE: u64 = 6;
pub(super) const COLLECTIVE: u64 = 7;
