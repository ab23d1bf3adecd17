//! All notes of a run on its own.

use super::{chips, degradations, wafer};
use crate::scene::FabricKind;
use crate::solve::note::Note;
use crate::solve::run::FabricRun;

/// The notes of a run, whatever else is in its scene.
pub(in crate::solve) fn of_run(run: &FabricRun) -> Vec<Note> {
    let mut notes = match &run.scene.kind {
        FabricKind::Chips(fabric) => chips::notes(run, fabric),
        FabricKind::Wafer(fabric) => wafer::notes(run, fabric),
        FabricKind::Wafers(fabric) => wafer::cluster_notes(fabric),
    };
    notes.extend(degradations::notes(run));
    notes
}
