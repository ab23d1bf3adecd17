//! Whether a message fits into the memory of a machine.

use crate::collective::{OperationWork, SequenceOperation};
use crate::scene::{FabricKind, WaferFabric, WaferLayout};
use crate::solve::note::{Note, NoteCode};
use crate::solve::run::FabricRun;
use crate::units::{Bytes, grouped, significant};

/// Why a message does not fit into the machine's memory. `None` if it does.
pub(in crate::solve) fn does_not_fit(run: &FabricRun) -> Option<Note> {
    let message = largest_message(run);
    match &run.scene.kind {
        FabricKind::Chips(fabric) => {
            let machine = fabric.machine.nvlink()?;
            (message.0 as f64 > machine.memory_gb.value * 1e9).then(|| {
                let (chip, memory) = (&machine.chip, machine.memory_gb.value);
                Note::new(NoteCode::DoesNotFit, format!("does not fit: {message} per GPU, {chip} has {memory} GB"))
            })
        }
        FabricKind::Wafer(fabric) => wafer_does_not_fit((run, message), fabric),
        // Gradients stream through: no wafer stores them.
        FabricKind::Wafers(_) => None,
    }
}

/// The message; of a sequence, the largest of its operations.
fn largest_message(run: &FabricRun) -> Bytes {
    let of = |operation: &SequenceOperation| match operation.work {
        OperationWork::Collective { message, .. } => Some(message),
        OperationWork::Compute(_) => None,
    };
    let messages = run.scene.sequence.iter().flat_map(|sequence| sequence.operations.iter().filter_map(of));
    messages.max().unwrap_or(run.message)
}

fn wafer_does_not_fit((run, message): (&FabricRun, Bytes), fabric: &WaferFabric) -> Option<Note> {
    let usable = fabric.machine.pe_usable_kib.value * 1024.0;
    let per_pe = match &fabric.layout {
        WaferLayout::PerPe { .. } => message.0 as f64,
        WaferLayout::Strips { layout, .. } => layout.bytes_per_pe(&fabric.mesh, message),
    };
    if per_pe <= usable {
        return None;
    }
    let text = match &fabric.layout {
        WaferLayout::PerPe { .. } => format!(
            "does not fit: {} per PE, of which {} KiB of {} KiB are usable (estimate)",
            message, fabric.machine.pe_usable_kib.value, fabric.machine.pe_memory_kib.value
        ),
        WaferLayout::Strips { .. } => {
            let pes = run.elements as f64;
            format!(
                "does not fit: {} replicas of {} are {} GB; {} holds {} GB, of which {} GB are usable for them (estimate: \
                 {} of {} KiB in each of the {} PEs in use)",
                run.ranks,
                message,
                significant(run.ranks as f64 * message.0 as f64 / 1e9),
                fabric.machine.name,
                fabric.machine.memory_gb.value,
                significant(pes * usable / 1e9),
                fabric.machine.pe_usable_kib.value,
                fabric.machine.pe_memory_kib.value,
                grouped(run.elements),
            )
        }
    };
    Some(Note::new(NoteCode::DoesNotFit, text))
}
