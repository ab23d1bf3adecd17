//! The two halves of an all-reduce that runs as reduce-scatter and all-gather.

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
}
