//! Collectives and computations of a file as the sequence of a scene.

use std::collections::BTreeMap;

use super::error::ImportError;
use super::form::Form;
use super::gpu_model::GpuModel;
use super::imported::{Frame, Imported};
use super::report::ImportReport;
use crate::catalog::{Catalog, Machine};
use crate::scene::{Collective, FabricFile, OperationFile, TimingChoice};
use crate::units::Bytes;

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Operation {
    work: Work,
    /// Groups of ranks as a scene writes them; all by default.
    pub ranks: Option<String>,
    /// Places of the operations that must have ended; by default the one before.
    pub after: Option<Vec<usize>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Work {
    Collective(Collective, u64),
    Compute(f64),
}

impl Operation {
    /// A collective of all ranks, in bytes as the operation counts them.
    pub(super) fn collective(collective: Collective, bytes: u64) -> Operation {
        Operation { work: Work::Collective(collective, bytes.max(1)), ranks: None, after: None }
    }

    /// A computation of every rank, in seconds.
    pub(super) fn compute(seconds: f64) -> Operation {
        Operation { work: Work::Compute(seconds), ranks: None, after: None }
    }

    /// The same after others.
    pub(super) fn after(self, after: Vec<usize>) -> Operation {
        Operation { after: Some(after), ..self }
    }
}

/// The operation that NCCL calls so, and whether its count is that of a rank.
pub(super) fn nccl_collective(name: &str) -> Option<(Collective, bool)> {
    Some(match name {
        "AllReduce" => (Collective::AllReduce, false),
        "AllGather" => (Collective::AllGather, true),
        "ReduceScatter" => (Collective::ReduceScatter, true),
        "AllToAll" | "AlltoAll" => (Collective::AllToAll, true),
        "Broadcast" => (Collective::Broadcast, false),
        "Reduce" => (Collective::Reduce, false),
        _ => return None,
    })
}

/// The operations as a scene lists them, with names such as `all-reduce 3`.
pub(super) fn files(operations: Vec<Operation>) -> Vec<OperationFile> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut name = |work: Work| {
        let kind = match work {
            Work::Collective(collective, _) => collective.as_str(),
            Work::Compute(_) => "compute",
        };
        let count = counts.entry(kind).or_insert(0);
        *count += 1;
        format!("{kind} {count}")
    };
    let names: Vec<String> = operations.iter().map(|operation| name(operation.work)).collect();
    let listed = |operation: Operation, own: &String| {
        let after = operation.after.map(|after| after.iter().filter_map(|at| names.get(*at).cloned()).collect());
        let (collective, message, compute) = match operation.work {
            Work::Collective(collective, bytes) => (Some(collective.as_str().to_owned()), Some(exact(bytes)), None),
            Work::Compute(seconds) => (None, None, Some(format!("{}us", seconds * 1e6))),
        };
        OperationFile {
            name: own.clone(),
            collective,
            message,
            compute,
            ranks: operation.ranks,
            after,
            algorithm: None,
        }
    };
    operations.into_iter().zip(&names).map(|(operation, own)| listed(operation, own)).collect()
}

/// A size that reads back as the same number of bytes.
fn exact(bytes: u64) -> String {
    let text = Bytes(bytes).to_string();
    if Bytes::parse(&text).is_ok_and(|read| read.0 == bytes) { text } else { format!("{bytes}B") }
}

/// The usual boxes for so many ranks: of the model that the file names, or else DGX H100.
pub(super) fn boxes(ranks: u32, model: Option<GpuModel>, catalog: &Catalog, report: &mut ImportReport) -> FabricFile {
    let of_model = model.and_then(|model| catalog.get(model.machine?)).filter(|machine| match machine {
        Machine::Nvlink(_) => true,
        Machine::Free(_) => ranks == 8,
        Machine::Wafer(_) | Machine::WaferCluster(_) | Machine::Network(_) => false,
    });
    let machine = of_model.or_else(|| catalog.get("dgx-h100"));
    let (id, name, gpus) = match machine {
        Some(Machine::Nvlink(machine)) => (machine.id.as_str(), machine.name.as_str(), machine.gpus.value as u32),
        Some(machine) => (machine.id(), machine.name(), ranks),
        None => ("dgx-h100", "DGX H100", 8),
    };
    let nodes = ranks.div_ceil(gpus.max(1));
    // A scene spreads its ranks evenly.
    let nodes = (nodes..=ranks).find(|nodes| ranks.is_multiple_of(*nodes)).unwrap_or(nodes);
    let network = (nodes > 1).then_some(if id == "dgx-a100" { "ib-hdr" } else { "ib-ndr" });
    let place = if nodes > 1 { format!("{nodes} x {name}") } else { name.to_owned() };
    let basis = if of_model.is_some() { "by the GPU that the file names" } else { "the file names no known GPU" };
    report.guess(format!("The operations run on {place}: {basis}. Any other machine can be chosen."));
    FabricFile { name: place, nodes: u64::from(nodes), ..FabricFile::new(id, network, TimingChoice::Ideal) }
}

/// Operations on the usual boxes.
pub(super) fn import_operations(
    (form, what): (Form, &str),
    ranks: u32,
    model: Option<GpuModel>,
    operations: Vec<Operation>,
    mut report: ImportReport,
    catalog: &Catalog,
) -> Result<Imported, ImportError> {
    if !(2..=65_536).contains(&ranks) {
        return Err(ImportError::whole(format!("it has {ranks} ranks"), "accepted: 2 to 65,536"));
    }
    if operations.is_empty() {
        return Err(ImportError::whole("has no collective whose size is known", "accepted: a file with at least one"));
    }
    let fabric = boxes(ranks, model, catalog, &mut report);
    let frame = Frame::of_operations(form, what, ranks, files(operations));
    Imported::checked(form, frame, vec![fabric], report, catalog)
}
