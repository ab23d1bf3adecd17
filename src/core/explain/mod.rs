//! Explanation: the bottleneck, the critical path, where the time of a run goes, and what would change it.
//!
//! | file | contents |
//! |---|---|
//! | `cost` | what time is spent on |
//! | `operations` | the critical path of a sequence, operation by operation |
//! | `path` | the critical path and its spans |
//! | `critical_path`, `backwards` | find it: from the last byte back to the launch |
//! | `latency` | splits the latency of a route into links, cores and turns |
//! | `ports` | separates serialization from contention |
//! | `link_users` | the transfers that cross a link at an instant |
//! | `on_route` | the links that a stream passes at an instant, and where it queues |
//! | `bottleneck` | what limits progress at an instant or over a span of time |
//! | `instant` | the streams that share the bottleneck, and the transfers that wait for them |
//! | `attribution` | the critical path added up by cause and link class |
//! | `elasticity` | percent of time per percent of a figure, from re-runs |
//! | `upgrade` | re-runs with a capacity doubled or a time halved |
//! | `root_cause` | degradations on the critical path, and re-runs without them |
//! | `explanation` | all of it for one run |
//! | `verdict` | the figures of a scene against its claim |
//! | `glossary` | the terms of panels and lessons: meaning, formula, unit |
//! | `text` | labels and sentences, made last |

mod attribution;
mod backwards;
mod bottleneck;
mod cost;
mod critical_path;
mod elasticity;
#[cfg(test)]
mod explain_tests;
mod explanation;
pub mod glossary;
mod instant;
mod latency;
mod link_users;
mod on_route;
mod operations;
mod path;
mod ports;
mod root_cause;
#[cfg(test)]
mod scene_runs;
#[cfg(test)]
mod sequence_tests;
mod text;
mod upgrade;
mod verdict;

pub use attribution::{TimeShare, time_shares};
pub use backwards::MAX_PATH;
pub use bottleneck::{Bottleneck, Limit, limit};
pub use cost::{CostKind, CostSource};
pub use critical_path::{critical_path, path_of_plan};
pub use elasticity::{
    Elasticities, Elasticity, SUM_TOLERANCE, can_replay, elasticities, elasticity, has_elasticities, parameter_of,
};
pub use explanation::{Explanation, explain};
pub use instant::{InstantDetail, MAX_LISTED, SharingStream, WaitingTransfer, instant};
pub(crate) use on_route::links_passed;
pub use operations::{OperationOnPath, operations_on_path};
pub use path::{CriticalPath, ExplainError, PathSpan, TransferEnd};
pub use root_cause::{PathMeeting, RootCause, root_causes};
pub use text::{
    Findings, TransferEnds, class_label, explanation_sentences, instant_sentences, is_fitted, parameter_class_label,
    parameter_label, percent, share_label, span_label, stream_label, transfer_ends, verdict, verdict_sentences,
};
pub use upgrade::{Upgrade, upgrade, upgrade_candidates, upgrades};
pub use verdict::{ConditionFigure, claim_ruling, condition_figures};
