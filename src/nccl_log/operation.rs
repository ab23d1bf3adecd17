//! The operations of `nccl-tests`: by the name of the program, or by what the rows of a table have in common.

use serde::Serialize;

/// An operation that `nccl-tests` measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Every rank gets the sum of all messages.
    #[default]
    AllReduce,
    /// Every rank gets the messages of all.
    AllGather,
    /// Every rank gets its share of the sum.
    ReduceScatter,
    /// Every rank sends another part of its message to every rank.
    AllToAll,
    /// Every rank gets the message of the root.
    Broadcast,
    /// The root gets the sum of all messages.
    Reduce,
    /// Every rank sends its message to the next.
    SendRecv,
    /// The root gets the messages of all.
    Gather,
    /// Every rank gets its part of the message of the root.
    Scatter,
    /// An all-gather in steps of doubled distance.
    Hypercube,
    /// Without a name and a reduction, an all-gather and an all-to-all have the same columns.
    AllGatherOrAllToAll,
    /// No operation has these columns.
    Unknown,
}

impl Operation {
    /// The operation of a program: `all_reduce` of `build/all_reduce_perf`, `AllReduce` of RCCL's JSON.
    pub(super) fn from_program(name: &str) -> Option<Operation> {
        let letters = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
        Some(match letters.collect::<String>().as_str() {
            "allreduce" => Operation::AllReduce,
            "allgather" | "allgatherv" => Operation::AllGather,
            "reducescatter" => Operation::ReduceScatter,
            "alltoall" | "alltoallv" => Operation::AllToAll,
            "broadcast" | "bcast" => Operation::Broadcast,
            "reduce" => Operation::Reduce,
            "sendrecv" => Operation::SendRecv,
            "gather" => Operation::Gather,
            "scatter" => Operation::Scatter,
            "hypercube" => Operation::Hypercube,
            _ => return None,
        })
    }

    /// The operation with its article.
    pub fn with_article(self) -> &'static str {
        match self {
            Operation::AllReduce => "an all-reduce",
            Operation::AllGather => "an all-gather",
            Operation::ReduceScatter => "a reduce-scatter",
            Operation::AllToAll => "an all-to-all",
            Operation::Broadcast => "a broadcast",
            Operation::Reduce => "a reduce",
            Operation::SendRecv => "sendrecv",
            Operation::Gather => "a gather",
            Operation::Scatter => "a scatter",
            Operation::Hypercube => "a hypercube exchange",
            Operation::AllGatherOrAllToAll => "an all-gather or an all-to-all",
            Operation::Unknown => "an unknown operation",
        }
    }
}

/// The columns of a table that tell operations apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    /// Whether the header has a column for the reduction.
    pub reduction: bool,
    /// Whether rows have a reduction (`sum`) in it.
    pub reduced: bool,
    /// Whether rows have a root of 0 or more.
    pub rooted: bool,
    /// Whether the size is a multiple of count times element: the count is that of a rank's share.
    pub shared: bool,
}

/// busbw over algbw, which the operation and the number of ranks determine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ratio {
    /// Above 1: 2 (n - 1) / n.
    AboveOne,
    /// 1.
    One,
    /// Below 1: (n - 1) / n.
    BelowOne,
    /// Too slow for two printed decimals, or no bandwidths.
    Unseen,
}

impl Operation {
    /// The operation whose rows look like this; the factors of busbw are those of `nccl-tests`, `doc/PERFORMANCE.md`.
    pub(super) fn of_rows(columns: Columns, ratio: Ratio) -> Operation {
        let Columns { reduction, reduced, rooted, shared } = columns;
        match (ratio, reduced, rooted) {
            (Ratio::AboveOne, true, _) => Operation::AllReduce,
            // Only an all-reduce moves every byte twice.
            (Ratio::AboveOne, false, _) => Operation::Unknown,
            (_, true, true) => Operation::Reduce,
            (Ratio::One | Ratio::Unseen, false, true) => Operation::Broadcast,
            (_, true, false) if shared => Operation::ReduceScatter,
            // Two ranks, or too slow to see.
            (Ratio::One | Ratio::Unseen, true, false) => Operation::AllReduce,
            (Ratio::BelowOne, true, false) => Operation::Unknown,
            (Ratio::One, false, false) if !shared => Operation::SendRecv,
            (_, false, false) if reduction && shared => Operation::AllToAll,
            (_, false, false) if shared => Operation::AllGather,
            (Ratio::BelowOne, false, _) => Operation::AllGatherOrAllToAll,
            (_, false, _) => Operation::Unknown,
        }
    }
}
