//! The schema of a scene file: names and quantities as they are written, before their meaning is checked.
//!
//! The names are the paths of `--set`. New fields are optional, so that old files keep working.

use serde::{Deserialize, Serialize};

use super::algorithm::AUTO;
use super::named_choice::TimingChoice;
use super::training_schema::{ParallelFile, TrainingFile};
use crate::collective::Collective;

/// The only version so far.
pub const VERSION: u32 = 1;

/// A scene as it stands in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SceneFile {
    /// Version of the schema.
    pub version: u32,
    /// One line.
    pub title: String,
    /// What it shows, one line.
    #[serde(default)]
    pub teaches: String,
    /// A claim that its figures are to decide, one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// What would decide the claim.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decide: Vec<DecideFile>,
    /// The operation, its message and its ranks.
    pub workload: WorkloadFile,
    /// Where: any number of fabrics, side by side.
    pub fabrics: Vec<FabricFile>,
    /// How it is shown at first.
    #[serde(default)]
    pub view: ViewFile,
}

/// One condition of a claim: a figure of a fabric, and what the claim needs it to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecideFile {
    /// The fabric by its letter: A is the first.
    pub of: String,
    /// Its time is divided by that of this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Or it is this part of its own time, such as `serialization`, as a share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// Or it is this figure of a training run, such as `days`, or its ratio to that of `to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<String>,
    /// The claim needs this or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// The claim needs this or less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

/// The operation, its message and its ranks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkloadFile {
    /// The operation, such as `all-gather`.
    #[serde(default = "all_reduce", skip_serializing_if = "is_all_reduce")]
    pub collective: String,
    /// Its message as `nccl-tests` counts it, such as `1GiB`. A training run has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Ranks that hold one gradient each. A training run has none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub replicas: u32,
    /// Seed of whatever is random.
    #[serde(default = "one")]
    pub seed: u64,
    /// A training run instead of one operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<TrainingFile>,
    /// Operations one after the other or at once, in place of a single one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sequence: Vec<OperationFile>,
}

/// One operation of a sequence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationFile {
    /// Its name, which `after` refers to.
    pub name: String,
    /// The operation; that of the workload by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collective: Option<String>,
    /// Its message; that of the workload by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Or a computation that takes so long, such as `1.2ms`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compute: Option<String>,
    /// Who takes part: `all` (the default), `0..8`, `0..64 by 8`, `groups of 8`, `groups of 4 by 8`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ranks: Option<String>,
    /// Names of the operations that must have ended; by default the last ones in the list of the same ranks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Vec<String>>,
    /// Id of its algorithm; that of the fabric by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
}

/// One fabric of the scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FabricFile {
    /// Name on the screen.
    pub name: String,
    /// Id in the catalog.
    pub machine: String,
    /// NVLink domains.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub nodes: u64,
    /// Network between nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// How the ranks lie on a wafer: `strips` or `per-pe`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<String>,
    /// The rectangle of a wafer that is used, such as `512x512`; all of it by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Chips and links one by one, for the machine `graph`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub graph: Option<GraphFile>,
    /// Id of the algorithm.
    pub algorithm: String,
    /// `ideal`: data sheet figures and no software but what `params` says; `measured`: what NCCL takes on real clusters.
    #[serde(default = "ideal")]
    pub timing: String,
    /// How it runs a training workload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parallel: Option<ParallelFile>,
    /// Departures from the catalog.
    #[serde(default)]
    pub params: ParamsFile,
    /// Hardware that is broken or slow, and other traffic.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FaultFile>,
}

impl FabricFile {
    /// One node of a machine without departures, named after it.
    pub fn new(machine: &str, network: Option<&str>, timing: TimingChoice) -> FabricFile {
        FabricFile {
            name: machine.to_owned(),
            machine: machine.to_owned(),
            nodes: 1,
            network: network.map(str::to_owned),
            layout: None,
            region: None,
            graph: None,
            algorithm: AUTO.to_owned(),
            timing: timing.as_str().to_owned(),
            parallel: None,
            params: ParamsFile::default(),
            faults: Vec::new(),
        }
    }
}

/// Departures from the catalog; a field that is left out keeps the catalog's figure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParamsFile {
    /// GPU port per direction, such as `900GB/s`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_capacity: Option<String>,
    /// GPU to switch, one way, such as `250ns`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_latency: Option<String>,
    /// NICs of a GPU per direction, such as `50GB/s`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nic_capacity: Option<String>,
    /// NIC to leaf, one way, switches included, such as `1us`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nic_latency: Option<String>,
    /// How many times less a leaf sends to the spine than its NICs could, such as 8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oversubscription: Option<f64>,
    /// A rank's next send waits until its last one has arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocking_sends: Option<bool>,
    /// Extra time per call of a benchmark, such as `19us` (measured timing).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Channels of ring and tree (measured timing).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<u32>,
    /// Channels of NVLS (measured timing).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nvls_channels: Option<u32>,
    /// NICs of a node in use; a fraction says that one is slow (measured timing).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nics: Option<f64>,
    /// With whom halving-doubling begins: `far` or `near`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_partner: Option<String>,
    /// Software before the first byte, such as `13us`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launch: Option<String>,
    /// Software at each step of a ring, such as `2.4us`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_delay: Option<String>,
    /// Clock of a wafer, GHz.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_ghz: Option<f64>,
    /// Cycles from router to router.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hop_cycles: Option<f64>,
    /// Cycles that a corner adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn_cycles: Option<f64>,
    /// Cycles of a ramp, T_R.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ramp_cycles: Option<f64>,
    /// Column classes that may share a link of a wafer at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes_per_round: Option<u32>,
    /// How the copies go back on strips: `streamed` or `store-and-forward`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broadcast: Option<String>,
}

/// Chips and links one by one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GraphFile {
    /// How many chips there are; each is a rank.
    pub chips: u32,
    /// What joins them.
    pub links: Vec<GraphLinkFile>,
}

/// One link of a graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GraphLinkFile {
    /// Number of the chip where it begins.
    pub from: u32,
    /// Number of the chip where it ends.
    pub to: u32,
    /// Bytes per second, such as `100GB/s`; that of `params` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<String>,
    /// One way, such as `500ns`; that of `params` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<String>,
    /// A second link leads back.
    #[serde(rename = "both_ways", default = "yes", skip_serializing_if = "is_yes")]
    pub bidirectional: bool,
}

fn yes() -> bool {
    true
}

fn is_yes(value: &bool) -> bool {
    *value
}

/// One thing that is broken or slow.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultFile {
    /// A link by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// A chip by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chip: Option<String>,
    /// Share of the link's capacity that is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<f64>,
    /// The link is cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<bool>,
    /// The chip starts later by this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_delay: Option<String>,
    /// Share of the chip's speed that is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slow: Option<f64>,
    /// Each rank starts later by up to this, at random.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jitter: Option<String>,
    /// Other traffic on the fabric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic: Option<TrafficFile>,
}

/// A stream that does not belong to the collective.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrafficFile {
    /// Where it comes from.
    pub from: String,
    /// Where it goes.
    pub to: String,
    /// Its rate, such as `10GB/s`.
    pub rate: String,
}

/// How a scene is shown at first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ViewFile {
    /// `same` or `normalised`.
    pub clock: String,
}

impl Default for ViewFile {
    fn default() -> ViewFile {
        ViewFile { clock: "same".to_owned() }
    }
}

fn one<T: From<u8>>() -> T {
    T::from(1)
}

fn is_zero(value: &u32) -> bool {
    *value == 0
}

fn is_one(value: &u64) -> bool {
    *value == 1
}

fn all_reduce() -> String {
    Collective::AllReduce.as_str().to_owned()
}

fn is_all_reduce(value: &str) -> bool {
    value == Collective::AllReduce.as_str()
}

fn ideal() -> String {
    "ideal".to_owned()
}
