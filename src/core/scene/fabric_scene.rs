//! One fabric of a checked scene: its name, algorithm, degradations and other traffic.

use std::sync::Arc;

use super::fabric_kind::{ChipMachine, FabricKind, WaferFabric, WaferLayout};
use super::free_topology::FreeTopology;
use super::limits::MAX_RANKS;
use crate::catalog::{Catalog, Figure};
use crate::collective::{Collective, Delays, Sequence};
use crate::fabric::{Fabric, LinkId, RankNames, RankNoun, RankNumbers, Topology};
use crate::units::BytesPerSec;

/// One fabric of a scene.
#[derive(Clone, Debug, PartialEq)]
pub struct FabricScene {
    /// Name on the screen.
    pub name: String,
    /// The operation that it runs.
    pub collective: Collective,
    /// The sequence that it runs in its place.
    pub sequence: Option<Arc<Sequence>>,
    /// Id of the algorithm, as written.
    pub algorithm: String,
    /// What it is.
    pub kind: FabricKind,
    /// Delays on top of the collective's times: software, ranks that start late or are slow.
    pub delays: Delays,
    /// Links that are slow or down, with the share of their capacity that is left.
    pub changed: Vec<(LinkId, f64)>,
    /// Streams that do not belong to the collective.
    pub traffic: Vec<Traffic>,
    /// How many times less its leaves send to the spine than their NICs could; 1 without a spine.
    pub oversubscription: f64,
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
                (ChipMachine::Free(machine), topology) => {
                    let most = FreeTopology::from_machine(machine).map_or(MAX_RANKS, |free| free.max_chips(machine));
                    let is_free_switch = machine.chips.is_none() && matches!(topology, Topology::Switch(_));
                    if is_free_switch { most.min(256) } else { most }
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
        if let Topology::Cluster(cluster) = &fabric.topology
            && self.oversubscription > 1.0
        {
            let links = (0..cluster.leaves()).flat_map(|leaf| [cluster.leaf_up(leaf), cluster.leaf_down(leaf)]);
            let links: Vec<LinkId> = links.collect();
            fabric.slow(links.into_iter().map(|link| (link, 1.0 / self.oversubscription)));
        }
        fabric.slow(self.changed.iter().copied());
        fabric
    }
}
