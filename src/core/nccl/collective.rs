//! The operations of a scene: message size and bus bandwidth as `nccl-tests` defines them.

use serde::Serialize;

/// A collective operation, or the point-to-point shift, among all ranks. Rank 0 is the root of a broadcast or a reduce.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Collective {
    /// Every rank ends with the sum of all messages.
    #[default]
    AllReduce,
    /// Every rank ends with the parts of all ranks. The message is what each of them gathers.
    AllGather,
    /// Each rank ends with its part of the sum. The message is what each of them brings.
    ReduceScatter,
    /// Every rank sends another part of its message to every rank.
    AllToAll,
    /// Every rank ends with the message of the root.
    Broadcast,
    /// The root ends with the sum of all messages.
    Reduce,
    /// Every rank sends its message to the next one, the last to the first.
    SendRecv,
}

impl Collective {
    /// All of them, in the order of lists.
    pub const ALL: [Collective; 7] = [
        Collective::AllReduce,
        Collective::AllGather,
        Collective::ReduceScatter,
        Collective::AllToAll,
        Collective::Broadcast,
        Collective::Reduce,
        Collective::SendRecv,
    ];

    /// Its id in scenes, which is its name in sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Collective::AllReduce => "all-reduce",
            Collective::AllGather => "all-gather",
            Collective::ReduceScatter => "reduce-scatter",
            Collective::AllToAll => "all-to-all",
            Collective::Broadcast => "broadcast",
            Collective::Reduce => "reduce",
            Collective::SendRecv => "send-recv",
        }
    }

    /// Its name with the article.
    pub fn with_article(self) -> &'static str {
        match self {
            Collective::AllReduce => "an all-reduce",
            Collective::AllGather => "an all-gather",
            Collective::ReduceScatter => "a reduce-scatter",
            Collective::AllToAll => "an all-to-all",
            Collective::Broadcast => "a broadcast",
            Collective::Reduce => "a reduce",
            Collective::SendRecv => "a send-recv",
        }
    }

    /// What the message size counts.
    pub fn size_of(self) -> &'static str {
        match self {
            Collective::AllReduce | Collective::AllToAll | Collective::Reduce | Collective::SendRecv => "per rank",
            Collective::AllGather => "gathered by every rank",
            Collective::ReduceScatter => "per rank before the sum",
            Collective::Broadcast => "from the root to every rank",
        }
    }

    /// The bus bandwidth that belongs to an algorithm bandwidth, in the same unit: what `nccl-tests` prints, whatever the
    /// algorithm (`doc/PERFORMANCE.md`).
    pub fn busbw(self, algbw: f64, ranks: f64) -> f64 {
        match self {
            Collective::AllReduce => algbw * 2.0 * (ranks - 1.0) / ranks,
            Collective::AllGather | Collective::ReduceScatter | Collective::AllToAll => algbw * (ranks - 1.0) / ranks,
            Collective::Broadcast | Collective::Reduce | Collective::SendRecv => algbw,
        }
    }

    /// The factor of [`Collective::busbw`], as a formula.
    pub fn busbw_factor(self) -> &'static str {
        match self {
            Collective::AllReduce => "2(n-1)/n",
            Collective::AllGather | Collective::ReduceScatter | Collective::AllToAll => "(n-1)/n",
            Collective::Broadcast | Collective::Reduce | Collective::SendRecv => "1",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_all_reduce_moves_what_its_two_halves_move() {
        for ranks in [2.0, 8.0, 72.0] {
            let halves = [Collective::ReduceScatter, Collective::AllGather].map(|half| half.busbw(100.0, ranks));
            let whole: f64 = Collective::AllReduce.busbw(100.0, ranks);
            assert!((halves.iter().sum::<f64>() - whole).abs() < 1e-9);
        }
    }

    #[test]
    fn ids_are_those_of_json() {
        for collective in Collective::ALL {
            let json = serde_json::to_string(&collective).expect("a string");
            assert_eq!(json, format!("\"{}\"", collective.as_str()));
        }
    }
}
