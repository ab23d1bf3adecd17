//! The terms of the glossary.

use serde::Deserialize;

/// Makes the list of all terms beside the enum.
macro_rules! terms {
    ($($(#[$doc:meta])+ $term:ident,)+) => {
        /// A term of the glossary.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        pub enum Term {
            $($(#[$doc])+ $term,)+
        }

        impl Term {
            /// All terms.
            pub const ALL: &[Term] = &[$(Term::$term),+];
        }
    };
}

terms! {
    /// All-reduce.
    AllReduce,
    /// Reduce-scatter.
    ReduceScatter,
    /// All-gather.
    AllGather,
    /// All-to-all.
    AllToAll,
    /// Broadcast.
    Broadcast,
    /// Reduce.
    Reduce,
    /// Send-recv.
    SendRecv,
    /// Rank.
    Rank,
    /// Replica.
    Replica,
    /// Message size, S.
    MessageSize,
    /// Chip.
    Chip,
    /// Node.
    Node,
    /// Link.
    Link,
    /// Port.
    Port,
    /// Capacity, c.
    Capacity,
    /// Rail.
    Rail,
    /// Leaf and spine.
    Leaf,
    /// Oversubscription.
    Oversubscription,
    /// Cut.
    Cut,
    /// PE.
    Pe,
    /// Router.
    Router,
    /// Ramp.
    Ramp,
    /// Wavelet.
    Wavelet,
    /// Strip.
    Strip,
    /// Colour.
    Colour,
    /// Wafer I/O.
    WaferIo,
    /// Critical path.
    CriticalPath,
    /// Latency, h.
    Latency,
    /// Serialization.
    Serialization,
    /// Contention.
    Contention,
    /// Processing.
    Processing,
    /// Launch.
    Launch,
    /// Straggler.
    Straggler,
    /// Utilisation.
    Utilisation,
    /// Bottleneck.
    Bottleneck,
    /// Elasticity.
    Elasticity,
    /// Time, t.
    Time,
    /// Algbw.
    Algbw,
    /// Busbw.
    Busbw,
    /// Wire rate.
    WireRate,
    /// Fabric bound.
    FabricBound,
    /// Plan bound.
    PlanBound,
    /// Crossover.
    Crossover,
    /// Verdict.
    Verdict,
    /// Ring.
    Ring,
    /// Double binary tree.
    DoubleBinaryTree,
    /// Halving-doubling.
    HalvingDoubling,
    /// Direct.
    Direct,
    /// In-switch reduction, NVLS.
    InSwitch,
    /// Hierarchical.
    Hierarchical,
    /// Channel.
    Channel,
    /// Chain.
    Chain,
    /// Two phases.
    TwoPhase,
    /// Ideal timing.
    IdealTiming,
    /// Measured timing.
    MeasuredTiming,
    /// Grade.
    Grade,
}
