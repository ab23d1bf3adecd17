//! The critical path: its spans, and the reasons why there may be none.

use super::cost::{CostKind, CostSource};
use crate::fabric::{LinkClass, LinkId};
use crate::units::Femtos;

/// The end of a transfer that the next transfer on the path waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferEnd {
    /// Its first byte.
    Head,
    /// Its last byte.
    Tail,
}

/// A span of the critical path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathSpan {
    /// The transfer that the time is spent in. For a cohort, its representative.
    pub transfer: Option<u32>,
    /// The end of the transfer that was waited for.
    pub waits_for: TransferEnd,
    /// Start of the span.
    pub from: Femtos,
    /// End of the span, where the next one starts.
    pub until: Femtos,
    /// What the time is spent on.
    pub kind: CostKind,
    /// The class of the links that it is spent on; `None` for cores and software.
    pub class: Option<LinkClass>,
    /// The bottleneck; `None` for latency, which is spent on a path and not on one link.
    pub link: Option<LinkId>,
    /// The source within the kind.
    pub source: CostSource,
}

impl PathSpan {
    /// A span without transfer and length, for struct updates.
    pub(super) const EMPTY: PathSpan = PathSpan {
        transfer: None,
        waits_for: TransferEnd::Tail,
        from: Femtos(0),
        until: Femtos(0),
        kind: CostKind::Latency,
        class: None,
        link: None,
        source: CostSource::Link,
    };

    /// How long it is.
    pub fn duration(&self) -> Femtos {
        self.until.since(self.from)
    }

    /// The same span, spent on processing.
    pub(super) fn processing(self) -> PathSpan {
        PathSpan { kind: CostKind::Processing, ..self }
    }
}

/// The chain of dependencies that determines the time of a run, in order of time, without gaps from zero to the end.
#[derive(Clone, Debug, PartialEq)]
pub struct CriticalPath {
    /// Its spans. Latency on several link classes is one span per class, one after the other.
    pub steps: Vec<PathSpan>,
    /// The end of the run, in the engine's fluid time.
    pub end: Femtos,
    /// The number of transfers on it.
    pub transfers: u32,
    /// Whether it leads back to the launch. If not, the trace does not explain the start of a transfer, and the time
    /// before it is booked as launch. That is an error of the search.
    pub complete: bool,
}

impl CriticalPath {
    /// The span at an instant; `None` from the end of the run on.
    pub fn step_at(&self, at: Femtos) -> Option<&PathSpan> {
        let next = self.steps.partition_point(|span| span.until <= at);
        self.steps.get(next).filter(|span| span.from <= at)
    }
}

/// Why a run has no explanation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExplainError {
    /// There is no trace.
    #[error("the fabric did not run, so there is no critical path")]
    NotRun,
    /// The path exceeds the limit.
    #[error(
        "the critical path is too long: the limit is {limit} transfers; use fewer ranks or an algorithm with fewer steps"
    )]
    TooLong {
        /// The most transfers of a path.
        limit: u32,
    },
    /// The routes of the plan have too many links to look for contention on all of them.
    #[error(
        "the routes have more than {links} links, too many to separate serialization from contention (limit {limit}); \
         use fewer ranks"
    )]
    TooManyLinks {
        /// The links of the routes up to the one that exceeds the limit.
        links: u64,
        /// The most links.
        limit: u64,
    },
}
