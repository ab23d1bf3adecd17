//! Notes on GPUs and other chips: software, trees, and the figures that were used.

use super::grades::{grade, grade_of};
use super::measured;
use crate::catalog::{Figure, FreeMachine, NvlinkMachine};
use crate::fabric::{Graph, GraphLink, LinkFigures, Topology};
use crate::scene::{ChipAlgorithm, ChipFabric, ChipMachine};
use crate::solve::note::{Note, NoteCode};
use crate::solve::run::FabricRun;
use crate::units::{BytesPerSec, Femtos, grouped, significant};

/// The notes of a run among chips.
pub(super) fn notes(run: &FabricRun, fabric: &ChipFabric) -> Vec<Note> {
    let mut notes = Vec::new();
    if fabric.algorithm == ChipAlgorithm::Nvls && run.result().is_some() {
        let text = "busbw may exceed the link: it counts 2(n-1)/n of the message, in-switch reduction puts S (1 + 1/n) on \
                    a link";
        notes.push(Note::new(NoteCode::BusbwAboveLink, text));
    }
    notes.extend(tree_busbw(fabric));
    let delays = &run.scene.delays;
    if let (Some(result), true) = (run.result(), delays.launch > Femtos(0) && fabric.measured.is_none()) {
        let without = result.time.since(delays.launch);
        let text = format!(
            "launch, {} of {}, is software (grade: estimate); without it {} would need {}",
            delays.launch,
            result.time,
            fabric.algorithm.label().split([',', ':']).next().unwrap_or_default(),
            without
        );
        notes.push(Note::new(NoteCode::Launch, text));
    }
    if delays.step > Femtos(0) {
        let text = if fabric.algorithm.has_steps() {
            "is software at each step (grade: estimate)"
        } else {
            "has no effect: this algorithm has no steps"
        };
        notes.push(Note::new(NoteCode::StepDelay, format!("step delay, {}, {text}", delays.step)));
    }
    if let Some(inputs) = &fabric.measured {
        notes.extend(measured::notes(run, fabric, inputs));
        return notes;
    }
    if let Some(chips) = chips_of_topology(&fabric.topology) {
        let text =
            format!("every one of the {} chips is a rank: replicas of the workload are ignored", grouped(chips.into()));
        notes.push(Note::new(NoteCode::RanksAreChips, text));
    }
    notes.push(chip_parameters(fabric));
    notes
}

/// Why a tree between nodes may show more busbw than the NICs carry.
fn tree_busbw(fabric: &ChipFabric) -> Option<Note> {
    let Topology::Cluster(cluster) = &fabric.topology else { return None };
    let measured_tree = fabric.algorithm == ChipAlgorithm::DoubleBinaryTree && fabric.measured.is_some();
    let of_nodes = fabric.algorithm == ChipAlgorithm::NvlsTree || measured_tree;
    if !of_nodes || cluster.nodes < 2 {
        return None;
    }
    let nodes = f64::from(cluster.nodes);
    let inside = if fabric.algorithm == ChipAlgorithm::NvlsTree {
        format!("; inside, in-switch reduction puts S (1 + 1/{}) on a link", cluster.gpus_per_node)
    } else {
        String::new()
    };
    let text = format!(
        "busbw may exceed the NICs of a node: it counts 2(n-1)/n of the message, a tree over {} nodes puts {} S on a \
         node's NICs each way{inside}",
        grouped(cluster.nodes.into()),
        significant(2.0 * (nodes - 1.0) / nodes)
    );
    Some(Note::new(NoteCode::BusbwAboveLink, text))
}

/// The figures that were used, with their grades.
fn chip_parameters(fabric: &ChipFabric) -> Note {
    let mut parts = Vec::new();
    let mut add = |name: &str, links: &LinkFigures, gb_s: f64, grade_gb_s: &Figure, ns: &Figure| {
        let capacity = grade_of(links.capacity.0 / 1e9, gb_s, grade_gb_s);
        let latency = grade(links.latency.secs() * 1e9, ns);
        parts.push(format!("{name} {} ({capacity}), {} ({latency})", links.capacity, links.latency));
    };
    let nvlink = |machine: &NvlinkMachine| (machine.port_gb_s.clone(), machine.link_latency_ns.clone());
    match (&fabric.machine, &fabric.topology) {
        (ChipMachine::Nvlink(machine), Topology::Switch(switch)) => {
            let (port, latency) = nvlink(machine);
            let links = LinkFigures { capacity: switch.capacity, latency: switch.latency };
            add(&format!("GPU-{} link", switch.hub.hub()), &links, port.value, &port, &latency);
        }
        (ChipMachine::Nvlink(machine), Topology::Cluster(cluster)) => {
            let (port, latency) = nvlink(machine);
            add(&format!("GPU-{} link", cluster.hub.hub()), &cluster.nvlink, port.value, &port, &latency);
            if let Some(network) = &fabric.network {
                let gpus = cluster.gpus_per_node;
                let nic_gb_s = network.nic_gb_s.value * network.nics_of_node(machine, gpus) / f64::from(gpus);
                add(&network.name, &cluster.nic, nic_gb_s, &network.nic_gb_s, &network.nic_latency_ns);
            }
        }
        (ChipMachine::Free(machine), topology) => {
            let links = match topology {
                Topology::Switch(switch) => Some(LinkFigures { capacity: switch.capacity, latency: switch.latency }),
                Topology::Grid(grid) => Some(grid.links),
                Topology::Torus(torus) => Some(torus.axes[0].links),
                Topology::FullMesh(mesh) => Some(mesh.links),
                Topology::Graph(graph) => equal_links(graph),
                Topology::Cluster(_) | Topology::Mesh(_) | Topology::Wafers(_) => None,
            };
            if let Some(links) = links {
                add("link", &links, machine.link_gb_s.value, &machine.link_gb_s, &machine.link_latency_ns);
                if let (Topology::Torus(torus), Some(figure)) = (topology, &machine.z_link_gb_s)
                    && torus.axes[2].length > 1
                {
                    add("link along z", &torus.axes[2].links, figure.value, figure, &machine.link_latency_ns);
                }
            } else if let Topology::Graph(graph) = topology {
                parts.push(range_of_links(graph, machine));
            }
        }
        (ChipMachine::Nvlink(_), _) => {}
    }
    Note::new(NoteCode::LinkParameters, parts.join("; "))
}

/// The figures of all links of a graph. `None` if they differ.
fn equal_links(graph: &Graph) -> Option<LinkFigures> {
    let figures = |link: &GraphLink| LinkFigures { capacity: link.spec.capacity, latency: link.spec.latency };
    let first = figures(graph.links().first()?);
    graph.links().iter().all(|link| figures(link) == first).then_some(first)
}

/// The figures of the links of a graph, from the least to the greatest.
fn range_of_links(graph: &Graph, machine: &FreeMachine) -> String {
    let specs = || graph.links().iter().map(|link| link.spec);
    let slowest = specs().map(|spec| spec.capacity.0).fold(f64::INFINITY, f64::min);
    let fastest = specs().map(|spec| spec.capacity.0).fold(0.0, f64::max);
    let latencies = (specs().map(|spec| spec.latency).min(), specs().map(|spec| spec.latency).max());
    let range = |low: String, high: String| if low == high { low } else { format!("{low} to {high}") };
    let capacity = range(BytesPerSec(slowest).to_string(), BytesPerSec(fastest).to_string());
    let latency = range(latencies.0.unwrap_or_default().to_string(), latencies.1.unwrap_or_default().to_string());
    let (default, default_latency) =
        (BytesPerSec(machine.link_gb_s.value * 1e9), Femtos::from_secs(machine.link_latency_ns.value * 1e-9));
    format!(
        "links {capacity}, {latency}; {default} and {default_latency}, unless the scene sets them, are round numbers (estimate)"
    )
}

/// The number of chips, for topologies whose size does not follow the replicas.
fn chips_of_topology(topology: &Topology) -> Option<u32> {
    match topology {
        Topology::Grid(_) | Topology::Torus(_) | Topology::Graph(_) => Some(topology.ranks()),
        Topology::Switch(_)
        | Topology::Cluster(_)
        | Topology::FullMesh(_)
        | Topology::Mesh(_)
        | Topology::Wafers(_) => None,
    }
}
