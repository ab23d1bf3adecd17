//! Collectives and computations of a file as the sequence of a scene.

use std::collections::BTreeMap;

use super::error::ImportError;
use super::form::Form;
use super::gpu_model::GpuModel;
use super::imported::{Frame, Imported};
use super::report::ImportReport;
use crate::catalog::{Catalog, Machine};
use crate::scene::{Collective, FabricFile, OperationFile, TimingChoice};
use crate::units::{Bytes, counted};

/// Transfers that are played at most, below the limit of a scene, which counts exactly.
const PLAYED_TRANSFERS: u64 = 2_100_000;
/// Transfers of a single operation at most.
const MAX_TRANSFERS: u64 = 2_150_000;

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Operation {
    work: Work,
    /// Ranks of a group, if groups of neighbours do the same at once; all by default.
    pub group_ranks: Option<u32>,
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
        Operation { work: Work::Collective(collective, bytes.max(1)), group_ranks: None, after: None }
    }

    /// A computation of every rank, in seconds.
    pub(super) fn compute(seconds: f64) -> Operation {
        Operation { work: Work::Compute(seconds), group_ranks: None, after: None }
    }

    /// About how many transfers a short plan of it has among so many ranks: a ring writes out 2 n² for a reduction, and
    /// reductions among many ranks use trees; gathering among many ranks uses rings of nodes on each of 8 NICs. Where the
    /// fastest plans are longer, a scene takes shorter ones.
    fn transfers(&self, ranks: u32) -> u64 {
        let size = u64::from(self.group_ranks.unwrap_or(ranks).clamp(1, ranks.max(1)));
        let of_group = match self.work {
            Work::Compute(_) => 0,
            Work::Collective(Collective::AllToAll, _) => size * size,
            Work::Collective(Collective::AllReduce, _) if size > 256 => 64 * size,
            Work::Collective(Collective::AllGather | Collective::ReduceScatter, _) if size > 512 => {
                size * size / 8 + 8 * size
            }
            Work::Collective(Collective::AllReduce | Collective::AllGather | Collective::ReduceScatter, _) => {
                2 * size * size
            }
            Work::Collective(Collective::Broadcast | Collective::Reduce | Collective::SendRecv, _) => 4 * size,
        };
        of_group * u64::from(ranks).div_ceil(size)
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

/// The first operations, as many as a scene can write out; each waits for earlier ones only.
///
/// # Errors
/// Not even the first can.
pub(super) fn that_fit(
    mut operations: Vec<Operation>,
    ranks: u32,
    report: &mut ImportReport,
) -> Result<Vec<Operation>, ImportError> {
    let mut transfers = 0_u64;
    let fits = |operation: &&Operation| {
        let own = operation.transfers(ranks);
        let is_first = transfers == 0 && own <= MAX_TRANSFERS;
        transfers = transfers.saturating_add(own);
        is_first || transfers <= PLAYED_TRANSFERS
    };
    let count = operations.iter().take_while(fits).count();
    let is_collective = |operation: &Operation| matches!(operation.work, Work::Collective(..));
    let has_collective = operations.iter().take(count).any(is_collective);
    if count < operations.len() && !has_collective {
        let problem = format!("its first collective among {ranks} ranks has more transfers than a scene can write out");
        return Err(ImportError::whole(problem, "accepted: an all-to-all among up to 1,400 ranks"));
    }
    if count < operations.len() {
        let left = counted(operations.len() - count, "operation");
        let kept = if count == 1 { "the first".to_owned() } else { format!("the first {count}") };
        report.leave_out(format!("{left} after {kept}: among {ranks} ranks a scene can write out no more."));
        operations.truncate(count);
    }
    Ok(operations)
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
            ranks: operation.group_ranks.map(|size| format!("groups of {size}")),
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
    let basis = match (of_model, model) {
        (Some(_), _) => "by the GPU that the file names".to_owned(),
        (None, Some(model)) => format!("no machine of {} fits", model.name),
        (None, None) => "the file names no known GPU".to_owned(),
    };
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
    let operations = that_fit(operations, ranks, &mut report)?;
    let fabric = boxes(ranks, model, catalog, &mut report);
    let frame = Frame::of_operations(form, what, ranks, files(operations));
    Imported::checked(form, frame, vec![fabric], report, catalog)
}
