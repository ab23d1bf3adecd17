//! The scene of a log: its cluster as the model expects it, and beside it the same cluster with a change that may explain the
//! log.

use super::open_log::{LogComparison, OpenLog};
use crate::catalog::Catalog;
use crate::compare::{Change, ChangedInput, Choice, Comparison};
use crate::fabric::{LinkClass, LinkId, ascii_name};
use crate::nccl::{Collective, MeasuredInputs, NcclAlgorithm, fastest};
use crate::nccl_log::LogRow;
use crate::scene::{
    AUTO, ChipAlgorithm, Diagnostics, FabricFile, FabricScene, FaultFile, ParamsFile, SceneDocument, SceneFile,
    TimingChoice, VERSION, ViewFile, WorkloadFile, check_document,
};
use crate::units::Bytes;

/// The message of a log without rows that have a prediction.
const DEFAULT_MESSAGE_BYTES: u64 = 1 << 30;
/// With more ranks, only the GPUs of the first node have slow ports: the slowest port sets the rate anyway, and a scene of
/// thousands of faults cannot be read.
const MAX_RANKS_WITH_FAULTS: u32 = 64;

/// Name of the cluster without a change.
const EXPECTED: &str = "Expected";

/// Whether a scene can play a change. A scene has no setting for protocols, channels per peer and extra time per step.
pub fn can_play(change: &Change) -> bool {
    match change.parameter {
        ChangedInput::Protocol | ChangedInput::PeerChannels | ChangedInput::Step => false,
        ChangedInput::Nvlink
        | ChangedInput::Lanes
        | ChangedInput::Nics
        | ChangedInput::OneNic
        | ChangedInput::Tcp
        | ChangedInput::Nvls
        | ChangedInput::Algorithm
        | ChangedInput::AlgorithmAndNics
        | ChangedInput::Channels
        | ChangedInput::Host => true,
    }
}

/// The scene of a log, with the root cause of this number beside the cluster as expected.
///
/// # Errors
/// The scene cannot have this cluster or the change.
pub(super) fn log_scene(
    log: &OpenLog,
    held: &LogComparison,
    cause: Option<usize>,
    catalog: &Catalog,
) -> Result<SceneDocument, Diagnostics> {
    let change = cause.and_then(|cause| held.comparison.verdict.root_causes().nth(cause));
    let cluster = StagedCluster::new(log, held, catalog);
    let expected = cluster.expected();
    let document =
        |title: String, fabrics: Vec<FabricFile>| check_document("log", cluster.scene(title, fabrics), catalog);
    let alone = document(format!("{} of the log, as expected", cluster.noun()), vec![expected.clone()])?;
    let Some(change) = change.filter(|change| can_play(change)) else { return Ok(alone) };
    let changed = cluster.changed(&expected, change, &alone);
    document(format!("{} of the log: as expected, and {}", cluster.noun(), change.title()), vec![expected, changed])
}

/// What a scene of a log is made from.
struct StagedCluster<'a> {
    held: &'a LogComparison,
    /// Line rate of the NICs of its network, Gb/s.
    line_gbit_s: Option<f64>,
    inputs: &'a MeasuredInputs,
    message_bytes: u64,
    /// Whether switches add the elements of the rows with that message.
    switches_add: bool,
}

impl StagedCluster<'_> {
    fn new<'a>(log: &OpenLog, held: &'a LogComparison, catalog: &Catalog) -> StagedCluster<'a> {
        let headline = held.comparison.verdict.headline;
        let message_bytes = headline.map_or(DEFAULT_MESSAGE_BYTES, |headline| headline.message_bytes);
        let rows = log.run().map(|run| run.rows.as_slice()).unwrap_or_default();
        let row = rows.iter().find(|row| row.message_bytes == message_bytes);
        let switches_add = row.is_none_or(LogRow::switches_add);
        let network = held.comparison.network.as_ref();
        let network = network.and_then(|id| catalog.networks().find(|network| network.id == *id));
        let line_gbit_s = network.map(|network| network.nic_gb_s.value * 8.0);
        StagedCluster { held, line_gbit_s, inputs: &held.cluster, message_bytes, switches_add }
    }

    /// `2 x 8 GPUs`.
    fn noun(&self) -> String {
        let MeasuredInputs { nodes, gpus_per_node, .. } = self.inputs;
        format!("{nodes} x {gpus_per_node} GPUs")
    }

    fn scene(&self, title: String, fabrics: Vec<FabricFile>) -> SceneFile {
        let message = Bytes(self.message_bytes).to_string();
        let is_exact = Bytes::parse(&message).is_ok_and(|read| read.0 == self.message_bytes);
        SceneFile {
            version: VERSION,
            title,
            teaches: String::new(),
            claim: None,
            decide: Vec::new(),
            workload: WorkloadFile {
                collective: self.inputs.collective.as_str().to_owned(),
                message: if is_exact { message } else { format!("{}B", self.message_bytes) },
                replicas: self.inputs.ranks(),
                seed: 1,
                training: None,
                sequence: Vec::new(),
            },
            fabrics,
            view: ViewFile::default(),
        }
    }

    /// The cluster of the comparison as a fabric.
    fn expected(&self) -> FabricFile {
        let MeasuredInputs { nodes, host_s, set_channels, nvls_channels, .. } = self.inputs;
        let params = ParamsFile {
            host: (*host_s > 0.0).then(|| format!("{}us", host_s * 1e6)),
            channels: *set_channels,
            nvls_channels: self.inputs.nvls.then_some(*nvls_channels),
            nics: (*nodes > 1).then(|| self.nics(self.inputs.nics)),
            ..ParamsFile::default()
        };
        let Comparison { machine, network, .. } = &self.held.comparison;
        FabricFile {
            name: EXPECTED.to_owned(),
            nodes: u64::from(*nodes),
            algorithm: self.algorithm(self.inputs),
            params,
            ..FabricFile::new(machine, network.as_deref(), TimingChoice::Measured)
        }
    }

    /// NICs of the network's own line rate that carry as much as these.
    fn nics(&self, nics: f64) -> f64 {
        nics * self.inputs.nic_gbit_s / self.line_gbit_s.unwrap_or(self.inputs.nic_gbit_s)
    }

    /// The algorithm of a scene that NCCL would take with these inputs.
    fn algorithm(&self, inputs: &MeasuredInputs) -> String {
        let without = MeasuredInputs { nvls: inputs.nvls && self.switches_add, ..inputs.clone() };
        let picked = fastest(&without, self.message_bytes).map(|candidate| candidate.algorithm);
        picked.map_or(AUTO, |picked| self.id(picked)).to_owned()
    }

    fn id(&self, algorithm: NcclAlgorithm) -> &'static str {
        match (self.inputs.collective, algorithm) {
            (Collective::AllReduce, NcclAlgorithm::Ring) => ChipAlgorithm::Ring.id(),
            (Collective::AllReduce, NcclAlgorithm::Tree) => ChipAlgorithm::DoubleBinaryTree.id(),
            (Collective::AllReduce, NcclAlgorithm::Nvls) => ChipAlgorithm::Nvls.id(),
            (Collective::AllReduce, NcclAlgorithm::NvlsTree) => ChipAlgorithm::NvlsTree.id(),
            // Other operations have one algorithm each.
            (_, _) => AUTO,
        }
    }

    /// The cluster with a change. `alone` is the scene without it, whose links have names.
    fn changed(&self, expected: &FabricFile, change: &Change, alone: &SceneDocument) -> FabricFile {
        let mut file = FabricFile { name: change.title(), ..expected.clone() };
        let without_nvls = || self.algorithm(&MeasuredInputs { nvls: false, ..self.inputs.clone() });
        let chosen = |choice: Option<Choice>| match choice {
            Some(Choice::Algorithm(algorithm)) => self.id(algorithm).to_owned(),
            Some(Choice::Protocol(_)) | None => expected.algorithm.clone(),
        };
        match change.parameter {
            ChangedInput::Nvlink => {
                file.algorithm = without_nvls();
                file.faults = self.slow_ports(alone, change.explains / change.healthy);
            }
            ChangedInput::Lanes => file.faults = self.slow_ports(alone, change.explains / change.healthy),
            ChangedInput::Nics | ChangedInput::Tcp => file.params.nics = Some(self.nics(change.explains)),
            // The first NIC.
            ChangedInput::OneNic => {
                file.faults = slow_links(alone, LinkClass::Nic, &|place| *place == 0, change.explains);
            }
            ChangedInput::Nvls => file.algorithm = without_nvls(),
            ChangedInput::Algorithm => file.algorithm = chosen(change.choice),
            ChangedInput::AlgorithmAndNics => {
                file.algorithm = chosen(change.choice);
                file.params.nics = Some(self.nics(change.explains));
            }
            ChangedInput::Channels => file.params.channels = Some(change.explains as u32),
            ChangedInput::Host => file.params.host = Some(format!("{}us", change.explains)),
            ChangedInput::Protocol | ChangedInput::PeerChannels | ChangedInput::Step => {}
        }
        file
    }

    /// All NVLink ports at a share of their rate.
    fn slow_ports(&self, alone: &SceneDocument, share: f64) -> Vec<FaultFile> {
        let ranks = self.inputs.ranks();
        let slow = if ranks > MAX_RANKS_WITH_FAULTS { self.inputs.gpus_per_node } else { ranks };
        // Half of the links lead into the switches, the other half out of them, each in the order of the ranks.
        let is_slow = |place: &usize| place % (ranks.max(1) as usize) < slow as usize;
        slow_links(alone, LinkClass::NvLink, &is_slow, share)
    }
}

/// The links of a class, of the only fabric of a scene, at a share of their rate, if their places in the class are slow.
fn slow_links(alone: &SceneDocument, class: LinkClass, is_slow: &dyn Fn(&usize) -> bool, share: f64) -> Vec<FaultFile> {
    let Some(fabric) = alone.scene.fabrics.first().map(FabricScene::fabric) else { return Vec::new() };
    let of_class = (0..fabric.link_count()).map(LinkId).filter(|link| fabric.class(*link) == class);
    let slow = of_class.enumerate().filter(|(place, _)| is_slow(place));
    let slowed = |link| FaultFile {
        link: Some(ascii_name(&fabric.link_name(link))),
        capacity: Some(share),
        ..FaultFile::default()
    };
    slow.map(|(_, link)| slowed(link)).collect()
}
