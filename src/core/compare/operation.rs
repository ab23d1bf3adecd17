//! The operation of a log, as the measured timing needs it.

use super::cluster_flags::{ClusterError, ClusterFlags, LogCluster, rejected};
use super::input_source::InputFrom;
use crate::nccl::{Calls, Collective, MeasuredInputs, NcclAlgorithm};
use crate::nccl_log::Operation;
use crate::units::quoted;

/// The ids of the operations that are compared, in the order of lists.
const IDS: [(&str, Operation); 10] = [
    ("all-reduce", Operation::Collective(Collective::AllReduce)),
    ("all-gather", Operation::Collective(Collective::AllGather)),
    ("reduce-scatter", Operation::Collective(Collective::ReduceScatter)),
    ("all-to-all", Operation::Collective(Collective::AllToAll)),
    ("broadcast", Operation::Collective(Collective::Broadcast)),
    ("reduce", Operation::Collective(Collective::Reduce)),
    ("send-recv", Operation::Collective(Collective::SendRecv)),
    ("scatter", Operation::Scatter),
    ("gather", Operation::Gather),
    ("send", Operation::Send),
];

/// The operation that a log is compared as.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Settled {
    pub operation: Operation,
    pub from: InputFrom,
}

/// The id of an operation in `--collective` and JSON.
pub(super) fn id_of(operation: Operation) -> &'static str {
    IDS.iter().find(|(_, known)| *known == operation).map_or("unknown", |(id, _)| id)
}

/// The operation: by the flag, or else by the log.
///
/// # Errors
/// An unknown id, or a log that leaves two operations open without a flag.
pub(super) fn settled(flags: &ClusterFlags, log: &LogCluster) -> Result<Settled, ClusterError> {
    if let Some(id) = &flags.collective {
        let found = IDS.iter().find(|(known, _)| *known == id.trim().to_ascii_lowercase());
        let Some((_, operation)) = found else {
            let ids = IDS.map(|(id, _)| id).join(", ");
            return Err(rejected(format!("unknown operation `{}`", quoted(id)), format!("accepted: {ids}")));
        };
        return Ok(Settled { operation: *operation, from: InputFrom::Flag });
    }
    match log.operation {
        Operation::AllGatherOrAllToAll => Err(open("an all-gather and an all-to-all", open_operations(log.operation))),
        Operation::GatherOrScatter => Err(open("a gather and a scatter", open_operations(log.operation))),
        Operation::Hypercube | Operation::Unknown => Err(rejected(
            format!("there is no model of {}", log.operation.with_article()),
            "choose an operation with --collective",
        )),
        operation @ (Operation::Collective(_) | Operation::Gather | Operation::Scatter | Operation::Send) => {
            Ok(Settled { operation, from: InputFrom::Log })
        }
    }
}

/// The ids of the two operations that a log leaves open, for `--collective`.
pub fn open_operations(operation: Operation) -> [&'static str; 2] {
    match operation {
        Operation::GatherOrScatter => ["gather", "scatter"],
        Operation::AllGatherOrAllToAll
        | Operation::Collective(_)
        | Operation::Gather
        | Operation::Scatter
        | Operation::Send
        | Operation::Hypercube
        | Operation::Unknown => ["all-gather", "all-to-all"],
    }
}

fn open(both: &str, [one, other]: [&str; 2]) -> ClusterError {
    rejected(
        format!("the tables of {both} have the same columns, and neither the log nor its file name says which it is"),
        format!("choose with --collective {one} or --collective {other}"),
    )
}

impl Settled {
    /// Sets the inputs of the timing. What only an all-reduce has is switched off for others.
    pub(super) fn apply(self, inputs: &mut MeasuredInputs) {
        let calls = match self.operation {
            Operation::Collective(collective) => {
                inputs.collective = collective;
                None
            }
            // A gather is a scatter backwards; no log of one is in the fit.
            Operation::Scatter | Operation::Gather => Some(Calls::Scatter),
            Operation::Send => Some(Calls::Unanswered),
            Operation::Hypercube | Operation::AllGatherOrAllToAll | Operation::GatherOrScatter | Operation::Unknown => {
                None
            }
        };
        inputs.calls = calls;
        let algorithm = match (calls, inputs.collective) {
            (None, Collective::AllReduce) => return,
            (None, Collective::AllGather | Collective::ReduceScatter | Collective::Broadcast | Collective::Reduce) => {
                NcclAlgorithm::Ring
            }
            (Some(_), _) | (None, Collective::AllToAll | Collective::SendRecv) => NcclAlgorithm::PointToPoint,
        };
        inputs.nvls = false;
        inputs.algorithms = vec![algorithm];
    }
}
