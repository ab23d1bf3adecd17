//! What kind of run it is, for labels that depend on it.

use crate::scene::{FabricKind, WaferFabric, WaferLayout};
use crate::solve::FabricRun;

/// Whether the run is a wafer with one replica per strip.
pub(crate) fn is_in_strips(run: &FabricRun) -> bool {
    matches!(&run.scene.kind, FabricKind::Wafer(WaferFabric { layout: WaferLayout::Strips { .. }, .. }))
}

/// Whether the ranks of the run are GPUs of an NVLink machine.
pub(crate) fn has_gpus(run: &FabricRun) -> bool {
    matches!(&run.scene.kind, FabricKind::Chips(chips) if chips.machine.nvlink().is_some())
}
