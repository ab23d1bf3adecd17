//! The operations of `nccl-tests`: by the name of the program, or by what the rows of a table have in common.

use crate::nccl::Collective;

/// An operation that `nccl-tests` measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// One that scenes have, too.
    Collective(Collective),
    /// The root gets the messages of all.
    Gather,
    /// Every rank gets its part of the message of the root.
    Scatter,
    /// One rank sends to another and receives nothing. No program of `nccl-tests` does that.
    Send,
    /// An all-gather in steps of doubled distance.
    Hypercube,
    /// Without a name and a reduction, an all-gather and an all-to-all have the same columns.
    AllGatherOrAllToAll,
    /// Without a name, a gather and a scatter have the same columns.
    GatherOrScatter,
    /// No operation has these columns.
    Unknown,
}

impl Default for Operation {
    fn default() -> Operation {
        Operation::Collective(Collective::AllReduce)
    }
}

/// Ways to write operations in the names of files, beside their ids and the names of the programs.
const SHORT_NAMES: [(&str, Operation); 11] = [
    ("ar", Operation::Collective(Collective::AllReduce)),
    ("ag", Operation::Collective(Collective::AllGather)),
    ("rs", Operation::Collective(Collective::ReduceScatter)),
    ("a2a", Operation::Collective(Collective::AllToAll)),
    ("sr", Operation::Collective(Collective::SendRecv)),
    ("allreduce", Operation::Collective(Collective::AllReduce)),
    ("allgather", Operation::Collective(Collective::AllGather)),
    ("alltoall", Operation::Collective(Collective::AllToAll)),
    ("all2all", Operation::Collective(Collective::AllToAll)),
    ("gather", Operation::Gather),
    ("scatter", Operation::Scatter),
];

impl Operation {
    /// The operation of a program: `all_reduce` of `build/all_reduce_perf`, `AllReduce` of RCCL's JSON, or an id.
    pub fn from_program(name: &str) -> Option<Operation> {
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
            "send" => Operation::Send,
            "hypercube" => Operation::Hypercube,
            _ => return None,
        })
    }

    /// The operation in the name of a file, such as `h100-all_gather.txt` or `b200_a2a_2nodes.log`; `None` if it names
    /// none, or several.
    fn from_file_name(name: &str) -> Option<Operation> {
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
        let words: Vec<&str> = file.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        let known = |word: &str| SHORT_NAMES.iter().find(|(short, _)| *short == word).map(|(_, operation)| *operation);
        // `all-gather`, `all_to_all`: words that belong together come before their parts.
        let joined = |count: usize| words.windows(count).find_map(|words| known(&words.concat()));
        joined(3).or(joined(2)).or(joined(1))
    }

    /// The operation itself, or the one of two that the name of a file settles.
    pub(super) fn settled_by(self, file_name: &str) -> Operation {
        let candidates = match self {
            Operation::AllGatherOrAllToAll => [Collective::AllGather, Collective::AllToAll].map(Operation::Collective),
            Operation::GatherOrScatter => [Operation::Gather, Operation::Scatter],
            Operation::Collective(_)
            | Operation::Gather
            | Operation::Scatter
            | Operation::Send
            | Operation::Hypercube
            | Operation::Unknown => return self,
        };
        Operation::from_file_name(file_name).filter(|named| candidates.contains(named)).unwrap_or(self)
    }

    /// The operation with its article.
    pub fn with_article(self) -> &'static str {
        match self {
            // The name of its program, which has no article.
            Operation::Collective(Collective::SendRecv) => "sendrecv",
            Operation::Collective(collective) => collective.with_article(),
            Operation::Gather => "a gather",
            Operation::Scatter => "a scatter",
            Operation::Send => "a send without an answer",
            Operation::Hypercube => "a hypercube exchange",
            Operation::AllGatherOrAllToAll => "an all-gather or an all-to-all",
            Operation::GatherOrScatter => "a gather or a scatter",
            Operation::Unknown => "an unknown operation",
        }
    }

    /// Whether it may be one of two operations.
    pub fn is_open(self) -> bool {
        matches!(self, Operation::AllGatherOrAllToAll | Operation::GatherOrScatter)
    }

    /// Whether it is an all-reduce.
    pub(super) fn is_all_reduce(self) -> bool {
        self == Operation::default()
    }

    /// Whether a run of it can be compared with a model, if only after a choice between two.
    pub(super) fn is_compared(self) -> bool {
        !matches!(self, Operation::Hypercube | Operation::Unknown)
    }

    /// Whether the size of a row is that of all ranks together, and its count that of one.
    pub(super) fn has_shares(self) -> bool {
        match self {
            Operation::Collective(
                Collective::AllReduce | Collective::Broadcast | Collective::Reduce | Collective::SendRecv,
            )
            | Operation::Send
            | Operation::Hypercube
            | Operation::Unknown => false,
            Operation::Collective(Collective::AllGather | Collective::ReduceScatter | Collective::AllToAll)
            | Operation::Gather
            | Operation::Scatter
            | Operation::AllGatherOrAllToAll
            | Operation::GatherOrScatter => true,
        }
    }

    /// The bus bandwidth that belongs to an algorithm bandwidth.
    pub fn busbw(self, algbw: f64, ranks: f64) -> f64 {
        match self {
            Operation::Collective(collective) => collective.busbw(algbw, ranks),
            Operation::Gather | Operation::Scatter | Operation::AllGatherOrAllToAll | Operation::GatherOrScatter => {
                Collective::AllGather.busbw(algbw, ranks)
            }
            Operation::Send | Operation::Hypercube | Operation::Unknown => algbw,
        }
    }
}

/// The columns of a table that tell operations apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    /// Whether the header has a column for the reduction.
    pub reduction: bool,
    /// Whether the header has a column for the root.
    pub root: bool,
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
        let Columns { reduction, root, reduced, rooted, shared } = columns;
        match (ratio, reduced, rooted) {
            (Ratio::AboveOne, true, _) => Operation::Collective(Collective::AllReduce),
            // Only an all-reduce moves every byte twice.
            (Ratio::AboveOne, false, _) => Operation::Unknown,
            (_, true, true) => Operation::Collective(Collective::Reduce),
            (Ratio::BelowOne | Ratio::Unseen, false, true) if shared => Operation::GatherOrScatter,
            (Ratio::One | Ratio::Unseen, false, true) => Operation::Collective(Collective::Broadcast),
            (_, true, false) if shared => Operation::Collective(Collective::ReduceScatter),
            // Two ranks, or too slow to see.
            (Ratio::One | Ratio::Unseen, true, false) => Operation::Collective(Collective::AllReduce),
            (Ratio::BelowOne, true, false) => Operation::Unknown,
            (Ratio::One, false, false) if !shared => Operation::Collective(Collective::SendRecv),
            // Before 2.11, each program had the columns that it needed.
            (_, false, false) if reduction && shared && !root => Operation::Collective(Collective::AllToAll),
            (_, false, false) if shared && !reduction => Operation::Collective(Collective::AllGather),
            (Ratio::BelowOne, false, true) => Operation::GatherOrScatter,
            (Ratio::BelowOne, false, false) => Operation::AllGatherOrAllToAll,
            (_, false, false) if shared => Operation::AllGatherOrAllToAll,
            (_, false, _) => Operation::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_settles_what_its_columns_leave_open() {
        let gather = Operation::Collective(Collective::AllGather);
        let exchange = Operation::Collective(Collective::AllToAll);
        for (name, found) in [
            ("logs/h100-all_gather.txt", gather),
            ("C:\\logs\\b200_a2a.log", exchange),
            ("alltoall-2x8.txt", exchange),
            ("run-3-ag.txt", gather),
            // A folder, a part of a word, and another operation say nothing.
            ("all_gather/run.txt", Operation::AllGatherOrAllToAll),
            ("staged.txt", Operation::AllGatherOrAllToAll),
            ("reduce_scatter.txt", Operation::AllGatherOrAllToAll),
        ] {
            assert_eq!(Operation::AllGatherOrAllToAll.settled_by(name), found, "{name}");
        }
        assert_eq!(Operation::GatherOrScatter.settled_by("scatter.txt"), Operation::Scatter);
        // What the columns show counts.
        assert_eq!(Operation::Collective(Collective::Reduce).settled_by("all_gather.txt").with_article(), "a reduce");
    }
}
