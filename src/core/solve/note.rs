//! Notes: sentences that must be known to read a result correctly. Codes are stable, texts are for people.

use serde::{Serialize, Serializer};

/// One sentence about a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Stable, for scripts.
    pub code: NoteCode,
    /// For people.
    pub text: String,
}

impl Note {
    /// A note.
    pub fn new(code: NoteCode, text: impl Into<String>) -> Note {
        Note { code, text: text.into() }
    }
}

/// Makes the codes and their ids: a code without an id does not compile.
macro_rules! note_codes {
    ($($(#[$doc:meta])* $code:ident = $id:literal,)+) => {
        /// What a note is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum NoteCode {
            $($(#[$doc])* $code,)+
        }

        impl NoteCode {
            /// All of them.
            pub const ALL: &[NoteCode] = &[$(NoteCode::$code),+];

            /// Its id in JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(NoteCode::$code => $id,)+ }
            }
        }
    };
}

note_codes! {
    /// The algorithm that `auto` picked.
    Auto = "auto",
    /// The algorithm that NCCL's cost model picked.
    NcclTable = "nccl-table",
    /// A measured run beside wafers without software.
    IdealRatio = "ideal-ratio",
    /// The message exceeds the memory.
    DoesNotFit = "does-not-fit",
    /// The bus bandwidth may exceed that of a link.
    BusbwAboveLink = "busbw-above-link",
    /// Start-up of software.
    Launch = "launch",
    /// Software at each step.
    StepDelay = "step-delay",
    /// What the measured timing rests on.
    TimingMeasured = "timing-measured",
    /// A protocol sends more than the message.
    WireIsPayload = "wire-is-payload",
    /// An unusual number of NICs.
    NicsInUse = "nics-in-use",
    /// NICs that the GPUs of a node cannot drive.
    NicsIdle = "nics-idle",
    /// The model's NIC rate is above the line rate.
    NicAboveLineRate = "nic-above-line-rate",
    /// The model's NVLink rate is above the line rate.
    NvlinkAboveLineRate = "nvlink-above-line-rate",
    /// Slow and broken links lower the measured rates.
    RatesLowered = "rates-lowered",
    /// Chips decide the number of ranks.
    RanksAreChips = "ranks-are-chips",
    /// PEs decide the number of ranks.
    RanksArePes = "ranks-are-pes",
    /// Figures of links with their grades.
    LinkParameters = "link-parameters",
    /// Figures of a wafer with their grades.
    WaferParameters = "wafer-parameters",
    /// Gradients stream through a cluster of wafers.
    Streamed = "streamed",
    /// Slow and broken links.
    LinksChanged = "links-changed",
    /// Ranks that start late.
    LateRanks = "late-ranks",
    /// Streams of very large rings have fixed rates on shared links.
    FixedRates = "fixed-rates",
    /// Traffic beside the collective.
    OtherTraffic = "other-traffic",
    /// Strips were never measured.
    StripsDerived = "strips-derived",
    /// Column classes take turns.
    ColourRounds = "colour-rounds",
    /// Ramps are the bottleneck of strips.
    RampBound = "ramp-bound",
    /// More colours than a router has.
    Colours = "colours",
    /// The arbitration that strips assume.
    Arbitration = "arbitration",
    /// Columns without a strip.
    IdleColumns = "idle-columns",
    /// Fabrics with different numbers of ranks.
    RanksDiffer = "ranks-differ",
    /// The engine refused the plan.
    Failed = "failed",
    /// The critical path is not complete.
    PathIncomplete = "path-incomplete",
    /// The critical path changes within one percent.
    PathChanges = "path-changes",
    /// Too large to simulate again.
    NotReplayed = "not-replayed",
    /// No explanation was possible.
    NotExplained = "not-explained",
}

impl Serialize for NoteCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
