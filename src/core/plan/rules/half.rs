//! The two halves of an all-reduce that runs as reduce-scatter and all-gather, and plans of one of them.

use crate::plan::route::Flow;

/// One half of an all-reduce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AllReduceHalf {
    /// Each rank ends with 1/n of the sum.
    ReduceScatter,
    /// Every rank receives all parts.
    AllGather,
}

impl AllReduceHalf {
    /// Both halves in order.
    pub const BOTH: [AllReduceHalf; 2] = [AllReduceHalf::ReduceScatter, AllReduceHalf::AllGather];

    /// What its transfers carry.
    pub fn flow(self) -> Flow {
        match self {
            AllReduceHalf::ReduceScatter => Flow::Reduce,
            AllReduceHalf::AllGather => Flow::Broadcast,
        }
    }

    /// 0 for the reduce-scatter, 1 for the all-gather.
    pub fn index(self) -> u32 {
        match self {
            AllReduceHalf::ReduceScatter => 0,
            AllReduceHalf::AllGather => 1,
        }
    }

    /// Its name as a phase.
    pub fn phase_name(self) -> &'static str {
        match self {
            AllReduceHalf::ReduceScatter => "reduce-scatter",
            AllReduceHalf::AllGather => "all-gather",
        }
    }
}

/// The halves that a plan runs.
///
/// In an all-reduce a rank of a ring completes the share after its own, and the all-gather begins with that one. A
/// reduce-scatter alone leaves each rank its own share, and an all-gather alone begins with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halves {
    /// An all-reduce.
    Both,
    /// A reduce-scatter or an all-gather on its own.
    Only(AllReduceHalf),
}

impl Halves {
    /// A reduce-scatter on its own.
    pub const REDUCE_SCATTER: Halves = Halves::Only(AllReduceHalf::ReduceScatter);
    /// An all-gather on its own.
    pub const ALL_GATHER: Halves = Halves::Only(AllReduceHalf::AllGather);

    /// The halves in order.
    pub fn list(self) -> &'static [AllReduceHalf] {
        match self {
            Halves::Both => &AllReduceHalf::BOTH,
            Halves::Only(AllReduceHalf::ReduceScatter) => &[AllReduceHalf::ReduceScatter],
            Halves::Only(AllReduceHalf::AllGather) => &[AllReduceHalf::AllGather],
        }
    }

    /// Number of halves.
    pub fn count(self) -> u32 {
        self.list().len() as u32
    }

    /// The half of a number in the list.
    pub fn half(self, number: u32) -> AllReduceHalf {
        match self {
            Halves::Both if number == 0 => AllReduceHalf::ReduceScatter,
            Halves::Both => AllReduceHalf::AllGather,
            Halves::Only(half) => half,
        }
    }

    /// The share that a rank of a ring sends first in a half, counted from its own one.
    pub(super) fn first_share(self, half: AllReduceHalf, length: u32) -> u32 {
        match (self, half) {
            (Halves::Both, AllReduceHalf::ReduceScatter) | (Halves::Only(AllReduceHalf::AllGather), _) => 0,
            (Halves::Both, AllReduceHalf::AllGather) => 1,
            (Halves::Only(AllReduceHalf::ReduceScatter), _) => length - 1,
        }
    }

    /// The share that a rank of a ring completes in a reduce-scatter, counted from its own one.
    pub(super) fn completed_share(self) -> u32 {
        match self {
            Halves::Both => 1,
            Halves::Only(_) => 0,
        }
    }
}
