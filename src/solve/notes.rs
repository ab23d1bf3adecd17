//! Notes: what must be said beside a result so that it is read honestly. Codes are stable, texts are for people.

use serde::Serialize;

use super::solver::FabricRun;
use crate::catalog::{Figure, NvlinkMachine};
use crate::collective::{Root, StripLayout};
use crate::fabric::{LinkFigures, LinkId, Topology};
use crate::nccl::cost_table::TableEntry;
use crate::nccl::{MeasuredInputs, Protocol};
use crate::scene::{ChipAlgorithm, ChipFabric, ChipMachine, FabricKind, WaferFabric, WaferLayout, WafersFabric};
use crate::units::{Femtos, grouped, significant};

/// One sentence about a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Stable, for scripts.
    pub code: &'static str,
    /// For people.
    pub text: String,
}

fn note(code: &'static str, text: String) -> Note {
    Note { code, text }
}

/// Which algorithm `auto` has picked.
pub(crate) fn auto(picked: &str, among: &[&str]) -> Note {
    note("auto", format!("auto: {picked} is the fastest of {}", among.join(", ")))
}

/// What NCCL's own cost model has picked.
pub(crate) fn table_pick(entry: &TableEntry) -> Note {
    let text = format!(
        "NCCL's own cost model picks {} with {} and expects {} µs (NCCL 2.30.7)",
        entry.algorithm.name(),
        entry.protocol.name(),
        significant(entry.time_us)
    );
    note("nccl-table", text)
}

/// How a measured time and an ideal one compare with wafers, whose model has no software.
pub(crate) fn ideal_ratio((algorithm, ideal): (&str, Femtos), measured: Femtos, wafers: &[(String, Femtos)]) -> Note {
    let ratio = |time: Femtos, wafer: Femtos| significant(time.secs() / wafer.secs());
    let each = wafers
        .iter()
        .map(|(name, wafer)| format!("{}x {name} instead of {}x", ratio(ideal, *wafer), ratio(measured, *wafer)));
    let text = format!(
        "measured timing here, a cycle model there. With ideal timing ({algorithm}): {ideal}, {}",
        each.collect::<Vec<_>>().join(", ")
    );
    note("ideal-ratio", text)
}

/// Why a message does not fit the machine's memory; `None` if it does.
pub(crate) fn does_not_fit(run: &FabricRun) -> Option<Note> {
    match &run.scene.kind {
        FabricKind::Chips(fabric) => {
            let machine = fabric.machine.nvlink()?;
            (run.message.0 as f64 > machine.memory_gb.value * 1e9).then(|| {
                let (chip, memory) = (&machine.chip, machine.memory_gb.value);
                note("does-not-fit", format!("does not fit: {} per GPU, {chip} has {memory} GB", run.message))
            })
        }
        FabricKind::Wafer(fabric) => wafer_does_not_fit(run, fabric),
        // Gradients stream through; nothing is held.
        FabricKind::Wafers(_) => None,
    }
}

fn wafer_does_not_fit(run: &FabricRun, fabric: &WaferFabric) -> Option<Note> {
    let usable = fabric.machine.pe_usable_kib.value * 1024.0;
    let per_pe = match &fabric.layout {
        WaferLayout::PerPe { .. } => run.message.0 as f64,
        WaferLayout::Strips { layout, .. } => layout.bytes_per_pe(&fabric.mesh, run.message),
    };
    if per_pe <= usable {
        return None;
    }
    let text = match &fabric.layout {
        WaferLayout::PerPe { .. } => format!(
            "does not fit: {} per PE, of which {} KiB of {} KiB are usable (estimate)",
            run.message, fabric.machine.pe_usable_kib.value, fabric.machine.pe_memory_kib.value
        ),
        WaferLayout::Strips { .. } => {
            let pes = run.elements as f64;
            format!(
                "does not fit: {} replicas of {} are {} GB; {} holds {} GB, of which {} GB are usable for them (estimate: \
                 {} of {} KiB in each of the {} PEs in use)",
                run.ranks,
                run.message,
                significant(run.ranks as f64 * run.message.0 as f64 / 1e9),
                fabric.machine.name,
                fabric.machine.memory_gb.value,
                significant(pes * usable / 1e9),
                fabric.machine.pe_usable_kib.value,
                fabric.machine.pe_memory_kib.value,
                grouped(run.elements),
            )
        }
    };
    Some(note("does-not-fit", text))
}

/// The notes of a run on its own.
pub(crate) fn of(run: &FabricRun) -> Vec<Note> {
    let mut notes = match &run.scene.kind {
        FabricKind::Chips(fabric) => chips(run, fabric),
        FabricKind::Wafer(fabric) => wafer(run, fabric),
        FabricKind::Wafers(fabric) => wafers(fabric),
    };
    notes.extend(faults(run));
    notes
}

fn chips(run: &FabricRun, fabric: &ChipFabric) -> Vec<Note> {
    let mut notes = Vec::new();
    if fabric.algorithm == ChipAlgorithm::Nvls && run.result().is_some() {
        let text = "busbw may exceed the link: it counts 2(n-1)/n of the message, in-switch reduction puts S (1 + 1/n) on \
                    a link";
        notes.push(note("busbw-above-link", text.to_owned()));
    }
    notes.extend(tree_busbw(fabric));
    let delays = &run.scene.delays;
    if let (Some(result), true) = (run.result(), delays.launch > Femtos(0) && fabric.measured.is_none()) {
        let without = result.time.since(delays.launch);
        let text = format!(
            "launch, {} of {} µs, is software (grade: estimate); without it {} would need {} µs",
            delays.launch,
            micros(result.time),
            fabric.algorithm.label().split([',', ':']).next().unwrap_or_default(),
            micros(without)
        );
        notes.push(note("launch", text));
    }
    if delays.step > Femtos(0) {
        let text = match fabric.algorithm {
            ChipAlgorithm::Nvls | ChipAlgorithm::NvlsTree | ChipAlgorithm::DoubleBinaryTree => {
                "has no effect: this algorithm has no steps"
            }
            _ => "is software at each step (grade: estimate)",
        };
        notes.push(note("step-delay", format!("step delay, {}, {text}", delays.step)));
    }
    if let Some(inputs) = &fabric.measured {
        notes.push(measured(run, fabric, inputs));
        notes.extend(
            crate::solve::measured::candidate(inputs, fabric.algorithm, run.message)
                .and_then(|found| flags(found.protocol)),
        );
        notes.extend(measured_links(fabric, inputs));
        return notes;
    }
    let everybody = match &fabric.topology {
        Topology::Grid(grid) => Some(grid.chips()),
        Topology::Graph(graph) => Some(graph.nodes()),
        _ => None,
    };
    if let Some(chips) = everybody {
        let text =
            format!("every one of the {} chips is a rank: replicas of the workload are ignored", grouped(chips.into()));
        notes.push(note("ranks-are-chips", text));
    }
    notes.push(chip_parameters(fabric));
    notes
}

/// What the measured timing rests on.
fn measured(run: &FabricRun, fabric: &ChipFabric, inputs: &MeasuredInputs) -> Note {
    let candidate = crate::solve::measured::candidate(inputs, fabric.algorithm, run.message);
    let protocol = candidate.as_ref().map_or("", |candidate| candidate.protocol.name());
    let fill = match run.plan.fill() {
        Femtos(0) => String::new(),
        fill => format!(", fill of the pipeline {fill} (fitted)"),
    };
    let text = format!(
        "measured timing: start-up {} ({}){fill}, protocol {protocol}, constants fitted on public nccl-tests logs of {}{}; the \
         algorithm is the model's pick, not NCCL's",
        run.plan.launch(),
        run.launch_grade(),
        inputs.generation.name,
        inputs.network.as_ref().map_or(String::new(), |network| format!(" and {}", network.name)),
    );
    note("timing-measured", text)
}

/// Why a tree between nodes may show more busbw than the NICs carry.
fn tree_busbw(fabric: &ChipFabric) -> Option<Note> {
    let Topology::Cluster(cluster) = &fabric.topology else { return None };
    let of_nodes = match fabric.algorithm {
        ChipAlgorithm::NvlsTree => true,
        ChipAlgorithm::DoubleBinaryTree => fabric.measured.is_some(),
        _ => false,
    };
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
        cluster.nodes,
        significant(2.0 * (nodes - 1.0) / nodes)
    );
    Some(note("busbw-above-link", text))
}

/// What a protocol puts on the links beside the message.
fn flags(protocol: Protocol) -> Option<Note> {
    let text = match protocol {
        Protocol::Ll => "LL sends a flag with every 4 bytes: twice the bytes shown here are on the links",
        Protocol::Ll128 => {
            "LL128 sends 8 bytes of flags with every 120: 7 % more than the bytes shown here are on the links"
        }
        Protocol::Simple => return None,
    };
    Some(note("wire-is-payload", text.to_owned()))
}

/// Where the links of a measured cluster are not those of the data sheet: NICs that are not in use, and rates of the model
/// above a line rate.
fn measured_links(fabric: &ChipFabric, inputs: &MeasuredInputs) -> Vec<Note> {
    let mut notes = Vec::new();
    let (ChipMachine::Nvlink(machine), Some(network), Topology::Cluster(cluster)) =
        (&fabric.machine, &fabric.network, &fabric.topology)
    else {
        return notes;
    };
    let usual = network.nics_of_node(machine, inputs.gpus_per_node);
    if inputs.nics != usual {
        let text = format!("{} NICs of a node are in use; {usual} would be usual", significant(inputs.nics));
        notes.push(note("nics-in-use", text));
    }
    let above = |links: &LinkFigures, line_gb_s: f64| links.capacity.0 > line_gb_s * 1e9 * (1.0 + 1e-9);
    let line_gb_s = network.nic_gb_s.value;
    if above(&cluster.nic, line_gb_s * inputs.nics / f64::from(inputs.gpus_per_node)) {
        let text = format!(
            "NIC links carry {} GB/s per NIC here, above the line rate of {}: the model's constant of {} says so (fitted), \
             and links carry what is timed",
            significant(inputs.nics_gb_s() / inputs.nics),
            significant(line_gb_s),
            network.name
        );
        notes.push(note("nic-above-line-rate", text));
    }
    if above(&cluster.nvlink, machine.port_gb_s.value) {
        let text = format!(
            "NVLink carries {} here, above its {} GB/s: one ring stands for channels that leave a node at different GPUs, \
             of which each port has its share only",
            cluster.nvlink.capacity,
            significant(machine.port_gb_s.value)
        );
        notes.push(note("nvlink-above-line-rate", text));
    }
    notes
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
            add("GPU-NVSwitch link", &links, port.value, &port, &latency);
        }
        (ChipMachine::Nvlink(machine), Topology::Cluster(cluster)) => {
            let (port, latency) = nvlink(machine);
            add("GPU-NVSwitch link", &cluster.nvlink, port.value, &port, &latency);
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
                Topology::FullMesh(mesh) => Some(mesh.links),
                _ => None,
            };
            if let Some(links) = links {
                add("link", &links, machine.link_gb_s.value, &machine.link_gb_s, &machine.link_latency_ns);
            }
        }
        _ => {}
    }
    note("link-parameters", parts.join("; "))
}

fn wafers(fabric: &WafersFabric) -> Vec<Note> {
    let (tree, machine) = (&fabric.tree, &fabric.machine);
    let capacity = grade(tree.links.capacity.0 / 1e9, &machine.link_gb_s);
    let latency = grade(tree.links.latency.secs() * 1e9, &machine.hop_latency_ns);
    let streamed = "gradients stream out of each wafer as they are formed and are added on their way: no wafer holds the \
                    message, and the optimizer works at the root (Cerebras, weight streaming)";
    let text = format!(
        "{} wafers, {} levels of SwarmX 1:{}, link {} ({capacity}), hop {} ({latency})",
        tree.wafers,
        tree.depth(),
        tree.fan_out,
        tree.links.capacity,
        tree.links.latency
    );
    vec![note("streamed", streamed.to_owned()), note("link-parameters", text)]
}

/// Names of links that a note lists before it only counts.
const LISTED: usize = 3;

/// What is broken or slow.
fn faults(run: &FabricRun) -> Vec<Note> {
    let mut notes = Vec::new();
    let scene = &run.scene;
    let changed = run.fabric.changed();
    if !changed.is_empty() {
        let word = |&(link, share): &(LinkId, f64)| match share {
            0.0 => format!("{} is down", run.fabric.link_name(link)),
            // 50 %, not 50.00 %.
            _ => format!("{} at {} %", run.fabric.link_name(link), (1e4 * share).round() / 100.0),
        };
        let mut words: Vec<String> = changed.iter().take(LISTED).map(word).collect();
        if changed.len() > LISTED {
            words.push(format!("and {} more", changed.len() - LISTED));
        }
        notes.push(note("links-changed", words.join(", ")));
    }
    let late = scene.delays.start.iter().filter(|delay| delay.0 > 0).count();
    if late > 0 {
        let text = format!(
            "{} of {} ranks come late, the last one by {}",
            grouped(late as u64),
            grouped(scene.delays.start.len() as u64),
            scene.delays.last_start()
        );
        notes.push(note("late-ranks", text));
    }
    for traffic in &scene.traffic {
        let (from, to) = (scene.rank_name(traffic.from), scene.rank_name(traffic.to));
        let text = format!("other traffic: {} from {from} to {to}", traffic.rate);
        notes.push(note("other-traffic", text));
    }
    notes
}

fn wafer(run: &FabricRun, fabric: &WaferFabric) -> Vec<Note> {
    let mut notes = Vec::new();
    match &fabric.layout {
        WaferLayout::PerPe { .. } => {
            let text = format!("every PE is a rank with its own {}: replicas of the workload are ignored", run.message);
            notes.push(note("ranks-are-pes", text));
        }
        WaferLayout::Strips { layout, root, .. } => strips(&mut notes, run, fabric, layout, *root),
    }
    let machine = &fabric.machine;
    let parameters = [
        ("clock", format!("{} GHz", fabric.mesh.clock_hz / 1e9), fabric.mesh.clock_hz / 1e9, &machine.clock_ghz),
        ("hop", cycles(fabric.mesh.hop_cycles), fabric.mesh.hop_cycles, &machine.hop_cycles),
        ("T_R", cycles(fabric.mesh.ramp_cycles), fabric.mesh.ramp_cycles, &machine.ramp_cycles),
        ("turn", cycles(fabric.mesh.turn_cycles), fabric.mesh.turn_cycles, &machine.turn_cycles),
    ]
    .map(|(name, shown, value, figure)| format!("{name} {shown} ({})", grade(value, figure)));
    notes.push(note("wafer-parameters", parameters.join(", ")));
    notes
}

/// The catalog's grade of a figure, unless the scene departs from it.
fn grade(value: f64, figure: &Figure) -> &'static str {
    grade_of(value, figure.value, figure)
}

/// The same for a value that is expected to be a multiple of the figure.
fn grade_of(value: f64, expected: f64, figure: &Figure) -> &'static str {
    if (value - expected).abs() <= 1e-9 * expected.abs() { figure.grade.word() } else { "set here" }
}

fn strips(notes: &mut Vec<Note>, run: &FabricRun, fabric: &WaferFabric, layout: &StripLayout, root: Root) {
    notes.push(note("strips-derived", "strips: derived, never measured on silicon".to_owned()));
    let rounds = layout.rounds();
    let least = layout.strip_width / rounds;
    let at_once = layout.classes_per_round;
    if rounds > 1 {
        let from = if f64::from(at_once) == fabric.machine.classes_per_round.value { "24 colours" } else { "set here" };
        let mut text = format!(
            "{} column classes cross each strip edge, at most {at_once} at once ({from}): {rounds} rounds",
            layout.strip_width
        );
        // A class alone is bound by ramps, not by links: then more than latencies is added.
        if let (Some(result), true) = (run.result(), least > 1) {
            let added = added_by_rounds(fabric, layout, root, rounds);
            let in_one = micros(result.time.since(added));
            text.push_str(&format!(", which add {} µs ({in_one} µs in one)", micros(added)));
        }
        notes.push(note("colour-rounds", text));
    }
    if least == 1 {
        let text = "one column class at a time: ramps bind, which take sum and copy, not the links between PEs";
        notes.push(note("ramp-bound", text.to_owned()));
    }
    let needed = 2 * at_once.min(layout.strip_width);
    if f64::from(needed) > fabric.machine.colours.value {
        let text = format!(
            "not possible on this machine: {} classes at once need {needed} colours, a router has {}",
            needed / 2,
            fabric.machine.colours.value
        );
        notes.push(note("colours", text));
    }
    let text = "arbitration assumed: a PE's own column class first (round robin would add about 1 %)";
    notes.push(note("arbitration", text.to_owned()));
    if layout.idle_columns > 0 {
        let text = format!("{} of {} columns stay idle", layout.idle_columns, fabric.mesh.width);
        notes.push(note("idle-columns", text));
    }
}

/// What the second and later rounds add: one latency of the pattern each (engine-model section 4).
/// Streamed or not, a round's head passes once there and once back.
fn added_by_rounds(fabric: &WaferFabric, layout: &StripLayout, root: Root, rounds: u32) -> Femtos {
    let mesh = &fabric.mesh;
    let root = layout.root_strip(root);
    let distance = f64::from(root.max(layout.strips - 1 - root));
    let strip = f64::from(layout.strip_width) * mesh.hop_cycles;
    let round = distance * (2.0 * strip + mesh.processing_cycles()) + mesh.processing_cycles();
    mesh.cycles(f64::from(rounds - 1) * round)
}

fn cycles(number: f64) -> String {
    format!("{number} {}", if number == 1.0 { "cycle" } else { "cycles" })
}

/// Microseconds with three decimals, as in the field's tables.
fn micros(time: Femtos) -> String {
    format!("{:.3}", time.secs() * 1e6)
}

/// Says where the fabrics of a scene are not like for like.
pub(crate) fn compare(runs: &mut [FabricRun]) {
    let facts: Vec<(String, u64, bool)> =
        runs.iter().map(|run| (run.scene.name.clone(), run.ranks, run.result().is_some())).collect();
    for (index, run) in runs.iter_mut().enumerate() {
        for (name, ranks, ran) in facts.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, f)| f) {
            if *ranks != run.ranks && *ran && run.result().is_some() {
                let text =
                    format!("not like for like: {} ranks here, {} on {name}", grouped(run.ranks), grouped(*ranks));
                run.notes.push(note("ranks-differ", text));
            }
        }
    }
}
