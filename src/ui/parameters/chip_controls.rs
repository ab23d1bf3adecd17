//! Timing, network and nodes of an NVLink machine.

use egui::Ui;

use super::settings::{field, set};
use crate::fabric::Topology;
use crate::scene::{ChipFabric, ChipMachine, Setting, TimingChoice};
use crate::session::Intent;
use crate::ui::model::Model;
use crate::ui::text::parameters as text;
use crate::ui::widgets::{choice, drag_or_set, slider};

/// The slider goes up to nodes of this many GPUs together, or to the present number of nodes.
const MAX_GPUS: u32 = 256;

/// The id of the choice of no network.
const NO_NETWORK: &str = "none";

pub(super) fn chip_controls_ui(
    ui: &mut Ui,
    model: &Model,
    index: usize,
    fabric: &ChipFabric,
    intents: &mut Vec<Intent>,
) {
    let ChipMachine::Nvlink(machine) = &fabric.machine else { return };
    network(ui, model, index, fabric, intents);
    nodes(ui, model, index, fabric, intents);
    if !machine.nccl.is_empty() {
        timing(ui, model, index, fabric, intents);
    }
}

/// The GPUs of a fabric by node.
#[derive(Clone, Copy)]
struct NodeCounts {
    nodes: u32,
    gpus_per_node: u32,
}

fn node_counts(fabric: &ChipFabric) -> NodeCounts {
    match &fabric.topology {
        Topology::Cluster(cluster) => NodeCounts { nodes: cluster.nodes, gpus_per_node: cluster.gpus_per_node },
        Topology::Switch(_)
        | Topology::Mesh(_)
        | Topology::Wafers(_)
        | Topology::Grid(_)
        | Topology::FullMesh(_)
        | Topology::Graph(_) => NodeCounts { nodes: 1, gpus_per_node: fabric.ranks() },
    }
}

fn timing(ui: &mut Ui, model: &Model, index: usize, fabric: &ChipFabric, intents: &mut Vec<Intent>) {
    let current = if fabric.measured.is_some() { TimingChoice::Measured } else { TimingChoice::Ideal };
    let timings = [
        (TimingChoice::Ideal.as_str(), text::IDEAL_TIMING.to_owned()),
        (TimingChoice::Measured.as_str(), text::MEASURED_TIMING.to_owned()),
    ];
    let chosen = choice(ui, &format!("timing of fabric {index}"), text::TIMING, current.as_str(), &timings);
    if let Some(timing) = chosen.and_then(TimingChoice::find) {
        intents.push(Intent::Set(model.session.document.timing_change(index, timing)));
    }
}

fn network(ui: &mut Ui, model: &Model, index: usize, fabric: &ChipFabric, intents: &mut Vec<Intent>) {
    let mut networks = vec![(NO_NETWORK, text::ONE_NODE.to_owned())];
    networks.extend(model.session.catalog().networks().map(|network| (network.id.as_str(), network.name.clone())));
    let current = fabric.network.as_ref().map_or(NO_NETWORK, |network| network.id.as_str());
    if let Some(network) = choice(ui, &format!("network of fabric {index}"), text::NETWORK, current, &networks) {
        let network = (network != NO_NETWORK).then_some(network);
        intents.push(Intent::Set(model.session.document.network_change(index, network)));
    }
}

fn nodes(ui: &mut Ui, model: &Model, index: usize, fabric: &ChipFabric, intents: &mut Vec<Intent>) {
    let NodeCounts { nodes, gpus_per_node } = node_counts(fabric);
    if nodes <= 1 {
        return;
    }
    let max = i64::from((MAX_GPUS / gpus_per_node.max(1)).max(nodes));
    if let Some(nodes) = slider(ui, model.theme(), text::NODES, &nodes.to_string(), i64::from(nodes), 2..=max) {
        let settings = nodes_change(index, nodes, gpus_per_node);
        intents.push(drag_or_set(ui, Intent::Set(settings)));
    }
}

/// Another number of nodes; all their GPUs take part.
fn nodes_change(index: usize, nodes: i64, gpus_per_node: u32) -> Vec<Setting> {
    vec![set(field(index, "nodes"), nodes), set("workload.replicas", nodes * i64::from(gpus_per_node))]
}
