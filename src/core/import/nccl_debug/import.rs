//! A scene from NCCL's log: the machine where the log names it, else the ring that NCCL built.

use std::collections::BTreeSet;

use super::connection::Via;
use super::facts::{Call, NcclDebugLog, read};
use crate::catalog::Catalog;
use crate::import::error::ImportError;
use crate::import::form::Form;
use crate::import::imported::{Frame, Imported};
use crate::import::operations::{Operation, files, nccl_collective, that_fit};
use crate::import::report::{ImportReport, numbered};
use crate::import::rings::{RingScene, report_rings};
use crate::scene::OperationFile;
use crate::units::{counted, significant};

/// Most ranks of a scene of a log.
const MAX_RANKS: u32 = 65_536;
/// Calls of a log that are played.
const PLAYED_CALLS: usize = 256;
/// Rates that are assumed where the log has none, GB/s: memory of the host, PCIe 4 x16 as NCCL counts it, a NIC of 100 Gb/s.
const SHARED_MEMORY_GB_S: f64 = 10.0;
const P2P_GB_S: f64 = 24.0;
const NIC_GB_S: f64 = 12.5;

/// Imports a log.
pub(in crate::import) fn import(text: &str, catalog: &Catalog) -> Result<Imported, ImportError> {
    let log = read(text)?;
    if !(2..=MAX_RANKS).contains(&log.ranks) {
        let problem = format!("the largest communicator has {} ranks", log.ranks);
        return Err(ImportError::whole(problem, "accepted: 2 to 65,536"));
    }
    let mut report = ImportReport::default();
    findings(&log, &mut report);
    match log.machine(text, catalog, &mut report) {
        Some(fabric) => {
            let operations = log.operations(&mut report)?;
            let what = format!("{} GPUs", log.ranks);
            let frame = match operations.is_empty() {
                true => Frame::of_machine(Form::NcclDebugLog, &what, log.ranks),
                false => Frame::of_operations(Form::NcclDebugLog, &what, log.ranks, operations),
            };
            Imported::checked(Form::NcclDebugLog, frame, vec![fabric], report, catalog)
        }
        None => log.ring_scene(&mut report).import(report, catalog),
    }
}

fn findings(log: &NcclDebugLog, report: &mut ImportReport) {
    if let Some(version) = &log.version {
        report.read(if log.is_rccl { "RCCL" } else { "NCCL" }, version.clone());
    }
    report.read("Ranks", log.ranks.to_string());
    let numbers = [("Nodes", log.nodes), ("Channels", log.channels), ("NVLS channels", log.nvls_channels)];
    for (what, number) in numbers {
        if let Some(number) = number {
            report.read(what, number.to_string());
        }
    }
    if log.has_multi_node_nvlink {
        report.read("NVLink between hosts", "yes (MNNVL)");
    }
    if let Some(has_nvls) = log.has_nvls {
        report.read("NVLS", if has_nvls { "available" } else { "not available" });
    }
    if log.ranks_are_guessed {
        report
            .guess(format!("{} ranks: as many as the connections name. The log contains no communicator.", log.ranks));
    }
    if let Some(network) = &log.network {
        let over = log.provider.as_ref().map_or(String::new(), |provider| format!(" over {provider}"));
        report.read("Network", format!("{network}{over}"));
    }
    if let Some(search) = &log.search {
        let (intra, inter) = search.gb_s;
        let text = format!(
            "{} of {} and {} GB/s, {}",
            counted(search.channels as usize, "channel"),
            significant(intra),
            significant(inter),
            search.paths
        );
        report.read("NCCL's search", text);
    }
    for (kind, gb_s) in &log.system_gb_s {
        report.read(&format!("{kind} links"), format!("{} GB/s", significant(*gb_s)));
    }
    let rings: Vec<Vec<u64>> = log.rings.values().cloned().collect();
    report_rings(&rings, report);
    report_nics(log, report);
    for (name, value) in &log.environment {
        report.read(name, value.clone());
    }
    if rings.is_empty() {
        let seen: Vec<u64> = log.seen_ranks.iter().copied().collect();
        match (seen.first(), seen.last()) {
            (Some(first), Some(last)) if (seen.len() as u32) < log.ranks => {
                report
                    .warn(format!("The ring is known in part only: the log has the lines of ranks {first} to {last}."));
            }
            _ => report.warn("No ring is whole in this log."),
        }
    } else if log.unknown_channels > 0 {
        report.warn(match log.unknown_channels {
            1 => "The ring of 1 channel is not whole in this log.".to_owned(),
            channels => format!("The rings of {channels} channels are not whole in this log."),
        });
    }
    let through_memory = log.connections.values().filter(|via| **via == Via::SharedMemory).count();
    if through_memory > 0 || log.lacks_p2p {
        report.warn("GPUs of a node talk through memory of the host: peer access is off or missing.");
    }
    report.leave_out("Hosts, addresses, paths and processes: they are a person's own.");
}

/// The NIC of each connection over the network.
fn report_nics(log: &NcclDebugLog, report: &mut ImportReport) {
    let nets: Vec<(&(u64, u64), bool)> = log
        .connections
        .iter()
        .filter_map(|(ends, via)| match via {
            Via::Net { gdr, .. } => Some((ends, *gdr)),
            Via::P2p | Via::MultiNode | Via::SharedMemory | Via::Other => None,
        })
        .collect();
    if nets.is_empty() {
        return;
    }
    let listed = nets.iter().take(32).map(|(ends, _)| {
        let nics: Vec<usize> = log.nics.get(ends).into_iter().flatten().map(|nic| *nic as usize).collect();
        format!("{} -> {}: {}", ends.0, ends.1, numbered("NIC", &nics))
    });
    let listed: Vec<String> = listed.collect();
    let more = if nets.len() > 32 { "; …" } else { "" };
    report.read("NICs of the rings", format!("{}{more}", listed.join("; ")));
    let used: BTreeSet<u32> = log.nics.values().flatten().copied().collect();
    report.read("NICs in use", used.len().to_string());
    let direct = nets.iter().filter(|(_, gdr)| *gdr).count();
    report.read("GPUDirect RDMA", format!("{direct} of {}", counted(nets.len(), "connection")));
    // Sockets have none.
    if direct < nets.len() && log.network.as_deref() != Some("Socket") {
        let lacking = nets.len() - direct;
        let subject = match direct {
            0 => "No connection between hosts uses".to_owned(),
            _ if lacking == 1 => format!("1 of {} connections between hosts does not use", nets.len()),
            _ => format!("{lacking} of {} connections between hosts do not use", nets.len()),
        };
        report.warn(format!(
            "{subject} GPUDirect RDMA: data pass through memory of the host, which the scene does not show."
        ));
    }
}

impl NcclDebugLog {
    /// The calls of one rank as a sequence.
    fn operations(&self, report: &mut ImportReport) -> Result<Vec<OperationFile>, ImportError> {
        if self.calls.is_empty() {
            return Ok(Vec::new());
        }
        report.read("Calls", self.calls.len().to_string());
        let calls = self.calls.iter().take(PLAYED_CALLS);
        let operations: Vec<Operation> = calls.filter_map(|call| call.operation(self.ranks)).collect();
        if operations.len() < self.calls.len() {
            let left = self.calls.len() - operations.len();
            let left = counted(left, "call");
            report.leave_out(format!("{left}: more than {PLAYED_CALLS}, of other ranks, or without a size."));
        }
        report.guess("The calls follow each other without computation between: the log has no times.");
        Ok(files(that_fit(operations, self.ranks, report)?))
    }

    /// NCCL's ring with a link for each hop.
    fn ring_scene(&self, report: &mut ImportReport) -> RingScene {
        let known = self.rings.values().next().cloned();
        let ring = known.unwrap_or_else(|| {
            report.guess("The ring goes through the ranks in order, where the log does not tell it.");
            (0..u64::from(self.ranks)).collect()
        });
        let next = ring.iter().cycle().skip(1);
        let hops: Vec<(u64, u64)> = ring.iter().copied().zip(next.copied()).collect();
        if let Some(search) = &self.search {
            let channels = f64::from(search.channels);
            let local = self.ranks_per_node();
            let gb_s = |(from, to): &(u64, u64)| {
                let rate = if from / local == to / local { search.gb_s.0 } else { search.gb_s.1 };
                rate * channels
            };
            let link_gb_s = hops.iter().map(gb_s).collect();
            return RingScene { form: Form::NcclDebugLog, ring, link_gb_s, noun: "rank" };
        }
        report.guess(format!(
            "Rates by the kind of connection: {SHARED_MEMORY_GB_S} GB/s through memory, {P2P_GB_S} GB/s between GPUs, {NIC_GB_S} GB/s \
             over a NIC. NCCL_DEBUG_SUBSYS=INIT,GRAPH prints the real ones."
        ));
        self.guess_nodes(report);
        let local = self.ranks_per_node();
        let gb_s = |hop: &(u64, u64)| match self.connections.get(hop) {
            Some(Via::SharedMemory) => SHARED_MEMORY_GB_S,
            Some(Via::P2p | Via::MultiNode) => P2P_GB_S,
            Some(Via::Net { .. } | Via::Other) => NIC_GB_S,
            None if hop.0 / local != hop.1 / local => NIC_GB_S,
            None if self.lacks_p2p => SHARED_MEMORY_GB_S,
            None => P2P_GB_S,
        };
        let link_gb_s = hops.iter().map(gb_s).collect();
        RingScene { form: Form::NcclDebugLog, ring, link_gb_s, noun: "rank" }
    }
}

impl Call {
    /// The call as an operation among all ranks; `None` for other ranks, unknown types and empty messages.
    fn operation(&self, ranks: u32) -> Option<Operation> {
        let element_bytes = match self.datatype {
            0 | 1 | 10 | 11 => 1,
            2 | 3 | 7 => 4,
            4 | 5 | 8 => 8,
            6 | 9 => 2,
            _ => return None,
        };
        if self.ranks.is_some_and(|own| own != ranks) {
            return None;
        }
        let (collective, is_per_rank) = nccl_collective(&self.operation)?;
        let factor = if is_per_rank { u64::from(ranks) } else { 1 };
        let bytes = self.count.checked_mul(element_bytes)?.checked_mul(factor)?;
        (bytes > 0).then(|| Operation::collective(collective, bytes))
    }
}
