//! A Chakra trace as a sequence.

use std::io::Read;

use super::graph::{Counted, play};
use super::node::{COLLECTIVE, COMPUTATION, Node, RECEIVE, SEND};
use super::{json, protobuf};
use crate::catalog::Catalog;
use crate::import::error::ImportError;
use crate::import::form::Form;
use crate::import::imported::Imported;
use crate::import::operations::import_operations;
use crate::import::report::ImportReport;
use crate::units::{counted, grouped};

/// Most ranks; larger numbers of a partner are damage, or stand for none.
const MAX_RANKS: u64 = 65_536;

/// Operations that are played.
const PLAYED: usize = 1_024;
/// Ranks of a trace that does not tell them.
const DEFAULT_RANKS: u32 = 8;

/// Imports the protobuf form.
pub(in crate::import) fn import_protobuf(bytes: &[u8], catalog: &Catalog) -> Result<Imported, ImportError> {
    import(Form::Chakra, &protobuf::read(bytes)?, catalog)
}

/// Imports the JSON form.
pub(in crate::import) fn import_json(reader: impl Read, catalog: &Catalog) -> Result<Imported, ImportError> {
    import(Form::ChakraJson, &json::read(reader)?, catalog)
}

fn import(form: Form, nodes: &[Node], catalog: &Catalog) -> Result<Imported, ImportError> {
    let mut report = ImportReport::default();
    report.read("Nodes", grouped(nodes.len() as u64));
    let of_kind = |kind: u64| nodes.iter().filter(move |node| node.kind == kind);
    let named = [("Collectives", COLLECTIVE), ("Computations", COMPUTATION), ("Sends", SEND), ("Receives", RECEIVE)];
    for (what, kind) in named {
        if of_kind(kind).next().is_some() {
            report.read(what, grouped(of_kind(kind).count() as u64));
        }
    }
    let sized: Vec<u64> =
        of_kind(COLLECTIVE).filter_map(|node| node.comm_size.filter(|_| node.comm_type.is_some())).collect();
    report.read("Collectives with a size", sized.len().to_string());
    report.read("Their bytes", grouped(sized.iter().copied().fold(0, u64::saturating_add)));
    let partners = of_kind(SEND)
        .chain(of_kind(RECEIVE))
        .flat_map(|node| [node.source, node.destination])
        .flatten()
        .filter(|rank| *rank < MAX_RANKS)
        .max();
    let ranks =
        match partners.and_then(|last| u32::try_from(last + 1).ok()).filter(|ranks| (2..=65_536).contains(ranks)) {
            Some(ranks) => {
                report.read("Ranks", ranks.to_string());
                ranks
            }
            None => {
                report.guess(format!(
                    "{DEFAULT_RANKS} ranks: a trace is of one rank and does not tell how many there are."
                ));
                DEFAULT_RANKS
            }
        };
    let mut kinds = Counted { control: true, computations: true };
    let mut played = match play(nodes, ranks, kinds) {
        Ok(played) => played,
        Err(_) => {
            kinds.control = false;
            let played = play(nodes, ranks, kinds)?;
            report.leave_out("The order of the program (ctrl_deps), which goes in circles: the data decide.");
            played
        }
    };
    if played.operations.len() > PLAYED {
        report.leave_out("Computations: there are too many to play.");
        played = play(nodes, ranks, Counted { computations: false, ..kinds })?;
    }
    if of_kind(SEND).next().is_some() {
        report.guess("Every rank sends to the next one what this rank sends.");
    }
    if played.receives > 0 {
        report.leave_out(format!("{}: the sends stand for them.", counted(played.receives, "receive")));
    }
    if played.without_size > 0 {
        report.leave_out(format!("{} without an operation or a size.", counted(played.without_size, "collective")));
    }
    if played.missing > 0 {
        let missing = match played.missing {
            1 => "1 dependency".to_owned(),
            missing => format!("{} dependencies", grouped(missing as u64)),
        };
        report.leave_out(format!("{missing} on nodes that the file does not have."));
    }
    if sized.is_empty() && of_kind(SEND).all(|node| node.comm_size.is_none()) {
        let problem =
            format!("none of its {} nodes is a collective with operation and size", grouped(nodes.len() as u64));
        return Err(ImportError::whole(problem, "accepted: nodes of type 7 with comm_type and comm_size"));
    }
    if played.operations.len() > PLAYED {
        let left = counted(played.operations.len() - PLAYED, "operation");
        report.leave_out(format!("{left} after the first {PLAYED}."));
        // Each waits for earlier ones only.
        played.operations.truncate(PLAYED);
    }
    import_operations((form, "Execution trace"), ranks, None, played.operations, report, catalog)
}
