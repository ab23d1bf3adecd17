//! Rate caps: limits on the rate of one rank or one stream, modelled as links beyond those of the topology.

use super::link::LinkFigures;

/// Why a stream is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RateCapReason {
    /// The channels of a rank pass on so much and no more (measured timing of a ring).
    Channels,
    /// A stream sends its chunks in rounds (measured timing of trees and NVLS).
    Rounds,
    /// Other traffic has the rate that the scene sets.
    BackgroundTraffic,
    /// The marks of a sequence, which carry no bytes: nothing is limited.
    Operations,
}

impl RateCapReason {
    /// What limits the stream, for sentences. `None` if it is not NCCL's software.
    pub fn description(self) -> Option<&'static str> {
        match self {
            RateCapReason::Channels => Some("what a rank's channels pass on"),
            RateCapReason::Rounds => Some("the chunks in which NCCL sends, one round after the other"),
            RateCapReason::BackgroundTraffic | RateCapReason::Operations => None,
        }
    }

    /// What limits the stream, for a label on the stage. `None` if it is not NCCL's software.
    pub fn short(self) -> Option<&'static str> {
        match self {
            RateCapReason::Channels => Some("NCCL's channels"),
            RateCapReason::Rounds => Some("NCCL's rounds"),
            RateCapReason::BackgroundTraffic | RateCapReason::Operations => None,
        }
    }

    /// The name of its link class.
    pub fn label(self) -> &'static str {
        match self {
            RateCapReason::Channels => "channels of a rank",
            RateCapReason::Rounds => "rounds of a stream",
            RateCapReason::BackgroundTraffic => "source of other traffic",
            RateCapReason::Operations => "marks of operations",
        }
    }
}

/// One rate cap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RateCap {
    pub figures: LinkFigures,
    pub reason: RateCapReason,
    pub number: u32,
}

impl RateCap {
    pub fn name(&self) -> String {
        let of = match self.reason {
            RateCapReason::Channels => "channel limit of rank",
            RateCapReason::Rounds => "round limit of stream",
            RateCapReason::BackgroundTraffic | RateCapReason::Operations => self.reason.label(),
        };
        format!("{of} {}", self.number)
    }
}
