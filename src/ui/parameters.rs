//! The left panel: message, replicas, and for each fabric machine, algorithm, layout and its figures.

use egui::Ui;

use super::widgets::{SCROLL_BAR, choice, section, slid, slider};
use super::{Model, set};
use crate::catalog::{Machine, NvlinkMachine};
use crate::fabric::{LinkFigures, Topology};
use crate::scene::letter;
use crate::scene::{
    AUTO, ChipFabric, ChipMachine, FabricKind, FabricScene, NCCL_TABLE, Setting, WaferFabric, WaferLayout, choices,
};
use crate::session::Intent;
use crate::style::Theme;
use crate::sweep::NamedLinks;
use crate::units::{Bytes, BytesPerSec};

/// Largest message of the slider: 16 GiB.
const MAX_EXPONENT: i64 = 34;

pub(super) fn show(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    // Always in sight, where there is room for both.
    let low = ui.available_height() <= 480.0;
    if !low {
        egui::Panel::bottom("view controls")
            .resizable(false)
            .frame(egui::Frame::new().inner_margin(egui::Margin { right: SCROLL_BAR as i8, ..egui::Margin::ZERO }))
            .show_separator_line(true)
            .show(ui, |ui| super::view_controls::show(ui, model, intents));
    }
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        // The bar stands beside what it moves, not over it.
        ui.set_max_width(ui.available_width() - SCROLL_BAR);
        section(ui, theme, "WORKLOAD");
        workload(ui, model, theme, intents);
        for (index, fabric) in model.session.scene().fabrics.iter().enumerate() {
            ui.add_space(3.0 * Theme::STEP);
            section(ui, theme, &format!("{}   {}", letter(index), fabric.name));
            fabric_controls(ui, model, index, fabric, intents);
        }
        if low {
            ui.add_space(3.0 * Theme::STEP);
            super::view_controls::show(ui, model, intents);
        }
    });
}

fn workload(ui: &mut Ui, model: &Model, theme: &Theme, intents: &mut Vec<Intent>) {
    let scene = model.session.scene();
    // Powers of two; a message in between stands at the one below it.
    let exponent = i64::from(scene.message.0.max(1).ilog2());
    let shown = scene.message.to_string();
    if let Some(exponent) = slider(ui, theme, "Gradient per replica", &shown, exponent, 0..=MAX_EXPONENT) {
        intents.push(slid(ui, Intent::Set(vec![set("workload.message", Bytes(1 << exponent).to_field())])));
    }
    let most = scene.fabrics.iter().map(FabricScene::most_replicas).min().unwrap_or(2).max(2);
    let replicas = i64::from(scene.replicas);
    if let Some(replicas) = slider(ui, theme, "Replicas", &replicas.to_string(), replicas, 2..=i64::from(most)) {
        intents.push(slid(ui, Intent::Set(vec![set("workload.replicas", replicas)])));
    }
}

fn fabric_controls(ui: &mut Ui, model: &Model, index: usize, fabric: &FabricScene, intents: &mut Vec<Intent>) {
    let at = |field: &str| format!("fabrics.{index}.{field}");
    let id = |control: &str| format!("{control} of fabric {index}");
    let machines: Vec<(&str, String)> =
        machines(model).map(|machine| (machine.id(), machine.name().to_owned())).collect();
    let machine_id = match &fabric.kind {
        FabricKind::Chips(chips) => chips.machine.id(),
        FabricKind::Wafer(wafer) => &wafer.machine.id,
        FabricKind::Wafers(wafers) => &wafers.machine.id,
    };
    if let Some(machine) = choice(ui, &id("machine"), "Machine", machine_id, &machines) {
        intents.push(Intent::Set(other_machine(model, index, fabric, machine)));
    }
    let played = model.session.runs.get(index).map_or("", |run| run.algorithm.as_str());
    let mut algorithms = vec![(AUTO, format!("auto: {played}"))];
    if let FabricKind::Chips(ChipFabric { measured: Some(inputs), .. }) = &fabric.kind {
        let picked = inputs.table_pick(model.session.scene().message.0);
        let picked = picked.map_or_else(
            || "it has none".to_owned(),
            |entry| format!("{} with {}", entry.algorithm.name(), entry.protocol.name()),
        );
        algorithms.push((NCCL_TABLE, format!("As NCCL's table: {picked}")));
    }
    algorithms.extend(choices(&fabric.kind).into_iter().map(|(id, words)| (id, capital(words))));
    if let FabricKind::Wafer(wafer) = &fabric.kind {
        let (current, strips) = match &wafer.layout {
            WaferLayout::PerPe { .. } => ("per-pe", "Replicas as strips".to_owned()),
            WaferLayout::Strips { layout, .. } => {
                let columns = if layout.strip_width == 1 { "column" } else { "columns" };
                ("strips", format!("{} strips of {} {columns}", layout.strips, layout.strip_width))
            }
        };
        let layouts = [("strips", strips), ("per-pe", "Every PE a rank".to_owned())];
        if let Some(layout) = choice(ui, &id("layout"), "Layout", current, &layouts) {
            let algorithm = if layout == "per-pe" { "chain-xy" } else { "strips-middle" };
            let mut settings =
                vec![set(at("layout"), layout), set(at("algorithm"), algorithm), set(at("params.broadcast"), "None")];
            // A rank per PE holds at most what a PE has: a gradient per replica never fits.
            if layout == "per-pe" && model.session.scene().message.0 > 4096 {
                settings.push(set("workload.message", "4KiB"));
            }
            intents.push(Intent::Set(settings));
        }
    }
    if let Some(algorithm) = choice(ui, &id("algorithm"), "Algorithm", &fabric.algorithm, &algorithms) {
        intents.push(Intent::Set(vec![set(at("algorithm"), algorithm)]));
    }
    match &fabric.kind {
        FabricKind::Chips(chips) => chip_figures(ui, model, index, chips, intents),
        FabricKind::Wafer(wafer) => wafer_figures(ui, model, index, wafer, intents),
        FabricKind::Wafers(_) => {}
    }
    if let Some(NamedLinks { label: name, figures: links }) = fabric.links() {
        link_figures(ui, model, index, (name, "Link latency", "link"), 50e9, links, intents);
    }
    if let Some(nics) = fabric.nics() {
        // In steps of 50 Gb/s.
        link_figures(ui, model, index, ("NIC, one way", "NIC latency", "nic"), 6.25e9, nics, intents);
    }
}

/// What a fabric can be made of: all but networks, and graphs, which need a list of links.
fn machines<'a>(model: &Model<'a>) -> impl Iterator<Item = &'a Machine> {
    let offered = |machine: &&Machine| !matches!(machine, Machine::Network(_)) && machine.id() != "graph";
    model.session.catalog().machines().iter().filter(offered)
}

/// With a capital letter, as an entry of a menu.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn chip_figures(ui: &mut Ui, model: &Model, index: usize, fabric: &ChipFabric, intents: &mut Vec<Intent>) {
    if let ChipMachine::Nvlink(machine) = &fabric.machine {
        node_controls(ui, model, index, fabric, machine, intents);
        if !machine.nccl.is_empty() {
            timing(ui, index, fabric, intents);
        }
    }
}

/// Ideal timing, or what NCCL takes on real clusters.
fn timing(ui: &mut Ui, index: usize, fabric: &ChipFabric, intents: &mut Vec<Intent>) {
    let at = |field: &str| format!("fabrics.{index}.{field}");
    let current = if fabric.measured.is_some() { "measured" } else { "ideal" };
    let timings = [("ideal", "Ideal timing".to_owned()), ("measured", "Measured timing".to_owned())];
    if let Some(timing) = choice(ui, &format!("timing of fabric {index}"), "Timing", current, &timings) {
        let mut settings = vec![set(at("timing"), timing), set(at("algorithm"), AUTO)];
        for param in PARAMS {
            settings.push(set(at(&format!("params.{param}")), "None"));
        }
        intents.push(Intent::Set(settings));
    }
}

/// How many nodes there are, and the network between them.
fn node_controls(
    ui: &mut Ui,
    model: &Model,
    index: usize,
    fabric: &ChipFabric,
    machine: &NvlinkMachine,
    intents: &mut Vec<Intent>,
) {
    let at = |field: &str| format!("fabrics.{index}.{field}");
    let (nodes, per_node) = match &fabric.topology {
        Topology::Cluster(cluster) => (cluster.nodes, cluster.gpus_per_node),
        _ => (1, fabric.ranks()),
    };
    let mut networks = vec![("none", "One node".to_owned())];
    networks.extend(model.session.catalog().networks().map(|network| (network.id.as_str(), network.name.clone())));
    let current = fabric.network.as_ref().map_or("none", |network| network.id.as_str());
    let id = format!("network of fabric {index}");
    if let Some(network) = choice(ui, &id, "Network", current, &networks) {
        let replicas = model.session.scene().replicas;
        intents.push(Intent::Set(if network == "none" {
            vec![
                set(at("network"), "None"),
                set(at("nodes"), 1),
                set(at("params.nic_capacity"), "None"),
                set(at("params.nic_latency"), "None"),
                set(at("algorithm"), AUTO),
                set("workload.replicas", replicas.min(machine.gpus.count())),
            ]
        } else if nodes > 1 {
            vec![set(at("network"), format!("Some(\"{network}\")"))]
        } else {
            vec![
                set(at("network"), format!("Some(\"{network}\")")),
                set(at("nodes"), 2),
                set(at("algorithm"), "hierarchical"),
                set("workload.replicas", 2 * (replicas / 2)),
            ]
        }));
    }
    if nodes > 1 {
        let most = i64::from((256 / per_node.max(1)).max(nodes));
        if let Some(wanted) = slider(ui, model.theme(), "Nodes", &nodes.to_string(), i64::from(nodes), 2..=most) {
            let replicas = wanted * i64::from(per_node);
            intents.push(slid(ui, Intent::Set(vec![set(at("nodes"), wanted), set("workload.replicas", replicas)])));
        }
    }
}

/// Capacity and latency of a class of links, by (words, words, name in the scene), in steps of `rate` bytes per second.
fn link_figures(
    ui: &mut Ui,
    model: &Model,
    index: usize,
    (capacity, latency, field): (&str, &str, &str),
    rate: f64,
    links: LinkFigures,
    intents: &mut Vec<Intent>,
) {
    let theme = model.theme();
    let at = |figure: &str| format!("fabrics.{index}.params.{field}_{figure}");
    let step = (links.capacity.0 / rate).round() as i64;
    if let Some(step) = slider(ui, theme, capacity, &links.capacity.to_string(), step, 1..=36) {
        intents.push(slid(ui, Intent::Set(vec![set(at("capacity"), BytesPerSec(step as f64 * rate).to_field())])));
    }
    let latency_ns = links.latency.0 as f64 / 1e6;
    let step = (latency_ns / 50.0).round() as i64;
    if let Some(step) = slider(ui, theme, latency, &links.latency.to_string(), step, 0..=200) {
        intents.push(slid(ui, Intent::Set(vec![set(at("latency"), format!("{}ns", step * 50))])));
    }
}

fn wafer_figures(ui: &mut Ui, model: &Model, index: usize, fabric: &WaferFabric, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let at = |field: &str| format!("fabrics.{index}.params.{field}");
    let clock_ghz = fabric.mesh.clock_hz / 1e9;
    let step = (clock_ghz / 0.025).round() as i64;
    if let Some(step) = slider(ui, theme, "Clock", &format!("{clock_ghz} GHz"), step, 20..=60) {
        intents.push(slid(ui, Intent::Set(vec![set(at("clock_ghz"), format!("{:.3}", step as f64 * 0.025))])));
    }
    let hop = fabric.mesh.hop_cycles;
    let shown = format!("{hop} {}", if hop == 1.0 { "cycle" } else { "cycles" });
    if let Some(hop) = slider(ui, theme, "Hop", &shown, hop.round() as i64, 1..=8) {
        intents.push(slid(ui, Intent::Set(vec![set(at("hop_cycles"), hop)])));
    }
}

/// All departures from the catalog that a scene may have.
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

/// What must change with the machine: departures from the old one's figures, and what the new one cannot take.
fn other_machine(model: &Model, index: usize, fabric: &FabricScene, machine: &str) -> Vec<Setting> {
    let at = |field: &str| format!("fabrics.{index}.{field}");
    let mut settings = vec![
        set(at("machine"), machine),
        set(at("name"), model.session.catalog().get(machine).map_or(machine, Machine::name)),
    ];
    for param in PARAMS {
        settings.push(set(at(&format!("params.{param}")), "None"));
    }
    let replicas = model.session.scene().replicas;
    let faults = model.session.file().fabrics.get(index).is_some_and(|fabric| !fabric.faults.is_empty());
    if faults {
        // They name links and chips of the old machine.
        settings.push(set(at("faults"), "[]"));
    }
    for (field, plain) in
        [("region", "None"), ("layout", "None"), ("network", "None"), ("nodes", "1"), ("graph", "None")]
    {
        settings.push(set(at(field), plain));
    }
    settings.push(set(at("timing"), "ideal"));
    let limit = |most: u32| (replicas > most).then(|| set("workload.replicas", most));
    match (model.session.catalog().get(machine), &fabric.kind) {
        (Some(Machine::Nvlink(machine)), kind) => {
            let kept = matches!(kind, FabricKind::Chips(chips) if matches!(chips.topology, Topology::Switch(_)));
            if !kept {
                settings.push(set(at("algorithm"), AUTO));
            }
            settings.extend(limit(machine.gpus.count()));
        }
        (Some(Machine::Wafer(_)), kind) => {
            let layout = model.session.file().fabrics.get(index).and_then(|fabric| fabric.layout.clone());
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
