//! The verdict on a log: the state of its cluster, with the figures and changes that it rests on.

use serde::Serialize;

use super::change::Change;
use super::root_causes::RuledOut;
use super::shape::{Break, SlowRange};

/// The state of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictState {
    /// As fast as predicted.
    Healthy,
    /// Slower than predicted.
    Below,
    /// Large messages are as fast as predicted, those of 1 to 32 MiB are slower.
    SlowBelow32Mib,
    /// Faster than this machine can be.
    Faster,
    /// The sums of the run were wrong.
    WrongSums,
    /// The log names GPUs that are not those of the machine.
    OtherMachine,
    /// The log has no usable rows.
    Unknown,
}

/// busbw reached and expected at the largest message of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Headline {
    /// The message, bytes.
    pub message_bytes: u64,
    /// The measured busbw, GB/s.
    pub busbw_gb_s: f64,
    /// The busbw of the model, GB/s.
    pub expected_busbw_gb_s: f64,
}

/// What would be faster than what a run used.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FasterChoice {
    /// The algorithm and protocol, such as `nvls/Simple`.
    pub algorithm: String,
    /// The largest message of the run, bytes.
    pub message_bytes: u64,
    /// The busbw that the model expects of it, GB/s.
    pub expected_busbw_gb_s: f64,
    /// What the run used instead, and why, as text.
    pub instead_of: String,
}

/// The range of measured over expected time in which this cluster counts as healthy.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HealthyRange {
    /// The least ratio.
    pub low: f64,
    /// The largest ratio.
    pub high: f64,
    /// The most nodes of the logs that the model was fitted on, if this cluster has more.
    pub beyond_fitted_nodes: Option<u32>,
    /// Whether the constants of the machine are estimates, scaled from another one.
    pub estimated_machine: bool,
}

/// The diagnosis of a log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// Whether the state is healthy.
    pub healthy: bool,
    /// The state of the cluster.
    pub state: VerdictState,
    /// The geometric mean of measured over predicted time from 32 MiB on, or from 1 MiB on without such rows; above 1 is
    /// slower.
    pub slower: Option<f64>,
    /// The range of `slower` in which the cluster is healthy.
    pub band: Option<HealthyRange>,
    /// The change that explains a slow cluster best, if one does.
    pub change: Option<Change>,
    /// Other changes that explain it as well: the rows cannot tell them apart.
    pub alternatives: Vec<Change>,
    /// Rates that would explain most rows, but not all.
    pub ruled_out: Vec<RuledOut>,
    /// Where the run is slower than healthy clusters are.
    pub slow_ranges: Vec<SlowRange>,
    /// Where the run changes and the prediction does not.
    pub breaks: Vec<Break>,
    /// busbw reached and expected at the largest message.
    pub headline: Option<Headline>,
    /// What would be faster than what the run used.
    pub faster: Option<FasterChoice>,
    /// The state with its main reason, as text.
    pub text: String,
    /// Other causes, what the rows rule out, what to try, what would be faster, and how sure this is: as sentences.
    pub details: Vec<String>,
}

impl Verdict {
    pub(super) fn new(state: VerdictState, slower: Option<f64>, text: String) -> Verdict {
        Verdict {
            healthy: state == VerdictState::Healthy,
            state,
            slower,
            band: None,
            change: None,
            alternatives: Vec::new(),
            ruled_out: Vec::new(),
            slow_ranges: Vec::new(),
            breaks: Vec::new(),
            headline: None,
            faster: None,
            text,
            details: Vec::new(),
        }
    }

    /// The verdict where the log does not name its GPUs and `machine` is assumed: the figures stay, and judge nothing.
    #[must_use]
    pub fn of_assumed_machine(&self, machine: &str) -> Verdict {
        let text = format!(
            "Unknown machine: the log does not name its GPUs. The prediction is that of {machine}, which is assumed. Choose \
             the machine of the log."
        );
        let Verdict { headline, band, .. } = self.clone();
        Verdict { headline, band, ..Verdict::new(VerdictState::Unknown, None, text) }
    }

    /// All changes that explain the log, the most likely first.
    pub fn root_causes(&self) -> impl Iterator<Item = &Change> {
        self.change.iter().chain(&self.alternatives)
    }
}
