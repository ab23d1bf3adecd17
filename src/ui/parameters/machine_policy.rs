//! What else must change in a scene when machine, layout, timing, network or number of nodes change.
//!
//! To be replaced by `scene::machine_change`, so that scripts and the page can use it: the panels call these functions
//! and nothing else.

use super::settings::{field, set};
use crate::catalog::{Machine, NvlinkMachine};
use crate::fabric::Topology;
use crate::scene::{AUTO, FabricKind, FabricScene, Setting};
use crate::session::Session;

/// Largest message that a change to one rank per PE keeps, bytes. A PE holds 40 KiB, far less than a replica's gradient.
const MAX_MESSAGE_PER_PE: u64 = 4096;

/// All parameters by which a scene may depart from the catalog.
const PARAMS: [&str; 18] = [
    "link_capacity",
    "link_latency",
    "launch",
    "step_delay",
    "clock_ghz",
    "hop_cycles",
    "turn_cycles",
    "ramp_cycles",
    "classes_per_round",
    "broadcast",
    "nic_capacity",
    "nic_latency",
    "first_partner",
    "blocking_sends",
    "host",
    "channels",
    "nvls_channels",
    "nics",
];

/// Another machine: drops what concerns the old one and what the new one does not accept.
pub(super) fn change_machine(session: &Session, index: usize, fabric: &FabricScene, machine: &str) -> Vec<Setting> {
    let at = |name: &str| field(index, name);
    let mut settings = vec![
        set(at("machine"), machine),
        set(at("name"), session.catalog().get(machine).map_or(machine, Machine::name)),
    ];
    for param in PARAMS {
        settings.push(set(at(&format!("params.{param}")), "None"));
    }
    let replicas = session.scene().replicas;
    let faults = session.file().fabrics.get(index).is_some_and(|fabric| !fabric.faults.is_empty());
    if faults {
        // Degradations name links and chips of the old machine.
        settings.push(set(at("faults"), "[]"));
    }
    for (name, plain) in
        [("region", "None"), ("layout", "None"), ("network", "None"), ("nodes", "1"), ("graph", "None")]
    {
        settings.push(set(at(name), plain));
    }
    settings.push(set(at("timing"), "ideal"));
    let limit = |most: u32| (replicas > most).then(|| set("workload.replicas", most));
    match (session.catalog().get(machine), &fabric.kind) {
        (Some(Machine::Nvlink(machine)), kind) => {
            let kept = matches!(kind, FabricKind::Chips(chips) if matches!(chips.topology, Topology::Switch(_)));
            if !kept {
                settings.push(set(at("algorithm"), AUTO));
            }
            settings.extend(limit(machine.gpus.count()));
        }
        (Some(Machine::Wafer(_)), kind) => {
            let layout = session.file().fabrics.get(index).and_then(|fabric| fabric.layout.clone());
            match (kind, layout) {
                (FabricKind::Wafer(_), Some(layout)) => settings.push(set(at("layout"), layout)),
                (FabricKind::Wafer(_), None) => {}
                _ => {
                    settings.push(set(at("layout"), "strips"));
                    settings.push(set(at("algorithm"), "strips-middle"));
                }
            }
        }
        (Some(Machine::WaferCluster(machine)), _) => {
            settings.push(set(at("algorithm"), AUTO));
            settings.extend(limit(machine.wafers.count()));
        }
        (Some(Machine::Free(machine)), _) => {
            settings.push(set(at("algorithm"), "ring"));
            if matches!(machine.id.as_str(), "mesh" | "torus") {
                settings.push(set(at("region"), "8x8"));
            }
        }
        _ => {}
    }
    settings
}

/// Another layout of a wafer: each replica on a strip.
pub(super) fn change_to_strips(index: usize) -> Vec<Setting> {
    vec![
        set(field(index, "layout"), "strips"),
        set(field(index, "algorithm"), "strips-middle"),
        set(field(index, "params.broadcast"), "None"),
    ]
}

/// Another layout of a wafer: each PE with a vector of its own, which its memory must hold.
pub(super) fn change_to_rank_per_pe(session: &Session, index: usize) -> Vec<Setting> {
    let mut settings = vec![
        set(field(index, "layout"), "per-pe"),
        set(field(index, "algorithm"), "chain-xy"),
        set(field(index, "params.broadcast"), "None"),
    ];
    if session.scene().message.0 > MAX_MESSAGE_PER_PE {
        settings.push(set("workload.message", "4KiB"));
    }
    settings
}

/// Another timing: parameters of the old timing do not apply to the new one.
pub(super) fn change_timing(index: usize, timing: &str) -> Vec<Setting> {
    let mut settings = vec![set(field(index, "timing"), timing), set(field(index, "algorithm"), AUTO)];
    settings.extend(PARAMS.map(|param| set(field(index, &format!("params.{param}")), "None")));
    settings
}

/// One node without a network.
pub(super) fn change_to_one_node(session: &Session, index: usize, machine: &NvlinkMachine) -> Vec<Setting> {
    let replicas = session.scene().replicas;
    vec![
        set(field(index, "network"), "None"),
        set(field(index, "nodes"), 1),
        set(field(index, "params.nic_capacity"), "None"),
        set(field(index, "params.nic_latency"), "None"),
        set(field(index, "algorithm"), AUTO),
        set("workload.replicas", replicas.min(machine.gpus.count())),
    ]
}

/// Another network between the same nodes.
pub(super) fn change_network(index: usize, network: &str) -> Vec<Setting> {
    vec![set(field(index, "network"), format!("Some(\"{network}\")"))]
}

/// A first network: two nodes share the replicas evenly.
pub(super) fn change_to_two_nodes(session: &Session, index: usize, network: &str) -> Vec<Setting> {
    let replicas = session.scene().replicas;
    let mut settings = change_network(index, network);
    settings.extend([
        set(field(index, "nodes"), 2),
        set(field(index, "algorithm"), "hierarchical"),
        set("workload.replicas", 2 * (replicas / 2)),
    ]);
    settings
}

/// Another number of nodes, all of them full.
pub(super) fn change_nodes(index: usize, nodes: i64, gpus_per_node: u32) -> Vec<Setting> {
    vec![set(field(index, "nodes"), nodes), set("workload.replicas", nodes * i64::from(gpus_per_node))]
}
