//! The left panel: message, replicas, and for each fabric machine, algorithm, layout and its figures.

use egui::Ui;

use super::widgets::{SCROLL_BAR, choice, section, slider};
use super::{Model, set};
use crate::catalog::Machine;
use crate::formats::letter;
use crate::scene::{AUTO, FabricKind, FabricScene, Setting, SwitchedFabric, WaferFabric, WaferLayout, choices};
use crate::units::{Bytes, BytesPerSec};
use crate::view::{Intent, Theme};

/// Largest message of the slider: 16 GiB.
const MAX_EXPONENT: i64 = 34;

pub(super) fn show(ui: &mut Ui, model: &Model, intents: &mut Vec<Intent>) {
    let theme = model.theme();
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
    });
}

fn workload(ui: &mut Ui, model: &Model, theme: &Theme, intents: &mut Vec<Intent>) {
    let scene = model.session.scene();
    // Powers of two; a message in between stands at the one below it.
    let exponent = i64::from(scene.message.0.max(1).ilog2());
    let shown = scene.message.to_string();
    if let Some(exponent) = slider(ui, theme, "Gradient per replica", &shown, exponent, 0..=MAX_EXPONENT) {
        intents.push(Intent::Set(vec![set("workload.message", Bytes(1 << exponent).to_field())]));
    }
    let most = scene.fabrics.iter().map(most_replicas).min().unwrap_or(2).max(2);
    let replicas = i64::from(scene.replicas);
    if let Some(replicas) = slider(ui, theme, "Replicas", &replicas.to_string(), replicas, 2..=i64::from(most)) {
        intents.push(Intent::Set(vec![set("workload.replicas", replicas)]));
    }
}

/// As many replicas as a fabric takes.
fn most_replicas(fabric: &FabricScene) -> u32 {
    match &fabric.kind {
        FabricKind::Switched(switched) => switched.machine.gpus.count(),
        FabricKind::Wafer(WaferFabric { layout: WaferLayout::PerPe { .. }, .. }) => crate::scene::MAX_RANKS,
        // More strips than this are thinner than a few PEs: the file may ask for them, the slider does not.
        FabricKind::Wafer(wafer) => wafer.mesh.width.min(64),
    }
}

fn fabric_controls(ui: &mut Ui, model: &Model, index: usize, fabric: &FabricScene, intents: &mut Vec<Intent>) {
    let at = |field: &str| format!("fabrics.{index}.{field}");
    let id = |control: &str| format!("{control} of fabric {index}");
    let machines: Vec<(&str, String)> =
        model.session.catalog().machines().iter().map(|machine| (machine.id(), machine.name().to_owned())).collect();
    let machine_id = match &fabric.kind {
        FabricKind::Switched(switched) => &switched.machine.id,
        FabricKind::Wafer(wafer) => &wafer.machine.id,
    };
    if let Some(machine) = choice(ui, &id("machine"), "Machine", machine_id, &machines) {
        intents.push(Intent::Set(other_machine(model, index, fabric, machine)));
    }
    let played = model.session.runs.get(index).map_or("", |run| run.algorithm.as_str());
    let mut algorithms = vec![(AUTO, format!("auto: {played}"))];
    algorithms.extend(choices(&fabric.kind).into_iter().map(|(id, words)| (id, capital(words))));
    if let FabricKind::Wafer(wafer) = &fabric.kind {
        let (current, strips) = match &wafer.layout {
            WaferLayout::PerPe { .. } => ("per-pe", "Replicas as strips".to_owned()),
            WaferLayout::Strips { layout, .. } => {
                ("strips", format!("{} strips of {} columns", layout.strips, layout.strip_width))
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
        FabricKind::Switched(switched) => switched_figures(ui, model, index, switched, intents),
        FabricKind::Wafer(wafer) => wafer_figures(ui, model, index, wafer, intents),
    }
}

/// With a capital letter, as an entry of a menu.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn switched_figures(ui: &mut Ui, model: &Model, index: usize, fabric: &SwitchedFabric, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let at = |field: &str| format!("fabrics.{index}.params.{field}");
    let capacity = fabric.switch.capacity;
    let step = (capacity.0 / 50e9).round() as i64;
    if let Some(step) = slider(ui, theme, "NVLink port, one way", &capacity.to_string(), step, 1..=36) {
        intents.push(Intent::Set(vec![set(at("link_capacity"), BytesPerSec(step as f64 * 50e9).to_field())]));
    }
    let latency_ns = fabric.switch.latency.0 as f64 / 1e6;
    let step = (latency_ns / 50.0).round() as i64;
    if let Some(step) = slider(ui, theme, "Link latency", &format!("{latency_ns} ns"), step, 0..=40) {
        intents.push(Intent::Set(vec![set(at("link_latency"), format!("{}ns", step * 50))]));
    }
}

fn wafer_figures(ui: &mut Ui, model: &Model, index: usize, fabric: &WaferFabric, intents: &mut Vec<Intent>) {
    let theme = model.theme();
    let at = |field: &str| format!("fabrics.{index}.params.{field}");
    let clock_ghz = fabric.mesh.clock_hz / 1e9;
    let step = (clock_ghz / 0.025).round() as i64;
    if let Some(step) = slider(ui, theme, "Clock", &format!("{clock_ghz} GHz"), step, 20..=60) {
        intents.push(Intent::Set(vec![set(at("clock_ghz"), format!("{:.3}", step as f64 * 0.025))]));
    }
    let hop = fabric.mesh.hop_cycles;
    let shown = format!("{hop} {}", if hop == 1.0 { "cycle" } else { "cycles" });
    if let Some(hop) = slider(ui, theme, "Hop", &shown, hop.round() as i64, 1..=8) {
        intents.push(Intent::Set(vec![set(at("hop_cycles"), hop)]));
    }
}

/// What must change with the machine: departures from the old one's figures, and what the new one cannot take.
fn other_machine(model: &Model, index: usize, fabric: &FabricScene, machine: &str) -> Vec<Setting> {
    let at = |field: &str| format!("fabrics.{index}.{field}");
    let mut settings = vec![
        set(at("machine"), machine),
        set(at("name"), model.session.catalog().get(machine).map_or(machine, Machine::name)),
    ];
    for param in [
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
    ] {
        settings.push(set(at(&format!("params.{param}")), "None"));
    }
    settings.push(set(at("region"), "None"));
    match (model.session.catalog().get(machine), &fabric.kind) {
        (Some(Machine::Nvlink(machine)), kind) => {
            settings.push(set(at("layout"), "None"));
            if matches!(kind, FabricKind::Wafer(_)) {
                settings.push(set(at("algorithm"), "nvls"));
            }
            let gpus = machine.gpus.count();
            if model.session.scene().replicas > gpus {
                settings.push(set("workload.replicas", gpus));
            }
        }
        (Some(Machine::Wafer(_)), FabricKind::Switched(_)) => {
            settings.push(set(at("layout"), "strips"));
            settings.push(set(at("algorithm"), "strips-middle"));
        }
        _ => {}
    }
    settings
}
