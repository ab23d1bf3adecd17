//! The operations of `nccl-tests`: by the name of the program, or by what the rows of a table have in common.

use crate::nccl::Collective;

/// An operation that `nccl-tests` measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// One that scenes have, too.
    Collective(Collective),
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
            "allreduce" => Operation::Collective(Collective::AllReduce),
            "allgather" | "allgatherv" => Operation::Collective(Collective::AllGather),
            "reducescatter" => Operation::Collective(Collective::ReduceScatter),
            "alltoall" | "alltoallv" => Operation::Collective(Collective::AllToAll),
            "broadcast" | "bcast" => Operation::Collective(Collective::Broadcast),
            "reduce" => Operation::Collective(Collective::Reduce),
            "sendrecv" => Operation::Collective(Collective::SendRecv),
            "gather" => Operation::Gather,
            "scatter" => Operation::Scatter,
            "hypercube" => Operation::Hypercube,
            _ => return None,
        })
    }

    /// The operation with its article.
    pub(super) fn with_article(self) -> &'static str {
        match self {
            // The name of its program, which has no article.
            Operation::Collective(Collective::SendRecv) => "sendrecv",
            Operation::Collective(collective) => collective.with_article(),
            Operation::Gather => "a gather",
            Operation::Scatter => "a scatter",
            Operation::Hypercube => "a hypercube exchange",
            Operation::AllGatherOrAllToAll => "an all-gather or an all-to-all",
            Operation::Unknown => "an unknown operation",
        }
    }

    /// Whether it is the operation that is compared with the model.
    pub(super) fn is_all_reduce(self) -> bool {
        self == Operation::Collective(Collective::AllReduce)
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
            (Ratio::AboveOne, true, _) => Operation::Collective(Collective::AllReduce),
            // Only an all-reduce moves every byte twice.
            (Ratio::AboveOne, false, _) => Operation::Unknown,
            (_, true, true) => Operation::Collective(Collective::Reduce),
            (Ratio::One | Ratio::Unseen, false, true) => Operation::Collective(Collective::Broadcast),
            (_, true, false) if shared => Operation::Collective(Collective::ReduceScatter),
            // Two ranks, or too slow to see.
            (Ratio::One | Ratio::Unseen, true, false) => Operation::Collective(Collective::AllReduce),
            (Ratio::BelowOne, true, false) => Operation::Unknown,
            (Ratio::One, false, false) if !shared => Operation::Collective(Collective::SendRecv),
            (_, false, false) if reduction && shared => Operation::Collective(Collective::AllToAll),
            (_, false, false) if shared => Operation::Collective(Collective::AllGather),
            (Ratio::BelowOne, false, _) => Operation::AllGatherOrAllToAll,
            (_, false, _) => Operation::Unknown,
        }
    }
}
