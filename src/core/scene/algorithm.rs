//! The algorithms that a fabric of a scene may run, by id. The registry of `collective` defines them.

use super::{ChipFabric, FabricKind, FabricScene, WaferFabric, WaferLayout};
use crate::collective::{Algorithm, Collective, RankLayout};

/// The id that stands for the fastest of all that fit.
pub const AUTO: &str = "auto";
/// The id that stands for the choice of NCCL's own cost model (measured timing).
pub const NCCL_TABLE: &str = "nccl-table";

impl FabricKind {
    /// Its ranks, as the registry of algorithms needs them.
    pub fn rank_layout(&self) -> RankLayout<'_> {
        match self {
            FabricKind::Chips(chips) => chips.rank_layout(),
            FabricKind::Wafer(WaferFabric { layout: WaferLayout::PerPe { .. }, mesh, .. }) => RankLayout::PerPe(mesh),
            FabricKind::Wafer(WaferFabric { layout: WaferLayout::Strips { layout, broadcast, .. }, mesh, .. }) => {
                RankLayout::Strips { mesh, layout, broadcast: *broadcast }
            }
            FabricKind::Wafers(wafers) => RankLayout::Wafers(&wafers.tree),
        }
    }

    /// The algorithm that it runs.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            FabricKind::Chips(chips) => Algorithm::Chips(chips.algorithm),
            FabricKind::Wafer(WaferFabric { layout: WaferLayout::PerPe { algorithm }, .. }) => {
                Algorithm::PerPe(*algorithm)
            }
            FabricKind::Wafer(WaferFabric { layout: WaferLayout::Strips { root, .. }, .. }) => Algorithm::Strips(*root),
            FabricKind::Wafers(_) => Algorithm::SwarmxTree,
        }
    }

    /// Makes it run another algorithm. Nothing happens if that is for another kind of ranks.
    fn set_algorithm(&mut self, algorithm: Algorithm) {
        match (self, algorithm) {
            (FabricKind::Chips(chips), Algorithm::Chips(algorithm)) => chips.algorithm = algorithm,
            (
                FabricKind::Wafer(WaferFabric { layout: WaferLayout::PerPe { algorithm }, .. }),
                Algorithm::PerPe(other),
            ) => *algorithm = other,
            (
                FabricKind::Wafer(WaferFabric { layout: WaferLayout::Strips { root, .. }, .. }),
                Algorithm::Strips(other),
            ) => {
                *root = other;
            }
            (FabricKind::Chips(_) | FabricKind::Wafer(_) | FabricKind::Wafers(_), _) => {}
        }
    }
}

impl ChipFabric {
    fn rank_layout(&self) -> RankLayout<'_> {
        RankLayout::Chips {
            topology: &self.topology,
            in_switch_reduction: self.adds_in_switch(),
            measured: self.measured.as_deref(),
        }
    }
}

/// The algorithms that a fabric may run, as (id, label), without `auto`.
pub fn choices(fabric: &FabricScene) -> Vec<(&'static str, &'static str)> {
    let labelled = |algorithm: Algorithm| (algorithm.id(), algorithm.label_for(fabric.collective));
    fabric.algorithms().into_iter().map(labelled).collect()
}

impl FabricScene {
    /// The algorithms that run its operation, in the order of the registry.
    pub fn algorithms(&self) -> Vec<Algorithm> {
        Algorithm::all_for(&self.kind.rank_layout(), self.collective).collect()
    }

    /// The operations that it could run.
    pub fn collectives(&self) -> Vec<Collective> {
        Collective::all_on(&self.kind.rank_layout())
    }
}

/// The same fabric with another algorithm. `None` if none with this id fits.
pub(crate) fn with_algorithm(fabric: &FabricScene, id: &str) -> Option<FabricScene> {
    let algorithm = Algorithm::find(&fabric.kind.rank_layout(), fabric.collective, id)?;
    let mut fabric = fabric.clone();
    fabric.kind.set_algorithm(algorithm);
    Some(fabric)
}
