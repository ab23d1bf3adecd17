//! The critical path of a run: from the last byte back to the launch, always to what was waited for.

use super::backwards::walk;
use super::path::{CriticalPath, ExplainError};
use super::ports::Ports;
use crate::collective::Plan;
use crate::fabric::Fabric;
use crate::scene::{FabricKind, WaferFabric, WaferLayout};
use crate::solve::FabricRun;
use crate::trace::Trace;

/// The critical path of a solved fabric.
///
/// # Errors
/// See [`ExplainError`].
pub fn critical_path(run: &FabricRun) -> Result<CriticalPath, ExplainError> {
    let result = run.result().ok_or(ExplainError::NotRun)?;
    path_of_plan(&run.fabric, &run.plan, &result.played.trace, ranks_are_strips(run))
}

/// The critical path of a plan that was simulated on a fabric. `strips`: ranks are strips of a wafer, and the links
/// across their edges are their ports.
///
/// # Errors
/// See [`ExplainError`].
pub fn path_of_plan(fabric: &Fabric, plan: &Plan, trace: &Trace, strips: bool) -> Result<CriticalPath, ExplainError> {
    walk(Ports::new(fabric, plan, trace, strips))
}

/// Whether ranks are strips of a wafer.
pub(super) fn ranks_are_strips(run: &FabricRun) -> bool {
    matches!(&run.scene.kind, FabricKind::Wafer(WaferFabric { layout: WaferLayout::Strips { .. }, .. }))
}
