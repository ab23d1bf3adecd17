//! The JSON of `explain --json`: that of `run --json`, with the explanation of each fabric. Its fields are stable.

use serde::Serialize;

use super::run::{FabricReport, SceneReport};
/// A solved and explained scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExplainReport {
    /// Version of this format.
    pub version: u32,
    /// The scene.
    pub scene: SceneReport,
    /// Its fabrics, in order.
    pub fabrics: Vec<ExplainedFabric>,
}

/// One fabric. The lists of a fabric that cannot run are empty.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExplainedFabric {
    /// As in `run --json`.
    #[serde(flatten)]
    pub run: FabricReport,
    /// The shares of the time; they add up to `time_s`.
    #[serde(rename = "parts")]
    pub shares: Vec<ShareReport>,
    /// The elasticities of its figures.
    pub elasticities: Vec<ElasticityReport>,
    /// Re-runs with a figure doubled or halved.
    #[serde(rename = "what_if")]
    pub upgrades: Vec<UpgradeReport>,
    /// Degradations, and the time without them; all of them together come last.
    #[serde(rename = "troubles")]
    pub root_causes: Vec<RootCauseReport>,
    /// The critical path.
    pub path: Option<PathReport>,
    /// All of it as text.
    pub sentences: Vec<String>,
    /// The instant of `--at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instant: Option<InstantReport>,
}

/// A degradation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RootCauseReport {
    /// `slow-link`, `cut-link`, `slow-chip`, `late-ranks`, `traffic`, or `all` of them.
    pub kind: &'static str,
    /// The links that it slows down.
    pub links: Vec<String>,
    /// The time that the critical path spends on these links or waits for the ranks.
    pub on_path_s: f64,
    /// The time without it; `null` if it cannot run.
    #[serde(rename = "mended_s")]
    pub repaired_s: Option<f64>,
}

/// One instant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InstantReport {
    /// When, in the time of the fabric.
    pub at_s: f64,
    /// The bottleneck; `null` while no stream flows.
    #[serde(rename = "binding")]
    pub bottleneck: Option<String>,
    /// Its link class.
    pub link_class: Option<&'static str>,
    /// The streams on it, at most 32.
    pub sharing: Vec<StreamReport>,
    /// The number of streams that are not listed.
    pub more_sharing: usize,
    /// Transfers that wait for these streams, in order of their start, at most 32.
    pub waiting: Vec<WaitingReport>,
    /// Whether there may be more of them.
    pub more_waiting: bool,
    /// All of it as text.
    pub sentences: Vec<String>,
}

/// A stream on the bottleneck.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StreamReport {
    /// The transfer.
    pub transfer: u32,
    /// Where it enters the fabric.
    pub from: String,
    /// Where it leaves it.
    pub to: String,
    /// Its phase.
    #[serde(rename = "stage")]
    pub phase: Option<&'static str>,
    /// Its rate, GB/s.
    pub rate_gb_s: f64,
    /// Its share of the capacity of the link.
    pub share: f64,
}

/// A transfer that has not started.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WaitingReport {
    /// The transfer.
    pub transfer: u32,
    /// Where it enters the fabric.
    pub from: String,
    /// Where it leaves it.
    pub to: String,
    /// Its phase.
    #[serde(rename = "stage")]
    pub phase: Option<&'static str>,
    /// The stream that it waits for, directly or indirectly.
    pub on: u32,
    /// When it starts.
    pub starts_s: f64,
}

/// A share of the time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShareReport {
    /// `latency`, `serialization`, `contention`, `processing` or `launch`.
    pub kind: &'static str,
    /// The class of the links; `null` for cores and software.
    pub link_class: Option<&'static str>,
    /// The source within the kind.
    #[serde(rename = "what")]
    pub source: &'static str,
    /// How long.
    pub seconds: f64,
}

/// The elasticity of a figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ElasticityReport {
    /// The class of the links, if it is a figure of links.
    pub link_class: Option<&'static str>,
    /// `capacity`, `latency`, `processing` or `launch`.
    pub of: &'static str,
    /// `d ln T / d ln x`.
    pub value: f64,
    /// The share of the time that one percent more capacity, or less of a time, saves; negative if it costs time.
    pub saves: f64,
    /// Whether it is a rate fitted to what NCCL achieves, and not a figure of a link.
    pub fitted: bool,
    /// The label of the figure, for tables.
    #[serde(skip)]
    pub label: String,
}

/// A re-run with one figure changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UpgradeReport {
    /// The class of the links, if it is a figure of links.
    pub link_class: Option<&'static str>,
    /// `capacity`, `latency`, `processing` or `launch`.
    pub of: &'static str,
    /// The factor.
    pub factor: f64,
    /// The time of the re-run.
    pub time_s: f64,
    /// The share of the time that has grown most, if one has.
    pub then: Option<String>,
}

/// The critical path in brief.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PathReport {
    /// The transfers on it.
    pub transfers: u32,
    /// The number of spans.
    pub steps: usize,
    /// The longest spans, in order of length.
    pub longest: Vec<StepReport>,
    /// The operations of a sequence that it leads through, in order of time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<PathOperationReport>,
}

/// An operation on the critical path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PathOperationReport {
    /// Its name.
    pub name: String,
    /// When the path enters it.
    pub from_s: f64,
    /// When it leaves it.
    pub until_s: f64,
}

/// A span of the critical path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepReport {
    /// The transfer that the time is spent in.
    pub transfer: Option<u32>,
    /// Its phase.
    #[serde(rename = "stage")]
    pub phase: Option<&'static str>,
    /// As in `parts`.
    pub kind: &'static str,
    /// As in `parts`.
    pub link_class: Option<&'static str>,
    /// The bottleneck.
    pub link: Option<String>,
    /// Start, in the fluid time of the engine.
    pub from_s: f64,
    /// End.
    pub until_s: f64,
}
