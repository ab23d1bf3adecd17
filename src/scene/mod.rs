//! Scenes: what is reduced, on which fabrics, with which algorithm; from a RON file to played runs.
//!
//! | file | contents |
//! |---|---|
//! | `schema` | the file as it is written |
//! | `parse` | limits, syntax, types, meaning, in this order |
//! | `spans` | line and column of every value |
//! | `diagnostic` | errors with their place and the accepted values |
//! | `algorithm` | algorithms by id, and which fit where |
//! | `resolve` | from names and texts to machines and quantities |
//! | `free_topology` | machines with free figures, by topology |
//! | `degradation` | slow, broken and late parts of a fabric, and the fabric without them |
//! | `fault_edit` | one link or chip slowed, cut, delayed or mended |
//! | `machine_change` | another machine, layout, timing or network of a fabric |
//! | `value_reader` | a scene file from changed values |
//! | `edit` | changing one value by its path, and writing a scene back |
//! | `presets` | the scenes that come with the program |

mod algorithm;
mod degradation;
mod diagnostic;
mod edit;
mod fault_edit;
mod free_topology;
mod machine_change;
mod parse;
mod presets;
mod resolve;
mod schema;
mod spans;
mod value_reader;

pub use crate::collective::{ChipAlgorithm, PerPeAlgorithm};
pub(crate) use algorithm::with_algorithm;
pub use algorithm::{AUTO, NCCL_TABLE, choices};
pub use degradation::Degradation;
pub use diagnostic::{Diagnostic, Diagnostics, did_you_mean};
pub use edit::{EditError, Setting};
pub use fault_edit::{FaultEdit, FaultPlace};
pub use free_topology::FreeTopology;
pub use parse::{MAX_SCENE_BYTES, decode, parse_scene, read_scene, read_text};
pub use presets::{BUNDLED, BundledScene, CLAIMS, first_look};
pub use resolve::{Accepted, Decision, Measure};
pub use schema::{DecideFile, FabricFile, FaultFile, GraphFile, ParamsFile, SceneFile, TrafficFile, WorkloadFile};
pub use spans::MAX_NESTING;

use crate::catalog::{Catalog, Figure, FreeMachine, Network, NvlinkMachine, WaferClusterMachine, WaferMachine};
use crate::collective::{Broadcast, Delays, FirstPartner, Root, StripLayout};
use crate::fabric::{Fabric, LinkId, Mesh, RankNames, RankNoun, RankNumbers, Topology, WaferCluster};
use crate::nccl::MeasuredInputs;
use crate::units::{Bytes, BytesPerSec};

/// The letter of a fabric: A, B, C ... in the order of the scene.
pub fn letter(index: usize) -> String {
    char::from(b'A' + (index % 26) as u8).to_string()
}

/// Most ranks of one collective.
pub const MAX_RANKS: u32 = 4_194_304;
/// Most fabrics of one scene.
pub const MAX_FABRICS: usize = 16;

/// A scene that has passed its checks, with the file that it came from (and that it is written back as).
#[derive(Clone, Debug, PartialEq)]
pub struct SceneDocument {
    /// As written.
    pub file: SceneFile,
    /// As meant.
    pub scene: Scene,
}

/// A scene with all names resolved and all quantities read.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// One line.
    pub title: String,
    /// What it shows, one line.
    pub teaches: String,
    /// A claim that its figures are to decide, one line.
    pub claim: Option<String>,
    /// What would decide it.
    pub decide: Vec<Decision>,
    /// Bytes per rank.
    pub message: Bytes,
    /// Ranks (on a wafer with `per-pe` layout every PE is one instead).
    pub replicas: u32,
    /// Seed of whatever is random.
    pub seed: u64,
    /// The fabrics, side by side.
    pub fabrics: Vec<FabricScene>,
    /// How the clocks of the fabrics relate.
    pub clock: ClockMode,
    /// Fingerprint of the scene's values: 16 hexadecimal digits.
    pub hash: String,
}

/// One fabric of a scene.
#[derive(Clone, Debug, PartialEq)]
pub struct FabricScene {
    /// Name on the screen.
    pub name: String,
    /// Id of the algorithm, as written.
    pub algorithm: String,
    /// What it is.
    pub kind: FabricKind,
    /// What is added to the times of the collective: software, ranks that come late or are slow.
    pub delays: Delays,
    /// Links that are slow or down, with the share of their capacity that is left.
    pub changed: Vec<(LinkId, f64)>,
    /// Streams that do not belong to the collective.
    pub traffic: Vec<Traffic>,
}

/// A stream that does not belong to the collective.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    /// The chip that it comes from.
    pub from: u32,
    /// The chip that it goes to.
    pub to: u32,
    /// Its rate, if the links have room for it.
    pub rate: BytesPerSec,
}

/// Figures of one thing: its name, and each figure with its name.
pub type FigureGroup<'a> = (String, Vec<(&'static str, &'a Figure)>);

impl FabricScene {
    /// All catalog figures that its numbers rest on, by what they belong to.
    pub fn figures<'a>(&'a self, catalog: &'a Catalog) -> Vec<FigureGroup<'a>> {
        match &self.kind {
            FabricKind::Chips(chips) => {
                let mut groups = vec![match &chips.machine {
                    ChipMachine::Nvlink(machine) => (machine.name.clone(), machine.figures()),
                    ChipMachine::Free(machine) => (machine.name.clone(), machine.figures()),
                }];
                groups.extend(chips.network.as_ref().map(|network| (network.name.clone(), network.figures())));
                if let Some(inputs) = &chips.measured {
                    let constants = catalog.nccl();
                    let generation = constants.generation(&inputs.generation.id);
                    let network = inputs.network.as_ref().and_then(|network| constants.network(&network.id));
                    let name = |of: &str| format!("Measured timing, {of}");
                    groups.extend(generation.map(|found| (name(&found.name), found.figures())));
                    groups.extend(network.map(|found| (name(&found.name), found.figures())));
                }
                groups
            }
            FabricKind::Wafer(wafer) => vec![(wafer.machine.name.clone(), wafer.machine.figures())],
            FabricKind::Wafers(wafers) => vec![(wafers.machine.name.clone(), wafers.machine.figures())],
        }
    }

    /// As many replicas as it takes, or as many as are worth trying.
    pub fn most_replicas(&self) -> u32 {
        match &self.kind {
            FabricKind::Chips(chips) => match (&chips.machine, &chips.topology) {
                (ChipMachine::Nvlink(machine), Topology::Cluster(cluster)) => machine.gpus.count() * cluster.nodes,
                (ChipMachine::Nvlink(machine), _) => machine.gpus.count(),
                (_, Topology::Switch(_)) => 256,
                (ChipMachine::Free(machine), _) => {
                    FreeTopology::from_machine(machine).map_or(MAX_RANKS, FreeTopology::max_ranks)
                }
            },
            FabricKind::Wafers(wafers) => wafers.machine.wafers.count().min(256),
            FabricKind::Wafer(WaferFabric { layout: WaferLayout::PerPe { .. }, .. }) => MAX_RANKS,
            // More strips than this are thinner than a few PEs: the file may ask for them, no slider does.
            FabricKind::Wafer(wafer) => wafer.mesh.width.min(64),
        }
    }

    /// Its links, all of them whole.
    pub fn topology(&self) -> Topology {
        match &self.kind {
            FabricKind::Chips(chips) => chips.topology.clone(),
            FabricKind::Wafer(wafer) => Topology::Mesh(wafer.mesh.clone()),
            FabricKind::Wafers(wafers) => Topology::Wafers(wafers.tree.clone()),
        }
    }

    /// The names of its ranks. On a star of free figures they are chips; replicas on a wafer are strips.
    pub fn rank_names(&self) -> RankNames {
        match &self.kind {
            FabricKind::Chips(chips) => {
                let names = chips.topology.rank_names();
                let noun = if chips.machine.nvlink().is_some() { names.noun } else { RankNoun::Chip };
                RankNames { noun, ..names }
            }
            FabricKind::Wafer(WaferFabric { layout: WaferLayout::Strips { layout, .. }, .. }) => {
                RankNames { noun: RankNoun::Strip, numbers: RankNumbers::Single, count: layout.strips }
            }
            FabricKind::Wafer(_) | FabricKind::Wafers(_) => self.topology().rank_names(),
        }
    }

    /// Its links, with what is slow or down.
    pub fn fabric(&self) -> Fabric {
        let mut fabric = Fabric::from(self.topology());
        fabric.slow(self.changed.iter().copied());
        fabric
    }
}

/// The kinds of fabric.
#[derive(Clone, Debug, PartialEq)]
pub enum FabricKind {
    /// GPUs or other chips that send to one another.
    Chips(ChipFabric),
    /// PEs on a wafer.
    Wafer(WaferFabric),
    /// Wafers under a tree.
    Wafers(WafersFabric),
}

/// Chips that send to one another, with the departures of the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct ChipFabric {
    /// The catalog's figures.
    pub machine: ChipMachine,
    /// The network between nodes, if there are several.
    pub network: Option<Network>,
    /// The links of the ranks that take part.
    pub topology: Topology,
    /// What is played.
    pub algorithm: ChipAlgorithm,
    /// With whom recursive halving begins.
    pub first_partner: FirstPartner,
    /// What the measured timing needs to know; `None` with ideal timing.
    pub measured: Option<Box<MeasuredInputs>>,
}

/// Where chips come from.
#[expect(clippy::large_enum_variant, reason = "a scene has a few, and they are read far more often than moved")]
#[derive(Clone, Debug, PartialEq)]
pub enum ChipMachine {
    /// A box or rack of GPUs.
    Nvlink(NvlinkMachine),
    /// A switch, mesh, torus or graph with free figures.
    Free(FreeMachine),
}

impl ChipMachine {
    /// Name in scenes.
    pub fn id(&self) -> &str {
        match self {
            ChipMachine::Nvlink(machine) => &machine.id,
            ChipMachine::Free(machine) => &machine.id,
        }
    }

    /// Name on the screen.
    pub fn name(&self) -> &str {
        match self {
            ChipMachine::Nvlink(machine) => &machine.name,
            ChipMachine::Free(machine) => &machine.name,
        }
    }

    /// The GPUs and switches, if it is such a machine.
    pub fn nvlink(&self) -> Option<&NvlinkMachine> {
        match self {
            ChipMachine::Nvlink(machine) => Some(machine),
            ChipMachine::Free(_) => None,
        }
    }
}

impl ChipFabric {
    /// Ranks of the collective.
    pub fn ranks(&self) -> u32 {
        self.topology.ranks()
    }

    /// Whether the switches inside a node add and copy.
    pub fn adds_in_switch(&self) -> bool {
        self.machine.nvlink().is_some_and(|machine| machine.in_switch_reduction.value > 0.0)
    }
}

/// Wafers under a tree, with the departures of the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct WafersFabric {
    /// The catalog's figures of the cluster.
    pub machine: WaferClusterMachine,
    /// The wafers that take part, and their tree.
    pub tree: WaferCluster,
}

/// PEs on a wafer, with the departures of the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct WaferFabric {
    /// The catalog's figures.
    pub machine: WaferMachine,
    /// The rectangle that is used.
    pub mesh: Mesh,
    /// How the ranks lie on it.
    pub layout: WaferLayout,
}

/// How ranks lie on a wafer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaferLayout {
    /// Every PE is a rank with a vector of its own.
    PerPe {
        /// What is played.
        algorithm: PerPeAlgorithm,
    },
    /// Replicas as vertical strips.
    Strips {
        /// Their geometry.
        layout: StripLayout,
        /// Where the sums meet.
        root: Root,
        /// When the copies go back.
        broadcast: Broadcast,
    },
}

/// How the clocks of the fabrics relate on the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockMode {
    /// One clock: the honest race.
    Same,
    /// Each fabric from 0 to 100 %.
    Normalised,
}
